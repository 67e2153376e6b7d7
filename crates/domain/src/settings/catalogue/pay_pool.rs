//! 绩效与奖金, second part: shares of the bonus pool (profile C) and factors on wages (profile M).

use crate::settings::{Choice, Effect, Kind, Profile, Setting, Unit, Value};

/// Share of the guides' pool by conduct, the rest goes by receptions.
pub const PAY_GUIDE_CONDUCT: Setting = Setting {
    key: "pay.guide_conduct",
    name: "导医表现占比",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 10_000 },
    default: Value::Whole(5_000),
    profile: Profile::C,
    rules: &["R-251", "R-252", "R-257"],
    explains: "导医组奖金中按表现分的比例，其余按接诊量分。",
    effect: Effect::Recorded,
};

/// How receptions share the guides' pool, a choice.
pub const PAY_GUIDE_VOLUME: Setting = Setting {
    key: "pay.guide_volume",
    name: "导医接诊量分法",
    kind: Kind::Word(&[
        Choice { word: "share", means: "占全组比例" },
        Choice { word: "average", means: "比人均" },
    ]),
    default: Value::Word("share"),
    profile: Profile::C,
    rules: &["R-252"],
    explains: "占全组比例：本人接诊数除以全组接诊数；比人均：本人除以人均，再除以人数，结果相同。",
    effect: Effect::Recorded,
};

/// Share of the consultants' pool by conduct, the rest goes by results.
pub const PAY_CONSULTANT_CONDUCT: Setting = Setting {
    key: "pay.consultant_conduct",
    name: "咨询员表现占比",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 10_000 },
    default: Value::Whole(4_000),
    profile: Profile::C,
    rules: &["R-255", "R-256", "R-257"],
    explains: "咨询组奖金中按表现分的比例，其余按业绩分。",
    effect: Effect::Recorded,
};

/// Sum of the consultants' item maxima, by which a score is scaled to 100, points.
pub const SCORE_BASE: Setting = Setting {
    key: "score.base",
    name: "咨询员满分合计",
    kind: Kind::Whole { unit: Unit::Points, min: 100, max: 200 },
    default: Value::Whole(115),
    profile: Profile::C,
    rules: &["R-255"],
    explains: "咨询员各项满分之和，得分按它折算成100分；设为100分就是不折算。",
    effect: Effect::Recorded,
};

/// Score from which the highest limit needs approval, inclusive, points.
pub const SCORE_EXTREME_HIGH: Setting = Setting {
    key: "score.extreme_high",
    name: "顶格分数线",
    kind: Kind::Whole { unit: Unit::Points, min: 60, max: 100 },
    default: Value::Whole(95),
    profile: Profile::C,
    rules: &["R-253"],
    explains: "月度得分达到这个数（含），要经分管行政的副院长批准。",
    effect: Effect::Recorded,
};

/// Score down to which the lowest limit needs approval, inclusive, points.
pub const SCORE_EXTREME_LOW: Setting = Setting {
    key: "score.extreme_low",
    name: "底格分数线",
    kind: Kind::Whole { unit: Unit::Points, min: 0, max: 60 },
    default: Value::Whole(40),
    profile: Profile::C,
    rules: &["R-253"],
    explains: "月度得分在这个数（含）以下，要经分管行政的副院长批准。",
    effect: Effect::Recorded,
};

/// Yearly average for a raise, inclusive, points.
pub const SCORE_YEAR_RAISE: Setting = Setting {
    key: "score.year_raise",
    name: "年度加薪线",
    kind: Kind::Whole { unit: Unit::Points, min: 60, max: 100 },
    default: Value::Whole(90),
    profile: Profile::C,
    rules: &["R-254"],
    explains: "12个月平均分达到这个数（含）加薪。",
    effect: Effect::Recorded,
};

