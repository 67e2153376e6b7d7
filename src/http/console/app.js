// The console page. It shows what the server's feed says, and sends what somebody types or presses; it decides
// nothing. Words from the server reach the page as text nodes only.

const QUICK = ["帮助", "模板 日报", "日报 对话 50 预约 8 到诊 3", "我的", "排行", "谁没交", "撤销"];
const MINUTE = 60_000;
const STEPS = [
  ["+15分钟", { add_ms: 15 * MINUTE }], ["+1小时", { add_ms: 60 * MINUTE }], ["+8小时", { add_ms: 480 * MINUTE }],
  ["明早 09:00", { next: "09:00", days: 1 }, "strong"], ["+1天", { add_ms: 1440 * MINUTE }],
  ["+5天", { add_ms: 7200 * MINUTE }], ["+90天", { add_ms: 129600 * MINUTE }],
];
const SKINS = {
  console: "按钮就在消息下面。",
  wecom: "企业微信的回调和群机器人不带按钮，要打的字写在消息里。聊天窗口也跟着变。",
  dingtalk: "钉钉的群机器人不带按钮，要打的字写在消息里。聊天窗口也跟着变。",
};
/** Entries that a room shows at first, posts that the list shows, and characters before a text is folded. */
const SHOWN = 200, POSTS = 30, FOLD = 1500;

const $ = (id) => document.getElementById(id);
const recall = (key) => { try { return localStorage.getItem(`deskmate.${key}`); } catch { return null; } };
const keep = (key, value) => { try { localStorage.setItem(`deskmate.${key}`, value); } catch { /* private window */ } };

/** An element with what the DOM calls properties (class, text, handlers) and children. */
function el(tag, props = {}, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children.filter((child) => child !== null));
  return node;
}

let state = null;             // who, rooms, clock; as /state answered last
let entries = [];             // the feed, oldest first
let after = 0, rev = 0, era = "";
let me = recall("me"), room = null;
let skin = SKINS[recall("skin")] ? recall("skin") : "console";
let waiting = [];
let clock = { now: 0, heard: 0 };
let shown = SHOWN, painted = { key: "", last: null };
const seen = new Map();       // room key -> last entry that was looked at
const sent = [];              // own words, for ↑
const drafts = new Map();     // room key and person -> unsent words

// ── Talking to the server ────────────────────────────────────────────────────────────────────────────────────────

async function ask(path, body) {
  const options = body === undefined ? {} : {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  };
  const response = await fetch(`/console/api/${path}`, options);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `服务器回答 ${response.status}`);
  return answer;
}

/** Sends something; whatever goes wrong stands above the input. Answers whether it went well. */
async function act(path, body) {
  trouble("");
  try {
    await ask(path, body);
    return true;
  } catch (error) {
    trouble(error instanceof TypeError ? "连不上程序，请确认 deskmate 还在运行" : error.message);
    return false;
  }
}

function trouble(text) {
  $("trouble").textContent = text;
  $("trouble").hidden = !text;
}

async function refresh() {
  state = await ask("state");
  if (!state.members.some((someone) => someone.user_id === me)) me = state.members[0]?.user_id ?? null;
  if (!rooms().some((known) => known.key === room)) room = rooms()[0]?.key ?? null;
  setClock(state.now);
  paintSides();
}

async function listen() {
  for (let greeted = false; ;) {
    try {
      if (!state) await refresh();
      const news = await ask(`feed?after=${after}&rev=${rev}`);
      if (news.era !== era) {
        // Another process: its ids begin anew, and what it already said counts as read.
        const other = era !== "";
        [era, entries, after, rev, greeted] = [news.era, [], 0, 0, false];
        if (other) { state = null; continue; }
      }
      const fresh = news.entries.filter((entry) => entry.id > after);
      entries.push(...fresh);
      after = entries.at(-1)?.id ?? after;
      const changed = news.rev !== rev;
      [rev, waiting] = [news.rev, news.waiting];
      if (!greeted) for (const known of keys()) seen.set(known, after);
      greeted = true;
      if (changed) await refresh();
      setClock(news.now);
      paintLog(fresh);
      paintPosts();
      document.body.dataset.ready = "yes";
      if (news.closed) throw new TypeError("closing");
    } catch (error) {
      if (!(error instanceof TypeError)) trouble(error.message);
      else trouble("和程序的连接断了，正在重连…");
      state = null;
      await new Promise((done) => setTimeout(done, 1500));
      continue;
    }
    if ($("trouble").textContent.startsWith("和程序的连接")) trouble("");
  }
}

