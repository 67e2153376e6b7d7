//! 绩效与奖金: the pay plan, head tiers, personal targets and fixed extras. The pool plan and the factors on wages stand in
//! `pay_pool`.

use crate::settings::{Choice, Effect, Kind, Preset, Profile, Setting, Unit, Value};

/// How performance pay is computed, a choice.
pub const PAY_PLAN: Setting = Setting {
    key: "pay.plan",
    name: "绩效方案",
    kind: Kind::Word(&[
        Choice { word: "head_tiers", means: "按人头分档" },
        Choice { word: "pool", means: "奖金池" },
    ]),
    default: Value::Word("head_tiers"),
    profile: Profile::N,
    rules: &["R-231", "R-232", "R-255", "R-256"],
    explains: "按人头分档：到诊人数乘以所在档的单价；奖金池：总奖金按表现和业绩分。",
    effect: Effect::Recorded,
};

/// Whether the rate reached holds for all heads or for those of its tier only, a choice.
pub const PAY_TIER_MODE: Setting = Setting {
    key: "pay.tier_mode",
    name: "分档算法",
    kind: Kind::Word(&[Choice { word: "whole", means: "全额" }, Choice { word: "marginal", means: "累进" }]),
    default: Value::Word("whole"),
    profile: Profile::N,
    rules: &["R-231", "R-232"],
    explains: "全额：全部人数按达到的那一档单价算；累进：每一段人数按各段的单价算。",
    effect: Effect::Recorded,
};

/// Heads from which tier 2 holds, inclusive.
pub const PAY_TIER2_FROM: Setting = Setting {
    key: "pay.tier2_from",
    name: "第2档起点",
    kind: Kind::Whole { unit: Unit::People, min: 2, max: 100 },
    default: Value::Whole(10),
    profile: Profile::A,
    rules: &["R-232"],
    explains: "当月到诊达到这么多人（含）进第2档；各档起点要依次增大。",
    effect: Effect::Recorded,
};

/// Heads from which tier 3 holds, inclusive.
pub const PAY_TIER3_FROM: Setting = Setting {
    key: "pay.tier3_from",
    name: "第3档起点",
    kind: Kind::Whole { unit: Unit::People, min: 3, max: 200 },
    default: Value::Whole(20),
    profile: Profile::A,
    rules: &["R-232"],
    explains: "当月到诊达到这么多人（含）进第3档；各档起点要依次增大。",
    effect: Effect::Recorded,
};

/// Heads from which tier 4 holds, inclusive.
pub const PAY_TIER4_FROM: Setting = Setting {
    key: "pay.tier4_from",
    name: "第4档起点",
    kind: Kind::Whole { unit: Unit::People, min: 4, max: 500 },
    default: Value::Whole(30),
    profile: Profile::A,
    rules: &["R-232"],
    explains: "当月到诊达到这么多人（含）进第4档；各档起点要依次增大。",
    effect: Effect::Recorded,
};

/// Bonus a head in tier 1, fen.
pub const PAY_TIER1_RATE: Setting = Setting {
    key: "pay.tier1_rate",
    name: "第1档每人奖金",
    kind: Kind::Whole { unit: Unit::Fen, min: 0, max: 20_000 },
    default: Value::Whole(1_000),
    profile: Profile::A,
    rules: &["R-232"],
    explains: "不到第2档起点时，每到诊1人的基本奖金。",
    effect: Effect::Recorded,
};

/// Bonus a head in tier 2, fen.
pub const PAY_TIER2_RATE: Setting = Setting {
    key: "pay.tier2_rate",
    name: "第2档每人奖金",
    kind: Kind::Whole { unit: Unit::Fen, min: 0, max: 20_000 },
    default: Value::Whole(3_000),
    profile: Profile::A,
    rules: &["R-232"],
    explains: "达到第2档时，每到诊1人的基本奖金。",
    effect: Effect::Recorded,
};

/// Bonus a head in tier 3, fen.
pub const PAY_TIER3_RATE: Setting = Setting {
    key: "pay.tier3_rate",
    name: "第3档每人奖金",
    kind: Kind::Whole { unit: Unit::Fen, min: 0, max: 20_000 },
    default: Value::Whole(4_000),
    profile: Profile::A,
    rules: &["R-232"],
    explains: "达到第3档时，每到诊1人的基本奖金。",
    effect: Effect::Recorded,
};

/// Bonus a head in tier 4, fen.
pub const PAY_TIER4_RATE: Setting = Setting {
    key: "pay.tier4_rate",
    name: "第4档每人奖金",
    kind: Kind::Whole { unit: Unit::Fen, min: 0, max: 20_000 },
    default: Value::Whole(5_000),
    profile: Profile::A,
    rules: &["R-232"],
    explains: "达到第4档时，每到诊1人的基本奖金。",
    effect: Effect::Recorded,
};

