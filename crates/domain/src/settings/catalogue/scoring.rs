//! 记分与扣款: the points engine (profile A). The tariff in yuan and the score sheets stand in
//! `scoring_tariff`, medical staff in `scoring_clinic`.

use crate::settings::{Choice, Effect, Kind, Profile, Setting, Unit, Value};

/// What a point is worth, fen.
pub const POINTS_VALUE: Setting = Setting {
    key: "points.value",
    name: "1分折多少钱",
    kind: Kind::Whole { unit: Unit::Fen, min: 0, max: 10_000 },
    default: Value::Whole(1_000),
    profile: Profile::A,
    rules: &["R-242", "R-244", "R-312", "R-323"],
    explains: "个人当月净分按它发放或扣除；集体的加分年终一次发。",
    effect: Effect::Recorded,
};

/// Deductions of a person's month that cost the performance money, inclusive, points (R-243, tariff T-A10).
pub const POINTS_LIMIT: Setting = Setting {
    key: "points.limit",
    name: "个人月扣分上限",
    kind: Kind::Whole { unit: Unit::Points, min: 10, max: 500 },
    default: Value::Whole(50),
    profile: Profile::A,
    rules: &["R-243"],
    explains: "个人当月扣分达到这么多（含），扣当月绩效金并失去年终评优资格。",
    effect: Effect::Recorded,
};

/// Whether rewards offset deductions against the limit, a choice.
pub const POINTS_LIMIT_BASIS: Setting = Setting {
    key: "points.limit_basis",
    name: "扣分上限算法",
    kind: Kind::Word(&[
        Choice { word: "gross", means: "只算扣分" },
        Choice { word: "net", means: "加减相抵" },
    ]),
    default: Value::Word("gross"),
    profile: Profile::A,
    rules: &["R-243"],
    explains: "只算扣分：加分不能抵；加减相抵：用净扣分比上限。",
    effect: Effect::Recorded,
};

/// Collective deductions of a month that cost the post allowance, inclusive, points (R-245, tariff T-A11).
pub const POINTS_TEAM_LIMIT: Setting = Setting {
    key: "points.team_limit",
    name: "集体月扣分上限",
    kind: Kind::Whole { unit: Unit::Points, min: 10, max: 500 },
    default: Value::Whole(50),
    profile: Profile::A,
    rules: &["R-245", "R-246"],
    explains: "集体当月扣分达到这么多（含），扣负责人当月的岗位津贴。",
    effect: Effect::Recorded,
};

/// Months in a row at the collective limit that raise a flag.
pub const POINTS_TEAM_STREAK: Setting = Setting {
    key: "points.team_streak",
    name: "集体连续超限月数",
    kind: Kind::Whole { unit: Unit::Months, min: 2, max: 12 },
    default: Value::Whole(3),
    profile: Profile::A,
    rules: &["R-246"],
    explains: "集体扣分连续这么多个自然月达到上限，提醒主任考虑免职降级。",
    effect: Effect::Recorded,
};

/// Deductions at which the first warning is given, inclusive, points.
pub const POINTS_WARN_FIRST: Setting = Setting {
    key: "points.warn_first",
    name: "扣分第1次提醒",
    kind: Kind::Whole { unit: Unit::Points, min: 1, max: 500 },
    default: Value::Whole(30),
    profile: Profile::A,
    rules: &["R-243", "R-245"],
    explains: "当月扣分达到这么多（含）提醒一次，个人和集体相同。",
    effect: Effect::Recorded,
};

/// Deductions at which the second warning is given, inclusive, points.
pub const POINTS_WARN_SECOND: Setting = Setting {
    key: "points.warn_second",
    name: "扣分第2次提醒",
    kind: Kind::Whole { unit: Unit::Points, min: 1, max: 500 },
    default: Value::Whole(40),
    profile: Profile::A,
    rules: &["R-243", "R-245"],
    explains: "当月扣分达到这么多（含）再提醒一次，个人和集体相同。",
    effect: Effect::Recorded,
};

