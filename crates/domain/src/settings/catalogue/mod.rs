//! The catalogue, one file a theme of the regulations.

pub mod appointments;
pub mod arrivals;
pub mod assistant;
pub mod attendance;
pub mod attribution;
pub mod classification;
pub mod conduct;
pub mod duties;
pub mod followups;
pub mod leave;
pub mod meetings;
pub mod pay;
pub mod pay_pool;
pub mod privacy;
pub mod promotion;
pub mod quality;
pub mod ranking;
pub mod reconciliation;
pub mod records;
pub mod report_forms;
pub mod reports;
pub mod rota;
pub mod satisfaction;
pub mod scoring;
pub mod scoring_clinic;
pub mod scoring_tariff;
pub mod shifts;
pub mod third_party;

use super::{Preset, Profile, Setting};

/// All settings, theme by theme.
pub fn all() -> impl Iterator<Item = &'static Setting> {
    let themes: [&[&Setting]; 28] = [
        reports::ALL,
        report_forms::ALL,
        appointments::ALL,
        records::ALL,
        arrivals::ALL,
        attribution::ALL,
        followups::ALL,
        leave::ALL,
        attendance::ALL,
        shifts::ALL,
        rota::ALL,
        ranking::ALL,
        pay::ALL,
        pay_pool::ALL,
        scoring::ALL,
        scoring_tariff::ALL,
        scoring_clinic::ALL,
        duties::ALL,
        quality::ALL,
        reconciliation::ALL,
        third_party::ALL,
        satisfaction::ALL,
        meetings::ALL,
        privacy::ALL,
        classification::ALL,
        promotion::ALL,
        conduct::ALL,
        assistant::ALL,
    ];
    themes.into_iter().flatten().copied()
}

/// What the profiles set otherwise, theme by theme.
pub(super) fn presets() -> impl Iterator<Item = &'static (Profile, Preset)> {
    let themes: [&[(Profile, Preset)]; 12] = [
        arrivals::PRESETS,
        attendance::PRESETS,
        attribution::PRESETS,
        leave::PRESETS,
        meetings::PRESETS,
        pay::PRESETS,
        quality::PRESETS,
        ranking::PRESETS,
        reports::PRESETS,
        rota::PRESETS,
        scoring_tariff::PRESETS,
        shifts::PRESETS,
    ];
    themes.into_iter().flatten()
}
