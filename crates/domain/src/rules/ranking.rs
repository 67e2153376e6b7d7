//! 排名、等级与分配.

use super::Rule;
use crate::settings::Profile;

/// The rules of this theme by id.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "R-206",
        profile: Profile::P,
        text: "每周（周一00:00到周日24:00）按到诊数和大家的平均数比，分高级、中级、普通。当周上过班的才参加，试用期新人不参加。",
    },
    Rule {
        id: "R-207", profile: Profile::P, text: "到诊数比周平均高40%以上（正好高40%也算）为高级。"
    },
    Rule {
        id: "R-208",
        profile: Profile::P,
        text: "到诊数高出周平均不到40%，低于周平均也不到10%，为中级。正好低10%不算中级。",
    },
    Rule {
        id: "R-209",
        profile: Profile::P,
        text: "到诊数比周平均低10%以上（正好低10%也算）为普通。大家都没有到诊的，沿用上周的等级。",
    },
    Rule {
        id: "R-210",
        profile: Profile::P,
        text: "按上周转化率（到诊÷有效对话）从高到低排名，也就是接对话的顺序。转化率相同的到诊多者在前，没有对话的排最后。",
    },
    Rule {
        id: "R-211", profile: Profile::P, text: "按排名轮流分对话，每一轮高级5个，中级4个，普通2个。"
    },
    Rule {
        id: "R-212", profile: Profile::P, text: "这一轮还有名额的人里，接得最少的先接；一样多的按排名。"
    },
    Rule {
        id: "R-213",
        profile: Profile::P,
        text: "鼓励邀请访客对话。进站不到15秒的不邀请（满15秒可以），也不能强拉对话。",
    },
    Rule {
        id: "R-214",
        profile: Profile::P,
        text: "邀请后4句以内（含4句，双方合计）就结束的，别人可以再邀请。",
    },
    Rule {
        id: "R-215",
        profile: Profile::P,
        text: "有1年以上（含）经验、面试后不用培训的新人，先接3天部分流量（默认按普通的名额）。没有问题的，组长确认后第4天起按中级，参加分级和排名。",
    },
    Rule {
        id: "R-216",
        profile: Profile::P,
        text: "没有经验或需要培训的新人，培训考核合格后按普通级分对话，参加分级和排名。",
    },
    Rule {
        id: "R-217",
        profile: Profile::N,
        text: "每月预约率（预约÷咨询）和到诊率（到诊÷预约）最高的各奖200元，可以一人兼得，并列都得。有效对话20个以上（含）才参评。",
    },
    Rule {
        id: "R-218",
        profile: Profile::N,
        text: "预约与咨询、到诊与预约两个比率各有基数：达到（含正好）为合格，超过为优秀。基数由科室自己定。",
    },
    Rule {
        id: "R-219",
        profile: Profile::N,
        text: "每月综合成绩最末的人停接对话，进培训组。由主管确认后执行，到放回为止；只有一两个人的组不评。",
    },
    Rule {
        id: "R-220",
        profile: Profile::N,
        text: "挑地区接对话、敷衍患者、态度生硬的，限制下一个班的对话量，默认减半。",
    },
    Rule {
        id: "R-221",
        profile: Profile::N,
        text: "回复超时每满5次，下一个上班日少接10个对话，满10次少20个，依此类推。不满5次的在当月内接着累计。",
    },
    Rule {
        id: "R-222",
        profile: Profile::N,
        text: "当班玩游戏、看视频或开与工作无关的窗口，当天的流量全部关掉，到24:00为止。",
    },
    Rule {
        id: "R-223",
        profile: Profile::N,
        text: "没有特殊原因不邀请患者对话。科室默认改用满15秒可以邀请的做法，两种可以切换。",
    },
    Rule {
        id: "R-224",
        profile: Profile::P,
        text: "不抢对话，没有理由不同时接几个。特殊情况下最多同时接3个（含）。",
    },
    Rule {
        id: "R-225", profile: Profile::I, text: "主管每天看信息对话率，对偏低的组和个人想办法解决。"
    },
    Rule {
        id: "R-226",
        profile: Profile::I,
        text: "客户来消息后20秒内（含）没有反应又没有理由的，可以算进有效对话，转化率因此变低，不另扣钱。默认不算。",
    },
    Rule {
        id: "R-227", profile: Profile::N, text: "成绩靠后的人怎样培训、组员怎样调整，每周议一次。"
    },
    Rule {
        id: "R-228", profile: Profile::N, text: "预约率和到诊率要不断提高，每周让本人看到变化。"
    },
    Rule {
        id: "R-229",
        profile: Profile::T,
        text: "有效来电轮流接，顺序每周由营销部排。轮到时不在座位的跳过，事后不补。",
    },
    Rule {
        id: "R-230",
        profile: Profile::N,
        text: "排行按日、周、月公布：每天09:00发昨天的，周一09:00发上周的，每月1日09:00发暂定的，对账后发正式的。不带患者信息。",
    },
];
