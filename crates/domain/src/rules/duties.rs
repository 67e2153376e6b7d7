//! 组长、主管、主任职责.

use super::Rule;
use crate::settings::Profile;

/// The rules of this theme by id.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "R-327",
        profile: Profile::N,
        text: "组长每天10:00前（不含10:00）汇总前一天全组日报，报给主管；组长休息时由代班组长报。每周、每月也要汇总。",
    },
    Rule {
        id: "R-328",
        profile: Profile::N,
        text: "组长每天检查预约登记：没有及时登记、资料不全、渠道错了没有报，每项扣20元，默认由当事组员承担。同一件事不扣两次。",
    },
    Rule {
        id: "R-329",
        profile: Profile::N,
        text: "每周、每月、每季末，组长汇总组员的区域和病种预约、到诊数。当天20:00出草稿，几个期末同一天只发一份。",
    },
    Rule {
        id: "R-330",
        profile: Profile::N,
        text: "组长把小组目标分到每人每天；没有定当天数的，用月目标除以排班天数。每天汇总预约和到诊完成情况，每周、每月出报告。",
    },
    Rule {
        id: "R-331", profile: Profile::N, text: "组长拆分任务、找出短板，保证小组完成目标。"
    },
    Rule {
        id: "R-332", profile: Profile::N, text: "组长跟进组员的工作并指导，每周组织1次组内培训。"
    },
    Rule {
        id: "R-333", profile: Profile::N, text: "组长反馈问题、协调各部门，传达会议精神并落实安排。"
    },
    Rule {
        id: "R-334",
        profile: Profile::N,
        text: "组长连续2个月业绩不合格，或全组业绩连续2个月下降没有回升，提醒主管考虑调整组长岗位。",
    },
    Rule {
        id: "R-335",
        profile: Profile::N,
        text: "考核由组长和主管共同监督。组员被扣款时，可视情况追究组长责任，默认不连带。",
    },
    Rule {
        id: "R-336",
        profile: Profile::A,
        text: "组长对企划部门负责：定计划、拆任务、督促检查，每天收齐组员工作总结并上报，做好统计评估，向主任和部门负责人汇报情况。",
    },
    Rule {
        id: "R-337",
        profile: Profile::A,
        text: "医美中心的组长同样要定计划、拆任务、督促、每天汇总上报和统计评估，并每天向公司领导和中心主任汇报。",
    },
    Rule {
        id: "R-338",
        profile: Profile::I,
        text: "组长按时交日报、周报和月报；没有另定时间的，日报汇总按每天10:00前。",
    },
    Rule {
        id: "R-339",
        profile: Profile::I,
        text: "组长完成任务、协助策划、管好现场和纪律，自己考核合格也带组员合格，了解组员状态，做好交办的其他事。",
    },
    Rule {
        id: "R-340",
        profile: Profile::I,
        text: "主管管团队、激励考核、制度流程和人手，定年、月、周目标和计划，开年、月、周总结会，每周1次例会，并找出隐患。",
    },
    Rule {
        id: "R-341",
        profile: Profile::C,
        text: "主任定月计划和排班原则，管培训考核、物资、满意度和投诉、请假审批、卫生；每天18:00看数据是否齐全、交接和逾期事项。",
    },
    Rule {
        id: "R-342",
        profile: Profile::C,
        text: "导医组长管排班分工、卫生、统计和满意度调查，投诉先由组长处理，并做激励和培训计划。",
    },
    Rule {
        id: "R-343",
        profile: Profile::C,
        text: "咨询组长管现场、培训、奖惩、考核方案和统计，收集竞争对手的情况并提出对策。",
    },
    Rule {
        id: "R-344",
        profile: Profile::N,
        text: "经理负责计划、培训和考核；主管带组、指导，及时向上报告组里的情况。",
    },
    Rule {
        id: "R-345",
        profile: Profile::P,
        text: "复杂或答不了的问题，及时交给上级或相关部门；发现问题要报告。",
    },
    Rule {
        id: "R-346", profile: Profile::N, text: "及时和网络部门沟通，发现问题马上解决。"
    },
    Rule { id: "R-347", profile: Profile::A, text: "组长定期考评组员，默认每月1次。" },
];