// ── Rooms and people ─────────────────────────────────────────────────────────────────────────────────────────────

const keyOf = (place) => (place.kind === "group" ? `g:${place.id}` : place.kind === "private" ? `p:${place.id}` : "*");
const person = (id) => state.members.find((someone) => someone.user_id === id);
const label = (id) => person(id)?.label ?? id;
const inRoom = (key) => (entry) => { const own = keyOf(entry.room); return own === key || own === "*"; };
const keys = () => new Set(entries.map((entry) => keyOf(entry.room)));
const unread = (key) =>
  entries.reduce((sum, entry) => sum + (keyOf(entry.room) === key && entry.id > (seen.get(key) ?? 0)
    && entry.voice !== "note" && entry.user !== me ? 1 : 0), 0);

/** The rooms that the chosen person is in. */
function rooms() {
  const groups = state.chats.map((chat) => ({ key: `g:${chat.id}`, id: chat.id, title: chat.title, group: chat }));
  return me === null ? groups : [...groups, { key: `p:${me}`, id: null, title: `私聊 ${state.name}`, group: null }];
}

const time = (at) => format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, at);
const weekday = (at) => format({ weekday: "short" }, at);
const day = (at) => `${format({ month: "long", day: "numeric" }, at)} ${weekday(at)}`;
const formats = new Map();
function format(options, at) {
  const name = JSON.stringify([options, state.zone]);
  if (!formats.has(name)) formats.set(name, new Intl.DateTimeFormat("zh-CN", { ...options, timeZone: state.zone }));
  return formats.get(name).format(at);
}

