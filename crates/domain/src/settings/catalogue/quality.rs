//! 质量检查: how often is checked, what passes, and how fast an answer has to be.

use crate::settings::{Choice, Effect, Kind, Preset, Profile, Setting, Unit, Value};

/// The five steps of the rating, best first.
const STEPS: &[Choice] = &[
    Choice { word: "very_good", means: "很好" },
    Choice { word: "good", means: "较好" },
    Choice { word: "fair", means: "一般" },
    Choice { word: "poor", means: "较差" },
    Choice { word: "bad", means: "差" },
];

/// From when on the first sentence is timed.
const FIRST_FROM: &[Choice] =
    &[Choice { word: "acceptance", means: "从接入算" }, Choice { word: "arrival", means: "从患者进来算" }];

/// Written checks a month, one in each part of it, times.
pub const ROUNDS: Setting = Setting {
    key: "quality.rounds",
    name: "每月考核次数",
    kind: Kind::Whole { unit: Unit::Times, min: 1, max: 4 },
    default: Value::Whole(3),
    profile: Profile::N,
    rules: &["R-348"],
    explains: "一个月分成这么多段，每段书面考核一次；3 次就是 1–10 日、11–20 日、21 日至月底各一次。",
    effect: Effect::Recorded,
};

/// How long before the end of a part the supervisor is reminded, days.
pub const ROUND_REMINDER: Setting = Setting {
    key: "quality.round_reminder",
    name: "考核提前提醒",
    kind: Kind::Whole { unit: Unit::Days, min: 0, max: 7 },
    default: Value::Whole(2),
    profile: Profile::N,
    rules: &["R-348"],
    explains: "每段结束前这么多天提醒主管还没考核；0 天就是最后一天才提醒。",
    effect: Effect::Recorded,
};

/// Least share of correct answers that passes, hundredths of a percent.
pub const ACCURACY_PASS: Setting = Setting {
    key: "quality.accuracy_pass",
    name: "答复准确率及格线",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 5_000, max: 10_000 },
    default: Value::Whole(9_000),
    profile: Profile::N,
    rules: &["R-350"],
    explains: "抽查的答复中准确、合理的达到这个比例（含）算合格。",
    effect: Effect::Recorded,
};

/// Greatest share of unclear sentences among the sampled ones, hundredths of a percent.
pub const UNCLEAR_MAX: Setting = Setting {
    key: "quality.unclear_max",
    name: "语句不通上限",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 1_000 },
    default: Value::Whole(200),
    profile: Profile::N,
    rules: &["R-351"],
    explains: "不通的句子占抽查句数的比例不超过这个数（含）算合格。",
    effect: Effect::Recorded,
};

/// Greatest share of wrong characters among the sampled ones, hundredths of a percent.
pub const TYPO_MAX: Setting = Setting {
    key: "quality.typo_max",
    name: "错别字上限",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 1_000 },
    default: Value::Whole(300),
    profile: Profile::N,
    rules: &["R-351", "R-366"],
    explains: "错别字占抽查字数的比例不超过这个数（含）算合格；0% 就是一个也不许有。",
    effect: Effect::Recorded,
};

/// Lowest step of the rating that passes.
pub const RATING_PASS: Setting = Setting {
    key: "quality.rating_pass",
    name: "服务评分及格档",
    kind: Kind::Word(STEPS),
    default: Value::Word("good"),
    profile: Profile::N,
    rules: &["R-355"],
    explains: "评到这一档或更好（含）算合格，由好到差：很好、较好、一般、较差、差。",
    effect: Effect::Recorded,
};

/// Points of the item for graded answers in a month, never below 0.
pub const ANSWER_ITEM: Setting = Setting {
    key: "quality.answer_item",
    name: "咨询抽查满分",
    kind: Kind::Whole { unit: Unit::Points, min: 0, max: 100 },
    default: Value::Whole(10),
    profile: Profile::C,
    rules: &["R-364"],
    explains: "每月咨询记录抽查一项的分数，扣到 0 分为止。",
    effect: Effect::Recorded,
};

