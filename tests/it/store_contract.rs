//! Every promise of the chronicle's API, as a function of a store: one suite for every backend.

use futures_util::future::join_all;
use tongjian::store::{AppendError, Appended, Expected, Store, StoreError};
use tongjian_events::recorded::{chain, leaf};
use tongjian_events::{Place, Refusal};

use crate::acts::{Fresh, at, command, id, notice, one, submitted};

mod reads;

use reads::*;

/// Runs each promise on each backend. The first are promises of a store, the others of a chronicle
/// that is opened more than once.
macro_rules! promises {
    (@$module:ident $backend:ident $( $name:ident )* ; $( $shared:ident )*) => {
        mod $module {
            $(
                #[tokio::test]
                async fn $name() {
                    super::$name(&crate::acts::Fresh::$backend().await.store).await;
                }
            )*
            $(
                #[tokio::test]
                async fn $shared() {
                    super::$shared(crate::acts::Fresh::$backend().await).await;
                }
            )*
        }
    };
    ($( $name:ident )* ; $( $shared:ident )*) => {
        promises!(@on_sqlite sqlite $( $name )* ; $( $shared )*);
        promises!(@on_postgres postgres $( $name )* ; $( $shared )*);
    };
}

promises! {
    positions_begin_at_one_and_have_no_holes
    the_envelope_is_stored_to_the_byte_and_the_chain_follows
    recorded_time_never_goes_back_and_has_whole_microseconds
    the_same_act_sent_again_answers_its_first_place
    the_same_id_with_other_content_is_refused
    a_repeat_is_answered_before_any_expectation
    a_command_half_recorded_is_refused
    an_id_twice_in_one_command_is_refused
    an_act_of_another_stream_is_refused
    an_act_that_happened_after_its_receipt_is_refused
    a_command_without_acts_is_refused
    expectations_are_really_checked
    a_command_is_all_or_nothing_inside_its_batch
    concurrent_senders_leave_neither_hole_nor_double
    of_many_who_expect_a_new_stream_one_wins
    of_many_who_send_the_same_act_all_hear_one_place
    a_page_begins_after_its_position_and_keeps_to_its_limit
    a_stream_is_read_in_its_own_order
    streams_come_in_order_of_names_each_whole
    streams_are_read_as_they_were_at_a_position
    what_changed_after_a_position_is_named_once
    ids_and_positions_are_looked_up
    the_head_is_told_to_those_who_wait
    a_large_command_is_one_command
    a_closed_store_takes_nothing_more
    a_full_queue_answers_busy_and_what_it_took_is_answered
    ;
    what_was_answered_is_there_after_a_restart
    two_writers_leave_neither_hole_nor_double
    what_another_writer_did_is_seen_whatever_the_appender_remembers
}

async fn append(store: &Store, number: u64, stream: &str) -> Appended {
    store.append(one(number, stream)).await.unwrap()[0]
}

async fn refusal(store: &Store, command: tongjian::store::Command) -> Refusal {
    let before = store.head().await.unwrap();
    let refused = match store.append(command).await {
        Err(AppendError::Refused(refusal)) => refusal,
        other => panic!("it was not refused: {other:?}"),
    };
    assert_eq!(store.head().await.unwrap(), before, "a refused command wrote something");
    refused
}

async fn positions_begin_at_one_and_have_no_holes(store: &Store) {
    assert_eq!(store.head().await.unwrap().position, 0);
    for number in 1..=5 {
        let stream = if number % 2 == 0 { "case/even" } else { "case/odd" };
        let appended = append(store, number, stream).await;
        assert_eq!(appended.position, number);
        assert_eq!(appended.stream_version, number.div_ceil(2));
        assert!(!appended.repeated);
    }
    assert_eq!(store.head().await.unwrap().position, 5);
}

async fn the_envelope_is_stored_to_the_byte_and_the_chain_follows(store: &Store) {
    let acts = vec![notice(1, "case/1", "form"), notice(2, "case/1", "照片")];
    let answers = store.append(command("case/1", Expected::New, acts.clone())).await.unwrap();
    let stored = store.after(0, 10).await.unwrap();
    let mut running = [0; 32];
    for ((act, answer), held) in acts.iter().zip(&answers).zip(&stored) {
        let place = Place {
            position: answer.position,
            stream_version: answer.stream_version,
            recorded_at: answer.recorded_at,
        };
        assert_eq!(held.envelope, act.envelope(&place));
        assert_eq!(held.leaf, leaf(&held.envelope));
        assert_eq!(held.leaf, answer.leaf);
        running = chain(&running, &held.leaf);
        let read = held.read().unwrap();
        assert_eq!(read.place, place);
        assert!(read.says_the_same_as(act));
    }
    assert_eq!(store.head().await.unwrap().chain, running);
}

