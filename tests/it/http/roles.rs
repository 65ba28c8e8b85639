//! Every address with every role, and with what lies outside a role's sites. The table here is
//! written by hand: it says what should be, not what is.

use serde_json::{Value, json};
use tongjian::http::Access;
use tongjian::http::rights::ROWS;
use tongjian::runner::REGISTRY;
use tongjian_events::StreamKind;
use tongjian_events::policy::Role;

use super::browser::Browser;
use super::{Site, acceptance, with};

const READERS: &[Role] =
    &[Role::Inspector, Role::Bureau, Role::Centre, Role::Department, Role::Auditor];
const SENDERS: &[Role] = &[Role::Inspector, Role::Bureau, Role::Centre, Role::Department];
const DISCLOSERS: &[Role] = &[Role::Inspector, Role::Bureau, Role::Centre];
const BUREAU: &[Role] = &[Role::Bureau];
const ADMINISTRATOR: &[Role] = &[Role::Administrator];

/// Method, template, address, and who may.
const TABLE: &[(&str, &str, &str, &[Role])] = &[
    ("GET", "/v1/acts", "/v1/acts", READERS),
    ("POST", "/v1/acts", "/v1/acts", SENDERS),
    ("GET", "/v1/acts/{position}", "/v1/acts/1", READERS),
    ("GET", "/v1/streams/{kind}/{name}", "/v1/streams/case/1", READERS),
    ("POST", "/v1/streams/{kind}/{name}/acts", "/v1/streams/case/1/acts", SENDERS),
    ("GET", "/v1/cases", "/v1/cases", READERS),
    ("GET", "/v1/cases/{id}", "/v1/cases/1", READERS),
    ("GET", "/v1/cases/{id}/timeline", "/v1/cases/1/timeline", READERS),
    ("GET", "/v1/lists/{name}", "/v1/lists/cards", READERS),
    ("GET", "/v1/coverage", "/v1/coverage", READERS),
    ("POST", "/v1/applicants/{ref}", "/v1/applicants/a-1", SENDERS),
    ("POST", "/v1/applicants/{ref}/disclosures", "/v1/applicants/a-1/disclosures", DISCLOSERS),
    ("POST", "/v1/applicants/{ref}/destruction", "/v1/applicants/a-1/destruction", BUREAU),
    ("GET", "/v1/bulletins", "/v1/bulletins", READERS),
    ("POST", "/v1/bulletins", "/v1/bulletins", BUREAU),
    ("GET", "/v1/bulletins/{id}", "/v1/bulletins/x", READERS),
    ("GET", "/v1/bulletins/{id}/history", "/v1/bulletins/x/history", READERS),
    ("GET", "/v1/bulletins/{id}/figures/{figure:.*}", "/v1/bulletins/x/figures/y", READERS),
    ("POST", "/v1/bulletins/{id}/review", "/v1/bulletins/x/review", BUREAU),
    ("POST", "/v1/bulletins/{id}/sign", "/v1/bulletins/x/sign", BUREAU),
    ("POST", "/v1/bulletins/{id}/issue", "/v1/bulletins/x/issue", BUREAU),
    ("POST", "/v1/bulletins/{id}/erratum", "/v1/bulletins/x/erratum", BUREAU),
    ("POST", "/v1/bulletins/{id}/delivery", "/v1/bulletins/x/delivery", BUREAU),
    ("POST", "/v1/bulletins/{id}/reading", "/v1/bulletins/x/reading", SENDERS),
    ("GET", "/v1/catalog", "/v1/catalog", &Role::ALL),
    ("GET", "/v1/schemas/{event}", "/v1/schemas/case.CaseClosed", &Role::ALL),
    ("GET", "/", "/", READERS),
    ("GET", "/cases", "/cases", READERS),
    ("GET", "/cases/{id}", "/cases/1", READERS),
    ("GET", "/places", "/places", READERS),
    ("GET", "/places/{id}", "/places/320600000000", READERS),
    ("GET", "/sites/{id}", "/sites/320681105000", READERS),
    ("GET", "/items/{id}", "/items/QL-0231", READERS),
    ("GET", "/search", "/search?q=1", READERS),
    ("GET", "/boards", "/boards", READERS),
    ("GET", "/boards/{id}", "/boards/cards", READERS),
    ("GET", "/cards", "/cards", READERS),
    ("GET", "/cards/{id}", "/cards/x", READERS),
    ("POST", "/cards/{id}", "/cards/x", SENDERS),
    ("GET", "/inspect", "/inspect", READERS),
    ("POST", "/inspect", "/inspect", SENDERS),
    ("POST", "/bulletins/{id}", "/bulletins/x", BUREAU),
    ("GET", "/rectification", "/rectification", READERS),
    ("GET", "/complaints", "/complaints", READERS),
    ("POST", "/complaints", "/complaints", SENDERS),
    ("GET", "/complaints/{id}", "/complaints/x", READERS),
    ("POST", "/complaints/{id}", "/complaints/x", SENDERS),
    ("GET", "/inspections", "/inspections", READERS),
    ("GET", "/inspections/{id}", "/inspections/x", READERS),
    ("POST", "/inspections/{id}", "/inspections/x", SENDERS),
    ("GET", "/bulletins", "/bulletins", READERS),
    ("POST", "/bulletins", "/bulletins", BUREAU),
    ("GET", "/bulletins/{id}", "/bulletins/x", READERS),
    ("GET", "/bulletins/{id}/figures", "/bulletins/x/figures", READERS),
    ("GET", "/bulletins/{id}/figures/{figure:.*}", "/bulletins/x/figures/y", READERS),
    ("GET", "/chronicle", "/chronicle", READERS),
    ("GET", "/chronicle/{id}", "/chronicle/1", READERS),
    ("GET", "/policies", "/policies", READERS),
    ("GET", "/policies/{id}", "/policies/clock-rules", READERS),
    ("GET", "/password", "/password", &Role::ALL),
    ("GET", "/administration/accounts", "/administration/accounts", ADMINISTRATOR),
    ("POST", "/administration/accounts", "/administration/accounts", ADMINISTRATOR),
    ("GET", "/administration/tokens", "/administration/tokens", ADMINISTRATOR),
    ("POST", "/administration/tokens", "/administration/tokens", ADMINISTRATOR),
    (
        "GET",
        "/administration/trail",
        "/administration/trail",
        &[Role::Administrator, Role::Auditor],
    ),
];

