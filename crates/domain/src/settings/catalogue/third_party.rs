//! 第三方网站: how fast a dispatched order is accepted, and a duplicate reported.

use crate::settings::{Choice, Effect, Kind, Profile, Setting, Unit, Value};

/// What the hour covers.
const COVERS: &[Choice] =
    &[Choice { word: "acceptance", means: "只限接单" }, Choice { word: "all_steps", means: "三步都限" }];

/// From when on a duplicate is timed.
const DUPLICATE_FROM: &[Choice] =
    &[Choice { word: "dispatch", means: "从派单算" }, Choice { word: "discovery", means: "从发现算" }];

/// How soon an order of a third-party site is accepted, minutes.
pub const ACCEPT_MINUTES: Setting = Setting {
    key: "third_party.accept_minutes",
    name: "派单接单时限",
    kind: Kind::Whole { unit: Unit::Minutes, min: 5, max: 480 },
    default: Value::Whole(60),
    profile: Profile::P,
    rules: &["R-384", "R-385"],
    explains: "第三方网站派单后，在这段时间内（含最后一刻）接单算及时；到点没接就报组长。",
    effect: Effect::Live,
};

/// Whether the time limit covers acceptance only, or entry and remark too.
pub const ACCEPT_COVERS: Setting = Setting {
    key: "third_party.accept_covers",
    name: "接单时限包括",
    kind: Kind::Word(COVERS),
    default: Value::Word("acceptance"),
    profile: Profile::P,
    rules: &["R-384"],
    explains: "时限只管接单时，录入登记和网站备注到下班前做完即可；三步都限时，录入和备注也要在时限内。",
    effect: Effect::Live,
};

/// How many days back a dispatch may lie that is recorded afterwards.
pub const BACKDATED_DAYS: Setting = Setting {
    key: "third_party.backdated_days",
    name: "三方单补登天数",
    kind: Kind::Whole { unit: Unit::Days, min: 0, max: 31 },
    default: Value::Whole(7),
    profile: Profile::P,
    rules: &["R-384"],
    explains: "派单时刻可以写到今天以前这么多天（含）；接单、反馈仍从派单那一刻算。",
    effect: Effect::Live,
};

/// For how many days ahead a watch without anybody is told.
pub const WATCH_GAP_DAYS: Setting = Setting {
    key: "third_party.watch_gap_days",
    name: "值守缺人提醒天数",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 31 },
    default: Value::Whole(3),
    profile: Profile::P,
    rules: &["R-383"],
    explains: "每天早上，往后这么多天（含当天）里三方网站值守没有人的，提醒组长。",
    effect: Effect::Live,
};

/// When the first reminder of an order goes out, minutes after the dispatch.
pub const ACCEPT_FIRST_PING: Setting = Setting {
    key: "third_party.accept_first_ping",
    name: "接单第一次提醒",
    kind: Kind::Whole { unit: Unit::Minutes, min: 1, max: 480 },
    default: Value::Whole(40),
    profile: Profile::P,
    rules: &["R-384"],
    explains: "派单后过了这么久还没接，提醒值守的人一次；应早于第二次提醒。",
    effect: Effect::Live,
};

/// When the second reminder of an order goes out, minutes after the dispatch.
pub const ACCEPT_SECOND_PING: Setting = Setting {
    key: "third_party.accept_second_ping",
    name: "接单第二次提醒",
    kind: Kind::Whole { unit: Unit::Minutes, min: 1, max: 480 },
    default: Value::Whole(55),
    profile: Profile::P,
    rules: &["R-384"],
    explains: "派单后过了这么久还没接，再提醒值守的人一次；应早于接单时限。",
    effect: Effect::Live,
};

/// After which time of the late shift the call waits for the next day; the moment itself is not yet late.
pub const LATE_AFTER: Setting = Setting {
    key: "third_party.late_after",
    name: "晚间不便打电话",
    kind: Kind::Time,
    default: Value::Time(22 * 60),
    profile: Profile::P,
    rules: &["R-385"],
    explains: "晚班过了这个时刻（正好这一刻不算）可以第二天再打电话跟进，接单仍按接单时限。",
    effect: Effect::Live,
};

/// When the early shift of the next day follows up what came too late.
pub const NEXT_DAY_AT: Setting = Setting {
    key: "third_party.next_day_at",
    name: "次日跟进时刻",
    kind: Kind::Time,
    default: Value::Time(10 * 60),
    profile: Profile::P,
    rules: &["R-385"],
    explains: "晚间留下的派单，次日到这个时刻由早班打电话跟进，再回复网站。",
    effect: Effect::Live,
};

/// How soon a duplicate order is reported with a screenshot, hours.
pub const DUPLICATE_HOURS: Setting = Setting {
    key: "third_party.duplicate_hours",
    name: "重单反馈时限",
    kind: Kind::Whole { unit: Unit::Hours, min: 1, max: 72 },
    default: Value::Whole(12),
    profile: Profile::P,
    rules: &["R-386"],
    explains: "派单重复的，在这段时间内（含最后一刻）把截图发给网站负责人。",
    effect: Effect::Live,
};

/// From when on the report of a duplicate is timed.
pub const DUPLICATE_STARTS: Setting = Setting {
    key: "third_party.duplicate_from",
    name: "重单反馈起算",
    kind: Kind::Word(DUPLICATE_FROM),
    default: Value::Word("dispatch"),
    profile: Profile::P,
    rules: &["R-386"],
    explains: "重单反馈时限从派单那一刻算起，还是从发现重复那一刻算起。",
    effect: Effect::Live,
};

/// When the first reminder of a duplicate goes out, hours.
pub const DUPLICATE_FIRST_PING: Setting = Setting {
    key: "third_party.duplicate_first_ping",
    name: "重单第一次提醒",
    kind: Kind::Whole { unit: Unit::Hours, min: 1, max: 72 },
    default: Value::Whole(8),
    profile: Profile::P,
    rules: &["R-386"],
    explains: "起算后过了这么久还没反馈，提醒一次；应早于第二次提醒。",
    effect: Effect::Live,
};

/// When the second reminder of a duplicate goes out, hours.
pub const DUPLICATE_SECOND_PING: Setting = Setting {
    key: "third_party.duplicate_second_ping",
    name: "重单第二次提醒",
    kind: Kind::Whole { unit: Unit::Hours, min: 1, max: 72 },
    default: Value::Whole(11),
    profile: Profile::P,
    rules: &["R-386"],
    explains: "起算后过了这么久还没反馈，再提醒一次；应早于反馈时限。",
    effect: Effect::Live,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &ACCEPT_MINUTES,
    &ACCEPT_COVERS,
    &BACKDATED_DAYS,
    &WATCH_GAP_DAYS,
    &ACCEPT_FIRST_PING,
    &ACCEPT_SECOND_PING,
    &LATE_AFTER,
    &NEXT_DAY_AT,
    &DUPLICATE_HOURS,
    &DUPLICATE_STARTS,
    &DUPLICATE_FIRST_PING,
    &DUPLICATE_SECOND_PING,
];
