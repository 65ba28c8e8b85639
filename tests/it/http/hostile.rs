//! Senders and readers who mean harm, or whose line is poor: each gets an answer that names what
//! is wrong, and the service goes on.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use super::problems::raw;
use super::{Site, acceptance, notice, with};

#[test]
fn a_parameter_that_cannot_be_read_is_named_with_its_rule() {
    let mut site = Site::with_tables();
    site.post("/v1/acts", &notice(1, "case/1"));
    assert_eq!(site.get("/v1/cases?min_position=1").status, 200);
    let wrong = [
        ("/v1/cases?limit=0", "limit"),
        ("/v1/cases?limit=-1", "limit"),
        ("/v1/cases?limit=1000000000", "limit"),
        ("/v1/cases?limit=99999999999999999999", "limit"),
        ("/v1/cases?cursor=abc", "cursor"),
        ("/v1/cases?as_of=garbage", "as_of"),
        ("/v1/cases?as_of=2008-02-30", "as_of"),
        ("/v1/cases?as_of=2008-02-01&as_of=2008-02-02", "as_of"),
        ("/v1/cases?known_at=2008-07-01T09:00:00", "known_at"),
        ("/v1/cases?known_at=99", "known_at"),
        ("/v1/cases?known_at=-1", "known_at"),
        ("/v1/cases?state=lost", "state"),
        ("/v1/cases?site=%00", "site"),
        ("/v1/cases?due_from=x", "due_from"),
        ("/v1/cases?min_position=x", "min_position"),
        ("/v1/cases?no_such=1", "no_such"),
        ("/cases?limit=x", "limit"),
        ("/cases?as_of=x", "as_of"),
        ("/cases/1?known_at=99", "known_at"),
        ("/v1/cases/1?as_of=x", "as_of"),
        ("/v1/cases/1/timeline?view=x", "view"),
        ("/v1/acts?after=-1", "after"),
        ("/v1/acts?limit=1001", "limit"),
        ("/v1/streams/case/1?limit=0", "limit"),
        ("/v1/tail?after=x", "after"),
    ];
    for (path, field) in wrong {
        let problem = site.get(path).problem(400, "malformed");
        assert_eq!(problem["field"], field, "{path}: {problem}");
        let rule = problem["rule"].as_str().unwrap_or_default();
        assert!(!rule.is_empty() && !rule.contains("invalid digit"), "{path}: {problem}");
    }
    let problem = site.ask("GET", "/v1/tail", &[("Last-Event-ID", "-1")], b"");
    assert_eq!(problem.problem(400, "malformed")["field"], "Last-Event-ID");
    site.stop();
}

#[test]
fn a_sender_who_falls_silent_is_given_up() {
    let mut site = Site::open();
    let head = "POST /v1/acts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                Content-Length: 50\r\n\r\n{";
    let answer = raw(&site, head.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("urn:tongjian:problem:silent"), "{answer}");
    site.stop();
}

#[test]
fn a_sender_who_goes_away_leaves_nothing_behind() {
    let site = Site::open();
    for kind in ["application/json", "application/x-ndjson"] {
        let act = notice(1, "case/1").to_string();
        let mut gone = TcpStream::connect(site.address).unwrap();
        write!(
            gone,
            "POST /v1/acts HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n\
             Content-Length: {}\r\n\r\n{act}\n",
            act.len() + 100
        )
        .unwrap();
        drop(gone);
    }
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(site.get("/v1/acts").json()["acts"], json!([]));
    assert_eq!(site.post("/v1/acts", &notice(1, "case/1")).status, 201);
}

#[test]
fn what_is_no_request_is_answered_and_the_service_goes_on() {
    let site = Site::open();
    let long = "a".repeat(200_000);
    let requests = [
        "NOTHING\r\n\r\n".to_owned(),
        format!("GET /v1/acts{long} HTTP/1.1\r\nHost: x\r\n\r\n"),
        format!("GET /v1/acts HTTP/1.1\r\nHost: x\r\nX-Long: {long}\r\n\r\n"),
        "POST /v1/acts HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\
         Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            .to_owned(),
    ];
    for request in requests {
        let mut stream = TcpStream::connect(site.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        // It may hang up before all is sent.
        let _ = stream.write_all(request.as_bytes());
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).unwrap();
        assert!(matches!(&answer[9..], b"400" | b"431"), "{answer:?}");
    }
    assert_eq!(site.get("/v1/acts").status, 200);
}

