//! 保密与隐私: who may take data out. How long things are kept stands with the assistant's own conduct.

use crate::settings::{Choice, Effect, Kind, Profile, Setting, Value};

/// From which role up data may be exported.
const EXPORTERS: &[Choice] = &[
    Choice { word: "lead", means: "组长及以上" },
    Choice { word: "supervisor", means: "主管及以上" },
    Choice { word: "director", means: "主任" },
];

/// From which role up data may be exported.
pub const EXPORT_FROM: Setting = Setting {
    key: "privacy.export_from",
    name: "谁可以导出",
    kind: Kind::Word(EXPORTERS),
    default: Value::Word("lead"),
    profile: Profile::I,
    rules: &["R-432"],
    explains: "只有这一级（含）以上的人可以导出资料，每次导出都留记录。",
    effect: Effect::Recorded,
};

/// All of them.
pub const ALL: &[&Setting] = &[&EXPORT_FROM];
