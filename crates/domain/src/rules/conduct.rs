//! 行为与一般职责.

use super::Rule;
use crate::settings::Profile;

/// The rules of this theme by id.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "R-453",
        profile: Profile::N,
        text: "上班安静，讲普通话，着装、工牌、桌面整齐；不抽烟、吃零食、玩游戏、看影片、私聊。熟悉病种、医院、优惠和工具，珍惜每个对话。",
    },
    Rule {
        id: "R-454",
        profile: Profile::A,
        text: "私人电话、用机、坐姿、桌面、着装、爱护公物、语气和电话用语都要合规范；没做到的，按上班做私事一类记录。",
    },
    Rule {
        id: "R-455",
        profile: Profile::A,
        text: "导医的举止、分诊、迎宾和安全都有要求；每天开门、关门按清单逐项检查并确认。",
    },
    Rule {
        id: "R-456",
        profile: Profile::C,
        text: "导医在大厅维持秩序，清楚当天坐诊的医生和活动，人多时帮忙，不看杂志；早班整理资料夹和大厅。",
    },
    Rule {
        id: "R-457",
        profile: Profile::C,
        text: "接打电话有礼貌，熟悉内线、优惠和专家坐诊时间；常被问到的问题反馈给负责人。",
    },
    Rule {
        id: "R-458",
        profile: Profile::C,
        text: "对外口径一致，互相帮助，不互相包庇；定期收集同行的情况，多久一次由部门定。",
    },
    Rule {
        id: "R-459",
        profile: Profile::P,
        text: "上班前打扫，接好本班的电话，保持办公室整洁；未经同意不打私人电话。",
    },
    Rule {
        id: "R-460", profile: Profile::P, text: "不辱骂客户，对骚扰电话也要有礼貌；环境整洁，着装得体。"
    },
    Rule {
        id: "R-461", profile: Profile::I, text: "按项目要求对待客户，也遵守其他各项规定。"
    },
    Rule {
        id: "R-462",
        profile: Profile::P,
        text: "态度、知识、用语、速度和着装都要合要求，消息留记录，工作有小结。",
    },
    Rule {
        id: "R-463",
        profile: Profile::A,
        text: "咨询渠道有电话、网聊、QQ、在线预约、留言、合作网站、邮箱和论坛，可以按实际增减；网站内容及时更新。",
    },
    Rule {
        id: "R-464",
        profile: Profile::A,
        text: "各渠道都要接待；企划每天定时把邮箱里的问题告诉组长，时刻由部门定。",
    },
    Rule { id: "R-465", profile: Profile::A, text: "做事有标准、有流程、有目标。" },
    Rule {
        id: "R-466", profile: Profile::A, text: "全员按标准、流程和目标管理自己的工作。"
    },
    Rule {
        id: "R-467",
        profile: Profile::N,
        text: "沟通、考核、奖惩、资料库和例会都要做到位；费用由经理批准，重要事项先报批。",
    },
    Rule {
        id: "R-468", profile: Profile::A, text: "导医不说「不知道」，自己答不了的转给有关部门。"
    },
    Rule {
        id: "R-469",
        profile: Profile::P,
        text: "患者资料登记清楚，按病情介绍医生，从接诊到答复都有记录；医生要有执业资格，宣传要真实。",
    },
    Rule {
        id: "R-470",
        profile: Profile::N,
        text: "规则从生效日起执行，由本部门解释，新规则代替旧规则。每件事按发生当天有效的规则判断。",
    },
    Rule { id: "R-471", profile: Profile::A, text: "规则公布后生效，每次改动都要公告。" },
];
