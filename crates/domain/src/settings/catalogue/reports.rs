//! 日报与时限: the daily report, what lateness costs, and the other regular reports.

use crate::settings::{Choice, Effect, Kind, Preset, Profile, Setting, Unit, Value};

/// What a late report costs.
const LATE_MODES: &[Choice] = &[
    Choice { word: "third_30", means: "满次数扣款" },
    Choice { word: "each_5", means: "每次扣款" },
    Choice { word: "points_2", means: "每次扣分" },
    Choice { word: "lead_points", means: "组长记分" },
];

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

/// From which edge of a call its entry is timed.
const CALL_EDGES: &[Choice] =
    &[Choice { word: "end", means: "通话结束" }, Choice { word: "start", means: "通话开始" }];

/// Late or missing reports of one calendar month at which the supervisor is asked, times.
pub const LATE_LIMIT: Setting = Setting {
    key: "report.late_limit",
    name: "迟交次数上限",
    kind: Kind::Whole { unit: Unit::Times, min: 1, max: 31 },
    default: Value::Whole(3),
    profile: Profile::N,
    rules: &["R-002"],
    explains: "同一自然月内迟交或未交达到这个次数（含这一次），就报主管决定。",
    effect: Effect::Live,
};

/// Proposed when the limit of late reports is reached, fen (R-002, school R-005).
pub const LATE_FEN: Setting = Setting {
    key: "report.late_fen",
    name: "迟交扣款",
    kind: Kind::Whole { unit: Unit::Fen, min: -20_000, max: 0 },
    default: Value::Whole(-3_000),
    profile: Profile::N,
    rules: &["R-002", "R-005"],
    explains: "迟交达到次数上限时提请主管确认的扣款，确认后才生效。",
    effect: Effect::Live,
};

/// How a late report is charged.
pub const LATE: Setting = Setting {
    key: "report.late",
    name: "迟交处理方式",
    kind: Kind::Word(LATE_MODES),
    default: Value::Word("third_30"),
    profile: Profile::N,
    rules: &["R-002", "R-005", "R-024", "R-247"],
    explains: "选一种：满次数扣款、每次扣款、每次扣分或组长记分；同一次迟交只按一种处理。",
    effect: Effect::Live,
};

/// After how many further late reports of the month it is charged again, times; 0 is never.
pub const REPEAT_EVERY: Setting = Setting {
    key: "report.repeat_every",
    name: "迟交再扣间隔",
    kind: Kind::Whole { unit: Unit::Times, min: 0, max: 31 },
    default: Value::Whole(0),
    profile: Profile::N,
    rules: &["R-002"],
    explains: "达到上限后，当月每再迟交这么多次就再扣一笔；0表示当月只扣一笔。",
    effect: Effect::Live,
};

/// How many days back a report may be filed or corrected by its author, days.
pub const BACKFILL_DAYS: Setting = Setting {
    key: "report.backfill_days",
    name: "日报补交天数",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 92 },
    default: Value::Whole(31),
    profile: Profile::N,
    rules: &["R-001"],
    explains: "本人最多可以补交或更正这么多天前（含这一天）的日报，再早就不收。",
    effect: Effect::Live,
};

/// When a day without a report counts as missing, time of the next day.
pub const MISSING_AT: Setting = Setting {
    key: "report.missing_at",
    name: "未交认定时刻",
    kind: Kind::Time,
    default: Value::Time(10 * 60),
    profile: Profile::N,
    rules: &["R-002"],
    explains: "到次日这个时刻仍没交的，记为未交一次；之后补交不再加记。",
    effect: Effect::Live,
};

/// The first reminder before the end of the shift, minutes.
pub const NUDGE_FIRST: Setting = Setting {
    key: "report.nudge_first",
    name: "第一次日报提醒",
    kind: Kind::Whole { unit: Unit::Minutes, min: 0, max: 240 },
    default: Value::Whole(60),
    profile: Profile::N,
    rules: &["R-001"],
    explains: "下班前这么多分钟，提醒还没交日报的人；0表示下班时提醒。",
    effect: Effect::Live,
};