/// Yearly average for unchanged pay, inclusive, points.
pub const SCORE_YEAR_KEEP: Setting = Setting {
    key: "score.year_keep",
    name: "年度不变线",
    kind: Kind::Whole { unit: Unit::Points, min: 50, max: 100 },
    default: Value::Whole(70),
    profile: Profile::C,
    rules: &["R-254"],
    explains: "12个月平均分达到这个数（含）、不到加薪线的，工资不变。",
    effect: Effect::Recorded,
};

/// Yearly average below which there is a sanction, points.
pub const SCORE_YEAR_SANCTION: Setting = Setting {
    key: "score.year_sanction",
    name: "年度处分线",
    kind: Kind::Whole { unit: Unit::Points, min: 30, max: 100 },
    default: Value::Whole(60),
    profile: Profile::C,
    rules: &["R-254"],
    explains: "12个月平均分达到这个数（含）、不到不变线的，降一级工资；不到这个数的，给予行政处分。",
    effect: Effect::Recorded,
};

/// Weight of arrivals in the results index.
pub const PAY_WEIGHT_ARRIVALS: Setting = Setting {
    key: "pay.weight_arrivals",
    name: "到诊量权重",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 10_000 },
    default: Value::Whole(5_000),
    profile: Profile::C,
    rules: &["R-256"],
    explains: "业绩指数里本人到诊数除以全组人均的权重；三项权重合计100%。",
    effect: Effect::Recorded,
};

/// Weight of conversion in the results index.
pub const PAY_WEIGHT_CONVERSION: Setting = Setting {
    key: "pay.weight_conversion",
    name: "转化率权重",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 10_000 },
    default: Value::Whole(3_000),
    profile: Profile::C,
    rules: &["R-256"],
    explains: "业绩指数里到诊转化率（本人到诊数除以本人咨询数）的权重；三项权重合计100%。",
    effect: Effect::Recorded,
};

/// Weight of growth in the results index.
pub const PAY_WEIGHT_GROWTH: Setting = Setting {
    key: "pay.weight_growth",
    name: "增长权重",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 10_000 },
    default: Value::Whole(2_000),
    profile: Profile::C,
    rules: &["R-256"],
    explains: "业绩指数里转化率比上年均值增长的权重，增长为负算0；三项权重合计100%。",
    effect: Effect::Recorded,
};

/// Satisfaction at which the efficiency wage stays.
pub const WAGE_SATISFACTION_STANDARD: Setting = Setting {
    key: "wage.satisfaction_standard",
    name: "月度满意度标准",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 5_000, max: 10_000 },
    default: Value::Whole(9_000),
    profile: Profile::M,
    rules: &["R-258"],
    explains: "当月满意度刚好等于它，效能工资不增不减。",
    effect: Effect::Recorded,
};

/// Change of the efficiency wage a percentage point of satisfaction (R-258, tariff T-M06).
pub const WAGE_SATISFACTION_STEP: Setting = Setting {
    key: "wage.satisfaction_step",
    name: "满意度每点调整",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 1_000 },
    default: Value::Whole(100),
    profile: Profile::M,
    rules: &["R-258"],
    explains: "满意度每高或低1个百分点，效能工资加或减这么多。",
    effect: Effect::Recorded,
};

/// Whether parts of a percentage point count, a choice.
pub const WAGE_SATISFACTION_FRACTION: Setting = Setting {
    key: "wage.satisfaction_fraction",
    name: "不足1个百分点",
    kind: Kind::Word(&[
        Choice { word: "pro_rata", means: "按比例" },
        Choice { word: "whole_points", means: "不算" },
    ]),
    default: Value::Word("pro_rata"),
    profile: Profile::M,
    rules: &["R-258"],
    explains: "满意度差额不到1个百分点的部分，按比例算或不算。",
    effect: Effect::Recorded,
};

