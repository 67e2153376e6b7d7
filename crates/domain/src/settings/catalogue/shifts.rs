//! 班次: the hours of each kind of shift, and how early one is there.

use crate::settings::{Effect, Kind, Preset, Profile, Setting, Unit, Value};

/// Start of the consultants' day shift.
pub const DAY_FROM: Setting = Setting {
    key: "shift.day_from",
    name: "白班开始",
    kind: Kind::Time,
    default: Value::Time(8 * 60),
    profile: Profile::P,
    rules: &["R-183"],
    explains: "咨询员的白班从这个时刻开始。",
    effect: Effect::Recorded,
};

/// End of the consultants' day shift.
pub const DAY_UNTIL: Setting = Setting {
    key: "shift.day_until",
    name: "白班结束",
    kind: Kind::Time,
    default: Value::Time(16 * 60),
    profile: Profile::P,
    rules: &["R-183"],
    explains: "咨询员的白班到这个时刻结束，正点就算下班。",
    effect: Effect::Recorded,
};

/// Start of the consultants' late shift.
pub const LATE_FROM: Setting = Setting {
    key: "shift.late_from",
    name: "晚班开始",
    kind: Kind::Time,
    default: Value::Time(16 * 60),
    profile: Profile::P,
    rules: &["R-184"],
    explains: "咨询员的晚班从这个时刻开始。",
    effect: Effect::Recorded,
};

/// End of the consultants' late shift.
pub const LATE_UNTIL: Setting = Setting {
    key: "shift.late_until",
    name: "晚班结束",
    kind: Kind::Time,
    default: Value::Time(23 * 60 + 30),
    profile: Profile::P,
    rules: &["R-184"],
    explains: "咨询员的晚班到这个时刻结束，正点就算下班。",
    effect: Effect::Recorded,
};

/// Minutes before the late shift for the handover.
pub const LATE_HANDOVER: Setting = Setting {
    key: "shift.late_handover",
    name: "晚班提前到岗",
    kind: Kind::Whole { unit: Unit::Minutes, min: 0, max: 120 },
    default: Value::Whole(30),
    profile: Profile::P,
    rules: &["R-184"],
    explains: "晚班提前这么多分钟到岗交接。",
    effect: Effect::Recorded,
};

/// Start of the guides' early shift.
pub const GUIDE_EARLY_FROM: Setting = Setting {
    key: "shift.guide_early_from",
    name: "导医早班开始",
    kind: Kind::Time,
    default: Value::Time(7 * 60),
    profile: Profile::C,
    rules: &["R-172", "R-179", "R-180"],
    explains: "导医的早班从这个时刻开始。",
    effect: Effect::Recorded,
};

/// End of the guides' early shift.
pub const GUIDE_EARLY_UNTIL: Setting = Setting {
    key: "shift.guide_early_until",
    name: "导医早班结束",
    kind: Kind::Time,
    default: Value::Time(15 * 60),
    profile: Profile::C,
    rules: &["R-172", "R-179", "R-180"],
    explains: "导医的早班到这个时刻结束，正点就算下班。",
    effect: Effect::Recorded,
};

/// Start of the guides' late shift.
pub const GUIDE_LATE_FROM: Setting = Setting {
    key: "shift.guide_late_from",
    name: "导医晚班开始",
    kind: Kind::Time,
    default: Value::Time(12 * 60),
    profile: Profile::C,
    rules: &["R-172"],
    explains: "导医的晚班从这个时刻开始。",
    effect: Effect::Recorded,
};

/// End of the guides' late shift.
pub const GUIDE_LATE_UNTIL: Setting = Setting {
    key: "shift.guide_late_until",
    name: "导医晚班结束",
    kind: Kind::Time,
    default: Value::Time(20 * 60),
    profile: Profile::C,
    rules: &["R-172"],
    explains: "导医的晚班到这个时刻结束，正点就算下班。",
    effect: Effect::Recorded,
};

