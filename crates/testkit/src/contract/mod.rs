//! What every store keeps, as cases that both engines must pass: one file a subject.
//!
//! To add a case: an `async fn name(database: Database)` in its subject's file, and its name in the list below; one
//! that is forgotten there is dead code, and the compiler says so. A case opens as many handles as it likes: each is
//! what another instance would have.

mod allocation;
mod binding;
mod closing;
mod contacts;
mod counters;
mod credit;
mod desk;
mod directory;
mod events;
mod extensions;
mod follow_ups;
mod foresight;
mod gate;
mod group_posts;
mod histories;
mod inbox;
mod judges;
mod leaves;
mod members;
mod migrations;
mod outbox;
mod outside;
mod quota;
mod reads;
mod recomputed;
mod reconciliation;
mod register;
mod reminders;
mod reports;
mod rota;
mod rules;
mod schedules;
mod seals;
mod summaries;
mod swaps;
mod tallies;
mod third_party;
mod units;
mod vault;

use crate::engines::Database;
use crate::people;
use domain::rights::{Administer, Over, Record};
use domain::{EpochMs, PersonId, Role};
use futures_util::StreamExt;
use futures_util::future::{LocalBoxFuture, join_all};
use futures_util::stream::FuturesUnordered;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use store::{Error, Lane, Store, Tx};

/// A case: its name, and what it does on a database of its own.
pub type Case = (&'static str, fn(Database) -> LocalBoxFuture<'static, ()>);

macro_rules! list {
    ($($subject:ident: $($case:ident),+;)+) => {
        /// All cases, by subject.
        pub fn cases() -> Vec<Case> {
            vec![$($((
                concat!(stringify!($subject), "::", stringify!($case)),
                |database| Box::pin($subject::$case(database)),
            )),+),+]
        }
    };
}

