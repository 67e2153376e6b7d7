//! 班次与排班.

use super::Rule;
use crate::settings::Profile;

/// The rules of this theme by id.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "R-170", profile: Profile::N, text: "本组排班由组长负责，保证咨询正常运转。"
    },
    Rule {
        id: "R-171",
        profile: Profile::N,
        text: "本组接对话的顺序、病种和地区，组长以周为单位调整，从下周一起生效。",
    },
    Rule {
        id: "R-172",
        profile: Profile::C,
        text: "导医班次：早班07:00到15:00，常白班08:00到12:00、14:00到18:00，晚班12:00到20:00。",
    },
    Rule {
        id: "R-173",
        profile: Profile::C,
        text: "电话组班次：早班07:00到15:00，常白班08:00到12:00、14:00到18:00，晚班13:00到21:00。",
    },
    Rule {
        id: "R-174",
        profile: Profile::C,
        text: "每月排一次班，各班次、各人要均衡，同一种班次人与人最多差1次，超过会提示。默认每月25日公布下月的。",
    },
    Rule {
        id: "R-175", profile: Profile::C, text: "严格按排班表上班，和排班不符的会列出来。"
    },
    Rule {
        id: "R-176",
        profile: Profile::C,
        text: "每组有交班记录，写清当天的工作、约好的患者和特殊的未完事项。下班前20分钟提醒。",
    },
    Rule {
        id: "R-177", profile: Profile::C, text: "值班人早上先看交班记录，再安排当天的工作。"
    },
    Rule {
        id: "R-178",
        profile: Profile::C,
        text: "导医前一天就要清楚第二天的情况：医生出诊和特殊接待。每天18:00发明天的安排，看后确认。",
    },
    Rule {
        id: "R-179",
        profile: Profile::C,
        text: "导医早班07:00到院，其他人07:55到，一起开晨会。晨会记分另按07:50。",
    },
    Rule {
        id: "R-180", profile: Profile::A, text: "大厅导医4人，早班08:30到17:30：2人站台，1人巡楼。"
    },
    Rule { id: "R-181", profile: Profile::A, text: "白天门口始终要有1名导医。" },
    Rule {
        id: "R-182", profile: Profile::A, text: "提前5分钟到岗，认真交接。到得晚些只作提示，不扣款。"
    },
    Rule { id: "R-183", profile: Profile::P, text: "白班08:00到16:00。" },
    Rule {
        id: "R-184", profile: Profile::P, text: "晚班16:00到23:30，提前半小时到岗交接，也就是15:30。"
    },
    Rule {
        id: "R-185",
        profile: Profile::I,
        text: "组长按项目排班，不漏岗、不缺岗。今后7天有空岗，或批假后人手不够，都会提示。",
    },
    Rule {
        id: "R-186",
        profile: Profile::I,
        text: "换班要对方答应、组长同意才生效，之后日报和提醒都按新的排班。",
    },
    Rule {
        id: "R-187", profile: Profile::I, text: "没经组长同意私自换班，双方各扣30元（建议）。"
    },
    Rule {
        id: "R-188", profile: Profile::I, text: "离开座位要告诉搭档，请搭档帮忙看着聊天工具。"
    },
    Rule {
        id: "R-189",
        profile: Profile::P,
        text: "没到自己的上班时间，不接在线访客，也不进接电话的轮次。上班前的接待会标出来，默认不计。",
    },
    Rule {
        id: "R-190",
        profile: Profile::P,
        text: "中午先把手上的客户接待完再去吃饭，早班和晚班轮流去，不同时离开。",
    },
    Rule {
        id: "R-191",
        profile: Profile::P,
        text: "交班要让接班人知道最新情况、通知和广告。下班前整理好要移交的客户，第二天早会上说明。",
    },
    Rule { id: "R-192", profile: Profile::P, text: "交接班要认真做好。" },
    Rule {
        id: "R-193", profile: Profile::P, text: "在指定的办公地点上班，不得远程办公。这一条程序不检查。"
    },
    Rule { id: "R-194", profile: Profile::N, text: "在指定区域内工作，特殊情况要经批准。" },
    Rule {
        id: "R-195", profile: Profile::N, text: "下班要关电脑，晚班还要锁好门窗、切断电源。"
    },
    Rule {
        id: "R-196", profile: Profile::P, text: "牙医的咨询时间是09:00到18:00，这段时间服务要一直开着。"
    },
    Rule {
        id: "R-197",
        profile: Profile::A,
        text: "电话热线24小时有人接。默认不检查，打开后排班有空档会提示。",
    },
    Rule {
        id: "R-198",
        profile: Profile::N,
        text: "没经批准不得在对话工具上代岗，在线的人也不得同时都设「繁忙」。每次涉及的组员每人扣50元，组长扣100元（建议）。",
    },
    Rule {
        id: "R-199",
        profile: Profile::N,
        text: "「繁忙」不超过10分钟（正好10分钟可以），有特殊情况先报组长或主管。超过又没报的，每次扣20元（建议）。",
    },
    Rule {
        id: "R-200",
        profile: Profile::I,
        text: "没有理由不设「繁忙」；上班、下班的前后各30分钟内，没经组长同意不得设。违反每次扣20元（建议），同一次不和超时重复扣。",
    },
    Rule {
        id: "R-201",
        profile: Profile::I,
        text: "组长每天检查网站、录入系统和其他服务渠道是否正常，有故障马上报告。",
    },
    Rule {
        id: "R-202",
        profile: Profile::I,
        text: "网站或系统故障、断电断网等突发情况马上上报：组员报组长，组长报主管。",
    },
    Rule {
        id: "R-203",
        profile: Profile::X,
        text: "行政值班管正常上班以外的时间：手机24小时开机，巡查，去哪里说一声，重要问题上报，写值班记录，第二天早上向接班人说明，交班前打扫。",
    },
    Rule {
        id: "R-204",
        profile: Profile::P,
        text: "上班先把电话转接好。上班时间不得把来电转到私人手机，特殊情况除外。",
    },
    Rule {
        id: "R-205",
        profile: Profile::A,
        text: "导医每天核对医生出诊表，有变动告诉前台。最后一位客户办完才能下班。",
    },
];
