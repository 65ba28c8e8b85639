//! People log in, do what is theirs, and nothing else; what they looked at is remembered.

use serde_json::{Value, json};
use tongjian::access::{Opening, first_administrator, open_account_once, operator};
use tongjian::http::Access;
use tongjian::runner::REGISTRY;
use tongjian_events::policy::Role;

use super::browser::{Browser, PASSWORD};
use super::{Site, acceptance, notice, ten_o_clock, with};
use crate::acts::id;

pub(crate) fn open(site: &Site, account: &str, role: Role, sites: &[&str]) -> String {
    let opening = Opening {
        account: account.parse_id(),
        holder: tongjian_events::values::Name::new("某崗").unwrap(),
        role,
        sites: sites.iter().map(|site| site.parse().unwrap()).collect(),
        until_on: None,
    };
    let by = operator().unwrap();
    site.wait(open_account_once(&site.store, opening, &by, ten_o_clock())).unwrap()
}

trait ParseId {
    fn parse_id(&self) -> tongjian_events::values::StaffId;
}

impl ParseId for str {
    fn parse_id(&self) -> tongjian_events::values::StaffId {
        tongjian_events::values::StaffId::new(self).unwrap()
    }
}

fn trail(site: &Site) -> Vec<(String, String, String)> {
    let asked = tongjian::store::cabinet::Asked { limit: 1_000, ..Default::default() };
    let mut traces = site.wait(site.store.trail(asked)).unwrap();
    traces.reverse();
    traces.into_iter().map(|trace| (trace.who, trace.did, trace.subject)).collect()
}

#[test]
fn a_password_given_once_opens_nothing_but_the_way_to_another() {
    let site = Site::with(Access::Tokens);
    let once = open(&site, "li", Role::Inspector, &[]);
    let mut browser = Browser::new(&site);
    let inside = browser.log_in("li", &once);
    assert_eq!((inside.status, inside.header("location")), (303, "/cases"));
    assert!(inside.header("set-cookie").contains("HttpOnly; SameSite=Lax"));
    let elsewhere = browser.get("/cases");
    assert_eq!((elsewhere.status, elsewhere.header("location")), (303, "/password"));
    browser
        .ask("GET", "/v1/cases", &[("Accept", "application/json")], b"")
        .problem(403, "password-once");
    browser.renew();
    for (present, password, again) in [
        (once.as_str(), "short", "short"),
        (once.as_str(), "my name is Li Li", "my name is Li Li"),
        (once.as_str(), PASSWORD, "another horse battery"),
        ("not the present one", PASSWORD, PASSWORD),
        (once.as_str(), once.as_str(), once.as_str()),
    ] {
        let fields = [("present", present), ("password", password), ("again", again)];
        assert_eq!(browser.post_form("/password", &fields).status, 422, "{password}");
    }
}

#[test]
fn nobody_learns_which_accounts_there_are() {
    let site = Site::with(Access::Tokens);
    open(&site, "li", Role::Inspector, &[]);
    let mut browser = Browser::new(&site);
    let known = browser.log_in("li", "not the password");
    let unknown = browser.log_in("lo", "not the password");
    assert_eq!((known.status, unknown.status), (401, 401));
    assert_eq!(known.body.replace("\"li\"", "\"lo\""), unknown.body);
    // A name that is no account may be a password in the wrong field.
    let tried: Vec<_> = trail(&site).into_iter().map(|(who, did, _)| (who, did)).collect();
    let failed = "log-in-failed".to_owned();
    assert_eq!(tried, [("li".into(), failed.clone()), (String::new(), failed)]);
}

#[test]
fn after_four_wrong_tries_the_right_password_waits_too() {
    let site = Site::with(Access::Tokens);
    let once = open(&site, "li", Role::Inspector, &[]);
    let mut browser = Browser::new(&site);
    for _ in 0..4 {
        assert_eq!(browser.log_in("li", "wrong").status, 401);
    }
    assert_eq!(browser.log_in("li", "the fifth").status, 401);
    assert_eq!(browser.log_in("li", &once).status, 401);
}