list! {
    binding: placeholders_bind_by_number, values_come_back_as_they_were;
    inbox: a_message_is_new_once, copies_at_once_are_new_once, copies_on_two_instances_are_new_once,
        how_it_was_handled_is_kept, an_abandoned_message_was_never_seen;
    units: a_failing_unit_leaves_its_neighbours_alone, an_abandoned_unit_leaves_nothing,
        a_restarted_unit_keeps_only_what_follows, a_panicking_unit_is_told_and_the_store_goes_on,
        a_broken_constraint_is_the_units_own_failure, a_failed_statement_never_passes_for_done,
        a_lane_is_kept_in_order, no_update_is_lost_between_instances, a_caller_who_leaves_changes_nothing;
    gate: who_keeps_losing_is_let_through_alone, nothing_stays_locked, a_broken_connection_holds_nobody_up;
    reads: a_read_cannot_write, a_read_sees_one_moment, a_failing_read_leaves_the_reader_usable;
    events: numbers_rise_in_the_order_of_recording, a_page_is_a_part_in_order,
        what_was_taken_back_is_not_offered_again, nothing_of_a_failed_unit_is_recorded;
    directory: changes_are_seen_by_the_next_unit_anywhere, a_unit_sees_its_own_changes,
        a_change_that_was_rolled_back_is_never_seen, an_unchanged_directory_is_read_once,
        chats_teams_and_templates;
    members: people_are_found_as_they_stand, rights_end_at_their_instant, acting_counts_on_its_days,
        a_change_records_what_changed_and_nothing_else, one_who_acted_is_not_removed,
        leaving_ends_what_was_to_come, joining;
    counters: numbers_run_by_letter, numbers_are_never_given_twice, people_and_chats_keep_their_number_for_ever,
        the_admins_token_stands_open_once;
    outbox: the_oldest_of_each_destination_goes_first, a_lease_that_ran_out_can_be_claimed,
        an_owner_who_lost_the_lease_settles_nothing, two_claimers_never_get_the_same_row,
        a_key_is_written_once, answers_are_given_again, a_waiting_answer_is_taken_from_the_sender_once,
        the_next_try_is_known, what_was_given_up_stays_visible, the_sender_is_woken_by_a_commit_alone,
        a_shown_card_is_changed_once;
    outside: a_lease_has_one_holder, a_chat_that_is_barred_opens_when_something_is_heard,
        tokens_outlive_a_restart_and_are_shared;
    quota: what_is_spent_adds_up_by_month_and_kind, a_percentage_is_warned_of_once,
        the_first_decision_on_a_card_stands;
    rota: a_day_is_planned_and_planned_again, the_latest_shift_is_found, reminders_hang_on_the_shift;
    rules: a_value_holds_from_its_day, a_later_version_of_a_day_wins_until_it_is_taken_back,
        a_version_is_acknowledged_once, reminders_move_with_their_setting;
    reports: revisions_follow_each_other, taking_back_brings_the_earlier_one_to_life,
        what_a_submission_is_judged_by, a_late_day_counts_once, sums_equal_a_recount;
    register: what_was_registered_is_found_and_told, an_account_that_is_a_number_is_that_number,
        what_was_taken_back_does_not_exist, the_newest_are_compared_and_old_ones_are_not,
        how_it_stands_is_the_fold_of_its_lines;
    credit: three_of_six_verify_and_fewer_do_not, cancelled_and_late_ones_do_not_compete,
        a_match_that_is_weak_waits_for_a_person, what_is_taken_back_is_decided_anew,
        a_visit_begins_a_cycle_until_it_is_taken_back, who_is_named_otherwise_is_another,
        what_people_say_stands_over_the_rules, a_ruling_that_was_brought_back_is_not_doubted_again,
        what_was_proven_untrue_is_decided_anew_too, lending_and_closing_are_decided_too,
        a_correction_is_decided_anew_and_can_be_taken_back;
    contacts: a_contact_is_found_by_what_names_the_patient, a_span_holds_its_arrivals_however_wide;
    histories: every_arrival_has_the_verdict_of_the_register;
    recomputed: the_tables_are_what_the_lines_say;
    foresight: who_has_or_had_a_claim_is_concerned, what_would_be_decided_is_what_is_decided,
        what_is_recorded_too_late_is_nobodys;
    judges: the_lowest_who_is_no_party_rules;
    extensions: leave_is_decided_once, leave_counts_for_what_it_was_asked_for;
    reconciliation: what_is_confirmed_is_taken_back_once, what_is_forfeited_counts_for_nobody,
        a_list_counts_when_it_is_applied;
    follow_ups: a_patient_has_one_open_task, what_is_due_is_found_and_counted_once, a_task_is_given_to_another,
        who_is_off_is_stood_in_for, an_entry_is_proposed_once_and_taken_back_by_another;
    third_party: each_step_of_an_order_is_noted_once, whoever_came_ends_the_plan_of_his_order,
        a_watch_is_set_for_its_days, special_days_take_the_place_of_what_is_known,
        a_last_visit_is_followed_by_no_other;
    leaves: each_level_says_its_word_once, two_who_decide_at_once_end_in_one_state,
        a_word_is_taken_back_and_said_anew, what_nobody_decides_lapses, what_is_left_is_given_back,
        the_paper_is_waited_for_and_comes;
    tallies: sums_are_what_a_count_gives, a_board_is_kept_by_versions;
    summaries: a_summary_is_confirmed_once_and_taken_back, what_a_lead_says_besides_is_kept_and_taken_back,
        late_reports_are_proposed_once_and_withdrawn, roll_ups_equal_a_recount_from_events,
        a_day_of_the_register_is_that_of_the_shift, the_register_is_counted_by_place_and_disease;
    swaps: both_agree_before_it_is_approved, who_asked_withdraws_and_who_is_asked_refuses;
    group_posts: a_post_is_opened_once_a_key, answers_are_kept_until_it_is_frozen;
    allocation: turns_are_counted_by_round_and_shift, what_was_given_by_mistake_is_counted_back,
        a_visitor_is_known_again, what_holds_somebody_back_is_lifted, a_week_is_fixed_once;
    reminders: the_longest_due_comes_first, a_settled_one_can_be_set_again, a_cancelled_one_stays_silent,
        one_that_was_moved_meanwhile_is_not_settled;
    schedules: a_fire_time_is_claimed_once, claims_at_once_give_one_winner, a_waiting_run_is_retried_once,
        how_it_ended_is_kept;
    seals: everything_is_sealed_once, what_was_tampered_with_is_named,
        a_head_that_was_kept_shows_what_was_cut_off, seals_of_other_keys_are_told_apart,
        a_number_on_its_way_is_waited_for, sealing_beside_writers_leaves_nothing_out;
    closing: what_was_accepted_is_finished, a_closed_store_refuses, everything_is_there_after_reopening,
        several_may_open_a_new_one_at_once;
    vault: fields_come_back_and_stand_encrypted, what_was_moved_to_another_row_does_not_open,
        equal_values_find_each_other, a_look_is_recorded, a_forgotten_case_is_gone_everywhere,
        notes_are_forgotten_by_their_day, a_new_key_takes_over_and_the_old_one_still_reads,
        a_running_program_learns_of_a_new_key, another_key_is_refused,
        what_was_in_plain_text_is_encrypted, old_messages_are_dropped, somebody_is_told_once;
    migrations: each_is_applied_once, a_changed_one_is_refused, one_of_a_newer_program_is_refused,
        what_failed_to_migrate_is_as_before, both_engines_have_the_same_tables;
}

