//! 预约登记: within which time, with what, and what an omission costs.

use crate::settings::{Effect, Kind, Profile, Setting, Unit, Value};

/// Within which an agreed appointment is registered, minutes.
pub const ENTRY_MINUTES: Setting = Setting {
    key: "appointment.entry_minutes",
    name: "预约登记时限",
    kind: Kind::Whole { unit: Unit::Minutes, min: 1, max: 240 },
    default: Value::Whole(15),
    profile: Profile::N,
    rules: &["R-031"],
    explains: "约定后这么多分钟内登记，正好到这一分钟仍算按时，超过标为迟登记。",
    effect: Effect::Live,
};

/// How long after a booking its label is checked, days.
pub const AUDIT_DAYS: Setting = Setting {
    key: "appointment.audit_days",
    name: "标注核查间隔",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 7 },
    default: Value::Whole(1),
    profile: Profile::N,
    rules: &["R-029"],
    explains: "约定后第这么多天核查聊天标注，核查前补好的不扣；1表示次日。",
    effect: Effect::Recorded,
};

/// A booking without a clear label in the chat tool, fen per item.
pub const UNLABELLED_FEN: Setting = Setting {
    key: "appointment.unlabelled_fen",
    name: "未标注扣款",
    kind: Kind::Whole { unit: Unit::Fen, min: -10_000, max: 0 },
    default: Value::Whole(-1_000),
    profile: Profile::N,
    rules: &["R-029"],
    explains: "聊天里已约却没标注清楚，核查属实后每条扣这么多。",
    effect: Effect::Recorded,
};

/// A network appointment without its chat log, fen each.
pub const NO_LOG_FEN: Setting = Setting {
    key: "appointment.no_log_fen",
    name: "缺聊天记录扣款",
    kind: Kind::Whole { unit: Unit::Fen, min: -50_000, max: 0 },
    default: Value::Whole(-10_000),
    profile: Profile::N,
    rules: &["R-037"],
    explains: "网络预约没附聊天内容，查实后每次扣这么多；电话预约不扣。",
    effect: Effect::Recorded,
};

/// A wrong entry that was not reported promptly, fen each.
pub const UNREPORTED_FEN: Setting = Setting {
    key: "appointment.unreported_fen",
    name: "错误未报扣款",
    kind: Kind::Whole { unit: Unit::Fen, min: -10_000, max: 0 },
    default: Value::Whole(-2_000),
    profile: Profile::N,
    rules: &["R-039"],
    explains: "登记错误被查出而本人没有及时上报，每次扣这么多；不与组长抽查重复扣。",
    effect: Effect::Recorded,
};

/// Whether an appointment without the sex is not full.
pub const SEX_COUNTS: Setting = Setting {
    key: "appointment.sex_counts",
    name: "缺性别算不完整",
    kind: Kind::Switch,
    default: Value::Switch(false),
    profile: Profile::N,
    rules: &["R-028"],
    explains: "开：缺性别的不算完整预约。关：性别要问，但不影响完整。",
    effect: Effect::Live,
};

/// Whether a date without a time of day counts as an expected visit time.
pub const DATE_ONLY: Setting = Setting {
    key: "appointment.date_only",
    name: "只有日期也算",
    kind: Kind::Switch,
    default: Value::Switch(true),
    profile: Profile::A,
    rules: &["R-042", "R-048"],
    explains: "开：只写日期也算有预约到诊时间，标为时间待定。关：没写时刻就算缺到诊时间。",
    effect: Effect::Live,
};

/// When the list of the day's expected patients is made, time of day.
pub const LIST_MADE_AT: Setting = Setting {
    key: "appointment.list_made_at",
    name: "当天名单生成",
    kind: Kind::Time,
    default: Value::Time(8 * 60),
    profile: Profile::P,
    rules: &["R-044"],
    explains: "每天这个时刻生成当天预约患者名单，之后有变动随时更新。",
    effect: Effect::Recorded,
};

/// When the day's expected patients go to the guide desk, time of day.
pub const LIST_AT: Setting = Setting {
    key: "appointment.list_at",
    name: "当天名单送出",
    kind: Kind::Time,
    default: Value::Time(8 * 60 + 5),
    profile: Profile::P,
    rules: &["R-044"],
    explains: "每天这个时刻把当天预约患者名单交到导医台，患者信息已遮挡。",
    effect: Effect::Recorded,
};

/// From when the day's doctors are asked for, time of day.
pub const DOCTORS_ASK_AT: Setting = Setting {
    key: "doctor.ask_at",
    name: "询问出诊时刻",
    kind: Kind::Time,
    default: Value::Time(8 * 60 + 10),
    profile: Profile::P,
    rules: &["R-046"],
    explains: "每天从这个时刻起，向各科室问清当天的出诊医生。",
    effect: Effect::Recorded,
};

/// How long after its planned end a campus visit without a result is asked about, hours.
pub const VISIT_RESULT_HOURS: Setting = Setting {
    key: "visit.result_hours",
    name: "上门结果提醒",
    kind: Kind::Whole { unit: Unit::Hours, min: 1, max: 48 },
    default: Value::Whole(2),
    profile: Profile::T,
    rules: &["R-053"],
    explains: "上门签约的计划结束时间过了这么多小时仍没报结果，就提醒本人。",
    effect: Effect::Recorded,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &ENTRY_MINUTES,
    &AUDIT_DAYS,
    &UNLABELLED_FEN,
    &NO_LOG_FEN,
    &UNREPORTED_FEN,
    &SEX_COUNTS,
    &DATE_ONLY,
    &LIST_MADE_AT,
    &LIST_AT,
    &DOCTORS_ASK_AT,
    &VISIT_RESULT_HOURS,
];
