//! The details of applicants over HTTP and the command line: sealed, opened with a reason that is
//! on record, destroyed; and nowhere but in the answer to who opened them do they stand in clear.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tongjian::export::{Format, export, export_to_restore};
use tongjian::http::Access;
use tongjian::lists::LISTS;
use tongjian::runner::REGISTRY;
use tongjian_events::StreamKind;
use tongjian_events::policy::Role;

use super::browser::Browser;
use super::bulletins::{ID, begin, june};
use super::{Answer, Site, notice, with};

const AT: &str = "/v1/applicants/A-1";
/// Said nowhere else in the chronicle.
const CLEAR: [&str; 3] = ["歐陽栟茶", "320623197001019876", "通州灣三餘鎮九百號"];

fn sent() -> Value {
    let [name, document_number, address] = CLEAR;
    json!({ "site": "320600000000",
        "details": { "name": name, "document_number": document_number, "address": address } })
}

fn asked() -> Value {
    json!({ "reason": "核實投訴", "actor": "S-7" })
}

fn ordered() -> Value {
    json!({ "order": "通监发〔2008〕12号", "reason": "申請人要求" })
}

#[test]
fn details_are_sealed_opened_for_a_reason_and_destroyed_on_order() {
    let mut site = Site::open();
    let sealed = site.post(AT, &sent());
    assert_eq!((sealed.status, sealed.json()["position"].as_u64()), (201, Some(1)));
    let opened = site.post(&format!("{AT}/disclosures"), &asked());
    assert_eq!((opened.status, opened.header("cache-control")), (201, "no-store"));
    assert_eq!(opened.json()["details"], sent()["details"], "{}", opened.body);
    let stream = site.get("/v1/streams/applicant/A-1").json();
    let body = json!({ "by": "S-7", "reason": "核實投訴",
        "fields": ["name", "document_number", "address"] });
    assert_eq!(stream["acts"][1]["body"], body, "{stream}");
    let some = with(asked(), "fields", json!(["name"]));
    let opened = site.post(&format!("{AT}/disclosures"), &some).json();
    assert_eq!(opened["details"], json!({ "name": CLEAR[0] }));
    let missing = with(asked(), "fields", json!(["telephone"]));
    site.post(&format!("{AT}/disclosures"), &missing).problem(404, "not-found");
    site.post(&format!("{AT}/disclosures"), &json!({})).problem(400, "malformed");
    site.post("/v1/applicants/A-2/disclosures", &asked()).problem(404, "not-found");
    site.get(AT).problem(405, "method-not-allowed");

    assert_eq!(site.post(&format!("{AT}/destruction"), &ordered()).status, 201);
    for (path, body) in [
        (AT.to_owned(), sent()),
        (format!("{AT}/disclosures"), asked()),
        (format!("{AT}/destruction"), ordered()),
    ] {
        let gone = site.post(&path, &body).problem(410, "destroyed");
        assert_eq!(gone["rule"], "通监发〔2008〕12号", "{gone}");
        assert!(gone["detail"].as_str().unwrap().contains("2008-07-01"), "{gone}");
    }
    site.wait(tongjian::verify::verify(&site.store, |_, _| {})).unwrap();
    site.stop();
}

#[test]
fn what_is_wrong_in_details_is_told_and_not_repeated() {
    let mut site = Site::open();
    let name = CLEAR[0];
    for (body, field) in [
        (format!("\"{name}\""), None),
        (format!("{{\"site\":\"{name} \"}}"), None),
        (format!("{{\"site\":\"320600000000\",\"details\":\"{name}\"}}"), Some("details")),
        (
            format!("{{\"site\":\"320600000000\",\"details\":{{\"name\":\" {name}\"}}}}"),
            Some("details.name"),
        ),
        (
            format!("{{\"site\":\"320600000000\",\"details\":{{\"{name}\":\"x\"}}}}"),
            Some("details"),
        ),
        (format!("{{\"site\":\"320600000000\",\"actor\":[\"{name}\"],\"details\":{{}}}}"), None),
    ] {
        let problem = site.post_text(AT, &body).problem(400, "malformed");
        assert_eq!(problem["field"].as_str(), field, "{problem}");
        assert!(!problem.to_string().contains(name), "{problem}");
    }
    assert_eq!(site.wait(site.store.head()).unwrap().position, 0);
    site.stop();
}

