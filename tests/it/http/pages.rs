//! The console's pages: each in each language, of a city of which nothing is known and of one with
//! something in it; nothing inline, nothing from elsewhere.

use serde_json::json;
use tongjian::first_start;

use super::bulletins::patiently;
use super::{Answer, Site, acceptance, notice, ten_o_clock, with};

/// Every page that needs no name.
const PAGES: [&str; 12] = [
    "/",
    "/cases",
    "/places",
    "/cards",
    "/rectification",
    "/complaints",
    "/inspections",
    "/inspect",
    "/bulletins",
    "/chronicle",
    "/policies",
    "/search?q=",
];
const LANGUAGES: [&str; 3] = ["zh-Hans", "zh-Hant", "en"];

/// A page that runs nothing of its own text and loads nothing from elsewhere.
fn sound(path: &str, page: &Answer) {
    assert_eq!(page.status, 200, "{path}: {}", page.body);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{path}");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    for inline in [" style=", "<style", "<script>", " onclick=", "javascript:", "http://", "//cdn"]
    {
        let own = page.body.replace("http://www.w3.org", "");
        assert!(!own.contains(inline), "{path}: {inline}");
    }
    assert!(page.body.len() < 200_000, "{path}: {} bytes", page.body.len());
    assert!(page.body.contains("id=\"main\"") && page.body.contains("class=\"skip\""), "{path}");
}

fn in_language(site: &Site, path: &str, language: &str) -> Answer {
    let joined = if path.contains('?') { '&' } else { '?' };
    let page = site.get(&format!("{path}{joined}lang={language}"));
    sound(path, &page);
    assert!(page.body.contains(&format!("<html lang=\"{language}\">")), "{path} {language}");
    page
}

#[test]
fn every_page_of_an_empty_city_is_shown_in_each_language() {
    let mut site = Site::with_tables();
    site.wait(first_start::run(&site.store, ten_o_clock())).unwrap();
    let head = site.wait(site.store.head()).unwrap().position;
    assert_eq!(site.get(&format!("/v1/cases?min_position={head}")).status, 200);
    for path in PAGES {
        for language in LANGUAGES {
            in_language(&site, path, language);
        }
    }
    let policy = in_language(&site, "/policies/clock-rules", "en").body;
    assert!(policy.contains("pause_excess"), "{policy}");
    site.get("/sites/320681105000").problem(404, "not-found");
    site.get("/items/QL-1").problem(404, "not-found");
    site.get("/cards/x").problem(404, "not-found");
    for path in ["/cards/x", "/nowhere"] {
        let told = site.ask("GET", path, &[("Accept", "text/html")], b"");
        assert_eq!((told.status, told.header("content-type")), (404, "text/html; charset=utf-8"));
    }
    site.get("/nowhere").problem(404, "not-found");
    site.stop();
}

