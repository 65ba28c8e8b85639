//! The watchman: what the law does by silence is appended when due, once, with its true moment.

use chrono::{DateTime, Utc};
use tongjian::runner::{REGISTRY, Runner, rebuild, verify_dockets};
use tongjian::store::{Command, Expected};
use tongjian::{first_start, watch};
use tongjian_events::{Act, Event, StreamId, Submission};

use crate::acts::{Fresh, id};

fn at(text: &str) -> DateTime<Utc> {
    tongjian_events::instant::parse(text).unwrap().to_utc()
}

/// A receipt of materials, entered when it happened.
fn receipt(number: u64, stream: &str, when: &str, renews: &str) -> Command {
    let text = format!(
        r#"{{"id":"{}","stream":"{stream}","event":"case.ApplicationReceived","version":1,
            "occurred_at":"{when}","actor":{{"kind":"staff","id":"S-1"}},
            "source":{{"site":"320681105000"}},"body":{{"item":"QL-1","applicant":"A-1",
            "channel":"counter","handling":"promised"{renews}}}}}"#,
        id(number)
    );
    let act = Act::check(serde_json::from_str::<Submission>(&text).unwrap()).unwrap();
    let stream = stream.parse().unwrap();
    Command { stream, expected: Expected::New, acts: vec![act], received_at: at(when) }
}

mod beside;

crate::acts::on_both! {
    silence_is_acceptance_appended_once_with_the_moment_at_which_it_fell_due
    a_licence_is_renewed_by_silence_if_it_was_applied_for_in_time
    one_act_of_the_engine_does_not_hide_that_another_is_due
    two_who_watch_at_once_issue_each_card_once
    the_dockets_follow_from_the_facts_and_are_proven
    looked_at_daily_or_once_the_same_cards_count_in_the_same_months
}

/// What one who watches appends at a moment.
async fn look(fresh: &Fresh, now: &str) -> u64 {
    let runner = Runner::spawn(&fresh.store, REGISTRY).unwrap();
    let new = watch::look(&fresh.store, &runner, at(now)).await.unwrap();
    runner.stop().await;
    new
}

async fn silence_is_acceptance_appended_once_with_the_moment_at_which_it_fell_due(fresh: Fresh) {
    let store = &fresh.store;
    first_start::run(store, at("2007-12-01T00:00:00Z")).await.unwrap();
    store.append(receipt(1, "case/1", "2007-12-03T10:00:00+08:00", "")).await.unwrap();

    // Still within the five working days, which end on the 10th.
    assert_eq!(look(&fresh, "2007-12-10T23:59:59+08:00").await, 0);
    // Down for a fortnight: appended with the moment at which it fell due.
    let now = "2007-12-24T08:00:00+08:00";
    assert_eq!(look(&fresh, now).await, 1);
    assert_eq!(look(&fresh, now).await, 0);

    let stream: StreamId = "case/1".parse().unwrap();
    let acts = store.stream(&stream, 0, 10).await.unwrap();
    assert_eq!(acts.len(), 2);
    let deemed = acts[1].read().unwrap();
    assert_eq!(deemed.submission.occurred_at, at("2007-12-11T00:00:00+08:00"));
    assert_eq!(deemed.place.recorded_at, at(now));
    let Event::ApplicationDeemedAccepted(body) = &deemed.event else { panic!("{deemed:?}") };
    assert_eq!(body.effective_on.to_string(), "2007-12-03");
    assert_eq!(body.notice_was_due_on.to_string(), "2007-12-10");
    assert_eq!(body.grounds[0].0, acts[0].position);
}

async fn a_licence_is_renewed_by_silence_if_it_was_applied_for_in_time(fresh: Fresh) {
    let store = &fresh.store;
    first_start::run(store, at("2025-09-01T00:00:00Z")).await.unwrap();
    for (number, day) in [(1, "2025-09-10"), (2, "2025-09-11")] {
        let stream = format!("case/{number}");
        let when = format!("{day}T10:00:00+08:00");
        let renews = r#","renews":{"licence_no":"XK-1","expires_on":"2025-10-10"}"#;
        store.append(receipt(number, &stream, &when, renews)).await.unwrap();
    }
    look(&fresh, "2025-10-11T00:00:00+08:00").await;
    for (stream, renewed) in [("case/1", true), ("case/2", false)] {
        let acts = store.stream(&stream.parse().unwrap(), 0, 10).await.unwrap();
        let found = acts
            .iter()
            .any(|act| matches!(act.read().unwrap().event, Event::RenewalDeemedGranted(_)));
        assert_eq!(found, renewed, "{stream}");
    }
}

