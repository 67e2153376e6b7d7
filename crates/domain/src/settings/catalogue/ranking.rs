//! 排名、等级与分配: when rankings are posted, how people are graded, and how dialogues are shared.

use crate::settings::{Choice, Effect, Kind, Preset, Profile, Setting, Unit, Value};

/// What the weekly conversion rate is.
const RATES: &[Choice] = &[
    Choice { word: "arrivals", means: "到诊÷有效对话" },
    Choice { word: "appointments", means: "预约÷有效对话" },
];

/// What the monthly arrival rate is.
const ARRIVAL_RATES: &[Choice] = &[
    Choice { word: "appointments", means: "到诊÷预约" },
    Choice { word: "consultations", means: "到诊÷咨询" },
];

/// What the quota of a grade is counted over.
const QUOTA_SPANS: &[Choice] = &[
    Choice { word: "round", means: "每轮" },
    Choice { word: "day", means: "每天" },
    Choice { word: "at_once", means: "同时" },
];

/// Who gets the next dialogue.
const ORDERS: &[Choice] =
    &[Choice { word: "within_quota", means: "名额内少者先" }, Choice { word: "fewest", means: "只看少者先" }];

/// What the number of a timeout unit means.
const TIMEOUT_MODES: &[Choice] =
    &[Choice { word: "cut_by", means: "减少这么多" }, Choice { word: "cap_at", means: "最多这么多" }];

/// What games and the like on duty cost.
const GAMES_MODES: &[Choice] = &[
    Choice { word: "traffic_off", means: "关当天流量" },
    Choice { word: "points", means: "记分" },
    Choice { word: "fine", means: "扣款" },
];

/// Whether visitors may be invited.
const INVITE_POLICIES: &[Choice] = &[
    Choice { word: "after_wait", means: "满秒数可邀请" },
    Choice { word: "reason_required", means: "有特殊原因才可" },
];

/// Whose sentences are counted.
const WRITERS: &[Choice] = &[
    Choice { word: "both", means: "双方合计" },
    Choice { word: "patient", means: "只算患者" },
    Choice { word: "consultant", means: "只算咨询员" },
];

/// Time of the daily ranking.
pub const DAILY_AT: Setting = Setting {
    key: "ranking.daily_at",
    name: "日排行时刻",
    kind: Kind::Time,
    default: Value::Time(9 * 60),
    profile: Profile::N,
    rules: &["R-230"],
    explains: "每天这个时刻发昨天的排行。",
    effect: Effect::Live,
};

/// Time of the weekly ranking, Mondays.
pub const WEEKLY_AT: Setting = Setting {
    key: "ranking.weekly_at",
    name: "周排行时刻",
    kind: Kind::Time,
    default: Value::Time(9 * 60),
    profile: Profile::N,
    rules: &["R-206", "R-230"],
    explains: "每周一这个时刻发上周的排行和等级。",
    effect: Effect::Live,
};

/// Time of the monthly rankings.
pub const MONTHLY_AT: Setting = Setting {
    key: "ranking.monthly_at",
    name: "月排行时刻",
    kind: Kind::Time,
    default: Value::Time(9 * 60),
    profile: Profile::N,
    rules: &["R-230"],
    explains: "月排行的暂定版和正式版都在当天这个时刻发。",
    effect: Effect::Live,
};

/// Day of the provisional monthly ranking.
pub const PROVISIONAL_DAY: Setting = Setting {
    key: "ranking.provisional_day",
    name: "月排行暂定日",
    kind: Kind::Whole { unit: Unit::DayOfMonth, min: 1, max: 28 },
    default: Value::Whole(1),
    profile: Profile::N,
    rules: &["R-230"],
    explains: "每月这一天发上个月的暂定排行。",
    effect: Effect::Live,
};

/// Day of the final monthly ranking.
pub const FINAL_DAY: Setting = Setting {
    key: "ranking.final_day",
    name: "月排行正式日",
    kind: Kind::Whole { unit: Unit::DayOfMonth, min: 1, max: 28 },
    default: Value::Whole(5),
    profile: Profile::N,
    rules: &["R-230", "R-217"],
    explains: "对账截止后，每月这一天发上个月的正式排行和单项奖。",
    effect: Effect::Live,
};

/// What the weekly conversion rate is.
pub const RATE: Setting = Setting {
    key: "ranking.rate",
    name: "周转化率算法",
    kind: Kind::Word(RATES),
    default: Value::Word("arrivals"),
    profile: Profile::P,
    rules: &["R-210"],
    explains: "周排名用的转化率；没有对话的不算率，排最后。",
    effect: Effect::Live,
};

