//! 回访.

use super::Rule;
use crate::settings::Profile;

/// The rules of this theme by id.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "R-105",
        profile: Profile::N,
        text: "预约了到期没来的患者，负责人第二天下班前回访并登记结果，当天24:00仍没有结果算漏访。当天下午的名单只是提醒；其间登记到诊的，不用再访。",
    },
    Rule {
        id: "R-106",
        profile: Profile::N,
        text: "每次回访都要登记结果：已到、改约、考虑、未联系上、在路上、取消或无效。没有结果的不算完成。",
    },
    Rule {
        id: "R-107",
        profile: Profile::N,
        text: "负责人当天休息或请假，由组长代为回访，业绩仍归负责人。组长也不在的，由代理组长接手，再没有就由主管接手。",
    },
    Rule { id: "R-108", profile: Profile::N, text: "组长代访后，马上把结果告诉原负责人。" },
    Rule {
        id: "R-109",
        profile: Profile::N,
        text: "当天没联系上的，第二天接着回访（按自然日），直到联系上。连续5次联系不上，转给组长处理。",
    },
    Rule {
        id: "R-110",
        profile: Profile::N,
        text: "患者要考虑的，一般5天内再回访：联系次日算第1天，第5天（含）还及时，第6天起超期。可以提早，没有理由不能推后。",
    },
    Rule {
        id: "R-111",
        profile: Profile::N,
        text: "患者说已在路上的，当天不再追访，患者自己找来的除外。到当天结束还没到，第二天按未到回访。",
    },
    Rule {
        id: "R-112",
        profile: Profile::N,
        text: "没来的患者要及时回访，问清原因，争取重新约时间。原因必填，改期要写备注。",
    },
    Rule {
        id: "R-113",
        profile: Profile::N,
        text: "组长负责本组预约患者的回访和日常维护，盯住未完成、已超期和代访的名单。",
    },
    Rule {
        id: "R-114", profile: Profile::C, text: "约了没来的患者，由组长和咨询员跟进回访。"
    },
    Rule {
        id: "R-115", profile: Profile::C, text: "咨询过的患者都要按期回访，了解对医院的印象并反馈。"
    },
    Rule {
        id: "R-116",
        profile: Profile::C,
        text: "按期回访漏1人扣1分，本项10分，扣完为止；同一患者同一个应访日只算一次。本人休假、组长没有代访的，算组长的。",
    },
    Rule {
        id: "R-117",
        profile: Profile::C,
        text: "电话回访每周先列详细计划，按时做、做全。周一发本周名单，周日看完成率。",
    },
    Rule {
        id: "R-118",
        profile: Profile::C,
        text: "以往的患者和来访者，以及不便接电话的人，用微信回访，一般在半年后或节假日前后。只提醒咨询员，不自动发给患者。",
    },
    Rule {
        id: "R-119",
        profile: Profile::C,
        text: "两类人要回访：在本院消费过的，和来过却没再就诊的。不论哪一类，到期没访都按漏访算。",
    },
    Rule {
        id: "R-120",
        profile: Profile::P,
        text: "第三方网站的单子，下单后马上排未成交回访计划，不少于5次（含5次），要排满也要做完。日期可以调，已到诊或已拒绝的可以提前结束。",
    },
    Rule { id: "R-121", profile: Profile::P, text: "患者的回访记录要认真登记、保管好。" },
    Rule {
        id: "R-122",
        profile: Profile::C,
        text: "复杂的投诉处理完，要用回访把结果告诉患者和医院，有回访结果才能结案。",
    },
    Rule {
        id: "R-123", profile: Profile::P, text: "定期回访客户，了解需求和意见。多久一次由科室自己定。"
    },
    Rule {
        id: "R-124",
        profile: Profile::A,
        text: "成交后的长期维护只是建议，默认不启用：先致谢并建档，满半个月、一个月、半年、一年、两年、十年各联系一次。",
    },
    Rule {
        id: "R-125",
        profile: Profile::C,
        text: "手术后的患者要有维护计划（活动和回访）、满意度调查和建议反馈，档案随时更新。",
    },
    Rule {
        id: "R-126",
        profile: Profile::P,
        text: "需要别的部门帮忙的事，自己跟到解决为止，并把结果告诉客户。",
    },
    Rule {
        id: "R-127",
        profile: Profile::N,
        text: "90天保护期到期前7天和第90天当天，各私下提醒负责人一次；三个月业绩期到期前7天也提醒。第91天在群里打码公布，别人可以跟进。",
    },
    Rule {
        id: "R-128",
        profile: Profile::A,
        text: "客户离开前，收集对服务、态度、收费、环境的意见和是否愿意推荐，报给各部门。",
    },
    Rule {
        id: "R-129",
        profile: Profile::C,
        text: "按患者类别分别维护关系，可以用电话回访、联谊活动和线上联系。",
    },
];
