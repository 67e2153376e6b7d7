//! The specification of who may do what, written by hand; nothing in it is asked of the commands.

use super::Room;

/// Where it may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Where {
    /// In private and in registered groups.
    Anywhere,
    /// Only in private.
    Private,
    /// Only in groups, registered or not.
    Groups,
}

impl Where {
    pub(super) fn covers(self, room: Room) -> bool {
        match self {
            Where::Anywhere => room != Room::Unknown,
            Where::Private => room == Room::Private,
            Where::Groups => room != Room::Private,
        }
    }
}

/// What is said, and how it goes for each speaker: `+` carried out; refused because `n` not allowed, `u` unknown
/// person, `w` wrong state, `f` not found, `b` bad arguments. In a room where it may not be given, everybody is `n`.
pub(super) struct Row {
    pub(super) command: &'static str,
    pub(super) text: &'static str,
    pub(super) place: Where,
    /// Whether what is carried out changes rows.
    pub(super) changes: bool,
    /// About 张三, 李四, J1, and whatever else is of 一组.
    pub(super) own: &'static str,
    /// The same about 二组; `None` where it is about nobody.
    pub(super) other: Option<&'static str>,
}

fn reads(command: &'static str, text: &'static str, place: Where, own: &'static str) -> Row {
    Row { command, text, place, changes: false, own, other: None }
}

fn changes(command: &'static str, text: &'static str, place: Where, own: &'static str) -> Row {
    Row { changes: true, ..reads(command, text, place, own) }
}

impl Row {
    fn other(self, other: &'static str) -> Self {
        Self { other: Some(other), ..self }
    }
}