/// Whether no-answers count as valid dialogues.
pub const COUNT_UNANSWERED: Setting = Setting {
    key: "ranking.count_unanswered",
    name: "无故未应答计入对话",
    kind: Kind::Switch,
    default: Value::Switch(false),
    profile: Profile::I,
    rules: &["R-226"],
    explains: "打开时，无故未应答加进有效对话，转化率因此变低。",
    effect: Effect::Live,
};

/// Share above the average that makes a senior.
pub const SENIOR_ABOVE: Setting = Setting {
    key: "grading.senior_above",
    name: "高级高出平均",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 20_000 },
    default: Value::Whole(4_000),
    profile: Profile::P,
    rules: &["R-207", "R-208"],
    explains: "到诊数比周平均高出这个比例以上（含）为高级。",
    effect: Effect::Live,
};

/// Share below the average that makes ordinary.
pub const ORDINARY_BELOW: Setting = Setting {
    key: "grading.ordinary_below",
    name: "普通低于平均",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 10_000 },
    default: Value::Whole(1_000),
    profile: Profile::P,
    rules: &["R-208", "R-209"],
    explains: "到诊数比周平均低这个比例以上为普通；正好低这么多算哪一级，另有设置。",
    effect: Effect::Live,
};

/// Whether exactly the lower edge is medium.
pub const MEDIUM_LOWER: Setting = Setting {
    key: "grading.medium_lower_inclusive",
    name: "正好低限算中级",
    kind: Kind::Switch,
    default: Value::Switch(false),
    profile: Profile::P,
    rules: &["R-208", "R-209"],
    explains: "正好低到下限的人，关着时算普通，打开时算中级。",
    effect: Effect::Live,
};

/// Shifts in the week needed to be graded.
pub const MIN_SHIFTS: Setting = Setting {
    key: "grading.min_shifts",
    name: "参加分级最少班次",
    kind: Kind::Whole { unit: Unit::Times, min: 0, max: 7 },
    default: Value::Whole(1),
    profile: Profile::P,
    rules: &["R-206"],
    explains: "当周上过这么多个班（含）的才算进平均、参加分级。",
    effect: Effect::Live,
};

/// Whether newcomers on trial are graded.
pub const COUNT_TRIAL: Setting = Setting {
    key: "grading.count_trial",
    name: "试用期参加分级",
    kind: Kind::Switch,
    default: Value::Switch(false),
    profile: Profile::P,
    rules: &["R-206", "R-215"],
    explains: "关着时，试用期新人不算进平均，也不分级。",
    effect: Effect::Live,
};

/// Dialogues for a senior.
pub const QUOTA_SENIOR: Setting = Setting {
    key: "allocation.senior",
    name: "高级对话名额",
    kind: Kind::Whole { unit: Unit::Pieces, min: 0, max: 100 },
    default: Value::Whole(5),
    profile: Profile::P,
    rules: &["R-211"],
    explains: "高级咨询员每一轮分到的对话数。",
    effect: Effect::Live,
};

/// Dialogues for a medium.
pub const QUOTA_MEDIUM: Setting = Setting {
    key: "allocation.medium",
    name: "中级对话名额",
    kind: Kind::Whole { unit: Unit::Pieces, min: 0, max: 100 },
    default: Value::Whole(4),
    profile: Profile::P,
    rules: &["R-211"],
    explains: "中级咨询员每一轮分到的对话数。",
    effect: Effect::Live,
};

/// Dialogues for an ordinary.
pub const QUOTA_ORDINARY: Setting = Setting {
    key: "allocation.ordinary",
    name: "普通对话名额",
    kind: Kind::Whole { unit: Unit::Pieces, min: 0, max: 100 },
    default: Value::Whole(2),
    profile: Profile::P,
    rules: &["R-211", "R-216"],
    explains: "普通咨询员每一轮分到的对话数。",
    effect: Effect::Live,
};

/// What the quota is counted over.
pub const QUOTA_SPAN: Setting = Setting {
    key: "allocation.quota_per",
    name: "名额按什么算",
    kind: Kind::Word(QUOTA_SPANS),
    default: Value::Word("round"),
    profile: Profile::P,
    rules: &["R-211"],
    explains: "各级名额是每一轮的、每天的，还是同时接待的上限。",
    effect: Effect::Live,
};

/// Who gets the next dialogue.
pub const ORDER: Setting = Setting {
    key: "allocation.order",
    name: "下一个对话给谁",
    kind: Kind::Word(ORDERS),
    default: Value::Word("within_quota"),
    profile: Profile::P,
    rules: &["R-212"],
    explains: "名额内少者先：还有名额的人里接得最少的先，一样多按排名。只看少者先：不管名额。",
    effect: Effect::Live,
};

