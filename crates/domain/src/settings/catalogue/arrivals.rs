//! 到诊核对: when an arrival is taken as that of an appointment, and what a false one costs.

use crate::settings::{Choice, Effect, Kind, Preset, Profile, Setting, Unit, Value};

/// What a false arrival costs.
const FALSE_MODES: &[Choice] = &[
    Choice { word: "month_bonus", means: "扣当月奖金" },
    Choice { word: "fine_then_flag", means: "扣款再犯上报" },
];

/// Which month pays for a false arrival.
const FALSE_MONTHS: &[Choice] =
    &[Choice { word: "report", means: "虚报当月" }, Choice { word: "finding", means: "查实当月" }];

/// Fields of the six that must agree, count.
pub const MATCH_MIN: Setting = Setting {
    key: "arrival.match_min",
    name: "核实最少项数",
    kind: Kind::Whole { unit: Unit::Pieces, min: 2, max: 6 },
    default: Value::Whole(3),
    profile: Profile::N,
    rules: &["R-078", "R-079", "R-080", "R-380"],
    explains: "到诊与预约的6项资料中，至少对上这么多项（含）才算核实。",
    effect: Effect::Live,
};

/// Whether age, region and complaint alone go to a human.
pub const WEAK_TRIPLE_REVIEW: Setting = Setting {
    key: "arrival.weak_triple_review",
    name: "弱匹配人工复核",
    kind: Kind::Switch,
    default: Value::Switch(true),
    profile: Profile::N,
    rules: &["R-079"],
    explains: "开：只对上年龄、区域、主诉的，由人工复核。关：够项数就直接核实。",
    effect: Effect::Live,
};

/// By how many years the age may differ and still agree, count of years.
pub const AGE_TOLERANCE: Setting = Setting {
    key: "arrival.age_tolerance",
    name: "年龄允许相差",
    kind: Kind::Whole { unit: Unit::Pieces, min: 0, max: 5 },
    default: Value::Whole(1),
    profile: Profile::N,
    rules: &["R-079"],
    explains: "两边年龄相差不超过这么多岁（含），算对上；0表示必须相同。",
    effect: Effect::Live,
};

/// By how many days the visit may differ from the booked day and still agree, days.
pub const DAY_TOLERANCE: Setting = Setting {
    key: "arrival.day_tolerance",
    name: "到诊日允许相差",
    kind: Kind::Whole { unit: Unit::Days, min: 0, max: 7 },
    default: Value::Whole(0),
    profile: Profile::N,
    rules: &["R-079"],
    explains: "到诊日与预约日相差不超过这么多天（含），到诊时间这一项算对上；0表示必须同一天。",
    effect: Effect::Live,
};

/// Whether the success rate leaves out arrivals without consumption.
pub const SUCCESS_NEEDS_SPEND: Setting = Setting {
    key: "arrival.success_needs_spend",
    name: "成功率只算消费",
    kind: Kind::Switch,
    default: Value::Switch(true),
    profile: Profile::A,
    rules: &["R-081"],
    explains: "开：只咨询、没消费的到诊不计入成功率。关：到诊都计入。",
    effect: Effect::Live,
};

/// What a dialogue closed on the ground of going off duty takes from the month's arrivals, count.
pub const CLOSED_EARLY: Setting = Setting {
    key: "arrival.closed_early",
    name: "提前关对话扣到诊",
    kind: Kind::Whole { unit: Unit::Pieces, min: -5, max: 0 },
    default: Value::Whole(-1),
    profile: Profile::N,
    rules: &["R-082", "R-381"],
    explains: "以下班、有事为由关掉没结束的对话，每查实1次，月末到诊总数减这么多，减到0为止。",
    effect: Effect::Live,
};

/// What a false arrival costs.
pub const FALSE_MODE: Setting = Setting {
    key: "arrival.false_mode",
    name: "虚报到诊处理",
    kind: Kind::Word(FALSE_MODES),
    default: Value::Word("month_bonus"),
    profile: Profile::N,
    rules: &["R-083", "R-104"],
    explains: "扣当月全部奖金，或按送借患者的金额扣款、再犯上报；查实后假到诊都作废。",
    effect: Effect::Recorded,
};

/// Whose bonus a false arrival costs: of the month of the report or of the finding.
pub const FALSE_MONTH: Setting = Setting {
    key: "arrival.false_month",
    name: "虚报扣哪个月",
    kind: Kind::Word(FALSE_MONTHS),
    default: Value::Word("report"),
    profile: Profile::N,
    rules: &["R-083"],
    explains: "扣虚报那个月的奖金，还是查实那个月的；已经发放的在下次发放时处理。",
    effect: Effect::Recorded,
};

/// How long ago somebody may have come who is recorded only now, days.
pub const BACKDATE_DAYS: Setting = Setting {
    key: "arrival.backdate_days",
    name: "补登到诊天数",
    kind: Kind::Whole { unit: Unit::Days, min: 0, max: 31 },
    default: Value::Whole(3),
    profile: Profile::N,
    rules: &["R-052", "R-075"],
    explains: "到诊时间最多可以写到这么多天以前；0表示只能登记当天的。",
    effect: Effect::Live,
};

/// Time at which those who are expected today are listed to reception and the leads.
pub const EXPECTED_AT: Setting = Setting {
    key: "arrival.expected_at",
    name: "今日待到诊名单时间",
    kind: Kind::Time,
    default: Value::Time(8 * 60 + 5),
    profile: Profile::N,
    rules: &["R-052"],
    explains: "每天这个时刻，把当天预约到诊的名单私聊发给导医和组长，群里只发人数。",
    effect: Effect::Live,
};

/// Time at which those who are expected tomorrow are listed.
pub const EXPECTED_NEXT_AT: Setting = Setting {
    key: "arrival.expected_next_at",
    name: "明日待到诊名单时间",
    kind: Kind::Time,
    default: Value::Time(18 * 60),
    profile: Profile::N,
    rules: &["R-052"],
    explains: "每天这个时刻，把第二天预约到诊的名单私聊发给导医和组长，群里只发人数。",
    effect: Effect::Live,
};

/// Time at which reception's day is closed: forms are counted, arrivals without an appointment are listed.
pub const CLOSE_AT: Setting = Setting {
    key: "arrival.close_at",
    name: "前台收尾时间",
    kind: Kind::Time,
    default: Value::Time(21 * 60),
    profile: Profile::N,
    rules: &["R-055", "R-056", "R-075", "R-078"],
    explains: "每天这个时刻统计当天没填全的预填单，并把没有预约的到诊列给主管；之后补的不再改当天的统计。",
    effect: Effect::Live,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &MATCH_MIN,
    &WEAK_TRIPLE_REVIEW,
    &AGE_TOLERANCE,
    &DAY_TOLERANCE,
    &SUCCESS_NEEDS_SPEND,
    &CLOSED_EARLY,
    &FALSE_MODE,
    &FALSE_MONTH,
    &BACKDATE_DAYS,
    &EXPECTED_AT,
    &EXPECTED_NEXT_AT,
    &CLOSE_AT,
];

/// Values that a profile sets otherwise.
pub(crate) const PRESETS: &[(Profile, Preset)] =
    &[(Profile::A, Preset { key: "arrival.false_mode", value: Value::Word("fine_then_flag") })];
