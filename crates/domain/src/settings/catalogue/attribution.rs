//! 重复与归属: the clocks of attribution, what decides between two, and what lending patients costs.

use crate::settings::{Choice, Effect, Kind, Preset, Profile, Setting, Unit, Value};

/// From what the three months run.
const CREDIT_BASES: &[Choice] =
    &[Choice { word: "entry", means: "登记时间" }, Choice { word: "visit", means: "预约到诊日" }];

/// Which contact is a new consultation.
const RECONSULTS: &[Choice] =
    &[Choice { word: "after_expiry", means: "到期后联系" }, Choice { word: "any", means: "任何联系" }];

/// When completeness is frozen.
const FREEZES: &[Choice] =
    &[Choice { word: "rival_entry", means: "对方登记时" }, Choice { word: "arrival", means: "患者到诊时" }];

/// Which visit a return is measured from.
const VISITS: &[Choice] =
    &[Choice { word: "first", means: "首次就诊" }, Choice { word: "last", means: "最近就诊" }];

/// Who has the credit of an early return.
const WITHIN: &[Choice] =
    &[Choice { word: "none", means: "都不计" }, Choice { word: "original", means: "原咨询员" }];

/// Whose a returning visitor is.
const RETURNINGS: &[Choice] =
    &[Choice { word: "keep", means: "归属不变" }, Choice { word: "taker", means: "归接待人" }];

/// What lending patients costs.
const LEND_MODES: &[Choice] = &[
    Choice { word: "zero_month", means: "当月绩效归零" },
    Choice { word: "fine_each", means: "双方扣款" },
    Choice { word: "fine_then_flag", means: "扣款再犯上报" },
    Choice { word: "signer_all", means: "扣款并归签约人" },
];

/// How long an appointment that has not arrived stays its owner's, days.
pub const CLAIM_DAYS: Setting = Setting {
    key: "claim.days",
    name: "预约保护天数",
    kind: Kind::Whole { unit: Unit::Days, min: 30, max: 365 },
    default: Value::Whole(90),
    profile: Profile::N,
    rules: &["R-094", "R-127"],
    explains: "登记当天不计，到第这么多天24:00仍归原咨询员；次日起他人跟进并到诊的归他人。",
    effect: Effect::Live,
};

/// How long before the end of a protection its owner is warned, days.
pub const CLAIM_WARN_DAYS: Setting = Setting {
    key: "claim.warn_days",
    name: "保护到期提前提醒",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 30 },
    default: Value::Whole(7),
    profile: Profile::N,
    rules: &["R-094", "R-127"],
    explains: "保护到期前这么多天提醒本人，到期当天再提醒一次。",
    effect: Effect::Live,
};

/// How often remarked changes may start the protection anew, times; 0 is without limit.
pub const MAX_REBASES: Setting = Setting {
    key: "claim.max_rebases",
    name: "改约重算次数",
    kind: Kind::Whole { unit: Unit::Times, min: 0, max: 20 },
    default: Value::Whole(0),
    profile: Profile::N,
    rules: &["R-094"],
    explains: "有备注的改约最多可让保护期重新起算这么多次；0表示不限次数。",
    effect: Effect::Live,
};

/// Within which an arrival without new consultation counts, months.
pub const CREDIT_MONTHS: Setting = Setting {
    key: "credit.months",
    name: "免再咨询月数",
    kind: Kind::Whole { unit: Unit::Months, min: 1, max: 12 },
    default: Value::Whole(3),
    profile: Profile::N,
    rules: &["R-095", "R-127"],
    explains: "起算后这么多个日历月内（含到期日）到诊的照常计业绩；过后没再咨询就来的不计。",
    effect: Effect::Live,
};

/// From what the months without new consultation run.
pub const THREE_MONTH_BASE: Setting = Setting {
    key: "credit.three_month_base",
    name: "免再咨询起算",
    kind: Kind::Word(CREDIT_BASES),
    default: Value::Word("entry"),
    profile: Profile::N,
    rules: &["R-095"],
    explains: "从登记时间（含有备注的改约）算起，还是从预约的到诊日算起。",
    effect: Effect::Live,
};