function face(name, kind = "") {
  if (kind === "bot") return el("span", { className: "face" }, el("img", { src: "/console/icon.svg", alt: "" }));
  const place = state.members.findIndex((someone) => someone.label === name);
  const text = kind === "group" ? "群" : [...name.replace(/#\d+$/, "")].at(-1) ?? "?";
  return el("span", { className: `face ${kind || `c${(place + 8) % 8}`}`, textContent: text, ariaHidden: "true" });
}

function entryButton(current, icon, name, sub, end, onclick) {
  const button = el("button", { type: "button", onclick }, icon,
    el("span", {}, el("span", { className: "name", textContent: name }), el("span", { className: "sub", textContent: sub })),
    el("span", { className: "end" }, ...end));
  button.setAttribute("aria-current", current);
  return el("li", {}, button);
}

function paintSides() {
  const focus = document.activeElement?.closest?.(".list")?.id;
  const at = focus ? [...$(focus).querySelectorAll("button")].indexOf(document.activeElement) : -1;
  document.body.dataset.mode = state.mode;
  document.title = $("bot-name").textContent = state.name;
  $("mode").textContent = state.mode === "try" ? "试用 · 时间由你拨" : `本机 · ${state.version}`;
  const badge = (count) => (count ? [el("span", { className: "badge", textContent: count, ariaLabel: `${count}条未读` })] : []);

  $("rooms").replaceChildren(...rooms().map((known) => {
    const last = entries.findLast((entry) => keyOf(entry.room) === known.key);
    const line = last ? last.text.split("\n", 1)[0] : known.group ? "还没有人说话" : "只有你和助手看得见";
    const end = [el("span", { textContent: last ? time(last.at) : "" }), ...badge(known.key === room ? 0 : unread(known.key))];
    const icon = known.group ? face(known.title, "group") : face("", "bot");
    return entryButton(known.key === room, icon, known.title, line, end, () => goTo(known.key));
  }));

  const teams = [...new Set(state.members.map((someone) => someone.team))];
  const order = (team) => (team === null ? Infinity : state.teams.indexOf(team));
  teams.sort((a, b) => order(a) - order(b) || 0);
  $("cast").replaceChildren(...teams.flatMap((team) => {
    const members = state.members.filter((someone) => someone.team === team);
    const heading = teams.length > 1 ? [el("li", { className: "team", textContent: team ?? "未分组" })] : [];
    return [...heading, ...members.map((someone) => {
      const news = someone.user_id === me ? 0 : unread(`p:${someone.user_id}`);
      const sub = someone.stranger ? "还不认识：可以说「我是 姓名 组」" : someone.roles.join(" · ");
      return entryButton(someone.user_id === me, face(someone.label), someone.label, sub, badge(news), () => become(someone.user_id));
    })];
  }));
  if (at >= 0) $(focus).querySelectorAll("button")[at]?.focus();
  $("elsewhere").hidden = ![...keys()].some((key) => key !== room && key !== "*" && unread(key));
  $("offline").hidden = !state.faults.down;
  $("down").setAttribute("aria-pressed", state.faults.down);
  $("down").textContent = state.faults.down ? "恢复网络" : "断网";
  paintRoom();
  paintRoles();
}

function paintRoom() {
  const known = rooms().find((other) => other.key === room);
  const someone = person(me);
  $("room-title").textContent = known?.title ?? "";
  const who = someone ? `你是 ${someone.label}${someone.stranger ? "（新人）" : ` · ${[...someone.roles, someone.team ?? []].flat().join(" · ")}`}` : "";
  const purposes = known?.group ? (known.group.registered ? known.group.purposes.join("、") : "没有登记") : "";
  $("room-sub").textContent = purposes ? `${who} — 本群用途：${purposes}` : who;
  $("mention").hidden = !known?.group;
  $("words").placeholder = someone ? `以 ${someone.label} 的身份说…` : "还没有人";
}

/** Fills the role form when another person was chosen or changed, never under somebody's hands. */
function paintRoles() {
  const someone = person(me);
  const shape = JSON.stringify(someone ?? null);
  if ($("roles").dataset.shape === shape || !someone) return;
  $("roles").dataset.shape = shape;
  $("role-who").textContent = `${someone.label} 是`;
  $("roles").replaceChildren(...state.roles.map((role) => el("label", {},
    el("input", { type: "checkbox", name: "role", value: role, checked: someone.roles.includes(role) }), role)));
  $("team").value = someone.team ?? "";
  $("teams").replaceChildren(...state.teams.map((team) => el("option", { value: team })));
}

function goTo(key) {
  drafts.set(`${room}|${me}`, $("words").value);
  room = key;
  openRoom();
}

function become(user) {
  drafts.set(`${room}|${me}`, $("words").value);
  const wasPrivate = room === `p:${me}`;
  me = user;
  keep("me", me);
  // A person with unread words in private is chosen to read them.
  if (wasPrivate || unread(`p:${me}`)) room = `p:${me}`;
  openRoom();
}

function openRoom() {
  shown = SHOWN;
  $("words").value = drafts.get(`${room}|${me}`) ?? "";
  grow();
  drawer("");
  paintLog([]);
  focusWords();
}

// ── The conversation ─────────────────────────────────────────────────────────────────────────────────────────────

const atEnd = () => { const log = $("log"); return log.scrollHeight - log.scrollTop - log.clientHeight < 80; };
const words = (entry) => (skin === "console" ? entry.text : entry.typed ?? entry.text);

/** Adds what is new, or paints the whole room when it is another one than before. */
function paintLog(fresh) {
  const log = $("log"), key = `${room}|${me}|${skin}|${era}|${shown}`;
  const whole = painted.key !== key;
  const list = whole ? entries.filter(inRoom(room)) : fresh.filter(inRoom(room));
  if (whole) {
    // Only what is said from now on is read aloud.
    log.setAttribute("aria-live", "off");
    painted = { key, last: null };
    const more = list.length - shown;
    log.replaceChildren(...(more > 0 ? [el("button", { type: "button", className: "older", textContent: `更早的 ${more} 条`,
      onclick: () => { shown += SHOWN; paintLog([]); } })] : []));
    list.splice(0, Math.max(0, more));
  }
  const stay = !whole && !atEnd() && !list.some((entry) => entry.user === me);
  if (list.length) log.querySelector(".empty")?.remove();
  for (const entry of list) {
    log.append(...paintEntry(entry, painted.last, !whole));
    painted.last = entry;
  }
  if (!painted.last) log.replaceChildren(emptyRoom());
  if (!stay) log.scrollTop = log.scrollHeight;
  $("newer").hidden = !stay || !(list.length || !$("newer").hidden);
  if (whole) setTimeout(() => log.setAttribute("aria-live", "polite"), 300);
  if (!document.hidden) seen.set(room, after);
  paintSides();
}

function paintEntry(entry, last, fresh) {
  const nodes = [];
  if (!last || day(last.at) !== day(entry.at)) nodes.push(el("span", { className: "day", textContent: day(entry.at) }));
  if (entry.voice === "note") return [...nodes, el("p", { className: "note", textContent: `${time(entry.at)} ${entry.text}` })];
  const bot = entry.voice === "bot", own = entry.user === me && !bot;
  const follows = last && !nodes.length && last.voice === entry.voice && last.user === entry.user && entry.at - last.at < 2 * MINUTE;
  const bubble = el("div", { className: "bubble" });
  if (entry.room.kind === "group" && !bot) bubble.append(el("span", { className: "at", textContent: "@助手 " }));
  if (entry.pressed && skin === "console") bubble.append(el("span", { className: "press", textContent: `按了「${entry.pressed}」 ` }));
  if (entry.media) bubble.append(beside(entry));
  else fold(bubble, words(entry));
  const body = el("div", { className: "body" });
  const who = el("div", { className: "who" }, bot ? state.name : own ? "" : label(entry.user), el("time", { textContent: time(entry.at) }));
  if (entry.tries) who.append(el("span", { className: "late", textContent: `第${entry.tries + 1}次才送到` }));
  body.append(who, bubble);
  if (entry.buttons && skin === "console") {
    body.append(el("div", { className: "buttons" }, ...entry.buttons.map((button, index) => el("button", {
      type: "button", textContent: button.label, title: `等于发「${button.command}」`,
      onclick: () => act("press", { user: me, entry: entry.id, button: index }),
    }))));
  }
  const kind = `msg ${bot ? "bot" : own ? "own" : "other"} ${follows ? "next" : ""} ${fresh ? "fresh" : ""}`;
  const node = el("article", { className: kind }, face(bot ? "" : label(entry.user), bot ? "bot" : ""), body);
  node.dataset.entry = entry.id;
  return [...nodes, node];
}

/** The picture of an entry, which opens at its full size; or its file, to be kept. */
function beside(entry) {
  const { picture, name } = entry.media, href = `/console/api/media?entry=${entry.id}`;
  if (!picture) return el("a", { className: "file", href, download: name, textContent: name });
  const [width, height] = picture;
  const image = el("img", { src: href, alt: name, width, height });
  image.onerror = () => image.replaceWith(entry.text);
  return el("a", { href, target: "_blank", rel: "noopener", title: name }, image);
}

/** Puts text into a bubble; what is very long stands behind a button. */
function fold(bubble, text) {
  if (text.length <= FOLD) return bubble.append(text);
  const rest = document.createTextNode(`${text.slice(0, FOLD)}…`);
  const more = el("button", { type: "button", className: "more", textContent: `全部 ${text.length} 字`,
    onclick: () => { rest.data = text; more.remove(); } });
  bubble.append(rest, more);
}

function emptyRoom() {
  const start = ["帮助", "日报 对话 50 预约 8 到诊 3"].map((text) => el("button", { type: "button", textContent: text, onclick: () => fill(text) }));
  return el("div", { className: "empty" }, el("img", { src: "/console/icon.svg", alt: "" }), el("b", { textContent: "说一句试试" }),
    el("p", { textContent: "像在群里一样打字。先看看它会什么：" }), el("p", {}, start[0], " ", start[1]));
}

/** What was posted where, newest first; what waits for the network stands on top. */
function paintPosts() {
  const open = new Set([...$("posts").querySelectorAll("details[open]")].map((node) => node.dataset.id));
  const to = (place) => (place.kind === "group" ? state.chats.find((chat) => chat.id === place.id)?.title ?? place.id : `${label(place.id)}（私聊）`);
  const row = (id, when, place, tag, text, card) => {
    const node = el("details", { open: open.has(id) }, el("summary", {}, el("time", { textContent: when }),
      el("span", { className: "to", textContent: to(place) }), tag, el("span", { className: "first", textContent: text.split("\n", 1)[0] })), card);
    node.dataset.id = id;
    return el("li", {}, node);
  };
  const said = entries.filter((entry) => entry.voice === "bot").slice(-POSTS).reverse();
  $("posts").replaceChildren(
    ...waiting.toReversed().map((held) => row(`w${held.outbox}`, "等待", held.room,
      el("span", { className: "tag warn", textContent: `已试${held.tries}次` }), held.text, el("div", { className: "card", textContent: held.text }))),
    ...said.map((entry) => {
      const card = el("div", { className: "card", textContent: words(entry).slice(0, FOLD) });
      if (skin === "console" && entry.buttons) {
        card.append(el("div", { className: "buttons" }, ...entry.buttons.map((button) => el("span", { textContent: button.label }))));
      }
      const tag = el("span", { className: "tag", textContent: entry.way === "answer" ? "答复" : `投递 #${entry.outbox}` });
      return row(`e${entry.id}`, time(entry.at), entry.room, tag, words(entry), card);
    }));
  $("waiting").hidden = !waiting.length;
  $("waiting").textContent = `${waiting.length} 条等待`;
  $("skin-note").textContent = SKINS[skin];
}

// ── The clock ────────────────────────────────────────────────────────────────────────────────────────────────────

function setClock(now) {
  clock = { now, heard: Date.now() };
  paintClock();
}

function paintClock() {
  if (!state) return;
  const now = clock.now + (state.running ? Date.now() - clock.heard : 0);
  const date = `${format({ year: "numeric", month: "long", day: "numeric" }, now)} ${weekday(now)}`;
  $("clock-time").textContent = $("bar-clock").firstChild.textContent = time(now);
  $("clock-day").textContent = date;
  $("bar-clock").lastChild.textContent = day(now);
  if (document.activeElement !== $("clock-at")) {
    const part = (options) => format(options, now);
    const pad = (text) => text.replace(/\D/g, "").padStart(2, "0");
    $("clock-at").value = `${pad(part({ year: "numeric" }))}-${pad(part({ month: "numeric" }))}-${pad(part({ day: "numeric" }))}T${time(now)}`;
  }
}

async function moveClock(step) {
  const buttons = [...document.querySelectorAll("#steps button, #clock-form button")];
  const focused = document.activeElement;
  for (const button of buttons) button.disabled = true;
  $("clock-busy").textContent = "时间往前走，到点的事正在一件件发生…";
  const moved = await act("clock", step);
  for (const button of buttons) button.disabled = false;
  focused?.focus?.();
  $("clock-busy").textContent = moved ? "" : "时钟没有动";
}

// ── Hands on the page ────────────────────────────────────────────────────────────────────────────────────────────

function grow() {
  const box = $("words");
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}

function fill(text) {
  $("words").value = text;
  grow();
  $("words").focus();
}

/** Not on a phone: there the focus brings up a keyboard over half of the page. */
function focusWords() {
  if (!matchMedia("(max-width: 760px)").matches) $("words").focus();
}

async function send() {
  const text = $("words").value, known = rooms().find((other) => other.key === room);
  if (!text.trim() || !known || me === null) return;
  fill("");
  sent.push(text);
  if (!await act("say", { user: me, chat: known.id, text }) && !$("words").value) fill(text);
}

/** Opens a side on a narrow page and moves the focus there; "" closes it and gives the focus back. */
let opener = null;
function drawer(name) {
  const open = document.body.dataset.drawer ?? "";
  if (name === open) return;
  document.body.dataset.drawer = name;
  if (name) {
    opener = document.activeElement;
    $(name).focus();
  } else {
    opener?.focus();
  }
}

function wireUp() {
  for (const button of document.querySelectorAll("[data-drawer]")) {
    button.onclick = () => {
      // On a wide page the tools stand beside the conversation and can be put away.
      if (button.classList.contains("tools")) document.body.classList.toggle("alone");
      else drawer(button.dataset.drawer);
    };
  }
  $("quick").replaceChildren(...QUICK.map((text) => el("button", { type: "button", textContent: text, onclick: () => fill(text) })));
  $("steps").replaceChildren(...STEPS.map(([text, step, kind]) =>
    el("button", { type: "button", textContent: text, className: kind ?? "", onclick: () => moveClock(step) })));
  $("composer").onsubmit = (event) => { event.preventDefault(); send(); };
  $("words").oninput = grow;
  $("words").onkeydown = (event) => {
    // While an input method composes, Enter chooses a word.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); send(); }
    if (event.key === "ArrowUp" && !$("words").value && sent.length) { event.preventDefault(); fill(sent.at(-1)); }
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) {
      if (document.body.dataset.drawer) drawer("");
      else $("words").focus();
    }
    const list = event.target.closest?.(".list");
    if (list && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const buttons = [...list.querySelectorAll("button")];
      const next = buttons.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
      buttons[next]?.focus();
      event.preventDefault();
    }
  });
  $("newcomer").onsubmit = async (event) => {
    event.preventDefault();
    const name = $("newcomer-name").value.trim();
    if (!await act("newcomer", { name })) return;
    $("newcomer-name").value = "";
    await refresh();
    become(name);
  };
  $("clock-form").onsubmit = (event) => { event.preventDefault(); moveClock({ at: $("clock-at").value }); };
  $("role-form").onsubmit = (event) => {
    event.preventDefault();
    const roles = [...$("roles").querySelectorAll(":checked")].map((box) => box.value);
    act("role", { user: me, roles, team: $("team").value.trim() });
  };
  $("twice").onclick = () => act("fault", { kind: "twice" });
  $("down").onclick = () => act("fault", { kind: state.faults.down ? "up" : "down" });
  $("restart").onclick = () => act("fault", { kind: "restart" });
  for (const radio of document.querySelectorAll("[name=skin]")) {
    radio.checked = radio.value === skin;
    radio.onchange = () => {
      skin = radio.value;
      keep("skin", skin);
      document.body.dataset.skin = skin;
      paintLog([]);
      paintPosts();
    };
  }
  document.body.dataset.skin = skin;
  document.body.dataset.drawer = "";
  $("log").onscroll = () => { if (atEnd()) $("newer").hidden = true; };
  $("newer").onclick = () => { $("log").scrollTop = $("log").scrollHeight; };
  document.addEventListener("visibilitychange", () => { if (!document.hidden && state) { seen.set(room, after); paintSides(); } });
  setInterval(() => { if (state?.running) paintClock(); }, 1000);
}

wireUp();
focusWords();
listen();