#[test]
fn from_one_address_only_so_much_is_tried() {
    let site = Site::with(Access::Tokens);
    let bearer = |number: u32| format!("Bearer tj_{number}");
    let tried =
        |number| site.ask("GET", "/v1/acts", &[("Authorization", &bearer(number))], b"").status;
    assert!((0..20).all(|number| tried(number) == 401));
    assert_eq!(tried(20), 429);
    // Whoever shows what holds is not kept waiting by those who guess.
    let token = site.token("reader", &[], &[]);
    let headers = [("Authorization", &*format!("Bearer {token}"))];
    assert_eq!(site.ask("GET", "/v1/acts", &headers, b"").status, 200);
}

#[test]
fn a_session_ends_with_the_log_out_another_password_and_the_account() {
    let site = Site::with(Access::Tokens);
    let out = Browser::of(&site, "one", Role::Inspector, &[]);
    assert_eq!(out.get("/v1/cases").status, 200);
    assert_eq!(out.post_form("/logout", &[]).status, 303);
    let replayed = out.ask("GET", "/v1/cases", &[("Accept", "application/json")], b"");
    replayed.problem(401, "unauthenticated");

    let first = Browser::of(&site, "two", Role::Inspector, &[]);
    let mut second = Browser::new(&site);
    assert_eq!(second.log_in("two", PASSWORD).status, 303);
    second.renew();
    let another = "quite another horse";
    let fields = [("present", PASSWORD), ("password", another), ("again", another)];
    assert_eq!(second.post_form("/password", &fields).status, 303);
    assert_eq!(first.get("/v1/lists").status, 404);
    first.ask("GET", "/v1/cases", &[("Accept", "*/*")], b"").problem(401, "unauthenticated");

    let closed = Browser::of(&site, "three", Role::Inspector, &[]);
    let reason = tongjian_events::values::Text::new("left").unwrap();
    let by = operator().unwrap();
    let account = "three".parse_id();
    let closing =
        tongjian::access::close_account(&site.store, &account, &reason, &by, ten_o_clock());
    site.wait(closing).unwrap();
    closed.ask("GET", "/v1/cases", &[("Accept", "*/*")], b"").problem(401, "unauthenticated");
}

#[test]
fn a_role_taken_away_is_gone_with_the_next_request() {
    let site = Site::with(Access::Tokens);
    let browser = Browser::of(&site, "li", Role::Inspector, &[]);
    assert_eq!(browser.get("/v1/cases").status, 200);
    let opening = Opening {
        account: "li".parse_id(),
        holder: tongjian_events::values::Name::new("某崗").unwrap(),
        role: Role::Administrator,
        sites: Vec::new(),
        until_on: None,
    };
    let by = operator().unwrap();
    let opened = tongjian::access::open_account(&site.store, opening, &by, ten_o_clock());
    site.wait(opened).unwrap();
    browser.ask("GET", "/v1/cases", &[("Accept", "*/*")], b"").problem(403, "unauthorised");
    assert_eq!(browser.get("/administration/accounts").status, 200);
}

#[test]
fn what_our_own_page_did_not_send_is_not_done() {
    let site = Site::with(Access::Tokens);
    let browser = Browser::of(&site, "li", Role::Administrator, &[]);
    let fields = [("order", "password"), ("account", "li")];
    let path = "/administration/accounts";
    let json =
        [("Accept", "application/json"), ("Content-Type", "application/x-www-form-urlencoded")];
    let send = |body: &str, more: &[(&str, &str)]| {
        let mut headers = json.to_vec();
        headers.extend_from_slice(more);
        browser.ask("POST", path, &headers, body.as_bytes())
    };
    let bare = serde_urlencoded::to_string(fields).unwrap();
    send(&bare, &[]).problem(403, "forged");
    send(&format!("csrf=0123456789abcdef&{bare}"), &[]).problem(403, "forged");
    let good = format!("csrf={}&{bare}", browser.csrf);
    send(&good, &[("Origin", "https://elsewhere.example")]).problem(403, "forged");
    send(&good, &[("Origin", "null")]).problem(403, "forged");
    send(&good, &[("Sec-Fetch-Site", "cross-site")]).problem(403, "forged");
    let own = format!("http://{}", site.address);
    assert_eq!(send(&good, &[("Origin", &own), ("Sec-Fetch-Site", "same-origin")]).status, 200);
}

