//! 投诉与满意度.

use super::Rule;
use crate::settings::Profile;

/// The rules of this theme by id.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "R-387",
        profile: Profile::C,
        text: "满意度每月 30 分：98%（含）以上 30 分，90%（含）到 98%（不含）15 分，不到 90% 的 10 分；有一起查实的投诉就是 0 分。当月没做调查的，由主管定。",
    },
    Rule {
        id: "R-388",
        profile: Profile::M,
        text: "每季度调查各科室的满意度，低于 90% 时每低满 1 个百分点扣科室 1 分，不满的不计，每分按 10 元。例：87.5% 扣 2 分，合 20 元。",
    },
    Rule {
        id: "R-389",
        profile: Profile::N,
        text: "接到网上投诉，先解释，仔细记录，即时报给主管，主管要确认收到。",
    },
    Rule {
        id: "R-390",
        profile: Profile::N,
        text: "遇到投诉或复诊方面的问题，耐心解释，并告诉对方负责部门的联系方式。",
    },
    Rule {
        id: "R-391", profile: Profile::P, text: "电话和网上的投诉都要接待、记录，及时上报。"
    },
    Rule {
        id: "R-392",
        profile: Profile::C,
        text: "复杂的投诉由主任处理：定方案、定期限，协调各方，把结果反馈给患者和医院。",
    },
    Rule {
        id: "R-393",
        profile: Profile::C,
        text: "现场有人投诉，先请到一旁、安抚情绪，马上告诉导医组长；严重的报办公室。",
    },
    Rule {
        id: "R-394",
        profile: Profile::C,
        text: "巡视导医把当天的投诉和原因写进日报，能解决的当天解决，解决不了的上报。",
    },
    Rule {
        id: "R-395",
        profile: Profile::C,
        text: "每次就诊后导医要做满意度调查。默认按天算：当天调查率没到部门定的目标，扣 2 分，本项 10 分扣完为止。例：两天没到，剩 6 分。",
    },
    Rule {
        id: "R-396", profile: Profile::N, text: "定期做患者满意度调查，用来改进服务；多久一次由部门定。"
    },
    Rule {
        id: "R-397",
        profile: Profile::C,
        text: "坚持满意度调查和回访，发现的问题连同解决办法一起反馈，档案随时更新；每月公布一次调查结果。",
    },
    Rule {
        id: "R-398", profile: Profile::A, text: "导医发调查表、收集意见，反馈给医生和管理人员。"
    },
    Rule {
        id: "R-399",
        profile: Profile::P,
        text: "投诉要记录、转交、跟到底，给出合理的解释和补救。没有规定时限，默认当天给第一次答复。",
    },
    Rule {
        id: "R-400",
        profile: Profile::T,
        text: "客户反馈要记录、整理，分析其中的投诉和意见。客服组跟进满意度，每月归纳主要问题。",
    },
    Rule {
        id: "R-401",
        profile: Profile::X,
        text: "谁先接到投诉，谁负责到交接为止：带人到相关部门，做好记录，解决不了的上报。",
    },
    Rule {
        id: "R-402", profile: Profile::A, text: "接投诉电话先听完，再准确、及时地转告负责人。"
    },
    Rule {
        id: "R-403", profile: Profile::A, text: "建议、重大事项、热点和难点都要记录，报给负责人。"
    },
    Rule {
        id: "R-404",
        profile: Profile::N,
        text: "不能当场回答的问题，记下来转给相关部门，结果要告诉患者，重要的报有关科室。时限默认 30 分钟（含）。",
    },
];
