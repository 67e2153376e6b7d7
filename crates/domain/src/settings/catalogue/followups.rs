//! 回访: when a patient is called again, how often, and what a missed call costs.

use crate::settings::{Choice, Effect, Kind, Profile, Setting, Unit, Value};

/// Before which holidays patients are greeted.
const GREETED: &[Choice] = &[
    Choice { word: "none", means: "不排" },
    Choice { word: "spring", means: "只春节" },
    Choice { word: "three", means: "春节中秋国庆" },
    Choice { word: "all", means: "全部节日" },
];

/// What counts of the planned follow-ups of a third-party order.
const THIRD_PARTY_COUNTS: &[Choice] =
    &[Choice { word: "done", means: "排满并做完" }, Choice { word: "planned", means: "只要排满" }];

/// Days from the missed visit to the follow-up.
pub const NO_SHOW_DAYS: Setting = Setting {
    key: "followup.no_show_days",
    name: "未到患者几天后回访",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 7 },
    default: Value::Whole(1),
    profile: Profile::N,
    rules: &["R-105"],
    explains: "约了没来的患者，在预约日之后第几天回访；当天24:00前登记结果都算及时。",
    effect: Effect::Live,
};

/// Calendar days until the next try.
pub const UNREACHED_DAYS: Setting = Setting {
    key: "followup.unreached_days",
    name: "没联系上几天后再访",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 7 },
    default: Value::Whole(1),
    profile: Profile::N,
    rules: &["R-109"],
    explains: "没联系上的，隔几天再回访。按自然日算，1天就是第二天。",
    effect: Effect::Live,
};

/// Unreached tries in a row after which the lead takes over.
pub const UNREACHED_LIMIT: Setting = Setting {
    key: "followup.unreached_limit",
    name: "连续几次未联系上转组长",
    kind: Kind::Whole { unit: Unit::Times, min: 1, max: 30 },
    default: Value::Whole(5),
    profile: Profile::N,
    rules: &["R-109"],
    explains: "连续这么多次（含）没联系上，不再排给负责人，转给组长。",
    effect: Effect::Live,
};

/// Days within which a patient who thinks it over is called again.
pub const CONSIDER_DAYS: Setting = Setting {
    key: "followup.consider_days",
    name: "考虑期回访期限",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 30 },
    default: Value::Whole(5),
    profile: Profile::N,
    rules: &["R-110", "R-033"],
    explains: "患者说要考虑，联系次日算第1天，到这一天（含）还及时，再过一天算超期。",
    effect: Effect::Live,
};

/// Day on which the owner is reminded before the end of the time to think.
pub const CONSIDER_NUDGE: Setting = Setting {
    key: "followup.consider_nudge",
    name: "考虑期提前提醒",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 30 },
    default: Value::Whole(3),
    profile: Profile::N,
    rules: &["R-110"],
    explains: "患者说要考虑的，联系后第几天先提醒一次，联系次日算第1天。",
    effect: Effect::Live,
};

/// Points for each patient missed.
pub const MISSED_POINTS: Setting = Setting {
    key: "followup.missed_points",
    name: "漏访每人记分",
    kind: Kind::Whole { unit: Unit::Points, min: -10, max: 0 },
    default: Value::Whole(-1),
    profile: Profile::C,
    rules: &["R-116", "R-119"],
    explains: "到期没访，每位患者每个应访日记一次分，负数是扣分。",
    effect: Effect::Live,
};

/// Points of the item that missed follow-ups are taken from.
pub const MISSED_ITEM: Setting = Setting {
    key: "followup.missed_item",
    name: "按期回访本项满分",
    kind: Kind::Whole { unit: Unit::Points, min: 1, max: 100 },
    default: Value::Whole(10),
    profile: Profile::C,
    rules: &["R-116"],
    explains: "漏访的分从本项里扣，扣完为止，不倒扣。",
    effect: Effect::Live,
};

/// Months from the last visit to the WeChat follow-up.
pub const WECHAT_MONTHS: Setting = Setting {
    key: "followup.wechat_months",
    name: "微信回访间隔",
    kind: Kind::Whole { unit: Unit::Months, min: 1, max: 24 },
    default: Value::Whole(6),
    profile: Profile::C,
    rules: &["R-118"],
    explains: "上次就诊满这么多个月，提醒咨询员用微信回访；消息不自动发给患者。",
    effect: Effect::Live,
};

