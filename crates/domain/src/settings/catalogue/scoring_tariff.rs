//! 记分与扣款, the tariff of all profiles but A (see `scoring`) and M (see `scoring_clinic`). Deductions are negative;
//! every amount is a proposal. Amounts that belong to a rule of another theme stand in the file of that theme.

use crate::settings::{Effect, Kind, Preset, Profile, Setting, Unit, Value};

/// Dialogue thrown off, ended early, or illness asked without a complaint, each, fen (R-281, tariff T-N04).
pub const FINE_DIALOGUE_DROPPED: Setting = Setting {
    key: "fine.dialogue_dropped",
    name: "甩号或中断对话",
    kind: Kind::Whole { unit: Unit::Fen, min: -20_000, max: 0 },
    default: Value::Whole(-5_000),
    profile: Profile::N,
    rules: &["R-281"],
    explains: "甩号、没有完就结束对话、没有主诉就问病情，每次扣这么多。",
    effect: Effect::Recorded,
};

/// Item found by the lead's check, fen (R-328, tariff T-N14).
pub const FINE_SPOT_ITEM: Setting = Setting {
    key: "fine.spot_item",
    name: "组长检查每项",
    kind: Kind::Whole { unit: Unit::Fen, min: -20_000, max: 0 },
    default: Value::Whole(-2_000),
    profile: Profile::N,
    rules: &["R-328"],
    explains: "没有及时登记、资料不全、渠道错了没有报，每项扣这么多；同一件事不扣两次。",
    effect: Effect::Recorded,
};

/// Whether a department's fine adds to the company's.
pub const FINE_STACKING: Setting = Setting {
    key: "fine.stacking",
    name: "与公司处罚叠加",
    kind: Kind::Switch,
    default: Value::Switch(false),
    profile: Profile::N,
    rules: &["R-297"],
    explains: "关：一件事只按一个标准扣一次；开：部门的乐捐和公司的处罚可以同时执行。",
    effect: Effect::Recorded,
};

/// What a lead pays of an amount.
pub const FINE_LEAD_FACTOR: Setting = Setting {
    key: "fine.lead_factor",
    name: "组长违反的倍数",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 10_000, max: 30_000 },
    default: Value::Whole(10_000),
    profile: Profile::N,
    rules: &["R-297"],
    explains: "组长违反时按这个比例扣，100%就是和组员一样，200%就是加倍。",
    effect: Effect::Live,
};

/// Shirking or a message left unanswered, fen (R-287, tariff T-P01).
pub const FINE_MESSAGE_UNANSWERED: Setting = Setting {
    key: "fine.message_unanswered",
    name: "推诿或消息不回",
    kind: Kind::Whole { unit: Unit::Fen, min: -20_000, max: 0 },
    default: Value::Whole(-5_000),
    profile: Profile::P,
    rules: &["R-287"],
    explains: "值班时有意推诿、不接客户或消息超时不回，每次扣这么多。",
    effect: Effect::Recorded,
};

/// Finding that raises the dismissal flag, inclusive (R-287, tariff T-P01).
pub const FINE_MESSAGE_DISMISSAL: Setting = Setting {
    key: "fine.message_dismissal",
    name: "消息不回提醒辞退",
    kind: Kind::Whole { unit: Unit::Times, min: 2, max: 10 },
    default: Value::Whole(2),
    profile: Profile::P,
    rules: &["R-287"],
    explains: "期限内查实达到这么多次（含），提醒按辞退处理，由人决定。",
    effect: Effect::Recorded,
};

/// Rolling months in which findings add up.
pub const FINE_MESSAGE_WINDOW: Setting = Setting {
    key: "fine.message_window",
    name: "消息不回累计期限",
    kind: Kind::Whole { unit: Unit::Months, min: 1, max: 60 },
    default: Value::Whole(12),
    profile: Profile::P,
    rules: &["R-287"],
    explains: "从这次往前数这么多个月内的查实次数一起算。",
    effect: Effect::Recorded,
};

