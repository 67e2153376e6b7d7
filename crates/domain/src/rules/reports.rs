//! 日报与时限.

use super::Rule;
use crate::settings::Profile;

/// The rules of this theme by id.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "R-001",
        profile: Profile::N,
        text: "每天的咨询情况要在本人当天班次结束前交日报，到下班时刻才交就算迟交。以首次提交时间为准，之后\
               更正不影响；休息和批准请假的当天不用交。",
    },
    Rule {
        id: "R-002",
        profile: Profile::N,
        text: "同一自然月内迟交或未交满3次（含第3次），报主管确认扣30元，当月只扣一笔。到次日10:00仍没交的记\
               1次，之后补交不再加记。",
    },
    Rule {
        id: "R-003",
        profile: Profile::N,
        text: "日报和各类报表按部门规定的时间交，不拖延。这一条只作一般要求，不单独扣款。",
    },
    Rule {
        id: "R-004",
        profile: Profile::T,
        text: "下班前填完日报和客户跟进表，每通来电写明来源，并与录音逐条对上；对不上的列给营销部核对。",
    },
    Rule {
        id: "R-005",
        profile: Profile::T,
        text: "报表迟交，或没按标准填写，每次5元。同一份报表又迟交又填错算两件，各计一次；同一件不重复计。",
    },
    Rule {
        id: "R-006",
        profile: Profile::T,
        text: "报表数据不真实，或漏填、少填，查实后每份100元。按份算，不按漏的项数算；只能由管理人员查实后提\
               出。",
    },
    Rule {
        id: "R-007",
        profile: Profile::T,
        text: "接听的来电要在30分钟内（含第30分钟）登记到统计板，从通话结束算起。超时会标记，不单独扣款。",
    },
    Rule {
        id: "R-008",
        profile: Profile::P,
        text: "日报、周报、月报的数字要准确。周报和月报由日报汇总得出，不另外手填。",
    },
    Rule {
        id: "R-009",
        profile: Profile::P,
        text: "认真填写原始记录和日报，做好咨询统计。日报数字与登记对不上的，提交前先提醒本人，但不拦着提交\
               。",
    },
    Rule {
        id: "R-010",
        profile: Profile::P,
        text: "晚班统计当天咨询量并填好各项报表，下班前30分钟核对当天合计。当天没排晚班的，由组长负责。",
    },
    Rule {
        id: "R-011",
        profile: Profile::A,
        text: "晚班当天的报表当天做完，以本人下班时间为限，最迟不过24:00；每人自己复查前一天的工作。",
    },
    Rule {
        id: "R-012",
        profile: Profile::C,
        text: "电话咨询每天管好班次、转接和注意事项，分析当天咨询，写出日总结，在日总结会上交流。",
    },
    Rule {
        id: "R-013",
        profile: Profile::C,
        text: "导医每天准确详细登记患者资料，统计当日门诊情况，做门诊满意度调查，本人下班前提交；组长负责汇\
               总。",
    },
    Rule {
        id: "R-014", profile: Profile::A, text: "导医下班前统计当天就诊人数，确认后把合计报给行政部。"
    },
    Rule {
        id: "R-015",
        profile: Profile::I,
        text: "每天写日总结，每周写周总结，据此改进工作方法。没有规定扣款。",
    },
    Rule {
        id: "R-016", profile: Profile::P, text: "按规定时间上报工作数据和业绩，记录要准确、完整。"
    },
    Rule {
        id: "R-017",
        profile: Profile::A,
        text: "记录咨询量、咨询问题和客户资料，建好客户档案；预约和挂号就诊按咨询员、渠道统计成表。",
    },
    Rule {
        id: "R-018",
        profile: Profile::A,
        text: "网络和电话咨询员都要留好咨询量、问题、客户资料和客户档案，并做预约与就诊统计表。",
    },
    Rule {
        id: "R-019",
        profile: Profile::A,
        text: "咨询员直接对组长负责，向组长提交工作计划、客户档案和工作结果；电话咨询员另交录音。",
    },
    Rule {
        id: "R-020",
        profile: Profile::A,
        text: "咨询员的工作计划、客户档案、通话录音和工作成果，都要交给组长。",
    },
    Rule {
        id: "R-021",
        profile: Profile::A,
        text: "客户登记表每周二小统计一次（算到周一为止的7天），每月30日汇总一次，按人数、年龄、内容、地域、\
               来源分列；2月取最后一天。",
    },
    Rule {
        id: "R-022",
        profile: Profile::C,
        text: "每月最后一天交当月总结和下月计划，24:00以后算迟交；提前3天提醒，当天再提醒一次。",
    },
    Rule {
        id: "R-023",
        profile: Profile::C,
        text: "主任收齐周总结，在周会上公布数据，并布置下周的计划和任务。",
    },
    Rule {
        id: "R-024",
        profile: Profile::C,
        text: "工作总结或计划没按时填写，每次扣2分，本项10分扣完为止。咨询员看周、月、年，导医看日、周、月。",
    },
    Rule {
        id: "R-025", profile: Profile::P, text: "每天做好在线聊天的数据统计，发现问题马上向上级反映。"
    },
    Rule {
        id: "R-026",
        profile: Profile::C,
        text: "每天收集咨询量、门诊量、检查量、住院量4项数据，要完整、准确，并作出评估。",
    },
    Rule {
        id: "R-027",
        profile: Profile::C,
        text: "咨询员收集咨询中产生的数据，组长负责分析；反馈问题时要同时提出解决办法。",
    },
];
