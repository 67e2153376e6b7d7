//! 行为与一般职责.

use crate::settings::Setting;

/// All of them.
pub const ALL: &[&Setting] = &[];