/// No written preparation, each, fen (R-324, tariff T-T04).
pub const FINE_PREPARATION: Setting = Setting {
    key: "fine.preparation",
    name: "缺备课",
    kind: Kind::Whole { unit: Unit::Fen, min: -20_000, max: 0 },
    default: Value::Whole(-5_000),
    profile: Profile::T,
    rules: &["R-324"],
    explains: "接待前没有交书面备课，每次扣这么多；临时接待的次日交齐不扣。",
    effect: Effect::Recorded,
};

/// Missing preparations in a row that stop the calls, inclusive (R-324, tariff T-T04).
pub const FINE_PREPARATION_STREAK: Setting = Setting {
    key: "fine.preparation_streak",
    name: "连续缺备课停接电话",
    kind: Kind::Whole { unit: Unit::Times, min: 2, max: 10 },
    default: Value::Whole(3),
    profile: Profile::T,
    rules: &["R-324"],
    explains: "连续缺备课达到这么多次（含）停接电话；中间交齐1次就重新数。",
    effect: Effect::Recorded,
};

/// Hours before a visit at which the preparation is asked for again.
pub const FINE_PREPARATION_REMINDER: Setting = Setting {
    key: "fine.preparation_reminder",
    name: "备课提醒提前",
    kind: Kind::Whole { unit: Unit::Hours, min: 1, max: 24 },
    default: Value::Whole(2),
    profile: Profile::T,
    rules: &["R-324"],
    explains: "除了前一天，接待前这么多小时再提醒一次交备课。",
    effect: Effect::Recorded,
};

/// Unanswered checks that make one proposal, inclusive (R-325, tariff T-C16).
pub const FINE_PHONE_CHECKS: Setting = Setting {
    key: "fine.phone_checks",
    name: "抽查没人接次数",
    kind: Kind::Whole { unit: Unit::Times, min: 1, max: 20 },
    default: Value::Whole(3),
    profile: Profile::C,
    rules: &["R-325"],
    explains: "期限内抽查电话没人接达到这么多次（含），记值班人一次处罚。",
    effect: Effect::Recorded,
};

/// Rolling days in which unanswered checks add up.
pub const FINE_PHONE_WINDOW: Setting = Setting {
    key: "fine.phone_window",
    name: "抽查没人接期限",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 31 },
    default: Value::Whole(7),
    profile: Profile::C,
    rules: &["R-325"],
    explains: "连续这么多天内没人接的次数一起算。",
    effect: Effect::Recorded,
};

/// Phone left unanswered in checks, fen, the source states no amount (R-325, tariff T-C16).
pub const FINE_PHONE_UNANSWERED: Setting = Setting {
    key: "fine.phone_unanswered",
    name: "抽查没人接处罚",
    kind: Kind::Whole { unit: Unit::Fen, min: -10_000, max: 0 },
    default: Value::Whole(0),
    profile: Profile::C,
    rules: &["R-325"],
    explains: "抽查没人接达到次数时扣这么多；规则没有写金额，0元就是只警告。",
    effect: Effect::Recorded,
};

/// Swearing or abusing customers, each from the second of the month, fen (R-288, tariff T-I07).
pub const FINE_SWEARING: Setting = Setting {
    key: "fine.swearing",
    name: "骂人",
    kind: Kind::Whole { unit: Unit::Fen, min: -20_000, max: 0 },
    default: Value::Whole(-2_000),
    profile: Profile::I,
    rules: &["R-288"],
    explains: "当月第1次口头批评，第2次（含）起每次扣这么多。",
    effect: Effect::Recorded,
};

/// Ordinal of the month from which swearing costs money, inclusive (R-288, tariff T-I07).
pub const FINE_SWEARING_FROM: Setting = Setting {
    key: "fine.swearing_from",
    name: "骂人起扣次数",
    kind: Kind::Whole { unit: Unit::Times, min: 1, max: 10 },
    default: Value::Whole(2),
    profile: Profile::I,
    rules: &["R-288"],
    explains: "当月从这一次（含）起扣款，之前只口头批评。",
    effect: Effect::Recorded,
};