/// Which later contact counts as consulted again.
pub const RECONSULT: Setting = Setting {
    key: "credit.reconsult",
    name: "再次咨询口径",
    kind: Kind::Word(RECONSULTS),
    default: Value::Word("after_expiry"),
    profile: Profile::N,
    rules: &["R-095"],
    explains: "到期后的双向联系才算再次咨询，还是登记后任何一次都算。",
    effect: Effect::Live,
};

/// When the completeness of rival appointments is frozen.
pub const CLASS_FREEZE: Setting = Setting {
    key: "credit.class_freeze",
    name: "完整程度定格",
    kind: Kind::Word(FREEZES),
    default: Value::Word("rival_entry"),
    profile: Profile::N,
    rules: &["R-085"],
    explains: "以后一方登记那一刻，还是以患者到诊那一刻的完整程度比较。",
    effect: Effect::Live,
};

/// From when on a treated patient makes new credit, months.
pub const REVISIT_MONTHS: Setting = Setting {
    key: "revisit.months",
    name: "复诊重算月数",
    kind: Kind::Whole { unit: Unit::Months, min: 1, max: 36 },
    default: Value::Whole(6),
    profile: Profile::N,
    rules: &["R-086"],
    explains: "上次就诊满这么多个月（含对应日）再预约来诊，业绩归新的预约；不满的不重算。",
    effect: Effect::Live,
};

/// From which visit those months run.
pub const REVISIT_BASE: Setting = Setting {
    key: "revisit.base",
    name: "复诊重算起点",
    kind: Kind::Word(VISITS),
    default: Value::Word("last"),
    profile: Profile::N,
    rules: &["R-086"],
    explains: "间隔从第一次就诊算起，还是从最近一次就诊算起；只来过一次的两者相同。",
    effect: Effect::Live,
};

/// Who has the credit of a return visit before that.
pub const REVISIT_WITHIN: Setting = Setting {
    key: "revisit.within",
    name: "未满期复诊业绩",
    kind: Kind::Word(WITHIN),
    default: Value::Word("none"),
    profile: Profile::N,
    rules: &["R-086"],
    explains: "没满月数又来诊的，谁都不计新业绩，还是仍归原咨询员。",
    effect: Effect::Live,
};

/// Whose a returning visitor is when his consultant is off duty.
pub const RETURNING: Setting = Setting {
    key: "credit.returning",
    name: "老访客归属",
    kind: Kind::Word(RETURNINGS),
    default: Value::Word("keep"),
    profile: Profile::P,
    rules: &["R-102"],
    explains: "上次的咨询员下班时，由在班的人接待；归属不变，还是归接待的人。",
    effect: Effect::Recorded,
};

/// What lending patients, giving leads away and private stand-ins cost.
pub const LEND_MODE: Setting = Setting {
    key: "lend.mode",
    name: "送借患者处理",
    kind: Kind::Word(LEND_MODES),
    default: Value::Word("zero_month"),
    profile: Profile::N,
    rules: &["R-096", "R-097", "R-103", "R-104"],
    explains: "查实后当月绩效归零，或双方扣款，或扣款再犯上报，或扣款并全归签约人；只按一种处理。",
    effect: Effect::Live,
};

/// Whether the leads of both parties lose their pay when they are of different teams.
pub const LEND_BOTH_LEADS: Setting = Setting {
    key: "lend.both_leads",
    name: "两组组长同罚",
    kind: Kind::Switch,
    default: Value::Switch(true),
    profile: Profile::N,
    rules: &["R-096"],
    explains: "开：双方不同组的，两位组长当月绩效都归零。关：只罚借出方的组长。",
    effect: Effect::Recorded,
};

/// What each party pays where the mode is one with an amount, fen; 0 in the default mode.
pub const LEND_FEN: Setting = Setting {
    key: "lend.fen",
    name: "送借患者扣款",
    kind: Kind::Whole { unit: Unit::Fen, min: -100_000, max: 0 },
    default: Value::Whole(0),
    profile: Profile::N,
    rules: &["R-097", "R-103", "R-104"],
    explains: "处理方式带扣款时，双方每人每次扣这么多；当月绩效归零的不另扣，为0。",
    effect: Effect::Recorded,
};

