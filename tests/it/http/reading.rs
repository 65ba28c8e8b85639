//! What was recorded is read back: page by page, as of a day, as known at a time.

use serde_json::json;

use super::{Site, acceptance, notice};

#[test]
fn acts_are_read_page_by_page_to_the_byte() {
    let site = Site::open();
    let lines: Vec<_> =
        (1..=5).map(|n| notice(n, &format!("case/{}", n % 2)).to_string()).collect();
    site.post_lines(&lines.join("\n"));
    let first = site.get("/v1/acts?limit=2").json();
    assert_eq!((&first["next"], &first["position"]), (&json!(2), &json!(5)));
    let rest = site.get("/v1/acts?after=2&limit=500").json();
    assert_eq!((rest["acts"].as_array().unwrap().len(), &rest["next"]), (3, &json!(null)));
    let answer = site.ask("GET", "/v1/acts", &[("Accept", "application/x-ndjson")], b"");
    let exact = site.get("/v1/acts/3");
    assert_eq!(answer.body.lines().nth(2).unwrap(), exact.body);
    let tag = exact.header("etag").to_owned();
    assert_eq!(site.ask("GET", "/v1/acts/3", &[("If-None-Match", &tag)], b"").status, 304);
    let stream = site.get("/v1/streams/case/1?limit=2").json();
    assert_eq!((stream["acts"].as_array().unwrap().len(), &stream["next"]), (2, &json!(2)));
    let stream = site.get("/v1/streams/case/1?after=2").json();
    assert_eq!(stream["acts"][0]["position"], "5");
    let head = site.ask("HEAD", "/v1/acts", &[], b"");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

#[test]
fn a_read_waits_for_the_position_it_was_promised() {
    let site = Site::open();
    let answer = site.get("/v1/acts?min_position=1");
    answer.problem(503, "position-not-reached");
    assert_eq!(answer.header("retry-after"), "1");
    let acts = std::thread::scope(|threads| {
        let waiting = threads.spawn(|| site.get("/v1/acts?min_position=1").json());
        site.post("/v1/acts", &notice(1, "case/1"));
        waiting.join().unwrap()
    });
    assert_eq!(acts["acts"].as_array().unwrap().len(), 1);
}

#[test]
fn a_case_is_judged_as_of_a_day_and_as_known_at_a_time() {
    let site = Site::open();
    site.post("/v1/acts", &acceptance(1, "case/1"));
    let mut decision = notice(2, "case/1");
    decision["event"] = json!("case.DecisionMade");
    decision["occurred_at"] = json!("2008-07-01T09:30:00+08:00");
    decision["body"] = json!({ "outcome": "granted" });
    assert_eq!(site.post("/v1/acts", &decision).status, 201);
    let case = site.get("/v1/cases/1");
    let body = case.json();
    assert_eq!((&body["position"], &body["as_of"]), (&json!(2), &json!("2008-07-01")));
    let promised = |body: &serde_json::Value| {
        let clocks = body["clocks"].as_array().unwrap().clone();
        clocks.into_iter().find(|clock| clock["kind"] == "promised").unwrap()
    };
    assert_eq!(promised(&body)["standing"], "met");
    let before = site.get("/v1/cases/1?known_at=1").json();
    assert_eq!(
        (&before["position"], &promised(&before)["standing"]),
        (&json!(1), &json!("running"))
    );
    let late = site.get("/v1/cases/1?known_at=1&as_of=2008-08-01").json();
    assert_eq!(promised(&late)["standing"], "missed");
    let known = site.get("/v1/cases/1?known_at=2008-07-01T12:00:00%2B08:00").json();
    assert_eq!(known["position"], 2);
    site.get("/v1/cases/1?known_at=2008-06-01T12:00:00Z").problem(404, "not-found");
    let tag = case.header("etag").to_owned();
    assert_eq!(site.ask("GET", "/v1/cases/1", &[("If-None-Match", &tag)], b"").status, 304);
    site.post("/v1/acts", &notice(3, "case/1"));
    assert_eq!(site.ask("GET", "/v1/cases/1", &[("If-None-Match", &tag)], b"").status, 200);
}

#[test]
fn a_corrected_act_is_told_in_both_readings() {
    let site = Site::open();
    site.post("/v1/acts", &acceptance(1, "case/1"));
    let mut correction = notice(2, "case/1");
    correction["event"] = json!("case.ActCorrected");
    correction["body"] = json!({ "corrects": crate::acts::id(1), "reason": "entered twice",
        "approver": "s-9", "change": { "kind": "annulled" } });
    assert_eq!(site.post("/v1/acts", &correction).status, 201);
    let raw = site.get("/v1/cases/1/timeline?view=raw").json();
    assert_eq!(raw["acts"].as_array().unwrap().len(), 2);
    assert_eq!(raw["acts"][0]["annulled"], true);
    assert_eq!(raw["acts"][0]["corrections"][0]["reason"], "entered twice");
    assert_eq!(raw["acts"][0]["entered_after_seconds"], 3_600);
    let effective = site.get("/v1/cases/1/timeline").json();
    assert_eq!(effective["acts"].as_array().unwrap().len(), 1);
    assert_eq!(effective["acts"][0]["event"], "case.ActCorrected");
}

#[test]
fn the_catalogue_and_its_schemas_are_served() {
    let site = Site::open();
    let catalog = site.get("/v1/catalog").json();
    assert!(catalog.as_array().unwrap().iter().any(|row| row["event"] == "case.DecisionMade"));
    let schema = site.get("/v1/schemas/case.DecisionMade");
    assert_eq!(schema.header("content-type"), "application/schema+json");
    assert!(schema.json()["properties"]["outcome"].is_object());
}

#[test]
fn the_committed_api_document_is_the_one_that_is_served() {
    let site = Site::open();
    let served = site.get("/openapi.json").body;
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    if std::env::var_os("TONGJIAN_WRITE_DOCS").is_some() {
        std::fs::write(&path, &served).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert!(committed == served, "docs/openapi.json is stale; run with TONGJIAN_WRITE_DOCS=1");
}

#[test]
fn answers_are_packed_for_those_who_ask() {
    let site = Site::open();
    let answer = site.ask("HEAD", "/v1/catalog", &[("Accept-Encoding", "gzip")], b"");
    assert_eq!(answer.header("content-encoding"), "gzip");
}

#[test]
fn a_page_shows_names_as_text_and_never_as_markup() {
    let mut site = Site::with_tables();
    let name = "<script>alert(1)</script>";
    let mut act = acceptance(1, &format!("case/{name}"));
    act["body"]["item"] = json!("<img src=x onerror=alert(2)>");
    assert_eq!(site.post("/v1/acts", &act).status, 201);
    assert_eq!(site.get("/v1/cases?min_position=1").status, 200);
    let path = "/cases/%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    for page in [site.get("/cases?min_position=1"), site.get(path)] {
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(page.body.contains("script"), "the name is shown");
        assert!(!page.body.contains("<script>"), "{}", page.body);
        assert!(!page.body.contains("<img"), "{}", page.body);
        let policy = page.header("content-security-policy");
        assert!(policy.contains("default-src 'none'; script-src 'self'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
    }
    site.stop();
}

#[test]
fn a_page_draws_pauses_days_off_due_days_and_acts() {
    let mut site = Site::with_tables();
    let at = |number, event: &str, on: &str, body: serde_json::Value| {
        let mut act = acceptance(number, "case/1");
        act["event"] = json!(event);
        act["version"] = json!(if event == "case.ApplicationAccepted" { 2 } else { 1 });
        act["occurred_at"] = json!(format!("{on}T09:00:00+08:00"));
        act["body"] = body;
        act.to_string()
    };
    let accepted = acceptance(0, "case/1")["body"].clone();
    let began = json!({ "procedure": "expert_review", "declared_working_days": 2,
        "notified_in_writing": true });
    let corrected = json!({ "corrects": crate::acts::id(3), "reason": "typed twice",
        "approver": "s-9", "change": { "kind": "annulled" } });
    let lines = [
        at(1, "case.ApplicationAccepted", "2008-06-02", accepted),
        at(2, "case.ExcludedProcedureStarted", "2008-06-04", began),
        at(3, "case.OneOffNoticeGiven", "2008-06-05", json!({ "missing": ["form"] })),
        at(4, "case.ExcludedProcedureEnded", "2008-06-10", json!({ "procedure": "expert_review" })),
        at(5, "case.ActCorrected", "2008-06-10", corrected),
    ];
    for answer in site.post_lines(&lines.join("\n")) {
        assert_eq!(answer["status"], 201, "{answer}");
    }
    assert_eq!(site.get("/v1/cases?min_position=5").status, 200);
    let page = site.get("/cases/1?as_of=2008-06-30").body;
    if let Some(path) = std::env::var_os("TONGJIAN_WRITE_PAGE") {
        std::fs::write(path, &page).unwrap();
    }
    for shown in ["url(#hatch)", "专家评审", "<s>一次性告知", "typed twice"] {
        assert!(page.contains(shown), "{shown}");
    }
    assert_eq!(page.matches("<circle").count(), 4);
    let open = page.find("<svg").unwrap();
    let close = page.find("</svg>").unwrap() + "</svg>".len();
    let mut drawing = quick_xml::Reader::from_str(&page[open..close]);
    while drawing.read_event().unwrap() != quick_xml::events::Event::Eof {}
    site.stop();
}