/// Private call over the limit, each, fen (R-290, tariff T-I08).
pub const FINE_PRIVATE_CALL: Setting = Setting {
    key: "fine.private_call",
    name: "私人电话超时",
    kind: Kind::Whole { unit: Unit::Fen, min: -20_000, max: 0 },
    default: Value::Whole(-2_000),
    profile: Profile::I,
    rules: &["R-290"],
    explains: "上班打私人电话超过限时，每次扣这么多；刚好到限时不扣。",
    effect: Effect::Recorded,
};

/// Length up to which a private call is free, inclusive, minutes.
pub const FINE_PRIVATE_CALL_MINUTES: Setting = Setting {
    key: "fine.private_call_minutes",
    name: "私人电话限时",
    kind: Kind::Whole { unit: Unit::Minutes, min: 1, max: 60 },
    default: Value::Whole(10),
    profile: Profile::I,
    rules: &["R-290"],
    explains: "超过这么多分钟才算，刚好这么多不算。",
    effect: Effect::Recorded,
};

/// Dialogue broken off without reason, each, fen (R-291, tariff T-I08).
pub const FINE_BREAKING_OFF: Setting = Setting {
    key: "fine.breaking_off",
    name: "无故中断对话",
    kind: Kind::Whole { unit: Unit::Fen, min: -20_000, max: 0 },
    default: Value::Whole(-2_000),
    profile: Profile::I,
    rules: &["R-291"],
    explains: "无故中断和客户的对话，每次扣这么多；严重的提醒按辞退处理，由人决定。",
    effect: Effect::Recorded,
};

/// Chat content changed or invented, each, fen (R-292, tariff T-I11).
pub const FINE_CHAT_CHANGED: Setting = Setting {
    key: "fine.chat_changed",
    name: "改动聊天内容",
    kind: Kind::Whole { unit: Unit::Fen, min: -20_000, max: 0 },
    default: Value::Whole(-5_000),
    profile: Profile::I,
    rules: &["R-292"],
    explains: "改动或编造原始聊天内容，每次扣这么多；严重的提醒按辞退处理。",
    effect: Effect::Recorded,
};

/// Not to the project's requirements, first of the month, fen (R-293, tariff T-I12).
pub const FINE_PROJECT_FIRST: Setting = Setting {
    key: "fine.project_first",
    name: "未按项目要求首次",
    kind: Kind::Whole { unit: Unit::Fen, min: -20_000, max: 0 },
    default: Value::Whole(-2_000),
    profile: Profile::I,
    rules: &["R-293"],
    explains: "当月第1次没有按项目要求做，扣这么多。",
    effect: Effect::Recorded,
};

/// Not to the project's requirements, each from the second of the month, fen (R-293, tariff T-I12).
pub const FINE_PROJECT_AGAIN: Setting = Setting {
    key: "fine.project_again",
    name: "未按项目要求再次",
    kind: Kind::Whole { unit: Unit::Fen, min: -20_000, max: 0 },
    default: Value::Whole(-5_000),
    profile: Profile::I,
    rules: &["R-293"],
    explains: "当月第2次（含）起没有按项目要求做，每次扣这么多。",
    effect: Effect::Recorded,
};

/// Eating at work, each, fen (R-294, tariff T-I13).
pub const FINE_EATING: Setting = Setting {
    key: "fine.eating",
    name: "上班吃东西",
    kind: Kind::Whole { unit: Unit::Fen, min: -20_000, max: 0 },
    default: Value::Whole(-2_000),
    profile: Profile::I,
    rules: &["R-294"],
    explains: "上班吃东西，每次扣这么多。",
    effect: Effect::Recorded,
};

/// Sleeping at work, each, fen (R-294, tariff T-I13).
pub const FINE_SLEEPING: Setting = Setting {
    key: "fine.sleeping",
    name: "上班睡觉",
    kind: Kind::Whole { unit: Unit::Fen, min: -20_000, max: 0 },
    default: Value::Whole(-5_000),
    profile: Profile::I,
    rules: &["R-294"],
    explains: "上班睡觉，每次扣这么多。",
    effect: Effect::Recorded,
};

