//! 閱卷: whose a case is, and how much of it who else has part in it is shown. Whoever guesses a
//! number and writes into it first reads nothing of what its owner adds, and the owner does.

use serde_json::{Value, json};
use tongjian::http::Access;
use tongjian::runner::REGISTRY;
use tongjian_events::StreamKind;

use super::bulletins::patiently;
use super::{Answer, Site, acceptance, notice, with};

pub(super) const GUESSER: &str = "320682105000";
pub(super) const OWNER: &str = "320681105000";
const VILLAGE: &str = "320681105201";
const HELPER: &str = "320683105000";

pub(super) struct City {
    pub(super) site: Site,
    pub(super) all: String,
    pub(super) guesser: String,
    pub(super) owner: String,
    helper: String,
}

impl City {
    pub(super) fn open() -> Self {
        let site = Site::start(Access::Tokens, REGISTRY);
        site.wait(tongjian::first_start::run(&site.store, super::ten_o_clock())).unwrap();
        let token = |name: &str, at: &[&str]| site.token(name, at, StreamKind::ALL);
        let (all, guesser) = (token("all", &[]), token("guesser", &["320682000000"]));
        let (owner, helper) = (token("owner", &[OWNER]), token("helper", &[HELPER]));
        Self { all, guesser, owner, helper, site }
    }

    pub(super) fn send(&self, token: &str, at: &str, act: Value) -> u64 {
        let bearer = format!("Bearer {token}");
        let headers = [("Content-Type", "application/json"), ("Authorization", bearer.as_str())];
        let act = with(act, "source.site", json!(at)).to_string();
        let answer = self.site.ask("POST", "/v1/acts", &headers, act.as_bytes());
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()["position"].as_u64().unwrap()
    }

    pub(super) fn ask(&self, token: &str, path: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        patiently(|| self.site.ask("GET", path, &[("Authorization", &bearer)], b""))
    }

    /// What is shown of a case, and the positions of its acts; those that stand in either reading.
    pub(super) fn shown(&self, token: &str, path: &str) -> (String, Vec<u64>) {
        let (name, question) = path.split_once('?').unwrap_or((path, ""));
        let mut found = Vec::new();
        for view in ["raw", "effective"] {
            let path = format!("/v1/cases/{name}/timeline?view={view}&{question}");
            let answer = self.ask(token, &path);
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            let body = answer.json();
            let acts = body["acts"].as_array().unwrap().iter();
            let acts = acts.filter(|act| act["annulled"] == json!(false));
            let mut acts: Vec<u64> = acts.map(|act| act["position"].as_u64().unwrap()).collect();
            acts.sort_unstable();
            found.push((body["shown"].as_str().unwrap().to_owned(), acts));
        }
        assert_eq!(found[0], found[1], "{path}");
        found.remove(0)
    }

    pub(super) fn clocks(&self, token: &str, name: &str) -> Vec<String> {
        let body = self.ask(token, &format!("/v1/cases/{name}")).json();
        let clocks = body["clocks"].as_array().unwrap().iter();
        clocks.map(|clock| clock["kind"].as_str().unwrap().to_owned()).collect()
    }
}

pub(super) fn receipt(number: u64, stream: &str) -> Value {
    let body = json!({ "item": "QL-0231", "applicant": format!("A-{number}"),
        "channel": "counter", "handling": "promised" });
    let act = with(notice(number, stream), "event", json!("case.ApplicationReceived"));
    with(act, "body", body)
}

pub(super) fn act(number: u64, stream: &str, event: &str, body: Value) -> Value {
    with(with(notice(number, stream), "event", json!(event)), "body", body)
}

pub(super) fn step(number: u64, stream: &str) -> Value {
    act(number, stream, "case.StepStarted", json!({ "step": "check" }))
}

