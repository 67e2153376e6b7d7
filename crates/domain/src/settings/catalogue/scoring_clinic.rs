//! 记分与扣款, medical staff (profile M). Shares are of a month's bonus; deductions are negative. Grave deeds only raise a
//! flag: people decide on them.

use crate::settings::{Effect, Kind, Profile, Setting, Unit, Value};

/// Unrelated acts, first time, fen (R-308, tariff T-M04).
pub const CLINIC_UNRELATED_FIRST: Setting = Setting {
    key: "clinic.unrelated_first",
    name: "做无关的事首次",
    kind: Kind::Whole { unit: Unit::Fen, min: -20_000, max: 0 },
    default: Value::Whole(-5_000),
    profile: Profile::M,
    rules: &["R-308"],
    explains: "上班做无关的事、影响他人，第1次扣这么多。",
    effect: Effect::Recorded,
};

/// Unrelated acts, from the second time, share of the month's bonus (R-308, tariff T-M04).
pub const CLINIC_UNRELATED_AGAIN: Setting = Setting {
    key: "clinic.unrelated_again",
    name: "做无关的事再次",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -10_000, max: 0 },
    default: Value::Whole(-5_000),
    profile: Profile::M,
    rules: &["R-308"],
    explains: "第2次（含）起，扣当月奖金的这个比例。",
    effect: Effect::Recorded,
};

/// Record book not kept, the head, each, fen (R-315, tariff T-M07).
pub const CLINIC_RECORD_BOOKS: Setting = Setting {
    key: "clinic.record_books",
    name: "记录本不合格",
    kind: Kind::Whole { unit: Unit::Fen, min: -20_000, max: 0 },
    default: Value::Whole(-5_000),
    profile: Profile::M,
    rules: &["R-315"],
    explains: "记录本没有规范、按时、完整填写，每本扣部门负责人这么多。",
    effect: Effect::Recorded,
};

/// Not in uniform, each, fen (R-316, tariff T-M07).
pub const CLINIC_UNIFORM: Setting = Setting {
    key: "clinic.uniform",
    name: "没有穿工作服",
    kind: Kind::Whole { unit: Unit::Fen, min: -20_000, max: 0 },
    default: Value::Whole(-3_000),
    profile: Profile::M,
    rules: &["R-316"],
    explains: "没有穿工作服，每次扣这么多。",
    effect: Effect::Recorded,
};

/// Cold treatment of customers, each at least, fen (R-320, tariff T-M07).
pub const CLINIC_COLD_TREATMENT: Setting = Setting {
    key: "clinic.cold_treatment",
    name: "对客户冷硬顶推",
    kind: Kind::Whole { unit: Unit::Fen, min: -50_000, max: 0 },
    default: Value::Whole(-10_000),
    profile: Profile::M,
    rules: &["R-320"],
    explains: "对客户冷、硬、顶、推，每次至少扣这么多。",
    effect: Effect::Recorded,
};

/// Quarrel with a customer, each at least, fen (R-321, tariff T-M07).
pub const CLINIC_CUSTOMER_QUARREL: Setting = Setting {
    key: "clinic.customer_quarrel",
    name: "和客户争吵",
    kind: Kind::Whole { unit: Unit::Fen, min: -50_000, max: 0 },
    default: Value::Whole(-10_000),
    profile: Profile::M,
    rules: &["R-321"],
    explains: "和客户争吵，不论对错，每次至少扣这么多。",
    effect: Effect::Recorded,
};

/// Praised by the media, fen (R-307, tariff T-M08).
pub const REWARD_MEDIA: Setting = Setting {
    key: "reward.media",
    name: "媒体表扬奖励",
    kind: Kind::Whole { unit: Unit::Fen, min: 0, max: 500_000 },
    default: Value::Whole(100_000),
    profile: Profile::M,
    rules: &["R-307"],
    explains: "以中心名义受到市级以上（含）媒体表扬，奖这么多。",
    effect: Effect::Recorded,
};

/// Adopted suggestion, at least, fen (R-307, tariff T-M08).
pub const REWARD_SUGGESTION: Setting = Setting {
    key: "reward.suggestion",
    name: "建议被采纳奖励",
    kind: Kind::Whole { unit: Unit::Fen, min: 0, max: 500_000 },
    default: Value::Whole(20_000),
    profile: Profile::M,
    rules: &["R-307"],
    explains: "合理建议被采纳，至少奖这么多。",
    effect: Effect::Recorded,
};

