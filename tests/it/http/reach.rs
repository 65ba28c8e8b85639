//! 所及: who covers a county does nothing to what is about another, whatever site he enters as his
//! own, and gives away no more than he has.

use serde_json::{Value, json};
use tongjian::http::Access;
use tongjian::runner::REGISTRY;
use tongjian_events::StreamKind;
use tongjian_events::policy::Role;

use super::browser::{Browser, PASSWORD};
use super::bulletins::patiently;
use super::people::open;
use super::{Answer, Site, acceptance, notice, with};
use crate::acts::id;

const OURS: &str = "320681105000";
const COUNTY: &str = "320681000000";
const THEIRS: &str = "320682105000";

fn act(number: u64, stream: &str, event: &str, body: Value) -> Value {
    let act = with(notice(number, stream), "event", json!(event));
    with(act, "body", body)
}

/// Things of a site, and one of each that is done to them.
fn things(at: &str, name: &str) -> [(Value, Value); 5] {
    let stream = |kind: &str| format!("{kind}/{name}");
    let about = json!({ "unit": at, "site": at });
    let established = json!({ "site": at, "name": "某鎮便民服務中心", "level": "township" });
    let card = json!({ "subject": about, "rule": "Y08", "rule_edition": 1, "grounds": [],
        "matter": "無人值守" });
    let complaint = json!({ "route": "e_supervision", "channel": "telephone",
        "category": "attitude", "about": about, "statement": "態度生硬" });
    let started = json!({ "site": at, "kind": "routine", "inspectors": ["a", "b"] });
    let item = json!({ "item": format!("QL-{name}"), "name": "許可", "edition": 1, "unit": "局",
        "handling": "promised", "limits": { "promised_working_days": 10 } });
    let none = || json!({});
    let end = json!({ "cancellation": "abolished", "effective_on": "2008-07-01" });
    let decided = json!({ "outcome": "maintained", "decided_by": "s-1", "reasons": "屬實" });
    let site = format!("site/{at}");
    let item_stream = format!("item/QL-{name}");
    [
        (
            act(1, &site, "site.SiteEstablished", established),
            act(2, &site, "site.DoorsClosed", none()),
        ),
        (
            act(3, &stream("card"), "card.YellowCardIssued", card),
            act(4, &stream("card"), "card.AppealDecided", decided),
        ),
        (
            act(5, &stream("complaint"), "complaint.ComplaintReceived", complaint),
            act(6, &stream("complaint"), "complaint.ComplaintAccepted", none()),
        ),
        (
            act(7, &stream("inspection"), "inspection.InspectionStarted", started.clone()),
            act(8, &stream("inspection"), "inspection.InspectionStarted", started),
        ),
        (
            act(9, &item_stream, "item.ItemRegistered", item),
            act(10, &item_stream, "item.ItemCancelled", end),
        ),
    ]
}

fn numbered(act: &Value, from: u64) -> Value {
    let number = act["id"].as_str().unwrap();
    let number = (1..100).find(|of| id(*of).to_string() == number).unwrap();
    with(act.clone(), "id", json!(id(from + number)))
}

