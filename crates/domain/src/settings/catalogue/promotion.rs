//! 晋升与试用: how long a clean record has to be.

use crate::settings::{Effect, Kind, Profile, Setting, Unit, Value};

/// How long a member who applies for lead has no breach, months.
pub const LEAD_MONTHS: Setting = Setting {
    key: "promotion.lead_months",
    name: "升组长无违纪期",
    kind: Kind::Whole { unit: Unit::Months, min: 1, max: 36 },
    default: Value::Whole(3),
    profile: Profile::I,
    rules: &["R-446"],
    explains: "组员升组长，申请日之前这么多个月内没有查实的违纪；正好满这么多个月的那次不算在内。",
    effect: Effect::Recorded,
};

/// How long a lead proposed for supervisor has no breach, months.
pub const SUPERVISOR_MONTHS: Setting = Setting {
    key: "promotion.supervisor_months",
    name: "升主管无违纪期",
    kind: Kind::Whole { unit: Unit::Months, min: 1, max: 36 },
    default: Value::Whole(6),
    profile: Profile::I,
    rules: &["R-447"],
    explains: "组长升主管，申请日之前这么多个月内没有查实的违纪；正好满这么多个月的那次不算在内。",
    effect: Effect::Recorded,
};

/// How long a supervisor proposed for manager has no breach, months.
pub const MANAGER_MONTHS: Setting = Setting {
    key: "promotion.manager_months",
    name: "升经理无违纪期",
    kind: Kind::Whole { unit: Unit::Months, min: 1, max: 60 },
    default: Value::Whole(12),
    profile: Profile::I,
    rules: &["R-448"],
    explains: "主管升经理，申请日之前这么多个月内没有查实的违纪；正好满这么多个月的那次不算在内。",
    effect: Effect::Recorded,
};

/// Members of a group besides the lead, people; a note, not a limit.
pub const GROUP_MEMBERS: Setting = Setting {
    key: "promotion.group_members",
    name: "每组组员",
    kind: Kind::Whole { unit: Unit::People, min: 1, max: 50 },
    default: Value::Whole(4),
    profile: Profile::I,
    rules: &["R-452"],
    explains: "每组除组长以外的参考人数，多了少了都不拦。",
    effect: Effect::Recorded,
};

/// All of them.
pub const ALL: &[&Setting] = &[&LEAD_MONTHS, &SUPERVISOR_MONTHS, &MANAGER_MONTHS, &GROUP_MEMBERS];