/// Whether patients are written to half a year after their last visit.
pub const HALF_YEAR: Setting = Setting {
    key: "followup.half_year",
    name: "半年微信回访",
    kind: Kind::Switch,
    default: Value::Switch(true),
    profile: Profile::C,
    rules: &["R-118"],
    explains: "到过诊的患者，隔「微信回访间隔」那么久自动排一次微信回访，提醒咨询员；消息不自动发给患者。",
    effect: Effect::Live,
};

/// How long there is for a follow-up half a year after the visit.
pub const WECHAT_DAYS: Setting = Setting {
    key: "followup.wechat_days",
    name: "半年回访期限",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 31 },
    default: Value::Whole(7),
    profile: Profile::C,
    rules: &["R-118"],
    explains: "半年微信回访排出来以后，这么多天内（含）登记结果算及时。",
    effect: Effect::Live,
};

/// Before which holidays patients are greeted.
pub const HOLIDAYS: Setting = Setting {
    key: "followup.holidays",
    name: "节前微信问候",
    kind: Kind::Word(GREETED),
    default: Value::Word("none"),
    profile: Profile::C,
    rules: &["R-118"],
    explains: "这些节日前，给到过诊的患者各排一次微信问候，提醒咨询员；消息不自动发给患者。日子按节假日表。",
    effect: Effect::Live,
};

/// How long before a holiday.
pub const HOLIDAY_AHEAD: Setting = Setting {
    key: "followup.holiday_ahead",
    name: "节前问候提前",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 30 },
    default: Value::Whole(5),
    profile: Profile::C,
    rules: &["R-118"],
    explains: "放假第一天以前这么多天排节前问候，放假前一天到期。",
    effect: Effect::Live,
};

/// Whose last visit is so long ago is not greeted any more.
pub const HOLIDAY_MONTHS: Setting = Setting {
    key: "followup.holiday_months",
    name: "节前问候范围",
    kind: Kind::Whole { unit: Unit::Months, min: 1, max: 120 },
    default: Value::Whole(12),
    profile: Profile::C,
    rules: &["R-118"],
    explains: "节前只问候最近这么多个月里到过诊的患者。",
    effect: Effect::Live,
};

/// Least number of follow-ups of a third-party order.
pub const THIRD_PARTY_MIN: Setting = Setting {
    key: "followup.third_party_min",
    name: "三方单最少回访次数",
    kind: Kind::Whole { unit: Unit::Times, min: 1, max: 20 },
    default: Value::Whole(5),
    profile: Profile::P,
    rules: &["R-120"],
    explains: "第三方网站的未成交客户至少排这么多次回访（含），结案前不能少于这个数。",
    effect: Effect::Live,
};

/// Whether planned follow-ups must also be done.
pub const THIRD_PARTY_COUNTED: Setting = Setting {
    key: "followup.third_party_counts",
    name: "三方单回访怎样算数",
    kind: Kind::Word(THIRD_PARTY_COUNTS),
    default: Value::Word("done"),
    profile: Profile::P,
    rules: &["R-120"],
    explains: "规定的次数是只要排满，还是排满还要做完。已到诊或已拒绝的，剩下的取消，不算少。",
    effect: Effect::Live,
};

/// Day of the first planned follow-up of a third-party order.
pub const THIRD_PARTY_1: Setting = Setting {
    key: "followup.third_party_day_1",
    name: "三方单第1次回访",
    kind: Kind::Whole { unit: Unit::Days, min: 0, max: 365 },
    default: Value::Whole(1),
    profile: Profile::P,
    rules: &["R-120"],
    explains: "下单后第几天，下单次日算第1天，日期可以再调。",
    effect: Effect::Live,
};

/// Day of the second planned follow-up of a third-party order.
pub const THIRD_PARTY_2: Setting = Setting {
    key: "followup.third_party_day_2",
    name: "三方单第2次回访",
    kind: Kind::Whole { unit: Unit::Days, min: 0, max: 365 },
    default: Value::Whole(3),
    profile: Profile::P,
    rules: &["R-120"],
    explains: "下单后第几天，下单次日算第1天，日期可以再调。",
    effect: Effect::Live,
};