/// Dialogues open at once in the normal case.
pub const OPEN_NORMAL: Setting = Setting {
    key: "allocation.open_normal",
    name: "平时同时接待",
    kind: Kind::Whole { unit: Unit::Pieces, min: 1, max: 20 },
    default: Value::Whole(1),
    profile: Profile::P,
    rules: &["R-224"],
    explains: "平时一个人同时接待的对话数（含）。",
    effect: Effect::Live,
};

/// Dialogues open at once in special cases.
pub const OPEN_MOST: Setting = Setting {
    key: "allocation.open_most",
    name: "同时接待上限",
    kind: Kind::Whole { unit: Unit::Pieces, min: 1, max: 20 },
    default: Value::Whole(3),
    profile: Profile::P,
    rules: &["R-224"],
    explains: "特殊情况下一个人最多同时接待的对话数（含）。",
    effect: Effect::Live,
};

/// Minutes after which a dialogue that nobody has ended is no longer taken as open.
pub const OPEN_MINUTES: Setting = Setting {
    key: "allocation.open_minutes",
    name: "对话多久算接完",
    kind: Kind::Whole { unit: Unit::Minutes, min: 0, max: 1_440 },
    default: Value::Whole(60),
    profile: Profile::P,
    rules: &["R-224"],
    explains: "分到后这么多分钟还没有发「对话 结束」的，不再算在同时接待里；0是一直算到结束。",
    effect: Effect::Live,
};

/// Months of experience for a start without training.
pub const NEWCOMER_EXPERIENCE: Setting = Setting {
    key: "allocation.newcomer_months",
    name: "免培训所需经验",
    kind: Kind::Whole { unit: Unit::Months, min: 0, max: 120 },
    default: Value::Whole(12),
    profile: Profile::P,
    rules: &["R-215"],
    explains: "有这么多个月经验（含）、面试合格的新人可以不培训，直接试接。",
    effect: Effect::Live,
};

/// Days of partial traffic for a newcomer.
pub const NEWCOMER_DAYS: Setting = Setting {
    key: "allocation.newcomer_days",
    name: "新人试接天数",
    kind: Kind::Whole { unit: Unit::Days, min: 0, max: 90 },
    default: Value::Whole(3),
    profile: Profile::P,
    rules: &["R-215"],
    explains: "试接满这么多天、组长确认后，次日起按中级。",
    effect: Effect::Live,
};

/// Dialogues for a newcomer on trial.
pub const NEWCOMER_QUOTA: Setting = Setting {
    key: "allocation.newcomer_quota",
    name: "新人试接名额",
    kind: Kind::Whole { unit: Unit::Pieces, min: 0, max: 100 },
    default: Value::Whole(2),
    profile: Profile::P,
    rules: &["R-215"],
    explains: "试接期间每一轮分到的对话数。",
    effect: Effect::Live,
};

/// Share of the quota left in the next shift after picking dialogues.
pub const PICKING_SHARE: Setting = Setting {
    key: "allocation.picking_share",
    name: "挑对话后的名额",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 10_000 },
    default: Value::Whole(5_000),
    profile: Profile::N,
    rules: &["R-220"],
    explains: "挑地区、敷衍患者的，下一个班的名额只剩这个比例。",
    effect: Effect::Live,
};

/// Timed-out replies that make a unit.
pub const TIMEOUT_UNIT: Setting = Setting {
    key: "allocation.timeout_unit",
    name: "超时几次算一档",
    kind: Kind::Whole { unit: Unit::Times, min: 1, max: 50 },
    default: Value::Whole(5),
    profile: Profile::N,
    rules: &["R-221"],
    explains: "当月累计超时每满这么多次为一档，余下的接着累计。",
    effect: Effect::Live,
};

/// Dialogues of a unit of timeouts.
pub const TIMEOUT_CUT: Setting = Setting {
    key: "allocation.timeout_cut",
    name: "超时每档限对话",
    kind: Kind::Whole { unit: Unit::Pieces, min: 0, max: 100 },
    default: Value::Whole(10),
    profile: Profile::N,
    rules: &["R-221"],
    explains: "每一档在下一个上班日限制的对话数，几档就乘几。",
    effect: Effect::Live,
};

