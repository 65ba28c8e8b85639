//! The journeys that the console is for, each to the act that it leaves in the chronicle.

use serde_json::{Map, Value, json};
use tongjian::access::Grant;
use tongjian::lists::{self, Wanted};
use tongjian_events::policy::Role;
use tongjian_events::{StreamId, StreamKind};

mod complaint;

use super::Tour;
use super::driver::{DESK, PHONE, Window};
use crate::http::browser::Browser;
use crate::http::bulletins::patiently;
use crate::http::{Site, acceptance};

/// A journey: the city, and a window in which somebody is logged in.
struct Journey<'j> {
    site: &'j Site,
    tour: Tour<'j>,
}

/// The last acts of a stream, as they were sent.
fn acts(site: &Site, stream: &str) -> Vec<Value> {
    let stream: StreamId = stream.parse().unwrap();
    let stored = site.wait(site.store.stream(&stream, 0, 1_000)).unwrap();
    stored.iter().map(|act| serde_json::from_slice(&act.envelope).unwrap()).collect()
}

impl Journey<'_> {
    fn window(&self) -> &Window {
        self.tour.window
    }

    fn go(&self, path: &str) {
        let joint = if path.contains('?') { '&' } else { '?' };
        self.window().go(&format!("{}{path}{joint}lang=en", self.tour.origin));
    }

    fn path(&self) -> String {
        let path = self.window().ask("return decodeURIComponent(location.pathname);");
        path.as_str().unwrap().to_owned()
    }

    /// What a script answers, as text.
    fn text(&self, script: &str) -> String {
        self.window().ask(script).as_str().unwrap_or_default().to_owned()
    }

    /// Clicks a link, and waits for the page that it leads to.
    fn follow(&self, css: &str, to: &str) {
        self.window().click(css);
        self.arrived(to);
    }

    fn arrived(&self, at: &str) {
        let there = format!(
            "return document.readyState === 'complete' \
             && decodeURIComponent(location.pathname).startsWith('{at}');"
        );
        self.window().until(&there);
        self.is_fine();
    }

    fn is_fine(&self) {
        let problem = "return document.querySelector('p.problem')?.textContent ?? '';";
        assert_eq!(self.text(problem), "", "{}", self.path());
        self.tour.quiet(&self.path());
    }

    /// Sends the form of a step, and waits until it waits no longer.
    fn send(&self, order: &str) {
        let form = format!("form:has(input[name=order][value={order}])");
        self.window().click(&format!("{form} button"));
        let gone = format!(
            "return document.readyState === 'complete' && (!document.querySelector('{form}') \
             || !!document.querySelector('p.problem'));"
        );
        self.window().until(&gone);
        self.is_fine();
    }

    /// Sends the form of a step; `true` where it has to be sent again later.
    fn waits(&self, order: &str) -> bool {
        let form = format!("form:has(input[name=order][value={order}])");
        self.window().click(&format!("{form} button"));
        let gone = format!(
            "return document.readyState === 'complete' && !document.querySelector('{form}');"
        );
        self.window().until(&gone);
        self.text("return document.querySelector('p.problem')?.textContent ?? '';").contains("503")
    }

    fn as_somebody(&self, account: &str, does: impl FnOnce(&Self)) {
        self.tour.log_in(account);
        self.arrived("/");
        does(self);
        self.go("/password");
        self.tour.log_out();
    }
}

/// Everybody who takes part, each with a password of his own.
const PEOPLE: [(&str, Role); 5] = [
    ("inspector", Role::Inspector),
    ("centre", Role::Centre),
    ("bureau", Role::Bureau),
    ("second", Role::Bureau),
    ("auditor", Role::Auditor),
];

