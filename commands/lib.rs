//! What people can say: one file a command.
//!
//! To add a command: 1. write `commands/<name>.rs` with a `pub const COMMAND: Command` (copy `purpose.rs`, it is
//! small); 2. name the file below with `mod`; 3. add its `COMMAND` to [`all`]. The guard tests find what was
//! forgotten. A command asks the domain and writes what it is told; it never decides a rule, and its texts stand at
//! the foot of its file.

mod acknowledge;
mod acting;
mod add_member;
mod appointment;
mod audit;
mod board;
mod cancel_visit;
mod change_visit;
mod claim_admin;
mod decide;
mod duplicate;
mod find_visit;
mod help;
mod join;
mod leaving;
mod mine;
mod missing;
mod purpose;
mod report;
mod roster;
mod rota;
mod rules;
mod set_role;
mod shared;
mod shift;
mod teams;
mod template;
mod undo;

use bot::Command;

pub use rules::announce as announce_rules;

/// All commands, in the order in which 帮助 lists them.
pub fn all() -> Vec<Command> {
    vec![
        report::COMMAND,
        appointment::COMMAND,
        change_visit::COMMAND,
        cancel_visit::COMMAND,
        find_visit::COMMAND,
        duplicate::COMMAND,
        mine::COMMAND,
        board::COMMAND,
        missing::COMMAND,
        rota::COMMAND,
        shift::COMMAND,
        rules::COMMAND,
        acknowledge::COMMAND,
        undo::COMMAND,
        template::COMMAND,
        help::COMMAND,
        join::COMMAND,
        decide::APPROVE,
        decide::REFUSE,
        roster::COMMAND,
        add_member::COMMAND,
        set_role::COMMAND,
        teams::COMMAND,
        leaving::LEAVE,
        leaving::RETURN,
        acting::COMMAND,
        audit::COMMAND,
        purpose::COMMAND,
        claim_admin::COMMAND,
    ]
}