/// Each sampled answer graded B, points.
pub const GRADE_B_POINTS: Setting = Setting {
    key: "quality.grade_b_points",
    name: "抽查评 B 扣分",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-1),
    profile: Profile::C,
    rules: &["R-364"],
    explains: "抽查的咨询每有一次评为 B，从本项扣这么多分；评为 A 不扣。",
    effect: Effect::Recorded,
};

/// Each sampled answer graded C, points.
pub const GRADE_C_POINTS: Setting = Setting {
    key: "quality.grade_c_points",
    name: "抽查评 C 扣分",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-2),
    profile: Profile::C,
    rules: &["R-364"],
    explains: "抽查的咨询每有一次评为 C，从本项扣这么多分。",
    effect: Effect::Recorded,
};

/// How long a patient may wait to be taken, seconds.
pub const WAIT_SECONDS: Setting = Setting {
    key: "reply.wait_seconds",
    name: "等候区接入时限",
    kind: Kind::Whole { unit: Unit::Seconds, min: 5, max: 120 },
    default: Value::Whole(15),
    profile: Profile::N,
    rules: &["R-352"],
    explains: "患者进入等候区后，在这段时间内（含最后一秒）接入算及时。",
    effect: Effect::Recorded,
};

/// How late the first sentence may come, seconds.
pub const FIRST_SECONDS: Setting = Setting {
    key: "reply.first_seconds",
    name: "首句时限",
    kind: Kind::Whole { unit: Unit::Seconds, min: 10, max: 300 },
    default: Value::Whole(45),
    profile: Profile::N,
    rules: &["R-353"],
    explains: "第一句话在这段时间内（含最后一秒）说出算及时。",
    effect: Effect::Recorded,
};

/// From when on the first sentence is timed.
pub const FIRST_FROM_WHEN: Setting = Setting {
    key: "reply.first_from",
    name: "首句起算",
    kind: Kind::Word(FIRST_FROM),
    default: Value::Word("acceptance"),
    profile: Profile::N,
    rules: &["R-353"],
    explains: "首句时限从接入对话算起，还是从患者进入等候区算起。",
    effect: Effect::Recorded,
};

/// How long each answer may take after acceptance, seconds.
pub const ANSWER_SECONDS: Setting = Setting {
    key: "reply.answer_seconds",
    name: "每次回答时限",
    kind: Kind::Whole { unit: Unit::Seconds, min: 15, max: 600 },
    default: Value::Whole(90),
    profile: Profile::N,
    rules: &["R-354"],
    explains: "接入以后，从患者最后一句话起，在这段时间内（含最后一秒）回答算及时。",
    effect: Effect::Recorded,
};

/// How long no reaction is not yet a no-answer, seconds.
pub const NO_ANSWER_SECONDS: Setting = Setting {
    key: "reply.no_answer_seconds",
    name: "无应答时限",
    kind: Kind::Whole { unit: Unit::Seconds, min: 5, max: 300 },
    default: Value::Whole(20),
    profile: Profile::I,
    rules: &["R-357"],
    explains: "患者发话后，在这段时间内（含最后一秒）有反应就不算；无故超过才算一次无应答。",
    effect: Effect::Recorded,
};

/// How long a message may stay unanswered, seconds.
pub const MESSAGE_SECONDS: Setting = Setting {
    key: "reply.message_seconds",
    name: "消息超时",
    kind: Kind::Whole { unit: Unit::Seconds, min: 10, max: 600 },
    default: Value::Whole(60),
    profile: Profile::P,
    rules: &["R-358"],
    explains: "当班时消息没人回超过这段时间算超时，正好到点不算。",
    effect: Effect::Recorded,
};

/// How soon a promised answer is due, minutes.
pub const CALLBACK_MINUTES: Setting = Setting {
    key: "reply.callback_minutes",
    name: "答应回复时限",
    kind: Kind::Whole { unit: Unit::Minutes, min: 5, max: 240 },
    default: Value::Whole(30),
    profile: Profile::A,
    rules: &["R-359", "R-404"],
    explains: "答应转告或回电的事，在这段时间内（含最后一刻）答复算及时；到点还没答就报组长，没人当班时从下一班开始算。",
    effect: Effect::Recorded,
};