/// How several deeds of one day add up, a choice.
pub const POINTS_ESCALATION: Setting = Setting {
    key: "points.escalation",
    name: "同日多次算法",
    kind: Kind::Word(&[
        Choice { word: "threshold_event", means: "达到次数起加重" },
        Choice { word: "day_total", means: "全天一个数" },
        Choice { word: "add", means: "另加一笔" },
    ]),
    default: Value::Word("threshold_event"),
    profile: Profile::A,
    rules: &["R-268", "R-269", "R-270", "R-271", "R-272", "R-273", "R-274", "R-275", "R-277", "R-278"],
    explains: "达到次数起加重：前几次按单次，从规定次数起每次按加重；全天一个数：达到次数后全天只扣加重的数；另加一笔：每次都扣，到次数再加一笔。",
    effect: Effect::Recorded,
};

/// Service standard, six deeds, R-268 to R-273: points each below the escalation (tariff T-A01).
pub const POINTS_SERVICE: Setting = Setting {
    key: "points.service",
    name: "服务规范单次",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-2),
    profile: Profile::A,
    rules: &["R-268", "R-269", "R-270", "R-271", "R-272", "R-273"],
    explains: "礼貌用语、接电话、电话登记、答错、网络接待、语气，六种行为分开计数，没有达到加重次数时，每次扣这么多。",
    effect: Effect::Recorded,
};

/// Service standard, six deeds, R-268 to R-273: the event of a day from which it costs more, inclusive (tariff T-A01).
pub const POINTS_SERVICE_FROM: Setting = Setting {
    key: "points.service_from",
    name: "服务规范加重次数",
    kind: Kind::Whole { unit: Unit::Times, min: 2, max: 10 },
    default: Value::Whole(2),
    profile: Profile::A,
    rules: &["R-268", "R-269", "R-270", "R-271", "R-272", "R-273"],
    explains: "同一人同一天同一种行为，从这一次（含）起按加重扣。",
    effect: Effect::Recorded,
};

/// Service standard, six deeds, R-268 to R-273: points each from the escalation on (tariff T-A01).
pub const POINTS_SERVICE_MORE: Setting = Setting {
    key: "points.service_more",
    name: "服务规范加重",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-5),
    profile: Profile::A,
    rules: &["R-268", "R-269", "R-270", "R-271", "R-272", "R-273"],
    explains: "达到加重次数起，每次扣这么多，代替单次的数。",
    effect: Effect::Recorded,
};

/// Service standard, six deeds, R-268 to R-273: collective points, once that day (tariff T-A01).
pub const POINTS_SERVICE_TEAM: Setting = Setting {
    key: "points.service_team",
    name: "服务规范集体扣分",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-5),
    profile: Profile::A,
    rules: &["R-268", "R-269", "R-270", "R-271", "R-272", "R-273"],
    explains: "达到加重次数的当天，集体扣这么多，一人一天只扣一次。",
    effect: Effect::Recorded,
};

/// Rude to a customer, R-274: points each below the escalation (tariff T-A02).
pub const POINTS_RUDE: Setting = Setting {
    key: "points.rude",
    name: "态度粗暴单次",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-8),
    profile: Profile::A,
    rules: &["R-274"],
    explains: "对客户态度粗暴无礼，没有达到加重次数时，每次扣这么多。",
    effect: Effect::Recorded,
};

/// Rude to a customer, R-274: the event of a day from which it costs more, inclusive (tariff T-A02).
pub const POINTS_RUDE_FROM: Setting = Setting {
    key: "points.rude_from",
    name: "态度粗暴加重次数",
    kind: Kind::Whole { unit: Unit::Times, min: 2, max: 10 },
    default: Value::Whole(3),
    profile: Profile::A,
    rules: &["R-274"],
    explains: "同一人同一天同一种行为，从这一次（含）起按加重扣。",
    effect: Effect::Recorded,
};

