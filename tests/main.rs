//! The whole house, one test binary: one module a subject.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a panic is how a test fails, and what is not tested here is told loudly"
)]

mod backup;
mod browser;
mod crash;
mod hooks;
mod house;
mod import;
mod instances;
mod privacy;
mod program;
mod rebuild;
mod rights;
mod rules;
mod secrets;
mod store;
mod stories;
mod transport;
mod try_page;
