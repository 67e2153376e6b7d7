//! 排班: staffing, handover, swaps, stand-ins and the busy state.

use crate::settings::{Choice, Effect, Kind, Preset, Profile, Setting, Unit, Value};

/// Who grants a swap.
const APPROVERS: &[Choice] = &[
    Choice { word: "lead", means: "组长" },
    Choice { word: "supervisor", means: "主管" },
    Choice { word: "office", means: "办公室" },
];

/// Greatest difference of shifts of a kind between persons in a month.
pub const SPREAD: Setting = Setting {
    key: "rota.spread",
    name: "班次均衡允许差",
    kind: Kind::Whole { unit: Unit::Times, min: 0, max: 10 },
    default: Value::Whole(1),
    profile: Profile::C,
    rules: &["R-174"],
    explains: "同一种班次，人与人最多差这么多次（含），超过会提示。",
    effect: Effect::Live,
};

/// Day of the month on which next month's rota is published.
pub const PUBLISH_DAY: Setting = Setting {
    key: "rota.publish_day",
    name: "下月排班公布日",
    kind: Kind::Whole { unit: Unit::DayOfMonth, min: 1, max: 28 },
    default: Value::Whole(25),
    profile: Profile::C,
    rules: &["R-174"],
    explains: "每月这一天公布下个月的排班，没排的提醒组长。",
    effect: Effect::Live,
};

/// Days ahead that are searched for gaps.
pub const GAP_DAYS: Setting = Setting {
    key: "rota.gap_days",
    name: "缺岗检查天数",
    kind: Kind::Whole { unit: Unit::Days, min: 1, max: 31 },
    default: Value::Whole(7),
    profile: Profile::I,
    rules: &["R-185"],
    explains: "往后这么多天里有空岗就提示；每次批假后也查一次。",
    effect: Effect::Live,
};

/// Least people on a shift.
pub const MIN_STAFF: Setting = Setting {
    key: "rota.min_staff",
    name: "每班最低人数",
    kind: Kind::Whole { unit: Unit::People, min: 0, max: 50 },
    default: Value::Whole(0),
    profile: Profile::P,
    rules: &["R-148", "R-185"],
    explains: "请假后会少于这个人数的，要先有代班人；正好这个人数可以，0表示不限。",
    effect: Effect::Live,
};

/// Guides in the hall.
pub const HALL_GUIDES: Setting = Setting {
    key: "rota.hall_guides",
    name: "大厅导医人数",
    kind: Kind::Whole { unit: Unit::People, min: 0, max: 50 },
    default: Value::Whole(4),
    profile: Profile::A,
    rules: &["R-180"],
    explains: "大厅导医至少这么多人（含）。",
    effect: Effect::Recorded,
};

/// Guides standing at the desk.
pub const DESK_GUIDES: Setting = Setting {
    key: "rota.desk_guides",
    name: "站台导医人数",
    kind: Kind::Whole { unit: Unit::People, min: 0, max: 50 },
    default: Value::Whole(2),
    profile: Profile::A,
    rules: &["R-180"],
    explains: "站台的导医至少这么多人（含）。",
    effect: Effect::Recorded,
};

/// Guides patrolling the floors.
pub const PATROL_GUIDES: Setting = Setting {
    key: "rota.patrol_guides",
    name: "巡楼导医人数",
    kind: Kind::Whole { unit: Unit::People, min: 0, max: 50 },
    default: Value::Whole(1),
    profile: Profile::A,
    rules: &["R-180"],
    explains: "巡楼的导医至少这么多人（含）。",
    effect: Effect::Recorded,
};

/// Guides at the door by day.
pub const DOOR_GUIDES: Setting = Setting {
    key: "rota.door_guides",
    name: "门口导医人数",
    kind: Kind::Whole { unit: Unit::People, min: 0, max: 50 },
    default: Value::Whole(1),
    profile: Profile::A,
    rules: &["R-181"],
    explains: "白天门口始终至少有这么多人（含）。",
    effect: Effect::Recorded,
};

/// Whether the rota must cover 24 hours.
pub const COVER_24H: Setting = Setting {
    key: "rota.cover_24h",
    name: "热线24小时检查",
    kind: Kind::Switch,
    default: Value::Switch(false),
    profile: Profile::A,
    rules: &["R-197"],
    explains: "打开时，排班在24小时里有空档就提示。",
    effect: Effect::Recorded,
};

/// Time of the post for the guides about tomorrow.
pub const TOMORROW_AT: Setting = Setting {
    key: "rota.tomorrow_at",
    name: "次日安排公布时刻",
    kind: Kind::Time,
    default: Value::Time(18 * 60),
    profile: Profile::C,
    rules: &["R-178"],
    explains: "每天这个时刻给导医发明天的出诊、预约和特殊接待。",
    effect: Effect::Recorded,
};

/// Minutes before the shift end of the handover reminder.
pub const HANDOVER_REMINDER: Setting = Setting {
    key: "rota.handover_reminder",
    name: "交班提前提醒",
    kind: Kind::Whole { unit: Unit::Minutes, min: 0, max: 120 },
    default: Value::Whole(20),
    profile: Profile::C,
    rules: &["R-176"],
    explains: "下班前这么多分钟提醒写交班记录。",
    effect: Effect::Recorded,
};

