//! 到诊核对.

use super::Rule;
use crate::settings::Profile;

/// The rules of this theme by id.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "R-078",
        profile: Profile::N,
        text: "到诊必须能在预约登记里查到，且没有取消；查不到的列入未登记到诊。无效预约本身不能核实，若对上3\
               项，交主管判断。",
    },
    Rule {
        id: "R-079",
        profile: Profile::N,
        text: "姓名、年龄、电话、主诉、区域、预约到诊时间6项，对上3项以上（含3项）才算核实。年龄可差1岁，时\
               间看同一天；只对上年龄、区域、主诉的由人工复核。",
    },
    Rule {
        id: "R-080",
        profile: Profile::N,
        text: "一次到诊只计给一位咨询员；几位都对上3项以上的，按重复预约规则判归属，不是谁对上的多就归谁。",
    },
    Rule {
        id: "R-081",
        profile: Profile::A,
        text: "人次指来看诊的顾客；只咨询、没消费的不计入成功率。到诊率和成功率分开算。",
    },
    Rule {
        id: "R-082",
        profile: Profile::N,
        text: "以下班、有事为由关掉还没结束的对话，每查实1次，月末到诊总数减1个，减到0为止；不影响每周定级。",
    },
    Rule {
        id: "R-083",
        profile: Profile::N,
        text: "用不正当手段虚报到诊，查实后扣当月全部奖金，假到诊作废。当月指虚报那个月，不是查实那个月。",
    },
];
