//! 考勤: absence, lateness and full attendance, and what each of the houses takes for them.

use crate::settings::{Choice, Effect, Kind, Preset, Profile, Setting, Unit, Value};

/// What absence without leave costs.
const ABSENCE_MODES: &[Choice] = &[
    Choice { word: "per_day", means: "按天扣款" },
    Choice { word: "points", means: "记分" },
    Choice { word: "bonus_share", means: "扣当月奖金" },
    Choice { word: "flag", means: "只提示人处理" },
];

/// What lateness costs.
const LATE_TARIFFS: &[Choice] = &[
    Choice { word: "points", means: "记分" },
    Choice { word: "record", means: "只记录" },
    Choice { word: "sheet", means: "评分表扣分" },
    Choice { word: "minutes", means: "按分钟扣款" },
    Choice { word: "doubling", means: "逐次翻倍" },
];

/// Over whom the doubling series runs.
const SCOPES: &[Choice] =
    &[Choice { word: "person", means: "按个人" }, Choice { word: "department", means: "按部门" }];

/// What absence without leave costs.
pub const ABSENCE_MODE: Setting = Setting {
    key: "absence.mode",
    name: "旷工怎样处理",
    kind: Kind::Word(ABSENCE_MODES),
    default: Value::Word("per_day"),
    profile: Profile::N,
    rules: &["R-135", "R-149", "R-157", "R-278"],
    explains: "同一次旷工只按一种处理，都是建议，由主管确认；辞退只提示，由人决定。",
    effect: Effect::Live,
};

/// Fen for a day of absence.
pub const ABSENCE_DAY: Setting = Setting {
    key: "absence.day_amount",
    name: "旷工每天扣款",
    kind: Kind::Whole { unit: Unit::Fen, min: -100_000, max: 0 },
    default: Value::Whole(-10_000),
    profile: Profile::N,
    rules: &["R-135"],
    explains: "没批假就离岗，每天的金额，负数是扣款。",
    effect: Effect::Live,
};

/// Whether half a day of absence costs half.
pub const ABSENCE_PRO_RATA: Setting = Setting {
    key: "absence.pro_rata",
    name: "旷工半天扣一半",
    kind: Kind::Switch,
    default: Value::Switch(true),
    profile: Profile::N,
    rules: &["R-135"],
    explains: "打开时，半天扣一半；关着时，不满一天也扣一天的钱。",
    effect: Effect::Live,
};

/// Missing time that is still early leaving, in shifts.
pub const EARLY_LEAVE_LIMIT: Setting = Setting {
    key: "absence.early_leave_limit",
    name: "缺勤多久以内算早退",
    kind: Kind::Whole { unit: Unit::HalfDays, min: 0, max: 2 },
    default: Value::Whole(1),
    profile: Profile::A,
    rules: &["R-142"],
    explains: "按整个班次为1天算，缺勤这么长以内（含）按早退，超过的按旷工。",
    effect: Effect::Recorded,
};

/// Share of the month's bonus for half a day of absence.
pub const ABSENCE_BONUS_HALF: Setting = Setting {
    key: "absence.bonus_half_day",
    name: "旷工半天扣奖金比例",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 10_000 },
    default: Value::Whole(5_000),
    profile: Profile::M,
    rules: &["R-157"],
    explains: "旷工半天扣掉的当月奖金比例，按奖金处理旷工时才用。",
    effect: Effect::Recorded,
};

/// Share of the month's bonus for a day of absence.
pub const ABSENCE_BONUS_DAY: Setting = Setting {
    key: "absence.bonus_day",
    name: "旷工一天扣奖金比例",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 10_000 },
    default: Value::Whole(10_000),
    profile: Profile::M,
    rules: &["R-157"],
    explains: "旷工一天扣掉的当月奖金比例，按奖金处理旷工时才用。",
    effect: Effect::Recorded,
};

/// Greatest share of bonus that absence takes in a month.
pub const ABSENCE_BONUS_CAP: Setting = Setting {
    key: "absence.bonus_cap",
    name: "旷工扣奖金封顶",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 20_000 },
    default: Value::Whole(10_000),
    profile: Profile::M,
    rules: &["R-157"],
    explains: "一个月因旷工最多扣到这个比例，100%是扣完当月奖金为止。",
    effect: Effect::Recorded,
};