#[test]
fn what_people_do_in_a_browser_lands_in_the_chronicle() {
    let mut site = Site::in_a_city();
    for (account, role) in PEOPLE {
        Browser::of(&site, account, role, &[]);
    }
    an_overdue_case(&site);
    let window = Window::open();
    let origin = format!("http://{}", site.address);
    let journey = Journey { site: &site, tour: Tour { window: &window, origin } };
    journey.as_somebody("inspector", the_overdue_case_of_the_day);
    journey.as_somebody("auditor", who_has_read_it);
    an_appeal(&journey);
    a_site_is_inspected(&journey);
    complaint::a_complaint(&journey);
    a_bulletin(&journey);
    drop(window);
    site.stop();
}

/// A case accepted on 1 July for ten working days, of which nothing has been heard since.
fn an_overdue_case(site: &Site) {
    let token = format!("Bearer {}", site.token("hall", &[], &[StreamKind::Case]));
    let headers = [("Content-Type", "application/json"), ("Authorization", token.as_str())];
    let act = acceptance(1, "case/overdue").to_string();
    let answer = site.ask("POST", "/v1/acts", &headers, act.as_bytes());
    assert_eq!(answer.status, 201, "{}", answer.body);
    let path = format!("/v1/cases?min_position={}", answer.json()["position"]);
    let there = || site.ask("GET", &path, &headers[1..], b"");
    assert_eq!(patiently(there).status, 200);
}

/// From Today to the case in one click, to the act behind it in another.
fn the_overdue_case_of_the_day(journey: &Journey<'_>) {
    assert_eq!(journey.path(), "/", "Today is where one begins");
    let overdue = "return document.querySelectorAll('#overdue tbody tr').length;";
    assert!(journey.window().ask(overdue).as_u64().unwrap() > 0, "something is overdue");
    journey.follow("#overdue tbody a[href^='/cases/']", "/cases/");
    let case = journey.path();
    let missed = "return document.querySelectorAll('#clocks .missed').length;";
    assert!(journey.window().ask(missed).as_u64().unwrap() > 0, "{case} shows what it missed");
    let drawn = "return !!document.querySelector('#timeline svg');";
    assert_eq!(journey.window().ask(drawn), json!(true), "{case} is drawn");
    let rows = journey.window().ask("return document.querySelectorAll('#acts tbody tr').length;");
    let stream = case.replacen("/cases/", "case/", 1);
    assert_eq!(rows, json!(acts(journey.site, &stream).len()), "every act of it is there");
    journey.follow("#acts tbody a[href^='/chronicle/']", "/chronicle/");
    let proven = "return !!document.querySelector('main .mark.good');";
    assert_eq!(journey.window().ask(proven), json!(true), "the act agrees with its leaf");
}

/// Whoever may know it sees on the case that the inspector has read it.
fn who_has_read_it(journey: &Journey<'_>) {
    journey.go("/");
    journey.follow("#overdue tbody a[href^='/cases/']", "/cases/");
    let readers = journey.text("return document.querySelector('#viewers')?.textContent ?? '';");
    assert!(readers.contains("inspector") && readers.contains("Inspector"), "{readers}");
}

/// The page of a card against which nobody has appealed.
fn card_without_appeal(site: &Site) -> String {
    let list = lists::named("cards").unwrap();
    let wanted = Wanted { limit: 500, ..Wanted::default() };
    let listed = site.wait(lists::page(&site.store, list, &wanted, &Grant::open())).unwrap();
    let open = |line: &&Map<String, Value>| {
        line["level"] == "yellow" && line["appealed_on"].is_null() && line["withdrawn_on"].is_null()
    };
    let card = listed.lines.iter().find(open).expect("a yellow card without an appeal");
    card["key"].as_str().unwrap().replacen("card/", "/cards/", 1)
}