/// The specification. Columns: 咨询员 电话咨询员 组长 主管 主任 导医 管理员, 他组组长, 代理组长 today yesterday tomorrow,
/// 路人 离职.
pub(super) fn table() -> Vec<Row> {
    use Where::{Anywhere, Groups, Private};
    vec![
        changes("日报", "日报 对话 50 预约 8 到诊 3", Anywhere, "++nnnbn n +++ uu"),
        changes("日报", "日报 门诊 31 初诊 20 复诊 11", Anywhere, "bbnnn+n n bbb uu"),
        changes(
            "预约",
            "预约 姓名 李四 年龄 40 地域 广州 主诉 洗牙 到诊日期 明天 渠道 电话",
            Anywhere,
            "++nnnnn n +++ uu",
        ),
        // Somebody else's: only his own lead changes it, and nobody completes it for him.
        changes("预约", "预约 Y1 年龄 36", Anywhere, "nnnnnnn n nnn uu"),
        changes(
            "咨询",
            "咨询 匿名 年龄 40 地域 佛山 病种 种牙 备注 问价格 渠道 电话",
            Anywhere,
            "++nnnnn n +++ uu",
        ),
        changes("跳转", "跳转 @李四 QQ 12345678 聊天记录 访客：怎么预约", Anywhere, "++nnnnn n +++ uu"),
        changes("延迟登记", "延迟登记 约定 9:50 系统打不开", Anywhere, "++nnnnn n +++ uu"),
        // Only the supervisor, and who stands above him: no lead, and no admin.
        changes("同意", "同意 E1", Anywhere, "nnn++nn n nnn uu").other("nnn++nn n nnn uu"),
        changes("驳回", "驳回 E1 请按时登记", Anywhere, "nnn++nn n nnn uu").other("nnn++nn n nnn uu"),
        changes("改约", "改约 Y1 3月8日 备注 患者出差", Anywhere, "nn+++n+ n +nn uu")
            .other("nnn++n+ + nnn uu"),
        changes("取消预约", "取消预约 Y1 患者改去外地", Anywhere, "nn+++n+ n +nn uu")
            .other("nnn++n+ + nnn uu"),
        changes("撤销", "撤销 G14", Anywhere, "nn+++n+ n +nn ff").other("nnn++n+ + nnn ff"),
        // The owner, and those who lead him; another consultant only when the protection has ended.
        changes("回访", "回访 Y1 在路上", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        reads("待办", "待办", Anywhere, "+++++n+ + +++ uu"),
        reads("待办", "待办 H99", Anywhere, "fffffnf f fff uu"),
        reads("待办", "待办 张三", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        changes("领取", "领取 Y1", Anywhere, "nnnnnnn n nnn uu"),
        changes("转派", "转派 张三 李四", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        changes("三方", "三方 T1 接单", Anywhere, "fffffnf f fff uu"),
        changes("三方", "三方 T1 录入", Anywhere, "fffffnf f fff uu"),
        changes("三方", "三方 T1 备注", Anywhere, "fffffnf f fff uu"),
        changes("三方", "三方 T1 反馈", Anywhere, "fffffnf f fff uu"),
        changes("三方", "三方 T1 改期 H1 明天", Anywhere, "fffffnf f fff uu"),
        reads("三方", "三方 值守", Anywhere, "+++++n+ + +++ uu"),
        changes("三方", "三方 值守 下周一至周日 早班 张三", Anywhere, "nn+++n+ n +nn uu")
            .other("nnn++n+ + nnn uu"),
        reads("提案", "提案", Anywhere, "+++++++ + +++ uu"),
        // Only the supervisor, and who stands above him: no lead, and no admin (CV-6).
        changes("同意", "同意 K1", Anywhere, "nnn++nn n nnn uu").other("nnn++nn n nnn uu"),
        changes("驳回", "驳回 K1 当天请假", Anywhere, "nnn++nn n nnn uu").other("nnn++nn n nnn uu"),
        reads("查", "查 张三", Anywhere, "+++++++ + +++ uu"),
        reads("查重", "查重 张三", Anywhere, "++nnnnn n +++ uu"),
        changes(
            "到诊",
            "到诊 姓名 李四 年龄 40 地域 广州 主诉 洗牙 到诊时间 9:30 消费 300",
            Anywhere,
            "nn+++++ + +nn uu",
        ),
        // Whoever recorded it, and those who lead him.
        changes("到诊", "到诊 D1 初复诊 复诊", Anywhere, "nn+++++ n +nn uu").other("nnn++n+ + nnn uu"),
        // Who leads all whose appointments are in question says what they are; 他组组长 recorded D2 himself and may not.
        changes("到诊", "到诊 D1 是 Y1", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ n nnn uu"),
        changes("到诊", "到诊 D1 都不是", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ n nnn uu"),
        changes("到诊", "到诊 D1 不实 患者没来过", Anywhere, "nnn++n+ n nnn uu").other("nnn++n+ n nnn uu"),
        changes("确认归属", "确认归属 D1", Anywhere, "nnn++n+ n nnn uu").other("nnn++n+ n nnn uu"),
        changes("外借", "外借 D1 @张三 @李四 查实聊天记录", Anywhere, "nnn++n+ n nnn uu")
            .other("nnn++n+ n nnn uu"),
        reads("预计", "预计", Anywhere, "+++++++ + +++ uu"),
        // Whom it concerns, whoever recorded it, and those who lead one of them.
        reads("归属", "归属 Y1", Anywhere, "nn+++++ n +nn uu").other("nnn++n+ + nnn uu"),
        reads("归属", "归属 D1", Anywhere, "nn+++++ n +nn uu").other("nnn++n+ + nnn uu"),
        // Nobody of them has a claim.
        changes("申诉", "申诉 D1 是我约来的", Anywhere, "nnnnnnn n nnn uu").other("nnnnnnn n nnn uu"),
        changes("裁定", "裁定 D1 @李四 以李四的记录为准", Anywhere, "nnn++n+ n nnn uu")
            .other("nnn++n+ n nnn uu"),
        reads("我的", "我的", Anywhere, "+++++++ + +++ uu"),
        reads("排行", "排行", Anywhere, "+++++++ + +++ uu"),
        // Whoever is not ranked has no place to ask about.
        reads("为什么", "为什么 本周", Anywhere, "++wwwww w +++ uu"),
        reads("为什么", "为什么 张三 昨日", Anywhere, "+++++++ + +++ uu").other("+++++++ + +++ uu"),
        // One's own, and those of whom one leads; a group's sums are seen by the group.
        reads("走势", "走势", Anywhere, "++wwwww w +++ uu"),
        reads("走势", "走势 张三", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        reads("走势", "走势 一组", Anywhere, "+++++++ n +++ uu").other("nnn++n+ + +nn uu"),
        changes("更正排行", "更正排行 上周 到诊补登", Anywhere, "nnnffnn n nnn uu"),
        reads("培训", "培训", Private, "nn+++nn + +nn uu"),
        changes("培训", "培训 @张三 结束", Private, "nnnwwnn n nnn uu").other("nnnwwnn n nnn uu"),
        reads("谁没交", "谁没交", Anywhere, "nn+++n+ + +nn uu"),
        // Of the leads' groups; the two who stood in on another day lead nobody today.
        reads("汇总", "汇总", Anywhere, "nn+++n+ + +nn uu"),
        reads("汇总", "汇总 一组", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        reads("汇总", "汇总 统计", Anywhere, "nn+++n+ + +nn uu"),
        changes("汇总", "汇总 确认 一组", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        changes("汇总", "汇总 更正 张三 预约 8", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        reads("对账", "对账", Anywhere, "+++++n+ + +++ uu"),
        changes("对账", "对账 确认 一组", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        changes("对账", "对账 重开 2月 一组 到3月10日 医院名单晚到", Anywhere, "nnn++n+ n nnn uu"),
        reads("排班", "排班", Anywhere, "+++++++ + +++ uu"),
        changes("排班", "排班 张三 明天 早班", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        changes("排班", "排班 张三 周六 休", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        changes("上班", "上班", Anywhere, "+++++++ + +++ uu"),
        // Nobody of them has come by the clock.
        changes("下班", "下班", Anywhere, "wwwwwww w www uu"),
        // The queue is the department's; who is held back, and how a newcomer begins, is for those who lead him.
        changes("分配", "分配", Anywhere, "nn+++n+ + +nn uu"),
        reads("分配", "分配 看", Anywhere, "nn+++n+ + +nn uu"),
        reads("分配", "分配 为什么 张三", Anywhere, "nn+++n+ + +nn uu"),
        changes("分配", "分配 限半 张三", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        changes("分配", "分配 关流量 张三", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        changes("分配", "分配 停 张三", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        changes("分配", "分配 恢复 张三", Anywhere, "nnwwwnw n wnn uu").other("nnnwwnw w nnn uu"),
        changes("分配", "分配 超时 张三 5", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        reads("对话", "对话", Anywhere, "+++++++ + +++ uu"),
        changes("对话", "对话 结束 B1", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        changes("对话", "对话 转 B1 咨询员", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        reads("等级", "等级", Anywhere, "+++++++ + +++ uu"),
        reads("等级", "等级 张三", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        changes("等级", "等级 张三 试接", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        changes("等级", "等级 张三 初级", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        changes("等级", "等级 张三 转正", Anywhere, "nnwwwnw n wnn uu").other("nnnwwnw w nnn uu"),
        changes("请假", "请假 临时 今天 13:00至15:30", Anywhere, "+++++++ + +++ uu"),
        changes("代录请假", "代录请假 张三 临时 今天 13:00至15:30", Anywhere, "nn+++n+ n +nn uu")
            .other("nnn++n+ + nnn uu"),
        // Half a shift is the lead's, and of those above him in the department; the admin decides no leave.
        changes("同意", "同意 L1", Anywhere, "nn+++nn n +nn uu").other("nnn++nn + nnn uu"),
        changes("驳回", "驳回 L1 当天人手不够", Anywhere, "nn+++nn n +nn uu").other("nnn++nn + nnn uu"),
        changes("销假", "销假 L1", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        changes("证明", "证明 L1", Anywhere, "nnwwwnw n wnn uu").other("nnnwwnw w nnn uu"),
        reads("余假", "余假", Anywhere, "+++++++ + +++ uu"),
        reads("余假", "余假 @张三", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        reads("请假单", "请假单", Private, "+++++++ + +++ uu"),
        reads("请假单", "请假单 L1", Private, "nn+++nn n +nn uu").other("nnn++nn + nnn uu"),
        reads("请假单", "请假单 @张三", Private, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        reads("谁休息", "谁休息", Anywhere, "+++++++ + +++ uu"),
        changes("确认", "确认 Q1", Anywhere, "fffffff f fff uu"),
        changes("异议", "异议 Q1 排班有误", Anywhere, "fffffff f fff uu"),
        changes("换班", "换班 @李四 明天", Anywhere, "wwwwwww w www uu"),
        changes("私自换班", "私自换班 @张三 @李四 今天", Anywhere, "nn+++n+ n +nn uu")
            .other("nnn++n+ + nnn uu"),
        // Of everybody: the partner of a swap may be anybody.
        changes("同意", "同意 W1", Anywhere, "fffffff f fff uu"),
        reads("班次", "班次", Anywhere, "+++++++ + +++ uu"),
        changes("班次", "班次 早班 08:00-16:00", Anywhere, "nn+++n+ + +nn uu"),
        changes("班次", "班次 删除 晚班", Anywhere, "nn+++n+ + +nn uu"),
        reads("规则", "规则", Anywhere, "+++++++ + +++ uu"),
        reads("规则", "规则 R-094", Anywhere, "+++++++ + +++ uu"),
        reads("规则", "规则 版本", Anywhere, "+++++++ + +++ uu"),
        reads("规则", "规则 未确认", Anywhere, "nnn++n+ n nnn uu"),
        changes("规则", "规则 迟交次数上限 4 明天", Anywhere, "nnn++n+ n nnn uu"),
        changes("确认制度", "确认制度", Anywhere, "+++++++ + +++ uu"),
        changes("撤销", "撤销", Anywhere, "++fff+f f fff ff"),
        changes("撤销", "撤销 G12", Anywhere, "nn+++n+ n +nn ff").other("nnn++n+ + nnn ff"),
        // What the supervisor has set: he himself is too late, and the lead of his group is not above him.
        changes("撤销", "撤销 G13", Anywhere, "nnnw+n+ n nnn ff"),
        reads("模板", "模板 日报", Anywhere, "+++++++ + +++ uu"),
        reads("帮助", "帮助", Anywhere, "+++++++ + +++ ++"),
        reads("帮助", "帮助 日报", Anywhere, "+++++++ + +++ ++"),
        changes("我是", "我是 张三 一组", Anywhere, "wwwwwww w www ++"),
        changes("同意", "同意 J3", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        changes("同意", "同意 J3 组长 一组", Anywhere, "nnn++n+ n nnn uu").other("nnn++n+ n nnn uu"),
        changes("同意", "同意 J3 绑定 张三", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        // Whoever is bound to somebody's account is that somebody: not by himself, and not from below.
        changes("同意", "同意 J3 绑定 组长", Anywhere, "nnn++n+ n nnn uu"),
        changes("同意", "同意 J3 绑定 主管", Anywhere, "nnnn+n+ n nnn uu"),
        changes("同意", "同意 J3 绑定 管理员", Anywhere, "nnnnnnn n nnn uu"),
        changes("驳回", "驳回 J3 不是本组成员", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        reads("名单", "名单", Anywhere, "nn+++n+ + +nn uu"),
        reads("名单", "名单 张三", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        changes("加人", "加人 张三 电话咨询员 一组 入职 2026-03-01", Anywhere, "nnn++n+ n nnn uu"),
        changes("加人", "加人 张三 主管", Anywhere, "nnnn+n+ n nnn uu"),
        changes("加人", "加人 张三 管理员", Anywhere, "nnnnnn+ n nnn uu"),
        changes("设角色", "设角色 张三 组长", Anywhere, "nnn++n+ n nnn uu").other("nnn++n+ n nnn uu"),
        changes("设角色", "设角色 张三 主任", Anywhere, "nnnn+n+ n nnn uu"),
        changes("设角色", "设角色 张三 管理员", Anywhere, "nnnnnn+ n nnn uu"),
        changes("设角色", "设角色 孙八 咨询员", Anywhere, "nnnnnn+ n nnn uu"),
        reads("分组", "分组", Anywhere, "nnn++n+ n nnn uu"),
        changes("分组", "分组 张三 李四 三组", Anywhere, "nnn++n+ n nnn uu").other("nnn++n+ n nnn uu"),
        changes("分组", "分组 一组 改名 甲组", Anywhere, "nnn++n+ n nnn uu").other("nnn++n+ n nnn uu"),
        changes("停用", "停用 张三", Anywhere, "nnn++n+ n nnn uu").other("nnn++n+ n nnn uu"),
        changes("停用", "停用 张三 3月31日", Anywhere, "nnn++n+ n nnn uu"),
        changes("停用", "停用 孙八", Anywhere, "nnnnnn+ n nnn uu"),
        changes("启用", "启用 张三", Anywhere, "nnn++n+ n nnn uu").other("nnn++n+ n nnn uu"),
        changes("启用", "启用 离职管理员", Anywhere, "nnnnnn+ n nnn uu"),
        reads("节假日", "节假日 2026", Anywhere, "nnn++n+ n nnn uu"),
        changes("节假日", "节假日 2027-01-01 休 元旦", Anywhere, "nnn++n+ n nnn uu"),
        reads("代理", "代理", Anywhere, "nnn++n+ n nnn uu"),
        changes("代理", "代理 李四 组长 一组 明天起3天", Anywhere, "nnn++n+ n nnn uu")
            .other("nnn++n+ n nnn uu"),
        changes("代理", "代理 李四 主管 明天", Anywhere, "nnnn+n+ n nnn uu"),
        changes("代理", "代理 取消 李四", Anywhere, "nnn++n+ n nnn uu").other("nnn++n+ n nnn uu"),
        reads("审计", "审计 J3", Private, "nnn++n+ n nnn uu"),
        reads("审计", "审计 张三", Private, "nnn++n+ n nnn uu").other("nnn++n+ n nnn uu"),
        reads("审计", "审计 昨天", Private, "nnn++n+ n nnn uu"),
        reads("本群用途", "本群用途", Groups, "nnnnnn+ n nnn uu"),
        changes("本群用途", "本群用途 请假", Groups, "nnnnnn+ n nnn uu"),
        changes("认领管理员", "认领管理员 4f1c8a2b 张三", Private, "+++++++ + +++ ++"),
    ]
}
