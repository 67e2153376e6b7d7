//! 质量检查.

use super::Rule;
use crate::settings::Profile;

/// The rules of this theme by id.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "R-348",
        profile: Profile::N,
        text: "每月上、中、下旬各做一次书面考核（1–10 日、11–20 日、21 日至月底），按月汇总。每段结束前 2 天提醒主管，缺一次就报主任。",
    },
    Rule {
        id: "R-349",
        profile: Profile::N,
        text: "基本知识要熟：地址、电话、上班时间、项目、路线、医保、资质、医生。及格线由部门自己定。",
    },
    Rule {
        id: "R-350",
        profile: Profile::N,
        text: "专业知识抽查：答得准确、合理的达到 90%（含）算合格。例：30 题答对 27 题合格，26 题不合格。",
    },
    Rule {
        id: "R-351",
        profile: Profile::N,
        text: "用语抽查：语句不通不超过 2%（按句数），错别字不超过 3%（按字数），都含本数。患者没说完不许先结束。",
    },
    Rule {
        id: "R-352",
        profile: Profile::N,
        text: "患者进入等候区后 15 秒内（含）要接入，超过 15 秒不合格。",
    },
    Rule {
        id: "R-353",
        profile: Profile::N,
        text: "第一句话不晚于 45 秒（含），从接入算起，不从患者进来算起。",
    },
    Rule {
        id: "R-354",
        profile: Profile::N,
        text: "接入以后每次回答不超过 90 秒（含），从患者最后一句话算起。",
    },
    Rule {
        id: "R-355",
        profile: Profile::N,
        text: "站在患者的角度给服务打分，评到「较好」（含）以上算合格。五档依次是很好、较好、一般、较差、差。",
    },
    Rule {
        id: "R-356", profile: Profile::N, text: "书面考试的题目由各组组长从题库里随机抽，抽到的题留底。"
    },
    Rule {
        id: "R-357",
        profile: Profile::I,
        text: "患者发话后 20 秒内（含）要有反应，无故超过 20 秒算无应答。无应答也计入有效对话，转化率会因此变低。",
    },
    Rule {
        id: "R-358",
        profile: Profile::P,
        text: "当班时不能让患者的消息超过 1 分钟没人回（正好 1 分钟不算超时）；超时的记下来，是否有意由主管判断。",
    },
    Rule {
        id: "R-359",
        profile: Profile::A,
        text: "当场答不了的，记下联系方式和事项，答应转告，30 分钟内（含）答复。20、28 分钟提醒本人，到 30 分钟还没答就报组长；没人当班时从下一班开始算。",
    },
    Rule {
        id: "R-360", profile: Profile::C, text: "电话响三声之内（含）要接起，只在抽查时看。"
    },
    Rule {
        id: "R-361",
        profile: Profile::A,
        text: "电话响三声之内（含）接起，最好在第二声之后、第三声之前；抽查没做到的，按接电话不及时记分。",
    },
    Rule {
        id: "R-362",
        profile: Profile::T,
        text: "学校的咨询师在电话响两声之内（含）接起，先问好、报校名；只在抽查时看。",
    },
    Rule {
        id: "R-363",
        profile: Profile::C,
        text: "接电话用普通话，要耐心，每次最好在 5 分钟以内；只作统计，超过不算违规。",
    },
    Rule {
        id: "R-364",
        profile: Profile::C,
        text: "当天的咨询（电话、网聊、QQ）抽查评 A、B、C：A 不扣，B 每次扣 1 分，C 每次扣 2 分，本项 10 分扣完为止。例：A、B、C、C 扣 5 分，剩 5 分。",
    },
    Rule {
        id: "R-365",
        profile: Profile::C,
        text: "每天早、中、晚各看一次社交账号（默认 9:00、13:00、18:00），有人提问就及时、专业地回答。",
    },
    Rule {
        id: "R-366",
        profile: Profile::C,
        text: "回答用规范用语，不写错别字。默认按用语抽查的上限判断，错别字不超过 3%（含）。",
    },
    Rule {
        id: "R-367",
        profile: Profile::P,
        text: "患者当天提的问题，尽量当天答复、解开疑虑。下班时列出还没答的，只作提醒。",
    },
    Rule {
        id: "R-368",
        profile: Profile::P,
        text: "答复看三项：准不准、快不快、患者满不满意，每月统计。达不到要求的培训、改正或调岗；答复时限由部门自己定。",
    },
    Rule {
        id: "R-369",
        profile: Profile::P,
        text: "定期评价工作：质量看满意度、解决率和投诉率，另外看态度和能力，每月一张表。",
    },
    Rule {
        id: "R-370",
        profile: Profile::P,
        text: "定期考知识和技能，定期检查咨询过程和质量，发现问题就改；与每旬的考核一起做。",
    },
    Rule {
        id: "R-371",
        profile: Profile::N,
        text: "院方定期检查，并定期考核能力、态度和纪律。不合格的继续培训、补考，直到合格。",
    },
    Rule {
        id: "R-372",
        profile: Profile::A,
        text: "信息要准确，不懂的不乱答，常见问题照核准的统一答案回答。",
    },
    Rule {
        id: "R-373",
        profile: Profile::A,
        text: "服务质量按清单检查：答得准、应得快、言行规范，并使用礼貌用语。",
    },
    Rule {
        id: "R-374",
        profile: Profile::A,
        text: "不主动挂客户电话，等对方挂了再挂；确认是骚扰电话才可以先挂。",
    },
    Rule {
        id: "R-375", profile: Profile::A, text: "导医不应受到顾客投诉，每有一起都记在考核表上。"
    },
    Rule {
        id: "R-376",
        profile: Profile::P,
        text: "答复要快、要准、和气，用统一的问候语；多学习，不出差错。",
    },
    Rule { id: "R-377", profile: Profile::P, text: "看诊前先把咨询费告诉患者。" },
];