/// What that number means.
pub const TIMEOUT_MODE: Setting = Setting {
    key: "allocation.timeout_mode",
    name: "超时怎样限",
    kind: Kind::Word(TIMEOUT_MODES),
    default: Value::Word("cut_by"),
    profile: Profile::N,
    rules: &["R-221"],
    explains: "下一个上班日是少接这么多个，还是最多接这么多个。",
    effect: Effect::Live,
};

/// What games and the like on duty cost.
pub const GAMES_MODE: Setting = Setting {
    key: "games.mode",
    name: "上班玩游戏怎样处理",
    kind: Kind::Word(GAMES_MODES),
    default: Value::Word("traffic_off"),
    profile: Profile::N,
    rules: &["R-222", "R-275", "R-294", "R-308"],
    explains: "当班玩游戏、看视频等，同一次只按一种处理；关流量是关到当天24:00。",
    effect: Effect::Live,
};

/// Whether visitors may be invited.
pub const INVITE_POLICY: Setting = Setting {
    key: "invite.policy",
    name: "邀请访客",
    kind: Kind::Word(INVITE_POLICIES),
    default: Value::Word("after_wait"),
    profile: Profile::P,
    rules: &["R-213", "R-223"],
    explains: "进站满规定秒数就可以邀请，还是有特殊原因才可以。",
    effect: Effect::Recorded,
};

/// Seconds on the site before a visitor may be invited.
pub const INVITE_SECONDS: Setting = Setting {
    key: "invite.min_seconds",
    name: "邀请前等待",
    kind: Kind::Whole { unit: Unit::Seconds, min: 0, max: 600 },
    default: Value::Whole(15),
    profile: Profile::P,
    rules: &["R-213"],
    explains: "访客进站不到这么多秒不邀请，正好可以。",
    effect: Effect::Recorded,
};

/// Sentences up to which others may invite again.
pub const INVITE_SENTENCES: Setting = Setting {
    key: "invite.free_sentences",
    name: "几句内可再邀请",
    kind: Kind::Whole { unit: Unit::Pieces, min: 0, max: 50 },
    default: Value::Whole(4),
    profile: Profile::P,
    rules: &["R-214"],
    explains: "邀请后这么多句以内（含）就结束的，别人可以再邀请。",
    effect: Effect::Recorded,
};

/// Whose sentences are counted.
pub const INVITE_WRITERS: Setting = Setting {
    key: "invite.sentences_of",
    name: "邀请后句数算谁的",
    kind: Kind::Word(WRITERS),
    default: Value::Word("both"),
    profile: Profile::P,
    rules: &["R-214"],
    explains: "上面的句数是双方合计，还是只算一方。",
    effect: Effect::Recorded,
};

/// Fen for the month's best rate.
pub const TITLE_AMOUNT: Setting = Setting {
    key: "title.amount",
    name: "月度单项奖",
    kind: Kind::Whole { unit: Unit::Fen, min: 0, max: 200_000 },
    default: Value::Whole(20_000),
    profile: Profile::N,
    rules: &["R-217"],
    explains: "预约率最高和到诊率最高各奖的金额，可以兼得，并列都得。",
    effect: Effect::Live,
};

/// Valid dialogues in the month needed for a title.
pub const TITLE_MIN: Setting = Setting {
    key: "title.min_dialogues",
    name: "单项奖最少对话",
    kind: Kind::Whole { unit: Unit::Pieces, min: 0, max: 10_000 },
    default: Value::Whole(20),
    profile: Profile::N,
    rules: &["R-217"],
    explains: "当月有效对话达到这个数（含）的才参评。",
    effect: Effect::Live,
};

/// What the monthly arrival rate is.
pub const TITLE_ARRIVAL_RATE: Setting = Setting {
    key: "title.arrival_rate",
    name: "到诊率算法",
    kind: Kind::Word(ARRIVAL_RATES),
    default: Value::Word("appointments"),
    profile: Profile::N,
    rules: &["R-217"],
    explains: "评到诊率最高的人时，用预约数还是咨询数作分母。",
    effect: Effect::Live,
};

/// Target of appointments per consultation.
pub const TARGET_BOOKING: Setting = Setting {
    key: "ranking.target_booking",
    name: "预约率基数",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 10_000 },
    default: Value::Whole(0),
    profile: Profile::N,
    rules: &["R-218"],
    explains: "每月预约数与咨询数之比，正好达到为合格，超过为优秀；0表示还没有定。",
    effect: Effect::Live,
};

/// Target of arrivals per appointment.
pub const TARGET_ARRIVAL: Setting = Setting {
    key: "ranking.target_arrival",
    name: "到诊率基数",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 10_000 },
    default: Value::Whole(0),
    profile: Profile::N,
    rules: &["R-218"],
    explains: "每月到诊数与预约数之比，正好达到为合格，超过为优秀；0表示还没有定。",
    effect: Effect::Live,
};

