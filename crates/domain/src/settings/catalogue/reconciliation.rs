//! 每月核对: until which day of the month arrivals are reconciled with the hospital.

use crate::settings::{Effect, Kind, Profile, Setting, Unit, Value};

/// Until which day of the month the last month is reconciled, day of the month.
pub const LAST_DAY: Setting = Setting {
    key: "reconcile.last_day",
    name: "对账截止日",
    kind: Kind::Whole { unit: Unit::DayOfMonth, min: 1, max: 15 },
    default: Value::Whole(4),
    profile: Profile::N,
    rules: &["R-378", "R-379"],
    explains: "每月到这一天为止与医院对完上月数据；无故没对上的到诊不结算、也不能补报。",
    effect: Effect::Live,
};

/// Whether the last day itself still counts.
pub const INCLUSIVE: Setting = Setting {
    key: "reconcile.inclusive",
    name: "截止日当天算不算",
    kind: Kind::Switch,
    default: Value::Switch(true),
    profile: Profile::N,
    rules: &["R-378", "R-379"],
    explains: "开：截止日当天 24:00 前对完都算；关：前一天 24:00 就截止。",
    effect: Effect::Live,
};

/// On which day of the month everybody gets the list of claimed arrivals, day of the month.
pub const LIST_DAY: Setting = Setting {
    key: "reconcile.list_day",
    name: "核对清单日",
    kind: Kind::Whole { unit: Unit::DayOfMonth, min: 1, max: 15 },
    default: Value::Whole(1),
    profile: Profile::N,
    rules: &["R-378"],
    explains: "每月这一天把上月待核对的到诊清单发给每个咨询员；应早于截止日。",
    effect: Effect::Live,
};

/// On how many days before the last day a reminder goes out, days.
pub const REMINDER_DAYS: Setting = Setting {
    key: "reconcile.reminder_days",
    name: "对账提前提醒",
    kind: Kind::Whole { unit: Unit::Days, min: 0, max: 10 },
    default: Value::Whole(2),
    profile: Profile::N,
    rules: &["R-378"],
    explains: "截止日之前这么多天起每天提醒一次（含第一天，不含截止日）；截止 4 日、提前 2 天就是 2 日和 3 日。",
    effect: Effect::Live,
};

/// Time of the lists, the reminders and the word that a month is closed.
pub const TELL_AT: Setting = Setting {
    key: "reconcile.tell_at",
    name: "对账通知时刻",
    kind: Kind::Time,
    default: Value::Time(9 * 60),
    profile: Profile::N,
    rules: &["R-378"],
    explains: "核对清单、对账提醒和截止结果都在当天这个时刻发。",
    effect: Effect::Live,
};

/// For how many days a closed month is opened again when nobody says until when, days.
pub const REOPEN_DAYS: Setting = Setting {
    key: "reconcile.reopen_days",
    name: "对账重开天数",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 31 },
    default: Value::Whole(3),
    profile: Profile::N,
    rules: &["R-378", "R-379"],
    explains: "主管重开对账没写到哪天时，连重开当天开这么多天。",
    effect: Effect::Live,
};

/// All of them.
pub const ALL: &[&Setting] = &[&LAST_DAY, &INCLUSIVE, &LIST_DAY, &REMINDER_DAYS, &TELL_AT, &REOPEN_DAYS];
