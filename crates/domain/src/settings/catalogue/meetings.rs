//! 会议与培训: when the meetings are, what a missed one costs, how often is trained.

use crate::settings::{Choice, Effect, Kind, Preset, Profile, Setting, Unit, Value};

/// The days of the week.
const WEEKDAYS: &[Choice] = &[
    Choice { word: "monday", means: "周一" },
    Choice { word: "tuesday", means: "周二" },
    Choice { word: "wednesday", means: "周三" },
    Choice { word: "thursday", means: "周四" },
    Choice { word: "friday", means: "周五" },
    Choice { word: "saturday", means: "周六" },
    Choice { word: "sunday", means: "周日" },
];

/// What becomes of a meeting on a public holiday.
const HOLIDAY: &[Choice] = &[
    Choice { word: "next_workday", means: "顺延到下个工作日" },
    Choice { word: "as_planned", means: "照常开" },
];

/// On which day of the week the regular meeting is.
pub const WEEKLY_DAY: Setting = Setting {
    key: "meeting.weekly_day",
    name: "每周例会日",
    kind: Kind::Word(WEEKDAYS),
    default: Value::Word("monday"),
    profile: Profile::C,
    rules: &["R-405"],
    explains: "每周这一天早上开例会，人人参加。",
    effect: Effect::Recorded,
};

/// On which day of the month the regular meeting is, day of the month.
pub const MONTHLY_DAY: Setting = Setting {
    key: "meeting.monthly_day",
    name: "每月例会日",
    kind: Kind::Whole { unit: Unit::DayOfMonth, min: 1, max: 28 },
    default: Value::Whole(1),
    profile: Profile::C,
    rules: &["R-405"],
    explains: "每月这一天开例会；与每周例会同一天时只开一次。",
    effect: Effect::Recorded,
};

/// What becomes of a regular meeting on a public holiday.
pub const ON_HOLIDAY: Setting = Setting {
    key: "meeting.holiday",
    name: "例会遇节假日",
    kind: Kind::Word(HOLIDAY),
    default: Value::Word("next_workday"),
    profile: Profile::C,
    rules: &["R-405"],
    explains: "例会日是法定节假日时，顺延到下一个工作日，还是照常开。",
    effect: Effect::Recorded,
};

/// Whether a reminder goes out the evening before a regular meeting.
pub const REMIND_EVENING: Setting = Setting {
    key: "meeting.remind_evening",
    name: "例会前一晚提醒",
    kind: Kind::Switch,
    default: Value::Switch(true),
    profile: Profile::C,
    rules: &["R-405"],
    explains: "开：例会前一天晚上提醒一次；关：不提醒。",
    effect: Effect::Recorded,
};

/// How long before a regular meeting the reminder goes out, minutes.
pub const REMIND_MINUTES: Setting = Setting {
    key: "meeting.remind_minutes",
    name: "例会会前提醒",
    kind: Kind::Whole { unit: Unit::Minutes, min: 0, max: 120 },
    default: Value::Whole(30),
    profile: Profile::C,
    rules: &["R-405"],
    explains: "例会开始前这么久再提醒一次；0 分钟就是开始时提醒。",
    effect: Effect::Recorded,
};

/// When the morning meeting starts.
pub const MORNING: Setting = Setting {
    key: "meeting.morning",
    name: "晨会时间",
    kind: Kind::Time,
    default: Value::Time(7 * 60 + 50),
    profile: Profile::C,
    rules: &["R-406", "R-407"],
    explains: "每天这个时刻开晨会、做早交接，签到和扣分以它为准；与排班上的到岗时间分开算。",
    effect: Effect::Recorded,
};

/// Points of the item for meetings and handovers in a month, never below 0.
pub const MORNING_ITEM: Setting = Setting {
    key: "meeting.item",
    name: "晨会满分",
    kind: Kind::Whole { unit: Unit::Points, min: 0, max: 100 },
    default: Value::Whole(5),
    profile: Profile::C,
    rules: &["R-406"],
    explains: "每月晨会和早交接一项的分数，扣到 0 分为止。",
    effect: Effect::Recorded,
};

