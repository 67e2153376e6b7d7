"""wechatpy as a peer: a JSON line for each on the input."""
import json
import sys

import xmltodict
from wechatpy.enterprise import parse_message
from wechatpy.enterprise.crypto import WeChatCrypto

for line in sys.stdin:
    ask = json.loads(line)
    crypto = WeChatCrypto(ask["token"], ask["key"], ask["receive_id"])
    if "plain" in ask:
        xml = crypto.encrypt_message(ask["plain"], ask["nonce"], ask["timestamp"])
        sealed = xmltodict.parse(xml)["xml"]
        answer = {"xml": xml, "signature": sealed["MsgSignature"]}
    else:
        plain = crypto.decrypt_message(ask["xml"], ask["signature"], ask["timestamp"], ask["nonce"])
        message = parse_message(plain)
        answer = {"plain": plain if isinstance(plain, str) else plain.decode(), "kind": message.type,
                  "content": getattr(message, "content", None)}
    print(json.dumps(answer, ensure_ascii=False), flush=True)