#[test]
fn the_demonstration_takes_nothing_from_pages_elsewhere() {
    let site = Site::open();
    let body = notice(1, "case/1").to_string();
    let headers = [("Content-Type", "application/json"), ("Origin", "https://elsewhere.example")];
    site.ask("POST", "/v1/acts", &headers, body.as_bytes()).problem(403, "forged");
    let headers = [("User-Agent", "Mozilla/5.0"), ("Host", "elsewhere.example")];
    site.ask("GET", "/v1/acts", &headers, b"").problem(403, "forged");
}

#[test]
fn somebody_signs_with_his_own_name_and_does_what_is_his() {
    let site = Site::with(Access::Tokens);
    let centre = Browser::of(&site, "wang", Role::Centre, &["320681000000"]);
    let mine = with(acceptance(1, "case/1"), "actor", json!({ "kind": "staff", "id": "wang" }));
    assert_eq!(centre.post("/v1/acts", &mine).status, 201);
    let sent = |act: &Value| centre.post("/v1/acts", act).status;
    assert_eq!(sent(&acceptance(2, "case/2")), 403, "in another's name");
    let next = with(mine.clone(), "id", json!(id(3)));
    let elsewhere = with(next.clone(), "source.site", json!("320682105000"));
    assert_eq!(sent(&elsewhere), 403);
    let mut access = with(next.clone(), "stream", json!("policy/access"));
    access["event"] = json!("policy.AccountClosed");
    access["version"] = json!(1);
    access["body"] = json!({ "account": "wang", "reason": "x" });
    assert_eq!(sent(&access), 403);
    let auditor = Browser::of(&site, "shen", Role::Auditor, &[]);
    let own = with(next, "actor.id", json!("shen"));
    assert_eq!(auditor.post("/v1/acts", &own).status, 403);
}

#[test]
fn no_token_gives_itself_what_it_was_not_given() {
    let site = Site::with(Access::Tokens);
    let token = site.token("all", &[], tongjian_events::StreamKind::ALL);
    let mut act = notice(1, "policy/access");
    act["event"] = json!("policy.AccountOpened");
    act["body"] = json!({ "account": "me", "holder": "me", "role": "bureau", "sites": [] });
    let headers =
        [("Content-Type", "application/json"), ("Authorization", &*format!("Bearer {token}"))];
    site.ask("POST", "/v1/acts", &headers, act.to_string().as_bytes()).problem(403, "unauthorised");
}

#[test]
fn who_reads_a_case_is_remembered_before_he_sees_it() {
    let mut site = Site::start(Access::Tokens, REGISTRY);
    let sender = site.token("hall", &[], &[tongjian_events::StreamKind::Case]);
    let bearer = format!("Bearer {sender}");
    let headers = [("Content-Type", "application/json"), ("Authorization", bearer.as_str())];
    let act = acceptance(1, "case/1").to_string();
    assert_eq!(site.ask("POST", "/v1/acts", &headers, act.as_bytes()).status, 201);
    let listed = [("Authorization", bearer.as_str())];
    assert_eq!(site.ask("GET", "/v1/cases?min_position=1", &listed, b"").status, 200);
    let before = trail(&site).len();
    let inspector = Browser::of(&site, "li", Role::Inspector, &["320681000000"]);
    assert_eq!(inspector.get("/v1/cases/1").status, 200);
    assert_eq!(inspector.get("/cases/1").status, 200);
    assert_eq!(inspector.get("/v1/cases/none").status, 404);
    let elsewhere = Browser::of(&site, "wu", Role::Inspector, &["320682000000"]);
    assert_eq!(elsewhere.get("/v1/cases/1").status, 404);
    let administrator = Browser::of(&site, "gao", Role::Administrator, &[]);
    let refused = administrator.get("/v1/cases/1");
    assert_eq!(refused.status, 403);
    let entered = trail(&site).split_off(before);
    let of = |who: &str, did: &str, subject: &str| (who.into(), did.into(), subject.into());
    assert_eq!(entered.iter().filter(|entry| **entry == of("li", "read", "case/1")).count(), 2);
    assert!(entered.contains(&of("gao", "refused", "GET /v1/cases/1")));
    assert!(entered.contains(&of("wu", "refused", "GET /v1/cases/1")));
    assert!(!entered.iter().any(|(_, _, subject)| subject == "case/none"));
    let whole = site.wait(site.store.verify_trail()).unwrap();
    assert_eq!(whole, (before + entered.len()) as u64);
    let page = administrator.get("/administration/trail?subject=case/1");
    assert!(page.body.contains("<td data-name") && page.body.contains("li"), "{}", page.body);
    site.stop();
}

