//! 第三方网站.

use super::Rule;
use crate::settings::Profile;

/// The rules of this theme by id.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "R-383",
        profile: Profile::P,
        text: "每月排班时，一并定好早班和晚班各由谁值守第三方网站；有空缺要提醒补上。",
    },
    Rule {
        id: "R-384",
        profile: Profile::P,
        text: "第三方网站派的单，1 小时内（含）接单，40、55 分钟提醒，到 1 小时没接就报组长。录入登记和在网站上备注跟进情况，默认到下班前做完。",
    },
    Rule {
        id: "R-385",
        profile: Profile::P,
        text: "晚班过了 22:00（正好 22:00 不算）不方便打电话的，第二天由早班跟进（默认 10:00），再回复网站；接单仍在 1 小时内（含）。",
    },
    Rule {
        id: "R-386",
        profile: Profile::P,
        text: "派单重复的，从派单起 12 小时内（含）把截图发给网站负责人，8、11 小时各提醒一次。重单不产生新的归属。",
    },
];
