//! What events and their fields are called in the audit (审计). The guard tests find a kind without a word.

use domain::PersonId;
use serde_json::{Map, Value};

const KINDS: &[(&str, &str)] = &[
    ("acting.ended", "取消代理"),
    ("acting.set", "指定代理"),
    ("admin.claimed", "认领管理员"),
    ("appointment.cancelled", "取消预约"),
    ("appointment.changed", "改约"),
    ("appointment.completed", "补全预约"),
    ("appointment.registered", "登记预约"),
    ("chat.dropped", "取消登记群"),
    ("chat.registered", "登记群用途"),
    ("command.refused", "命令被拒绝"),
    ("delivery.failed", "发送失败"),
    ("delivery.parked", "放弃发送"),
    ("delivery.sent", "已发送"),
    ("duplicate.found", "发现重复预约"),
    ("member.added", "添加成员"),
    ("member.approved", "同意加入"),
    ("member.changed", "修改成员"),
    ("member.left", "停用成员"),
    ("member.linked", "绑定账号"),
    ("member.refused", "驳回加入"),
    ("member.removed", "撤掉成员"),
    ("member.requested", "申请加入"),
    ("member.returned", "恢复成员"),
    ("member.unlinked", "解绑账号"),
    ("ranking.posted", "发布排行"),
    ("record.viewed", "查看患者信息"),
    ("report.corrected", "更正日报"),
    ("report.filed", "交日报"),
    ("report.missing", "日报未交"),
    ("retention.done", "清理到期内容"),
    ("rota.set", "排班"),
    ("rule.acknowledged", "确认制度"),
    ("rule.changed", "修改规则"),
    ("rule.undone", "撤回规则"),
    ("schedule.ran", "定时任务完成"),
    ("schedule.skipped", "定时任务跳过"),
    ("shift.set", "定班次"),
    ("team.renamed", "组改名"),
    ("undo.done", "撤销"),
];

const FIELDS: &[(&str, &str)] = &[
    ("acting", "代理编号"),
    ("before", "原来"),
    ("bot", "机器人"),
    ("by", "经办"),
    ("cases", "个案数"),
    ("chat", "群"),
    ("chat_ref", "群编号"),
    ("command", "命令"),
    ("count", "数量"),
    ("date", "日期"),
    ("effective_from", "生效日期"),
    ("entered_on", "入职"),
    ("error", "错误"),
    ("figures", "数字"),
    ("fields", "项目"),
    ("fire_at", "时刻"),
    ("from", "从"),
    ("hours", "时段"),
    ("identities", "账号"),
    ("join", "申请"),
    ("key", "设置"),
    ("last_day", "最后一天"),
    ("late", "迟交"),
    ("late_count", "本月次数"),
    ("messages", "消息数"),
    ("name", "名称"),
    ("note", "小结"),
    ("of", "撤销的是"),
    ("outbox", "消息编号"),
    ("people", "人员"),
    ("period", "周期"),
    ("person", "人员"),
    ("platform", "平台"),
    ("provisional", "暂定"),
    ("purposes", "用途"),
    ("reason", "原因"),
    ("revision", "版次"),
    ("rights_end", "权限截止"),
    ("role", "角色"),
    ("rota_cleared", "取消的排班"),
    ("roles", "角色"),
    ("rows", "名次"),
    ("rule", "依据"),
    ("rules", "依据"),
    ("shift", "班次"),
    ("source", "来源"),
    ("subject", "编号"),
    ("team", "组"),
    ("to", "到"),
    ("tries", "次数"),
    ("user_id", "平台账号"),
    ("value", "新值"),
    ("version", "版本"),
    ("why", "事由"),
    ("channel", "渠道"),
    ("class", "完整程度"),
    ("entry", "登记流水"),
    ("late_minutes", "迟登记分钟"),
    ("missing", "缺少"),
    ("no", "编号"),
    ("owner", "登记人"),
    ("patient", "患者"),
    ("protected_until", "保护到"),
    ("remark", "备注"),
    ("remarked", "有备注"),
    ("same_by", "相同项"),
    ("visit_date", "到诊日期"),
    ("with", "与"),
];

/// What an event kind is called.
pub(crate) fn kind(kind: &str) -> &str {
    word(KINDS, kind)
}

fn word<'w>(words: &[(&str, &'w str)], known: &'w str) -> &'w str {
    words.iter().find(|(name, _)| *name == known).map_or(known, |(_, word)| word)
}

/// The fields of an event, a line each; people by their names.
pub(crate) fn fields(body: &Map<String, Value>, name: impl Fn(PersonId) -> String) -> Vec<String> {
    body.iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(field, value)| format!("{}：{}", word(FIELDS, field), shown(value, &name)))
        .collect()
}

fn shown(value: &Value, name: &impl Fn(PersonId) -> String) -> String {
    match value {
        Value::Null => "无".to_owned(),
        Value::Bool(yes) => if *yes { "是" } else { "否" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(list) if list.is_empty() => "无".to_owned(),
        Value::Array(list) => list.iter().map(|one| shown(one, name)).collect::<Vec<_>>().join("、"),
        Value::Object(map) => match map.get("$p").and_then(Value::as_i64) {
            Some(person) => name(person),
            None => {
                let parts: Vec<String> = map
                    .iter()
                    .map(|(field, value)| format!("{} {}", word(FIELDS, field), shown(value, name)))
                    .collect();
                parts.join(" ")
            }
        },
    }
}
