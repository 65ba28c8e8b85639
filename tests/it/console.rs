//! The console as people use it: in a real browser, by keyboard, on a desk and on a telephone.

mod driver;
mod journeys;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::json;
use tongjian_events::policy::Role;

use crate::http::Site;
use crate::http::browser::{Browser, PASSWORD};
use driver::{DESK, PHONE, Window};

/// Where pictures are left for whoever wants to look.
fn pictures() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A page's kind: its address without the names in it.
fn kind(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap();
    let mut parts = path.split('/').skip(1);
    let first = parts.next().unwrap_or_default();
    let second = parts.next();
    match (first, second) {
        ("administration", Some(second)) => format!("/administration/{second}"),
        (first, None) => format!("/{first}"),
        (first, Some(_)) => format!("/{first}/…"),
    }
}

struct Tour<'w> {
    window: &'w Window,
    origin: String,
}

impl Tour<'_> {
    /// Where the links of the page in the window lead, within the service.
    fn links(&self) -> Vec<String> {
        let all = "return [...document.querySelectorAll('a[href]')].map(a => a.href);";
        let all = self.window.ask(all);
        let within = all.as_array().unwrap().iter().filter_map(|href| {
            let path = href.as_str()?.strip_prefix(&self.origin)?;
            let page = !path.contains("lang=") && !path.starts_with("/v1/") && path.len() > 1;
            page.then(|| path.split('#').next().unwrap().to_owned())
        });
        within.collect()
    }

    /// Looks at a page on a desk and on a telephone: nothing is complained of, nothing comes from
    /// elsewhere, nothing hangs over the edge.
    fn look(&self, path: &str, language: &str) {
        let joint = if path.contains('?') { '&' } else { '?' };
        self.window.go(&format!("{}{path}{joint}lang={language}", self.origin));
        let name = kind(path).replace('/', "-").replace('…', "one");
        for (size, screen) in [("desk", DESK), ("phone", PHONE)] {
            self.window.size(screen);
            let picture = self.window.picture();
            let file = format!("{language}{name}-{size}.png");
            std::fs::write(pictures().join(file), picture).unwrap();
            self.fits(&format!("{path} on a {size}"));
        }
        self.window.size(DESK);
        let spoken = self.window.ask("return document.documentElement.lang;");
        assert_eq!(spoken, json!(language), "{path}");
        let heading = self.window.ask("return document.querySelectorAll('h1').length;");
        assert_eq!(heading, json!(1), "{path} has one heading");
        let problem = "return document.querySelector('p.problem')?.textContent ?? '';";
        assert_eq!(self.window.ask(problem), json!(""), "{path}");
        let nameless = "return [...document.querySelectorAll('input,select,textarea,button,a')] \
            .filter(one => one.type !== 'hidden' && !one.textContent.trim() && !one.ariaLabel \
                && !one.labels?.length && !one.title).map(one => one.outerHTML);";
        assert_eq!(self.window.ask(nameless), json!([]), "{path}: who cannot see needs a name");
        self.quiet(path);
    }

    /// The browser complained of nothing, and asked nobody else.
    fn quiet(&self, path: &str) {
        assert_eq!(self.window.complaints(), Vec::<String>::new(), "{path}");
        for asked in self.window.requests() {
            let own =
                ["data:", "chrome:", self.origin.as_str()].iter().any(|own| asked.starts_with(own));
            assert!(own, "{path} asks {asked}");
        }
    }

    /// Nothing hangs over the edge of the screen.
    fn fits(&self, path: &str) {
        let over = "const page = document.documentElement; \
                    return page.scrollWidth - page.clientWidth;";
        assert_eq!(self.window.ask(over), json!(0), "{path} hangs over");
    }

    fn log_out(&self) {
        self.window.click(".viewer button");
        self.window.until("return location.pathname === '/login';");
    }

    /// Every kind of page that links lead to from here, one of each.
    fn everywhere(&self, from: &str) -> BTreeSet<String> {
        let mut found: BTreeMap<String, String> = BTreeMap::new();
        let mut waiting = vec![from.to_owned()];
        found.insert(kind(from), from.to_owned());
        while let Some(path) = waiting.pop() {
            self.window.go(&format!("{}{path}", self.origin));
            for link in self.links() {
                found.entry(kind(&link)).or_insert_with(|| {
                    waiting.push(link.clone());
                    link
                });
            }
        }
        for path in found.values() {
            for language in ["zh-Hans", "en"] {
                self.look(path, language);
            }
        }
        found.into_keys().collect()
    }

    /// Logs in as somebody does who has no mouse.
    fn log_in(&self, account: &str) {
        self.window.go(&format!("{}/login", self.origin));
        self.window.press(account);
        self.window.press("\u{e004}");
        self.window.press(PASSWORD);
        self.window.press("\u{e007}");
        self.window.until("return location.pathname !== '/login';");
    }
}

#[test]
fn every_page_is_shown_on_a_desk_and_a_telephone_and_leads_on() {
    let mut site = Site::in_a_city();
    for role in [Role::Inspector, Role::Administrator] {
        Browser::of(&site, role.as_str(), role, &[]);
    }
    let window = Window::open();
    let tour = Tour { window: &window, origin: format!("http://{}", site.address) };
    tour.window.go(&format!("{}/cases", tour.origin));
    assert!(window.url().ends_with("/login?next=%2Fcases"), "{}", window.url());
    tour.look("/login", "en");
    tour.log_in("inspector");
    let found = tour.everywhere("/");
    for wanted in ["/", "/cases", "/cases/…"] {
        assert!(found.contains(wanted), "{wanted} is not reached: {found:?}");
    }
    find_the_worst_case(&tour);
    tour.log_out();
    tour.log_in("administrator");
    let found = tour.everywhere("/administration/accounts");
    assert!(found.contains("/administration/trail"), "{found:?}");
    give_an_account(&tour);
    drop(window);
    site.stop();
}

/// From the first page to the act that caused it in two clicks.
fn find_the_worst_case(tour: &Tour<'_>) {
    let window = tour.window;
    window.go(&format!("{}/?lang=en", tour.origin));
    window.click("main a[href^='/cases/']");
    window.until("return location.pathname.startsWith('/cases/');");
    let acts = window.ask("return document.querySelectorAll('[id^=act-]').length;");
    assert!(acts.as_u64().unwrap() > 0, "the case shows its acts");
    window.press("\u{e004}");
    let first = window.ask("return document.activeElement.className;");
    assert_eq!(first, json!("skip"), "the first key leads past the navigation");
}

/// An account is opened with a form, and its password is shown once.
fn give_an_account(tour: &Tour<'_>) {
    let window = tour.window;
    window.go(&format!("{}/administration/accounts?lang=en", tour.origin));
    window.write("input[name=account]:not([type=hidden])", "zhou-9");
    window.write("input[name=holder]", "第九監察崗");
    window.click("button[value=open]");
    window.until("return !!document.querySelector('[role=status] code');");
    window.go(&format!("{}/administration/accounts", tour.origin));
    assert_eq!(window.ask("return !!document.querySelector('[role=status] code');"), json!(false));
}