/// Day of the third planned follow-up of a third-party order.
pub const THIRD_PARTY_3: Setting = Setting {
    key: "followup.third_party_day_3",
    name: "三方单第3次回访",
    kind: Kind::Whole { unit: Unit::Days, min: 0, max: 365 },
    default: Value::Whole(7),
    profile: Profile::P,
    rules: &["R-120"],
    explains: "下单后第几天，下单次日算第1天，日期可以再调。",
    effect: Effect::Live,
};

/// Day of the fourth planned follow-up of a third-party order.
pub const THIRD_PARTY_4: Setting = Setting {
    key: "followup.third_party_day_4",
    name: "三方单第4次回访",
    kind: Kind::Whole { unit: Unit::Days, min: 0, max: 365 },
    default: Value::Whole(15),
    profile: Profile::P,
    rules: &["R-120"],
    explains: "下单后第几天，下单次日算第1天，日期可以再调。",
    effect: Effect::Live,
};

/// Day of the fifth planned follow-up of a third-party order.
pub const THIRD_PARTY_5: Setting = Setting {
    key: "followup.third_party_day_5",
    name: "三方单第5次回访",
    kind: Kind::Whole { unit: Unit::Days, min: 0, max: 365 },
    default: Value::Whole(30),
    profile: Profile::P,
    rules: &["R-120"],
    explains: "下单后第几天，下单次日算第1天，日期可以再调。",
    effect: Effect::Live,
};

/// Whether the long-term plan after a sale is used.
pub const LONG_TERM: Setting = Setting {
    key: "followup.long_term",
    name: "长期维护计划",
    kind: Kind::Switch,
    default: Value::Switch(false),
    profile: Profile::A,
    rules: &["R-124"],
    explains: "打开后，成交客户按下面六个时间各提醒一次。",
    effect: Effect::Recorded,
};

/// First step of the long-term plan, days after the sale.
pub const LONG_TERM_1: Setting = Setting {
    key: "followup.long_term_1",
    name: "长期维护第1次",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 366 },
    default: Value::Whole(15),
    profile: Profile::A,
    rules: &["R-124"],
    explains: "成交后满这么多天提醒，长期维护计划打开才有用。",
    effect: Effect::Recorded,
};

/// Second step of the long-term plan, days after the sale.
pub const LONG_TERM_2: Setting = Setting {
    key: "followup.long_term_2",
    name: "长期维护第2次",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 366 },
    default: Value::Whole(30),
    profile: Profile::A,
    rules: &["R-124"],
    explains: "成交后满这么多天提醒，长期维护计划打开才有用。",
    effect: Effect::Recorded,
};

/// Third step of the long-term plan, days after the sale.
pub const LONG_TERM_3: Setting = Setting {
    key: "followup.long_term_3",
    name: "长期维护第3次",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 366 },
    default: Value::Whole(180),
    profile: Profile::A,
    rules: &["R-124"],
    explains: "成交后满这么多天提醒，长期维护计划打开才有用。",
    effect: Effect::Recorded,
};

/// Fourth step of the long-term plan, months after the sale.
pub const LONG_TERM_4: Setting = Setting {
    key: "followup.long_term_4",
    name: "长期维护第4次",
    kind: Kind::Whole { unit: Unit::Months, min: 1, max: 240 },
    default: Value::Whole(12),
    profile: Profile::A,
    rules: &["R-124"],
    explains: "成交后满这么多个月提醒，长期维护计划打开才有用。",
    effect: Effect::Recorded,
};

/// Fifth step of the long-term plan, months after the sale.
pub const LONG_TERM_5: Setting = Setting {
    key: "followup.long_term_5",
    name: "长期维护第5次",
    kind: Kind::Whole { unit: Unit::Months, min: 1, max: 240 },
    default: Value::Whole(24),
    profile: Profile::A,
    rules: &["R-124"],
    explains: "成交后满这么多个月提醒，长期维护计划打开才有用。",
    effect: Effect::Recorded,
};

/// Sixth step of the long-term plan, months after the sale.
pub const LONG_TERM_6: Setting = Setting {
    key: "followup.long_term_6",
    name: "长期维护第6次",
    kind: Kind::Whole { unit: Unit::Months, min: 1, max: 240 },
    default: Value::Whole(120),
    profile: Profile::A,
    rules: &["R-124"],
    explains: "成交后满这么多个月提醒，长期维护计划打开才有用。",
    effect: Effect::Recorded,
};

