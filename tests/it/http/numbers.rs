//! 一號兩案: what is told of numbers that two sites used, and who unmakes what.

use serde_json::{Value, json};
use tongjian_events::StreamKind;

use super::shares::{City, GUESSER, OWNER, act, receipt, step};
use super::{acceptance, with};

/// A correction is refused by what it corrects, however that is written, and one that comes before
/// what it corrects changes nothing of another site's.
#[test]
fn nobody_corrects_what_another_site_entered() {
    let mut city = City::open();
    let stream = "case/corrected";
    let first = city.send(&city.owner, OWNER, receipt(1, stream));
    let annuls = |number, of: &str| {
        let body = json!({ "corrects": of, "change": { "kind": "annulled" }, "reason": "誤錄",
            "approver": "s-9" });
        let act = act(number, stream, "case.ActCorrected", body);
        with(act, "source.site", json!(GUESSER)).to_string()
    };
    let id = crate::acts::id(1).to_string();
    let bearer = format!("Bearer {}", city.guesser);
    let headers = [("Content-Type", "application/json"), ("Authorization", bearer.as_str())];
    let bare = id.replace('-', "");
    let forms =
        [id.clone(), id.to_uppercase(), format!("{{{id}}}"), format!("urn:uuid:{id}"), bare];
    for (number, form) in (10..).zip(&forms) {
        let sent = city.site.ask("POST", "/v1/acts", &headers, annuls(number, form).as_bytes());
        assert!(matches!(sent.status, 400 | 404 | 422), "{form}: {}", sent.body);
    }
    let ahead = crate::acts::id(2).to_string();
    let sent = city.site.ask("POST", "/v1/acts", &headers, annuls(20, &ahead).as_bytes());
    assert_eq!(sent.status, 201, "{}", sent.body);
    let second =
        city.send(&city.owner, OWNER, with(receipt(2, stream), "body.applicant", json!("A-1")));
    let (_, acts) = city.shown(&city.owner, "corrected");
    assert!(acts.contains(&first) && acts.contains(&second), "{acts:?}");
    assert_eq!(city.clocks(&city.owner, "corrected"), ["receipt"]);
    let found = city.ask(&city.all, "/v1/cases/corrected").json()["findings"].to_string();
    assert!(found.contains("correction_by_other_site"), "{found}");
    city.site.stop();
}

/// Whether a stranger's case is there, and how many acts it has, is not told to guesses.
#[test]
fn a_version_is_told_to_who_may_read_the_case() {
    let mut city = City::open();
    city.send(&city.owner, OWNER, receipt(1, "case/secret"));
    let expecting = |token: &str, at: &str, name: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [("Content-Type", "application/json"), ("Authorization", bearer.as_str())];
        let act = with(step(9, &format!("case/{name}")), "source.site", json!(at));
        let act = with(act, "expected", json!(9_999)).to_string();
        let mut answer = city.site.ask("POST", "/v1/acts", &headers, act.as_bytes()).json();
        assert_eq!(answer["status"], 409, "{answer}");
        answer["actual_version"].take()
    };
    assert_eq!(expecting(&city.owner, OWNER, "secret"), 1);
    assert_eq!(expecting(&city.guesser, GUESSER, "secret"), Value::Null);
    assert_eq!(expecting(&city.guesser, GUESSER, "nobodys"), Value::Null);
    let asked = tongjian::store::cabinet::Asked { limit: 9, ..Default::default() };
    let trail = city.site.wait(city.site.store.trail(asked)).unwrap();
    assert_eq!((trail[0].who.as_str(), trail[0].did.as_str()), ("guesser", "refused"), "{trail:?}");
    city.site.stop();
}