#[test]
fn who_may_seal_need_not_be_who_may_open_and_the_door_takes_no_seal_of_others() {
    let mut site = Site::with(Access::Tokens);
    let ask = |token: &str, path: &str, body: &Value| -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [("Content-Type", "application/json"), ("Authorization", &bearer as &str)];
        site.ask("POST", path, &headers, body.to_string().as_bytes())
    };
    let hall = site.token("hall", &["320600000000"], &[StreamKind::Applicant]);
    let county = site.token("county", &["320681000000"], &[StreamKind::Applicant]);
    let cases = site.token("cases", &[], &[StreamKind::Case]);
    let bureau = site.token("bureau", &[], &[StreamKind::Applicant]);
    ask(&county, AT, &sent()).problem(403, "unauthorised");
    ask(&cases, AT, &sent()).problem(403, "unauthorised");
    assert_eq!(ask(&hall, AT, &sent()).status, 201);
    let (open, end) = (format!("{AT}/disclosures"), format!("{AT}/destruction"));
    let said = json!({ "reason": "核實投訴" });
    for token in [&hall, &county] {
        ask(token, &open, &said).problem(403, "unauthorised");
        ask(token, &end, &ordered()).problem(403, "unauthorised");
    }
    ask(&cases, &end, &ordered()).problem(403, "unauthorised");
    ask(&bureau, &open, &asked()).problem(403, "unauthorised");
    assert_eq!(ask(&bureau, &open, &said).status, 201);
    site.post(&open, &said).problem(401, "unauthenticated");
    let mut forged = notice(1, "applicant/A-1");
    forged["event"] = "applicant.DetailsDestroyed".into();
    forged["source"] = json!({ "site": "320600000000" });
    forged["body"] = ordered();
    ask(&bureau, "/v1/acts", &forged).problem(403, "unauthorised");
    assert_eq!(ask(&bureau, &end, &ordered()).status, 201);
    site.stop();
}

/// Somebody of a county, whatever his role, opens nothing of another's applicants, puts nothing in
/// the place of what they gave, and destroys nothing; each attempt is on the trail.
#[test]
fn a_county_reaches_no_applicant_of_another() {
    let mut site = Site::with(Access::Tokens);
    let all = site.token("all", &[], StreamKind::ALL);
    let bearer = format!("Bearer {all}");
    let headers = [("Content-Type", "application/json"), ("Authorization", &bearer as &str)];
    let theirs = with(sent(), "site", json!("320682105000"));
    let sealed = site.ask("POST", AT, &headers, theirs.to_string().as_bytes());
    assert_eq!(sealed.status, 201, "{}", sealed.body);
    let said = json!({ "reason": "核實投訴" });
    for role in [Role::Inspector, Role::Bureau, Role::Centre, Role::Department] {
        let browser = Browser::of(&site, role.as_str(), role, &["320681000000"]);
        let more = [("Content-Type", "application/json"), ("X-CSRF-Token", &browser.csrf as &str)];
        let ask = |path: &str, body: &Value| {
            browser.ask("POST", path, &more, body.to_string().as_bytes())
        };
        let ours = with(sent(), "site", json!("320681105000"));
        for (path, body) in [
            (AT.to_owned(), &theirs),
            (AT.to_owned(), &ours),
            (format!("{AT}/disclosures"), &said),
            (format!("{AT}/destruction"), &ordered()),
        ] {
            let answer = ask(&path, body);
            assert!(matches!(answer.status, 403 | 404), "{role} {path}: {}", answer.body);
            assert!(holds(answer.body.as_bytes()).is_none(), "{role} {path}: {}", answer.body);
        }
        // A reference of its own is its own.
        let own = format!("/v1/applicants/{role}");
        assert_eq!(ask(&own, &ours).status, 201, "{role}");
        assert_eq!(ask(&own, &ours).status, 201, "{role}");
    }
    let stream = site.ask("GET", "/v1/streams/applicant/A-1", &headers[1..], b"").json();
    assert_eq!(stream["acts"].as_array().unwrap().len(), 1, "{stream}");
    site.stop();
}

