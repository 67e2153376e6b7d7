//! The framework: what a message, a command, a schedule and an outside is, and how one message becomes one
//! transaction.
//!
//! - [`message`] and [`outside`]: what comes in and goes out, free of any platform.
//! - [`args`]: the tolerant reader of what people type.
//! - [`command`], [`schedule`]: what people can say and what happens by itself, as data and a function each.
//! - [`desk`]: what a handler works at.
//! - [`bucket`]: how often something may happen.
//! - [`Engine`]: receives, ticks, delivers. It is told the time.

pub mod args;
mod bot;
pub mod bucket;
pub mod command;
pub mod desk;
mod dispatch;
mod engine;
pub mod message;
pub mod outside;
mod pace;
mod said;
pub mod schedule;
pub mod stop;

pub use crate::bot::{BadList, Bot, Understood};
pub use command::{Command, Place, Reach, Reply, Run, Undo, Who};
pub use desk::{Ctx, Desk, purpose};
pub use dispatch::Answer;
/// An instant, for the platforms: they see the domain only through this crate.
pub use domain::EpochMs;
pub use engine::{Delivered, Engine, Ticked};
pub use message::{Body, Button, ChatKind, ChatRef, Incoming, LateReply, Said, Sender};
pub use schedule::{CatchUp, Outcome, ReminderKind, Schedule};
pub use stop::{Reason, Refusal, Stop};
