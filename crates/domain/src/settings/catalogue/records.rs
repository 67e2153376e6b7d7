//! 必填与登记: completeness of forms and records.

use crate::settings::{Choice, Effect, Kind, Profile, Setting, Unit, Value};

/// How often something is collated.
const PERIODS: &[Choice] = &[
    Choice { word: "day", means: "每天" },
    Choice { word: "week", means: "每周" },
    Choice { word: "month", means: "每月" },
];

/// Share of incomplete forms of a day from which the lower deduction holds, hundredths of a percent.
pub const FORM_LOW: Setting = Setting {
    key: "form.incomplete_low",
    name: "预填单低档比例",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 10_000 },
    default: Value::Whole(2_000),
    profile: Profile::C,
    rules: &["R-056"],
    explains: "当天没填全的预填单达到这个比例（含），按低档扣分；不到的不扣。",
    effect: Effect::Live,
};

/// The lower deduction, points per day.
pub const FORM_LOW_POINTS: Setting = Setting {
    key: "form.low_points",
    name: "预填单低档扣分",
    kind: Kind::Whole { unit: Unit::Points, min: -10, max: 0 },
    default: Value::Whole(-3),
    profile: Profile::C,
    rules: &["R-056"],
    explains: "没填全的比例达到低档、不到高档的，当天扣这么多分。",
    effect: Effect::Live,
};

/// Share of incomplete forms of a day from which the higher deduction holds, hundredths of a percent.
pub const FORM_HIGH: Setting = Setting {
    key: "form.incomplete_high",
    name: "预填单高档比例",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 10_000 },
    default: Value::Whole(4_000),
    profile: Profile::C,
    rules: &["R-056"],
    explains: "当天没填全的预填单达到这个比例（含），按高档扣分，不再另扣低档。",
    effect: Effect::Live,
};

/// The higher deduction, points per day.
pub const FORM_HIGH_POINTS: Setting = Setting {
    key: "form.high_points",
    name: "预填单高档扣分",
    kind: Kind::Whole { unit: Unit::Points, min: -10, max: 0 },
    default: Value::Whole(-5),
    profile: Profile::C,
    rules: &["R-056"],
    explains: "没填全的比例达到高档的，当天扣这么多分。",
    effect: Effect::Live,
};

/// Whether a single criticised form is charged outside the daily share.
pub const FORM_SINGLE: Setting = Setting {
    key: "form.single",
    name: "单张另扣",
    kind: Kind::Switch,
    default: Value::Switch(false),
    profile: Profile::C,
    rules: &["R-056"],
    explains: "开：当天比例之外，被指出的单张也扣分。关：只看当天的比例。",
    effect: Effect::Recorded,
};

/// A single criticised form, points each, if that is switched on.
pub const FORM_SINGLE_POINTS: Setting = Setting {
    key: "form.single_points",
    name: "单张扣分",
    kind: Kind::Whole { unit: Unit::Points, min: -10, max: 0 },
    default: Value::Whole(-2),
    profile: Profile::C,
    rules: &["R-056"],
    explains: "单张另扣打开时，每张被指出的预填单扣这么多分。",
    effect: Effect::Recorded,
};

/// Points of the item, and the most it can lose, points.
pub const FORM_POINTS_MAX: Setting = Setting {
    key: "form.points_max",
    name: "预填单项满分",
    kind: Kind::Whole { unit: Unit::Points, min: 0, max: 30 },
    default: Value::Whole(10),
    profile: Profile::C,
    rules: &["R-056"],
    explains: "本项每月最多扣这么多分，扣到0为止，不记负分。",
    effect: Effect::Recorded,
};

/// How often a month asking for contact data at once is only warned of, times.
pub const HASTY_FREE: Setting = Setting {
    key: "contact.hasty_free",
    name: "急要联系方式免扣",
    kind: Kind::Whole { unit: Unit::Times, min: 0, max: 10 },
    default: Value::Whole(1),
    profile: Profile::I,
    rules: &["R-062"],
    explains: "当月前这么多次（含这一次）只口头提醒，再犯才扣款；每月重新计。",
    effect: Effect::Recorded,
};

/// Asking for contact data at once after the warnings, fen each.
pub const HASTY_FEN: Setting = Setting {
    key: "contact.hasty_fen",
    name: "急要联系方式扣款",
    kind: Kind::Whole { unit: Unit::Fen, min: -10_000, max: 0 },
    default: Value::Whole(-2_000),
    profile: Profile::I,
    rules: &["R-062"],
    explains: "口头提醒用完后，每次扣这么多；客户主动留的不算。",
    effect: Effect::Recorded,
};

/// An incomplete or wrong consultation record, points each.
pub const INCOMPLETE_POINTS: Setting = Setting {
    key: "record.incomplete_points",
    name: "咨询记录不全扣分",
    kind: Kind::Whole { unit: Unit::Points, min: -10, max: 0 },
    default: Value::Whole(-2),
    profile: Profile::C,
    rules: &["R-069"],
    explains: "咨询记录不完整或不准确，每次扣这么多分；故意漏登记的本项全扣。",
    effect: Effect::Recorded,
};

/// Points of the item, and the most it can lose, points.
pub const RECORD_POINTS_MAX: Setting = Setting {
    key: "record.points_max",
    name: "咨询记录项满分",
    kind: Kind::Whole { unit: Unit::Points, min: 0, max: 30 },
    default: Value::Whole(10),
    profile: Profile::C,
    rules: &["R-069"],
    explains: "本项每月最多扣这么多分，扣到0为止；故意漏登记的一次扣完。",
    effect: Effect::Recorded,
};

/// Whether extended data of patients may be collected.
pub const EXTENDED: Setting = Setting {
    key: "patient.extended",
    name: "收集扩展资料",
    kind: Kind::Switch,
    default: Value::Switch(false),
    profile: Profile::C,
    rules: &["R-068"],
    explains: "开：可以记家庭成员、消费习惯、满意度。关：不收集这些资料。",
    effect: Effect::Recorded,
};

/// How often hot and difficult topics are collated.
pub const TOPICS_EVERY: Setting = Setting {
    key: "topics.every",
    name: "热点整理周期",
    kind: Kind::Word(PERIODS),
    default: Value::Word("week"),
    profile: Profile::N,
    rules: &["R-074"],
    explains: "每隔这么久整理一次咨询的热点和难点。",
    effect: Effect::Recorded,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &FORM_LOW,
    &FORM_LOW_POINTS,
    &FORM_HIGH,
    &FORM_HIGH_POINTS,
    &FORM_SINGLE,
    &FORM_SINGLE_POINTS,
    &FORM_POINTS_MAX,
    &HASTY_FREE,
    &HASTY_FEN,
    &INCOMPLETE_POINTS,
    &RECORD_POINTS_MAX,
    &EXTENDED,
    &TOPICS_EVERY,
];