async fn one_act_of_the_engine_does_not_hide_that_another_is_due(fresh: Fresh) {
    let store = &fresh.store;
    first_start::run(store, at("2025-09-01T00:00:00Z")).await.unwrap();
    let renews = r#","renews":{"licence_no":"XK-1","expires_on":"2025-10-10"}"#;
    store.append(receipt(1, "case/1", "2025-09-10T10:00:00+08:00", renews)).await.unwrap();
    for (now, event) in [
        ("2025-09-30T08:00:00+08:00", "case.ApplicationDeemedAccepted"),
        ("2025-10-11T08:00:00+08:00", "case.RenewalDeemedGranted"),
    ] {
        look(&fresh, now).await;
        let acts = store.stream(&"case/1".parse().unwrap(), 0, 10).await.unwrap();
        assert!(acts.iter().any(|act| act.read().unwrap().submission.event == event), "{event}");
    }
    assert_eq!(look(&fresh, "2025-10-11T08:00:00+08:00").await, 0);
}

async fn two_who_watch_at_once_issue_each_card_once(fresh: Fresh) {
    let store = &fresh.store;
    first_start::run(store, at("2008-03-01T00:00:00Z")).await.unwrap();
    for number in 1..=20 {
        let stream = format!("case/{number}");
        store.append(receipt(number, &stream, "2008-04-01T10:00:00+08:00", "")).await.unwrap();
    }
    let now = "2008-06-02T08:00:00+08:00";
    let head = store.head().await.unwrap().position;
    let (one, other) = tokio::join!(look(&fresh, now), look(&fresh, now));
    // Each was warned of, accepted by silence, and is past the statute; who is told of a card and
    // what points it takes follows. Every act stands once, whoever appended it.
    let acts = store.after(head, 1_000).await.unwrap();
    assert_eq!(one + other, acts.len() as u64);
    let said: std::collections::BTreeSet<String> = acts
        .iter()
        .map(|act| {
            let act = act.read().unwrap().submission;
            format!("{} {} {}", act.stream, act.event, act.body.get())
        })
        .collect();
    assert_eq!(said.len(), acts.len());
    let issued = fresh
        .ask(fresh.either(
            "select key || ' ' || level from cards order by key",
            "select key || ' ' || level from read_tables.cards order by key",
        ))
        .await;
    // And of the twenty warnings of April each three ask for one more card.
    assert_eq!(issued.len(), 46, "{issued:?}");
    assert!(issued.contains(&"card/R01.red.7 red".to_owned()), "{issued:?}");
    let body = store.stream(&"card/R01.red.7".parse().unwrap(), 0, 1).await.unwrap();
    let Event::RedCardIssued(card) = body[0].read().unwrap().event else { panic!("no card") };
    assert_eq!(card.fell_due_at.unwrap().0, at("2008-05-01T00:00:00+08:00"));
}

async fn the_dockets_follow_from_the_facts_and_are_proven(fresh: Fresh) {
    let store = &fresh.store;
    first_start::run(store, at("2008-05-05T00:00:00Z")).await.unwrap();
    let runner = Runner::spawn(store, REGISTRY).unwrap();
    for number in 1..=20_u64 {
        let stream = format!("case/{number}");
        store.append(accepted(2 * number, &stream, "2008-06-02T10:00:00+08:00")).await.unwrap();
        let day = if number <= 9 { "10" } else { "03" };
        let when = format!("2008-06-{day}T10:00:00+08:00");
        store.append(decided(2 * number + 1, &stream, &when)).await.unwrap();
    }
    let head = store.head().await.unwrap().position;
    runner.wait_for(head, std::time::Duration::from_secs(60)).await.unwrap();
    let sql = fresh.either(
        "select rule || ' ' || detail from indicators where kind = 'on_due_day'",
        "select rule || ' ' || detail from read_tables.indicators where kind = 'on_due_day'",
    );
    let found = fresh.ask(sql).await;
    assert_eq!(found, ["D13 9 of 20 cases of 2008-06 were decided on the due day"]);
    verify_dockets(store, &mut |_, _| {}).await.unwrap();
    // A rebuild of what states the facts leaves the judgement as it was.
    let irregularities = REGISTRY.iter().find(|one| one.name == "irregularities").unwrap();
    rebuild(store, &[irregularities], &mut |_, _, _| {}).await.unwrap();
    let head = store.append(decided(99, "case/99", "2008-06-10T10:00:00+08:00")).await.unwrap();
    runner.wait_for(head[0].position, std::time::Duration::from_secs(60)).await.unwrap();
    assert_eq!(fresh.ask(sql).await, found);
    runner.stop().await;
    fresh
        .by_hand(&format!(
            "delete from {}indicators__{}_1",
            fresh.either("", "read_tables."),
            tongjian_projections::supervision::EDITION
        ))
        .await;
    assert!(verify_dockets(store, &mut |_, _| {}).await.is_err());
}

/// An acceptance of a promise of five working days.
fn accepted(number: u64, stream: &str, when: &str) -> Command {
    let body = r#"{"item":"QL-1","handling":"promised","limits":{"promised_working_days":5}}"#;
    command(number, stream, when, "case.ApplicationAccepted", 2, body)
}

