//! 客户分类: how customers are grouped.

use crate::settings::{Effect, Kind, Profile, Setting, Unit, Value};

/// Into how many equal bands each of the four factors is cut, pieces.
pub const BANDS: Setting = Setting {
    key: "classification.bands",
    name: "每个方面分几档",
    kind: Kind::Whole { unit: Unit::Pieces, min: 2, max: 10 },
    default: Value::Whole(4),
    profile: Profile::C,
    rules: &["R-438"],
    explains: "消费金额、消费次数、带来亲友、满意程度，每个方面按名次平均分成这么多档。",
    effect: Effect::Recorded,
};

/// After how many months customers are classified anew, months.
pub const EVERY_MONTHS: Setting = Setting {
    key: "classification.every_months",
    name: "分类更新间隔",
    kind: Kind::Whole { unit: Unit::Months, min: 1, max: 12 },
    default: Value::Whole(1),
    profile: Profile::C,
    rules: &["R-438"],
    explains: "每隔这么多个月重新分类一次。",
    effect: Effect::Recorded,
};

/// All of them.
pub const ALL: &[&Setting] = &[&BANDS, &EVERY_MONTHS];