/// The second reminder before the end of the shift, minutes.
pub const NUDGE_SECOND: Setting = Setting {
    key: "report.nudge_second",
    name: "第二次日报提醒",
    kind: Kind::Whole { unit: Unit::Minutes, min: 0, max: 240 },
    default: Value::Whole(15),
    profile: Profile::N,
    rules: &["R-001"],
    explains: "下班前这么多分钟，再提醒一次还没交日报的人；0表示下班时提醒。",
    effect: Effect::Live,
};

/// The last reminder before the end of the shift, minutes; 0 is at its end.
pub const NUDGE_LAST: Setting = Setting {
    key: "report.nudge_last",
    name: "最后一次日报提醒",
    kind: Kind::Whole { unit: Unit::Minutes, min: 0, max: 240 },
    default: Value::Whole(0),
    profile: Profile::N,
    rules: &["R-001"],
    explains: "下班前这么多分钟，最后提醒一次还没交日报的人；0表示下班时提醒。",
    effect: Effect::Live,
};

/// Whether figures that differ from the register keep a report from being filed.
pub const MISMATCH_BLOCKS: Setting = Setting {
    key: "report.mismatch_blocks",
    name: "不符时拦下日报",
    kind: Kind::Switch,
    default: Value::Switch(false),
    profile: Profile::P,
    rules: &["R-009"],
    explains: "开：日报数字与登记对不上就不能提交。关：只提醒本人，照样可以提交。",
    effect: Effect::Live,
};

/// How long before its end the late shift checks the day's totals, minutes.
pub const LATE_SHIFT_DRAFT: Setting = Setting {
    key: "report.late_shift_draft",
    name: "晚班合计提前",
    kind: Kind::Whole { unit: Unit::Minutes, min: 0, max: 240 },
    default: Value::Whole(30),
    profile: Profile::P,
    rules: &["R-010"],
    explains: "晚班下班前这么多分钟核对当天咨询量合计；当天没排晚班的由组长负责。",
    effect: Effect::Recorded,
};

/// A school report that is not filled in to the standard, fen each.
pub const FORMAT_FEN: Setting = Setting {
    key: "report.format_fen",
    name: "报表不合格扣款",
    kind: Kind::Whole { unit: Unit::Fen, min: -10_000, max: 0 },
    default: Value::Whole(-500),
    profile: Profile::T,
    rules: &["R-005"],
    explains: "报表没按标准填写，每份扣这么多；与迟交算两件，各计一次。",
    effect: Effect::Recorded,
};

/// A school report with untrue, omitted or under-filled data, fen each.
pub const UNTRUE_FEN: Setting = Setting {
    key: "report.untrue_fen",
    name: "报表不实扣款",
    kind: Kind::Whole { unit: Unit::Fen, min: -50_000, max: 0 },
    default: Value::Whole(-10_000),
    profile: Profile::T,
    rules: &["R-006"],
    explains: "报表不真实或漏填、少填，查实后每份扣这么多；按份算，不按漏的项数算。",
    effect: Effect::Recorded,
};

/// Within which an answered call is entered, minutes.
pub const CALL_ENTRY_MINUTES: Setting = Setting {
    key: "call.entry_minutes",
    name: "来电登记时限",
    kind: Kind::Whole { unit: Unit::Minutes, min: 1, max: 240 },
    default: Value::Whole(30),
    profile: Profile::T,
    rules: &["R-007", "R-059"],
    explains: "来电要在这么多分钟内登记，正好到这一分钟仍算按时，超过就标记。",
    effect: Effect::Recorded,
};

/// From which edge of the call the entry is timed.
pub const CALL_ENTRY_FROM: Setting = Setting {
    key: "call.entry_from",
    name: "来电登记起算",
    kind: Kind::Word(CALL_EDGES),
    default: Value::Word("end"),
    profile: Profile::T,
    rules: &["R-007"],
    explains: "登记时限从通话结束还是通话开始算起。",
    effect: Effect::Recorded,
};

/// Day of the week of the small count.
pub const STATS_WEEKLY_DAY: Setting = Setting {
    key: "stats.weekly_day",
    name: "每周小统计日",
    kind: Kind::Word(WEEKDAYS),
    default: Value::Word("tuesday"),
    profile: Profile::A,
    rules: &["R-021"],
    explains: "每周这一天统计客户登记表，算到前一天为止的7天。",
    effect: Effect::Live,
};