/// Whether a text or bytes hold a detail in clear, also one that JSON or XML escapes.
fn holds(bytes: &[u8]) -> Option<&'static str> {
    let escaped =
        |text: &str| text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
    let within = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    CLEAR.into_iter().find(|text| within(text.as_bytes()) || within(escaped(text).as_bytes()))
}

#[test]
fn no_list_export_bulletin_or_file_holds_a_detail_in_clear() {
    let mut site = Site::start(Access::Open, REGISTRY);
    begin(&site, |act| site.post("/v1/acts", act));
    assert_eq!(site.post(AT, &sent()).status, 201);
    let opened = site.post(&format!("{AT}/disclosures"), &asked());
    assert!(holds(opened.body.as_bytes()).is_some(), "whoever asked is answered");
    assert_eq!(site.post("/v1/bulletins", &june()).status, 201);
    let head = site.wait(site.store.head()).unwrap().position;
    let mut paths: Vec<String> =
        LISTS.iter().map(|list| format!("/v1/lists/{}", list.name)).collect();
    paths.extend(["/v1/acts?limit=1000", "/v1/streams/applicant/A-1", "/v1/cases"].map(Into::into));
    paths.extend(["/v1/cases/1", "/v1/cases/1/timeline", "/v1/coverage"].map(Into::into));
    paths.extend(["/metrics", "/", "/cases/1", "/v1/catalog"].map(Into::into));
    paths.extend([format!("{ID}/history"), "/v1/bulletins".into()]);
    for format in ["json", "html", "md", "docx", "xlsx"] {
        paths.push(format!("{ID}?format={format}"));
    }
    for path in paths {
        let joint = if path.contains('?') { '&' } else { '?' };
        let path = match path.starts_with("/v1/lists") {
            true => format!("{path}{joint}min_position={head}"),
            false => path,
        };
        for part in parts(&site, &path) {
            assert_eq!(holds(&part), None, "{path}");
        }
    }
    for format in [Format::Ndjson, Format::Csv] {
        let mut out = Vec::new();
        site.wait(export(&site.store, format, 0, head, &mut out, |_| {})).unwrap();
        assert!(out.windows(14).any(|w| w == b".DetailsSealed") && holds(&out).is_none());
    }
    let mut out = Vec::new();
    site.wait(export_to_restore(&site.store, u64::MAX, &mut out, |_| {})).unwrap();
    assert_eq!(holds(&out), None);
    let folder = site.fresh.folder.path().to_owned();
    let files = || std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
    let clean = || {
        for file in files().filter(|path| path.is_file()) {
            assert_eq!(holds(&std::fs::read(&file).unwrap()), None, "{}", file.display());
        }
    };
    clean();
    assert_eq!(site.post(&format!("{AT}/destruction"), &ordered()).status, 201);
    clean();
    site.stop();
    let wal = files().any(|path| path.to_string_lossy().ends_with("chronicle.db"));
    assert!(wal, "the chronicle's file was among them");
}

/// An answer's bytes, and what is packed in it.
fn parts(site: &Site, path: &str) -> Vec<Vec<u8>> {
    let url = format!("http://{}{path}", site.address);
    let mut answer = ureq::get(url).call().unwrap_or_else(|error| panic!("{path}: {error}"));
    let bytes = answer.body_mut().read_to_vec().unwrap();
    assert!(!bytes.is_empty(), "{path}");
    let mut parts = vec![bytes.clone()];
    if let Ok(mut packed) = zip::ZipArchive::new(std::io::Cursor::new(bytes)) {
        for index in 0..packed.len() {
            let mut part = Vec::new();
            packed.by_index(index).unwrap().read_to_end(&mut part).unwrap();
            parts.push(part);
        }
        assert!(parts.len() > 3, "{path} was looked into");
    }
    parts
}

