//! Lists of cases: by site, item, state and due day, as of a day, as known at a position. What a
//! list says of a case is what the case itself says.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Site, acceptance, notice, with};

fn ids(page: &Value) -> Vec<String> {
    let cases = page["cases"].as_array().unwrap();
    cases.iter().map(|case| case["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn cases_are_listed_by_site_state_and_due_day_page_by_page() {
    cases_are_listed(Site::open());
}

#[test]
fn cases_are_listed_alike_from_the_read_tables() {
    cases_are_listed(Site::with_tables());
}

fn cases_are_listed(mut site: Site) {
    let acts: Vec<_> = (1..=4)
        .map(|number| {
            let act = acceptance(number, &format!("case/{number}"));
            let place = if number == 4 { "320682105000" } else { "320681105000" };
            with(act, "source.site", json!(place)).to_string()
        })
        .collect();
    site.post_lines(&acts.join("\n"));
    let first =
        site.get("/v1/cases?min_position=4&site=320681000000&limit=2&as_of=2008-07-02").json();
    assert_eq!(first["position"], 4);
    assert_eq!(ids(&first), ["1", "2"]);
    site.post("/v1/acts", &acceptance(5, "case/31"));
    let cursor = first["next"].as_str().unwrap();
    let next = site.get(&format!("/v1/cases?site=320681000000&cursor={cursor}")).json();
    assert_eq!(
        (ids(&next), &next["position"], &next["next"]),
        (vec!["3".into()], &json!(4), &json!(null))
    );
    assert_eq!(next["as_of"], "2008-07-02");
    let none = site.get("/v1/cases?state=missed&min_position=5").json();
    assert_eq!(ids(&none).len(), 0);
    let missed = site.get("/v1/cases?state=missed&as_of=2008-09-01&item=QL-0231").json();
    assert_eq!(ids(&missed).len(), 5);
    let due = site.get("/v1/cases?due_from=2008-07-15&due_to=2008-07-15").json();
    assert_eq!(ids(&due).len(), 5, "{due}");
    assert_eq!(ids(&site.get("/v1/cases?item=other").json()).len(), 0);
    site.stop();
}

fn act(number: u64, stream: &str, event: &str, on: &str, body: Value) -> Value {
    let act = with(notice(number, stream), "event", json!(event));
    let act = with(act, "occurred_at", json!(format!("2008-{on}T09:00:00+08:00")));
    let version = if event == "case.ApplicationAccepted" { 2 } else { 1 };
    with(with(act, "version", json!(version)), "body", body)
}

/// A history whose acts are entered in another order than they happened: pauses that end, a
/// decision, an item corrected, an acceptance annulled, a holiday notice that comes late.
fn history() -> Vec<Value> {
    let accepted = |item: &str, days| {
        json!({ "item": item, "handling": "promised",
            "limits": { "promised_working_days": days } })
    };
    let began = json!({ "procedure": "testing", "declared_working_days": 3,
        "notified_in_writing": true });
    let corrected = |of: u64, change: Value| {
        json!({ "corrects": crate::acts::id(of), "reason": "typed twice", "approver": "s-9",
            "change": change })
    };
    let other_item = json!({ "kind": "field", "field": "item", "was": "QL-2", "now": "QL-9" });
    let acceptance = "case.ApplicationAccepted";
    let correction = "case.ActCorrected";
    vec![
        act(1, "case/a", acceptance, "06-02", accepted("QL-1", 5)),
        act(2, "case/b", acceptance, "06-03", accepted("QL-2", 20)),
        act(3, "case/c", acceptance, "06-04", accepted("QL-1", 10)),
        act(4, "case/c", "case.ExcludedProcedureStarted", "06-05", began),
        act(5, "case/a", "case.DecisionMade", "06-06", json!({ "outcome": "granted" })),
        act(6, "case/b", correction, "06-20", corrected(2, other_item)),
        act(7, "case/d", acceptance, "06-05", accepted("QL-2", 3)),
        act(8, "case/c", "case.ExcludedProcedureEnded", "06-12", json!({ "procedure": "testing" })),
        act(
            9,
            "calendar/holidays",
            "calendar.HolidayNoticePublished",
            "06-01",
            json!({
            "year": 2008, "number": "test 1", "published_on": "2008-06-01",
            "title": "a notice", "days": [{ "on": "2008-06-09", "kind": "off" }] }),
        ),
        act(10, "case/d", correction, "06-20", corrected(7, json!({ "kind": "annulled" }))),
        with(
            act(11, "case/e", acceptance, "06-30", accepted("QL-1", 10)),
            "source.site",
            json!("320682105000"),
        ),
    ]
}

/// All pages of a list.
fn walked(site: &Site, query: &str) -> Vec<Value> {
    let (mut cases, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = site.get(&format!("/v1/cases?limit=2&{query}{cursor}"));
        assert_eq!(page.status, 200, "{query}: {}", page.body);
        let page = page.json();
        cases.extend(page["cases"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return cases,
        }
    }
}

/// What is compared of a case, wherever it is said.
fn row(summary: &Value, clocks: &Value, findings: &Value) -> Value {
    let clocks = clocks.as_array().unwrap().iter().map(|clock| {
        json!({ "kind": clock["kind"], "due_on": clock["due_on"], "standing": clock["standing"] })
    });
    let clocks: Vec<_> = clocks.collect();
    json!({ "site": summary["site"], "item": summary["item"], "clocks": clocks,
        "findings": findings })
}

/// What each case says of itself at a position on a day, as a list would say it.
fn asked_one_by_one(site: &Site, moment: &str) -> BTreeMap<String, Value> {
    let mut cases = BTreeMap::new();
    for id in ["a", "b", "c", "d", "e"] {
        let case = site.get(&format!("/v1/cases/{id}?{moment}"));
        if case.status == 404 {
            continue;
        }
        let case = case.json();
        let findings = json!(case["findings"].as_array().unwrap().len());
        cases.insert(id.to_owned(), row(&case["summary"], &case["clocks"], &findings));
    }
    cases
}

/// Whether a row that was asked for one by one belongs in a list of this filter.
fn belongs(row: &Value, filter: &[(&str, &str)]) -> bool {
    let said = |name| filter.iter().find(|(of, _)| *of == name).map(|(_, value)| *value);
    let clock = |clock: &Value| {
        let due = clock["due_on"].as_str();
        said("state").is_none_or(|state| clock["standing"] == state)
            && said("due_from").is_none_or(|from| due.is_some_and(|due| due >= from))
            && said("due_to").is_none_or(|to| due.is_some_and(|due| due <= to))
    };
    let by_clock = ["state", "due_from", "due_to"].iter().any(|name| said(name).is_some());
    said("item").is_none_or(|item| row["item"] == item)
        && said("site").is_none_or(|site| row["site"].as_str().unwrap()[..6] == site[..6])
        && (!by_clock || row["clocks"].as_array().unwrap().iter().any(clock))
}

#[test]
fn a_list_known_at_any_position_says_what_each_case_says() {
    known_at_any_position(Site::open());
}

#[test]
fn a_list_known_at_any_position_is_the_same_beside_read_tables() {
    known_at_any_position(Site::with_tables());
}

fn known_at_any_position(mut site: Site) {
    let lines: Vec<_> = history().iter().map(Value::to_string).collect();
    for answer in site.post_lines(&lines.join("\n")) {
        assert_eq!(answer["status"], 201, "{answer}");
    }
    site.get(&format!("/v1/cases?min_position={}", lines.len()));
    let filters: &[&[(&str, &str)]] = &[
        &[],
        &[("state", "running")],
        &[("state", "paused")],
        &[("state", "missed")],
        &[("state", "met")],
        &[("item", "QL-1"), ("state", "running")],
        &[("item", "QL-2")],
        &[("item", "QL-9")],
        &[("site", "320682000000")],
        &[("site", "320681000000"), ("due_from", "2008-06-10"), ("due_to", "2008-06-20")],
    ];
    let mut found = 0;
    for known_at in 0..=lines.len() {
        for as_of in ["2008-06-05", "2008-06-10", "2008-07-01", "2008-08-01"] {
            let moment = format!("known_at={known_at}&as_of={as_of}");
            let all = asked_one_by_one(&site, &moment);
            for filter in filters {
                let asked: Vec<_> = filter.iter().map(|(n, v)| format!("{n}={v}")).collect();
                let query = format!("{moment}&{}", asked.join("&"));
                let query = query.trim_end_matches('&');
                let listed: BTreeMap<_, _> = walked(&site, query)
                    .into_iter()
                    .map(|case| {
                        let row = row(&case, &case["clocks"], &case["findings"]);
                        (case["id"].as_str().unwrap().to_owned(), row)
                    })
                    .collect();
                let mut expected = all.clone();
                expected.retain(|_, row| belongs(row, filter));
                assert_eq!(listed, expected, "{query}");
                found += listed.len();
            }
        }
    }
    assert!(found > 300, "{found}");
    site.stop();
}

#[test]
fn pages_of_one_walk_hold_what_was_known_when_it_began() {
    for mut site in [Site::open(), Site::with_tables()] {
        for number in 1..=4 {
            site.post("/v1/acts", &acceptance(number, &format!("case/{number}")));
        }
        let first = site.get("/v1/cases?min_position=4&state=running&limit=2").json();
        assert_eq!(ids(&first), ["1", "2"]);
        let decided = json!({ "outcome": "granted" });
        site.post("/v1/acts", &act(5, "case/3", "case.DecisionMade", "07-01", decided));
        site.post("/v1/acts", &acceptance(6, "case/31"));
        site.get("/v1/cases?min_position=6");
        let cursor = first["next"].as_str().unwrap();
        let next = site.get(&format!("/v1/cases?state=running&cursor={cursor}")).json();
        assert_eq!((ids(&next), &next["position"]), (vec!["3".into(), "4".into()], &json!(4)));
        site.stop();
    }
}

#[test]
fn a_cursor_is_not_taken_for_another_day_or_position() {
    let site = Site::open();
    for number in 1..=3 {
        site.post("/v1/acts", &acceptance(number, &format!("case/{number}")));
    }
    let first = site.get("/v1/cases?limit=1&known_at=2&as_of=2008-07-02").json();
    assert_eq!((&first["position"], &first["as_of"]), (&json!(2), &json!("2008-07-02")));
    let on = format!("/v1/cases?cursor={}", first["next"].as_str().unwrap());
    assert_eq!(ids(&site.get(&format!("{on}&known_at=2&as_of=2008-07-02")).json()), ["2"]);
    for other in ["known_at=3", "as_of=2008-07-03"] {
        let problem = site.get(&format!("{on}&{other}")).problem(400, "malformed");
        assert_eq!(problem["field"], "cursor", "{problem}");
    }
    let elsewhere = Site::open();
    let problem = elsewhere.get(&on).problem(400, "malformed");
    assert!(problem["rule"].as_str().unwrap().contains("past the last one"), "{problem}");
}

#[test]
fn a_list_is_known_at_an_instant_too() {
    let mut site = Site::with_tables();
    site.post("/v1/acts", &acceptance(1, "case/1"));
    let before = site.get("/v1/cases?known_at=2008-06-01T12:00:00Z").json();
    assert_eq!((&before["position"], ids(&before).len()), (&json!(0), 0));
    let after = site.get("/v1/cases?known_at=2008-07-01T19:00:00%2B08:00").json();
    assert_eq!((&after["position"], ids(&after).len()), (&json!(1), 1));
    let problem = site.get("/v1/cases?known_at=2").problem(400, "malformed");
    assert_eq!(problem["field"], "known_at");
    assert_eq!(site.get("/v1/cases?min_position=1").status, 200);
    let page = site.get("/cases?known_at=1&as_of=2008-07-02").body;
    assert!(page.contains("/cases/1?as_of=2008-07-02&amp;known_at=1"), "{page}");
    assert!(page.contains("name=\"known_at\"\n value=\"1\""), "{page}");
    site.stop();
}
