//! Acts of bulletins that anybody entered: what is not lawful carries a bulletin nowhere.

use serde_json::{Value, json};
use tongjian::bulletin::letter::Standing;
use tongjian::bulletin::life::{self, Bulletin, Wanted};
use tongjian::store::{Command, Expected};
use tongjian_events::bulletin::BulletinVerdict;
use tongjian_events::{Act, Submission};

use super::desk::{CITY, Desk, at, rule};
use crate::acts::{Fresh, id};

crate::acts::on_both! {
    steps_that_are_not_lawful_carry_a_bulletin_nowhere
    a_number_that_was_given_by_hand_is_its_number
}

const WHEN: &str = "2008-08-07T10:00:00+08:00";
const COUNTY: &str = "320681000000";

/// A step as a sender enters it: at a site, by somebody.
fn entered(
    held: &Bulletin,
    number: u64,
    (site, by): (&str, &str),
    step: &str,
    body: &Value,
) -> Act {
    let text = json!({
        "id": id(70_000 + number), "stream": held.stream.to_string(),
        "event": format!("bulletin.{step}"), "version": 1, "occurred_at": WHEN,
        "actor": { "kind": "inspector", "id": by }, "source": { "site": site }, "body": body,
    });
    let text = text.to_string();
    Act::check(serde_json::from_str::<Submission>(&text).unwrap()).unwrap()
}

async fn append(desk: &Desk, act: Act) -> Bulletin {
    let stream = act.submission().stream.clone();
    let (expected, acts) = (Expected::Exists, vec![act]);
    let command = Command { stream: stream.clone(), expected, acts, received_at: at(WHEN) };
    desk.store.append(command).await.unwrap();
    life::load(&desk.store, &stream).await.unwrap()
}

async fn steps_that_are_not_lawful_carry_a_bulletin_nowhere(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    let drafter = desk.clerk("S-1", "2008-08-07T09:00:00+08:00");
    let held = drafter.draft("2008-07".parse().unwrap(), CITY.parse().unwrap()).await.unwrap();
    let digest = held.drafted.as_ref().unwrap().digest.to_string();
    let approved = json!({ "verdict": "approved", "content_digest": digest });
    let signed = |by: &str| json!({ "signer": by, "content_digest": digest });
    let issued = json!({ "issued_on": "2008-08-07", "recipients": ["某單位"] });
    let erratum = json!({ "erratum_no": 1, "corrections": ["一"], "reason": "無",
        "content_digest": digest, "basis": held.drafted.as_ref().unwrap().basis });
    let (city, county) = ((CITY, "S-1"), (COUNTY, "S-9"));
    for (number, (from, step, body)) in (1..).zip([
        (city, "BulletinReviewed", &approved),
        (county, "BulletinReviewed", &approved),
        (city, "BulletinSigned", &signed("S-1")),
        (city, "BulletinIssued", &issued),
        (city, "BulletinErratumIssued", &erratum),
    ]) {
        let held = append(&desk, entered(&held, number, from, step, body)).await;
        assert_eq!(held.standing(), Some(Standing::Drafted), "{step} of {from:?}");
        assert!(held.errata.is_empty());
    }
    assert_eq!(rule(drafter.sign(&held.stream, None).await), "not-approved");
    let reviewer = desk.clerk("S-2", WHEN);
    reviewer.review(&held.stream, BulletinVerdict::Approved, None, None).await.unwrap();
    assert_eq!(rule(reviewer.sign(&held.stream, None).await), "own-review");
    for (number, (from, step, body)) in (10..).zip([
        // Under one's own approval, in another's name, from below.
        ((CITY, "S-2"), "BulletinSigned", &signed("S-2")),
        ((CITY, "S-2"), "BulletinSigned", &signed("S-3")),
        ((COUNTY, "S-3"), "BulletinSigned", &signed("S-3")),
        (city, "BulletinIssued", &issued),
    ]) {
        let held = append(&desk, entered(&held, number, from, step, body)).await;
        assert_eq!(held.standing(), Some(Standing::Reviewed), "{step} of {from:?}");
    }
    desk.clerk("S-3", WHEN).sign(&held.stream, None).await.unwrap();
    // A county gives it no number and issues nothing.
    let number = json!({ "organ_code": "海监发", "year": 2008, "serial_no": 7 });
    append(&desk, entered(&held, 20, county, "BulletinNumbered", &number)).await;
    let held = append(&desk, entered(&held, 21, county, "BulletinIssued", &issued)).await;
    assert_eq!((held.standing(), &held.number), (Some(Standing::Signed), &None));
    let issued = drafter.issue(&held.stream, &Wanted::default()).await.unwrap();
    assert_eq!(issued.number.unwrap().to_string(), "通监发〔2008〕1號");
    desk.close().await;
}

async fn a_number_that_was_given_by_hand_is_its_number(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    let stream = desk.signed("2008-07", "2008-08-07").await;
    let held = life::load(&desk.store, &stream).await.unwrap();
    let number = json!({ "organ_code": "通监发", "year": 2008, "serial_no": 12 });
    append(&desk, entered(&held, 1, (CITY, "S-1"), "BulletinNumbered", &number)).await;
    let clerk = desk.clerk("S-1", "2008-08-08T09:00:00+08:00");
    let issued = clerk.issue(&stream, &Wanted::default()).await.unwrap();
    assert_eq!(issued.number.unwrap().to_string(), "通监发〔2008〕12號");
    let next = desk.issued("2008-06", "2008-08-09").await;
    assert_eq!(next.number.unwrap().to_string(), "通监发〔2008〕13號", "none is left out");
    desk.up().await;
    let found = fresh.ask("select kind || ' ' || detail from bulletin_irregularities").await;
    assert!(!found.iter().any(|found| found.starts_with("numbered")), "{found:?}");
    desk.close().await;
}