/// Rude to a customer, R-274: points each from the escalation on (tariff T-A02).
pub const POINTS_RUDE_MORE: Setting = Setting {
    key: "points.rude_more",
    name: "态度粗暴加重",
    kind: Kind::Whole { unit: Unit::Points, min: -50, max: 0 },
    default: Value::Whole(-12),
    profile: Profile::A,
    rules: &["R-274"],
    explains: "达到加重次数起，每次扣这么多，代替单次的数。",
    effect: Effect::Recorded,
};

/// Rude to a customer, R-274: collective points, once that day (tariff T-A02).
pub const POINTS_RUDE_TEAM: Setting = Setting {
    key: "points.rude_team",
    name: "态度粗暴集体扣分",
    kind: Kind::Whole { unit: Unit::Points, min: -50, max: 0 },
    default: Value::Whole(-12),
    profile: Profile::A,
    rules: &["R-274"],
    explains: "达到加重次数的当天，集体扣这么多，一人一天只扣一次。",
    effect: Effect::Recorded,
};

/// Private acts at work, R-275: points each below the escalation (tariff T-A03).
pub const POINTS_PRIVATE: Setting = Setting {
    key: "points.private",
    name: "上班做私事单次",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-2),
    profile: Profile::A,
    rules: &["R-275"],
    explains: "上班做私事，没有达到加重次数时，每次扣这么多。",
    effect: Effect::Recorded,
};

/// Private acts at work, R-275: the event of a day from which it costs more, inclusive (tariff T-A03).
pub const POINTS_PRIVATE_FROM: Setting = Setting {
    key: "points.private_from",
    name: "上班做私事加重次数",
    kind: Kind::Whole { unit: Unit::Times, min: 2, max: 10 },
    default: Value::Whole(3),
    profile: Profile::A,
    rules: &["R-275"],
    explains: "同一人同一天同一种行为，从这一次（含）起按加重扣。",
    effect: Effect::Recorded,
};

/// Private acts at work, R-275: points each from the escalation on (tariff T-A03).
pub const POINTS_PRIVATE_MORE: Setting = Setting {
    key: "points.private_more",
    name: "上班做私事加重",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-5),
    profile: Profile::A,
    rules: &["R-275"],
    explains: "达到加重次数起，每次扣这么多，代替单次的数。",
    effect: Effect::Recorded,
};

/// Private acts at work, R-275: collective points, once that day (tariff T-A03).
pub const POINTS_PRIVATE_TEAM: Setting = Setting {
    key: "points.private_team",
    name: "上班做私事集体扣分",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-5),
    profile: Profile::A,
    rules: &["R-275"],
    explains: "达到加重次数的当天，集体扣这么多，一人一天只扣一次。",
    effect: Effect::Recorded,
};

/// Tasks, ignorance, attitude, R-277: points each below the escalation (tariff T-A04).
pub const POINTS_TASK: Setting = Setting {
    key: "points.task",
    name: "任务与态度单次",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-5),
    profile: Profile::A,
    rules: &["R-277"],
    explains: "不执行交办的事、不熟悉项目出错、服务态度差，没有达到加重次数时，每次扣这么多。",
    effect: Effect::Recorded,
};

/// Tasks, ignorance, attitude, R-277: the event of a day from which it costs more, inclusive (tariff T-A04).
pub const POINTS_TASK_FROM: Setting = Setting {
    key: "points.task_from",
    name: "任务与态度加重次数",
    kind: Kind::Whole { unit: Unit::Times, min: 2, max: 10 },
    default: Value::Whole(3),
    profile: Profile::A,
    rules: &["R-277"],
    explains: "同一人同一天同一种行为，从这一次（含）起按加重扣。",
    effect: Effect::Recorded,
};

