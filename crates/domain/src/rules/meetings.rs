//! 会议与培训.

use super::Rule;
use crate::settings::Profile;

/// The rules of this theme by id.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "R-405",
        profile: Profile::C,
        text: "每周一早上和每月 1 日开例会，人人参加；1 日正好是周一的只开一次，遇法定节假日默认顺延到下一个工作日。前一晚和会前 30 分钟提醒。",
    },
    Rule {
        id: "R-406",
        profile: Profile::C,
        text: "7:50 的晨会和早交接要准时参加，每缺一次扣 1 分，本项 5 分扣完为止。例：缺两次，剩 3 分。",
    },
    Rule {
        id: "R-407",
        profile: Profile::A,
        text: "8:20 开晨会：检查着装，安排当天工作，主管小结昨天。8:15 先发昨日小结和今日安排。",
    },
    Rule { id: "R-408", profile: Profile::N, text: "按要求参加部门和公司的会议。" },
    Rule {
        id: "R-409", profile: Profile::N, text: "组长每周给本组培训一次；到周五还没有，就提醒组长。"
    },
    Rule {
        id: "R-410", profile: Profile::N, text: "成绩靠后的人由组长安排培训，名单看每周排行。"
    },
    Rule {
        id: "R-411", profile: Profile::P, text: "每周和临床专家交流一次，每周业务学习一次。"
    },
    Rule {
        id: "R-412", profile: Profile::I, text: "每周开一次例会，每周、每月、每年都有总结会。"
    },
    Rule {
        id: "R-413",
        profile: Profile::C,
        text: "淡季多安排课程，旺季少安排。内容有专业知识、营销、管理、数据分析和职业发展，形式多样；全员定期接受服务培训。",
    },
    Rule {
        id: "R-414",
        profile: Profile::P,
        text: "每年订好人员和培训计划，定期开会、培训；每人有个人计划，并自己评价。",
    },
    Rule {
        id: "R-415",
        profile: Profile::T,
        text: "新来的咨询师先过四关：企业文化、工作流程、产品知识、实战和角色演练，逐项打勾。",
    },
    Rule {
        id: "R-416", profile: Profile::N, text: "培训有计划、定期做，考试合格才能转正。"
    },
    Rule { id: "R-417", profile: Profile::P, text: "定期参加专业培训，每次留下记录。" },
    Rule {
        id: "R-418",
        profile: Profile::C,
        text: "各岗位都要学知识技能、公关礼仪、服务流程和规章；导医还要学处理医疗纠纷的规定。",
    },
    Rule {
        id: "R-419",
        profile: Profile::A,
        text: "了解客户的治疗情况，多和医生联系，互相学习，答复口径一致。",
    },
    Rule {
        id: "R-420", profile: Profile::X, text: "会议通知和提案要收集，会议要记录，定下的事跟踪到办完。"
    },
];