/// When the first reminder of a promised answer goes out, minutes after the promise.
pub const CALLBACK_FIRST_PING: Setting = Setting {
    key: "reply.callback_first_ping",
    name: "回复第一次提醒",
    kind: Kind::Whole { unit: Unit::Minutes, min: 1, max: 240 },
    default: Value::Whole(20),
    profile: Profile::A,
    rules: &["R-359"],
    explains: "答应回复之后过了这么久还没答，提醒本人一次；应早于第二次提醒。",
    effect: Effect::Recorded,
};

/// When the second reminder of a promised answer goes out, minutes after the promise.
pub const CALLBACK_SECOND_PING: Setting = Setting {
    key: "reply.callback_second_ping",
    name: "回复第二次提醒",
    kind: Kind::Whole { unit: Unit::Minutes, min: 1, max: 240 },
    default: Value::Whole(28),
    profile: Profile::A,
    rules: &["R-359"],
    explains: "答应回复之后过了这么久还没答，再提醒本人一次；应早于回复时限。",
    effect: Effect::Recorded,
};

/// By which ring a call is taken, rings.
pub const PHONE_RINGS: Setting = Setting {
    key: "phone.rings",
    name: "电话铃响次数",
    kind: Kind::Whole { unit: Unit::Times, min: 1, max: 6 },
    default: Value::Whole(3),
    profile: Profile::C,
    rules: &["R-360", "R-361", "R-362"],
    explains: "电话在响到这一声之内（含）接起算及时；只在抽查时看。",
    effect: Effect::Recorded,
};

/// How long a call had better last at most, minutes; a statistic only.
pub const CALL_MINUTES: Setting = Setting {
    key: "phone.call_minutes",
    name: "通话时长参考",
    kind: Kind::Whole { unit: Unit::Minutes, min: 1, max: 60 },
    default: Value::Whole(5),
    profile: Profile::C,
    rules: &["R-363"],
    explains: "每次通话最好不超过这么久（含）；只作统计，超过不算违规。",
    effect: Effect::Recorded,
};

/// When the social account is looked at in the morning.
pub const SOCIAL_MORNING: Setting = Setting {
    key: "social.morning",
    name: "社交账号早间查看",
    kind: Kind::Time,
    default: Value::Time(9 * 60),
    profile: Profile::C,
    rules: &["R-365"],
    explains: "早上到这个时刻提醒看社交账号并点确认。",
    effect: Effect::Recorded,
};

/// When the social account is looked at at noon.
pub const SOCIAL_NOON: Setting = Setting {
    key: "social.noon",
    name: "社交账号午间查看",
    kind: Kind::Time,
    default: Value::Time(13 * 60),
    profile: Profile::C,
    rules: &["R-365"],
    explains: "中午到这个时刻提醒看社交账号并点确认。",
    effect: Effect::Recorded,
};

/// When the social account is looked at in the evening.
pub const SOCIAL_EVENING: Setting = Setting {
    key: "social.evening",
    name: "社交账号晚间查看",
    kind: Kind::Time,
    default: Value::Time(18 * 60),
    profile: Profile::C,
    rules: &["R-365"],
    explains: "晚上到这个时刻提醒看社交账号并点确认。",
    effect: Effect::Recorded,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &ROUNDS,
    &ROUND_REMINDER,
    &ACCURACY_PASS,
    &UNCLEAR_MAX,
    &TYPO_MAX,
    &RATING_PASS,
    &ANSWER_ITEM,
    &GRADE_B_POINTS,
    &GRADE_C_POINTS,
    &WAIT_SECONDS,
    &FIRST_SECONDS,
    &FIRST_FROM_WHEN,
    &ANSWER_SECONDS,
    &NO_ANSWER_SECONDS,
    &MESSAGE_SECONDS,
    &CALLBACK_MINUTES,
    &CALLBACK_FIRST_PING,
    &CALLBACK_SECOND_PING,
    &PHONE_RINGS,
    &CALL_MINUTES,
    &SOCIAL_MORNING,
    &SOCIAL_NOON,
    &SOCIAL_EVENING,
];

/// The values that the houses set otherwise.
pub(crate) const PRESETS: &[(Profile, Preset)] = &[
    (Profile::T, Preset { key: "phone.rings", value: Value::Whole(2) }),
    (Profile::C, Preset { key: "quality.typo_max", value: Value::Whole(0) }),
];