/// Tasks, ignorance, attitude, R-277: points each from the escalation on (tariff T-A04).
pub const POINTS_TASK_MORE: Setting = Setting {
    key: "points.task_more",
    name: "任务与态度加重",
    kind: Kind::Whole { unit: Unit::Points, min: -50, max: 0 },
    default: Value::Whole(-20),
    profile: Profile::A,
    rules: &["R-277"],
    explains: "达到加重次数起，每次扣这么多，代替单次的数。",
    effect: Effect::Recorded,
};

/// Tasks, ignorance, attitude, R-277: collective points, once that day (tariff T-A04).
pub const POINTS_TASK_TEAM: Setting = Setting {
    key: "points.task_team",
    name: "任务与态度集体扣分",
    kind: Kind::Whole { unit: Unit::Points, min: -50, max: 0 },
    default: Value::Whole(-10),
    profile: Profile::A,
    rules: &["R-277"],
    explains: "达到加重次数的当天，集体扣这么多，一人一天只扣一次。",
    effect: Effect::Recorded,
};

/// Straying or leaving; late, early, absent, R-278: points each below the escalation (tariff T-A05).
pub const POINTS_ATTENDANCE: Setting = Setting {
    key: "points.attendance",
    name: "串岗迟到单次",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-2),
    profile: Profile::A,
    rules: &["R-278"],
    explains: "串岗离岗一类，迟到早退缺勤一类，分开计数，没有达到加重次数时，每次扣这么多。",
    effect: Effect::Recorded,
};

/// Straying or leaving; late, early, absent, R-278: the event of a day from which it costs more, inclusive (tariff T-A05).
pub const POINTS_ATTENDANCE_FROM: Setting = Setting {
    key: "points.attendance_from",
    name: "串岗迟到加重次数",
    kind: Kind::Whole { unit: Unit::Times, min: 2, max: 10 },
    default: Value::Whole(3),
    profile: Profile::A,
    rules: &["R-278"],
    explains: "同一人同一天同一种行为，从这一次（含）起按加重扣。",
    effect: Effect::Recorded,
};

/// Straying or leaving; late, early, absent, R-278: points each from the escalation on (tariff T-A05).
pub const POINTS_ATTENDANCE_MORE: Setting = Setting {
    key: "points.attendance_more",
    name: "串岗迟到加重",
    kind: Kind::Whole { unit: Unit::Points, min: -50, max: 0 },
    default: Value::Whole(-10),
    profile: Profile::A,
    rules: &["R-278"],
    explains: "达到加重次数起，每次扣这么多，代替单次的数。",
    effect: Effect::Recorded,
};

/// Straying or leaving; late, early, absent, R-278: collective points, once that day (tariff T-A05).
pub const POINTS_ATTENDANCE_TEAM: Setting = Setting {
    key: "points.attendance_team",
    name: "串岗迟到集体扣分",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-5),
    profile: Profile::A,
    rules: &["R-278"],
    explains: "达到加重次数的当天，集体扣这么多，一人一天只扣一次。",
    effect: Effect::Recorded,
};

/// Points for a customer's praise (R-276, tariff T-A06).
pub const POINTS_PRAISE: Setting = Setting {
    key: "points.praise",
    name: "客户表扬个人加分",
    kind: Kind::Whole { unit: Unit::Points, min: 0, max: 50 },
    default: Value::Whole(10),
    profile: Profile::A,
    rules: &["R-276"],
    explains: "每次有凭据并经主管确认的客户表扬，个人加这么多；同一份凭据只算一次。",
    effect: Effect::Recorded,
};

/// Collective points for a customer's praise (R-276, tariff T-A06).
pub const POINTS_PRAISE_TEAM: Setting = Setting {
    key: "points.praise_team",
    name: "客户表扬集体加分",
    kind: Kind::Whole { unit: Unit::Points, min: 0, max: 20 },
    default: Value::Whole(5),
    profile: Profile::A,
    rules: &["R-276"],
    explains: "每次确认的客户表扬，集体加这么多，年终折成奖金。",
    effect: Effect::Recorded,
};

