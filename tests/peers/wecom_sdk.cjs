// The official SDK as a peer: `bot DIR URL BOTID SECRET` connects and answers everything that it hears;
// `crypto DIR` answers a JSON line for each on its input. DIR holds node_modules.
const path = require('path');
const { createRequire } = require('module');
const sdk = createRequire(path.resolve(process.argv[3]) + '/')('@wecom/aibot-node-sdk');
const tell = (what) => process.stdout.write(JSON.stringify(what) + '\n');

if (process.argv[2] === 'crypto') {
  require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const ask = JSON.parse(line);
    const crypto = new sdk.WecomCrypto(ask.token, ask.key, ask.receive_id);
    if (ask.plain !== undefined) {
      tell(crypto.encrypt(ask.plain, ask.timestamp, ask.nonce));
    } else {
      const genuine = crypto.verifySignature(ask.signature, ask.timestamp, ask.nonce, ask.encrypt);
      tell({ genuine, plain: crypto.decrypt(ask.encrypt) });
    }
  });
} else {
  const [url, botId, secret] = process.argv.slice(4);
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const bot = new sdk.WSClient({ botId, secret, wsUrl: url, heartbeatInterval: 200, logger: silent });
  const done = (what, promise) => promise.then(() => tell({ done: what }), (error) => tell({ failed: what, why: String(error && (error.errcode || error.message || error)) }));
  bot.on('authenticated', () => tell({ heard: 'authenticated' }));
  bot.on('message.text', (frame) => {
    tell({ heard: 'text', body: frame.body });
    done('stream', bot.replyStream(frame, 'sdk-stream-1', '听到了', true));
    done('markdown', bot.sendMessage(frame.body.chatid || frame.body.from.userid, { msgtype: 'markdown', markdown: { content: '**推送**' } }));
    done('card', bot.sendMessage(frame.body.chatid || frame.body.from.userid, { msgtype: 'template_card', template_card: {
      card_type: 'button_interaction', main_title: { title: '请假 L1' }, task_id: 'sdk-1',
      button_list: [{ text: '同意', style: 1, key: '同意 L1' }] } }));
    // Three chunks.
    done('upload', bot.uploadMedia(Buffer.alloc(1300000, 7), { type: 'file', filename: '排班.xlsx' })
      .then((uploaded) => bot.sendMediaMessage(frame.body.chatid || frame.body.from.userid, uploaded.type, uploaded.media_id)));
  });
  bot.on('event.enter_chat', (frame) => {
    tell({ heard: 'enter_chat', body: frame.body });
    done('welcome', bot.replyWelcome(frame, { msgtype: 'text', text: { content: '你好' } }));
  });
  bot.on('event.template_card_event', (frame) => {
    tell({ heard: 'press', body: frame.body });
    done('update', bot.updateTemplateCard(frame, { card_type: 'text_notice', main_title: { title: '请假 L1' },
      sub_title_text: '已同意', card_action: { type: 1, url: 'https://work.weixin.qq.com/' },
      task_id: frame.body.event.template_card_event.task_id }));
  });
  bot.on('event.disconnected_event', () => tell({ heard: 'disconnected' }));
  bot.connect();
}
