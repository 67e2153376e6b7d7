//! The whole house, one test binary: one module a subject.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a panic is how a test fails, and what is not tested here is told loudly"
)]

mod allocation;
mod backup;
mod browser;
mod crash;
mod dingtalk_peers;
mod dingtalk_setup;
mod dingtalk_stream;
mod files;
mod hooks;
mod house;
mod import;
mod instances;
mod leave_races;
mod pictures;
mod privacy;
mod program;
mod rebuild;
mod reconcile;
mod rights;
mod rota;
mod rules;
mod secrets;
mod stand_in;
mod store;
mod stories;
mod transport;
mod try_page;
mod wecom_peers;
mod wecom_setup;
mod wecom_stream;
mod year;