/// Assessment table filled completely, points a day (R-247, tariff T-A07).
pub const POINTS_ASSESSMENT_COMPLETE: Setting = Setting {
    key: "points.assessment_complete",
    name: "考核表完整",
    kind: Kind::Whole { unit: Unit::Points, min: 0, max: 20 },
    default: Value::Whole(1),
    profile: Profile::A,
    rules: &["R-247", "R-250"],
    explains: "当天考核表填写完整，加这么多。",
    effect: Effect::Recorded,
};

/// Assessment table reported on time, points a day (R-247, tariff T-A07).
pub const POINTS_ASSESSMENT_ON_TIME: Setting = Setting {
    key: "points.assessment_on_time",
    name: "考核表按时",
    kind: Kind::Whole { unit: Unit::Points, min: 0, max: 20 },
    default: Value::Whole(1),
    profile: Profile::A,
    rules: &["R-247", "R-250"],
    explains: "当天考核表按时上报，加这么多。",
    effect: Effect::Recorded,
};

/// Assessment table filled unsatisfactorily, points a day (R-247, tariff T-A07).
pub const POINTS_ASSESSMENT_POOR: Setting = Setting {
    key: "points.assessment_poor",
    name: "考核表不合要求",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-2),
    profile: Profile::A,
    rules: &["R-247", "R-250"],
    explains: "当天考核表填得不合要求，扣这么多。",
    effect: Effect::Recorded,
};

/// Assessment table with errors, points a day (R-247, tariff T-A07).
pub const POINTS_ASSESSMENT_ERRORS: Setting = Setting {
    key: "points.assessment_errors",
    name: "考核表有差错",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-2),
    profile: Profile::A,
    rules: &["R-247", "R-250"],
    explains: "当天考核表有差错，扣这么多；可以和按时的加分并存。",
    effect: Effect::Recorded,
};

/// Assessment table late, points a day (R-247, tariff T-A07).
pub const POINTS_ASSESSMENT_LATE: Setting = Setting {
    key: "points.assessment_late",
    name: "考核表迟报",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-2),
    profile: Profile::A,
    rules: &["R-247", "R-250"],
    explains: "当天考核表迟报，扣这么多，并且没有按时的加分。",
    effect: Effect::Recorded,
};

/// Registration tables filled completely, points a day (R-248, tariff T-A08).
pub const POINTS_REGISTRATION_COMPLETE: Setting = Setting {
    key: "points.registration_complete",
    name: "登记表完整",
    kind: Kind::Whole { unit: Unit::Points, min: 0, max: 20 },
    default: Value::Whole(1),
    profile: Profile::A,
    rules: &["R-248", "R-250"],
    explains: "当天登记表填写完整，加这么多。",
    effect: Effect::Recorded,
};

/// Registration tables reported on time, points a day (R-248, tariff T-A08).
pub const POINTS_REGISTRATION_ON_TIME: Setting = Setting {
    key: "points.registration_on_time",
    name: "登记表按时",
    kind: Kind::Whole { unit: Unit::Points, min: 0, max: 20 },
    default: Value::Whole(1),
    profile: Profile::A,
    rules: &["R-248", "R-250"],
    explains: "当天登记表按时上报，加这么多。",
    effect: Effect::Recorded,
};

/// Registration tables filled unsatisfactorily, points a day (R-248, tariff T-A08).
pub const POINTS_REGISTRATION_POOR: Setting = Setting {
    key: "points.registration_poor",
    name: "登记表不合要求",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-2),
    profile: Profile::A,
    rules: &["R-248", "R-250"],
    explains: "当天登记表填得不合要求，扣这么多。",
    effect: Effect::Recorded,
};

/// Registration tables with errors, points a day (R-248, tariff T-A08).
pub const POINTS_REGISTRATION_ERRORS: Setting = Setting {
    key: "points.registration_errors",
    name: "登记表有差错",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-2),
    profile: Profile::A,
    rules: &["R-248", "R-250"],
    explains: "当天登记表有差错，扣这么多；可以和按时的加分并存。",
    effect: Effect::Recorded,
};