#[test]
fn a_packed_body_that_cannot_be_unpacked_is_malformed() {
    let site = Site::open();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(notice(1, "case/1").to_string().as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let send = |encoding: &str, body: &[u8]| {
        let headers = [("Content-Type", "application/json"), ("Content-Encoding", encoding)];
        site.ask("POST", "/v1/acts", &headers, body)
    };
    let problem = send("gzip", &packed[..packed.len() / 2]).problem(400, "malformed");
    assert!(!problem["detail"].as_str().unwrap().contains("Custom"), "{problem}");
    send("gzip", b"{}").problem(400, "malformed");
    for other in ["deflate", "gzip, gzip", "zstd"] {
        let answer = send(other, &packed);
        assert_eq!(answer.problem(415, "media-type")["field"], "content-encoding");
        assert_eq!(answer.header("accept-encoding"), "gzip");
    }
    assert_eq!(send("GZIP", &packed).status, 201);
}

#[test]
fn one_line_that_is_not_utf_8_stops_no_other() {
    let site = Site::open();
    let mut lines = notice(1, "case/1").to_string().into_bytes();
    lines.extend_from_slice(b"\n{\"id\":\"\xff\xfe\"}\n[]\n");
    lines.extend_from_slice(notice(2, "case/2").to_string().as_bytes());
    let headers = [("Content-Type", "application/x-ndjson")];
    let answer = site.ask("POST", "/v1/acts", &headers, &lines);
    let statuses: Vec<_> = answer
        .body
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|line| (line["line"].as_u64().unwrap(), line["status"].as_u64().unwrap()))
        .collect();
    assert_eq!(statuses, [(1, 201), (2, 400), (3, 400), (4, 201)]);
    assert_eq!(site.ask("POST", "/v1/acts", &headers, b"").body, "");
}

#[test]
fn a_list_in_the_place_of_an_act_or_of_its_parts_is_refused() {
    let site = Site::open();
    let act = acceptance(1, "case/1");
    let members = ["id", "stream", "event", "version", "occurred_at", "actor", "source"];
    let mut list: Vec<_> = members.iter().map(|name| act[*name].clone()).collect();
    list.extend([json!([]), json!(null), json!(null), act["body"].clone(), json!("any")]);
    site.post("/v1/acts", &json!(list)).problem(400, "malformed");
    let actor = with(act.clone(), "actor", json!(["staff", "s-1", null, null]));
    assert_eq!(site.post("/v1/acts", &actor).problem(400, "malformed")["field"], "actor");
    let limits = with(act, "body.limits", json!([10, 20]));
    let problem = site.post("/v1/acts", &limits).problem(422, "body-does-not-match-schema");
    assert_eq!(problem["field"], "body.limits");
    assert_eq!(problem["rule"], "an object is expected, not a list");
    assert_eq!(problem["detail"], "body.limits: an object is expected, not a list");
}

#[test]
fn names_of_cases_are_text_and_never_numbers_or_absence() {
    let site = Site::open();
    for (number, name) in (1..).zip(["NA", "007", "7", "null", "1e3"]) {
        assert_eq!(site.post("/v1/acts", &notice(number, &format!("case/{name}"))).status, 201);
        assert_eq!(site.get(&format!("/v1/cases/{name}")).json()["id"], name);
    }
    let listed = site.get("/v1/cases").json();
    let names: Vec<_> = listed["cases"].as_array().unwrap().iter().map(|c| &c["id"]).collect();
    assert_eq!(names, ["007", "1e3", "7", "NA", "null"]);
    site.get("/v1/cases/07").problem(404, "not-found");
}