/// Savings, at least, fen (R-307, tariff T-M08).
pub const REWARD_SAVINGS: Setting = Setting {
    key: "reward.savings",
    name: "节约奖励",
    kind: Kind::Whole { unit: Unit::Fen, min: 0, max: 500_000 },
    default: Value::Whole(20_000),
    profile: Profile::M,
    rules: &["R-307"],
    explains: "节约有成效，至少奖这么多。",
    effect: Effect::Recorded,
};

/// Accident or grave error detected, at least, fen (R-307, tariff T-M08).
pub const REWARD_ACCIDENT_FOUND: Setting = Setting {
    key: "reward.accident_found",
    name: "发现事故奖励",
    kind: Kind::Whole { unit: Unit::Fen, min: 0, max: 500_000 },
    default: Value::Whole(20_000),
    profile: Profile::M,
    rules: &["R-307"],
    explains: "发现事故或重大差错，至少奖这么多。",
    effect: Effect::Recorded,
};

/// Offence reported and verified, fen (R-307, tariff T-M08).
pub const REWARD_OFFENCE_REPORTED: Setting = Setting {
    key: "reward.offence_reported",
    name: "举报查实奖励",
    kind: Kind::Whole { unit: Unit::Fen, min: 0, max: 500_000 },
    default: Value::Whole(20_000),
    profile: Profile::M,
    rules: &["R-307"],
    explains: "举报违规经查实，奖这么多。",
    effect: Effect::Recorded,
};

/// First in training, fen (R-307, tariff T-M08).
pub const REWARD_TRAINING_FIRST: Setting = Setting {
    key: "reward.training_first",
    name: "培训第1名奖励",
    kind: Kind::Whole { unit: Unit::Fen, min: 0, max: 500_000 },
    default: Value::Whole(20_000),
    profile: Profile::M,
    rules: &["R-307"],
    explains: "培训考核第1名奖这么多，咨询员、护士、导医各评。",
    effect: Effect::Recorded,
};

/// Second in training, fen (R-307, tariff T-M08).
pub const REWARD_TRAINING_SECOND: Setting = Setting {
    key: "reward.training_second",
    name: "培训第2名奖励",
    kind: Kind::Whole { unit: Unit::Fen, min: 0, max: 500_000 },
    default: Value::Whole(10_000),
    profile: Profile::M,
    rules: &["R-307"],
    explains: "培训考核第2名奖这么多，咨询员、护士、导医各评。",
    effect: Effect::Recorded,
};

/// Article in the media, each at least, fen (R-307, tariff T-M08).
pub const REWARD_ARTICLE: Setting = Setting {
    key: "reward.article",
    name: "媒体发文奖励",
    kind: Kind::Whole { unit: Unit::Fen, min: 0, max: 500_000 },
    default: Value::Whole(50_000),
    profile: Profile::M,
    rules: &["R-307"],
    explains: "在市级媒体发表文章，每篇至少奖这么多。",
    effect: Effect::Recorded,
};

/// Disobedience with loss, at least, share of a month's bonus (R-309, tariff T-M09).
pub const CLINIC_DISOBEDIENCE: Setting = Setting {
    key: "clinic.disobedience",
    name: "违抗安排造成损失",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -60_000, max: 0 },
    default: Value::Whole(-10_000),
    profile: Profile::M,
    rules: &["R-309"],
    explains: "不服从、推诿、擅自行事造成损失，至少扣月奖金的这个比例。",
    effect: Effect::Recorded,
};

/// Secrets disclosed, at least, share of a month's bonus (R-310, tariff T-M09).
pub const CLINIC_SECRETS: Setting = Setting {
    key: "clinic.secrets",
    name: "泄露机密",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -60_000, max: 0 },
    default: Value::Whole(-20_000),
    profile: Profile::M,
    rules: &["R-310"],
    explains: "泄露机密，至少扣月奖金的这个比例，直至辞退，由人决定。",
    effect: Effect::Recorded,
};

