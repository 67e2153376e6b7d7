//! 请假: who grants leave, how long before it is asked for, and how many days a month.

use crate::settings::{Choice, Effect, Kind, Preset, Profile, Setting, Unit, Value};

/// Who grants leave.
const CHAINS: &[Choice] = &[
    Choice { word: "by_length", means: "按时长分级" },
    Choice { word: "supervisor", means: "主管批" },
    Choice { word: "director", means: "主任批" },
];

/// How a day of notice is counted.
const NOTICE_MODES: &[Choice] =
    &[Choice { word: "calendar_day", means: "按自然日" }, Choice { word: "hours24", means: "按24小时" }];

/// Who grants leave within the month's cap.
pub const CHAIN: Setting = Setting {
    key: "leave.chain",
    name: "请假谁批",
    kind: Kind::Word(CHAINS),
    default: Value::Word("by_length"),
    profile: Profile::A,
    rules: &["R-130", "R-134", "R-136", "R-140", "R-141"],
    explains: "按时长分级是短假组长批、长假主任批。超过每月天数的，一律组长、主管、主任逐级批。",
    effect: Effect::Live,
};

/// Whether the supervisor is told of every leave.
pub const INFORM_SUPERVISOR: Setting = Setting {
    key: "leave.inform_supervisor",
    name: "请假告知主管",
    kind: Kind::Switch,
    default: Value::Switch(true),
    profile: Profile::N,
    rules: &["R-130"],
    explains: "打开时，不管谁批，主管都会收到通知。",
    effect: Effect::Live,
};

/// Longest leave that a lead grants, in shifts.
pub const LEAD_LIMIT: Setting = Setting {
    key: "leave.lead_limit",
    name: "组长可批时长",
    kind: Kind::Whole { unit: Unit::HalfDays, min: 0, max: 4 },
    default: Value::Whole(1),
    profile: Profile::A,
    rules: &["R-139", "R-140", "R-141"],
    explains: "按整个班次为1天算，这么长以内（含）组长批，超过的主任批；同一天几次加在一起算。",
    effect: Effect::Live,
};

/// Days away in a month without approval level by level.
pub const AWAY_CAP_DAYS: Setting = Setting {
    key: "leave.away_cap_days",
    name: "每月离岗上限",
    kind: Kind::Whole { unit: Unit::HalfDays, min: 0, max: 62 },
    default: Value::Whole(8),
    profile: Profile::N,
    rules: &["R-133", "R-134"],
    explains: "当月请假加上本次，正好这么多天仍走普通审批，超过的逐级审批。",
    effect: Effect::Live,
};

/// Whether rest days count towards the cap.
pub const AWAY_CAP_COUNTS_REST: Setting = Setting {
    key: "leave.away_cap_counts_rest",
    name: "离岗上限含轮休",
    kind: Kind::Switch,
    default: Value::Switch(false),
    profile: Profile::N,
    rules: &["R-133"],
    explains: "打开时，排班上的休息日也算进每月离岗天数。",
    effect: Effect::Recorded,
};

/// Whether marriage, bereavement and maternity leave count towards the month's cap.
pub const STATUTORY_COUNTS: Setting = Setting {
    key: "leave.statutory_counts",
    name: "婚丧产假计入离岗",
    kind: Kind::Switch,
    default: Value::Switch(false),
    profile: Profile::N,
    rules: &["R-133"],
    explains: "打开时，婚假、丧假、产假也算进每月离岗天数。",
    effect: Effect::Live,
};

/// Whether days off may be taken in a later month.
pub const CARRY_OVER: Setting = Setting {
    key: "leave.carry_over",
    name: "假期可攒到下月",
    kind: Kind::Switch,
    default: Value::Switch(false),
    profile: Profile::N,
    rules: &["R-132"],
    explains: "关着时，上个月没休的假到下个月作废，申请也不接受。",
    effect: Effect::Live,
};

/// Day of the month on which unused days off are reminded of.
pub const UNUSED_REMINDER_DAY: Setting = Setting {
    key: "leave.unused_reminder_day",
    name: "余假提醒日",
    kind: Kind::Whole { unit: Unit::DayOfMonth, min: 1, max: 28 },
    default: Value::Whole(20),
    profile: Profile::N,
    rules: &["R-132"],
    explains: "每月这一天提醒本人还有几天假没休。",
    effect: Effect::Live,
};

/// Notice for personal leave.
pub const NOTICE_PERSONAL: Setting = Setting {
    key: "leave.notice_personal",
    name: "事假提前天数",
    kind: Kind::Whole { unit: Unit::Days, min: 0, max: 30 },
    default: Value::Whole(1),
    profile: Profile::A,
    rules: &["R-138", "R-144"],
    explains: "事假至少提前这么多天（含）提出，不够的不接受；组长可批的短假除外。",
    effect: Effect::Live,
};

/// Notice below which a leave is flagged.
pub const NOTICE_SOFT: Setting = Setting {
    key: "leave.notice_soft",
    name: "请假建议提前天数",
    kind: Kind::Whole { unit: Unit::Days, min: 0, max: 60 },
    default: Value::Whole(7),
    profile: Profile::C,
    rules: &["R-137"],
    explains: "提前不到这么多天只标「提前不足」，仍可以批；正好这么多天不标。",
    effect: Effect::Live,
};

/// How the notice for personal leave is counted.
pub const NOTICE_MODE: Setting = Setting {
    key: "leave.notice_mode",
    name: "提前天数怎样算",
    kind: Kind::Word(NOTICE_MODES),
    default: Value::Word("calendar_day"),
    profile: Profile::A,
    rules: &["R-138"],
    explains: "按自然日是前一天任何时候提都行，按24小时是上班前满24小时才行。",
    effect: Effect::Live,
};