#[test]
fn the_first_administrator_is_opened_once_and_the_last_one_is_kept() {
    let site = Site::with(Access::Tokens);
    let first = || site.wait(first_administrator(&site.store, ten_o_clock())).unwrap();
    let (account, password) = first().unwrap();
    assert_eq!(account, "administrator");
    assert_eq!(first(), None);
    let mut browser = Browser::new(&site);
    assert_eq!(browser.log_in(&account, &password).status, 303);
    let reason = tongjian_events::values::Text::new("left").unwrap();
    let (by, named) = (operator().unwrap(), account.parse_id());
    let closing = tongjian::access::close_account(&site.store, &named, &reason, &by, ten_o_clock());
    let refused = site.wait(closing).unwrap_err();
    assert!(refused.to_string().contains("last administrator"), "{refused}");
}

#[test]
fn accounts_and_tokens_are_made_in_the_console_and_shown_once() {
    let site = Site::with(Access::Tokens);
    let gao = Browser::of(&site, "gao", Role::Administrator, &[]);
    let fields = [
        ("order", "open"),
        ("account", "zhao"),
        ("holder", "監察崗"),
        ("role", "inspector"),
        ("sites", "320681000000"),
        ("until", ""),
    ];
    let opened = gao.post_form("/administration/accounts", &fields);
    assert_eq!(opened.status, 200);
    let once = opened.body.split_once("<code>").unwrap().1.split('<').next().unwrap().to_owned();
    let mut zhao = Browser::new(&site);
    assert_eq!(zhao.log_in("zhao", &once).status, 303);
    assert!(!gao.get("/administration/accounts").body.contains(&once));
    let wrong = [("order", "open"), ("account", "x"), ("holder", "y"), ("role", "king")];
    assert!(gao.post_form("/administration/accounts", &wrong).body.contains("king"));
    let token = gao.post_form(
        "/administration/tokens",
        &[
            ("order", "issue"),
            ("token", "hall"),
            ("holder", "h"),
            ("append", "case"),
            ("append", "read"),
        ],
    );
    let text = token.body.split_once("<code>").unwrap().1.split('<').next().unwrap().to_owned();
    let headers = [("Authorization", &*format!("Bearer {text}"))];
    assert_eq!(site.ask("GET", "/v1/acts", &headers, b"").status, 200);
    let revoke = [("order", "revoke"), ("token", "hall"), ("reason", "lost")];
    assert_eq!(gao.post_form("/administration/tokens", &revoke).status, 200);
    assert_eq!(site.ask("GET", "/v1/acts", &headers, b"").status, 401);
}

#[test]
fn a_form_that_cannot_be_read_is_told_what_is_wrong() {
    let site = Site::with(Access::Tokens);
    let send = |media: &str, body: &str| {
        let headers = [("Content-Type", media), ("Accept", "application/json")];
        site.ask("POST", "/login", &headers, body.as_bytes())
    };
    let form = "application/x-www-form-urlencoded";
    let lacking = send(form, "account=li").problem(400, "malformed");
    assert!(lacking["detail"].as_str().unwrap().contains("password"), "{lacking}");
    send("application/json", "{}").problem(415, "media-type");
    let large = format!("account=li&password={}", "x".repeat(300 * 1024));
    send(form, &large).problem(413, "too-large");
}
