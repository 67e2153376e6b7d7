"""DingTalk's official Stream SDK and DingtalkChatbot as peers.

stream API_BASE CLIENT_ID SECRET   listens with the SDK; prints a line of JSON for each message and tap
media API_BASE CLIENT_ID SECRET CODE  fetches what a code stands for and uploads it again with the SDK; prints the bytes and the new id
sign SECRET MS                     prints the query that DingtalkChatbot signs with
send WEBHOOK SECRET TEXT USER      posts with DingtalkChatbot; prints the server's answer
"""

import json
import os
import sys


def tell(what):
    print(json.dumps(what, ensure_ascii=False), flush=True)


def stream(api_base, client_id, secret):
    # Read when the SDK is imported.
    os.environ["DINGTALK_OPENAPI_ENDPOINT"] = api_base
    import dingtalk_stream
    from dingtalk_stream import AckMessage

    class Messages(dingtalk_stream.ChatbotHandler):
        async def process(self, callback):
            message = dingtalk_stream.ChatbotMessage.from_dict(callback.data)
            tell({
                "topic": callback.headers.topic,
                "msg_id": message.message_id,
                "staff_id": message.sender_staff_id,
                "nick": message.sender_nick,
                "conversation": message.conversation_id,
                "robot": message.robot_code,
                "session": message.session_webhook,
                "expires": message.session_webhook_expired_time,
                "text": message.text.content if message.text else None,
                "kind": message.message_type,
                "texts": message.get_text_list(),
                "pictures": message.get_image_list(),
            })
            return AckMessage.STATUS_OK, None

    class Taps(dingtalk_stream.CallbackHandler):
        async def process(self, callback):
            tap = dingtalk_stream.CardCallbackMessage.from_dict(callback.data)
            tell({"track": tap.card_instance_id, "user": tap.user_id, "content": tap.content})
            return AckMessage.STATUS_OK, {}

    class Client(dingtalk_stream.DingTalkStreamClient):
        def get_host_ip(self):
            return "127.0.0.1"

    client = Client(dingtalk_stream.Credential(client_id, secret))
    client.register_callback_handler(dingtalk_stream.chatbot.ChatbotMessage.TOPIC, Messages())
    client.register_callback_handler(dingtalk_stream.CallbackHandler.TOPIC_CARD_CALLBACK, Taps())
    client.start_forever()


def media(api_base, client_id, secret, code):
    os.environ["DINGTALK_OPENAPI_ENDPOINT"] = api_base
    import dingtalk_stream
    import requests

    # The SDK knows the older host by its name alone.
    post = requests.post
    requests.post = lambda url, **rest: post(url.replace("https://oapi.dingtalk.com", api_base), **rest)
    client = dingtalk_stream.DingTalkStreamClient(dingtalk_stream.Credential(client_id, secret))
    handler = dingtalk_stream.ChatbotHandler()
    handler.dingtalk_client = client
    found = requests.get(handler.get_image_download_url(code)).content
    tell({"bytes": found.hex(), "media_id": client.upload_to_dingtalk(found)})


def sign(secret, ms):
    from dingtalkchatbot.chatbot import DingtalkChatbot

    robot = DingtalkChatbot("https://oapi.dingtalk.com/robot/send?access_token=T", secret=secret)
    robot.start_time = int(ms) / 1000
    robot.update_webhook()
    tell(robot.webhook.split("access_token=T&", 1)[1])


def send(webhook, secret, text, user):
    from dingtalkchatbot.chatbot import DingtalkChatbot

    robot = DingtalkChatbot(webhook, secret=secret)
    tell(robot.send_text(msg=text, at_dingtalk_ids=[user]))


if __name__ == "__main__":
    {"stream": stream, "media": media, "sign": sign, "send": send}[sys.argv[1]](*sys.argv[2:])
