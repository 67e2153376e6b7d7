//! 保密与隐私.

use super::Rule;
use crate::settings::Profile;

/// The rules of this theme by id.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "R-421",
        profile: Profile::N,
        text: "所有数据都是公司机密，不告诉无关的人，违者按公司规定处理。群里的消息不带患者资料，详细内容只给负责人和他的上级看。",
    },
    Rule { id: "R-422", profile: Profile::N, text: "咨询记录要保密，谁查看过都留记录。" },
    Rule {
        id: "R-423", profile: Profile::T, text: "学员、家长和来访者的个人信息要保护好。"
    },
    Rule {
        id: "R-424",
        profile: Profile::C,
        text: "其他部门的人不得进入咨询中心，患者资料妥善保管、不外传。机器人只在登记过的群里，只答登记过的人。",
    },
    Rule {
        id: "R-425",
        profile: Profile::C,
        text: "各岗位都有保密责任：泄密的由本岗负主要责任，档案是否完整也由本岗负责。谁查看过都留名。",
    },
    Rule { id: "R-426", profile: Profile::C, text: "每台电脑都要设带密码的锁屏。" },
    Rule {
        id: "R-427", profile: Profile::A, text: "规章制度本身也保密，不给外人；机器人只回答本部门成员。"
    },
    Rule {
        id: "R-428",
        profile: Profile::A,
        text: "客户资料要收集、更新、保密。机器人发出的姓名和电话都打码，例：李*、138****1234。",
    },
    Rule {
        id: "R-429",
        profile: Profile::P,
        text: "资料传输要安全，使用的人要验明身份，记录能查、能追溯，不得外泄。",
    },
    Rule { id: "R-430", profile: Profile::P, text: "客户资料和咨询内容一律不得外泄。" },
    Rule {
        id: "R-431",
        profile: Profile::I,
        text: "账号一人一个，不共用；权限按需要给，离职就停用。信息分公开、内部、机密三级，只用指定的工具沟通，沟通记录按保留期限保存。",
    },
    Rule {
        id: "R-432",
        profile: Profile::I,
        text: "数据要备份，传输和保存要加密，未经许可不得复制、传播、删除。导出默认只限组长及以上（含），每次留记录。",
    },
    Rule { id: "R-433", profile: Profile::P, text: "患者的咨询信息受保护，不得泄露隐私。" },
    Rule {
        id: "R-434", profile: Profile::P, text: "不谋私利，不弄虚作假，下班后不使用公司网络。"
    },
    Rule {
        id: "R-435", profile: Profile::N, text: "咨询办公室不接待外来人员，特殊情况先请示主管。"
    },
    Rule {
        id: "R-436",
        profile: Profile::I,
        text: "收到工作消息及时回复确认，并注意保密。重要通知要点确认，没点的人会列出来。",
    },
    Rule {
        id: "R-437", profile: Profile::I, text: "要用指定以外的沟通工具，先申请，上级同意了才能用。"
    },
];
