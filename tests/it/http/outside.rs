//! 轄外: whoever asks for what lies outside his sites is told what he would be told if it were not
//! there; that he asked is remembered. And who has read a case is seen by those who may see it.

use serde_json::{Value, json};
use tongjian::http::Access;
use tongjian::runner::REGISTRY;
use tongjian::store::cabinet;
use tongjian_events::StreamKind;
use tongjian_events::policy::Role;

use super::browser::Browser;
use super::bulletins::{ID, begin, june, patiently};
use super::{Site, acceptance, notice, with};

const OURS: &str = "320681000000";
const THEIRS: &str = "320682105000";

/// Reads by a name: of something that another county has, and of something that nobody has.
const READS: &[(&str, &str)] = &[
    ("/v1/cases/theirs", "/v1/cases/nobodys"),
    ("/v1/cases/theirs?as_of=2008-07-01", "/v1/cases/nobodys?as_of=2008-07-01"),
    ("/v1/cases/theirs?known_at=@HEAD", "/v1/cases/nobodys?known_at=@HEAD"),
    ("/v1/cases/theirs/timeline", "/v1/cases/nobodys/timeline"),
    ("/cases/theirs", "/cases/nobodys"),
    ("/v1/acts/@THEIRS", "/v1/acts/@BEYOND"),
    ("/chronicle/@THEIRS", "/chronicle/@BEYOND"),
    ("/v1/streams/case/theirs", "/v1/streams/case/nobodys"),
    ("/v1/streams/case/theirs?limit=1", "/v1/streams/case/nobodys?limit=1"),
    ("/complaints/theirs", "/complaints/nobodys"),
    ("/inspections/theirs", "/inspections/nobodys"),
    ("/sites/320682105000", "/sites/320682109000"),
    ("/places/320682105000", "/places/320682109000"),
    ("/v1/bulletins/theirs", "/v1/bulletins/nobodys"),
    ("/v1/bulletins/theirs/history", "/v1/bulletins/nobodys/history"),
    ("/v1/bulletins/theirs/figures/cases_received", "/v1/bulletins/nobodys/figures/cases_received"),
    ("/bulletins/theirs", "/bulletins/nobodys"),
    ("/bulletins/theirs/figures", "/bulletins/nobodys/figures"),
];