/// Days of absence in a month that raise the flag for removal.
pub const ABSENCE_REMOVAL: Setting = Setting {
    key: "absence.removal_days",
    name: "旷工几天提示除名",
    kind: Kind::Whole { unit: Unit::HalfDays, min: 1, max: 62 },
    default: Value::Whole(6),
    profile: Profile::M,
    rules: &["R-157"],
    explains: "当月旷工满这么多天（含）提示除名，由人决定。",
    effect: Effect::Recorded,
};

/// What lateness and early leaving cost.
pub const LATE_TARIFF: Setting = Setting {
    key: "late.tariff",
    name: "迟到早退怎样处理",
    kind: Kind::Word(LATE_TARIFFS),
    default: Value::Word("points"),
    profile: Profile::A,
    rules: &["R-130", "R-150", "R-156", "R-160", "R-278"],
    explains: "同一次迟到只按一种办法算，不重复。",
    effect: Effect::Recorded,
};

/// Fen for the first lateness of the month in the doubling series.
pub const LATE_FIRST: Setting = Setting {
    key: "late.first_amount",
    name: "迟到首次扣款",
    kind: Kind::Whole { unit: Unit::Fen, min: -50_000, max: 0 },
    default: Value::Whole(-1_000),
    profile: Profile::I,
    rules: &["R-150"],
    explains: "逐次翻倍时当月第1次的金额，负数是扣款，每月1日重新算。",
    effect: Effect::Recorded,
};

/// Amount of a lateness as a share of the one before.
pub const LATE_GROWTH: Setting = Setting {
    key: "late.growth",
    name: "迟到逐次增长",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 10_000, max: 30_000 },
    default: Value::Whole(20_000),
    profile: Profile::I,
    rules: &["R-150"],
    explains: "每次的金额是上一次的百分之几，200%就是翻倍。",
    effect: Effect::Recorded,
};

/// Fen at which the doubling series stops growing.
pub const LATE_CAP: Setting = Setting {
    key: "late.cap",
    name: "迟到翻倍封顶",
    kind: Kind::Whole { unit: Unit::Fen, min: -500_000, max: 0 },
    default: Value::Whole(-64_000),
    profile: Profile::I,
    rules: &["R-150"],
    explains: "翻到这个金额就不再往上翻，负数是扣款。",
    effect: Effect::Recorded,
};

/// Over whom the doubling series runs.
pub const LATE_SERIES_SCOPE: Setting = Setting {
    key: "late.series_scope",
    name: "迟到累计范围",
    kind: Kind::Word(SCOPES),
    default: Value::Word("person"),
    profile: Profile::I,
    rules: &["R-150"],
    explains: "当月第几次是按个人算，还是按全部门合起来算。",
    effect: Effect::Recorded,
};

/// Share of the series amount, late on a double post without leave.
pub const LATE_DOUBLE_POST: Setting = Setting {
    key: "late.double_post",
    name: "双人岗迟到未请假",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 10_000, max: 50_000 },
    default: Value::Whole(20_000),
    profile: Profile::I,
    rules: &["R-151"],
    explains: "双人岗迟到又没请假，按当次金额的百分之几，200%就是2倍。",
    effect: Effect::Recorded,
};

/// Share of the series amount, late on a single post with leave asked.
pub const LATE_SINGLE_POST: Setting = Setting {
    key: "late.single_post",
    name: "单人岗迟到已请假",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 10_000, max: 50_000 },
    default: Value::Whole(20_000),
    profile: Profile::I,
    rules: &["R-152"],
    explains: "单人岗迟到但请了假，按当次金额的百分之几，200%就是2倍。",
    effect: Effect::Recorded,
};

/// Share of the day's project bonus that goes to the partner.
pub const LATE_PARTNER_SHARE: Setting = Setting {
    key: "late.partner_share",
    name: "项目奖金转给搭档",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 10_000 },
    default: Value::Whole(10_000),
    profile: Profile::I,
    rules: &["R-152"],
    explains: "单人岗迟到但请了假，当天项目奖金转给顶班搭档的比例。",
    effect: Effect::Recorded,
};