/// Gambling and vice, share of a month's bonus (R-311, tariff T-M09).
pub const CLINIC_GAMBLING: Setting = Setting {
    key: "clinic.gambling",
    name: "赌博等恶习",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -60_000, max: 0 },
    default: Value::Whole(-30_000),
    profile: Profile::M,
    rules: &["R-311"],
    explains: "赌博等恶习，扣月奖金的这个比例。",
    effect: Effect::Recorded,
};

/// Waste, share of a month's bonus (R-311, tariff T-M09).
pub const CLINIC_WASTE: Setting = Setting {
    key: "clinic.waste",
    name: "浪费",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -60_000, max: 0 },
    default: Value::Whole(-10_000),
    profile: Profile::M,
    rules: &["R-311"],
    explains: "浪费，扣月奖金的这个比例。",
    effect: Effect::Recorded,
};

/// Charges changed on one's own, least, share of a month's bonus (R-313, tariff T-M09).
pub const CLINIC_CHARGES_CHANGED_LEAST: Setting = Setting {
    key: "clinic.charges_changed_least",
    name: "擅改收费最少",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -60_000, max: 0 },
    default: Value::Whole(-10_000),
    profile: Profile::M,
    rules: &["R-313"],
    explains: "擅自改动收费，最少扣月奖金的这个比例。",
    effect: Effect::Recorded,
};

/// Charges changed on one's own, most, share of a month's bonus (R-313, tariff T-M09).
pub const CLINIC_CHARGES_CHANGED_MOST: Setting = Setting {
    key: "clinic.charges_changed_most",
    name: "擅改收费最多",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -60_000, max: 0 },
    default: Value::Whole(-30_000),
    profile: Profile::M,
    rules: &["R-313"],
    explains: "擅自改动收费，最多扣月奖金的这个比例。",
    effect: Effect::Recorded,
};

/// Money collected privately, share of a month's bonus (R-313, tariff T-M09).
pub const CLINIC_PRIVATE_MONEY: Setting = Setting {
    key: "clinic.private_money",
    name: "私自收钱",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -60_000, max: 0 },
    default: Value::Whole(-30_000),
    profile: Profile::M,
    rules: &["R-313"],
    explains: "私自收钱的没收，另扣月奖金的这个比例。",
    effect: Effect::Recorded,
};

/// Negligence with loss, least, share of a month's bonus (R-314, tariff T-M09).
pub const CLINIC_NEGLIGENCE_LEAST: Setting = Setting {
    key: "clinic.negligence_least",
    name: "失职最少",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -60_000, max: 0 },
    default: Value::Whole(-10_000),
    profile: Profile::M,
    rules: &["R-314"],
    explains: "失职造成损失，最少扣月奖金的这个比例，并且不少于损失的规定比例。",
    effect: Effect::Recorded,
};

/// Negligence with loss, most, share of a month's bonus (R-314, tariff T-M09).
pub const CLINIC_NEGLIGENCE_MOST: Setting = Setting {
    key: "clinic.negligence_most",
    name: "失职最多",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -60_000, max: 0 },
    default: Value::Whole(-30_000),
    profile: Profile::M,
    rules: &["R-314"],
    explains: "失职造成损失，最多扣月奖金的这个比例。",
    effect: Effect::Recorded,
};

/// Examinations or goods in a customer's name, least, share of a month's bonus (R-317, tariff T-M09).
pub const CLINIC_OWN_USE_LEAST: Setting = Setting {
    key: "clinic.own_use_least",
    name: "借客户名义最少",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -60_000, max: 0 },
    default: Value::Whole(-10_000),
    profile: Profile::M,
    rules: &["R-317"],
    explains: "借客户名义为自己检查或领物品，补交费用，最少扣月奖金的这个比例。",
    effect: Effect::Recorded,
};

/// Examinations or goods in a customer's name, most, share of a month's bonus (R-317, tariff T-M09).
pub const CLINIC_OWN_USE_MOST: Setting = Setting {
    key: "clinic.own_use_most",
    name: "借客户名义最多",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -60_000, max: 0 },
    default: Value::Whole(-30_000),
    profile: Profile::M,
    rules: &["R-317"],
    explains: "借客户名义为自己检查或领物品，最多扣月奖金的这个比例。",
    effect: Effect::Recorded,
};