/// Shopping, games or videos at work, each, fen (R-294, tariff T-I13).
pub const FINE_SHOPPING_GAMES: Setting = Setting {
    key: "fine.shopping_games",
    name: "上班网购游戏视频",
    kind: Kind::Whole { unit: Unit::Fen, min: -50_000, max: 0 },
    default: Value::Whole(-10_000),
    profile: Profile::I,
    rules: &["R-294"],
    explains: "上班网购、打游戏、看视频，每次扣这么多。",
    effect: Effect::Recorded,
};

/// Rubbish after a meal, each person, fen (R-295, tariff T-I14).
pub const FINE_RUBBISH: Setting = Setting {
    key: "fine.rubbish",
    name: "饭后垃圾没有清理",
    kind: Kind::Whole { unit: Unit::Fen, min: -20_000, max: 0 },
    default: Value::Whole(-1_000),
    profile: Profile::I,
    rules: &["R-295"],
    explains: "饭后垃圾没有清理，每人每次扣这么多。",
    effect: Effect::Recorded,
};

/// Item of dress or badge missing, each, fen (R-296, tariff T-I14).
pub const FINE_DRESS_ITEM: Setting = Setting {
    key: "fine.dress_item",
    name: "着装工牌缺一件",
    kind: Kind::Whole { unit: Unit::Fen, min: -20_000, max: 0 },
    default: Value::Whole(-1_000),
    profile: Profile::I,
    rules: &["R-296"],
    explains: "工作服、裤、鞋、工牌，每缺一件扣这么多。",
    effect: Effect::Recorded,
};

/// Maximum of the small items, points (R-300, tariff T-C01 to T-C06).
pub const SCORE_SMALL_ITEM: Setting = Setting {
    key: "score.small_item",
    name: "小项满分",
    kind: Kind::Whole { unit: Unit::Points, min: 1, max: 50 },
    default: Value::Whole(5),
    profile: Profile::C,
    rules: &["R-300", "R-303"],
    explains: "环境、着装、业务考核各这么多分，导医的服从安排也是；扣完为止。",
    effect: Effect::Recorded,
};

/// Maximum of the large items, points (R-300, tariff T-C05, T-C08, T-C11).
pub const SCORE_LARGE_ITEM: Setting = Setting {
    key: "score.large_item",
    name: "大项满分",
    kind: Kind::Whole { unit: Unit::Points, min: 1, max: 50 },
    default: Value::Whole(10),
    profile: Profile::C,
    rules: &["R-300", "R-301", "R-302"],
    explains: "到岗无空档、分诊、咨询员的服从安排各这么多分；扣完为止。",
    effect: Effect::Recorded,
};

/// Workplace dirty, points each (R-300, tariff T-C01).
pub const SCORE_UNTIDY: Setting = Setting {
    key: "score.untidy",
    name: "环境脏乱",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-1),
    profile: Profile::C,
    rules: &["R-300"],
    explains: "工位脏乱，每次扣这么多，扣完小项为止。",
    effect: Effect::Recorded,
};

/// Dress or make-up, points each (R-300, tariff T-C03).
pub const SCORE_DRESS: Setting = Setting {
    key: "score.dress",
    name: "着装妆容",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-1),
    profile: Profile::C,
    rules: &["R-300"],
    explains: "着装或妆容不合要求，每次扣这么多，扣完小项为止。",
    effect: Effect::Recorded,
};

/// Tasks refused, points each (R-300, tariff T-C05).
pub const SCORE_TASK_REFUSED: Setting = Setting {
    key: "score.task_refused",
    name: "不服从安排",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-1),
    profile: Profile::C,
    rules: &["R-300"],
    explains: "不服从主管安排，每次扣这么多；导医扣完小项、咨询员扣完大项为止。",
    effect: Effect::Recorded,
};

/// Knowledge test failed or unexcused absence, points each (R-303, tariff T-C06).
pub const SCORE_KNOWLEDGE: Setting = Setting {
    key: "score.knowledge",
    name: "业务考核不合格",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-1),
    profile: Profile::C,
    rules: &["R-303"],
    explains: "业务知识考核不合格或无理由缺席，每次扣这么多，扣完小项为止。",
    effect: Effect::Recorded,
};