/// Addresses that are for everybody who reaches the service, that are tried elsewhere, or, as the
/// tail, never end.
const APART: &[&str] = &[
    "/v1/tail",
    "/openapi.json",
    "/healthz",
    "/readyz",
    "/metrics",
    "/assets/{name}",
    "/favicon.ico",
    "/login",
    "/logout",
];

fn is_refused(answer: &super::Answer) -> bool {
    matches!(answer.status, 401 | 403)
}

#[test]
fn each_role_is_answered_where_it_should_be_and_nowhere_else() {
    let mut site = Site::start(Access::Tokens, REGISTRY);
    let all = site.token("all", &[], StreamKind::ALL);
    let headers =
        [("Content-Type", "application/json"), ("Authorization", &*format!("Bearer {all}"))];
    let act = acceptance(1, "case/1").to_string();
    assert_eq!(site.ask("POST", "/v1/acts", &headers, act.as_bytes()).status, 201);
    let known = site.ask("GET", "/v1/cases?min_position=2", &headers[1..], b"");
    assert_eq!(known.status, 200);
    for row in ROWS {
        let tried = TABLE.iter().any(|(_, pattern, ..)| *pattern == row.pattern);
        assert!(tried || APART.contains(&row.pattern), "{} is tried nowhere", row.pattern);
    }
    for role in Role::ALL {
        let browser = Browser::of(&site, role.as_str(), role, &[]);
        for (method, _, path, may) in TABLE {
            let more = [
                ("Accept", "application/json"),
                ("Content-Type", "application/json"),
                ("X-CSRF-Token", browser.csrf.as_str()),
            ];
            let answer = browser.ask(method, path, &more, b"{}");
            let refused = is_refused(&answer);
            assert_eq!(refused, !may.contains(&role), "{role} {method} {path}: {}", answer.body);
        }
    }
    for (method, _, path, _) in TABLE {
        let answer = site.ask(method, path, &[("Accept", "application/json")], b"{}");
        assert_eq!(answer.status, 401, "nobody: {method} {path}");
    }
    site.stop();
}

/// Everything that the other county has holds this.
const SECRET: &str = "QL-SECRET";