/// A decision.
fn decided(number: u64, stream: &str, when: &str) -> Command {
    command(number, stream, when, "case.DecisionMade", 1, r#"{"outcome":"granted"}"#)
}

fn command(
    number: u64,
    stream: &str,
    when: &str,
    event: &str,
    version: u16,
    body: &str,
) -> Command {
    let text = format!(
        r#"{{"id":"{}","stream":"{stream}","event":"{event}","version":{version},
            "occurred_at":"{when}","actor":{{"kind":"staff","id":"S-1"}},
            "source":{{"site":"320681105000"}},"body":{body}}}"#,
        id(number)
    );
    let act = Act::check(serde_json::from_str::<Submission>(&text).unwrap()).unwrap();
    let stream = stream.parse().unwrap();
    Command { stream, expected: Expected::Any, acts: vec![act], received_at: at(when) }
}

/// Three cases of June that nobody answered by the day before the last, and one whose promise and
/// statute are broken when June ends.
fn of_june() -> Vec<Command> {
    let body =
        |limits: &str| format!(r#"{{"item":"QL-1","handling":"promised","limits":{limits}}}"#);
    let mut acts = Vec::new();
    for number in 1..=3 {
        let (stream, at) =
            (format!("case/{number}"), |day| format!("2008-06-{day:02}T10:00:00+08:00"));
        acts.push(receipt(10 * number, &stream, &at(1 + number), ""));
        let late = body(r#"{"promised_working_days":15}"#);
        let accepted = "case.ApplicationAccepted";
        acts.push(command(10 * number + 1, &stream, &at(9 + number), accepted, 2, &late));
        acts.push(decided(10 * number + 2, &stream, &at(13)));
    }
    let broken = body(r#"{"promised_working_days":5,"statutory_working_days":6}"#);
    let when = "2008-06-19T10:00:00+08:00";
    acts.push(command(90, "case/9", when, "case.ApplicationAccepted", 2, &broken));
    acts.sort_by_key(|command| command.received_at);
    acts
}

/// Cards with the moments at which they fell due, what was posted and to whom it was told, scores.
async fn what_counts(fresh: &Fresh) -> Vec<String> {
    let micros = "cast(extract(epoch from fell_due_at) * 1000000 as bigint)";
    let due = fresh.either("fell_due_at", micros);
    let cards = format!(
        "select key || ' ' || level || ' ' || coalesce(staff, '-') || ' ' || {due} || ' ' || \
         points_hundredths || ' ' || notified from cards"
    );
    let acts = "select event || ' ' || count(*) from timeline where stream like 'card/%' \
                group by event";
    let parts = "select period || ' ' || part || ' ' || points_hundredths from scores";
    let totals = "select period || ' ' || total_hundredths from score_totals";
    let mut told = Vec::new();
    for sql in [&cards, acts, parts, totals] {
        told.extend(fresh.ask(sql).await);
    }
    told.sort_unstable();
    told
}

async fn looked_at_daily_or_once_the_same_cards_count_in_the_same_months(fresh: Fresh) {
    let began = at("2008-05-05T00:00:00Z");
    let end = at("2008-07-04T23:59:59+08:00");
    let daily = Fresh::sqlite().await;
    first_start::run(&daily.store, began).await.unwrap();
    let runner = Runner::spawn(&daily.store, REGISTRY).unwrap();
    let (mut acts, mut now) = (of_june().into_iter().peekable(), at("2008-06-01T23:59:59+08:00"));
    let mut looks = 0;
    while now <= end {
        while let Some(act) = acts.next_if(|act| act.received_at <= now) {
            daily.store.append(act).await.unwrap();
        }
        looks += u32::from(watch::look(&daily.store, &runner, now).await.unwrap() > 0);
        now += chrono::TimeDelta::days(1);
    }
    assert!(looks >= 7, "something fell due on {looks} days");
    runner.stop().await;

    first_start::run(&fresh.store, began).await.unwrap();
    for act in of_june() {
        fresh.store.append(act).await.unwrap();
    }
    look(&fresh, "2008-07-04T23:59:59+08:00").await;
    let (daily, once) = (what_counts(&daily).await, what_counts(&fresh).await);
    assert_eq!(daily, once);
    // Three warnings and the card for them, a yellow, two red, a serious one; two months and the
    // year with its half.
    assert_eq!(once.iter().filter(|line| line.starts_with("card/")).count(), 8, "{once:#?}");
    let serious = "card/S02.serious.9 serious - 1215014400000000 0 ";
    assert!(once.iter().any(|line| line.starts_with(serious)), "{once:#?}");
    // Of fourteen points July keeps four, June none.
    for line in ["2008-06 periods 0", "2008-07 periods 400"] {
        assert!(once.contains(&line.to_owned()), "{line}: {once:#?}");
    }
}