/// A site with a name, an item with a flow, a case that was decided.
fn city(site: &Site) {
    let mut built = notice(1, "site/320681105000");
    built["event"] = "site.SiteEstablished".into();
    built["body"] =
        json!({ "site": "320681105000", "name": "启东市某镇便民服务中心", "level": "township" });
    let mut registered = notice(2, "item/QL-0231");
    registered["event"] = "item.ItemRegistered".into();
    registered["body"] = json!({ "item": "QL-0231", "name": "采伐许可", "edition": 1,
        "unit": "林业局", "handling": "promised", "limits": { "promised_working_days": 10 } });
    let accepted = acceptance(3, "case/2008-0001");
    let mut decided = with(notice(4, "case/2008-0001"), "event", json!("case.DecisionMade"));
    decided["occurred_at"] = json!("2008-07-01T09:30:00+08:00");
    decided["body"] = json!({ "outcome": "granted" });
    for act in [built, registered, accepted, decided] {
        let answer = site.post("/v1/acts", &act);
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
    assert_eq!(site.get("/v1/cases?min_position=4").status, 200);
}

#[test]
fn from_the_first_page_everything_is_reached() {
    let mut site = Site::with_tables();
    city(&site);
    let cases = in_language(&site, "/cases", "en").body;
    assert!(cases.contains("href=\"/cases/2008-0001?as_of="), "{cases}");
    assert!(cases.contains("采伐许可") && cases.contains("启东市某镇便民服务中心"), "{cases}");
    let case = in_language(&site, "/cases/2008-0001", "zh-Hans").body;
    for shown in ["/sites/320681105000", "/items/QL-0231", "/chronicle/4", "承诺时限"] {
        assert!(case.contains(shown), "{shown}: {case}");
    }
    let place = in_language(&site, "/places/320681105000", "en").body;
    assert!(place.contains("启东市某镇便民服务中心"), "{place}");
    let page = in_language(&site, "/sites/320681105000", "en").body;
    assert!(page.contains("township") && page.contains("/chronicle/1"), "{page}");
    let item = in_language(&site, "/items/QL-0231", "en").body;
    assert!(item.contains("Application accepted → Decision made"), "{item}");
    let act = in_language(&site, "/chronicle/3", "en").body;
    assert!(act.contains("agrees with the content") && act.contains("QL-0231"), "{act}");
    let stream = in_language(&site, "/chronicle?q=case/2008-0001", "en").body;
    assert!(stream.contains("/chronicle/3") && stream.contains("/chronicle/4"), "{stream}");
    site.stop();
}

#[test]
fn one_box_finds_what_has_a_name() {
    let mut site = Site::with_tables();
    city(&site);
    for (asked, found) in [
        ("2008-00", "/cases/2008-0001"),
        ("3206811", "/sites/320681105000"),
        ("便民服務", "/sites/320681105000"),
        ("QL-02", "/items/QL-0231"),
        ("采伐", "/items/QL-0231"),
        ("s-1", "q=staff/s-1"),
    ] {
        let asked: String = form_urlencoded::byte_serialize(asked.as_bytes()).collect();
        let page = in_language(&site, &format!("/search?q={asked}"), "en").body;
        assert!(page.contains(found), "{asked}: {page}");
    }
    // A name is looked into, and not what else the register says; a sign for anything is none.
    for asked in ["edition", "item.Item", "promised", "QL%250231", "Q_-0"] {
        let page = in_language(&site, &format!("/search?q={asked}"), "en").body;
        assert!(!page.contains("/items/QL-0231"), "{asked}: {page}");
    }
    let none = in_language(&site, "/search?q=%25", "en").body;
    assert!(!none.contains("/cases/2008-0001"), "{none}");
    site.stop();
}

#[test]
fn what_pages_load_is_kept_by_browsers_as_long_as_it_is_the_same() {
    let mut site = Site::with_tables();
    let page = site.get("/login").body;
    let from = page.find("/assets/console.css?v=").unwrap();
    let address = page[from..].split('"').next().unwrap();
    let style = site.get(address);
    assert_eq!(style.status, 200);
    assert!(style.header("cache-control").contains("immutable"));
    let held = [("If-None-Match", style.header("etag"))];
    assert_eq!(site.ask("GET", address, &held, b"").status, 304);
    assert_eq!(site.get("/assets/console.css?v=0").header("cache-control"), "no-cache");
    site.get("/assets/../Cargo.toml").problem(404, "not-found");
    site.stop();
}

/// Whoever enters acts in a case, as often as he likes, makes no page that cannot be read.
#[test]
fn a_case_of_many_acts_is_read_page_by_page() {
    let mut site = Site::with_tables();
    let (stream, many) = ("case/many", 230_u64);
    let mut lines = acceptance(1, stream).to_string();
    for number in 2..=many {
        lines.push('\n');
        lines.push_str(&notice(number, stream).to_string());
    }
    assert!(site.post_lines(&lines).iter().all(|line| line["status"] == 201));
    let known = patiently(|| site.get(&format!("/v1/cases?min_position={many}")));
    assert_eq!(known.status, 200, "{}", known.body);
    let (mut path, mut seen) = ("/cases/many?lang=en&as_of=2008-07-01".to_owned(), Vec::new());
    loop {
        let page = site.get(&path);
        sound(&path, &page);
        assert!(page.body.len() < 200_000, "{path}: {} bytes", page.body.len());
        let rows = page.body.split("<tr id=\"act-").skip(1);
        let numbers: Vec<u64> =
            rows.map(|row| row.split('"').next().unwrap().parse().unwrap()).collect();
        for number in &numbers {
            assert!(page.body.contains(&format!("href=\"#act-{number}\"")), "{path}: {number}");
        }
        seen.extend(numbers);
        let Some((_, next)) = page.body.split_once("<a rel=\"next\" href=\"") else { break };
        let next = next.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
        path = format!("/cases/many{}&lang=en", next.split('#').next().unwrap());
    }
    assert_eq!(seen, (1..=many).collect::<Vec<_>>());
    site.stop();
}