/// Share of the series amount for lateness concealed.
pub const LATE_CONCEALED: Setting = Setting {
    key: "late.concealed",
    name: "迟到隐瞒不报",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 10_000, max: 50_000 },
    default: Value::Whole(30_000),
    profile: Profile::I,
    rules: &["R-154"],
    explains: "迟到隐瞒不报，按当次金额的百分之几，300%就是3倍。",
    effect: Effect::Recorded,
};

/// Minutes up to which the first amount holds.
pub const LATE_BAND_1: Setting = Setting {
    key: "late.band_1_minutes",
    name: "迟到第一档",
    kind: Kind::Whole { unit: Unit::Minutes, min: 1, max: 120 },
    default: Value::Whole(30),
    profile: Profile::M,
    rules: &["R-156"],
    explains: "迟到、早退或离岗这么久以内（含）按第一档。",
    effect: Effect::Recorded,
};

/// Fen for the first band of minutes.
pub const LATE_BAND_1_AMOUNT: Setting = Setting {
    key: "late.band_1_amount",
    name: "迟到第一档扣款",
    kind: Kind::Whole { unit: Unit::Fen, min: -50_000, max: 0 },
    default: Value::Whole(-5_000),
    profile: Profile::M,
    rules: &["R-156"],
    explains: "第一档每次的金额，负数是扣款。",
    effect: Effect::Recorded,
};

/// Minutes up to which the second amount holds.
pub const LATE_BAND_2: Setting = Setting {
    key: "late.band_2_minutes",
    name: "迟到第二档",
    kind: Kind::Whole { unit: Unit::Minutes, min: 2, max: 480 },
    default: Value::Whole(60),
    profile: Profile::M,
    rules: &["R-156"],
    explains: "超过第一档到这么久（含）按第二档，再久的算旷工。",
    effect: Effect::Recorded,
};

/// Fen for the second band of minutes.
pub const LATE_BAND_2_AMOUNT: Setting = Setting {
    key: "late.band_2_amount",
    name: "迟到第二档扣款",
    kind: Kind::Whole { unit: Unit::Fen, min: -50_000, max: 0 },
    default: Value::Whole(-10_000),
    profile: Profile::M,
    rules: &["R-156"],
    explains: "第二档每次的金额，负数是扣款。",
    effect: Effect::Recorded,
};

/// Absence recorded above the second band.
pub const LATE_BAND_3_ABSENCE: Setting = Setting {
    key: "late.band_3_absence",
    name: "迟到超档算旷工",
    kind: Kind::Whole { unit: Unit::HalfDays, min: 1, max: 2 },
    default: Value::Whole(1),
    profile: Profile::M,
    rules: &["R-156"],
    explains: "超过第二档的，记这么多天旷工。",
    effect: Effect::Recorded,
};

/// Points of the score sheet for lateness, early leaving, off post, straying.
pub const SHEET_POINTS: Setting = Setting {
    key: "late.sheet_points",
    name: "迟到脱岗评分扣分",
    kind: Kind::Whole { unit: Unit::Points, min: -10, max: 0 },
    default: Value::Whole(-1),
    profile: Profile::C,
    rules: &["R-160"],
    explains: "迟到、早退、脱岗、串岗，每次的分，负数是扣分。",
    effect: Effect::Recorded,
};

/// Points of that item of the score sheet.
pub const SHEET_ITEM: Setting = Setting {
    key: "late.sheet_item",
    name: "迟到脱岗本项满分",
    kind: Kind::Whole { unit: Unit::Points, min: 1, max: 100 },
    default: Value::Whole(5),
    profile: Profile::C,
    rules: &["R-160"],
    explains: "迟到、早退、脱岗、串岗的分从本项里扣，扣完为止。",
    effect: Effect::Recorded,
};

/// Least minutes on duty in a day.
pub const MIN_MINUTES: Setting = Setting {
    key: "attendance.min_minutes",
    name: "每日最少在岗",
    kind: Kind::Whole { unit: Unit::Minutes, min: 0, max: 720 },
    default: Value::Whole(450),
    profile: Profile::I,
    rules: &["R-153"],
    explains: "无故不足这么多分钟按早退；正好算够，批准的请假时间也算在内。",
    effect: Effect::Live,
};