#[test]
fn who_guesses_a_number_and_receives_under_it_first_reads_nothing_of_its_owners_case() {
    let mut city = City::open();
    let name = "guessed";
    let stream = format!("case/{name}");
    let squat = city.send(&city.guesser, GUESSER, receipt(1, &stream));
    let given = json!({ "from": GUESSER, "to": OWNER });
    let named = city.send(&city.guesser, GUESSER, act(2, &stream, "case.CaseHandedOver", given));
    let own = [
        city.send(&city.owner, OWNER, receipt(3, &stream)),
        city.send(&city.owner, OWNER, acceptance(4, &stream)),
        city.send(&city.all, VILLAGE, step(5, &stream)),
    ];
    let theirs = vec![squat, named];
    assert_eq!(city.shown(&city.guesser, name), ("case".into(), theirs.clone()));
    for known in own {
        // Nor as it was known in between.
        let (_, acts) = city.shown(&city.guesser, &format!("{name}?known_at={known}"));
        assert_eq!(acts, theirs);
        assert_eq!(city.ask(&city.guesser, &format!("/v1/acts/{known}")).status, 404);
        assert_eq!(city.ask(&city.owner, &format!("/v1/acts/{known}")).status, 200);
    }
    assert_eq!(city.clocks(&city.guesser, name), ["receipt"], "the owner's acts count in no clock");
    // It was handed the guesser's case, so that it may read both; its own is told first.
    let (shown, acts) = city.shown(&city.owner, name);
    assert_eq!((shown.as_str(), acts.len()), ("other_case", 5));
    assert_eq!(city.clocks(&city.owner, name), ["receipt", "promised", "statutory"]);
    let (shown, acts) = city.shown(&city.all, name);
    assert_eq!((shown.as_str(), acts.len()), ("whole", 5));
    let found = city.ask(&city.all, &format!("/v1/cases/{name}")).json()["findings"].to_string();
    assert_eq!(found.matches("case_number_used_twice").count(), 1, "{found}");
    let others = city.ask(&city.all, &format!("/v1/cases/{name}")).json()["others"].clone();
    assert_eq!(others[0]["summary"]["site"], OWNER, "{others}");
    assert_eq!(others[0]["clocks"].as_array().unwrap().len(), 3, "{others}");
    assert_eq!(city.ask(&city.helper, &format!("/v1/cases/{name}")).status, 404);
    city.site.stop();
}

