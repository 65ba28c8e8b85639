//! The lists of supervision over HTTP: narrowed, page by page, as of a day, as known at a position;
//! and each reader's own part only.

use serde_json::{Value, json};
use tongjian::first_start;
use tongjian::http::Access;
use tongjian::runner::REGISTRY;
use tongjian_events::StreamKind;

use super::{Site, acceptance, notice, ten_o_clock, with};

fn lines(answer: &Value) -> &Vec<Value> {
    answer["lines"].as_array().unwrap()
}

/// Two acceptances in each of three cases, which is one too many; after the shipped rules. Answers how
/// many acts those are.
fn accepted_twice(site: &Site) -> u64 {
    site.wait(first_start::run(&site.store, ten_o_clock())).unwrap();
    let before = site.wait(site.store.head()).unwrap().position;
    for number in 1..=6_u64 {
        let stream = format!("case/{}", number.div_ceil(2));
        let answer = site.post("/v1/acts", &acceptance(number, &stream));
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
    before
}

#[test]
fn a_line_names_the_acts_it_rests_on_and_holds_from_its_day_on() {
    let site = Site::with_tables();
    let before = accepted_twice(&site);
    let path = format!("/v1/lists/irregularities?kind=accepted_twice&min_position={}", before + 6);
    let answer = site.get(&path).json();
    assert_eq!((&answer["position"], lines(&answer).len()), (&json!(before + 6), 3), "{answer}");
    let line = &lines(&answer)[0];
    assert_eq!((&line["key"], &line["kind"]), (&json!("case/1"), &json!("accepted_twice")));
    assert_eq!(
        line["positions"][1],
        json!({ "position": before + 2, "act": format!("/v1/acts/{}", before + 2) })
    );
    assert_eq!(site.get(line["positions"][1]["act"].as_str().unwrap()).status, 200);
    let earlier = site.get(&format!("{path}&as_of=2008-06-30")).json();
    assert_eq!(lines(&earlier).len(), 0);
    let one = site.get(&format!("{path}&key=case/2")).json();
    assert_eq!(lines(&one).len(), 1);
    let elsewhere = site.get(&format!("{path}&site=320682000000")).json();
    assert_eq!(lines(&elsewhere).len(), 0);
    // As known after the third act one case had been accepted twice.
    let path = format!("{path}&known_at={}", before + 3);
    let known = loop {
        let known = site.get(&path);
        if known.status == 200 {
            break known.json();
        }
        known.problem(503, "being-made");
    };
    assert_eq!((&known["position"], lines(&known).len()), (&json!(before + 3), 1), "{known}");
}

#[test]
fn the_pages_of_a_list_are_the_list() {
    let site = Site::with_tables();
    let all = accepted_twice(&site) + 6;
    let path = format!("/v1/lists/irregularities?kind=accepted_twice&min_position={all}&limit=1");
    let (mut seen, mut next) = (Vec::new(), String::new());
    for _ in 0..4 {
        let answer = site.get(&format!("{path}{next}")).json();
        seen.extend(lines(&answer).iter().map(|line| line["key"].as_str().unwrap().to_owned()));
        match answer["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, ["case/1", "case/2", "case/3"]);
}

#[test]
fn what_a_list_is_not_asked_by_is_named() {
    let site = Site::with_tables();
    site.get("/v1/lists/nothing").problem(404, "not-found");
    let problem = site.get("/v1/lists/cards?colour=red").problem(400, "malformed");
    assert_eq!(problem["field"], "colour");
    assert!(problem["rule"].as_str().unwrap().contains("level"), "{problem}");
    for (asked, field) in [
        ("as_of=tomorrow", "as_of"),
        ("limit=0", "limit"),
        ("cursor=here", "cursor"),
        ("site=%20%20a%20b", "site"),
        ("known_at=x", "known_at"),
    ] {
        let problem = site.get(&format!("/v1/lists/cards?{asked}")).problem(400, "malformed");
        assert_eq!(problem["field"], field, "{problem}");
    }
    site.get("/v1/lists/cards?known_at=99").problem(400, "malformed");
}

#[test]
fn a_reader_sees_the_lines_of_its_own_sites_only() {
    let mut site = Site::start(Access::Tokens, REGISTRY);
    site.wait(first_start::run(&site.store, ten_o_clock())).unwrap();
    let own = site.token("own", &["320681000000"], &[StreamKind::Case]);
    let other = site.token("other", &["320682000000"], &[]);
    let bearer = |token: &str| format!("Bearer {token}");
    for number in 1..=2 {
        let act = acceptance(number, "case/1").to_string();
        let headers =
            [("Content-Type", "application/json"), ("Authorization", &bearer(&own) as &str)];
        assert_eq!(site.ask("POST", "/v1/acts", &headers, act.as_bytes()).status, 201);
    }
    let all = site.wait(site.store.head()).unwrap().position;
    let path = format!("/v1/lists/irregularities?kind=accepted_twice&min_position={all}");
    let asked = |token: &str| {
        let answer = site.ask("GET", &path, &[("Authorization", &bearer(token) as &str)], b"");
        lines(&answer.json()).len()
    };
    assert_eq!((asked(&own), asked(&other)), (1, 0));
    assert_eq!(site.get(&path).status, 401);
    site.stop();
}

#[test]
fn the_network_of_a_day_is_counted_by_county_and_level() {
    let site = Site::with_tables();
    let of = |number: u64, event: &str, body: Value| {
        let mut act = notice(number, "site/320681105000");
        act["event"] = event.into();
        act["body"] = body;
        with(act, "occurred_at", json!(format!("2008-06-{number:02}T09:00:00+08:00")))
    };
    let named =
        json!({ "site": "320681105000", "name": "汇龙镇便民服务中心", "level": "township" });
    for act in [
        of(2, "site.SitePlanned", named.clone()),
        of(12, "site.SiteEstablished", named),
        of(20, "site.SiteAccepted", json!({ "accepted_by": "市监察局" })),
    ] {
        let answer = site.post("/v1/acts", &act);
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
    let on = |day: &str| site.get(&format!("/v1/coverage?on={day}&min_position=3")).json();
    let planned = on("2008-06-11");
    assert_eq!(planned["whole"]["planned"], 1, "{planned}");
    assert_eq!(
        (&planned["whole"]["established"], &planned["whole"]["step"]),
        (&json!(0), &json!("agree"))
    );
    let accepted = on("2008-06-30");
    assert_eq!(accepted["parts"][0]["county"], "320681000000", "{accepted}");
    assert_eq!(accepted["whole"]["step"], "covered");
    assert_eq!(accepted["target_on"], Value::Null, "nobody set one");
    let target = |number: u64, stream: &str, day: &str| {
        let mut act = of(number, "site.CoverageTargetSet", json!({ "target_on": day }));
        act["stream"] = stream.into();
        let answer = site.post("/v1/acts", &act);
        assert_eq!(answer.status, 201, "{}", answer.body);
    };
    let known = |position| {
        let path = format!("/v1/coverage?on=2008-06-11&min_position={position}");
        site.get(&path).json()["target_on"].clone()
    };
    target(21, "site/320600000000", "2008-08-31");
    assert_eq!(known(4), "2008-08-31", "set for the city, and for all below it");
    target(22, "site/320681000000", "2008-07-31");
    assert_eq!(known(5), "2008-07-31", "the nearest holds");
    site.get("/v1/coverage?on=soon").problem(400, "malformed");
}
