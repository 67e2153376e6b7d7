//! 记分与扣款.

use super::Rule;
use crate::settings::Profile;

/// The rules of this theme by id.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "R-268",
        profile: Profile::A,
        text: "礼貌用语不规范，一次扣2分；同一天从第2次起每次扣5分，集体当天扣5分，只扣一次。",
    },
    Rule {
        id: "R-269",
        profile: Profile::A,
        text: "咨询电话没有及时接（铃响第3声内，含第3声），一次扣2分；同一天从第2次起每次扣5分，集体当天扣5分，只扣一次。",
    },
    Rule {
        id: "R-270",
        profile: Profile::A,
        text: "咨询电话没有详细登记，一次扣2分；同一天从第2次起每次扣5分，集体当天扣5分，只扣一次。",
    },
    Rule {
        id: "R-271",
        profile: Profile::A,
        text: "对来电客户答错问题，一次扣2分；同一天从第2次起每次扣5分，集体当天扣5分，只扣一次。",
    },
    Rule {
        id: "R-272",
        profile: Profile::A,
        text: "网络咨询没有及时接待，一次扣2分；同一天从第2次起每次扣5分，集体当天扣5分，只扣一次。",
    },
    Rule {
        id: "R-273",
        profile: Profile::A,
        text: "对客户说话的声音、语气不规范，一次扣2分；同一天从第2次起每次扣5分，集体当天扣5分，只扣一次。",
    },
    Rule {
        id: "R-274",
        profile: Profile::A,
        text: "对客户态度粗暴无礼，一次扣8分；同一天从第3次起每次扣12分，集体当天扣12分，只扣一次。",
    },
    Rule {
        id: "R-275",
        profile: Profile::A,
        text: "上班做私事（听音乐、私聊、化妆、吃零食、喧哗、发短信、打私人电话等），一次扣2分；同一天从第3次起每次扣5分，集体当天扣5分，只扣一次。打游戏默认只关流量，不再扣分。",
    },
    Rule {
        id: "R-276",
        profile: Profile::A,
        text: "客户留言、来信或送锦旗表扬，有凭据并经主管确认，个人加10分，集体加5分。同一份凭据只算一次。",
    },
    Rule {
        id: "R-277",
        profile: Profile::A,
        text: "不执行上级交办的事、不熟悉项目而出错、服务态度差，一次扣5分；同一天从第3次起每次扣20分，集体当天扣10分，只扣一次。",
    },
    Rule {
        id: "R-278",
        profile: Profile::A,
        text: "串岗离岗，或者迟到、早退、缺勤，一次扣2分；同一天从第3次起每次扣10分，集体当天扣5分，只扣一次。两类分开计数；旷工已按天扣款的不再扣分。",
    },
    Rule {
        id: "R-279",
        profile: Profile::A,
        text: "违反员工守则的其他行为，按公司规定处理；这里只记事由，不带金额。",
    },
    Rule {
        id: "R-280", profile: Profile::A, text: "咨询员要签字确认规则，签的是哪一版会留下记录。"
    },
    Rule {
        id: "R-281",
        profile: Profile::N,
        text: "甩号结束对话、对话没有完就主动结束、患者没有说主诉就追问病情，每次扣50元。",
    },
    Rule {
        id: "R-282",
        profile: Profile::N,
        text: "不准说“保证治愈”“最低价格”，也不准对病情、价格、检查下绝对的结论。因此引起投诉的，按聊天记录由当事咨询员负责。",
    },
    Rule { id: "R-283", profile: Profile::N, text: "遇到无礼的访客不能回骂，违者记警告。" },
    Rule {
        id: "R-284",
        profile: Profile::N,
        text: "不准在外兼职做咨询。查实的按立即解约提醒主管和主任，由人决定。",
    },
    Rule {
        id: "R-285", profile: Profile::N, text: "解决不了的问题不要随意答复，先问组长或同事。"
    },
    Rule { id: "R-286", profile: Profile::N, text: "泄露资料的，按公司规定处理。" },
    Rule {
        id: "R-287",
        profile: Profile::P,
        text: "值班时有意推诿、不接客户，消息超过1分钟没有回（刚好1分钟不算），扣50元；12个月内第2次（含）起提醒按辞退处理。是否有意由人确认。",
    },
    Rule {
        id: "R-288",
        profile: Profile::I,
        text: "在办公室骂人或辱骂客户，当月第1次口头批评，第2次起每次20元。",
    },
    Rule {
        id: "R-289",
        profile: Profile::I,
        text: "在办公区和上级争吵，按辞退级别提醒主管和主任，由人决定。",
    },
    Rule {
        id: "R-290", profile: Profile::I, text: "上班打私人电话超过10分钟，每次20元；刚好10分钟不算。"
    },
    Rule {
        id: "R-291",
        profile: Profile::I,
        text: "无故中断和客户的对话，每次20元；情节严重的提醒按辞退处理，由人决定。",
    },
    Rule {
        id: "R-292",
        profile: Profile::I,
        text: "改动或编造原始聊天内容，每次50元；情节严重的提醒按辞退处理，由人决定。",
    },
    Rule {
        id: "R-293",
        profile: Profile::I,
        text: "没有按项目要求做（录错项目、电话写错、该发群的没有发、发错群），当月第1次20元，第2次起每次50元。",
    },
    Rule {
        id: "R-294",
        profile: Profile::I,
        text: "上班吃东西每次20元，睡觉每次50元，网购、打游戏、看视频每次100元。",
    },
    Rule { id: "R-295", profile: Profile::I, text: "饭后垃圾没有清理，每人10元。" },
    Rule {
        id: "R-296", profile: Profile::I, text: "上班穿正装（工作服、裤、鞋）并戴工牌，每缺一件10元。"
    },
    Rule {
        id: "R-297",
        profile: Profile::I,
        text: "乐捐和奖励按月计算，由部门财务登记，双方签字，用于团队活动；组长违反加倍。只有乐捐可以和公司的处罚叠加。",
    },
    Rule { id: "R-298", profile: Profile::I, text: "项目协作群里不闲聊、不开玩笑。" },
    Rule {
        id: "R-299",
        profile: Profile::I,
        text: "用语礼貌规范，回答简短清楚，少用感叹号；不管客户说什么，都不在网上争吵。",
    },
    Rule {
        id: "R-300",
        profile: Profile::C,
        text: "工位脏乱每次扣1分，着装妆容不合要求每次扣1分，各最多扣5分；不服从主管安排每次扣1分，导医最多5分，咨询员最多10分。",
    },
    Rule {
        id: "R-301",
        profile: Profile::C,
        text: "咨询员没有按时到岗、咨询出现空档，每次扣1分，最多扣10分。",
    },
    Rule {
        id: "R-302", profile: Profile::C, text: "导医给患者分诊不正确、不合理，每次扣2分，最多扣10分。"
    },
    Rule {
        id: "R-303", profile: Profile::C, text: "业务知识考核不合格或无理由缺席，每次扣1分，最多扣5分。"
    },
    Rule {
        id: "R-304",
        profile: Profile::P,
        text: "违规分三级：轻微的警告并改正，一般的公开批评并扣奖金，严重的解除合同。级别由人定。",
    },
    Rule {
        id: "R-305", profile: Profile::P, text: "违规视情节给予批评、警告、罚款、停职或辞退，由人决定。"
    },
    Rule {
        id: "R-306", profile: Profile::N, text: "违规给予纪律处分，情节严重的除名，由人决定。"
    },
    Rule {
        id: "R-307",
        profile: Profile::M,
        text: "市级以上媒体表扬奖1000元，媒体发文每篇500元起；建议被采纳、节约、发现事故或重大差错各200元起，举报查实200元；培训前2名奖200元、100元。",
    },
    Rule {
        id: "R-308",
        profile: Profile::M,
        text: "上班做无关的事、影响他人，第1次扣50元，第2次扣半个月奖金。",
    },
    Rule {
        id: "R-309",
        profile: Profile::M,
        text: "不服从、推诿、没有完成任务或擅自行事造成损失，扣1个月奖金起，由人决定。",
    },
    Rule {
        id: "R-310", profile: Profile::M, text: "泄露机密，扣2个月奖金起，直至辞退，由人决定。"
    },
    Rule {
        id: "R-311",
        profile: Profile::M,
        text: "赌博等恶习扣3个月奖金；偷窃按价值的5倍赔偿并辞退；浪费扣当月奖金。都由人决定。",
    },
    Rule {
        id: "R-312", profile: Profile::M, text: "每月卫生检查，每有1处不合格，部门集体扣1分，按10元算。"
    },
    Rule {
        id: "R-313",
        profile: Profile::M,
        text: "擅自改动收费扣1到3个月奖金；私自收钱的没收，并扣3个月奖金；收错费的全额赔偿，再扣200元起。都由人决定。",
    },
    Rule {
        id: "R-314",
        profile: Profile::M,
        text: "失职造成损失，扣1到3个月奖金，并且不少于损失的5%；部门负责人扣200元。由人决定。",
    },
    Rule {
        id: "R-315", profile: Profile::M, text: "记录本没有规范、按时、完整填写，每本扣部门负责人50元。"
    },
    Rule { id: "R-316", profile: Profile::M, text: "没有穿工作服，每次扣30元。" },
    Rule {
        id: "R-317",
        profile: Profile::M,
        text: "借客户名义为自己检查或领物品，补交费用并扣1到3个月奖金；私自卖货的没收，扣3到6个月奖金并辞退。都由人决定。",
    },
    Rule {
        id: "R-318", profile: Profile::M, text: "把客户介绍到别的医院，扣3个月奖金起，由人决定。"
    },
    Rule {
        id: "R-319",
        profile: Profile::M,
        text: "收回扣的没收并扣3个月奖金；卖外单位产品扣6个月并辞退；外借设备扣3个月；扰乱诊疗扣2个月并辞退。都由人决定。",
    },
    Rule { id: "R-320", profile: Profile::M, text: "对客户冷、硬、顶、推，每次扣100元起。" },
    Rule { id: "R-321", profile: Profile::M, text: "和客户争吵，不论对错，每次扣100元起。" },
    Rule {
        id: "R-322", profile: Profile::M, text: "同事之间争吵，扣1到3个月奖金或给予处分，由人决定。"
    },
    Rule {
        id: "R-323",
        profile: Profile::X,
        text: "行政部门按100分考核：行为20分、仪表10分、操作30分、环境10分、语言30分，每次分别扣5、3、5、2、5分，扣完为止。1分10元。",
    },
    Rule {
        id: "R-324",
        profile: Profile::T,
        text: "每次首次上门，都要在接待前交书面备课，否则不能接待；临时接待的最晚次日补交。缺1次扣50元，连续3次停接电话，中间交齐1次就重新数。",
    },
    Rule {
        id: "R-325",
        profile: Profile::C,
        text: "1周内抽查电话，达到3次（含）没人接，记值班人一次处罚。金额由部门自己定，默认0元，只警告。",
    },
    Rule {
        id: "R-326",
        profile: Profile::N,
        text: "助手从不扣钱，只提建议：主管确认或驳回，本人可以申诉，最后由发工资的人决定。",
    },
];