/// From which finding on management is asked to decide on dismissal, times over all years.
pub const LEND_FLAG_AT: Setting = Setting {
    key: "lend.flag_at",
    name: "挪用上报次数",
    kind: Kind::Whole { unit: Unit::Times, min: 1, max: 10 },
    default: Value::Whole(2),
    profile: Profile::A,
    rules: &["R-104"],
    explains: "同一人第这么多次（含）被查实时，上报管理层决定去留；次数跨年累计。",
    effect: Effect::Recorded,
};

/// The helper's share of a joint signing that both confirm, hundredths of a percent.
pub const SHARE_JOINT: Setting = Setting {
    key: "share.joint",
    name: "协同签约分成",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 10_000 },
    default: Value::Whole(3_000),
    profile: Profile::T,
    rules: &["R-098"],
    explains: "协助现场签约的人可得的比例，双方都确认才分。",
    effect: Effect::Recorded,
};

/// From when on an invitation is one after a follow-up, days.
pub const SHARE_FOLLOW_UP_DAYS: Setting = Setting {
    key: "share.follow_up_days",
    name: "跟进邀约天数",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 90 },
    default: Value::Whole(7),
    profile: Profile::T,
    rules: &["R-099"],
    explains: "首次联系后满这么多天（含）再邀约的，按跟进邀约分成。",
    effect: Effect::Recorded,
};

/// Required fields that a valid call has obtained besides the need, count.
pub const VALID_FIELDS: Setting = Setting {
    key: "call.valid_fields",
    name: "有效电话项数",
    kind: Kind::Whole { unit: Unit::Pieces, min: 1, max: 10 },
    default: Value::Whole(1),
    profile: Profile::T,
    rules: &["R-101"],
    explains: "通话中至少问到这么多项必填信息（含），并了解到需求，才算有效电话。",
    effect: Effect::Recorded,
};

/// How long a decision stands open to objection, days; in any case until its month is reconciled.
pub const OBJECTION_DAYS: Setting = Setting {
    key: "credit.objection_days",
    name: "归属申诉天数",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 31 },
    default: Value::Whole(3),
    profile: Profile::N,
    rules: &["R-089", "R-326", "R-378"],
    explains: "判定当天不计，这么多天内（含最后一天）当事人可以申诉；当月还没过对账截止日的，到截止日为止都可以。",
    effect: Effect::Live,
};

/// When those who rule are reminded of objections that wait, time of day on working days.
pub const OBJECTION_AT: Setting = Setting {
    key: "credit.objection_at",
    name: "待裁定提醒时刻",
    kind: Kind::Time,
    default: Value::Time(9 * 60 + 30),
    profile: Profile::N,
    rules: &["R-089", "R-326"],
    explains: "周一到周五这个时刻，把还没裁定的申诉合成一条发给主管。",
    effect: Effect::Live,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &CLAIM_DAYS,
    &CLAIM_WARN_DAYS,
    &MAX_REBASES,
    &CREDIT_MONTHS,
    &THREE_MONTH_BASE,
    &RECONSULT,
    &CLASS_FREEZE,
    &REVISIT_MONTHS,
    &REVISIT_BASE,
    &REVISIT_WITHIN,
    &RETURNING,
    &LEND_MODE,
    &LEND_BOTH_LEADS,
    &LEND_FEN,
    &LEND_FLAG_AT,
    &SHARE_JOINT,
    &SHARE_FOLLOW_UP_DAYS,
    &VALID_FIELDS,
    &OBJECTION_DAYS,
    &OBJECTION_AT,
];

/// Values that a profile sets otherwise.
pub(crate) const PRESETS: &[(Profile, Preset)] = &[
    (Profile::T, Preset { key: "lend.mode", value: Value::Word("signer_all") }),
    (Profile::T, Preset { key: "lend.fen", value: Value::Whole(-20_000) }),
    (Profile::A, Preset { key: "lend.mode", value: Value::Word("fine_then_flag") }),
    (Profile::A, Preset { key: "lend.fen", value: Value::Whole(-20_000) }),
    (Profile::I, Preset { key: "lend.mode", value: Value::Word("fine_each") }),
    (Profile::I, Preset { key: "lend.fen", value: Value::Whole(-5_000) }),
];