/// A chronicle with things of another county, and of the city, under the name `theirs`.
fn furnished() -> (Site, u64) {
    let site = Site::start(Access::Tokens, REGISTRY);
    let all = site.token("all", &[], StreamKind::ALL);
    let bearer = format!("Bearer {all}");
    let headers = [("Content-Type", "application/json"), ("Authorization", bearer.as_str())];
    let send = |act: &Value| site.ask("POST", "/v1/acts", &headers, act.to_string().as_bytes());
    begin(&site, send);
    let there = |act: Value| with(act, "source.site", json!(THEIRS));
    let mut complaint = there(notice(4, "complaint/theirs"));
    complaint["event"] = "complaint.ComplaintReceived".into();
    complaint["body"] = json!({ "route": "e_supervision", "channel": "telephone",
        "category": "attitude", "about": { "unit": THEIRS, "site": THEIRS }, "statement": "態度生硬" });
    let mut inspection = there(notice(5, "inspection/theirs"));
    inspection["event"] = "inspection.InspectionStarted".into();
    inspection["body"] = json!({ "site": THEIRS, "kind": "routine", "inspectors": ["a", "b"] });
    for act in [there(acceptance(3, "case/theirs")), complaint, inspection] {
        let answer = send(&act);
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
    let theirs = site.wait(site.store.head()).unwrap().position - 2;
    let draft = june().to_string();
    let drafted = patiently(|| site.ask("POST", "/v1/bulletins", &headers, draft.as_bytes()));
    assert_eq!(drafted.status, 201, "{}", drafted.body);
    (site, theirs)
}

fn trail(site: &Site) -> Vec<(String, String, String)> {
    let asked = cabinet::Asked { limit: 5_000, ..Default::default() };
    let traces = site.wait(site.store.trail(asked)).unwrap();
    traces.into_iter().map(|trace| (trace.who, trace.did, trace.subject)).collect()
}

#[test]
fn what_lies_outside_is_answered_as_what_is_not_there_and_the_attempt_is_remembered() {
    let (mut site, theirs) = furnished();
    let names = [Role::Inspector, Role::Auditor, Role::Department];
    let people: Vec<_> =
        names.iter().map(|role| Browser::of(&site, role.as_str(), *role, &[OURS])).collect();
    let head = site.wait(site.store.head()).unwrap().position;
    let up = site.token("up", &[], &[]);
    let bearer = format!("Bearer {up}");
    let known = format!("/v1/cases?min_position={head}");
    let seen = patiently(|| site.ask("GET", &known, &[("Authorization", &bearer)], b""));
    assert_eq!(seen.status, 200);
    let head = site.wait(site.store.head()).unwrap().position;
    let filled = |path: &str| {
        path.replace("@THEIRS", &theirs.to_string())
            .replace("@BEYOND", "99999")
            .replace("@HEAD", &head.to_string())
            .replace("bulletins/theirs", &ID["/v1/".len()..])
    };
    let bare = |text: &str| {
        let own = [ID.rsplit('/').next().unwrap(), "nobodys", "theirs", "320682109000"];
        let text = own.iter().fold(text.to_owned(), |text, name| text.replace(name, "·"));
        let position = format!("`{theirs}`");
        text.replace(THEIRS, "·")
            .replace(&position, "`99999`")
            .replace(&format!("at {theirs}"), "at 99999")
            .replace(&format!("/chronicle/{theirs}"), "/chronicle/99999")
    };
    for (browser, role) in people.iter().zip(names) {
        let before = trail(&site).len();
        for (there, nowhere) in READS {
            for accept in ["application/json", "text/html"] {
                let get = |path: &str| browser.ask("GET", path, &[("Accept", accept)], b"");
                let (answer, other) = (get(&filled(there)), get(&filled(nowhere)));
                assert_eq!((answer.status, other.status), (404, 404), "{role} {there}");
                assert_eq!(bare(&answer.body), bare(&other.body), "{role} {there}");
                assert!(!answer.body.contains("態度"), "{role} {there}");
            }
            let path = filled(there);
            let path = path.split('?').next().unwrap();
            let tried = trail(&site).into_iter().any(|(who, did, subject)| {
                who == role.as_str()
                    && (did == "refused" || did == "not-found")
                    && subject == format!("GET {path}")
            });
            assert!(tried, "{role} {there} is not remembered");
        }
        assert!(trail(&site).len() > before);
    }
    site.stop();
}

#[test]
fn nothing_is_done_to_what_lies_outside_and_nothing_is_told_of_it() {
    let (mut site, _) = furnished();
    let bureau = Browser::of(&site, "bureau", Role::Bureau, &[OURS]);
    let form = [("order", "order"), ("version", "1"), ("flag", "items"), ("demand", "x")];
    for thing in ["inspections", "cards", "complaints"] {
        let theirs = bureau.post_form(&format!("/{thing}/theirs"), &form);
        let nobodys = bureau.post_form(&format!("/{thing}/nobodys"), &form);
        assert_eq!((theirs.status, nobodys.status), (404, 404), "{thing}");
        assert!(theirs.body.contains("class=\"problem\""), "told as a page: {}", theirs.body);
    }
    for step in ["review", "sign", "issue", "erratum"] {
        let body = match step {
            "review" => json!({ "verdict": "approved" }),
            "erratum" => json!({ "reason": "無" }),
            _ => json!({}),
        };
        let theirs = bureau.post(&format!("{ID}/{step}"), &body);
        let nobodys = bureau.post(&format!("/v1/bulletins/nobodys/{step}"), &body);
        let codes = (theirs.json()["type"].clone(), nobodys.json()["type"].clone());
        assert_eq!((theirs.status, nobodys.status), (404, 404), "{step}: {codes:?}");
        assert_eq!(codes.0, codes.1, "{step}");
    }
    let refused =
        trail(&site).into_iter().filter(|(who, did, _)| who == "bureau" && did == "refused");
    assert_eq!(refused.count(), 4, "each step is remembered");
    site.stop();
}

#[test]
fn a_grant_of_several_sites_has_full_pages_and_no_cursor_names_others() {
    let mut site = Site::start(Access::Tokens, REGISTRY);
    let all = site.token("all", &[], StreamKind::ALL);
    let bearer = format!("Bearer {all}");
    let headers = [("Content-Type", "application/json"), ("Authorization", bearer.as_str())];
    let sites = ["320681105000", THEIRS, "320683105000"];
    for number in 0..18_u64 {
        let at = sites[number as usize % 3];
        let mut act = with(
            notice(number + 1, &format!("complaint/{number:02}-{at}")),
            "source.site",
            json!(at),
        );
        act["event"] = "complaint.ComplaintReceived".into();
        act["body"] = json!({ "route": "e_supervision", "channel": "telephone",
            "category": "attitude", "about": { "unit": at, "site": at }, "statement": "態度生硬" });
        let answer = site.ask("POST", "/v1/acts", &headers, act.to_string().as_bytes());
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
    let two = site.token("two", &[OURS, "320683000000"], &[]);
    let own = format!("Bearer {two}");
    let (mut seen, mut next) = (Vec::new(), String::new());
    loop {
        let path = format!("/v1/lists/complaints?limit=4&min_position=19{next}");
        let page = patiently(|| site.ask("GET", &path, &[("Authorization", &own)], b"")).json();
        let lines = page["lines"].as_array().unwrap();
        seen.extend(lines.iter().map(|line| line["key"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next"].as_str() else { break };
        assert_eq!(lines.len(), 4, "{page}");
        assert!(!cursor.contains(THEIRS), "{cursor}");
        next = format!("&cursor={}", cursor.replace('/', "%2F"));
    }
    assert_eq!(seen.len(), 12, "{seen:?}");
    assert!(seen.iter().all(|key| !key.contains(THEIRS)) && seen.is_sorted(), "{seen:?}");
    site.stop();
}

#[test]
fn who_has_read_a_case_is_shown_to_those_who_may_see_it() {
    let mut site = Site::start(Access::Tokens, REGISTRY);
    let sender = site.token("hall", &[], &[StreamKind::Case]);
    let bearer = format!("Bearer {sender}");
    let headers = [("Content-Type", "application/json"), ("Authorization", bearer.as_str())];
    let act = acceptance(1, "case/1").to_string();
    assert_eq!(site.ask("POST", "/v1/acts", &headers, act.as_bytes()).status, 201);
    let up = [("Authorization", bearer.as_str())];
    let known = patiently(|| site.ask("GET", "/v1/cases?min_position=2", &up, b""));
    assert_eq!(known.status, 200);
    let reader = Browser::of(&site, "reader-7", Role::Department, &[OURS]);
    assert_eq!(reader.get("/v1/streams/case/1").status, 200, "raw acts are a reading as well");
    for role in Role::ALL {
        let browser = Browser::of(&site, role.as_str(), role, &[]);
        let page = browser.get("/cases/1?lang=en");
        let may = matches!(role, Role::Inspector | Role::Bureau | Role::Auditor);
        assert_eq!(page.body.contains("id=\"viewers\""), may, "{role}");
        assert_eq!(page.body.contains("reader-7"), may, "{role}");
        assert_eq!(page.body.contains("Who has read it"), may, "{role}");
    }
    // A system that reads is told nothing of others, and is seen itself.
    let page = site.ask("GET", "/cases/1", &up, b"");
    assert!(page.status == 200 && !page.body.contains("reader-7"), "{}", page.body);
    let auditor = Browser::of(&site, "shen", Role::Auditor, &[]);
    let page = auditor.get("/cases/1?lang=zh-Hans").body;
    assert!(page.contains("谁查阅过") && page.contains("hall"), "{page}");
    site.stop();
}

/// 事項: what an item is, is everybody's; who handles it where, is told to who covers the place.
#[test]
fn the_page_of_an_item_tells_of_covered_sites_only() {
    let mut site = Site::start(Access::Tokens, REGISTRY);
    let all = site.token("all", &[], StreamKind::ALL);
    let bearer = format!("Bearer {all}");
    let headers = [("Content-Type", "application/json"), ("Authorization", bearer.as_str())];
    let act = |number, event: &str, body| {
        with(with(notice(number, "item/QL-1"), "event", json!(event)), "body", body)
    };
    let registered = json!({ "item": "QL-1", "name": "設立許可", "edition": 1, "unit": "局",
        "handling": "promised", "limits": { "promised_working_days": 10 } });
    let assigned = |at: &str| json!({ "site": at, "effective_on": "2008-07-01" });
    for act in [
        act(1, "item.ItemRegistered", registered),
        act(2, "item.ItemAssignedToSite", assigned("320681105000")),
        act(3, "item.ItemAssignedToSite", assigned(THEIRS)),
    ] {
        let answer = site.ask("POST", "/v1/acts", &headers, act.to_string().as_bytes());
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
    let up = [("Authorization", bearer.as_str())];
    let known = patiently(|| site.ask("GET", "/v1/cases?min_position=4", &up, b""));
    assert_eq!(known.status, 200, "{}", known.body);
    for (account, sites, told) in [
        ("county", &[OURS] as &[&str], ["320681105000"].as_slice()),
        ("city", &[], &["320681105000", THEIRS]),
        ("far", &["320683000000"], &[]),
    ] {
        let page = Browser::of(&site, account, Role::Inspector, sites).get("/items/QL-1");
        assert!(page.status == 200 && page.body.contains("设立许可"), "{account}: {}", page.body);
        for at in ["320681105000", THEIRS] {
            assert_eq!(page.body.contains(at), told.contains(&at), "{account}: {at}");
        }
    }
    site.stop();
}

/// What leaves the service as data is a reading, and is remembered once it was given.
#[test]
fn lists_letters_and_figures_are_remembered_with_what_was_asked() {
    let (mut site, _) = furnished();
    let reader = Browser::of(&site, "reader", Role::Auditor, &[]);
    let get = |path: &str| {
        patiently(|| reader.ask("GET", path, &[("Accept", "application/json")], b"")).status
    };
    let figure = format!("{ID}/figures/cases_received");
    let paths = ["/v1/cases?limit=3", "/v1/lists/complaints?limit=2", ID, figure.as_str()];
    for path in paths {
        let before = trail(&site).len();
        let status = get(path);
        let (bare, _) = path.split_once('?').unwrap_or((path, ""));
        let subject = bare.trim_start_matches("/v1/").to_owned();
        let entered = trail(&site).len() - before;
        if status == 200 {
            assert_eq!(trail(&site)[0], ("reader".into(), "read".into(), subject), "{path}");
        }
        assert_eq!((status, entered), (200, 1), "{path}");
    }
    // Past the end of what is there nothing was given and nothing refused, but to whom it may not
    // be told whether it is there.
    let before = trail(&site).len();
    let past = "/v1/streams/complaint/theirs?after=500";
    let ahead = "/v1/streams/complaint/nobodys?after=500";
    assert_eq!((get(past), get(ahead)), (200, 404));
    let did: Vec<_> = trail(&site).into_iter().rev().skip(before).map(|(_, did, _)| did).collect();
    assert_eq!(did, ["read"], "{did:?}");
    let county = Browser::of(&site, "county", Role::Auditor, &[OURS]);
    for path in [past, ahead] {
        let answer = county.ask("GET", path, &[("Accept", "application/json")], b"");
        assert_eq!(answer.status, 404, "{path}: {}", answer.body);
        let (who, did, _) = trail(&site).remove(0);
        assert_eq!((who.as_str(), did.as_str()), ("county", "refused"), "{path}");
    }
    site.stop();
}
