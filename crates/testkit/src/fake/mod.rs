//! Fake platforms on the loopback, each written a second time from the protocol's description.

pub mod dingtalk;
mod multipart;
pub mod wecom;