/// Working days that make full attendance.
pub const FULL_DAYS: Setting = Setting {
    key: "attendance.full_days",
    name: "全勤天数",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 31 },
    default: Value::Whole(26),
    profile: Profile::M,
    rules: &["R-161"],
    explains: "当月出勤满这么多天（含）为全勤，请假按天扣。",
    effect: Effect::Recorded,
};

/// Fen from the department head for each fault of the register.
pub const REGISTER_AMOUNT: Setting = Setting {
    key: "attendance.register_amount",
    name: "考勤登记不合要求",
    kind: Kind::Whole { unit: Unit::Fen, min: -100_000, max: 0 },
    default: Value::Whole(-10_000),
    profile: Profile::M,
    rules: &["R-155"],
    explains: "考勤不公开、不准、不及时或不全，每次扣部门负责人的金额，负数是扣款。",
    effect: Effect::Recorded,
};

/// Fen from the department head for leave taken without approval.
pub const UNAPPROVED_AMOUNT: Setting = Setting {
    key: "attendance.unapproved_amount",
    name: "未批假就休扣负责人",
    kind: Kind::Whole { unit: Unit::Fen, min: -100_000, max: 0 },
    default: Value::Whole(-20_000),
    profile: Profile::M,
    rules: &["R-155"],
    explains: "有人没批假就休，每次扣部门负责人的金额，负数是扣款；本人记旷工。",
    effect: Effect::Recorded,
};

/// Days to report at the new post after the formal talk.
pub const TRANSFER_DAYS: Setting = Setting {
    key: "attendance.transfer_days",
    name: "调岗报到期限",
    kind: Kind::Whole { unit: Unit::Days, min: 0, max: 30 },
    default: Value::Whole(3),
    profile: Profile::M,
    rules: &["R-159"],
    explains: "正式谈话次日算第1天，到这一天（含）没到新岗位，次日起记旷工。",
    effect: Effect::Recorded,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &ABSENCE_MODE,
    &ABSENCE_DAY,
    &ABSENCE_PRO_RATA,
    &EARLY_LEAVE_LIMIT,
    &ABSENCE_BONUS_HALF,
    &ABSENCE_BONUS_DAY,
    &ABSENCE_BONUS_CAP,
    &ABSENCE_REMOVAL,
    &LATE_TARIFF,
    &LATE_FIRST,
    &LATE_GROWTH,
    &LATE_CAP,
    &LATE_SERIES_SCOPE,
    &LATE_DOUBLE_POST,
    &LATE_SINGLE_POST,
    &LATE_PARTNER_SHARE,
    &LATE_CONCEALED,
    &LATE_BAND_1,
    &LATE_BAND_1_AMOUNT,
    &LATE_BAND_2,
    &LATE_BAND_2_AMOUNT,
    &LATE_BAND_3_ABSENCE,
    &SHEET_POINTS,
    &SHEET_ITEM,
    &MIN_MINUTES,
    &FULL_DAYS,
    &REGISTER_AMOUNT,
    &UNAPPROVED_AMOUNT,
    &TRANSFER_DAYS,
];

/// What other houses set otherwise.
pub(crate) const PRESETS: &[(Profile, Preset)] = &[
    (Profile::T, Preset { key: "late.tariff", value: Value::Word("record") }),
    (Profile::C, Preset { key: "late.tariff", value: Value::Word("sheet") }),
    (Profile::A, Preset { key: "absence.mode", value: Value::Word("points") }),
    (Profile::I, Preset { key: "absence.mode", value: Value::Word("flag") }),
    (Profile::I, Preset { key: "late.tariff", value: Value::Word("doubling") }),
    (Profile::P, Preset { key: "late.tariff", value: Value::Word("record") }),
    (Profile::M, Preset { key: "absence.mode", value: Value::Word("bonus_share") }),
    (Profile::M, Preset { key: "late.tariff", value: Value::Word("minutes") }),
    (Profile::X, Preset { key: "late.tariff", value: Value::Word("record") }),
];
