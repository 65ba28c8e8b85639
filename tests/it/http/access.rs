//! Nobody appends or reads what a grant does not cover.

use serde_json::json;
use tongjian::access::{Wanted, issue_token, revoke_token};
use tongjian::http::{Access, ServeError, Settings, serve};
use tongjian::runner::REGISTRY;
use tongjian_events::StreamKind;

use super::{Answer, Site, notice, ten_o_clock, with};
use crate::acts::Fresh;

fn send(site: &Site, token: &str, act: &serde_json::Value) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [("Content-Type", "application/json"), ("Authorization", bearer.as_str())];
    site.ask("POST", "/v1/acts", &headers, act.to_string().as_bytes())
}

fn read(site: &Site, token: &str, path: &str) -> Answer {
    site.ask("GET", path, &[("Authorization", &format!("Bearer {token}"))], b"")
}

#[test]
fn without_a_valid_token_nothing_is_answered() {
    let site = Site::with(Access::Tokens);
    let answer = site.post("/v1/acts", &notice(1, "case/1"));
    answer.problem(401, "unauthenticated");
    assert!(answer.header("www-authenticate").starts_with("Bearer"));
    send(&site, "tj_wrong", &notice(1, "case/1")).problem(401, "unauthenticated");
    for path in ["/v1/acts", "/v1/tail", "/v1/cases", "/v1/catalog", "/", "/cases/1"] {
        site.get(path).problem(401, "unauthenticated");
    }
    assert!(site.get("/cases/1").header("www-authenticate").starts_with("Basic"));
    assert_eq!(site.get("/healthz").status, 200);
    assert_eq!(site.get("/metrics").status, 200);
}

#[test]
fn a_token_appends_at_its_sites_to_its_kinds_of_stream() {
    let site = Site::with(Access::Tokens);
    let token = site.token("qidong", &["320681000000"], &[StreamKind::Case]);
    assert!(token.starts_with("tj_") && token.len() == 67);
    assert_eq!(send(&site, &token, &notice(1, "case/1")).status, 201);
    let elsewhere = with(notice(2, "case/1"), "source.site", json!("320682105000"));
    send(&site, &token, &elsewhere).problem(403, "unauthorised");
    let mut closed = notice(3, "window/1");
    closed["event"] = json!("window.Vanished");
    send(&site, &token, &closed).problem(422, "event-unknown");
    let mut revoked = notice(3, "policy/access");
    revoked["event"] = json!("policy.AccessRevoked");
    revoked["body"] = json!({ "token": "qidong", "reason": "x" });
    send(&site, &token, &revoked).problem(403, "unauthorised");
}

#[test]
fn a_grant_over_some_sites_cannot_bind_all_of_them() {
    let site = Site::with(Access::Tokens);
    let kinds = [StreamKind::Policy];
    let token = site.token("county", &["320681000000"], &kinds);
    let mut revoked = notice(3, "policy/access");
    revoked["event"] = json!("policy.AccessRevoked");
    revoked["body"] = json!({ "token": "county", "reason": "x" });
    send(&site, &token, &revoked).problem(403, "unauthorised");
}

#[test]
fn a_revoked_token_holds_no_longer_and_its_name_is_free_again() {
    let site = Site::with(Access::Tokens);
    let token = site.token("one", &[], StreamKind::ALL);
    assert_eq!(send(&site, &token, &notice(1, "case/1")).status, 201);
    let again = site.wait(issue_token(&site.store, wanted("one"), ten_o_clock()));
    assert!(again.unwrap_err().to_string().contains("holds already"));
    site.wait(revoke_token(&site.store, "one", "lost", ten_o_clock())).unwrap();
    send(&site, &token, &notice(2, "case/1")).problem(401, "unauthenticated");
    assert!(site.wait(revoke_token(&site.store, "one", "lost", ten_o_clock())).is_err());
    let next = site.token("one", &[], StreamKind::ALL);
    assert_eq!(send(&site, &next, &notice(2, "case/1")).status, 201);
    send(&site, &token, &notice(3, "case/1")).problem(401, "unauthenticated");
}

fn wanted(name: &str) -> Wanted {
    Wanted {
        name: name.into(),
        holder: "somebody".into(),
        sites: Vec::new(),
        may_append: StreamKind::ALL.to_vec(),
        may_read: false,
        until_on: None,
    }
}

#[test]
fn a_token_that_would_allow_nothing_is_not_issued() {
    let site = Site::with(Access::Tokens);
    let idle = Wanted { may_append: Vec::new(), ..wanted("idle") };
    let refused = site.wait(issue_token(&site.store, idle, ten_o_clock())).unwrap_err();
    assert!(refused.to_string().contains("neither read nor append"), "{refused}");
    assert_eq!(site.wait(site.store.head()).unwrap().position, 0);
    let reader = Wanted { may_append: Vec::new(), may_read: true, ..wanted("reader") };
    site.wait(issue_token(&site.store, reader, ten_o_clock())).unwrap();
}

