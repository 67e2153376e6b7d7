//! 每月核对.

use super::Rule;
use crate::settings::Profile;

/// The rules of this theme by id.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "R-378",
        profile: Profile::N,
        text: "每月 4 日（含）以前与医院对完上月数据，4 日 24:00 截止。无故拖过去的，没对上的到诊不结算，视为放弃；确有原因的，主管可以重开。",
    },
    Rule {
        id: "R-379",
        profile: Profile::N,
        text: "过了截止日，那个月漏报的到诊不能再补报，主管重开的除外。属于哪个月，看到诊日期。",
    },
    Rule {
        id: "R-380",
        profile: Profile::N,
        text: "对账是把登记的预约和医院的到诊名单逐条比对，六项资料对上三项（含）以上才算。结果分对上、没对上、拿不准三张表。",
    },
    Rule {
        id: "R-381",
        profile: Profile::N,
        text: "月底要扣减的到诊数，在对账之后、算绩效之前扣。例：对上 26 个，查到 2 次以下班、有事为由提前结束对话，按 24 个算。",
    },
    Rule {
        id: "R-382",
        profile: Profile::N,
        text: "每月 1 日的月排行是暂定的，对账截止之后发的才算最终；有变动的列出差额。",
    },
];