/// Change of the efficiency wage a confirmed complaint (R-259, tariff T-M06).
pub const WAGE_COMPLAINT: Setting = Setting {
    key: "wage.complaint",
    name: "投诉每起调整",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -2_000, max: 0 },
    default: Value::Whole(-100),
    profile: Profile::M,
    rules: &["R-259"],
    explains: "当月每确认1起投诉，效能工资减这么多；没有投诉不加。",
    effect: Effect::Recorded,
};

/// Use of treatment beds at which the wage stays.
pub const WAGE_BEDS_STANDARD: Setting = Setting {
    key: "wage.beds_standard",
    name: "治疗床使用率标准",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 5_000, max: 10_000 },
    default: Value::Whole(9_300),
    profile: Profile::M,
    rules: &["R-260"],
    explains: "治疗床使用率刚好等于它，绩效工资不增不减。",
    effect: Effect::Recorded,
};

/// Change of the wage a percentage point of bed use.
pub const WAGE_BEDS_STEP: Setting = Setting {
    key: "wage.beds_step",
    name: "治疗床每点调整",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 2_000 },
    default: Value::Whole(500),
    profile: Profile::M,
    rules: &["R-260"],
    explains: "治疗床使用率每高或低1个百分点，绩效工资加或减这么多。",
    effect: Effect::Recorded,
};

/// Fulfilment of the workload plan at which the wage stays.
pub const WAGE_WORKLOAD_STANDARD: Setting = Setting {
    key: "wage.workload_standard",
    name: "工作量计划标准",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 5_000, max: 20_000 },
    default: Value::Whole(10_000),
    profile: Profile::M,
    rules: &["R-261"],
    explains: "工作量计划完成率刚好等于它，绩效工资不增不减。",
    effect: Effect::Recorded,
};

/// Change of the wage a percentage point of workload.
pub const WAGE_WORKLOAD_STEP: Setting = Setting {
    key: "wage.workload_step",
    name: "工作量每点调整",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 2_000 },
    default: Value::Whole(200),
    profile: Profile::M,
    rules: &["R-261"],
    explains: "工作量计划完成率每高或低1个百分点，绩效工资加或减这么多。",
    effect: Effect::Recorded,
};

/// Cost ratio at which the wage stays.
pub const WAGE_COST_STANDARD: Setting = Setting {
    key: "wage.cost_standard",
    name: "成本率线",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 1_000, max: 10_000 },
    default: Value::Whole(7_000),
    profile: Profile::M,
    rules: &["R-262"],
    explains: "成本率刚好等于它，绩效工资不增不减。",
    effect: Effect::Recorded,
};

/// Change of the wage a percentage point of the cost ratio.
pub const WAGE_COST_STEP: Setting = Setting {
    key: "wage.cost_step",
    name: "成本率每点调整",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 2_000 },
    default: Value::Whole(100),
    profile: Profile::M,
    rules: &["R-262"],
    explains: "成本率每低1个百分点，绩效工资加这么多；每高1个百分点，减这么多。",
    effect: Effect::Recorded,
};

/// Change of the wage a percentage point of treatment cost over its line, which the source left blank.
pub const WAGE_TREATMENT_COST_STEP: Setting = Setting {
    key: "wage.treatment_cost_step",
    name: "治疗成本每点调整",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -2_000, max: 0 },
    default: Value::Whole(-500),
    profile: Profile::M,
    rules: &["R-262"],
    explains: "治疗成本率每超过1个百分点，绩效工资减这么多；原来没有写线，部门先定了线才用。",
    effect: Effect::Recorded,
};

/// Skin-care ratio at which the wage stays.
pub const WAGE_SKIN_CARE_STANDARD: Setting = Setting {
    key: "wage.skin_care_standard",
    name: "护肤占比标准",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 10_000 },
    default: Value::Whole(2_500),
    profile: Profile::M,
    rules: &["R-262"],
    explains: "护肤占比刚好等于它，绩效工资不增不减。",
    effect: Effect::Recorded,
};