#[test]
fn a_token_ends_with_its_last_day_in_shanghai() {
    let site = Site::with(Access::Tokens);
    let until = |day: &str| Some(day.parse().unwrap());
    let last = Wanted { until_on: until("2008-07-01"), ..wanted("last") };
    let last = site.wait(issue_token(&site.store, last, ten_o_clock())).unwrap();
    assert_eq!(send(&site, &last, &notice(1, "case/1")).status, 201);
    read(&site, &last, "/v1/acts").problem(403, "unauthorised");
    let past = Wanted { until_on: until("2008-06-30"), ..wanted("past") };
    let past = site.wait(issue_token(&site.store, past, ten_o_clock())).unwrap();
    send(&site, &past, &notice(2, "case/1")).problem(401, "unauthenticated");
}

#[test]
fn a_county_reads_its_own_subtree() {
    let mut site = Site::start(Access::Tokens, REGISTRY);
    let all = site.token("all", &[], StreamKind::ALL);
    let token = site.token("other", &["320682000000"], &[]);
    assert_eq!(send(&site, &all, &notice(1, "case/1")).status, 201);
    let there = with(notice(2, "case/2"), "source.site", json!("320682105000"));
    assert_eq!(send(&site, &all, &there).status, 201);
    let acts = read(&site, &token, "/v1/acts").json();
    assert_eq!(acts["acts"].as_array().unwrap().len(), 1);
    read(&site, &token, "/v1/acts/3").problem(404, "not-found");
    read(&site, &token, "/v1/cases/1").problem(404, "not-found");
    assert_eq!(read(&site, &token, "/v1/cases/2").status, 200);
    let cases = read(&site, &token, "/v1/cases?min_position=4").json();
    assert_eq!(cases["cases"].as_array().unwrap().len(), 1);
    use base64::Engine as _;
    let basic = base64::prelude::BASE64_STANDARD.encode(format!("me:{token}"));
    let basic = format!("Basic {basic}");
    assert_eq!(site.ask("GET", "/cases/2", &[("Authorization", &basic)], b"").status, 200);
    let headers = [("Authorization", basic.as_str()), ("Content-Type", "application/json")];
    site.ask("POST", "/v1/acts", &headers, b"{}").problem(401, "unauthenticated");
    site.stop();
}

#[tokio::test]
async fn without_tokens_the_service_listens_on_loopback_only() {
    let Fresh { store, folder: _folder, .. } = Fresh::sqlite().await;
    let settings = Settings {
        listen: vec!["0.0.0.0:0".parse().unwrap()],
        access: Access::Open,
        ..Settings::default()
    };
    let metrics = tongjian::metrics::Metrics::new().unwrap();
    let started = serve(settings, store, tongjian::clock::Clock::default(), metrics, None).await;
    assert!(matches!(started.unwrap_err(), ServeError::OpenToOthers(_)));
}

/// A proxy reaches the service from this machine, whoever stands before it.
#[test]
fn behind_a_proxy_figures_are_told_to_who_may_read_them() {
    let mut site = Site::behind_tls();
    let (all, county) = (site.token("all", &[], StreamKind::ALL), &["320681000000"]);
    let county = site.token("county", county, &[]);
    assert_eq!(send(&site, &all, &notice(1, "case/1")).status, 201);
    for path in ["/metrics", "/openapi.json"] {
        site.get(path).problem(401, "unauthenticated");
    }
    let of_network = |token: &str| {
        let figures = read(&site, token, "/metrics");
        assert_eq!(figures.status, 200);
        assert!(figures.body.contains("tongjian_head_position "), "{}", figures.body);
        figures.body.contains("tongjian_snapshot_position ")
    };
    let told = (0..600).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        of_network(&all)
    });
    assert!(told, "the figures of the network are told to who reads all of it");
    assert!(!of_network(&county), "and not to who reads one county");
    site.stop();
}

/// Behind a proxy all come from one machine: tries are counted by the address that it appends.
#[test]
fn behind_a_proxy_tries_are_counted_by_the_address_it_says() {
    let tried = |site: &Site, forwarded: &str| {
        let headers =
            [("Content-Type", "application/x-www-form-urlencoded"), ("X-Forwarded-For", forwarded)];
        site.ask("POST", "/login", &headers, b"account=nobody&password=wrong&next=%2F").status
    };
    let limited = |site: &Site, forwarded: &str| (0..40).any(|_| tried(site, forwarded) == 429);
    let mut site = Site::behind_tls();
    assert!(limited(&site, "203.0.113.7"));
    assert_eq!(tried(&site, "203.0.113.8"), 401, "somebody else is not locked out by it");
    assert_eq!(tried(&site, "203.0.113.9, 203.0.113.7"), 429, "what he writes before is not read");
    assert_eq!(tried(&site, "203.0.113.7, 2001:db8::1"), 401);
    site.stop();
    // Where nothing stands before the service, anybody could write the header.
    let mut site = Site::with(Access::Tokens);
    assert!(limited(&site, "203.0.113.7"));
    assert_eq!(tried(&site, "203.0.113.8"), 429);
    site.stop();
}
