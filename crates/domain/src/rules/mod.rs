//! 规则: what the department's regulations say, each rule in one or two sentences of our own, by its id. The numbers that
//! may be set otherwise stand in [`crate::settings`], and name the rules they belong to.

mod appointments;
mod arrivals;
mod attribution;
mod classification;
mod conduct;
mod duties;
mod followups;
mod leave;
mod meetings;
mod pay;
mod privacy;
mod promotion;
mod quality;
mod ranking;
mod reconciliation;
mod records;
mod reports;
mod rota;
mod satisfaction;
mod scoring;
mod third_party;

use crate::RuleId;
use crate::settings::{Profile, Setting, catalogue};

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// `R-001`.
    pub id: RuleId,
    /// Whose regulations it comes from.
    pub profile: Profile,
    /// What it says, in Chinese, one or two sentences.
    pub text: &'static str,
}

/// A theme of the regulations with its rules.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    /// Its Chinese name.
    pub name: &'static str,
    /// Its rules by id.
    pub rules: &'static [Rule],
}

/// All themes in the order of the regulations.
pub const THEMES: &[Theme] = &[
    Theme { name: "日报与时限", rules: reports::RULES },
    Theme { name: "预约登记", rules: appointments::RULES },
    Theme { name: "必填与登记", rules: records::RULES },
    Theme { name: "到诊核对", rules: arrivals::RULES },
    Theme { name: "重复与归属", rules: attribution::RULES },
    Theme { name: "回访", rules: followups::RULES },
    Theme { name: "请假与考勤", rules: leave::RULES },
    Theme { name: "班次与排班", rules: rota::RULES },
    Theme { name: "排名、等级与分配", rules: ranking::RULES },
    Theme { name: "绩效与奖金", rules: pay::RULES },
    Theme { name: "记分与扣款", rules: scoring::RULES },
    Theme { name: "组长、主管、主任职责", rules: duties::RULES },
    Theme { name: "质量检查", rules: quality::RULES },
    Theme { name: "每月核对", rules: reconciliation::RULES },
    Theme { name: "第三方网站", rules: third_party::RULES },
    Theme { name: "投诉与满意度", rules: satisfaction::RULES },
    Theme { name: "会议与培训", rules: meetings::RULES },
    Theme { name: "保密与隐私", rules: privacy::RULES },
    Theme { name: "客户分类", rules: classification::RULES },
    Theme { name: "晋升与试用", rules: promotion::RULES },
    Theme { name: "行为与一般职责", rules: conduct::RULES },
];

/// All rules by id.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    THEMES.iter().flat_map(|theme| theme.rules)
}

/// The rule of an id, exact.
pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

/// The settings that a rule asks for.
pub fn settings_of(id: &str) -> impl Iterator<Item = &'static Setting> {
    catalogue::all().filter(move |setting| setting.rules.contains(&id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_run_without_gaps() {
        let expected: Vec<String> = (1..=471).map(|number| format!("R-{number:03}")).collect();
        let ids: Vec<&str> = all().map(|rule| rule.id).collect();
        assert_eq!(ids, expected);
        for rule in all() {
            assert!(rule.text.ends_with('。') && rule.text.chars().count() <= 160, "{}", rule.id);
        }
    }
}
