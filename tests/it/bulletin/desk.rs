//! A bureau for the tests: a chronicle with cases in it, its read tables kept in step, and people
//! who do things with bulletins.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tongjian::access::Grant;
use tongjian::bulletin::contents::{Contents, Makes};
use tongjian::bulletin::life::{Bulletin, By, Clerk, LifeError, Wanted};
use tongjian::first_start;
use tongjian::runner::{REGISTRY, Runner};
use tongjian::store::{Command, Expected, Store};
use tongjian_events::bulletin::BulletinVerdict;
use tongjian_events::values::StaffId;
use tongjian_events::{Act, SiteCode, StreamId, Submission};

use crate::acts::id;

pub(crate) const SITE: &str = "320681105000";
pub(crate) const CITY: &str = "320600000000";

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    tongjian_events::instant::parse(text).unwrap().to_utc()
}

pub(crate) fn city() -> SiteCode {
    CITY.parse().unwrap()
}

/// An application received, entered when it happened or at `entered`.
pub(crate) fn received(number: u64, when: &str, entered: &str) -> Command {
    let stream = format!("case/{number}");
    let text = format!(
        r#"{{"id":"{}","stream":"{stream}","event":"case.ApplicationReceived","version":1,
            "occurred_at":"{when}","actor":{{"kind":"staff","id":"S-1"}},
            "source":{{"site":"{SITE}"}},"body":{{"item":"QL-1","applicant":"A-1",
            "channel":"counter","handling":"promised"}}}}"#,
        id(number)
    );
    let act = Act::check(serde_json::from_str::<Submission>(&text).unwrap()).unwrap();
    let stream = stream.parse().unwrap();
    Command { stream, expected: Expected::New, acts: vec![act], received_at: at(entered) }
}

/// A site of the network.
pub(crate) fn established(site: &str, level: &str, when: &str) -> Command {
    let number = 9_000 + u64::try_from(level.len()).unwrap();
    named(number, site, (level, &format!("{level}處")), when)
}

/// The same with a name of its own.
pub(crate) fn named(number: u64, site: &str, (level, name): (&str, &str), when: &str) -> Command {
    let text = format!(
        r#"{{"id":"{}","stream":"site/{site}","event":"site.SiteEstablished","version":1,
            "occurred_at":"{when}","actor":{{"kind":"staff","id":"S-1"}},
            "source":{{"site":"{site}"}},"body":{{"site":"{site}","name":"{name}",
            "level":"{level}"}}}}"#,
        id(number)
    );
    let act = Act::check(serde_json::from_str::<Submission>(&text).unwrap()).unwrap();
    let stream = act.submission().stream.clone();
    Command { stream, expected: Expected::Any, acts: vec![act], received_at: at(when) }
}

/// An act of one inspection.
pub(crate) fn inspection(number: u64, event: &str, body: &str, when: &str) -> Command {
    let text = format!(
        r#"{{"id":"{}","stream":"inspection/1","event":"inspection.{event}","version":1,
            "occurred_at":"{when}","actor":{{"kind":"staff","id":"S-8"}},
            "source":{{"site":"{CITY}"}},"body":{body}}}"#,
        id(number)
    );
    let act = Act::check(serde_json::from_str::<Submission>(&text).unwrap()).unwrap();
    let stream = act.submission().stream.clone();
    Command { stream, expected: Expected::Any, acts: vec![act], received_at: at(when) }
}

/// Whoever works in the bureau.
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) contents: Contents,
    pub(crate) runner: Runner,
}

impl Desk {
    /// With the shipped rules, three cases of July 2008 and one of June.
    pub(crate) async fn open(store: Store) -> Self {
        first_start::run(&store, at("2008-01-02T09:00:00+08:00")).await.unwrap();
        let when = "2008-01-03T09:00:00+08:00";
        store.append(established(CITY, "municipal", when)).await.unwrap();
        store.append(established(SITE, "township", when)).await.unwrap();
        for (number, day) in [(1, "2008-06-20"), (2, "2008-07-01"), (3, "2008-07-15")] {
            let when = format!("{day}T10:00:00+08:00");
            store.append(received(number, &when, &when)).await.unwrap();
        }
        let when = "2008-07-31T16:00:00+08:00";
        store.append(received(4, when, when)).await.unwrap();
        Self::beside(store).await
    }

    /// Another one at the same chronicle.
    pub(crate) async fn beside(store: Store) -> Self {
        let runner = Runner::spawn(&store, REGISTRY).unwrap();
        let desk = Self { store, contents: Contents::default(), runner };
        desk.up().await;
        desk
    }

    /// The read tables as far as the chronicle goes.
    pub(crate) async fn up(&self) {
        let head = self.store.head().await.unwrap().position;
        self.runner.wait_for(head, Duration::from_secs(60)).await.unwrap();
    }

    pub(crate) fn clerk(&self, who: &str, when: &str) -> Clerk<'_> {
        Clerk {
            store: &self.store,
            contents: &self.contents,
            makes: Makes::quietly(),
            by: By::person(StaffId::new(who).unwrap(), Grant::open()),
            now: at(when),
        }
    }

    /// Drafted, approved and signed, each by another, on this day.
    pub(crate) async fn signed(&self, period: &str, day: &str) -> StreamId {
        let term = period.parse().unwrap();
        self.up().await;
        let when = |time: &str| format!("{day}T{time}+08:00");
        let drafted = self.clerk("S-1", &when("09:00:00")).draft(term, city()).await.unwrap();
        let reviewer = self.clerk("S-2", &when("09:10:00"));
        let of = drafted.stream;
        reviewer.review(&of, BulletinVerdict::Approved, None, None).await.unwrap();
        self.clerk("S-3", &when("09:20:00")).sign(&of, None).await.unwrap();
        of
    }

    /// The same, and issued.
    pub(crate) async fn issued(&self, period: &str, day: &str) -> Bulletin {
        let of = self.signed(period, day).await;
        let when = format!("{day}T09:30:00+08:00");
        self.clerk("S-1", &when).issue(&of, &Wanted::default()).await.unwrap()
    }

    pub(crate) async fn close(self) {
        self.runner.stop().await;
    }
}

/// The name of the rule that stood in the way.
pub(crate) fn rule<T: std::fmt::Debug>(outcome: Result<T, LifeError>) -> &'static str {
    match outcome {
        Err(LifeError::Refused(refused)) => refused.code(),
        other => panic!("it was not refused: {other:?}"),
    }
}