/// Heads that everybody must reach for the team bonus, inclusive.
pub const PAY_TEAM_BONUS_HEADS: Setting = Setting {
    key: "pay.team_bonus_heads",
    name: "团队奖金人数线",
    kind: Kind::Whole { unit: Unit::People, min: 1, max: 200 },
    default: Value::Whole(20),
    profile: Profile::A,
    rules: &["R-233"],
    explains: "当月每位咨询员都达到这么多人（含），团队奖金才成立。",
    effect: Effect::Recorded,
};

/// Team bonus each, fen (R-233, tariff T-A14).
pub const PAY_TEAM_BONUS: Setting = Setting {
    key: "pay.team_bonus",
    name: "团队奖金",
    kind: Kind::Whole { unit: Unit::Fen, min: 0, max: 200_000 },
    default: Value::Whole(20_000),
    profile: Profile::A,
    rules: &["R-233"],
    explains: "人人达到人数线时，每人当月多发这么多。",
    effect: Effect::Recorded,
};

/// Whether people not assessed yet count for the team bonus.
pub const PAY_TEAM_BONUS_NEWCOMERS: Setting = Setting {
    key: "pay.team_bonus_newcomers",
    name: "团队奖金算新人",
    kind: Kind::Switch,
    default: Value::Switch(false),
    profile: Profile::A,
    rules: &["R-233", "R-236"],
    explains: "开：还在免考核期的新人也要达到人数线；关：新人不算在内。",
    effect: Effect::Recorded,
};

/// Whether a missed personal target takes the basic bonus.
pub const PAY_TARGET_GATE: Setting = Setting {
    key: "pay.target_gate",
    name: "未达任务停基本奖金",
    kind: Kind::Switch,
    default: Value::Switch(true),
    profile: Profile::A,
    rules: &["R-234"],
    explains: "开：没有达到个人月任务，当月基本奖金为0，刚好达到算达标；没有定任务的照常分档。关：只看分档。",
    effect: Effect::Recorded,
};

/// Average spend a head below which there is no basic bonus, fen, the floor itself qualifies.
pub const PAY_SPEND_FLOOR: Setting = Setting {
    key: "pay.spend_floor",
    name: "人均消费线",
    kind: Kind::Whole { unit: Unit::Fen, min: 0, max: 10_000_000 },
    default: Value::Whole(1_000_000),
    profile: Profile::A,
    rules: &["R-235"],
    explains: "当月到诊客户人均消费不足这个数，没有基本奖金；刚好这个数算够。",
    effect: Effect::Recorded,
};

/// How the first month of a newcomer is counted, a choice.
pub const PAY_NEWCOMER_PERIOD: Setting = Setting {
    key: "pay.newcomer_period",
    name: "新人免考核期",
    kind: Kind::Word(&[
        Choice { word: "calendar_month", means: "入职当月" },
        Choice { word: "thirty_days", means: "入职满30天" },
    ]),
    default: Value::Word("calendar_month"),
    profile: Profile::A,
    rules: &["R-236"],
    explains: "入职当月：到当月最后一天为止；入职满30天：从入职次日起数满30天为止。",
    effect: Effect::Recorded,
};

/// Day of the month after which a newcomer is also spared the next month.
pub const PAY_NEWCOMER_CUTOFF: Setting = Setting {
    key: "pay.newcomer_cutoff",
    name: "新人免考核分界日",
    kind: Kind::Whole { unit: Unit::DayOfMonth, min: 1, max: 31 },
    default: Value::Whole(15),
    profile: Profile::A,
    rules: &["R-236"],
    explains: "这一天（含）以前入职的只免当月；以后入职的，当月余下的日子和次月都免。",
    effect: Effect::Recorded,
};

/// Bonus withheld for a missed monthly task, fen (R-237, tariff T-A13).
pub const PAY_TARGET_MISS: Setting = Setting {
    key: "pay.target_miss",
    name: "未完成任务扣款",
    kind: Kind::Whole { unit: Unit::Fen, min: -50_000, max: 0 },
    default: Value::Whole(-10_000),
    profile: Profile::A,
    rules: &["R-237"],
    explains: "个人月任务没有完成，当月奖金扣这么多；刚好完成不扣。",
    effect: Effect::Recorded,
};

/// Bonus withheld in each month of a streak, fen (R-238, tariff T-A13).
pub const PAY_TARGET_MISS_STREAK: Setting = Setting {
    key: "pay.target_miss_streak",
    name: "连续未完成扣款",
    kind: Kind::Whole { unit: Unit::Fen, min: -100_000, max: 0 },
    default: Value::Whole(-50_000),
    profile: Profile::A,
    rules: &["R-238"],
    explains: "连续没有完成到规定月数时，当月奖金扣这么多，以后每个连续月份同样扣。",
    effect: Effect::Recorded,
};

/// Missed months in a row from which the higher amount holds, inclusive.
pub const PAY_TARGET_STREAK: Setting = Setting {
    key: "pay.target_streak",
    name: "连续未完成起扣",
    kind: Kind::Whole { unit: Unit::Months, min: 2, max: 12 },
    default: Value::Whole(2),
    profile: Profile::A,
    rules: &["R-238"],
    explains: "连续第几个月没有完成起，按连续未完成扣款，含这个月。",
    effect: Effect::Recorded,
};

