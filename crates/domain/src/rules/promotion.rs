//! 晋升与试用.

use super::Rule;
use crate::settings::Profile;

/// The rules of this theme by id.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "R-446",
        profile: Profile::I,
        text: "组员升组长：申请日之前 3 个月内没有查实的违纪，本人申请，主管批准。正好 3 个月前的那次不算在内。",
    },
    Rule {
        id: "R-447",
        profile: Profile::I,
        text: "组长升主管：申请日之前 6 个月内没有查实的违纪（正好 6 个月前的不算），由主管提名，上级批准。",
    },
    Rule {
        id: "R-448",
        profile: Profile::I,
        text: "主管升经理：申请日之前一年内没有查实的违纪（正好一年前的不算），经人事考核，总经理批准。",
    },
    Rule { id: "R-449", profile: Profile::I, text: "一般逐级晋升，贡献突出的可以越级。" },
    Rule {
        id: "R-450",
        profile: Profile::I,
        text: "晋升顺序是组员、组长、主管、经理。填申请表交人事，由人事和本部门考核，总经理批准。",
    },
    Rule {
        id: "R-451", profile: Profile::I, text: "有空缺时，服从安排、责任心强、业务好的人优先。"
    },
    Rule {
        id: "R-452",
        profile: Profile::I,
        text: "部门由经理、主管和各组组成，每组 1 名组长、4 名组员，人数只作参考。审批和汇总按这个层级走。",
    },
];