/// Day of the month of the summary.
pub const STATS_MONTHLY_DAY: Setting = Setting {
    key: "stats.monthly_day",
    name: "每月汇总日",
    kind: Kind::Whole { unit: Unit::DayOfMonth, min: 1, max: 31 },
    default: Value::Whole(30),
    profile: Profile::A,
    rules: &["R-021"],
    explains: "每月这一天汇总客户登记表，从上次汇总日算到前一天；当月没有这一天的，取最后一天。",
    effect: Effect::Live,
};

/// Time of both counts of the register.
pub const STATS_AT: Setting = Setting {
    key: "stats.at",
    name: "登记统计时刻",
    kind: Kind::Time,
    default: Value::Time(8 * 60 + 40),
    profile: Profile::A,
    rules: &["R-021"],
    explains: "统计日的这个时刻发出客户登记统计，组长看本组的，主管看全部门的。",
    effect: Effect::Live,
};

/// Day of the month on which the summary and the plan are due.
pub const SUMMARY_DUE_DAY: Setting = Setting {
    key: "summary.due_day",
    name: "总结计划截止日",
    kind: Kind::Whole { unit: Unit::DayOfMonth, min: 1, max: 31 },
    default: Value::Whole(31),
    profile: Profile::C,
    rules: &["R-022"],
    explains: "当月总结和下月计划在这一天24:00前交，过后算迟交；当月没有这一天的，取最后一天。",
    effect: Effect::Recorded,
};

/// How long before the due day the first reminder comes, days.
pub const SUMMARY_REMIND_DAYS: Setting = Setting {
    key: "summary.remind_days",
    name: "总结提前提醒",
    kind: Kind::Whole { unit: Unit::Days, min: 0, max: 15 },
    default: Value::Whole(3),
    profile: Profile::C,
    rules: &["R-022"],
    explains: "截止日前这么多天提醒一次，截止当天再提醒一次；0表示只在当天提醒。",
    effect: Effect::Recorded,
};

/// A summary or plan that is not filled in on time, points each.
pub const SUMMARY_LATE_POINTS: Setting = Setting {
    key: "summary.late_points",
    name: "总结迟交扣分",
    kind: Kind::Whole { unit: Unit::Points, min: -10, max: 0 },
    default: Value::Whole(-2),
    profile: Profile::C,
    rules: &["R-024"],
    explains: "工作总结或计划没按时填写，每次扣这么多分，直到本项扣完。",
    effect: Effect::Live,
};

/// Points of the item, and the most it can lose, points.
pub const SUMMARY_POINTS_MAX: Setting = Setting {
    key: "summary.points_max",
    name: "总结项满分",
    kind: Kind::Whole { unit: Unit::Points, min: 0, max: 30 },
    default: Value::Whole(10),
    profile: Profile::C,
    rules: &["R-024"],
    explains: "本项每月最多扣这么多分，扣到0为止，不记负分。",
    effect: Effect::Live,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &LATE_LIMIT,
    &LATE_FEN,
    &LATE,
    &REPEAT_EVERY,
    &BACKFILL_DAYS,
    &MISSING_AT,
    &NUDGE_FIRST,
    &NUDGE_SECOND,
    &NUDGE_LAST,
    &MISMATCH_BLOCKS,
    &LATE_SHIFT_DRAFT,
    &FORMAT_FEN,
    &UNTRUE_FEN,
    &CALL_ENTRY_MINUTES,
    &CALL_ENTRY_FROM,
    &STATS_WEEKLY_DAY,
    &STATS_MONTHLY_DAY,
    &STATS_AT,
    &SUMMARY_DUE_DAY,
    &SUMMARY_REMIND_DAYS,
    &SUMMARY_LATE_POINTS,
    &SUMMARY_POINTS_MAX,
];

/// Values that a profile sets otherwise.
pub(crate) const PRESETS: &[(Profile, Preset)] = &[
    (Profile::T, Preset { key: "report.late", value: Value::Word("each_5") }),
    (Profile::T, Preset { key: "report.late_limit", value: Value::Whole(1) }),
    (Profile::T, Preset { key: "report.late_fen", value: Value::Whole(-500) }),
    (Profile::T, Preset { key: "report.repeat_every", value: Value::Whole(1) }),
    (Profile::C, Preset { key: "report.late", value: Value::Word("points_2") }),
    (Profile::A, Preset { key: "report.late", value: Value::Word("lead_points") }),
];