/// Who grants a swap of shifts.
pub const SWAP_APPROVER: Setting = Setting {
    key: "swap.approver",
    name: "换班谁批",
    kind: Kind::Word(APPROVERS),
    default: Value::Word("lead"),
    profile: Profile::I,
    rules: &["R-163", "R-186"],
    explains: "对方答应后由谁批准，批准后才生效；办公室就是管理员。",
    effect: Effect::Live,
};

/// Fen from each of the two for a swap without consent.
pub const SWAP_AMOUNT: Setting = Setting {
    key: "swap.amount",
    name: "私自换班扣款",
    kind: Kind::Whole { unit: Unit::Fen, min: -50_000, max: 0 },
    default: Value::Whole(-3_000),
    profile: Profile::I,
    rules: &["R-187"],
    explains: "没经同意换班，双方每人的金额，负数是扣款。",
    effect: Effect::Live,
};

/// Fen from each member for a stand-in without permission, or all busy at once.
pub const STANDIN_MEMBER: Setting = Setting {
    key: "standin.member_amount",
    name: "代岗或全忙扣组员",
    kind: Kind::Whole { unit: Unit::Fen, min: -50_000, max: 0 },
    default: Value::Whole(-5_000),
    profile: Profile::N,
    rules: &["R-198"],
    explains: "没经批准代岗，或在线的人同时都设「繁忙」，涉及的每人每次的金额，负数是扣款。",
    effect: Effect::Recorded,
};

/// Fen from the lead for the same.
pub const STANDIN_LEAD: Setting = Setting {
    key: "standin.lead_amount",
    name: "代岗或全忙扣组长",
    kind: Kind::Whole { unit: Unit::Fen, min: -100_000, max: 0 },
    default: Value::Whole(-10_000),
    profile: Profile::N,
    rules: &["R-198"],
    explains: "上面的情况确认后，组长每次的金额，负数是扣款。",
    effect: Effect::Recorded,
};

/// Minutes that the busy state may last.
pub const BUSY_MINUTES: Setting = Setting {
    key: "busy.minutes",
    name: "繁忙时限",
    kind: Kind::Whole { unit: Unit::Minutes, min: 1, max: 120 },
    default: Value::Whole(10),
    profile: Profile::N,
    rules: &["R-199"],
    explains: "「繁忙」超过这么多分钟（不含）又没事先报的算违反，正好可以。",
    effect: Effect::Recorded,
};

/// Minute of the busy state at which one is reminded.
pub const BUSY_PING: Setting = Setting {
    key: "busy.ping_minutes",
    name: "繁忙提醒",
    kind: Kind::Whole { unit: Unit::Minutes, min: 1, max: 120 },
    default: Value::Whole(8),
    profile: Profile::N,
    rules: &["R-199"],
    explains: "「繁忙」到这么多分钟时提醒本人。",
    effect: Effect::Recorded,
};

/// Fen for a busy state that is too long and not reported.
pub const BUSY_AMOUNT: Setting = Setting {
    key: "busy.amount",
    name: "繁忙超时扣款",
    kind: Kind::Whole { unit: Unit::Fen, min: -50_000, max: 0 },
    default: Value::Whole(-2_000),
    profile: Profile::N,
    rules: &["R-199"],
    explains: "「繁忙」超时又没报，每次的金额，负数是扣款。",
    effect: Effect::Recorded,
};

/// Minutes around start and end of work without a busy state.
pub const BUSY_EDGE: Setting = Setting {
    key: "busy.edge_minutes",
    name: "上下班前后不设繁忙",
    kind: Kind::Whole { unit: Unit::Minutes, min: 0, max: 120 },
    default: Value::Whole(30),
    profile: Profile::I,
    rules: &["R-200"],
    explains: "上班、下班的前后各这么多分钟（含）内，没经组长同意不设「繁忙」。",
    effect: Effect::Recorded,
};

/// Fen for a busy state without reason.
pub const BUSY_NO_REASON: Setting = Setting {
    key: "busy.no_reason_amount",
    name: "无故繁忙扣款",
    kind: Kind::Whole { unit: Unit::Fen, min: -50_000, max: 0 },
    default: Value::Whole(-2_000),
    profile: Profile::I,
    rules: &["R-200"],
    explains: "没有理由设「繁忙」，每次的金额，负数是扣款；同一次不和超时重复扣。",
    effect: Effect::Recorded,
};

/// All of them.
pub const ALL: &[&Setting] = &[
    &SPREAD,
    &PUBLISH_DAY,
    &GAP_DAYS,
    &MIN_STAFF,
    &HALL_GUIDES,
    &DESK_GUIDES,
    &PATROL_GUIDES,
    &DOOR_GUIDES,
    &COVER_24H,
    &TOMORROW_AT,
    &HANDOVER_REMINDER,
    &SWAP_APPROVER,
    &SWAP_AMOUNT,
    &STANDIN_MEMBER,
    &STANDIN_LEAD,
    &BUSY_MINUTES,
    &BUSY_PING,
    &BUSY_AMOUNT,
    &BUSY_EDGE,
    &BUSY_NO_REASON,
];

/// What other houses set otherwise.
pub(crate) const PRESETS: &[(Profile, Preset)] = &[
    (Profile::A, Preset { key: "rota.cover_24h", value: Value::Switch(true) }),
    (Profile::X, Preset { key: "swap.approver", value: Value::Word("office") }),
];