/// People in the team needed for a last place.
pub const LAST_MIN_TEAM: Setting = Setting {
    key: "ranking.last_min_team",
    name: "评末位最少人数",
    kind: Kind::Whole { unit: Unit::People, min: 2, max: 50 },
    default: Value::Whole(3),
    profile: Profile::N,
    rules: &["R-219"],
    explains: "参评的有这么多人（含）才评综合成绩末位。",
    effect: Effect::Live,
};

/// Lines of a posted board.
pub const SHOWN: Setting = Setting {
    key: "ranking.shown",
    name: "排行显示名次",
    kind: Kind::Whole { unit: Unit::People, min: 3, max: 50 },
    default: Value::Whole(15),
    profile: Profile::N,
    rules: &["R-230"],
    explains: "群里的排行写到第几名，后面的发「排行 第2页」看。",
    effect: Effect::Live,
};

/// How long a posted week or final month is open to objections.
pub const OBJECTION_HOURS: Setting = Setting {
    key: "ranking.objection_hours",
    name: "排行公示小时",
    kind: Kind::Whole { unit: Unit::Hours, min: 0, max: 72 },
    default: Value::Whole(24),
    profile: Profile::N,
    rules: &["R-230"],
    explains: "周排行和正式月排行发出后这么多小时内可以提异议，到时定版；0表示不公示、不定版。",
    effect: Effect::Live,
};

/// How long a posted day is open to objections.
pub const DAILY_OBJECTION_HOURS: Setting = Setting {
    key: "ranking.daily_objection_hours",
    name: "日排行公示小时",
    kind: Kind::Whole { unit: Unit::Hours, min: 0, max: 72 },
    default: Value::Whole(0),
    profile: Profile::N,
    rules: &["R-230"],
    explains: "日排行发出后这么多小时内可以提异议，到时定版；0表示不公示，补交的日报随时计入。",
    effect: Effect::Live,
};

/// How many low rates are told to those who lead.
pub const LOW_PEOPLE: Setting = Setting {
    key: "ranking.low_people",
    name: "低转化名单人数",
    kind: Kind::Whole { unit: Unit::People, min: 0, max: 20 },
    default: Value::Whole(3),
    profile: Profile::P,
    rules: &["R-225", "R-227"],
    explains: "每天私下告诉主管、每周私下告诉组长的低转化名单最多写几人，不超过一半；0表示不发。",
    effect: Effect::Live,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &DAILY_AT,
    &WEEKLY_AT,
    &MONTHLY_AT,
    &PROVISIONAL_DAY,
    &FINAL_DAY,
    &RATE,
    &COUNT_UNANSWERED,
    &SENIOR_ABOVE,
    &ORDINARY_BELOW,
    &MEDIUM_LOWER,
    &MIN_SHIFTS,
    &COUNT_TRIAL,
    &QUOTA_SENIOR,
    &QUOTA_MEDIUM,
    &QUOTA_ORDINARY,
    &QUOTA_SPAN,
    &ORDER,
    &OPEN_NORMAL,
    &OPEN_MOST,
    &OPEN_MINUTES,
    &NEWCOMER_EXPERIENCE,
    &NEWCOMER_DAYS,
    &NEWCOMER_QUOTA,
    &PICKING_SHARE,
    &TIMEOUT_UNIT,
    &TIMEOUT_CUT,
    &TIMEOUT_MODE,
    &GAMES_MODE,
    &INVITE_POLICY,
    &INVITE_SECONDS,
    &INVITE_SENTENCES,
    &INVITE_WRITERS,
    &TITLE_AMOUNT,
    &TITLE_MIN,
    &TITLE_ARRIVAL_RATE,
    &TARGET_BOOKING,
    &TARGET_ARRIVAL,
    &LAST_MIN_TEAM,
    &SHOWN,
    &OBJECTION_HOURS,
    &DAILY_OBJECTION_HOURS,
    &LOW_PEOPLE,
];

/// What other houses set otherwise.
pub(crate) const PRESETS: &[(Profile, Preset)] = &[
    (Profile::A, Preset { key: "games.mode", value: Value::Word("points") }),
    (Profile::I, Preset { key: "games.mode", value: Value::Word("fine") }),
    (Profile::I, Preset { key: "ranking.count_unanswered", value: Value::Switch(true) }),
    (Profile::M, Preset { key: "games.mode", value: Value::Word("fine") }),
];
