//! The assistant's own conduct: when it is quiet, how long a change may be taken back, how long things are kept.

use crate::settings::{Effect, Kind, Profile, Setting, Unit, Value};

/// From when on nobody is disturbed.
pub const QUIET_FROM: Setting = Setting {
    key: "quiet.from",
    name: "免打扰开始",
    kind: Kind::Time,
    default: Value::Time(21 * 60 + 30),
    profile: Profile::N,
    rules: &["R-107"],
    explains: "这个时刻起不发提醒，本人正在上班的除外。",
    effect: Effect::Live,
};

/// Until when nobody is disturbed.
pub const QUIET_UNTIL: Setting = Setting {
    key: "quiet.until",
    name: "免打扰结束",
    kind: Kind::Time,
    default: Value::Time(8 * 60),
    profile: Profile::N,
    rules: &["R-107"],
    explains: "这个时刻起恢复提醒，夜里攒下的合成一条发。",
    effect: Effect::Live,
};

/// How long an author may take a change back.
pub const UNDO_MINUTES: Setting = Setting {
    key: "undo.minutes",
    name: "本人撤销时限",
    kind: Kind::Whole { unit: Unit::Minutes, min: 1, max: 60 },
    default: Value::Whole(10),
    profile: Profile::N,
    rules: &["R-421"],
    explains: "自己的改动在这段时间内（含最后一刻）可以自己撤销，过了由组长撤销。",
    effect: Effect::Live,
};

/// How long closed cases keep what names a patient.
pub const RETENTION_DAYS: Setting = Setting {
    key: "retention.days",
    name: "患者信息保留",
    kind: Kind::Whole { unit: Unit::Days, min: 180, max: 36_500 },
    default: Value::Whole(1_095),
    profile: Profile::N,
    rules: &["R-431"],
    explains: "结案满这么多天后，患者的姓名、电话、主诉和聊天记录被清除，只留数字。",
    effect: Effect::Live,
};

/// How long settled messages are kept.
pub const OUTBOX_DAYS: Setting = Setting {
    key: "retention.message_days",
    name: "消息底稿保留",
    kind: Kind::Whole { unit: Unit::Days, min: 2, max: 3_650 },
    default: Value::Whole(30),
    profile: Profile::N,
    rules: &["R-431"],
    explains: "发出的消息和收到消息的编号满这么多天后删除，操作记录不受影响。",
    effect: Effect::Live,
};

/// All of them.
pub const ALL: &[&Setting] = &[&QUIET_FROM, &QUIET_UNTIL, &UNDO_MINUTES, &RETENTION_DAYS, &OUTBOX_DAYS];