/// Of what a site above two cases decided neither is told by who only covers the other.
#[test]
fn what_counts_in_two_cases_is_shown_to_who_covers_where_it_was_entered() {
    let mut city = City::open();
    let county = city.site.token("county", &["320681000000"], StreamKind::ALL);
    let sister = city.site.token("sister", &["320681106000"], StreamKind::ALL);
    let (name, stream) = ("both", "case/both");
    let squat = city.send(&sister, "320681106000", receipt(1, stream));
    let own = [
        city.send(&city.owner, OWNER, receipt(2, stream)),
        city.send(&city.owner, OWNER, acceptance(3, stream)),
    ];
    let path = format!("/v1/cases/{name}?as_of=2008-07-20");
    let held = city.ask(&city.owner, &path).header("etag").to_owned();
    let again = || {
        let bearer = format!("Bearer {}", city.owner);
        let headers = [("Authorization", bearer.as_str()), ("If-None-Match", held.as_str())];
        city.site.ask("GET", &path, &headers, b"").status
    };
    assert_eq!(again(), 304);
    let decided = act(4, stream, "case.DecisionMade", json!({ "outcome": "granted" }));
    let decided = city.send(&county, "320681000000", decided);
    assert_eq!(again(), 200, "what is not shown may change what follows");
    assert_eq!(city.shown(&sister, name), ("case".into(), vec![squat]));
    assert_eq!(city.shown(&city.owner, name), ("other_case".into(), own.to_vec()));
    assert_eq!(city.shown(&county, name).1, [squat, own[0], own[1], decided]);
    // Whoever reads a case is told the same of it, alone or beside the other.
    let standing = |token: &str| {
        let body = city.ask(token, &format!("/v1/cases/{name}")).json();
        let mut cases = vec![body.clone()];
        cases.extend(body["others"].as_array().into_iter().flatten().cloned());
        let own = cases.iter().find(|case| case["summary"]["site"] == OWNER).unwrap();
        let clocks = own["clocks"].as_array().unwrap().iter();
        let findings = own["findings"].as_array().unwrap().iter();
        let findings = findings.map(|of| of["kind"].to_string() + &of["positions"].to_string());
        let clocks = clocks.map(|of| of["kind"].to_string() + &of["standing"].to_string());
        (clocks.collect::<Vec<_>>(), findings.collect::<Vec<_>>())
    };
    let told = standing(&city.owner);
    assert!(told.0.contains(&"\"promised\"\"met\"".to_owned()), "{told:?}");
    assert_eq!(standing(&county), told);
    assert_eq!(standing(&city.all), told);
    city.site.stop();
}

/// A number with two cases is two lines, and a walk page by page finds both and skips none.
#[test]
fn a_walk_past_numbers_with_two_cases_skips_none() {
    let mut city = City::open();
    let mut last = 0;
    for number in 0..6_u64 {
        last = city.send(&city.owner, OWNER, receipt(number + 1, &format!("case/pg-{number}")));
    }
    for number in 0..6_u64 {
        let stream = format!("case/pg-{number}");
        city.send(&city.guesser, GUESSER, receipt(number + 20, &stream));
    }
    city.send(&city.owner, OWNER, receipt(40, "case/pz"));
    let head = city.site.wait(city.site.store.head()).unwrap().position;
    for (known, token, count) in [
        (last, &city.all, 6),
        (last, &city.owner, 6),
        (head, &city.all, 13),
        (head, &city.owner, 7),
    ] {
        for limit in [1, 3, 5, 6, 200] {
            let (mut found, mut next) = (Vec::new(), String::new());
            loop {
                let path =
                    format!("/v1/cases?known_at={known}&limit={limit}&min_position={head}{next}");
                let page = city.ask(token, &path).json();
                let cases = page["cases"].as_array().unwrap_or_else(|| panic!("{page}"));
                found.extend(cases.iter().map(|of| (of["id"].to_string(), of["site"].to_string())));
                let Some(cursor) = page["next"].as_str() else { break };
                next = format!("&cursor={cursor}");
            }
            let distinct: std::collections::BTreeSet<_> = found.iter().collect();
            assert_eq!(
                (found.len(), distinct.len()),
                (count, count),
                "{known} by {limit}: {found:?}"
            );
        }
    }
    city.site.stop();
}

/// Whoever uses a number at many sites makes no page that cannot be read.
#[test]
fn of_many_cases_under_a_number_a_page_shows_some_and_says_how_many() {
    let mut city = City::open();
    city.send(&city.owner, OWNER, receipt(1, "case/many"));
    for number in 2..=40 {
        let at = format!("320682105{number:03}");
        city.send(&city.guesser, &at, receipt(number, "case/many"));
    }
    let page = city.ask(&city.all, "/cases/many?lang=en");
    assert!(page.status == 200 && page.body.len() < 200_000, "{}", page.body.len());
    assert_eq!(page.body.matches("Another case under this number").count(), 5);
    assert!(page.body.contains("And 34 more under this number"), "{}", page.body);
    let others = city.ask(&city.all, "/v1/cases/many").json()["others"].as_array().unwrap().len();
    assert_eq!(others, 39);
    city.site.stop();
}