/// Registration tables late, points a day (R-248, tariff T-A08).
pub const POINTS_REGISTRATION_LATE: Setting = Setting {
    key: "points.registration_late",
    name: "登记表迟报",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-2),
    profile: Profile::A,
    rules: &["R-248", "R-250"],
    explains: "当天登记表迟报，扣这么多，并且没有按时的加分。",
    effect: Effect::Recorded,
};

/// Who gets the points of the registration tables, a choice.
pub const POINTS_REGISTRATION_TO: Setting = Setting {
    key: "points.registration_to",
    name: "登记表记给谁",
    kind: Kind::Word(&[
        Choice { word: "lead", means: "组长" },
        Choice { word: "consultant", means: "咨询员" },
    ]),
    default: Value::Word("lead"),
    profile: Profile::A,
    rules: &["R-248"],
    explains: "登记表的加减分记给组长，或记给填表的咨询员。",
    effect: Effect::Recorded,
};

/// Spot check passed, points (R-249, tariff T-A09).
pub const POINTS_SPOT_PASSED: Setting = Setting {
    key: "points.spot_passed",
    name: "抽查合格",
    kind: Kind::Whole { unit: Unit::Points, min: 0, max: 20 },
    default: Value::Whole(2),
    profile: Profile::A,
    rules: &["R-249"],
    explains: "每次抽查合格，组长加这么多。",
    effect: Effect::Recorded,
};

/// Spot check failed, points (R-249, tariff T-A09).
pub const POINTS_SPOT_FAILED: Setting = Setting {
    key: "points.spot_failed",
    name: "抽查不合格",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-5),
    profile: Profile::A,
    rules: &["R-249"],
    explains: "每次抽查不合格，组长扣这么多。",
    effect: Effect::Recorded,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &POINTS_VALUE,
    &POINTS_LIMIT,
    &POINTS_LIMIT_BASIS,
    &POINTS_TEAM_LIMIT,
    &POINTS_TEAM_STREAK,
    &POINTS_WARN_FIRST,
    &POINTS_WARN_SECOND,
    &POINTS_ESCALATION,
    &POINTS_SERVICE,
    &POINTS_SERVICE_FROM,
    &POINTS_SERVICE_MORE,
    &POINTS_SERVICE_TEAM,
    &POINTS_RUDE,
    &POINTS_RUDE_FROM,
    &POINTS_RUDE_MORE,
    &POINTS_RUDE_TEAM,
    &POINTS_PRIVATE,
    &POINTS_PRIVATE_FROM,
    &POINTS_PRIVATE_MORE,
    &POINTS_PRIVATE_TEAM,
    &POINTS_TASK,
    &POINTS_TASK_FROM,
    &POINTS_TASK_MORE,
    &POINTS_TASK_TEAM,
    &POINTS_ATTENDANCE,
    &POINTS_ATTENDANCE_FROM,
    &POINTS_ATTENDANCE_MORE,
    &POINTS_ATTENDANCE_TEAM,
    &POINTS_PRAISE,
    &POINTS_PRAISE_TEAM,
    &POINTS_ASSESSMENT_COMPLETE,
    &POINTS_ASSESSMENT_ON_TIME,
    &POINTS_ASSESSMENT_POOR,
    &POINTS_ASSESSMENT_ERRORS,
    &POINTS_ASSESSMENT_LATE,
    &POINTS_REGISTRATION_COMPLETE,
    &POINTS_REGISTRATION_ON_TIME,
    &POINTS_REGISTRATION_POOR,
    &POINTS_REGISTRATION_ERRORS,
    &POINTS_REGISTRATION_LATE,
    &POINTS_REGISTRATION_TO,
    &POINTS_SPOT_PASSED,
    &POINTS_SPOT_FAILED,
];