#[test]
fn nothing_is_appended_to_what_is_about_others() {
    let mut site = Site::start(Access::Tokens, REGISTRY);
    let (all, county) =
        (site.token("all", &[], StreamKind::ALL), site.token("county", &[COUNTY], StreamKind::ALL));
    let send = |token: &str, act: &Value| -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [("Content-Type", "application/json"), ("Authorization", bearer.as_str())];
        site.ask("POST", "/v1/acts", &headers, act.to_string().as_bytes())
    };
    let accepted = |answer: Answer| assert_eq!(answer.status, 201, "{}", answer.body);
    let there = |act: Value| with(act, "source.site", json!(THEIRS));
    for (first, _) in things(THEIRS, "theirs") {
        accepted(send(&all, &there(first)));
    }
    accepted(send(&all, &there(acceptance(20, "case/theirs"))));
    let head = || site.wait(site.store.head()).unwrap().position;
    let before = head();
    let bearer = format!("Bearer {all}");
    let known = format!("/v1/lists/cards?min_position={before}");
    let known = patiently(|| site.ask("GET", &known, &[("Authorization", &bearer)], b""));
    assert_eq!(known.status, 200, "{}", known.body);
    let refused = |act: &Value| {
        let answer = send(&county, act);
        assert!(matches!(answer.status, 403 | 404), "{act}: {}", answer.body);
    };
    for (first, then) in things(THEIRS, "theirs") {
        // He enters himself as where it was done.
        refused(&numbered(&then, 100));
        // And nothing new is begun about another, but a complaint, which may be about anybody, and
        // an item, which belongs to who registers it.
        let kind = first["stream"].as_str().unwrap().split('/').next().unwrap().to_owned();
        if matches!(kind.as_str(), "card" | "inspection") {
            let new = with(first, "stream", json!(format!("{kind}/another")));
            refused(&numbered(&new, 200));
        }
    }
    let corrected = json!({ "corrects": id(20), "change": { "kind": "annulled" },
        "reason": "誤錄", "approver": "s-9" });
    refused(&act(300, "case/theirs", "case.ActCorrected", corrected));
    assert_eq!(head(), before, "nothing was recorded");
    // What is his own is his to do.
    for (first, then) in things(OURS, "ours") {
        accepted(send(&county, &numbered(&first, 400)));
        accepted(send(&county, &numbered(&then, 400)));
    }
    let assigned = json!({ "site": OURS, "effective_on": "2008-07-01" });
    accepted(send(&county, &act(501, "item/QL-theirs", "item.ItemAssignedToSite", assigned)));
    // What a stranger does to a case is a fact, and is judged.
    accepted(send(&county, &notice(502, "case/theirs")));
    site.stop();
}

#[test]
fn an_administrator_of_a_county_gives_away_no_more_than_it() {
    let mut site = Site::with(Access::Tokens);
    open(&site, "boss", Role::Administrator, &[]);
    open(&site, "theirs", Role::Inspector, &[THEIRS]);
    site.token("far", &[THEIRS], &[StreamKind::Case]);
    let gao = Browser::of(&site, "gao", Role::Administrator, &[COUNTY]);
    let account = |order: &str, name: &str, sites: &str| {
        let form = [("order", order), ("account", name), ("holder", "某崗"), ("role", "inspector")];
        let more = [("sites", sites), ("until", ""), ("reason", "x")];
        gao.post_form("/administration/accounts", &[form.as_slice(), &more].concat()).body
    };
    let password = |body: &str| body.contains("class=\"once\"") || body.contains("<code>");
    for (order, name, sites) in [
        ("open", "evil", ""),
        ("open", "evil", THEIRS),
        ("open", "theirs", COUNTY),
        ("password", "boss", ""),
        ("password", "theirs", ""),
        ("close", "theirs", ""),
    ] {
        let body = account(order, name, sites);
        assert!(!password(&body), "{order} {name} {sites}: {body}");
    }
    let listed = gao.get("/administration/accounts").body;
    assert!(listed.contains("gao") && !listed.contains("theirs") && !listed.contains("boss"));
    assert!(password(&account("open", "mine", OURS)), "within his own he may");
    let token = |order: &str, name: &str, sites: &str| {
        let form = [("order", order), ("token", name), ("holder", "x"), ("append", "read")];
        let more = [("sites", sites), ("until", ""), ("reason", "x")];
        gao.post_form("/administration/tokens", &[form.as_slice(), &more].concat()).body
    };
    for (order, name, sites) in
        [("issue", "evil", ""), ("issue", "evil", THEIRS), ("revoke", "far", "")]
    {
        let body = token(order, name, sites);
        assert!(!body.contains("tj_"), "{order} {name}: {body}");
    }
    assert!(token("issue", "mine", OURS).contains("tj_"), "within his own he may");
    let grants = site.wait(tongjian::access::Grants::of(&site.store)).unwrap();
    assert!(grants.account("evil").is_none() && grants.holds("far") && !grants.holds("evil"));
    assert!(!grants.account("theirs").unwrap().closed);
    let auditor = Browser::of(&site, "shen", Role::Auditor, &[COUNTY]);
    assert_eq!(auditor.get("/administration/trail").status, 403, "it is of the whole network");
    site.stop();
}

