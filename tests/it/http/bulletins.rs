//! The bulletins over HTTP: from draft to erratum, in the format that is asked for, each reader's
//! own part only, and everybody in their own name.

use serde_json::{Value, json};
use tongjian::first_start;
use tongjian::http::Access;
use tongjian::runner::REGISTRY;
use tongjian_events::StreamKind;

use super::{Answer, Site, notice, ten_o_clock};

pub(super) const ID: &str = "/v1/bulletins/special-2008-06-01..2008-06-30-320600000000";

/// The shipped rules; in June a centre of the city, and an application there.
pub(super) fn begin(site: &Site, send: impl Fn(&Value) -> Answer) {
    site.wait(first_start::run(&site.store, ten_o_clock())).unwrap();
    let mut act = notice(1, "site/320600000000");
    act["event"] = "site.SiteEstablished".into();
    act["occurred_at"] = "2008-06-12T09:00:00+08:00".into();
    act["source"] = json!({ "site": "320600000000" });
    act["body"] = json!({ "site": "320600000000", "name": "南通市行政審批中心",
        "level": "municipal" });
    let mut received = notice(2, "case/1");
    received["event"] = "case.ApplicationReceived".into();
    received["occurred_at"] = "2008-06-15T10:00:00+08:00".into();
    received["source"] = json!({ "site": "320600000000" });
    received["body"] = json!({ "item": "QL-1", "applicant": "A-1", "channel": "counter",
        "handling": "promised" });
    for act in [act, received] {
        let answer = send(&act);
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
}

pub(super) fn june() -> Value {
    json!({ "period": "2008-06-01..2008-06-30", "scope": "320600000000" })
}

fn by(actor: &str, mut body: Value) -> Value {
    body["actor"] = actor.into();
    body
}

/// A step of the bulletin of June.
fn step(site: &Site, name: &str, actor: &str, body: Value) -> Answer {
    site.post(&format!("{ID}/{name}"), &by(actor, body))
}

/// Asks again until the read tables, or the chronicle as it stood, are there.
pub(crate) fn patiently(ask: impl Fn() -> Answer) -> Answer {
    loop {
        let answer = ask();
        if answer.status != 503 {
            return answer;
        }
        let told = answer.json()["type"].as_str().unwrap().to_owned();
        let waits = ["being-made", "position-not-reached"];
        assert!(waits.iter().any(|code| told.ends_with(code)), "{told}");
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
}

#[test]
fn a_bulletin_goes_its_way_over_http() {
    let mut site = Site::with_tables();
    begin(&site, |act| site.post("/v1/acts", act));
    site.get(ID).problem(404, "not-found");
    let step = |name: &str, actor: &str, body: Value| step(&site, name, actor, body);
    step("sign", "S-1", json!({})).problem(404, "not-drafted");
    let month = json!({ "period": "2008-07", "scope": "320600000000" });
    patiently(|| site.post("/v1/bulletins", &month)).problem(409, "period-not-ended");
    let wrong = json!({ "period": "July", "scope": "320600000000" });
    assert_eq!(site.post("/v1/bulletins", &wrong).problem(400, "malformed")["field"], "period");
    let drafted = patiently(|| site.post("/v1/bulletins", &by("S-1", june())));
    assert_eq!((drafted.status, drafted.header("location")), (201, ID), "{}", drafted.body);
    assert_eq!(drafted.json()["standing"], "drafted");

    let approved = json!({ "verdict": "approved" });
    step("review", "S-1", approved.clone()).problem(403, "own-draft");
    step("issue", "S-1", json!({})).problem(409, "not-approved");
    assert_eq!(step("review", "S-2", approved).status, 201);
    assert_eq!(step("sign", "S-3", json!({})).status, 201);
    let copies = json!({ "copies_to": ["市委办公室"] });
    let wrong = step("issue", "S-1", copies).problem(400, "malformed");
    assert_eq!(wrong["field"], "copies_to", "nothing that was said is passed over");
    let issued = patiently(|| self::step(&site, "issue", "S-1", json!({})));
    assert_eq!(issued.json()["number"], "通监发〔2008〕1號", "{}", issued.body);
    step("issue", "S-1", json!({})).problem(409, "already-issued");
    let unit = json!({ "unit": "市委办公室" });
    step("reading", "S-1", unit.clone()).problem(409, "not-delivered");
    assert_eq!(step("delivery", "S-1", unit.clone()).status, 201);
    assert_eq!(step("reading", "S-1", unit).status, 201);
    step("erratum", "S-1", json!({ "reason": "無" })).problem(409, "nothing-changed");
    let history = site.get(&format!("{ID}/history")).json();
    assert_eq!((&history["signed_by"], &history["read"]), (&json!("S-3"), &json!(1)), "{history}");
    corrected(&site);
    site.ask("DELETE", ID, &[], b"").problem(405, "method-not-allowed");
    site.get(&format!("{ID}/sign")).problem(405, "method-not-allowed");
    site.stop();
}

/// A case of June that came late is what an erratum is about, and its figures are traced.
fn corrected(site: &Site) {
    let mut late = notice(3, "case/2");
    late["event"] = "case.ApplicationReceived".into();
    late["occurred_at"] = "2008-06-20T10:00:00+08:00".into();
    late["source"] = json!({ "site": "320600000000" });
    late["body"] = json!({ "item": "QL-1", "applicant": "A-2", "channel": "counter",
        "handling": "promised" });
    assert_eq!(site.post("/v1/acts", &late).status, 201);
    let patient = |ask: &dyn Fn() -> Answer| loop {
        let answer = ask();
        if answer.status != 503 {
            return answer;
        }
        answer.problem(503, "being-made");
    };
    let erratum = patient(&|| step(site, "erratum", "S-1", json!({ "reason": "補錄" })));
    assert_eq!(erratum.status, 201, "{}", erratum.body);
    for (name, cases) in [("cases_received~was", 1), ("cases_received", 2)] {
        let traced = patient(&|| site.get(&format!("{ID}/figures/{name}?erratum=1"))).json();
        assert_eq!(traced["lines"].as_array().map(Vec::len), Some(cases), "{traced}");
    }
    site.get(&format!("{ID}/figures/cases_received?erratum=2")).problem(404, "not-found");
    site.get(&format!("{ID}/figures/cases_received~was")).problem(404, "not-found");
}

#[test]
fn a_letter_is_read_in_the_format_asked_for_and_each_figure_is_traced() {
    let mut site = Site::with_tables();
    begin(&site, |act| site.post("/v1/acts", act));
    assert_eq!(site.post("/v1/bulletins", &june()).status, 201);
    let letter = patiently(|| site.get(ID));
    assert_eq!(letter.json()["standing"], "drafted", "{}", letter.body);
    let tag = letter.header("etag").to_owned();
    assert_eq!(site.ask("GET", ID, &[("If-None-Match", &tag)], b"").status, 304);
    let page = site.ask("GET", ID, &[("Accept", "text/html;q=0.9, image/png")], b"");
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(page.body.contains("南通市行政审批中心"), "in simplified characters");
    let page = site.get(&format!("{ID}?format=html&script=traditional"));
    assert!(page.body.contains("南通市行政審批中心"), "in traditional characters");
    site.get(&format!("{ID}?script=seal")).problem(400, "malformed");
    site.get(&format!("{ID}?format=doc")).problem(400, "malformed");
    site.ask("GET", ID, &[("Accept", "image/png")], b"").problem(406, "not-acceptable");
    site.get(&format!("{ID}?erratum=1")).problem(404, "not-found");
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    // A figure is called by what it counts, in the reader's language, and has its unit.
    let listed = |language: &str| {
        let own = ID.strip_prefix("/v1").unwrap();
        site.get(&format!("{own}/figures?q=cases_received&lang={language}")).body
    };
    let (chinese, english) = (listed("zh-Hans"), listed("en"));
    assert!(chinese.contains(">收件</a>") && chinese.contains(">1件"), "{chinese}");
    assert!(english.contains(">cases that came in the period</a>"), "{english}");
    // From a figure to its acts: as many lines as it counts.
    site.get(&format!("{ID}/figures/nothing")).problem(404, "not-found");
    let whole = letter.json();
    let figures = whole["content"]["figures"].as_object().unwrap();
    let (name, figure) = figures
        .iter()
        .find(|(_, figure)| figure["lines"] == 1 && figure["query"] == "cases_received")
        .unwrap();
    let traced = site.get(&format!("{ID}/figures/{}", name.replace('%', "%25"))).json();
    assert_eq!((&traced["figure"], &traced["next"]), (figure, &Value::Null), "{traced}");
    let lines = traced["lines"].as_array().unwrap();
    assert_eq!((lines.len(), &lines[0]["object"]), (1, &json!("case/1")), "{traced}");
    assert!(!lines[0]["acts"].as_array().unwrap().is_empty(), "{traced}");
    for path in ["history?form=1", "figures/cases_received?skp=1", "figures/cases_received?x"] {
        site.get(&format!("{ID}/{path}")).problem(400, "malformed");
    }
    for skip in ["-1", "18446744073709551615", "many"] {
        let path = format!("{ID}/figures/cases_received?skip={skip}");
        assert_eq!(site.get(&path).problem(400, "malformed")["field"], "skip", "{skip}");
    }
    site.stop();
}

#[test]
fn bulletins_are_listed_by_what_they_are_and_page_by_page() {
    let mut site = Site::with_tables();
    begin(&site, |act| site.post("/v1/acts", act));
    for period in ["2008-06-01..2008-06-30", "2008-06-10..2008-06-20", "2008-06"] {
        let body = json!({ "period": period, "scope": "320600000000" });
        assert_eq!(site.post("/v1/bulletins", &body).status, 201, "{period}");
    }
    let count = |query: &str| {
        let page = site.get(&format!("/v1/bulletins{query}")).json();
        page["bulletins"].as_array().unwrap().len()
    };
    assert_eq!((count(""), count("?kind=monthly"), count("?standing=issued")), (3, 1, 0));
    assert_eq!((count("?year=2008"), count("?year=2007")), (3, 0));
    assert_eq!((count("?site=320600000000"), count("?site=320681000000")), (3, 0));
    let (mut seen, mut next) = (Vec::new(), String::new());
    for _ in 0..3 {
        let page = site.get(&format!("/v1/bulletins?limit=1{next}")).json();
        seen.push(page["bulletins"][0]["id"].as_str().unwrap().to_owned());
        next = format!("&cursor={}", page["next"].as_str().unwrap_or("end"));
    }
    assert_eq!((seen.len(), &*next), (3, "&cursor=end"), "{seen:?}");
    site.get("/v1/bulletins?kind=daily").problem(400, "malformed");
    site.get("/v1/bulletins?standing=lost").problem(400, "malformed");
    site.stop();
}

#[test]
fn each_acts_in_their_own_name_and_on_what_they_cover() {
    let mut site = Site::start(Access::Tokens, REGISTRY);
    let kinds = [StreamKind::Bulletin, StreamKind::Case, StreamKind::Site];
    let own = site.token("own", &["320600000000"], &kinds);
    let county = site.token("county", &["320681000000"], &kinds);
    let reader = site.token("reader", &[], &[]);
    let ask = |token: &str, method: &str, path: &str, body: &Value| {
        let bearer = format!("Bearer {token}");
        let headers = [("Content-Type", "application/json"), ("Authorization", &bearer as &str)];
        site.ask(method, path, &headers, body.to_string().as_bytes())
    };
    begin(&site, |act| ask(&own, "POST", "/v1/acts", act));
    let draft = |token: &str, body: &Value| ask(token, "POST", "/v1/bulletins", body);
    draft(&county, &june()).problem(403, "unauthorised");
    draft(&reader, &june()).problem(403, "unauthorised");
    draft(&own, &by("S-9", june())).problem(403, "unauthorised");
    let drafted = draft(&own, &june());
    assert_eq!(drafted.status, 201, "{}", drafted.body);
    // The tokens of these tests are all held by one holder: nobody reviews one's own draft.
    let path = format!("{ID}/review");
    let said = json!({ "verdict": "approved" });
    ask(&own, "POST", &path, &said).problem(403, "own-draft");
    for part in ["", "/history", "/figures/cases_received", "?format=html", "?erratum=1"] {
        let of_city = ask(&county, "GET", &format!("{ID}{part}"), &json!(null));
        of_city.problem(404, "not-found");
        assert_eq!(site.get(&format!("{ID}{part}")).status, 401, "{part}");
    }
    for name in ["review", "sign", "issue", "erratum", "delivery", "reading"] {
        let body = match name {
            "review" => said.clone(),
            "erratum" => json!({ "reason": "無" }),
            "delivery" | "reading" => json!({ "unit": "某單位" }),
            _ => json!({}),
        };
        let path = format!("{ID}/{name}");
        ask(&county, "POST", &path, &body).problem(404, "not-drafted");
    }
    // Nor does another door let anybody approve in another's name.
    let mut approval = notice(3, &ID.replace("/v1/bulletins/", "bulletin/"));
    approval["event"] = "bulletin.BulletinReviewed".into();
    approval["actor"] = json!({ "kind": "inspector", "id": "S-2" });
    approval["source"] = json!({ "site": "320600000000" });
    approval["body"] = json!({ "verdict": "approved",
        "content_digest": drafted.json()["content_digest"] });
    ask(&own, "POST", "/v1/acts", &approval).problem(403, "unauthorised");
    assert_eq!(ask(&reader, "GET", ID, &json!(null)).status, 200);
    let listed = ask(&county, "GET", "/v1/bulletins", &json!(null)).json();
    assert_eq!(listed["bulletins"], json!([]));
    assert_eq!(site.get(ID).status, 401);
    site.stop();
}