/// When each person gets what is to be called today.
pub const DIGEST_AT: Setting = Setting {
    key: "followup.digest_at",
    name: "每日待办时刻",
    kind: Kind::Time,
    default: Value::Time(8 * 60 + 30),
    profile: Profile::N,
    rules: &["R-105", "R-107"],
    explains: "每天这个时刻，把当天要回访的名单发给每个人；当天休息的，发给代访的组长。",
    effect: Effect::Live,
};

/// When the patients of today who have not come yet are listed.
pub const SAME_DAY_AT: Setting = Setting {
    key: "followup.same_day_at",
    name: "当天未到提醒",
    kind: Kind::Time,
    default: Value::Time(15 * 60),
    profile: Profile::N,
    rules: &["R-105"],
    explains: "每天这个时刻，把今天约了还没到的患者提醒给负责人；说了在路上的不提醒。",
    effect: Effect::Live,
};

/// How long before the end of the shift what is still open is recalled.
pub const NUDGE_MINUTES: Setting = Setting {
    key: "followup.nudge_minutes",
    name: "到期回访提前提醒",
    kind: Kind::Whole { unit: Unit::Minutes, min: 5, max: 480 },
    default: Value::Whole(60),
    profile: Profile::N,
    rules: &["R-105"],
    explains: "今天到期还没有结果的回访，下班前这么久提醒一次，下班时再提醒一次。",
    effect: Effect::Live,
};

/// How long after the end of the shift the lead is told.
pub const LEAD_MINUTES: Setting = Setting {
    key: "followup.lead_minutes",
    name: "到期回访报组长",
    kind: Kind::Whole { unit: Unit::Minutes, min: 0, max: 480 },
    default: Value::Whole(30),
    profile: Profile::N,
    rules: &["R-105", "R-113"],
    explains: "下班后过了这么久还没有结果的，告诉组长；最迟当天23:59。",
    effect: Effect::Live,
};

/// The end of the day for whoever has no shift planned.
pub const DAY_END: Setting = Setting {
    key: "followup.day_end",
    name: "没排班的下班时刻",
    kind: Kind::Time,
    default: Value::Time(17 * 60 + 30),
    profile: Profile::N,
    rules: &["R-105"],
    explains: "没有排班的人，回访提醒按这个时刻当作下班。",
    effect: Effect::Live,
};

/// When on Mondays the week's plan is posted.
pub const PLAN_AT: Setting = Setting {
    key: "followup.plan_at",
    name: "周一回访计划时刻",
    kind: Kind::Time,
    default: Value::Time(9 * 60),
    profile: Profile::C,
    rules: &["R-117"],
    explains: "每周一这个时刻，发本周每人要回访多少位。",
    effect: Effect::Live,
};

/// When on Sundays the week's completion is posted.
pub const RATE_AT: Setting = Setting {
    key: "followup.rate_at",
    name: "周日完成率时刻",
    kind: Kind::Time,
    default: Value::Time(20 * 60),
    profile: Profile::C,
    rules: &["R-117"],
    explains: "每周日这个时刻，发本周每人每组的回访完成率。",
    effect: Effect::Live,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &NO_SHOW_DAYS,
    &UNREACHED_DAYS,
    &UNREACHED_LIMIT,
    &CONSIDER_DAYS,
    &CONSIDER_NUDGE,
    &MISSED_POINTS,
    &MISSED_ITEM,
    &WECHAT_MONTHS,
    &HALF_YEAR,
    &WECHAT_DAYS,
    &HOLIDAYS,
    &HOLIDAY_AHEAD,
    &HOLIDAY_MONTHS,
    &THIRD_PARTY_MIN,
    &THIRD_PARTY_COUNTED,
    &THIRD_PARTY_1,
    &THIRD_PARTY_2,
    &THIRD_PARTY_3,
    &THIRD_PARTY_4,
    &THIRD_PARTY_5,
    &LONG_TERM,
    &LONG_TERM_1,
    &LONG_TERM_2,
    &LONG_TERM_3,
    &LONG_TERM_4,
    &LONG_TERM_5,
    &LONG_TERM_6,
    &DIGEST_AT,
    &SAME_DAY_AT,
    &NUDGE_MINUTES,
    &LEAD_MINUTES,
    &DAY_END,
    &PLAN_AT,
    &RATE_AT,
];