/// Goods sold privately, least, share of a month's bonus (R-317, tariff T-M09).
pub const CLINIC_PRIVATE_SALE_LEAST: Setting = Setting {
    key: "clinic.private_sale_least",
    name: "私自卖货最少",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -60_000, max: 0 },
    default: Value::Whole(-30_000),
    profile: Profile::M,
    rules: &["R-317"],
    explains: "私自卖货的没收并辞退，最少扣月奖金的这个比例，由人决定。",
    effect: Effect::Recorded,
};

/// Goods sold privately, most, share of a month's bonus (R-317, tariff T-M09).
pub const CLINIC_PRIVATE_SALE_MOST: Setting = Setting {
    key: "clinic.private_sale_most",
    name: "私自卖货最多",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -60_000, max: 0 },
    default: Value::Whole(-60_000),
    profile: Profile::M,
    rules: &["R-317"],
    explains: "私自卖货的没收并辞退，最多扣月奖金的这个比例，由人决定。",
    effect: Effect::Recorded,
};

/// Customer referred to another hospital, at least, share of a month's bonus (R-318, tariff T-M09).
pub const CLINIC_REFERRAL_AWAY: Setting = Setting {
    key: "clinic.referral_away",
    name: "介绍客户去外院",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -60_000, max: 0 },
    default: Value::Whole(-30_000),
    profile: Profile::M,
    rules: &["R-318"],
    explains: "把客户介绍到别的医院，至少扣月奖金的这个比例。",
    effect: Effect::Recorded,
};

/// Kickback, share of a month's bonus (R-319, tariff T-M09).
pub const CLINIC_KICKBACK: Setting = Setting {
    key: "clinic.kickback",
    name: "收回扣",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -60_000, max: 0 },
    default: Value::Whole(-30_000),
    profile: Profile::M,
    rules: &["R-319"],
    explains: "收回扣的没收，另扣月奖金的这个比例。",
    effect: Effect::Recorded,
};

/// Other firms' goods sold, share of a month's bonus (R-319, tariff T-M09).
pub const CLINIC_OTHER_GOODS: Setting = Setting {
    key: "clinic.other_goods",
    name: "卖外单位产品",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -60_000, max: 0 },
    default: Value::Whole(-60_000),
    profile: Profile::M,
    rules: &["R-319"],
    explains: "卖外单位产品，扣月奖金的这个比例并辞退，由人决定。",
    effect: Effect::Recorded,
};

/// Equipment lent, share of a month's bonus (R-319, tariff T-M09).
pub const CLINIC_EQUIPMENT_LENT: Setting = Setting {
    key: "clinic.equipment_lent",
    name: "外借设备",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -60_000, max: 0 },
    default: Value::Whole(-30_000),
    profile: Profile::M,
    rules: &["R-319"],
    explains: "私自外借设备，扣月奖金的这个比例。",
    effect: Effect::Recorded,
};

/// Treatment disturbed, share of a month's bonus (R-319, tariff T-M09).
pub const CLINIC_TREATMENT_DISTURBED: Setting = Setting {
    key: "clinic.treatment_disturbed",
    name: "扰乱诊疗",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -60_000, max: 0 },
    default: Value::Whole(-20_000),
    profile: Profile::M,
    rules: &["R-319"],
    explains: "扰乱诊疗，扣月奖金的这个比例并辞退，由人决定。",
    effect: Effect::Recorded,
};

/// Quarrel between colleagues, least, share of a month's bonus (R-322, tariff T-M09).
pub const CLINIC_COLLEAGUE_QUARREL_LEAST: Setting = Setting {
    key: "clinic.colleague_quarrel_least",
    name: "同事争吵最少",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -60_000, max: 0 },
    default: Value::Whole(-10_000),
    profile: Profile::M,
    rules: &["R-322"],
    explains: "同事之间争吵，最少扣月奖金的这个比例，也可以改为处分。",
    effect: Effect::Recorded,
};

