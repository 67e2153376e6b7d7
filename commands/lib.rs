//! What people can say: one file a command.
//!
//! To add a command: 1. write `commands/<name>.rs` with a `pub const COMMAND: Command` (copy `purpose.rs`, it is
//! small); 2. name the file below with `mod`; 3. add its `COMMAND` to [`all`]. The guard tests find what was
//! forgotten. A command asks the domain and writes what it is told; it never decides a rule, and its texts stand at
//! the foot of its file.

mod acknowledge;
mod acting;
mod add_member;
mod allocation;
mod appointment;
mod arrival;
mod audit;
mod board;
mod cancel_visit;
mod certificate;
mod change_visit;
mod claim;
mod claim_admin;
mod clock;
mod confirm_credit;
mod consult;
mod correct_board;
mod course;
mod credit;
mod decide;
mod dialogue;
mod duplicate;
mod expected;
mod find_visit;
mod follow_up;
mod grade;
mod group_answer;
mod help;
mod holidays;
mod join;
mod jump;
mod late_entry;
mod leave;
mod leave_balance;
mod leave_end;
mod leave_slips;
mod leaving;
mod lending;
mod mine;
mod missing;
mod objection;
mod off_duty;
mod proposals;
mod purpose;
mod reassign;
mod reconcile;
mod report;
mod roster;
mod rota;
mod rules;
mod ruling;
mod set_role;
mod shared;
mod shift;
mod summary;
mod swap;
mod teams;
mod template;
mod third_party;
mod todo;
mod training;
mod unapproved_swap;
mod undo;
mod why;

use bot::Command;

pub use rules::announce as announce_rules;

/// All commands, in the order in which 帮助 lists them.
pub fn all() -> Vec<Command> {
    vec![
        report::COMMAND,
        appointment::COMMAND,
        consult::COMMAND,
        jump::COMMAND,
        late_entry::COMMAND,
        change_visit::COMMAND,
        cancel_visit::COMMAND,
        follow_up::COMMAND,
        todo::COMMAND,
        third_party::COMMAND,
        claim::COMMAND,
        find_visit::COMMAND,
        duplicate::COMMAND,
        arrival::COMMAND,
        expected::COMMAND,
        credit::COMMAND,
        objection::COMMAND,
        ruling::COMMAND,
        mine::COMMAND,
        board::COMMAND,
        why::COMMAND,
        course::COMMAND,
        missing::COMMAND,
        summary::COMMAND,
        reconcile::COMMAND,
        leave::COMMAND,
        leave::FOR_OTHERS,
        leave_end::COMMAND,
        certificate::COMMAND,
        leave_balance::COMMAND,
        leave_slips::COMMAND,
        off_duty::COMMAND,
        group_answer::CONFIRM,
        group_answer::OBJECT,
        swap::COMMAND,
        unapproved_swap::COMMAND,
        grade::COMMAND,
        allocation::COMMAND,
        dialogue::COMMAND,
        rota::COMMAND,
        shift::COMMAND,
        clock::IN,
        clock::OUT,
        rules::COMMAND,
        acknowledge::COMMAND,
        undo::COMMAND,
        template::COMMAND,
        help::COMMAND,
        join::COMMAND,
        decide::APPROVE,
        decide::REFUSE,
        proposals::COMMAND,
        correct_board::COMMAND,
        training::COMMAND,
        confirm_credit::COMMAND,
        lending::COMMAND,
        reassign::COMMAND,
        roster::COMMAND,
        add_member::COMMAND,
        set_role::COMMAND,
        teams::COMMAND,
        leaving::LEAVE,
        leaving::RETURN,
        acting::COMMAND,
        holidays::COMMAND,
        audit::COMMAND,
        purpose::COMMAND,
        claim_admin::COMMAND,
    ]
}
