//! 客户分类.

use super::Rule;
use crate::settings::Profile;

/// The rules of this theme by id.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "R-438",
        profile: Profile::C,
        text: "患者按四个方面分类：消费金额、消费次数、带来多少亲友、满意程度。默认每个方面按名次平均分四档，每月重新分一次。",
    },
    Rule {
        id: "R-439",
        profile: Profile::C,
        text: "需要回访的有两类：消费过的，和来过但没有再来看诊的。目标是从潜在患者一步步成为患者、忠诚患者、终生患者。",
    },
    Rule {
        id: "R-440",
        profile: Profile::C,
        text: "患者有普通和高端之分，资料在就诊前、就诊中、就诊后分阶段收集。",
    },
    Rule {
        id: "R-441",
        profile: Profile::C,
        text: "患者资料按部门分类管理，及时更新，并与企划共享；每周公布各类人数。",
    },
    Rule {
        id: "R-442",
        profile: Profile::A,
        text: "客户按来源分组归档：以前的网络客户、电话客户、门诊客户、老客户。",
    },
    Rule {
        id: "R-443",
        profile: Profile::C,
        text: "当天的咨询要分类，再用电话跟进。默认分三类：A 很可能来，B 还在考虑，C 不太可能来。",
    },
    Rule {
        id: "R-444", profile: Profile::C, text: "患者的基本资料分层整理，方便以后分析。"
    },
    Rule {
        id: "R-445",
        profile: Profile::N,
        text: "每位患者都要注明类别和来源渠道（网络、电话、QQ），用来做渠道统计。",
    },
];