/// Start of the phone group's early shift.
pub const PHONE_EARLY_FROM: Setting = Setting {
    key: "shift.phone_early_from",
    name: "电话组早班开始",
    kind: Kind::Time,
    default: Value::Time(7 * 60),
    profile: Profile::C,
    rules: &["R-173"],
    explains: "电话组的早班从这个时刻开始。",
    effect: Effect::Recorded,
};

/// End of the phone group's early shift.
pub const PHONE_EARLY_UNTIL: Setting = Setting {
    key: "shift.phone_early_until",
    name: "电话组早班结束",
    kind: Kind::Time,
    default: Value::Time(15 * 60),
    profile: Profile::C,
    rules: &["R-173"],
    explains: "电话组的早班到这个时刻结束，正点就算下班。",
    effect: Effect::Recorded,
};

/// Start of the phone group's late shift.
pub const PHONE_LATE_FROM: Setting = Setting {
    key: "shift.phone_late_from",
    name: "电话组晚班开始",
    kind: Kind::Time,
    default: Value::Time(13 * 60),
    profile: Profile::C,
    rules: &["R-173"],
    explains: "电话组的晚班从这个时刻开始。",
    effect: Effect::Recorded,
};

/// End of the phone group's late shift.
pub const PHONE_LATE_UNTIL: Setting = Setting {
    key: "shift.phone_late_until",
    name: "电话组晚班结束",
    kind: Kind::Time,
    default: Value::Time(21 * 60),
    profile: Profile::C,
    rules: &["R-173"],
    explains: "电话组的晚班到这个时刻结束，正点就算下班。",
    effect: Effect::Recorded,
};

/// Start of the morning part of the office shift.
pub const OFFICE_AM_FROM: Setting = Setting {
    key: "shift.office_am_from",
    name: "常白班上午开始",
    kind: Kind::Time,
    default: Value::Time(8 * 60),
    profile: Profile::C,
    rules: &["R-172", "R-173"],
    explains: "常白班的上午从这个时刻开始。",
    effect: Effect::Recorded,
};

/// End of the morning part of the office shift.
pub const OFFICE_AM_UNTIL: Setting = Setting {
    key: "shift.office_am_until",
    name: "常白班上午结束",
    kind: Kind::Time,
    default: Value::Time(12 * 60),
    profile: Profile::C,
    rules: &["R-172", "R-173"],
    explains: "常白班的上午到这个时刻结束，正点就算下班。",
    effect: Effect::Recorded,
};

/// Start of the afternoon part of the office shift.
pub const OFFICE_PM_FROM: Setting = Setting {
    key: "shift.office_pm_from",
    name: "常白班下午开始",
    kind: Kind::Time,
    default: Value::Time(14 * 60),
    profile: Profile::C,
    rules: &["R-172", "R-173"],
    explains: "常白班的下午从这个时刻开始。",
    effect: Effect::Recorded,
};

/// End of the afternoon part of the office shift.
pub const OFFICE_PM_UNTIL: Setting = Setting {
    key: "shift.office_pm_until",
    name: "常白班下午结束",
    kind: Kind::Time,
    default: Value::Time(18 * 60),
    profile: Profile::C,
    rules: &["R-172", "R-173"],
    explains: "常白班的下午到这个时刻结束，正点就算下班。",
    effect: Effect::Recorded,
};

/// Start of the online service's hours.
pub const ONLINE_FROM: Setting = Setting {
    key: "shift.online_from",
    name: "在线客服开始",
    kind: Kind::Time,
    default: Value::Time(8 * 60),
    profile: Profile::P,
    rules: &["R-167"],
    explains: "在线客服的工作时间从这个时刻开始。",
    effect: Effect::Recorded,
};

/// End of the online service's hours.
pub const ONLINE_UNTIL: Setting = Setting {
    key: "shift.online_until",
    name: "在线客服结束",
    kind: Kind::Time,
    default: Value::Time(20 * 60),
    profile: Profile::P,
    rules: &["R-167"],
    explains: "在线客服的工作时间到这个时刻结束，正点就算下班。",
    effect: Effect::Recorded,
};