/// Runs every case, `width` at a time, each on a database of its own.
///
/// # Panics
/// After all have run, with the names of those that failed; their own words stand above.
pub async fn run(width: usize, fresh: impl AsyncFn() -> Database + Copy + Send + 'static) {
    let mut failed = Vec::new();
    let mut running = FuturesUnordered::new();
    let mut cases = cases().into_iter();
    loop {
        while running.len() < width.max(1) {
            let Some((name, case)) = cases.next() else { break };
            let runtime = tokio::runtime::Handle::current();
            let task = tokio::task::spawn_blocking(move || {
                runtime.block_on(async { case(fresh().await).await });
            });
            running.push(async move { (name, task.await.is_ok()) });
        }
        match running.next().await {
            Some((_, true)) => {}
            Some((name, false)) => failed.push(name),
            None => break,
        }
    }
    assert!(failed.is_empty(), "the contract is broken: {}", failed.join(", "));
}

/// Monday 2026-03-02, 12:00 in Shanghai.
const NOON: EpochMs = 1_772_424_000_000;

/// A date of the year 2026.
fn day(month_day: &str) -> chrono::NaiveDate {
    format!("2026-{month_day}").parse().expect("a date")
}

/// Writes in a lane of the case's own.
async fn write<T, F>(store: &Store, work: F) -> T
where
    F: FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    store.write(Lane::of(&["contract"]), work).await.expect("the unit is carried out")
}

/// Reads.
async fn read<T, F>(store: &Store, work: F) -> T
where
    F: FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    store.read(work).await.expect("the read is carried out")
}

/// Writes `count` units at once, taking turns between the handles, each in the lane that its number has.
async fn write_at_once<T, F>(
    handles: &[&Store],
    count: usize,
    lane: impl Fn(usize) -> Lane,
    work: F,
) -> Vec<Result<T, Error>>
where
    F: Fn(&mut Tx<'_>, usize) -> Result<T, Error> + Send + Sync + 'static,
    T: Send + 'static,
{
    let work = Arc::new(work);
    let units = (0..count).map(|number| {
        let work = Arc::clone(&work);
        handles[number % handles.len()].write(lane(number), move |tx| work(tx, number))
    });
    join_all(units).await
}

/// Every unit in a lane of its own.
fn own_lane(number: usize) -> Lane {
    Lane::of(&["contract", &number.to_string()])
}

/// Asks a future once, so that its unit is queued; true when it ended at once.
async fn ask_once<F: Future>(mut future: Pin<&mut F>) -> bool {
    std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready())).await
}

/// Panics without a word on the terminal, where somebody would look for what went wrong.
fn panic_quietly() -> ! {
    std::panic::resume_unwind(Box::new("on purpose"))
}

/// The right to plan somebody's days, as a test takes it.
fn over(person: PersonId) -> Over {
    Over::by_program(Some(person))
}

/// The right to record for somebody, as a test takes it.
fn recorded(person: PersonId) -> Record {
    Record::by_program(person)
}

/// A change that every engine refuses: there is no such person.
fn link_ghost(tx: &mut Tx<'_>) -> Result<(), Error> {
    let identity = people::identity(("wecom", "ghost", "main"));
    tx.link_member(&Administer::by_operator(), 4_711, &identity, NOON)
}

/// The seed of a random history: always the same, so that one tree is told one thing. `DESKMATE_SEED` names another, with
/// `any` one that nobody knows; a case that fails says which it was.
fn seed() -> u64 {
    match std::env::var("DESKMATE_SEED").as_deref() {
        Ok("any") => rand::random(),
        Ok(named) => named.parse().expect("DESKMATE_SEED is a number, or any"),
        Err(_) => 20_260_302,
    }
}

/// Adds a consultant.
async fn person(store: &Store, name: &'static str) -> PersonId {
    write(store, move |tx| people::add(tx, name, &[Role::Consultant], None, &[], NOON)).await
}
