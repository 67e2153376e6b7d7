//! 投诉与满意度: the bands of the monthly score, the quarterly survey of departments, surveys and complaints.

use crate::settings::{Choice, Effect, Kind, Profile, Setting, Unit, Value};

/// What a month without a survey earns.
const NO_SURVEY: &[Choice] =
    &[Choice { word: "supervisor", means: "由主管定" }, Choice { word: "full", means: "按满分" }];

/// Which percents of the quarterly survey count.
const ROUNDING: &[Choice] =
    &[Choice { word: "completed", means: "满一个才算" }, Choice { word: "begun", means: "不满也算" }];

/// What a missed survey is counted by.
const MISS_PER: &[Choice] = &[Choice { word: "day", means: "按天" }, Choice { word: "visit", means: "按次" }];

/// From which monthly satisfaction on the item is full, hundredths of a percent.
pub const FULL_FROM: Setting = Setting {
    key: "satisfaction.full_from",
    name: "满分线",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 5_000, max: 10_000 },
    default: Value::Whole(9_800),
    profile: Profile::C,
    rules: &["R-387"],
    explains: "每月满意度达到这个数（含）得满分。",
    effect: Effect::Recorded,
};

/// From which monthly satisfaction on the middle score is given, hundredths of a percent.
pub const MIDDLE_FROM: Setting = Setting {
    key: "satisfaction.middle_from",
    name: "中档线",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 5_000, max: 10_000 },
    default: Value::Whole(9_000),
    profile: Profile::C,
    rules: &["R-387"],
    explains: "每月满意度达到这个数（含）而不到满分线得中档分，低于它得低档分；应低于满分线。",
    effect: Effect::Recorded,
};

/// Score at or above the upper band, points.
pub const FULL_POINTS: Setting = Setting {
    key: "satisfaction.full_points",
    name: "满意度满分",
    kind: Kind::Whole { unit: Unit::Points, min: 0, max: 100 },
    default: Value::Whole(30),
    profile: Profile::C,
    rules: &["R-387"],
    explains: "满意度达到满分线（含）时得的分，也是本项满分。",
    effect: Effect::Recorded,
};

/// Score between the bands, points.
pub const MIDDLE_POINTS: Setting = Setting {
    key: "satisfaction.middle_points",
    name: "满意度中档分",
    kind: Kind::Whole { unit: Unit::Points, min: 0, max: 100 },
    default: Value::Whole(15),
    profile: Profile::C,
    rules: &["R-387"],
    explains: "满意度达到中档线（含）、不到满分线（不含）时得的分。",
    effect: Effect::Recorded,
};

/// Score below the lower band, points.
pub const LOW_POINTS: Setting = Setting {
    key: "satisfaction.low_points",
    name: "满意度低档分",
    kind: Kind::Whole { unit: Unit::Points, min: 0, max: 100 },
    default: Value::Whole(10),
    profile: Profile::C,
    rules: &["R-387"],
    explains: "满意度低于中档线（不含）时得的分。",
    effect: Effect::Recorded,
};

/// Score of a month with a confirmed complaint, whatever the satisfaction, points.
pub const COMPLAINT_POINTS: Setting = Setting {
    key: "satisfaction.complaint_points",
    name: "有投诉时得分",
    kind: Kind::Whole { unit: Unit::Points, min: 0, max: 100 },
    default: Value::Whole(0),
    profile: Profile::C,
    rules: &["R-387"],
    explains: "当月有一起（含）以上查实的投诉时得的分，不看满意度。",
    effect: Effect::Recorded,
};

/// What a month without a survey earns.
pub const WITHOUT_SURVEY: Setting = Setting {
    key: "satisfaction.without_survey",
    name: "当月没有调查",
    kind: Kind::Word(NO_SURVEY),
    default: Value::Word("supervisor"),
    profile: Profile::C,
    rules: &["R-387"],
    explains: "当月没做满意度调查时，由主管定分，还是按满分算。",
    effect: Effect::Recorded,
};

/// Below which quarterly satisfaction a department loses points, hundredths of a percent.
pub const QUARTER_FROM: Setting = Setting {
    key: "satisfaction.quarter_from",
    name: "季度满意度标准",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 5_000, max: 10_000 },
    default: Value::Whole(9_000),
    profile: Profile::M,
    rules: &["R-388"],
    explains: "科室每季度满意度达到这个数（含）不扣分，低于它按差额扣分。",
    effect: Effect::Recorded,
};