async fn recorded_time_never_goes_back_and_has_whole_microseconds(store: &Store) {
    let mut late = one(1, "case/1");
    late.received_at = at("12:00:00") + chrono::TimeDelta::nanoseconds(1_999);
    let first = store.append(late).await.unwrap()[0];
    assert_eq!(first.recorded_at, at("12:00:00") + chrono::TimeDelta::microseconds(1));
    let second = append(store, 2, "case/1").await;
    assert_eq!(second.recorded_at, first.recorded_at);
    assert_eq!(store.head().await.unwrap().recorded_at, first.recorded_at);
}

async fn the_same_act_sent_again_answers_its_first_place(store: &Store) {
    let acts = || vec![notice(1, "case/1", "form"), notice(2, "case/1", "form")];
    let first = store.append(command("case/1", Expected::New, acts())).await.unwrap();
    append(store, 3, "case/1").await;
    let mut again = command("case/1", Expected::Any, acts());
    again.received_at = at("11:00:00");
    let second = store.append(again).await.unwrap();
    let as_repeats: Vec<_> =
        first.iter().map(|answer| Appended { repeated: true, ..*answer }).collect();
    assert_eq!(second, as_repeats);
    assert_eq!(store.head().await.unwrap().position, 3);
}

async fn the_same_id_with_other_content_is_refused(store: &Store) {
    append(store, 1, "case/1").await;
    let other_body = command("case/1", Expected::Any, vec![notice(1, "case/1", "photo")]);
    let expected = Refusal::RecordedWithDifferentBody { id: id(1), position: 1 };
    assert_eq!(refusal(store, other_body).await, expected);
    assert_eq!(refusal(store, one(1, "case/2")).await, expected, "another stream is other content");
    let later =
        submitted(1, "case/1", "09:00:01", "case.OneOffNoticeGiven", r#"{"missing":["form"]}"#);
    let later = command("case/1", Expected::Any, vec![later]);
    assert_eq!(refusal(store, later).await, expected, "another time is other content");
}

async fn a_repeat_is_answered_before_any_expectation(store: &Store) {
    let new = || command("case/1", Expected::New, vec![notice(1, "case/1", "form")]);
    let first = store.append(new()).await.unwrap()[0];
    let again = store.append(new()).await.unwrap()[0];
    assert_eq!(again, Appended { repeated: true, ..first });
}

async fn a_command_half_recorded_is_refused(store: &Store) {
    append(store, 1, "case/1").await;
    let acts = vec![notice(2, "case/1", "form"), notice(1, "case/1", "form")];
    let refused = refusal(store, command("case/1", Expected::New, acts)).await;
    assert_eq!(refused, Refusal::PartlyRecorded { id: id(1), position: 1 });
}

async fn an_id_twice_in_one_command_is_refused(store: &Store) {
    let acts = vec![notice(1, "case/1", "form"), notice(1, "case/1", "form")];
    let refused = refusal(store, command("case/1", Expected::Exact(9), acts.clone())).await;
    assert_eq!(refused, Refusal::RepeatedInCommand { id: id(1) });
    append(store, 1, "case/1").await;
    let refused = refusal(store, command("case/1", Expected::Any, acts)).await;
    assert_eq!(refused, Refusal::RepeatedInCommand { id: id(1) }, "also when it is recorded");
}

async fn an_act_of_another_stream_is_refused(store: &Store) {
    let acts = vec![notice(1, "case/1", "form"), notice(2, "case/2", "form")];
    let refused = refusal(store, command("case/1", Expected::Any, acts)).await;
    assert_eq!(refused.code(), "malformed");
}

async fn an_act_that_happened_after_its_receipt_is_refused(store: &Store) {
    let mut early = one(1, "case/1");
    early.received_at = at("08:59:59.999999");
    assert_eq!(refusal(store, early).await.code(), "occurred-after-receipt");
    let mut at_once = one(1, "case/1");
    at_once.received_at = at("09:00:00");
    store.append(at_once).await.unwrap();
}

async fn a_command_without_acts_is_refused(store: &Store) {
    let refused = refusal(store, command("case/1", Expected::Any, vec![])).await;
    assert_eq!(refused.code(), "malformed");
}

async fn expectations_are_really_checked(store: &Store) {
    let try_it = |number, expected| {
        store.append(command("case/1", expected, vec![notice(number, "case/1", "form")]))
    };
    let conflict = |outcome: Result<Vec<Appended>, AppendError>| match outcome {
        Err(AppendError::Refused(Refusal::VersionConflict { expected, actual, stream })) => {
            assert_eq!(stream, "case/1");
            (expected, actual)
        }
        other => panic!("no conflict: {other:?}"),
    };
    assert_eq!(conflict(try_it(1, Expected::Exists).await), ("to exist".into(), 0));
    assert_eq!(conflict(try_it(1, Expected::Exact(1)).await), ("at version 1".into(), 0));
    try_it(1, Expected::Exact(0)).await.unwrap();
    assert_eq!(conflict(try_it(2, Expected::New).await), ("to be new".into(), 1));
    assert_eq!(conflict(try_it(2, Expected::Exact(0)).await), ("at version 0".into(), 1));
    assert_eq!(conflict(try_it(2, Expected::Exact(2)).await), ("at version 2".into(), 1));
    try_it(2, Expected::Exact(1)).await.unwrap();
    try_it(3, Expected::Exists).await.unwrap();
    try_it(4, Expected::Any).await.unwrap();
    assert_eq!(store.head().await.unwrap().position, 4);
}

/// Commands polled together before the appender's first commit stand in one batch.
async fn a_command_is_all_or_nothing_inside_its_batch(store: &Store) {
    let pair = |from, expected| {
        let acts = vec![notice(from, "case/1", "form"), notice(from + 1, "case/1", "form")];
        command("case/1", expected, acts)
    };
    let half = vec![notice(2, "case/1", "form"), notice(9, "case/1", "form")];
    let outcomes = join_all([
        store.append(pair(1, Expected::New)),
        store.append(pair(3, Expected::New)),
        store.append(pair(5, Expected::Exact(2))),
        store.append(pair(1, Expected::New)),
        store.append(command("case/1", Expected::Any, half)),
        store.append(command("case/1", Expected::Any, vec![notice(1, "case/1", "other")])),
        store.append(one(7, "case/2")),
    ])
    .await;
    let positions: Vec<Result<Vec<u64>, &str>> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Ok(answers) => Ok(answers.iter().map(|answer| answer.position).collect()),
            Err(AppendError::Refused(refusal)) => Err(refusal.code()),
            Err(other) => panic!("{other}"),
        })
        .collect();
    let expected = [
        Ok(vec![1, 2]),
        Err("version-conflict"),
        Ok(vec![3, 4]),
        Ok(vec![1, 2]),
        Err("partly-recorded"),
        Err("recorded-with-different-body"),
        Ok(vec![5]),
    ];
    assert_eq!(positions, expected);
    assert!(outcomes[3].as_ref().unwrap().iter().all(|answer| answer.repeated));
    assert_eq!(store.after(0, 100).await.unwrap().len(), 5);
}