/// Notice for sick leave before the shift.
pub const NOTICE_SICK: Setting = Setting {
    key: "leave.notice_sick",
    name: "病假提前时间",
    kind: Kind::Whole { unit: Unit::Minutes, min: 0, max: 480 },
    default: Value::Whole(60),
    profile: Profile::A,
    rules: &["R-139"],
    explains: "上班前这么多分钟（含）提出算及时，晚了由主管决定。",
    effect: Effect::Live,
};

/// Calendar days after the return for the medical certificate.
pub const CERTIFICATE_DAYS: Setting = Setting {
    key: "leave.certificate_days",
    name: "病假证明补交期限",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 30 },
    default: Value::Whole(3),
    profile: Profile::A,
    rules: &["R-139"],
    explains: "回来后第几天为止（含当天24:00），回来次日算第1天；没补的由主管决定。",
    effect: Effect::Live,
};

/// Whether a leave asked for here is a written slip.
pub const BOT_IS_SLIP: Setting = Setting {
    key: "leave.bot_is_slip",
    name: "群内请假算假条",
    kind: Kind::Switch,
    default: Value::Switch(true),
    profile: Profile::P,
    rules: &["R-144", "R-145"],
    explains: "打开时，在这里填的请假算书面假条，病假当天也可以填。",
    effect: Effect::Recorded,
};

/// Notice for missing a regular meeting.
pub const NOTICE_MEETING: Setting = Setting {
    key: "leave.notice_meeting",
    name: "例会请假提前天数",
    kind: Kind::Whole { unit: Unit::Days, min: 0, max: 14 },
    default: Value::Whole(2),
    profile: Profile::C,
    rules: &["R-168"],
    explains: "例会来不了，提前这么多个自然日（含）告诉主任算及时。",
    effect: Effect::Live,
};

/// Minutes out after which one is asked.
pub const OUT_MINUTES: Setting = Setting {
    key: "leave.out_minutes",
    name: "外出超时提醒",
    kind: Kind::Whole { unit: Unit::Minutes, min: 5, max: 240 },
    default: Value::Whole(30),
    profile: Profile::N,
    rules: &["R-131"],
    explains: "外出超过这么多分钟（不含）还没回岗，会提醒本人和组长。",
    effect: Effect::Recorded,
};

/// Hours after which those who have not decided are reminded.
pub const REMIND_HOURS: Setting = Setting {
    key: "leave.remind_hours",
    name: "请假待批提醒间隔",
    kind: Kind::Whole { unit: Unit::Hours, min: 1, max: 48 },
    default: Value::Whole(4),
    profile: Profile::N,
    rules: &["R-138"],
    explains: "提交后过这么久没批就提醒批准人，再过这么久连上一级一起提醒。",
    effect: Effect::Live,
};

/// Time of the post with tomorrow's leaves.
pub const POST_AT: Setting = Setting {
    key: "leave.post_at",
    name: "次日请假公布时刻",
    kind: Kind::Time,
    default: Value::Time(17 * 60),
    profile: Profile::N,
    rules: &["R-169"],
    explains: "每天这个时刻在群里公布明天谁请假，不写假别。",
    effect: Effect::Live,
};

/// Hours in which the group may object.
pub const OBJECTION_HOURS: Setting = Setting {
    key: "leave.objection_hours",
    name: "请假异议时限",
    kind: Kind::Whole { unit: Unit::Hours, min: 1, max: 24 },
    default: Value::Whole(2),
    profile: Profile::N,
    rules: &["R-169"],
    explains: "公布后这么多小时内可以提异议；由批准人决定，没改之前假照样有效。",
    effect: Effect::Live,
};

/// Days back that a leave asked for otherwise may be entered.
pub const ENTERED_DAYS: Setting = Setting {
    key: "leave.entered_days",
    name: "补录请假天数",
    kind: Kind::Whole { unit: Unit::Days, min: 0, max: 92 },
    default: Value::Whole(31),
    profile: Profile::N,
    rules: &["R-130"],
    explains: "打电话请的假，组长或主管可以补录最近这么多天（含）的。",
    effect: Effect::Live,
};

/// Days that a leave which was over when it was entered waits for a decision.
pub const ENTERED_WAIT: Setting = Setting {
    key: "leave.entered_wait",
    name: "补录待批天数",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 31 },
    default: Value::Whole(7),
    profile: Profile::N,
    rules: &["R-130"],
    explains: "补录时已经过去的假，过这么多天还没批就作废。",
    effect: Effect::Live,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &CHAIN,
    &INFORM_SUPERVISOR,
    &LEAD_LIMIT,
    &AWAY_CAP_DAYS,
    &AWAY_CAP_COUNTS_REST,
    &STATUTORY_COUNTS,
    &CARRY_OVER,
    &UNUSED_REMINDER_DAY,
    &NOTICE_PERSONAL,
    &NOTICE_SOFT,
    &NOTICE_MODE,
    &NOTICE_SICK,
    &CERTIFICATE_DAYS,
    &BOT_IS_SLIP,
    &NOTICE_MEETING,
    &OUT_MINUTES,
    &POST_AT,
    &OBJECTION_HOURS,
    &REMIND_HOURS,
    &ENTERED_DAYS,
    &ENTERED_WAIT,
];

/// What other houses set otherwise.
pub(crate) const PRESETS: &[(Profile, Preset)] =
    &[(Profile::C, Preset { key: "leave.chain", value: Value::Word("director") })];