/// The ways by which somebody may look for what is not his.
const WAYS: &[&str] = &[
    "/v1/cases",
    "/v1/cases?site=320682105000",
    "/v1/cases?site=320600000000",
    "/v1/cases?item=QL-SECRET",
    "/v1/cases?known_at=3",
    "/v1/cases/theirs",
    "/v1/cases/theirs/timeline",
    "/v1/cases/theirs?known_at=2",
    "/v1/acts",
    "/v1/acts?after=1",
    "/v1/acts/2",
    "/v1/streams/case/theirs",
    "/v1/lists/cards?site=320682105000",
    "/v1/coverage?site=320682000000",
    "/",
    "/cases",
    "/cases?site=320682105000",
    "/cases?item=QL-SECRET&lang=en",
    "/cases/theirs",
    "/places",
    "/places/320682000000",
    "/places/320600000000",
    "/sites/320682105000",
    "/items/QL-SECRET",
    "/search?q=theirs",
    "/search?q=320682",
    "/cards?site=320682105000",
    "/boards/overview?site=320682105000",
    "/boards/overview?site=320600000000",
    "/boards/windows?from=2026-01-01&to=2026-12-31",
    "/boards/deadlines?lang=en",
    "/chronicle",
    "/chronicle/2",
    "/chronicle?q=case/theirs",
    "/chronicle?q=case/theirs&lang=en",
];

#[test]
fn a_county_finds_nothing_of_another_by_any_way() {
    let mut site = Site::start(Access::Tokens, REGISTRY);
    let all = site.token("all", &[], StreamKind::ALL);
    let bearer = format!("Bearer {all}");
    let headers = [("Content-Type", "application/json"), ("Authorization", bearer.as_str())];
    let send = |act: &Value| {
        let answer = site.ask("POST", "/v1/acts", &headers, act.to_string().as_bytes());
        assert_eq!(answer.status, 201, "{}", answer.body);
    };
    let theirs = with(acceptance(1, "case/theirs"), "source.site", json!("320682105000"));
    send(&with(theirs, "body.item", json!(SECRET)));
    send(&acceptance(2, "case/ours"));
    let up = site.ask("GET", "/v1/cases?min_position=3", &headers[1..], b"");
    assert!(up.body.contains(SECRET), "whoever covers all of it finds it");
    for role in READERS {
        let browser = Browser::of(&site, role.as_str(), *role, &["320681000000"]);
        assert!(browser.get("/v1/cases").body.contains("ours"), "{role}");
        for path in WAYS {
            let answer = browser.get(path);
            // What was asked for may be said again; what was found may not.
            let said = answer.body.matches(SECRET).count();
            let asked = if path.contains(SECRET) { 4 } else { 0 };
            assert!(said <= asked, "{role} {path}: {}", answer.body);
            assert!(!answer.body.contains("\"theirs\""), "{role} {path}: {}", answer.body);
            assert!(!answer.body.contains("/cases/theirs?as_of"), "{role} {path}: {}", answer.body);
            assert!(!answer.body.contains("href=\"/cases/theirs\""), "{role} {path}");
            assert!(!answer.body.contains("href=\"/sites/320682105000\""), "{role} {path}");
        }
        let json = [("Accept", "application/x-ndjson")];
        assert!(!browser.ask("GET", "/v1/acts", &json, b"").body.contains(SECRET));
    }
    site.stop();
}

#[test]
fn a_filter_is_a_value_and_never_a_part_of_a_question() {
    let mut site = Site::start(Access::Tokens, REGISTRY);
    let browser = Browser::of(&site, "li", Role::Inspector, &["320681000000"]);
    let up = browser.get("/v1/cases?min_position=1");
    assert_eq!(up.status, 200);
    let attacks = [
        "' or '1'='1",
        "'; drop table events; --",
        "\" or 1=1 --",
        "%' or site like '%",
        "\u{0}",
        "<script>alert(1)</script>",
        "{{7*7}}",
        "../../etc/passwd",
    ];
    for attack in attacks {
        let attack = form_urlencoded::byte_serialize(attack.as_bytes()).collect::<String>();
        for field in ["site", "item", "state", "due_from", "as_of", "known_at", "cursor", "limit"] {
            let answer = browser.get(&format!("/cases?{field}={attack}"));
            assert!(matches!(answer.status, 200 | 400), "{field}={attack}: {}", answer.status);
            assert!(!answer.body.contains("<script>alert"), "{field}: {}", answer.body);
        }
        for path in
            ["/search?q=", "/chronicle?q=", "/cards?level=", "/cards?site=", "/cards?cursor="]
        {
            let answer = browser.get(&format!("{path}{attack}"));
            assert!(matches!(answer.status, 200 | 400), "{path}{attack}: {}", answer.status);
            assert!(!answer.body.contains("<script>alert"), "{path}: {}", answer.body);
        }
        for path in ["/sites/", "/places/", "/items/", "/cards/", "/policies/", "/chronicle/"] {
            let answer = browser.get(&format!("{path}{attack}"));
            assert_eq!(answer.status, 404, "{path}{attack}: {}", answer.body);
        }
    }
    assert_eq!(browser.get(&format!("/v1/acts?after=0&limit={}", 10)).status, 200);
    site.stop();
}
