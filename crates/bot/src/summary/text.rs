//! A summary in words, as it is read on a phone.

use super::{Counted, Line, Summary, deadline};
use crate::desk::Desk;
use crate::stop::Stop;
use domain::calendar::day_name;
use domain::report::{Difference, Standing};
use domain::statistics::{Statistics, Table};
use domain::{PersonId, Span};
use std::collections::BTreeMap;
use store::Directory;

/// Who reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// One person: everything.
    Private,
    /// A group: no free text, no places and diseases (CV-9).
    Group,
}

/// Lines of a table that are told; the others are added up.
const TOLD: usize = 8;
/// Characters of a 小结 that are told.
const NOTE: usize = 60;

/// The figures in the order in which a report has them.
const ORDER: [&str; 13] = [
    "对话",
    "门诊",
    "预约",
    "到诊",
    "有效",
    "回访",
    "未应答",
    "初诊",
    "复诊",
    "预约到诊",
    "满意度",
    "检查量",
    "住院量",
];

impl Summary {
    /// The whole summary.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn text(&self, desk: &mut Desk<'_, '_>, audience: Audience) -> Result<String, Stop> {
        let directory = desk.directory()?;
        let (late, until) = deadline(desk, self.key.span.to)?;
        let state = match (self.state.confirmed, self.state.unconfirmed_at) {
            (Some((_, by)), _) => {
                format!("{}已确认{}", directory.label(by), if self.state.late { "，迟" } else { "" })
            }
            (None, Some(_)) => "未确认".to_owned(),
            (None, None) if late => "待确认，已过时限".to_owned(),
            (None, None) => format!("草稿，{until} 前确认"),
        };
        let mut lines = vec![format!(
            "{} {}{}汇总（{state}）",
            self.team,
            span_name(self.key.span),
            self.key.term.word()
        )];
        lines.push(format!("合计 {}", figures(&self.total())));
        for line in &self.lines {
            lines.push(person_line(&directory, line));
            lines.extend(line.counted.as_ref().and_then(|counted| register_line(counted, audience)));
        }
        let named =
            |people: &[PersonId]| people.iter().map(|id| directory.label(*id)).collect::<Vec<_>>().join("、");
        if !self.excused.is_empty() {
            lines.push(format!("休息：{}", named(&self.excused)));
        }
        for line in self.lines.iter().filter(|line| !line.differences.is_empty()) {
            let differences: Vec<String> = line.differences.iter().map(difference).collect();
            lines.push(format!("对不上：{} {}", directory.label(line.person), differences.join("，")));
        }
        match audience {
            Audience::Private => {
                lines.extend(
                    self.statistics.iter().flat_map(|statistics| register_lines(statistics, audience)),
                );
                for line in &self.lines {
                    if let Some(note) = &line.note {
                        lines.push(format!("{}：{}", directory.label(line.person), short(note)));
                    }
                }
                lines.extend(self.remarks.iter().map(|remark| format!("备注：{remark}")));
            }
            Audience::Group => {
                lines.extend(
                    self.statistics.iter().flat_map(|statistics| register_lines(statistics, audience)),
                );
                if !self.remarks.is_empty() || self.lines.iter().any(|line| line.note.is_some()) {
                    lines.push("小结和备注请私聊看。".to_owned());
                }
            }
        }
        Ok(lines.join("\n"))
    }
}

/// `3月2日 周一`, or `3月2日至3月8日`.
fn span_name(span: Span) -> String {
    if span.from == span.to {
        return format!("{} ", day_name(span.from));
    }
    let short = |date: chrono::NaiveDate| date.format("%-m月%-d日").to_string();
    format!("{}至{} ", short(span.from), short(span.to))
}

fn figures(figures: &BTreeMap<String, u64>) -> String {
    let known = ORDER.iter().filter_map(|field| Some(format!("{field}{}", figures.get(*field)?)));
    let shown = known.collect::<Vec<_>>().join(" ");
    if shown.is_empty() { "—".to_owned() } else { shown }
}

