//! 日报模板: which figures a daily report has, for each role, and which of them must be there. 对话 (of guides 门诊) always must:
//! every rate divides by it.

use crate::settings::{Choice, Effect, Kind, Profile, Setting, Value};

/// The word of a figure that a report is not accepted without.
pub const REQUIRED: &str = "required";
/// The word of a figure that may be left out.
pub const OPTIONAL: &str = "optional";
/// The word of a figure that is not in the form.
pub const HIDDEN: &str = "hidden";

/// How a figure stands in the form.
const STANDS: &[Choice] = &[
    Choice { word: REQUIRED, means: "必填" },
    Choice { word: OPTIONAL, means: "选填" },
    Choice { word: HIDDEN, means: "不填" },
];

/// 预约 in a consultant's report.
pub const CONSULTANT_APPOINTMENTS: Setting = Setting {
    key: "form.consultant_appointments",
    name: "咨询员日报预约",
    kind: Kind::Word(STANDS),
    default: Value::Word(REQUIRED),
    profile: Profile::P,
    rules: &["R-001", "R-009"],
    explains: "咨询员的日报里「预约」必填、选填，还是不填；从哪天起改，那天起的日报就按新的。",
    effect: Effect::Live,
};

/// 到诊 in a consultant's report.
pub const CONSULTANT_ARRIVALS: Setting = Setting {
    key: "form.consultant_arrivals",
    name: "咨询员日报到诊",
    kind: Kind::Word(STANDS),
    default: Value::Word(REQUIRED),
    profile: Profile::P,
    rules: &["R-001", "R-009"],
    explains: "咨询员的日报里「到诊」必填、选填，还是不填；从哪天起改，那天起的日报就按新的。",
    effect: Effect::Live,
};

/// 有效对话 in a consultant's report.
pub const CONSULTANT_VALID: Setting = Setting {
    key: "form.consultant_valid",
    name: "咨询员日报有效",
    kind: Kind::Word(STANDS),
    default: Value::Word(OPTIONAL),
    profile: Profile::P,
    rules: &["R-001", "R-009"],
    explains: "咨询员的日报里「有效对话」必填、选填，还是不填；从哪天起改，那天起的日报就按新的。",
    effect: Effect::Live,
};

/// 回访 in a consultant's report.
pub const CONSULTANT_FOLLOW_UPS: Setting = Setting {
    key: "form.consultant_follow_ups",
    name: "咨询员日报回访",
    kind: Kind::Word(STANDS),
    default: Value::Word(OPTIONAL),
    profile: Profile::P,
    rules: &["R-001", "R-009"],
    explains: "咨询员的日报里「回访」必填、选填，还是不填；从哪天起改，那天起的日报就按新的。",
    effect: Effect::Live,
};

/// 未应答 in a consultant's report.
pub const CONSULTANT_UNANSWERED: Setting = Setting {
    key: "form.consultant_unanswered",
    name: "咨询员日报未应答",
    kind: Kind::Word(STANDS),
    default: Value::Word(OPTIONAL),
    profile: Profile::P,
    rules: &["R-001", "R-009"],
    explains: "咨询员的日报里「未应答」必填、选填，还是不填；从哪天起改，那天起的日报就按新的。",
    effect: Effect::Live,
};

/// 预约 in a phone consultant's report.
pub const PHONE_APPOINTMENTS: Setting = Setting {
    key: "form.phone_appointments",
    name: "电话日报预约",
    kind: Kind::Word(STANDS),
    default: Value::Word(REQUIRED),
    profile: Profile::P,
    rules: &["R-001", "R-012"],
    explains: "电话咨询员的日报里「预约」必填、选填，还是不填；从哪天起改，那天起的日报就按新的。",
    effect: Effect::Live,
};

/// 到诊 in a phone consultant's report.
pub const PHONE_ARRIVALS: Setting = Setting {
    key: "form.phone_arrivals",
    name: "电话日报到诊",
    kind: Kind::Word(STANDS),
    default: Value::Word(REQUIRED),
    profile: Profile::P,
    rules: &["R-001", "R-012"],
    explains: "电话咨询员的日报里「到诊」必填、选填，还是不填；从哪天起改，那天起的日报就按新的。",
    effect: Effect::Live,
};

/// 有效来电 in a phone consultant's report.
pub const PHONE_VALID: Setting = Setting {
    key: "form.phone_valid",
    name: "电话日报有效",
    kind: Kind::Word(STANDS),
    default: Value::Word(OPTIONAL),
    profile: Profile::P,
    rules: &["R-001", "R-012"],
    explains: "电话咨询员的日报里「有效来电」必填、选填，还是不填；从哪天起改，那天起的日报就按新的。",
    effect: Effect::Live,
};