/// Start of the dentists' consultation hours.
pub const DENTIST_FROM: Setting = Setting {
    key: "shift.dentist_from",
    name: "牙医咨询开始",
    kind: Kind::Time,
    default: Value::Time(9 * 60),
    profile: Profile::P,
    rules: &["R-196"],
    explains: "牙医的咨询时间从这个时刻开始。",
    effect: Effect::Recorded,
};

/// End of the dentists' consultation hours.
pub const DENTIST_UNTIL: Setting = Setting {
    key: "shift.dentist_until",
    name: "牙医咨询结束",
    kind: Kind::Time,
    default: Value::Time(18 * 60),
    profile: Profile::P,
    rules: &["R-196"],
    explains: "牙医的咨询时间到这个时刻结束，正点就算下班。",
    effect: Effect::Recorded,
};

/// Arrival of the guides who are not on the early shift.
pub const GUIDE_ARRIVAL: Setting = Setting {
    key: "shift.guide_arrival",
    name: "导医晨会到岗",
    kind: Kind::Time,
    default: Value::Time(7 * 60 + 55),
    profile: Profile::C,
    rules: &["R-179"],
    explains: "不上早班的导医在这个时刻到岗参加晨会；晨会记分另按晨会时间。",
    effect: Effect::Recorded,
};

/// Minutes before the shift to be there.
pub const ARRIVE_BEFORE: Setting = Setting {
    key: "shift.arrive_before",
    name: "提前到岗",
    kind: Kind::Whole { unit: Unit::Minutes, min: 0, max: 60 },
    default: Value::Whole(5),
    profile: Profile::A,
    rules: &["R-182"],
    explains: "提前这么多分钟（含）到岗，晚些只作提示，不扣款。",
    effect: Effect::Recorded,
};

/// Minutes before the shift of the reminder.
pub const ARRIVE_REMINDER: Setting = Setting {
    key: "shift.arrive_reminder",
    name: "上班前提醒",
    kind: Kind::Whole { unit: Unit::Minutes, min: 0, max: 120 },
    default: Value::Whole(15),
    profile: Profile::A,
    rules: &["R-182"],
    explains: "上班前这么多分钟提醒本人。",
    effect: Effect::Recorded,
};

/// Whether contacts logged before the shift count.
pub const EARLY_CONTACTS_COUNT: Setting = Setting {
    key: "shift.early_contacts_count",
    name: "上班前接待计入",
    kind: Kind::Switch,
    default: Value::Switch(false),
    profile: Profile::P,
    rules: &["R-189"],
    explains: "关着时，上班时刻之前登记的接待会标出来，不计入业绩和轮次。",
    effect: Effect::Recorded,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &DAY_FROM,
    &DAY_UNTIL,
    &LATE_FROM,
    &LATE_UNTIL,
    &LATE_HANDOVER,
    &GUIDE_EARLY_FROM,
    &GUIDE_EARLY_UNTIL,
    &GUIDE_LATE_FROM,
    &GUIDE_LATE_UNTIL,
    &PHONE_EARLY_FROM,
    &PHONE_EARLY_UNTIL,
    &PHONE_LATE_FROM,
    &PHONE_LATE_UNTIL,
    &OFFICE_AM_FROM,
    &OFFICE_AM_UNTIL,
    &OFFICE_PM_FROM,
    &OFFICE_PM_UNTIL,
    &ONLINE_FROM,
    &ONLINE_UNTIL,
    &DENTIST_FROM,
    &DENTIST_UNTIL,
    &GUIDE_ARRIVAL,
    &ARRIVE_BEFORE,
    &ARRIVE_REMINDER,
    &EARLY_CONTACTS_COUNT,
];

/// What other houses set otherwise.
pub(crate) const PRESETS: &[(Profile, Preset)] = &[
    (Profile::A, Preset { key: "shift.guide_early_from", value: Value::Time(8 * 60 + 30) }),
    (Profile::A, Preset { key: "shift.guide_early_until", value: Value::Time(17 * 60 + 30) }),
];