/// By which difference points are lost once, hundredths of a percent.
pub const QUARTER_STEP: Setting = Setting {
    key: "satisfaction.quarter_step",
    name: "季度扣分步长",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 10, max: 1_000 },
    default: Value::Whole(100),
    profile: Profile::M,
    rules: &["R-388"],
    explains: "季度满意度每低这么多扣一次分。",
    effect: Effect::Recorded,
};

/// Points that a department loses for each step, points.
pub const QUARTER_POINTS: Setting = Setting {
    key: "satisfaction.quarter_points",
    name: "季度每步扣分",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-1),
    profile: Profile::M,
    rules: &["R-388"],
    explains: "季度满意度每低一步，从科室扣这么多分。",
    effect: Effect::Recorded,
};

/// Whether a step counts when completed or when begun.
pub const QUARTER_ROUNDING: Setting = Setting {
    key: "satisfaction.quarter_rounding",
    name: "不满一步怎么算",
    kind: Kind::Word(ROUNDING),
    default: Value::Word("completed"),
    profile: Profile::M,
    rules: &["R-388"],
    explains: "满一个才算：低 2.5% 扣两步；不满也算：低 2.5% 扣三步。",
    effect: Effect::Recorded,
};

/// What a point of the quarterly survey is worth, fen.
pub const QUARTER_POINT_FEN: Setting = Setting {
    key: "satisfaction.quarter_point_value",
    name: "季度每分折算",
    kind: Kind::Whole { unit: Unit::Fen, min: 0, max: 10_000 },
    default: Value::Whole(1_000),
    profile: Profile::M,
    rules: &["R-388"],
    explains: "季度满意度扣掉的科室分，每分折成这么多钱。",
    effect: Effect::Recorded,
};

/// Points of the survey item in a month, never below 0.
pub const SURVEY_ITEM: Setting = Setting {
    key: "survey.item",
    name: "调查工作满分",
    kind: Kind::Whole { unit: Unit::Points, min: 0, max: 100 },
    default: Value::Whole(10),
    profile: Profile::C,
    rules: &["R-395"],
    explains: "导医每月调查工作一项的分数，扣到 0 分为止。",
    effect: Effect::Recorded,
};

/// Each missed survey, points.
pub const SURVEY_MISS_POINTS: Setting = Setting {
    key: "survey.miss_points",
    name: "没做调查扣分",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-2),
    profile: Profile::C,
    rules: &["R-395"],
    explains: "每次没做满意度调查，从本项扣这么多分。",
    effect: Effect::Recorded,
};

/// Whether a missed survey is counted by the day below target or by the visit.
pub const SURVEY_MISS_PER: Setting = Setting {
    key: "survey.miss_per",
    name: "没做调查怎么算",
    kind: Kind::Word(MISS_PER),
    default: Value::Word("day"),
    profile: Profile::C,
    rules: &["R-395"],
    explains: "按天：当天调查率没到目标算一次；按次：每位没被调查的患者算一次。",
    effect: Effect::Recorded,
};

/// Within how many days a complaint is answered for the first time, days; 0 is the same day.
pub const COMPLAINT_DAYS: Setting = Setting {
    key: "complaint.first_answer_days",
    name: "投诉首次答复",
    kind: Kind::Whole { unit: Unit::Days, min: 0, max: 15 },
    default: Value::Whole(0),
    profile: Profile::P,
    rules: &["R-399"],
    explains: "接到投诉后这么多天内（含最后一天，到 24:00）给第一次答复；0 天就是当天。",
    effect: Effect::Recorded,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &FULL_FROM,
    &MIDDLE_FROM,
    &FULL_POINTS,
    &MIDDLE_POINTS,
    &LOW_POINTS,
    &COMPLAINT_POINTS,
    &WITHOUT_SURVEY,
    &QUARTER_FROM,
    &QUARTER_STEP,
    &QUARTER_POINTS,
    &QUARTER_ROUNDING,
    &QUARTER_POINT_FEN,
    &SURVEY_ITEM,
    &SURVEY_MISS_POINTS,
    &SURVEY_MISS_PER,
    &COMPLAINT_DAYS,
];