/// Each morning meeting or handover not attended in time, points.
pub const MORNING_MISS: Setting = Setting {
    key: "meeting.miss_points",
    name: "晨会缺一次扣分",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-1),
    profile: Profile::C,
    rules: &["R-406"],
    explains: "晨会或早交接每有一次没准时参加，从本项扣这么多分。",
    effect: Effect::Recorded,
};

/// How long before the morning meeting yesterday's summary is posted, minutes.
pub const SUMMARY_MINUTES: Setting = Setting {
    key: "meeting.summary_minutes",
    name: "晨会前发小结",
    kind: Kind::Whole { unit: Unit::Minutes, min: 0, max: 120 },
    default: Value::Whole(5),
    profile: Profile::A,
    rules: &["R-407"],
    explains: "晨会前这么久发出昨日小结和今日安排；晨会 8:20、提前 5 分钟就是 8:15。",
    effect: Effect::Recorded,
};

/// Regular meetings a week, times.
pub const REGULAR_WEEKLY: Setting = Setting {
    key: "meeting.weekly_times",
    name: "每周例会次数",
    kind: Kind::Whole { unit: Unit::Times, min: 0, max: 7 },
    default: Value::Whole(1),
    profile: Profile::I,
    rules: &["R-412"],
    explains: "每周至少开这么多次例会。",
    effect: Effect::Recorded,
};

/// Trainings that a lead gives the group a week, times.
pub const LEAD_TRAINING: Setting = Setting {
    key: "training.lead_weekly",
    name: "组长每周培训次数",
    kind: Kind::Whole { unit: Unit::Times, min: 0, max: 7 },
    default: Value::Whole(1),
    profile: Profile::N,
    rules: &["R-409"],
    explains: "组长每周至少给本组培训这么多次。",
    effect: Effect::Recorded,
};

/// On which day of the week a lead is reminded of the training.
pub const TRAINING_REMIND: Setting = Setting {
    key: "training.remind_day",
    name: "培训提醒日",
    kind: Kind::Word(WEEKDAYS),
    default: Value::Word("friday"),
    profile: Profile::N,
    rules: &["R-409"],
    explains: "一周到这一天培训次数还不够，就提醒组长。",
    effect: Effect::Recorded,
};

/// Exchanges with the clinical experts a week, times.
pub const EXPERT_WEEKLY: Setting = Setting {
    key: "training.expert_weekly",
    name: "每周专家交流次数",
    kind: Kind::Whole { unit: Unit::Times, min: 0, max: 7 },
    default: Value::Whole(1),
    profile: Profile::P,
    rules: &["R-411"],
    explains: "每周至少和临床专家交流这么多次。",
    effect: Effect::Recorded,
};

/// Professional studies a week, times.
pub const STUDY_WEEKLY: Setting = Setting {
    key: "training.study_weekly",
    name: "每周业务学习次数",
    kind: Kind::Whole { unit: Unit::Times, min: 0, max: 7 },
    default: Value::Whole(1),
    profile: Profile::P,
    rules: &["R-411"],
    explains: "每周至少业务学习这么多次。",
    effect: Effect::Recorded,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &WEEKLY_DAY,
    &MONTHLY_DAY,
    &ON_HOLIDAY,
    &REMIND_EVENING,
    &REMIND_MINUTES,
    &MORNING,
    &MORNING_ITEM,
    &MORNING_MISS,
    &SUMMARY_MINUTES,
    &REGULAR_WEEKLY,
    &LEAD_TRAINING,
    &TRAINING_REMIND,
    &EXPERT_WEEKLY,
    &STUDY_WEEKLY,
];

/// The values that the houses set otherwise.
pub(crate) const PRESETS: &[(Profile, Preset)] =
    &[(Profile::A, Preset { key: "meeting.morning", value: Value::Time(8 * 60 + 20) })];