/// The centre appeals against a card, the bureau withdraws it.
fn an_appeal(journey: &Journey<'_>) {
    let card = card_without_appeal(journey.site);
    journey.as_somebody("centre", |journey| {
        journey.go(&card);
        journey.window().click("input[name=ground][value=system_failure]");
        journey.window().write("textarea[name=statement]", "中心当日停电，有供电单位证明。");
        journey.send("appeal");
    });
    let stream = card.replacen("/cards/", "card/", 1);
    let appealed = acts(journey.site, &stream).pop().unwrap();
    assert_eq!(appealed["event"], "card.CardAppealed");
    assert_eq!(appealed["actor"], json!({ "kind": "staff", "id": "centre" }));
    assert_eq!(appealed["body"]["ground"], "system_failure");
    journey.as_somebody("bureau", |journey| {
        journey.go("/");
        journey.follow(&format!("#appeals tbody a[href='{card}']"), &card);
        journey.window().click("input[name=outcome][value=withdrawn]");
        journey.window().write("textarea[name=reasons]", "停电属实，予以撤销。");
        journey.send("decide");
    });
    let decided = acts(journey.site, &stream).pop().unwrap();
    assert_eq!(decided["event"], "card.AppealDecided");
    assert_eq!(decided["actor"], json!({ "kind": "inspector", "id": "bureau" }));
    assert_eq!(decided["body"]["outcome"], "withdrawn");
    assert_eq!(decided["body"]["decided_by"], "bureau");
}

/// At the site, with a telephone, where the line drops before all is sent.
fn a_site_is_inspected(journey: &Journey<'_>) {
    let window = journey.window();
    window.size(PHONE);
    let mut inspection = String::new();
    journey.as_somebody("inspector", |journey| {
        journey.go("/places");
        journey.follow("main a[href^='/sites/']", "/sites/");
        let code = journey.path().replacen("/sites/", "", 1);
        journey.follow("main a[href^='/inspect?']", "/inspect");
        window.click("main form button");
        window.until("return !!document.querySelector('form[data-draft]');");
        journey.tour.fits("the form of an inspection");
        let form = journey.text("return location.href;");
        window.click("form[data-draft] input[value=in_place]");
        window.ask(
            "document.querySelectorAll('form[data-draft] input[value=in_place]') \
            .forEach((button) => button.click());",
        );
        window.write("input[name=with]", "li-2");
        window.write("textarea[name=summary]", "窗口有人，设施齐备。");
        let head = journey.site.wait(journey.site.store.head()).unwrap().position;
        window.line(false);
        window.click("form[data-draft] button");
        window.until("return document.querySelector('form [role=status]').hidden === false;");
        let now = journey.site.wait(journey.site.store.head()).unwrap().position;
        assert_eq!(now, head, "nothing was sent");
        window.line(true);
        // The page is gone, as it is when a telephone lets it go.
        window.go("about:blank");
        window.go(&form);
        window.until("return !!document.querySelector('form[data-draft][data-kept]');");
        let kept = journey.text("return document.querySelector('textarea[name=summary]').value;");
        assert_eq!(kept, "窗口有人，设施齐备。");
        window.click("form[data-draft] button");
        journey.arrived(&format!("/inspections/{code}-"));
        inspection = journey.path();
        journey.tour.fits("an inspection");
        let left = "return Object.keys(localStorage).filter((key) => key.startsWith('draft:'));";
        assert_eq!(window.ask(left), json!([]), "what is entered is no draft any more");
        an_order(journey);
    });
    window.size(DESK);
    let stream = inspection.replacen("/inspections/", "inspection/", 1);
    let all = acts(journey.site, &stream);
    assert_eq!(all[0]["event"], "inspection.InspectionStarted");
    assert_eq!(all[0]["actor"], json!({ "kind": "inspector", "id": "inspector" }));
    assert_eq!(all[0]["body"]["inspectors"], json!(["inspector", "li-2"]));
    let scored = |act: &&Value| act["event"] == "inspection.ChecklistItemScored";
    assert!(all.iter().filter(scored).all(|act| act["body"]["result"] == "in_place"));
    assert!(all.iter().filter(scored).count() > 3, "{all:?}");
    rectified(journey, &inspection, &stream);
}

