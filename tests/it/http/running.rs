//! The service as it runs: live tails, figures, and how it stops.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tongjian::access::{Opening, open_account, revoke_token};
use tongjian::http::Access;
use tongjian_events::StreamKind;
use tongjian_events::policy::Role;
use tongjian_events::values::{Name, StaffId};

use super::browser::Browser;
use super::{Site, notice, ten_o_clock, with};

struct Tail(BufReader<TcpStream>);

impl Tail {
    fn open(site: &Site, path: &str, headers: &str) -> Self {
        let mut stream = TcpStream::connect(site.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n{headers}\r\n").unwrap();
        Self(BufReader::new(stream))
    }

    /// The next line that begins so.
    fn line(&mut self, start: &str) -> String {
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the tail ended");
            if let Some(rest) = line.strip_prefix(start) {
                return rest.trim_end().to_owned();
            }
        }
    }
}

#[test]
fn a_live_tail_resumes_after_the_last_event_received() {
    let site = Site::open();
    site.post_lines(&format!("{}\n{}", notice(1, "case/1"), notice(2, "case/1")));
    let mut tail = Tail::open(&site, "/v1/tail?after=0", "");
    assert_eq!(tail.line("id: "), "1");
    let act: Value = serde_json::from_str(&tail.line("data: ")).unwrap();
    assert_eq!(act["position"], "1");
    drop(tail);
    let headers = "Last-Event-ID: 1\r\nAccept-Encoding: gzip\r\n";
    let mut tail = Tail::open(&site, "/v1/tail?after=0", headers);
    assert_eq!(tail.line("id: "), "2");
    tail.line(": alive");
    site.post("/v1/acts", &notice(3, "case/1"));
    assert_eq!(tail.line("id: "), "3");
    site.ask("GET", "/v1/tail", &[("Last-Event-ID", "x")], b"").problem(400, "malformed");
}

/// An act at a site, sent by the token of a system that may send everything.
fn sent(site: &Site, bearer: &str, number: u64, place: &str) {
    let act = with(notice(number, &format!("case/{number}")), "source.site", json!(place));
    let headers = [("Content-Type", "application/json"), ("Authorization", bearer)];
    let answer = site.ask("POST", "/v1/acts", &headers, act.to_string().as_bytes());
    assert_eq!(answer.status, 201, "{}", answer.body);
}

#[test]
fn a_live_tail_ends_with_the_token_that_opened_it() {
    let site = Site::with(Access::Tokens);
    let sender = format!("Bearer {}", site.token("sender", &[], StreamKind::ALL));
    let reader = site.token("reader", &[], &[]);
    let headers = format!("Authorization: Bearer {reader}\r\n");
    let mut tail = Tail::open(&site, "/v1/tail", &headers);
    tail.line("retry: ");
    sent(&site, &sender, 1, "320681105000");
    assert!(tail.line("data: ").contains("case/1"));
    site.wait(revoke_token(&site.store, "reader", "lost", ten_o_clock())).unwrap();
    sent(&site, &sender, 2, "320681105000");
    let mut left = String::new();
    tail.0.read_to_string(&mut left).unwrap();
    assert!(!left.contains("case/2"), "{left}");
}

#[test]
fn a_live_tail_tells_no_more_of_a_county_that_was_taken_from_its_reader() {
    let site = Site::with(Access::Tokens);
    let sender = format!("Bearer {}", site.token("sender", &[], StreamKind::ALL));
    let browser = Browser::of(&site, "li-1", Role::Inspector, &["320681000000"]);
    let headers = format!("Cookie: {}\r\n", browser.cookie);
    let mut tail = Tail::open(&site, "/v1/tail", &headers);
    tail.line("retry: ");
    sent(&site, &sender, 1, "320681105000");
    assert!(tail.line("data: ").contains("case/1"));
    let moved = Opening {
        account: StaffId::new("li-1").unwrap(),
        holder: Name::new("某崗").unwrap(),
        role: Role::Inspector,
        sites: vec!["320682000000".parse().unwrap()],
        until_on: None,
    };
    let by = StaffId::new("admin").unwrap();
    site.wait(open_account(&site.store, moved, &by, ten_o_clock())).unwrap();
    sent(&site, &sender, 2, "320681105000");
    sent(&site, &sender, 3, "320682105000");
    assert!(tail.line("data: ").contains("case/3"), "what is told next is of the other county");
}

#[test]
fn figures_name_routes_and_never_addresses() {
    let mut site = Site::with_tables();
    site.post("/v1/acts", &notice(1, "case/1"));
    site.post("/v1/acts", &json!({}));
    site.get("/v1/cases/1");
    site.get("/secret/address");
    let figures = site.get("/metrics").body;
    let has = |line: &str| assert!(figures.lines().any(|l| l == line), "{line}\n{figures}");
    has("tongjian_appends_total{outcome=\"appended\"} 1");
    has("tongjian_refusals_total{code=\"malformed\"} 1");
    has("tongjian_head_position 1");
    has("tongjian_projection_stopped{projection=\"deadlines\"} 0");
    has("tongjian_http_requests_total{method=\"GET\",route=\"/v1/cases/{id}\",status=\"200\"} 1");
    has("tongjian_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 1");
    assert!(!figures.contains("secret"));
    assert!(figures.contains("tongjian_build_info{version="));
    site.stop();
}

#[test]
fn what_is_in_flight_is_answered_when_the_service_stops() {
    let mut site = Site::open();
    let mut tail = Tail::open(&site, "/v1/tail", "");
    tail.line("retry: ");
    let act = notice(1, "case/1").to_string();
    let (half, rest) = act.split_at(40);
    let mut slow = TcpStream::connect(site.address).unwrap();
    write!(
        slow,
        "POST /v1/acts HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{half}",
        act.len()
    )
    .unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let (address, rest) = (site.address, rest.to_owned());
    let sender = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(500));
        slow.write_all(rest.as_bytes()).unwrap();
        let mut answer = String::new();
        slow.read_to_string(&mut answer).unwrap();
        answer
    });
    let began = Instant::now();
    site.stop();
    assert!(began.elapsed() < Duration::from_secs(9), "it waited for the whole of its limit");
    let answer = sender.join().unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let mut left = String::new();
    tail.0.read_to_string(&mut left).unwrap();
    assert!(TcpStream::connect(address).is_err(), "it still listens");
}