/// `张三 对话50 预约8（日报7） 到诊3 · 迟交`.
fn person_line(directory: &Directory, line: &Line) -> String {
    let name = directory.label(line.person);
    let mut shown: Vec<String> = ORDER
        .iter()
        .filter_map(|field| {
            let figure = line.sums.figures.get(*field)?;
            let was = line.reported.get(*field).map_or_else(String::new, |was| format!("（日报{was}）"));
            Some(format!("{field}{figure}{was}"))
        })
        .collect();
    let standing = match line.standing {
        Some(Standing::Filed | Standing::Excused) => String::new(),
        Some(Standing::FiledLate) => "迟交".to_owned(),
        Some(Standing::Missing) => "未交".to_owned(),
        Some(Standing::NotDue) => "未到下班".to_owned(),
        None => {
            let parts = [("按时", line.sums.filed), ("迟交", line.sums.late), ("未交", line.sums.missing)];
            let told = parts.iter().filter(|(_, days)| *days > 0).map(|(word, days)| format!("{word}{days}"));
            told.collect::<Vec<_>>().join(" ")
        }
    };
    if !standing.is_empty() {
        shown.push(if shown.is_empty() { standing } else { format!("· {standing}") });
    }
    format!("{name} {}", shown.join(" "))
}

/// What the register counts, and both rates.
fn register_line(counted: &Counted, audience: Audience) -> Option<String> {
    if counted.appointments == 0 && counted.arrivals == 0 {
        return None;
    }
    let rate = |part: u32| match counted.dialogues {
        0 => "—".to_owned(),
        dialogues => {
            let points = (u64::from(part) * 20_000 + u64::from(dialogues)) / (2 * u64::from(dialogues));
            format!("{}.{:02}%", points / 100, points % 100)
        }
    };
    // What was found of somebody is not said in a group.
    let found = counted.after_findings.filter(|_| audience == Audience::Private);
    let after = found.map_or_else(String::new, |left| format!("，提前关窗扣减后{left}（R-082）"));
    Some(format!(
        "　登记：预约{} 到诊{}{after} 到诊率{} 成功率{}",
        counted.appointments,
        counted.arrivals,
        rate(counted.arrivals),
        rate(counted.successes)
    ))
}

/// `预约 日报8 登记7（Y1 Y4 …）`.
fn difference(difference: &Difference) -> String {
    format!("{} 日报{} 登记{}", difference.field, difference.filed, difference.registered)
}

/// What was registered, by channel, and in private by place, disease and age too.
pub fn register_lines(statistics: &Statistics, audience: Audience) -> Vec<String> {
    let tables: &[(&str, &Table)] = &[
        ("渠道", &statistics.channels),
        ("地域", &statistics.places),
        ("病种", &statistics.diseases),
        ("年龄", &statistics.ages),
    ];
    let shown = if audience == Audience::Private { tables } else { &tables[..1] };
    let tables = shown.iter().filter(|(_, table)| !table.is_empty());
    tables.map(|(name, table)| format!("{name}：{}", table_line(table))).collect()
}

/// A count of the register, whole.
pub fn count_text(
    title: &str,
    span: Span,
    whose: &str,
    statistics: &Statistics,
    audience: Audience,
) -> String {
    let total = statistics.total;
    let mut lines = vec![
        format!("{title}（{whose}，{}至{}）", span.from.format("%m-%d"), span.to.format("%m-%d")),
        format!(
            "登记{}人：预约{}，咨询未约{}；到诊{}",
            total.registered(),
            total.appointments,
            total.contacts,
            total.arrivals
        ),
    ];
    lines.extend(register_lines(statistics, audience));
    lines.join("\n")
}

fn table_line(table: &Table) -> String {
    let mut parts: Vec<String> = table
        .iter()
        .take(TOLD)
        .map(|(word, counts)| {
            let contacts =
                if counts.contacts > 0 { format!("/咨询{}", counts.contacts) } else { String::new() };
            format!("{word} 约{}/到{}{contacts}", counts.appointments, counts.arrivals)
        })
        .collect();
    if let Some(others) = table.get(TOLD..).filter(|others| !others.is_empty()) {
        let sum = |count: fn(&domain::statistics::Counts) -> u32| -> u32 {
            others.iter().map(|(_, counts)| count(counts)).sum()
        };
        parts.push(format!("其他{}项 约{}/到{}", others.len(), sum(|c| c.appointments), sum(|c| c.arrivals)));
    }
    parts.join("；")
}

fn short(note: &str) -> String {
    let line = note.replace('\n', " ");
    if line.chars().count() <= NOTE {
        return line;
    }
    line.chars().take(NOTE).chain(['…']).collect()
}