/// Quarrel between colleagues, most, share of a month's bonus (R-322, tariff T-M09).
pub const CLINIC_COLLEAGUE_QUARREL_MOST: Setting = Setting {
    key: "clinic.colleague_quarrel_most",
    name: "同事争吵最多",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -60_000, max: 0 },
    default: Value::Whole(-30_000),
    profile: Profile::M,
    rules: &["R-322"],
    explains: "同事之间争吵，最多扣月奖金的这个比例。",
    effect: Effect::Recorded,
};

/// Theft, share of the value (R-311, tariff T-M09).
pub const CLINIC_THEFT: Setting = Setting {
    key: "clinic.theft",
    name: "偷窃赔偿倍数",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -100_000, max: 0 },
    default: Value::Whole(-50_000),
    profile: Profile::M,
    rules: &["R-311"],
    explains: "偷窃按物品价值的这个比例赔偿并辞退，由人决定。",
    effect: Effect::Recorded,
};

/// Wrong charge, at least, besides compensation, fen (R-313, tariff T-M09).
pub const CLINIC_WRONG_CHARGE: Setting = Setting {
    key: "clinic.wrong_charge",
    name: "收错费",
    kind: Kind::Whole { unit: Unit::Fen, min: -50_000, max: 0 },
    default: Value::Whole(-20_000),
    profile: Profile::M,
    rules: &["R-313"],
    explains: "收错费的全额赔偿，另外至少扣这么多。",
    effect: Effect::Recorded,
};

/// Negligence with loss, least share of the loss (R-314, tariff T-M09).
pub const CLINIC_NEGLIGENCE_SHARE: Setting = Setting {
    key: "clinic.negligence_share",
    name: "失职赔偿比例",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -10_000, max: 0 },
    default: Value::Whole(-500),
    profile: Profile::M,
    rules: &["R-314"],
    explains: "失职造成损失，扣款不少于损失的这个比例。",
    effect: Effect::Recorded,
};

/// Negligence with loss, the head, fen (R-314, tariff T-M09).
pub const CLINIC_NEGLIGENCE_HEAD: Setting = Setting {
    key: "clinic.negligence_head",
    name: "失职负责人责任",
    kind: Kind::Whole { unit: Unit::Fen, min: -50_000, max: 0 },
    default: Value::Whole(-20_000),
    profile: Profile::M,
    rules: &["R-314"],
    explains: "失职造成损失，部门负责人扣这么多。",
    effect: Effect::Recorded,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &CLINIC_UNRELATED_FIRST,
    &CLINIC_UNRELATED_AGAIN,
    &CLINIC_RECORD_BOOKS,
    &CLINIC_UNIFORM,
    &CLINIC_COLD_TREATMENT,
    &CLINIC_CUSTOMER_QUARREL,
    &REWARD_MEDIA,
    &REWARD_SUGGESTION,
    &REWARD_SAVINGS,
    &REWARD_ACCIDENT_FOUND,
    &REWARD_OFFENCE_REPORTED,
    &REWARD_TRAINING_FIRST,
    &REWARD_TRAINING_SECOND,
    &REWARD_ARTICLE,
    &CLINIC_DISOBEDIENCE,
    &CLINIC_SECRETS,
    &CLINIC_GAMBLING,
    &CLINIC_WASTE,
    &CLINIC_CHARGES_CHANGED_LEAST,
    &CLINIC_CHARGES_CHANGED_MOST,
    &CLINIC_PRIVATE_MONEY,
    &CLINIC_NEGLIGENCE_LEAST,
    &CLINIC_NEGLIGENCE_MOST,
    &CLINIC_OWN_USE_LEAST,
    &CLINIC_OWN_USE_MOST,
    &CLINIC_PRIVATE_SALE_LEAST,
    &CLINIC_PRIVATE_SALE_MOST,
    &CLINIC_REFERRAL_AWAY,
    &CLINIC_KICKBACK,
    &CLINIC_OTHER_GOODS,
    &CLINIC_EQUIPMENT_LENT,
    &CLINIC_TREATMENT_DISTURBED,
    &CLINIC_COLLEAGUE_QUARREL_LEAST,
    &CLINIC_COLLEAGUE_QUARREL_MOST,
    &CLINIC_THEFT,
    &CLINIC_WRONG_CHARGE,
    &CLINIC_NEGLIGENCE_SHARE,
    &CLINIC_NEGLIGENCE_HEAD,
];