#[test]
fn an_owner_whose_number_was_used_before_reads_his_own_case_with_its_limits() {
    let mut city = City::open();
    let name = "taken";
    let stream = format!("case/{name}");
    let first = city.send(&city.guesser, GUESSER, receipt(1, &stream));
    let own = vec![
        city.send(&city.owner, OWNER, receipt(2, &stream)),
        city.send(&city.owner, OWNER, acceptance(3, &stream)),
    ];
    assert_eq!(city.shown(&city.owner, name), ("other_case".into(), own.clone()));
    assert_eq!(city.clocks(&city.owner, name), ["receipt", "promised", "statutory"]);
    let case = city.ask(&city.owner, &format!("/v1/cases/{name}")).json();
    let found = case["findings"].to_string();
    assert_eq!(found.matches("case_number_used_twice").count(), 1, "{found}");
    assert_eq!(case["summary"]["site"], OWNER, "{case}");
    let before = format!("/v1/cases/{name}?known_at={first}");
    assert_eq!(city.ask(&city.owner, &before).status, 404, "nothing was his then");
    // Who supervises finds both in the list, each under its site.
    let listed = |token: &str, question: &str| {
        let path = format!("/v1/cases?min_position={}&{question}", own[1]);
        let body = city.ask(token, &path).json();
        let cases = body["cases"].as_array().unwrap_or_else(|| panic!("{body}")).iter();
        cases.map(|case| case["site"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(listed(&city.all, ""), [GUESSER, OWNER]);
    assert_eq!(listed(&city.all, "site=320681000000"), [OWNER]);
    assert_eq!(listed(&city.owner, ""), [OWNER]);
    assert_eq!(listed(&city.guesser, ""), [GUESSER]);
    // Whoever received by mistake annuls that, and the case is its owner's, in every list.
    let id = crate::acts::id(1);
    let annulled = json!({ "corrects": id, "change": { "kind": "annulled" },
        "reason": "錄錯案號", "approver": "s-9" });
    let correction = act(4, &stream, "case.ActCorrected", annulled);
    let last = city.send(&city.guesser, GUESSER, correction);
    let (shown, acts) = city.shown(&city.owner, name);
    assert_eq!(shown, "other_case");
    assert!(own.iter().all(|position| acts.contains(position)), "{acts:?}");
    assert_eq!(city.shown(&city.guesser, name), ("own_acts".into(), vec![last]));
    let listed = |token: &str, question: &str| {
        let path = format!("/v1/cases?min_position={last}&{question}");
        let body = city.ask(token, &path).json();
        body["cases"].as_array().unwrap_or_else(|| panic!("{body}")).len()
    };
    assert_eq!(listed(&city.owner, ""), 1);
    assert_eq!(listed(&city.guesser, ""), 0);
    // As it was known before, there are two, to whoever may know that.
    for then in [format!("known_at={}", own[1]), format!("known_at={}&as_of=2008-07-01", own[1])] {
        assert_eq!(listed(&city.guesser, &then), 0, "{then}");
        assert_eq!(listed(&city.all, &then), 2, "{then}");
        assert_eq!(listed(&city.all, &format!("{then}&site={GUESSER}")), 1, "{then}");
    }
    city.site.stop();
}

#[test]
fn who_writes_into_a_case_before_its_receipt_sees_what_he_wrote() {
    let mut city = City::open();
    let name = "early";
    let stream = format!("case/{name}");
    let early = city.send(&city.guesser, GUESSER, step(1, &stream));
    assert_eq!(city.shown(&city.guesser, name).0, "case", "nobody else's yet");
    let decided = act(2, &stream, "case.DecisionMade", json!({ "outcome": "granted" }));
    let decided = city.send(&city.owner, OWNER, decided);
    let received = city.send(&city.owner, OWNER, receipt(3, &stream));
    assert_eq!(city.shown(&city.owner, name), ("case".into(), vec![early, decided, received]));
    let between = format!("?known_at={decided}");
    for question in ["", &between, "?as_of=2008-07-01"] {
        let shown = city.shown(&city.guesser, &format!("{name}{question}"));
        assert_eq!(shown, ("own_acts".into(), vec![early]), "{question}");
    }
    assert!(city.clocks(&city.guesser, name).is_empty());
    let case = city.ask(&city.guesser, &format!("/v1/cases/{name}")).json();
    assert_eq!(case["findings"], json!([]));
    assert!(case["summary"]["decided_on"].is_null(), "{case}");
    city.site.stop();
}

#[test]
fn to_whom_a_file_was_given_reads_it_and_who_took_it_does_not() {
    let mut city = City::open();
    let name = "given";
    let stream = format!("case/{name}");
    let received = city.send(&city.owner, OWNER, receipt(1, &stream));
    // Who names himself is given nothing.
    let to_himself = json!({ "from": OWNER, "to": GUESSER });
    let took = act(2, &stream, "case.CaseHandedOver", to_himself);
    let took = city.send(&city.guesser, GUESSER, took);
    assert_eq!(city.shown(&city.guesser, name), ("own_acts".into(), vec![took]));
    assert_eq!(city.ask(&city.helper, &format!("/v1/cases/{name}")).status, 404);
    let asked = act(3, &stream, "case.CoUnitNotified", json!({ "unit": HELPER }));
    let asked = city.send(&city.owner, OWNER, asked);
    assert_eq!(city.shown(&city.helper, name), ("case".into(), vec![received, took, asked]));
    assert_eq!(city.ask(&city.helper, &format!("/v1/acts/{received}")).status, 200);
    assert_eq!(city.ask(&city.guesser, &format!("/v1/acts/{received}")).status, 404);
    city.site.stop();
}

/// Below the site that answers nobody gives its file away, and neither does one below a unit that
/// was given it.
#[test]
fn a_file_is_given_by_who_answers_for_it() {
    let mut city = City::open();
    let village = city.site.token("village", &[VILLAGE], StreamKind::ALL);
    let name = "kept";
    let stream = format!("case/{name}");
    city.send(&city.owner, OWNER, receipt(1, &stream));
    let hands = |number, to: &str| {
        act(number, &stream, "case.CaseHandedOver", json!({ "from": OWNER, "to": to }))
    };
    let took = city.send(&village, VILLAGE, hands(2, VILLAGE));
    city.send(&village, VILLAGE, hands(3, GUESSER));
    assert_eq!(city.ask(&city.guesser, &format!("/v1/cases/{name}")).status, 404);
    let (shown, acts) = city.shown(&village, name);
    assert_eq!((shown.as_str(), acts[0], acts.len()), ("own_acts", took, 2));
    // The county it was handed to reads it, and a town of that county does not take it.
    city.send(&city.owner, OWNER, hands(4, "320682000000"));
    assert_eq!(city.shown(&city.guesser, name).0, "case");
    let town = city.site.token("town", &["320682106000"], StreamKind::ALL);
    city.send(&town, "320682106000", hands(5, "320682106000"));
    assert_eq!(city.shown(&town, name).0, "own_acts");
    // Who squats on a number of a site above it reads nothing of that.
    let squat = city.send(&village, VILLAGE, receipt(6, "case/above"));
    city.send(&city.owner, OWNER, receipt(7, "case/above"));
    city.send(&city.owner, OWNER, acceptance(8, "case/above"));
    assert_eq!(city.shown(&village, "above"), ("case".into(), vec![squat]));
    city.site.stop();
}

/// A case that was accepted and never received is its site's, whoever receives under it later.
#[test]
fn who_receives_later_takes_no_case_from_who_accepted() {
    let mut city = City::open();
    let stream = "case/accepted";
    let own = vec![
        city.send(&city.owner, OWNER, acceptance(1, stream)),
        city.send(&city.owner, OWNER, step(2, stream)),
    ];
    let later = city.send(&city.guesser, GUESSER, receipt(3, stream));
    assert_eq!(city.shown(&city.owner, "accepted"), ("case".into(), own));
    assert_eq!(city.shown(&city.guesser, "accepted"), ("other_case".into(), vec![later]));
    assert_eq!(city.clocks(&city.owner, "accepted"), ["promised", "statutory"]);
    city.site.stop();
}
