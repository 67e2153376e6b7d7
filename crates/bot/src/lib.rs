//! The framework: what a message, a command, a schedule and an outside is, and how one message becomes one
//! transaction.
//!
//! - [`message`] and [`outside`]: what comes in and goes out, free of any platform.
//! - [`args`]: the tolerant reader of what people type.
//! - [`command`], [`schedule`]: what people can say and what happens by itself, as data and a function each.
//! - [`desk`]: what a handler works at.
//! - [`bucket`]: how often something may happen.
//! - [`Engine`]: receives, ticks, delivers. It is told the time.

mod admins;
pub mod args;
pub mod board;
mod bot;
pub mod bucket;
pub mod command;
pub mod confirm;
mod deliver;
pub mod desk;
mod dispatch;
mod engine;
mod gallery;
pub mod leave_post;
pub mod message;
pub mod outside;
mod quota;
mod said;
pub mod schedule;
pub mod staffing;
pub mod stop;
pub mod summary;

pub use crate::bot::{BadList, Bot, Understood};
pub use command::{Command, Place, Reach, Reply, Run, Undo, Who};
pub use confirm::Opening;
pub use deliver::Delivered;
pub use desk::{Ctx, Desk, purpose};
pub use dispatch::Answer;
/// An instant, for the platforms: they see the domain only through this crate.
pub use domain::EpochMs;
pub use engine::{Engine, Ticked};
pub use gallery::Draw;
pub use message::{Attachment, Body, Button, ChatKind, ChatRef, Incoming, LateReply, Said, Sender, SentFile};
pub use quota::Allowance;
pub use schedule::{CatchUp, Outcome, ReminderKind, Schedule};
pub use stop::{Reason, Refusal, Stop};
