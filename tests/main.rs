//! The whole house, one test binary: one module a subject.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a panic is how a test fails, and what is not tested here is told loudly"
)]

mod browser;
mod crash;
mod hooks;
mod house;
mod instances;
mod program;
mod store;
mod stories;
mod try_page;
