//! 必填与登记.

use super::Rule;
use crate::settings::Profile;

/// The rules of this theme by id.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "R-055",
        profile: Profile::C,
        text: "预填单7项要准确、齐全：姓名、性别、年龄、电话、地址、来源渠道、初诊或复诊。",
    },
    Rule {
        id: "R-056",
        profile: Profile::C,
        text: "当天预填单没填全的占20%以上（含20%）、不到40%扣3分，40%以上（含40%）扣5分，不到20%不扣。按天\
               算，本项10分扣完为止。",
    },
    Rule {
        id: "R-057",
        profile: Profile::C,
        text: "每通来电都要登记，年龄、性别、地址、职业、来源尽量问全；没留姓名的也要登记，同样计入咨询量。",
    },
    Rule {
        id: "R-058",
        profile: Profile::C,
        text: "不论约没约成，都要记下姓名、年龄、性别、电话、咨询内容、职业、地址。",
    },
    Rule {
        id: "R-059",
        profile: Profile::A,
        text: "通话结束后30分钟内（含第30分钟）填电话登记：日期、时间、姓名、内容、结果、是否预约和到诊时间\
               。只能用本人名义登记，不能代签。",
    },
    Rule {
        id: "R-060",
        profile: Profile::A,
        text: "患者到院时登记姓名、性别、住址（区、镇）、电话、来源渠道、就诊问题或目的。",
    },
    Rule {
        id: "R-061",
        profile: Profile::I,
        text: "要联系方式时先问手机，再问座机，最后问QQ；项目需要的，3种都可以留。",
    },
    Rule {
        id: "R-062",
        profile: Profile::I,
        text: "对客户还一无所知就直接要联系方式的，当月第1次口头提醒，从第2次（含）起每次扣20元；客户主动留\
               的不算。",
    },
    Rule {
        id: "R-063",
        profile: Profile::I,
        text: "录入的信息要准确、合法、完整、真实；聊天内容不得改动，更不得编造。",
    },
    Rule {
        id: "R-064",
        profile: Profile::P,
        text: "记录客户的姓名、联系方式和咨询内容，并把问题和解答归档。",
    },
    Rule {
        id: "R-065",
        profile: Profile::P,
        text: "患者基本情况、问题和答复要详细记录，咨询后归档备查；保存多久由部门设定。",
    },
    Rule {
        id: "R-066",
        profile: Profile::P,
        text: "客户问题要记下情况、时间和答复；复杂的报上级，一直跟到解决并告知客户。",
    },
    Rule {
        id: "R-067",
        profile: Profile::C,
        text: "患者基本资料有姓名、年龄、生日、联系方式、住址、职业、单位、爱好、病情和治疗、特殊日期；只收\
               工作用得上的。",
    },
    Rule {
        id: "R-068",
        profile: Profile::C,
        text: "家庭成员、以往消费习惯、满意度等扩展资料作为回访的依据；默认不收集，需要时由部门开启。",
    },
    Rule {
        id: "R-069",
        profile: Profile::C,
        text: "咨询记录不完整或不准确，每次扣2分，本项10分扣完为止；主管认定故意漏登记的，本项全扣。",
    },
    Rule {
        id: "R-070", profile: Profile::C, text: "各渠道的患者信息必须真实、准确，不得伪造。"
    },
    Rule {
        id: "R-071", profile: Profile::A, text: "每天把客户来电和回访的详情、问题留好原始记录。"
    },
    Rule {
        id: "R-072", profile: Profile::A, text: "电话咨询要录音并保存，登记里只记录音编号。"
    },
    Rule { id: "R-073", profile: Profile::A, text: "电话咨询一律录音，录音要保存好。" },
    Rule {
        id: "R-074",
        profile: Profile::N,
        text: "详细记录每次咨询的内容和结果，每周整理一次，分析热点和难点。",
    },
    Rule {
        id: "R-075",
        profile: Profile::A,
        text: "导医如实登记来电、专家日志、到院和优惠卡，不漏登、不造假；谁先接待，谁负责到底。",
    },
    Rule {
        id: "R-076",
        profile: Profile::C,
        text: "不会答的问题先请教，答复后登记备查；当天咨询分类后给患者回电；渠道信息报企划部。",
    },
    Rule {
        id: "R-077",
        profile: Profile::C,
        text: "每天把门诊的渠道和消费情况报企划部、社会服务部，只报合计数，并建库备查。",
    },
];