async fn concurrent_senders_leave_neither_hole_nor_double(store: &Store) {
    let senders = (0..16_u64).map(|sender| async move {
        let mut positions = Vec::new();
        for n in 0..25 {
            let stream = format!("case/{}", n % 5);
            let number = sender * 100 + n;
            let answer = store.append(one(number, &stream)).await.unwrap()[0];
            assert!(positions.last().is_none_or(|last| *last < answer.position));
            positions.push(answer.position);
        }
        positions
    });
    let mut positions = join_all(senders).await.concat();
    positions.sort_unstable();
    assert_eq!(positions, (1..=400).collect::<Vec<u64>>());
    for stream in 0..5 {
        let name = format!("case/{stream}").parse().unwrap();
        let held = store.stream(&name, 0, 1_000).await.unwrap();
        let versions = held.iter().map(|act| act.read().unwrap().place.stream_version);
        assert!(versions.eq(1..=80));
    }
}

async fn of_many_who_expect_a_new_stream_one_wins(store: &Store) {
    let senders = (1..=50)
        .map(|n| store.append(command("case/1", Expected::New, vec![notice(n, "case/1", "form")])));
    let won = join_all(senders).await.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(won, 1);
    assert_eq!(store.head().await.unwrap().position, 1);
}

async fn of_many_who_send_the_same_act_all_hear_one_place(store: &Store) {
    let outcomes = join_all((0..50).map(|_| store.append(one(1, "case/1")))).await;
    let answers: Vec<Appended> = outcomes.into_iter().map(|outcome| outcome.unwrap()[0]).collect();
    assert!(answers.iter().all(|answer| answer.position == 1));
    assert_eq!(answers.iter().filter(|answer| !answer.repeated).count(), 1);
}

