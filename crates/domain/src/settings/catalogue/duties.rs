//! 组长、主管、主任职责.

use crate::settings::{Choice, Effect, Kind, Profile, Setting, Unit, Value};

/// Time by which the lead's summary of the day before is due.
pub const DUTY_DIGEST_DUE: Setting = Setting {
    key: "duty.digest_due",
    name: "组长汇总时限",
    kind: Kind::Time,
    default: Value::Time(10 * 60),
    profile: Profile::N,
    rules: &["R-327", "R-338"],
    explains: "组长在这个时刻以前把前一天全组日报汇总报给主管；整点这一刻是否算按时，另有开关。",
    effect: Effect::Live,
};

/// Whether the minute of the deadline itself is in time.
pub const DUTY_DIGEST_DUE_INCLUSIVE: Setting = Setting {
    key: "duty.digest_due_inclusive",
    name: "汇总时限含整点",
    kind: Kind::Switch,
    default: Value::Switch(false),
    profile: Profile::N,
    rules: &["R-327"],
    explains: "关：刚好到时限已算迟；开：刚好到时限仍算按时。",
    effect: Effect::Live,
};

/// Time at which the draft is sent to the lead.
pub const DUTY_DIGEST_DRAFT: Setting = Setting {
    key: "duty.digest_draft",
    name: "汇总草稿时间",
    kind: Kind::Time,
    default: Value::Time(9 * 60),
    profile: Profile::N,
    rules: &["R-327"],
    explains: "这个时刻把汇总草稿发给组长。",
    effect: Effect::Live,
};

/// Time of the first reminder.
pub const DUTY_DIGEST_REMINDER: Setting = Setting {
    key: "duty.digest_reminder",
    name: "汇总第1次提醒",
    kind: Kind::Time,
    default: Value::Time(9 * 60 + 30),
    profile: Profile::N,
    rules: &["R-327"],
    explains: "这个时刻还没有确认汇总，提醒组长。",
    effect: Effect::Live,
};

/// Time of the last reminder.
pub const DUTY_DIGEST_REMINDER_LAST: Setting = Setting {
    key: "duty.digest_reminder_last",
    name: "汇总第2次提醒",
    kind: Kind::Time,
    default: Value::Time(9 * 60 + 50),
    profile: Profile::N,
    rules: &["R-327"],
    explains: "这个时刻还没有确认汇总，再提醒一次；到时限自动发出，标明未确认。",
    effect: Effect::Live,
};

/// Who pays for what the lead's check finds, a choice.
pub const DUTY_SPOT_PAYER: Setting = Setting {
    key: "duty.spot_payer",
    name: "组长检查扣谁",
    kind: Kind::Word(&[Choice { word: "member", means: "当事组员" }, Choice { word: "lead", means: "组长" }]),
    default: Value::Word("member"),
    profile: Profile::N,
    rules: &["R-328"],
    explains: "组长检查发现的问题，由当事组员承担，或由组长承担。",
    effect: Effect::Recorded,
};

/// Time of the drafts at the end of a week, month or quarter.
pub const DUTY_PERIOD_DRAFT: Setting = Setting {
    key: "duty.period_draft",
    name: "周月季汇总草稿",
    kind: Kind::Time,
    default: Value::Time(20 * 60),
    profile: Profile::N,
    rules: &["R-329"],
    explains: "每周日、每月和每季最后一天的这个时刻出草稿，对账后定稿。",
    effect: Effect::Live,
};

/// Unqualified months in a row that flag the lead's post.
pub const DUTY_LEAD_UNQUALIFIED: Setting = Setting {
    key: "duty.lead_unqualified",
    name: "组长不合格月数",
    kind: Kind::Whole { unit: Unit::Months, min: 1, max: 12 },
    default: Value::Whole(2),
    profile: Profile::N,
    rules: &["R-334"],
    explains: "组长业绩连续这么多个月不合格，提醒主管考虑调整岗位。",
    effect: Effect::Recorded,
};

/// Monthly falls in a row that flag the lead's post.
pub const DUTY_GROUP_FALLING: Setting = Setting {
    key: "duty.group_falling",
    name: "小组下降月数",
    kind: Kind::Whole { unit: Unit::Months, min: 1, max: 12 },
    default: Value::Whole(2),
    profile: Profile::N,
    rules: &["R-334"],
    explains: "全组业绩连续这么多个月下降没有回升，提醒主管考虑调整组长。",
    effect: Effect::Recorded,
};

/// Whether an entry starts with the lead co-liable.
pub const DUTY_LEAD_CO_LIABLE: Setting = Setting {
    key: "duty.lead_co_liable",
    name: "组长连带责任",
    kind: Kind::Switch,
    default: Value::Switch(false),
    profile: Profile::N,
    rules: &["R-335"],
    explains: "开：组员被扣款时，默认勾选组长连带，主管可以去掉；关：默认不连带，主管可以勾选。",
    effect: Effect::Recorded,
};

/// Time of the director's digest.
pub const DUTY_DIRECTOR_DIGEST: Setting = Setting {
    key: "duty.director_digest",
    name: "主任摘要时间",
    kind: Kind::Time,
    default: Value::Time(18 * 60),
    profile: Profile::C,
    rules: &["R-341"],
    explains: "每天这个时刻给主任发摘要：数据是否齐全、投诉、请假、逾期。",
    effect: Effect::Recorded,
};

/// Months between the lead's evaluations.
pub const DUTY_EVALUATION: Setting = Setting {
    key: "duty.evaluation",
    name: "组员考评周期",
    kind: Kind::Whole { unit: Unit::Months, min: 1, max: 12 },
    default: Value::Whole(1),
    profile: Profile::A,
    rules: &["R-347"],
    explains: "组长每隔这么多个月考评一次组员。",
    effect: Effect::Recorded,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &DUTY_DIGEST_DUE,
    &DUTY_DIGEST_DUE_INCLUSIVE,
    &DUTY_DIGEST_DRAFT,
    &DUTY_DIGEST_REMINDER,
    &DUTY_DIGEST_REMINDER_LAST,
    &DUTY_SPOT_PAYER,
    &DUTY_PERIOD_DRAFT,
    &DUTY_LEAD_UNQUALIFIED,
    &DUTY_GROUP_FALLING,
    &DUTY_LEAD_CO_LIABLE,
    &DUTY_DIRECTOR_DIGEST,
    &DUTY_EVALUATION,
];