/// The inspector orders something put right.
fn an_order(journey: &Journey<'_>) {
    let window = journey.window();
    window.click("input[name=flag][value=facilities]");
    window.write("textarea[name=demand]", "修复叫号机。");
    window.ask("document.querySelector('input[name=due_on]').value = '2008-08-20';");
    let form = "form:has(input[name=order][value=order])";
    window.click(&format!("{form} button"));
    window.until("return !!document.querySelector('input[name=order][value=reinspect]');");
    journey.is_fine();
}

/// The centre says that it is put right, the inspector finds it so.
fn rectified(journey: &Journey<'_>, inspection: &str, stream: &str) {
    journey.as_somebody("centre", |journey| {
        journey.go("/rectification");
        journey.follow(&format!("main a[href='{inspection}']"), inspection);
        journey.window().write("textarea[name=report]", "已修复。");
        journey.send("report");
    });
    journey.as_somebody("inspector", |journey| {
        journey.go(inspection);
        journey.window().click("input[name=outcome][value=rectified]");
        journey.window().write("input[name=with]", "li-2");
        journey.send("reinspect");
    });
    let all = acts(journey.site, stream);
    let last: Vec<&str> =
        all.iter().rev().take(3).map(|act| act["event"].as_str().unwrap()).collect();
    let wanted = ["ReinspectionMade", "RectificationReported", "RectificationOrdered"]
        .map(|name| format!("inspection.{name}"));
    assert_eq!(last, wanted);
    let seen = all.last().unwrap();
    assert_eq!(seen["body"]["outcome"], "rectified");
    assert_eq!(seen["body"]["inspectors"], json!(["inspector", "li-2"]));
}

/// July's bulletin: drafted, reviewed, signed, issued, read, and a figure of it followed to an act.
fn a_bulletin(journey: &Journey<'_>) {
    let window = journey.window();
    let mut bulletin = String::new();
    journey.as_somebody("bureau", |journey| {
        journey.go("/bulletins");
        window.write("#draft input[name=period]", "2008-07");
        window.write("#draft input[name=site]", "320600000000");
        window.click("#draft button");
        journey.arrived("/bulletins/monthly-2008-07");
        bulletin = journey.path();
    });
    journey.as_somebody("second", |journey| {
        journey.go(&bulletin);
        window.click("input[name=verdict][value=approved]");
        journey.send("review");
    });
    journey.as_somebody("bureau", |journey| {
        journey.go(&bulletin);
        journey.send("sign");
        // Its content may have to be made again from the chronicle as it stood.
        while journey.waits("issue") {
            window.complaints();
            std::thread::sleep(std::time::Duration::from_millis(300));
            journey.go(&bulletin);
        }
        journey.is_fine();
        let number = journey.text("return document.querySelector('main dl').textContent;");
        assert!(number.contains("〔2008〕"), "{number}");
        let figures = format!("{bulletin}/figures");
        journey.follow("#figures a", &figures);
        let figure = "main tbody a[href*='/figures/']";
        journey.follow(figure, &format!("{figures}/"));
        journey.follow("main tbody a[href^='/chronicle/']", "/chronicle/");
        let proven = "return !!document.querySelector('main .mark.good');";
        assert_eq!(window.ask(proven), json!(true));
        journey.go(&bulletin);
        window.click("#read a[href*='format=html']");
        window.until("return document.body.textContent.includes('通报');");
        journey.tour.quiet(&bulletin);
    });
    let stream = StreamKind::Bulletin.as_str().to_owned() + &bulletin.replacen("/bulletins", "", 1);
    let all = acts(journey.site, &stream);
    let done: Vec<_> = all.iter().map(|act| (&act["event"], &act["actor"]["id"])).collect();
    for (event, who) in [
        ("bulletin.BulletinDrafted", "bureau"),
        ("bulletin.BulletinReviewed", "second"),
        ("bulletin.BulletinSigned", "bureau"),
        ("bulletin.BulletinIssued", "bureau"),
    ] {
        assert!(done.contains(&(&json!(event), &json!(who))), "{event} by {who}: {done:?}");
    }
}