fn tongjian(folder: &Path, words: &[&str], input: &str) -> Output {
    use std::io::Write as _;
    let mut child = Command::new(env!("CARGO_BIN_EXE_tongjian"))
        .args(words)
        .current_dir(folder)
        .env("TONGJIAN_LOG", "trace")
        .env("TONGJIAN_MASTER_KEY_FILE", "master.key")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

#[test]
fn the_command_line_does_the_same_and_no_log_holds_a_detail() {
    let folder = tempfile::tempdir().unwrap();
    let run = |words: &str, input: &str| {
        let words: Vec<_> = words.split(' ').collect();
        let output = tongjian(folder.path(), &words, input);
        assert_eq!(holds(&output.stderr), None, "{words:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        let last = said.lines().last().unwrap_or_default().to_owned();
        (output.status.success(), String::from_utf8(output.stdout).unwrap(), last)
    };
    assert!(run("key new master.key", "").1.starts_with("master key "));
    assert!(!run("key new master.key", "").0, "a key is not written over");
    assert!(run("key new next.key", "").0);
    std::fs::write(folder.path().join("empty.ndjson"), "").unwrap();
    run("import --format ndjson --data tongjian.db empty.ndjson", "");
    let details = sent()["details"].to_string();
    let sealed = run("applicant seal A-1 --by S-1 --site 320600000000", &details);
    assert!(sealed.1.starts_with("sealed at position "), "{} {}", sealed.1, sealed.2);
    let wrong = run("applicant seal A-1 --by S-1 --site 320600000000", CLEAR[0]);
    assert!(!wrong.0 && wrong.2.contains("a JSON object"), "{}", wrong.2);
    let shown = run("applicant show A-1 --by S-1 --reason 核實 --field name", "").1;
    assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), json!({ "name": CLEAR[0] }));
    assert!(run("key rewrap --to next.key", "").1.starts_with("1 keys wrapped anew by "));
    let old = run("applicant show A-1 --by S-1 --reason 核實", "");
    assert!(!old.0 && old.2.contains("is wrapped by the master key"), "{}", old.2);
    let new = run("applicant show A-1 --by S-1 --reason 核實 --master-key next.key", "");
    assert!(new.1.contains(CLEAR[2]), "{}", new.2);

    let log = served(folder.path());
    assert!(log.contains("listening") && holds(log.as_bytes()).is_none(), "{log}");
    let gone = run("applicant destroy A-1 --by S-1 --order 令1 --reason 到期", "");
    assert!(gone.0, "{}", gone.2);
    let gone = run("applicant show A-1 --by S-1 --reason 核實 --master-key next.key", "");
    assert!(!gone.0 && gone.2.contains("by order 令1"), "{}", gone.2);
    assert!(run("verify", "").0);
}

/// The whole log of a service that opened details.
fn served(folder: &Path) -> String {
    let log = folder.join("log");
    let mut child = Command::new(env!("CARGO_BIN_EXE_tongjian"))
        .args(["serve", "--open", "--no-watch", "--listen", "127.0.0.1:0", "--master-key"])
        .arg("next.key")
        .current_dir(folder)
        .env("TONGJIAN_LOG", "trace")
        .env("NO_COLOR", "1")
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let said = || String::from_utf8_lossy(&std::fs::read(&log).unwrap()).into_owned();
    let address = loop {
        let said = said();
        let found = said.lines().find_map(|line| line.trim().split_once("listening address="));
        match found {
            Some((_, address)) => break address.to_owned(),
            None => std::thread::sleep(Duration::from_millis(50)),
        }
        assert!(child.try_wait().unwrap().is_none(), "it ended: {said}");
    };
    let send = |path: &str, body: Value| {
        let url = format!("http://{address}{path}");
        let request = ureq::post(url).header("content-type", "application/json");
        request.send(body.to_string()).unwrap().body_mut().read_to_string().unwrap()
    };
    send(AT, sent());
    let opened = send(&format!("{AT}/disclosures"), asked());
    assert!(opened.contains(CLEAR[0]), "{opened}");
    child.kill().unwrap();
    child.wait().unwrap();
    said()
}