#[test]
fn a_password_that_was_drawn_is_good_for_one_log_in() {
    let mut site = Site::with(Access::Tokens);
    let once = open(&site, "li", Role::Inspector, &[]);
    let mut first = Browser::new(&site);
    assert_eq!(first.log_in("li", &once).status, 303);
    assert_eq!(Browser::new(&site).log_in("li", &once).status, 401, "it is used up");
    first.renew();
    let form = [("present", once.as_str()), ("password", PASSWORD), ("again", PASSWORD)];
    let change = first.post_form("/password", &form);
    assert_eq!(change.status, 303, "whoever is in sets another: {}", change.body);
    for _ in 0..2 {
        assert_eq!(Browser::new(&site).log_in("li", PASSWORD).status, 303);
    }
    site.stop();
}

/// What the bureau does about a site is entered at the bureau's; whoever it is about has to answer.
#[test]
fn an_act_is_shown_to_whom_it_is_about_and_a_policy_to_everybody() {
    let mut site = Site::start(Access::Tokens, REGISTRY);
    site.wait(tongjian::first_start::run(&site.store, super::ten_o_clock())).unwrap();
    let (all, county) =
        (site.token("all", &[], StreamKind::ALL), site.token("county", &[COUNTY], &[]));
    let ask = |method: &str, token: &str, path: &str, body: &[u8]| {
        let bearer = format!("Bearer {token}");
        let headers = [("Content-Type", "application/json"), ("Authorization", bearer.as_str())];
        site.ask(method, path, &headers, body)
    };
    let demand = |at: &str| {
        json!({ "site": at, "unit": at, "order": "Z1", "flag": "items",
            "demand": "限期整改", "due_on": "2008-07-20" })
    };
    let mut at = Vec::new();
    for (number, of) in [(1, OURS), (2, THEIRS)] {
        let stream = format!("inspection/of-{of}");
        let order = act(number, &stream, "inspection.RectificationOrdered", demand(of));
        let order = with(order, "source.site", json!("320600000000"));
        let sent = ask("POST", &all, "/v1/acts", order.to_string().as_bytes());
        assert_eq!(sent.status, 201, "{}", sent.body);
        at.push(sent.json()["position"].as_u64().unwrap());
    }
    // What the city registers of a site's items is seen at the site, and of others' is not.
    for (number, of) in [(3, OURS), (4, THEIRS)] {
        let assigned = json!({ "site": of, "effective_on": "2008-07-01" });
        let act = act(number, "item/QL-9", "item.ItemAssignedToSite", assigned);
        let sent = with(act, "source.site", json!("320600000000")).to_string();
        let sent = ask("POST", &all, "/v1/acts", sent.as_bytes());
        assert_eq!(sent.status, 201, "{}", sent.body);
        at.push(sent.json()["position"].as_u64().unwrap());
    }
    let read = |position: u64| ask("GET", &county, &format!("/v1/acts/{position}"), b"");
    assert_eq!((read(at[2]).status, read(at[3]).status), (200, 404));
    let ours = read(at[0]);
    assert!(ours.status == 200 && ours.body.contains("限期整改"), "{}", ours.body);
    assert_eq!(read(at[1]).status, 404, "of another county");
    let page = patiently(|| ask("GET", &county, &format!("/chronicle/{}", at[0]), b""));
    assert_eq!(page.status, 200, "{}", page.body);
    let policy = ask("GET", &county, "/v1/streams/policy/cards", b"");
    assert_eq!(policy.status, 200, "rules bind everybody: {}", policy.body);
    let access = ask("GET", &county, "/v1/streams/policy/access", b"");
    assert_eq!(access.status, 404, "who has which grant is not everybody's: {}", access.body);
    site.stop();
}