/// Change of the wage a percentage point of the skin-care ratio.
pub const WAGE_SKIN_CARE_STEP: Setting = Setting {
    key: "wage.skin_care_step",
    name: "护肤占比每点调整",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 2_000 },
    default: Value::Whole(250),
    profile: Profile::M,
    rules: &["R-262"],
    explains: "护肤占比每差1个百分点，绩效工资调整这么多。",
    effect: Effect::Recorded,
};

/// Treatments a month, inclusive.
pub const WAGE_TREATMENTS: Setting = Setting {
    key: "wage.treatments",
    name: "每月治疗数",
    kind: Kind::Whole { unit: Unit::Times, min: 0, max: 500 },
    default: Value::Whole(20),
    profile: Profile::M,
    rules: &["R-263"],
    explains: "每月治疗达到这么多（含）算达标。",
    effect: Effect::Recorded,
};

/// Customer files checked a month.
pub const WAGE_FILES_CHECKED: Setting = Setting {
    key: "wage.files_checked",
    name: "每月抽查档案",
    kind: Kind::Whole { unit: Unit::Pieces, min: 1, max: 500 },
    default: Value::Whole(20),
    profile: Profile::M,
    rules: &["R-263"],
    explains: "每月抽查这么多份客户档案。",
    effect: Effect::Recorded,
};

/// Change of the wage for each missing file.
pub const WAGE_FILE_MISSING: Setting = Setting {
    key: "wage.file_missing",
    name: "档案每缺1份",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: -2_000, max: 0 },
    default: Value::Whole(-200),
    profile: Profile::M,
    rules: &["R-263"],
    explains: "抽查时每缺1份档案，绩效工资减这么多。",
    effect: Effect::Recorded,
};

/// Quality score at which the wage stays, points.
pub const WAGE_QUALITY_STANDARD: Setting = Setting {
    key: "wage.quality_standard",
    name: "综合质量分标准",
    kind: Kind::Whole { unit: Unit::Points, min: 50, max: 100 },
    default: Value::Whole(95),
    profile: Profile::M,
    rules: &["R-263"],
    explains: "综合质量分刚好等于它，绩效工资不增不减。",
    effect: Effect::Recorded,
};

/// Change of the wage a point of the quality score.
pub const WAGE_QUALITY_STEP: Setting = Setting {
    key: "wage.quality_step",
    name: "质量分每分调整",
    kind: Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 2_000 },
    default: Value::Whole(200),
    profile: Profile::M,
    rules: &["R-263"],
    explains: "综合质量分每高或低1分，绩效工资加或减这么多。",
    effect: Effect::Recorded,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &PAY_GUIDE_CONDUCT,
    &PAY_GUIDE_VOLUME,
    &PAY_CONSULTANT_CONDUCT,
    &SCORE_BASE,
    &SCORE_EXTREME_HIGH,
    &SCORE_EXTREME_LOW,
    &SCORE_YEAR_RAISE,
    &SCORE_YEAR_KEEP,
    &SCORE_YEAR_SANCTION,
    &PAY_WEIGHT_ARRIVALS,
    &PAY_WEIGHT_CONVERSION,
    &PAY_WEIGHT_GROWTH,
    &WAGE_SATISFACTION_STANDARD,
    &WAGE_SATISFACTION_STEP,
    &WAGE_SATISFACTION_FRACTION,
    &WAGE_COMPLAINT,
    &WAGE_BEDS_STANDARD,
    &WAGE_BEDS_STEP,
    &WAGE_WORKLOAD_STANDARD,
    &WAGE_WORKLOAD_STEP,
    &WAGE_COST_STANDARD,
    &WAGE_COST_STEP,
    &WAGE_TREATMENT_COST_STEP,
    &WAGE_SKIN_CARE_STANDARD,
    &WAGE_SKIN_CARE_STEP,
    &WAGE_TREATMENTS,
    &WAGE_FILES_CHECKED,
    &WAGE_FILE_MISSING,
    &WAGE_QUALITY_STANDARD,
    &WAGE_QUALITY_STEP,
];
