//! Every bad input gets the problem that names it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::json;

use super::{Site, acceptance, notice, with};

/// Sends bytes as they are and reads whatever comes back.
pub(super) fn raw(site: &Site, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(site.address).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(5))).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut piece) {
        answer.extend_from_slice(&piece[..read]);
        if answer.windows(4).any(|end| end == b"\r\n\r\n") && answer.ends_with(b"}") {
            break;
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn what_is_not_json_is_named_by_line_and_column() {
    let site = Site::open();
    let problem = site.post_text("/v1/acts", "{\n  \"id\": oops }").problem(400, "malformed");
    assert_eq!((problem["line"].as_u64(), problem["column"].as_u64()), (Some(2), Some(9)));
    site.post_text("/v1/acts", "").problem(400, "malformed");
    site.post_text("/v1/acts", "[]").problem(400, "malformed");
    let deep = "[".repeat(60_000);
    site.post_text("/v1/acts", &deep).problem(400, "malformed");
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let act = notice(1, "case/1").to_string().replace("[\"form\"]", &deep);
    let status = site.post_text("/v1/acts", &act).status;
    assert!(status == 400 || status == 422);
}

#[test]
fn a_member_that_is_missing_unknown_or_of_the_wrong_form_is_named() {
    let site = Site::open();
    let refuse = |act: serde_json::Value| site.post("/v1/acts", &act).problem(400, "malformed");
    let no_offset = with(notice(1, "case/1"), "occurred_at", json!("2008-07-01T09:00:00"));
    let problem = refuse(no_offset);
    assert_eq!(problem["field"], "occurred_at");
    assert!(problem["rule"].as_str().unwrap().contains("no offset"));
    let problem = refuse(with(notice(1, "case/1"), "colour", json!("red")));
    assert!(problem["detail"].as_str().unwrap().contains("colour"));
    let problem = refuse(with(notice(1, "case/1"), "source.site", json!("a b")));
    assert_eq!(problem["field"], "source.site");
    refuse(with(notice(1, "case/1"), "expected", json!("maybe")));
    refuse(with(notice(1, "case/1"), "stream", json!("case")));
}

#[test]
fn what_the_catalogue_does_not_know_is_unprocessable() {
    let site = Site::open();
    let refuse = |act, code| site.post("/v1/acts", &act).problem(422, code);
    refuse(with(notice(1, "case/1"), "event", json!("case.Vanished")), "event-unknown");
    refuse(with(notice(1, "case/1"), "version", json!(9)), "version-unknown");
    refuse(notice(1, "window/1"), "stream-of-other-kind");
    let random = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
    refuse(with(notice(1, "case/1"), "id", json!(random)), "id-not-version-7");
    let late = with(notice(1, "case/1"), "occurred_at", json!("2008-07-02T09:00:00+08:00"));
    let problem = refuse(late, "occurred-after-receipt");
    assert_eq!(problem["field"], "occurred_at");
    let worse = with(acceptance(1, "case/1"), "body.limits.statutory_working_days", json!(5));
    let problem = refuse(worse, "body-does-not-match-schema");
    assert!(problem["field"].as_str().unwrap().starts_with("body.limits"));
    assert!(problem["rule"].as_str().unwrap().contains("longer than the statutory 5"));
}

#[test]
fn an_id_with_other_content_is_a_conflict_and_says_where_it_stands() {
    let site = Site::open();
    assert_eq!(site.post("/v1/acts", &notice(1, "case/1")).status, 201);
    let other = with(notice(1, "case/1"), "body.missing", json!(["photo"]));
    let problem = site.post("/v1/acts", &other).problem(409, "recorded-with-different-body");
    assert_eq!(problem["position"], 1);
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let site = Site::open();
    let head = "POST /v1/acts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                Content-Length: 10000000\r\n\r\n{";
    let answer = raw(&site, head.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("urn:tongjian:problem:too-large"), "{answer}");
    let long = with(notice(1, "case/1"), "body.missing", json!(vec!["x".repeat(199); 400]));
    site.post("/v1/acts", &long).problem(413, "too-large");
    let lines = site.post_lines(&format!("{long}\n{}", notice(2, "case/2")));
    assert_eq!((lines[0]["status"].as_u64(), lines[1]["status"].as_u64()), (Some(413), Some(201)));
}

#[test]
fn a_small_body_that_unpacks_to_a_large_one_is_refused() {
    let site = Site::open();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&vec![b' '; 10_000_000]).unwrap();
    let packed = packed.finish().unwrap();
    let json = ("Content-Type", "application/json");
    let headers = [json, ("Content-Encoding", "gzip")];
    site.ask("POST", "/v1/acts", &headers, &packed).problem(413, "too-large");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(notice(1, "case/1").to_string().as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    assert_eq!(site.ask("POST", "/v1/acts", &headers, &packed).status, 201);
    let headers = [json, ("Content-Encoding", "br")];
    site.ask("POST", "/v1/acts", &headers, &packed).problem(415, "media-type");
}

#[test]
fn bytes_that_are_not_utf_8_are_named() {
    let site = Site::open();
    let headers = [("Content-Type", "application/json")];
    let answer = site.ask("POST", "/v1/acts", &headers, b"{\n \"id\": \"\xcd\xcd\"}");
    let problem = answer.problem(400, "malformed");
    assert_eq!((problem["line"].as_u64(), problem["column"].as_u64()), (Some(2), Some(9)));
}

#[test]
fn another_media_type_is_not_read() {
    let site = Site::open();
    let act = notice(1, "case/1").to_string();
    for media in ["text/plain", "application/xml", "application/json; charset=gbk", ""] {
        let answer = site.ask("POST", "/v1/acts", &[("Content-Type", media)], act.as_bytes());
        answer.problem(415, "media-type");
    }
    let headers = [("Content-Type", "application/json; charset=UTF-8")];
    assert_eq!(site.ask("POST", "/v1/acts", &headers, act.as_bytes()).status, 201);
}

#[test]
fn unknown_addresses_methods_and_queries_are_problems_too() {
    let site = Site::open();
    site.get("/v2/acts").problem(404, "not-found");
    site.get("/v1/streams/nothing/x").problem(404, "not-found");
    site.get("/v1/streams/case/x").problem(404, "not-found");
    site.get("/v1/acts/1").problem(404, "not-found");
    site.get("/v1/acts/first").problem(404, "not-found");
    site.get("/v1/cases/none").problem(404, "not-found");
    site.get("/v1/schemas/case.Vanished").problem(404, "not-found");
    let answer = site.ask("DELETE", "/v1/acts", &[], b"");
    answer.problem(405, "method-not-allowed");
    assert_eq!(answer.header("allow"), "GET, HEAD, POST");
    for query in ["limit=0", "limit=1001", "limit=many", "after=-1", "before=3"] {
        site.get(&format!("/v1/acts?{query}")).problem(400, "malformed");
    }
    for query in ["site=a%20b", "state=lost", "due_from=July", "cursor=%00", "cursor=eA", "limit=0"]
    {
        site.get(&format!("/v1/cases?{query}")).problem(400, "malformed");
    }
    site.post("/v1/acts", &notice(1, "case/1"));
    for query in ["as_of=yesterday", "known_at=soon", "known_at=99", "view=x"] {
        site.get(&format!("/v1/cases/1/timeline?{query}")).problem(400, "malformed");
    }
}

#[test]
fn a_busy_chronicle_says_when_to_come_back() {
    use actix_web::ResponseError as _;
    let problem = tongjian::http::Problem::from(tongjian::store::AppendError::Busy);
    let answer = problem.error_response();
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers().get("retry-after").unwrap(), "1");
}

#[test]
fn the_ends_of_numbers_and_of_time_are_answered_and_never_a_panic() {
    let mut site = Site::with_tables();
    site.post("/v1/acts", &acceptance(1, "case/1"));
    let most = u64::MAX;
    site.get(&format!("/v1/acts/{most}")).problem(404, "not-found");
    site.get(&format!("/v1/acts?min_position={most}")).problem(503, "position-not-reached");
    site.get(&format!("/v1/cases/1?known_at={most}")).problem(400, "malformed");
    for path in [format!("/v1/acts?after={most}"), format!("/v1/streams/case/1?after={most}")] {
        assert_eq!(site.get(&path).json()["acts"], json!([]), "{path}");
    }
    assert_eq!(site.get("/v1/cases?min_position=1").status, 200);
    let days = ["0000-01-01", "1600-02-29", "9999-12-31", "%2B262142-12-31", "-262143-01-01"];
    for day in days {
        for path in ["/v1/cases/1?as_of=", "/cases/1?as_of=", "/v1/cases/1/timeline?as_of="] {
            let answer = site.get(&format!("{path}{day}"));
            assert!(matches!(answer.status, 200 | 400 | 404), "{path}{day}: {}", answer.body);
        }
        for name in ["as_of", "due_from", "due_to"] {
            let answer = site.get(&format!("/v1/cases?{name}={day}&state=missed"));
            assert!(matches!(answer.status, 200 | 400), "{name}={day}: {}", answer.body);
        }
    }
    let moved = with(notice(2, "case/1"), "occurred_at", json!("0001-01-01T00:00:00+08:00"));
    site.post("/v1/acts", &moved);
    for path in ["/cases/1", "/v1/cases/1", "/v1/cases/1/timeline", "/", "/v1/cases"] {
        assert_eq!(site.get(path).status, 200, "{path}");
    }
    site.stop();
}