/// Wrong triage, points each (R-302, tariff T-C08).
pub const SCORE_TRIAGE: Setting = Setting {
    key: "score.triage",
    name: "分诊不合理",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-2),
    profile: Profile::C,
    rules: &["R-302"],
    explains: "导医分诊不正确、不合理，每次扣这么多，扣完大项为止。",
    effect: Effect::Recorded,
};

/// Not on post or a gap, points each (R-301, tariff T-C11).
pub const SCORE_GAP: Setting = Setting {
    key: "score.gap",
    name: "咨询空档",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-1),
    profile: Profile::C,
    rules: &["R-301"],
    explains: "没有按时到岗或咨询出现空档，每次扣这么多，扣完大项为止。",
    effect: Effect::Recorded,
};

/// Hygiene inspection, failed spot, collective points (R-312, tariff T-M10).
pub const HYGIENE_SPOT: Setting = Setting {
    key: "hygiene.spot",
    name: "卫生检查不合格",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-1),
    profile: Profile::M,
    rules: &["R-312"],
    explains: "每月卫生检查，每有1处不合格，部门集体扣这么多。",
    effect: Effect::Recorded,
};

/// Office sheet, conduct, points a breach (R-323, tariff T-X01).
pub const OFFICE_CONDUCT: Setting = Setting {
    key: "office.conduct",
    name: "行政行为扣分",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-5),
    profile: Profile::X,
    rules: &["R-323"],
    explains: "行政部门行为不合要求，每次扣这么多，扣完这一项为止。",
    effect: Effect::Recorded,
};

/// Office sheet, maximum of conduct, points (R-323, tariff T-X01).
pub const OFFICE_CONDUCT_ITEM: Setting = Setting {
    key: "office.conduct_item",
    name: "行政行为满分",
    kind: Kind::Whole { unit: Unit::Points, min: 1, max: 100 },
    default: Value::Whole(20),
    profile: Profile::X,
    rules: &["R-323"],
    explains: "行政部门行为这一项的满分；五项合计100分。",
    effect: Effect::Recorded,
};

/// Office sheet, appearance, points a breach (R-323, tariff T-X01).
pub const OFFICE_APPEARANCE: Setting = Setting {
    key: "office.appearance",
    name: "行政仪表扣分",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-3),
    profile: Profile::X,
    rules: &["R-323"],
    explains: "行政部门仪表不合要求，每次扣这么多，扣完这一项为止。",
    effect: Effect::Recorded,
};

/// Office sheet, maximum of appearance, points (R-323, tariff T-X01).
pub const OFFICE_APPEARANCE_ITEM: Setting = Setting {
    key: "office.appearance_item",
    name: "行政仪表满分",
    kind: Kind::Whole { unit: Unit::Points, min: 1, max: 100 },
    default: Value::Whole(10),
    profile: Profile::X,
    rules: &["R-323"],
    explains: "行政部门仪表这一项的满分；五项合计100分。",
    effect: Effect::Recorded,
};

/// Office sheet, operation, points a breach (R-323, tariff T-X01).
pub const OFFICE_OPERATION: Setting = Setting {
    key: "office.operation",
    name: "行政操作扣分",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-5),
    profile: Profile::X,
    rules: &["R-323"],
    explains: "行政部门操作不合要求，每次扣这么多，扣完这一项为止。",
    effect: Effect::Recorded,
};

/// Office sheet, maximum of operation, points (R-323, tariff T-X01).
pub const OFFICE_OPERATION_ITEM: Setting = Setting {
    key: "office.operation_item",
    name: "行政操作满分",
    kind: Kind::Whole { unit: Unit::Points, min: 1, max: 100 },
    default: Value::Whole(30),
    profile: Profile::X,
    rules: &["R-323"],
    explains: "行政部门操作这一项的满分；五项合计100分。",
    effect: Effect::Recorded,
};