/// 回访 in a phone consultant's report.
pub const PHONE_FOLLOW_UPS: Setting = Setting {
    key: "form.phone_follow_ups",
    name: "电话日报回访",
    kind: Kind::Word(STANDS),
    default: Value::Word(OPTIONAL),
    profile: Profile::P,
    rules: &["R-001", "R-012"],
    explains: "电话咨询员的日报里「回访」必填、选填，还是不填；从哪天起改，那天起的日报就按新的。",
    effect: Effect::Live,
};

/// 未接来电 in a phone consultant's report.
pub const PHONE_UNANSWERED: Setting = Setting {
    key: "form.phone_unanswered",
    name: "电话日报未应答",
    kind: Kind::Word(STANDS),
    default: Value::Word(OPTIONAL),
    profile: Profile::P,
    rules: &["R-001", "R-012"],
    explains: "电话咨询员的日报里「未接来电」必填、选填，还是不填；从哪天起改，那天起的日报就按新的。",
    effect: Effect::Live,
};

/// 初诊 in a guide's report.
pub const GUIDE_FIRST_VISITS: Setting = Setting {
    key: "form.guide_first_visits",
    name: "导医日报初诊",
    kind: Kind::Word(STANDS),
    default: Value::Word(OPTIONAL),
    profile: Profile::P,
    rules: &["R-013", "R-014"],
    explains: "导医的日报里「初诊」必填、选填，还是不填；从哪天起改，那天起的日报就按新的。",
    effect: Effect::Live,
};

/// 复诊 in a guide's report.
pub const GUIDE_RETURN_VISITS: Setting = Setting {
    key: "form.guide_return_visits",
    name: "导医日报复诊",
    kind: Kind::Word(STANDS),
    default: Value::Word(OPTIONAL),
    profile: Profile::P,
    rules: &["R-013", "R-014"],
    explains: "导医的日报里「复诊」必填、选填，还是不填；从哪天起改，那天起的日报就按新的。",
    effect: Effect::Live,
};

/// 预约到诊 in a guide's report.
pub const GUIDE_BOOKED: Setting = Setting {
    key: "form.guide_booked",
    name: "导医日报预约到诊",
    kind: Kind::Word(STANDS),
    default: Value::Word(OPTIONAL),
    profile: Profile::P,
    rules: &["R-013", "R-014"],
    explains: "导医的日报里「预约到诊」必填、选填，还是不填；从哪天起改，那天起的日报就按新的。",
    effect: Effect::Live,
};

/// 满意度 in a guide's report.
pub const GUIDE_SATISFACTION: Setting = Setting {
    key: "form.guide_satisfaction",
    name: "导医日报满意度",
    kind: Kind::Word(STANDS),
    default: Value::Word(OPTIONAL),
    profile: Profile::P,
    rules: &["R-013", "R-014"],
    explains: "导医的日报里「满意度」必填、选填，还是不填；从哪天起改，那天起的日报就按新的。",
    effect: Effect::Live,
};

/// 检查量 in a guide's report.
pub const GUIDE_EXAMINED: Setting = Setting {
    key: "form.guide_examined",
    name: "导医日报检查量",
    kind: Kind::Word(STANDS),
    default: Value::Word(HIDDEN),
    profile: Profile::P,
    rules: &["R-026"],
    explains: "导医的日报里「检查量」必填、选填，还是不填；从哪天起改，那天起的日报就按新的。",
    effect: Effect::Live,
};

/// 住院量 in a guide's report.
pub const GUIDE_ADMITTED: Setting = Setting {
    key: "form.guide_admitted",
    name: "导医日报住院量",
    kind: Kind::Word(STANDS),
    default: Value::Word(HIDDEN),
    profile: Profile::P,
    rules: &["R-026"],
    explains: "导医的日报里「住院量」必填、选填，还是不填；从哪天起改，那天起的日报就按新的。",
    effect: Effect::Live,
};

/// 小结 in every report.
pub const NOTE: Setting = Setting {
    key: "form.note",
    name: "日报小结",
    kind: Kind::Word(STANDS),
    default: Value::Word(OPTIONAL),
    profile: Profile::P,
    rules: &["R-012", "R-015"],
    explains: "日报里的小结必填、选填，还是不填；必填时没写小结的日报不收。",
    effect: Effect::Live,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &CONSULTANT_APPOINTMENTS,
    &CONSULTANT_ARRIVALS,
    &CONSULTANT_VALID,
    &CONSULTANT_FOLLOW_UPS,
    &CONSULTANT_UNANSWERED,
    &PHONE_APPOINTMENTS,
    &PHONE_ARRIVALS,
    &PHONE_VALID,
    &PHONE_FOLLOW_UPS,
    &PHONE_UNANSWERED,
    &GUIDE_FIRST_VISITS,
    &GUIDE_RETURN_VISITS,
    &GUIDE_BOOKED,
    &GUIDE_SATISFACTION,
    &GUIDE_EXAMINED,
    &GUIDE_ADMITTED,
    &NOTE,
];
