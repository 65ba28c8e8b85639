//! The watchman: what the law does by silence is appended when due, once, with its true moment.

use chrono::{DateTime, Utc};
use tongjian::runner::{REGISTRY, Runner};
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

crate::acts::on_both! {
    silence_is_acceptance_appended_once_with_the_moment_at_which_it_fell_due
    a_licence_is_renewed_by_silence_if_it_was_applied_for_in_time
    one_act_of_the_engine_does_not_hide_that_another_is_due
}

async fn silence_is_acceptance_appended_once_with_the_moment_at_which_it_fell_due(fresh: Fresh) {
    let store = &fresh.store;
    first_start::run(store, at("2008-03-01T00:00:00Z")).await.unwrap();
    store.append(receipt(1, "case/1", "2008-04-01T10:00:00+08:00", "")).await.unwrap();
    let cases = ["case/1".to_owned(), "case/none".to_owned()];

    // Still within the five working days, which end on the 9th.
    let new = watch::activate(store, &cases, at("2008-04-09T23:59:59+08:00")).await.unwrap();
    assert_eq!(new, 0);
    // Down for a fortnight: appended with the moment at which it fell due.
    let now = at("2008-04-24T08:00:00+08:00");
    assert_eq!(watch::activate(store, &cases, now).await.unwrap(), 1);
    assert_eq!(watch::activate(store, &cases, now).await.unwrap(), 0);

    let stream: StreamId = "case/1".parse().unwrap();
    let acts = store.stream(&stream, 0, 10).await.unwrap();
    assert_eq!(acts.len(), 2);
    let deemed = acts[1].read().unwrap();
    assert_eq!(deemed.submission.occurred_at, at("2008-04-10T00:00:00+08:00"));
    assert_eq!(deemed.place.recorded_at, now);
    let Event::ApplicationDeemedAccepted(body) = &deemed.event else { panic!("{deemed:?}") };
    assert_eq!(body.effective_on.to_string(), "2008-04-01");
    assert_eq!(body.notice_was_due_on.to_string(), "2008-04-09");
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
    let cases = ["case/1".to_owned(), "case/2".to_owned()];
    let now = at("2025-10-11T00:00:00+08:00");
    watch::activate(store, &cases, now).await.unwrap();
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
    let runner = Runner::spawn(store, REGISTRY).unwrap();
    for (now, event) in [
        ("2025-09-30T08:00:00+08:00", "case.ApplicationDeemedAccepted"),
        ("2025-10-11T08:00:00+08:00", "case.RenewalDeemedGranted"),
    ] {
        let head = store.head().await.unwrap().position;
        runner.wait_for(head, std::time::Duration::from_secs(30)).await.unwrap();
        let silent = watch::silent_cases(store, at(now)).await.unwrap();
        assert_eq!(silent, ["case/1"], "{event}");
        assert_eq!(watch::activate(store, &silent, at(now)).await.unwrap(), 1, "{event}");
        let last = store.after(head, 1).await.unwrap();
        assert_eq!(last[0].read().unwrap().submission.event, event);
    }
    let head = store.head().await.unwrap().position;
    runner.wait_for(head, std::time::Duration::from_secs(30)).await.unwrap();
    let later = at("2025-10-12T08:00:00+08:00");
    assert!(watch::silent_cases(store, later).await.unwrap().is_empty());
    runner.stop().await;
}