/// Office sheet, surroundings, points a breach (R-323, tariff T-X01).
pub const OFFICE_SURROUNDINGS: Setting = Setting {
    key: "office.surroundings",
    name: "行政环境扣分",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-2),
    profile: Profile::X,
    rules: &["R-323"],
    explains: "行政部门环境不合要求，每次扣这么多，扣完这一项为止。",
    effect: Effect::Recorded,
};

/// Office sheet, maximum of surroundings, points (R-323, tariff T-X01).
pub const OFFICE_SURROUNDINGS_ITEM: Setting = Setting {
    key: "office.surroundings_item",
    name: "行政环境满分",
    kind: Kind::Whole { unit: Unit::Points, min: 1, max: 100 },
    default: Value::Whole(10),
    profile: Profile::X,
    rules: &["R-323"],
    explains: "行政部门环境这一项的满分；五项合计100分。",
    effect: Effect::Recorded,
};

/// Office sheet, language, points a breach (R-323, tariff T-X01).
pub const OFFICE_LANGUAGE: Setting = Setting {
    key: "office.language",
    name: "行政语言扣分",
    kind: Kind::Whole { unit: Unit::Points, min: -20, max: 0 },
    default: Value::Whole(-5),
    profile: Profile::X,
    rules: &["R-323"],
    explains: "行政部门语言不合要求，每次扣这么多，扣完这一项为止。",
    effect: Effect::Recorded,
};

/// Office sheet, maximum of language, points (R-323, tariff T-X01).
pub const OFFICE_LANGUAGE_ITEM: Setting = Setting {
    key: "office.language_item",
    name: "行政语言满分",
    kind: Kind::Whole { unit: Unit::Points, min: 1, max: 100 },
    default: Value::Whole(30),
    profile: Profile::X,
    rules: &["R-323"],
    explains: "行政部门语言这一项的满分；五项合计100分。",
    effect: Effect::Recorded,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &FINE_DIALOGUE_DROPPED,
    &FINE_SPOT_ITEM,
    &FINE_STACKING,
    &FINE_LEAD_FACTOR,
    &FINE_MESSAGE_UNANSWERED,
    &FINE_MESSAGE_DISMISSAL,
    &FINE_MESSAGE_WINDOW,
    &FINE_PREPARATION,
    &FINE_PREPARATION_STREAK,
    &FINE_PREPARATION_REMINDER,
    &FINE_PHONE_CHECKS,
    &FINE_PHONE_WINDOW,
    &FINE_PHONE_UNANSWERED,
    &FINE_SWEARING,
    &FINE_SWEARING_FROM,
    &FINE_PRIVATE_CALL,
    &FINE_PRIVATE_CALL_MINUTES,
    &FINE_BREAKING_OFF,
    &FINE_CHAT_CHANGED,
    &FINE_PROJECT_FIRST,
    &FINE_PROJECT_AGAIN,
    &FINE_EATING,
    &FINE_SLEEPING,
    &FINE_SHOPPING_GAMES,
    &FINE_RUBBISH,
    &FINE_DRESS_ITEM,
    &SCORE_SMALL_ITEM,
    &SCORE_LARGE_ITEM,
    &SCORE_UNTIDY,
    &SCORE_DRESS,
    &SCORE_TASK_REFUSED,
    &SCORE_KNOWLEDGE,
    &SCORE_TRIAGE,
    &SCORE_GAP,
    &HYGIENE_SPOT,
    &OFFICE_CONDUCT,
    &OFFICE_CONDUCT_ITEM,
    &OFFICE_APPEARANCE,
    &OFFICE_APPEARANCE_ITEM,
    &OFFICE_OPERATION,
    &OFFICE_OPERATION_ITEM,
    &OFFICE_SURROUNDINGS,
    &OFFICE_SURROUNDINGS_ITEM,
    &OFFICE_LANGUAGE,
    &OFFICE_LANGUAGE_ITEM,
];

/// What profiles set otherwise.
pub(crate) const PRESETS: &[(Profile, Preset)] = &[
    (Profile::I, Preset { key: "fine.stacking", value: Value::Switch(true) }),
    (Profile::I, Preset { key: "fine.lead_factor", value: Value::Whole(20_000) }),
];