/// Whether the amount of a streak replaces the plain one, a choice.
pub const PAY_TARGET_STREAK_MODE: Setting = Setting {
    key: "pay.target_streak_mode",
    name: "连续扣款方式",
    kind: Kind::Word(&[Choice { word: "replace", means: "代替" }, Choice { word: "add", means: "累加" }]),
    default: Value::Word("replace"),
    profile: Profile::A,
    rules: &["R-238"],
    explains: "代替：连续未完成的扣款代替当月的未完成扣款；累加：两笔都扣。",
    effect: Effect::Recorded,
};

/// Month of missed targets that raises a flag, inclusive.
pub const PAY_TARGET_DISMISSAL: Setting = Setting {
    key: "pay.target_dismissal",
    name: "未完成提醒去留",
    kind: Kind::Whole { unit: Unit::Months, min: 2, max: 24 },
    default: Value::Whole(4),
    profile: Profile::A,
    rules: &["R-238"],
    explains: "到这个月数（含）仍没有完成，提醒主管和主任；去留由人决定。",
    effect: Effect::Recorded,
};

/// What the months until the flag count, a choice.
pub const PAY_TARGET_DISMISSAL_COUNT: Setting = Setting {
    key: "pay.target_dismissal_count",
    name: "去留月数从何时起数",
    kind: Kind::Word(&[
        Choice { word: "missed", means: "连续未完成" },
        Choice { word: "employed", means: "入职" },
    ]),
    default: Value::Word("missed"),
    profile: Profile::A,
    rules: &["R-238"],
    explains: "连续未完成：数连续没有完成的月份；入职：数入职以来的月份。",
    effect: Effect::Recorded,
};

/// Length of probation, months.
pub const PAY_PROBATION: Setting = Setting {
    key: "pay.probation",
    name: "试用期",
    kind: Kind::Whole { unit: Unit::Months, min: 1, max: 6 },
    default: Value::Whole(1),
    profile: Profile::A,
    rules: &["R-239"],
    explains: "从入职日起满这么多个月；可以延长，也可以提前结束。",
    effect: Effect::Recorded,
};

/// Days before the end of probation on which the supervisor is reminded.
pub const PAY_PROBATION_NOTICE: Setting = Setting {
    key: "pay.probation_notice",
    name: "试用到期提醒",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 30 },
    default: Value::Whole(3),
    profile: Profile::A,
    rules: &["R-239"],
    explains: "试用期到期前这么多天提醒主管。",
    effect: Effect::Recorded,
};

/// Monthly post allowance of the lead, fen (R-240, tariff T-A11 and T-A14).
pub const PAY_LEAD_ALLOWANCE: Setting = Setting {
    key: "pay.lead_allowance",
    name: "组长岗位津贴",
    kind: Kind::Whole { unit: Unit::Fen, min: 0, max: 500_000 },
    default: Value::Whole(50_000),
    profile: Profile::A,
    rules: &["R-240", "R-245"],
    explains: "每月发给组长；当月集体扣分到上限时扣掉。",
    effect: Effect::Recorded,
};

/// Monthly reward for full attendance, fen (R-241, tariff T-A14).
pub const PAY_FULL_ATTENDANCE: Setting = Setting {
    key: "pay.full_attendance",
    name: "全勤奖",
    kind: Kind::Whole { unit: Unit::Fen, min: 0, max: 200_000 },
    default: Value::Whole(20_000),
    profile: Profile::A,
    rules: &["R-240", "R-241"],
    explains: "当月没有迟到、请假和缺勤的，每人发这么多；有1次就没有。",
    effect: Effect::Recorded,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &PAY_PLAN,
    &PAY_TIER_MODE,
    &PAY_TIER2_FROM,
    &PAY_TIER3_FROM,
    &PAY_TIER4_FROM,
    &PAY_TIER1_RATE,
    &PAY_TIER2_RATE,
    &PAY_TIER3_RATE,
    &PAY_TIER4_RATE,
    &PAY_TEAM_BONUS_HEADS,
    &PAY_TEAM_BONUS,
    &PAY_TEAM_BONUS_NEWCOMERS,
    &PAY_TARGET_GATE,
    &PAY_SPEND_FLOOR,
    &PAY_NEWCOMER_PERIOD,
    &PAY_NEWCOMER_CUTOFF,
    &PAY_TARGET_MISS,
    &PAY_TARGET_MISS_STREAK,
    &PAY_TARGET_STREAK,
    &PAY_TARGET_STREAK_MODE,
    &PAY_TARGET_DISMISSAL,
    &PAY_TARGET_DISMISSAL_COUNT,
    &PAY_PROBATION,
    &PAY_PROBATION_NOTICE,
    &PAY_LEAD_ALLOWANCE,
    &PAY_FULL_ATTENDANCE,
];

/// What profiles set otherwise.
pub(crate) const PRESETS: &[(Profile, Preset)] =
    &[(Profile::C, Preset { key: "pay.plan", value: Value::Word("pool") })];