async fn the_head_is_told_to_those_who_wait(store: &Store) {
    let mut changes = store.head_changes();
    assert_eq!(*changes.borrow(), 0);
    append(store, 1, "case/1").await;
    changes.changed().await.unwrap();
    assert_eq!(*changes.borrow_and_update(), 1);
    append(store, 1, "case/1").await;
    assert!(!changes.has_changed().unwrap(), "a repeat moves nothing");
}

async fn a_large_command_is_one_command(store: &Store) {
    let acts = (1..=1_000).map(|n| notice(n, "case/1", "form")).collect();
    let answers = store.append(command("case/1", Expected::New, acts)).await.unwrap();
    assert!(answers.iter().map(|answer| answer.position).eq(1..=1_000));
    let head = store.head().await.unwrap();
    let held = store.after(0, 2_000).await.unwrap();
    let running = held.iter().fold([0; 32], |running, act| chain(&running, &act.leaf));
    assert_eq!((head.position, head.chain), (1_000, running));
}

async fn a_closed_store_takes_nothing_more(store: &Store) {
    append(store, 1, "case/1").await;
    store.close().await;
    let refused = store.append(one(2, "case/1")).await;
    assert!(matches!(refused, Err(AppendError::Store(StoreError::Stopped { .. }))));
}

async fn a_full_queue_answers_busy_and_what_it_took_is_answered(store: &Store) {
    let senders = (1..=1_500).map(|n| store.append(one(n, "case/1")));
    let outcomes = join_all(senders).await;
    let taken = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let busy = outcomes.iter().filter(|o| matches!(o, Err(AppendError::Busy))).count();
    assert_eq!((taken, busy), (1_024, 476));
    assert_eq!(store.head().await.unwrap().position, 1_024);
}

async fn what_was_answered_is_there_after_a_restart(fresh: Fresh) {
    append(&fresh.store, 1, "case/1").await;
    let head = fresh.store.head().await.unwrap();
    fresh.store.close().await;
    let store = fresh.again().await;
    assert_eq!(store.head().await.unwrap(), head);
    assert_eq!(*store.head_changes().borrow(), 1);
    let again = store.append(one(1, "case/1")).await.unwrap()[0];
    assert!(again.repeated);
    assert_eq!(append(&store, 2, "case/1").await.position, 2);
}

async fn two_writers_leave_neither_hole_nor_double(fresh: Fresh) {
    let (store, other) = (fresh.store.clone(), fresh.again().await);
    let write = |store: Store, base: u64| async move {
        for n in 0..100 {
            append(&store, base + n, "case/1").await;
        }
    };
    tokio::join!(write(store.clone(), 0), write(other.clone(), 1_000));
    let held = store.after(0, 1_000).await.unwrap();
    assert_eq!(held.len(), 200);
    let versions = held.iter().map(|act| act.read().unwrap().place.stream_version);
    assert!(versions.eq(1..=200));
    assert!(other.append(one(7, "case/1")).await.unwrap()[0].repeated);
    tongjian::verify::verify(&store, |_, _| {}).await.unwrap();
}

async fn what_another_writer_did_is_seen_whatever_the_appender_remembers(fresh: Fresh) {
    let (store, other) = (fresh.store.clone(), fresh.again().await);
    let exactly = |number, version| {
        let acts = vec![notice(number, "case/1", "form")];
        command("case/1", Expected::Exact(version), acts)
    };
    store.append(exactly(1, 0)).await.unwrap();
    other.append(exactly(2, 1)).await.unwrap();
    assert_eq!(store.append(exactly(3, 2)).await.unwrap()[0].position, 3);
    let conflict = other.append(exactly(4, 2)).await.unwrap_err();
    assert!(conflict.to_string().contains("it is at version 3"), "{conflict}");
    // The stream of the second writer is new to the first, and the id of the first to the second.
    let new = |number| command("case/2", Expected::New, vec![notice(number, "case/2", "form")]);
    other.append(new(5)).await.unwrap();
    let taken = store.append(new(6)).await.unwrap_err();
    assert!(taken.to_string().contains("to be new"), "{taken}");
    assert!(store.append(new(5)).await.unwrap()[0].repeated);
    assert!(other.append(one(1, "case/1")).await.unwrap()[0].repeated);
    let reused = other.append(one(3, "case/3")).await.unwrap_err();
    assert!(reused.to_string().contains("with other content"), "{reused}");
    assert_eq!(store.head().await.unwrap().position, 4);
    tongjian::verify::verify(&store, |_, _| {}).await.unwrap();
}
