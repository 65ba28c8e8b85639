//! 看板頁: the boards as pages of the console, for sites without Grafana.

use tongjian::boards::BOARDS;

use crate::bulletin::{CITY, asked};
use crate::http::Site;
use crate::http::browser::Browser;
use tongjian::bulletin::draft::content;
use tongjian_events::policy::Role;

/// Whether a cell shows a share as it was divided, such as 0.0425531914893617.
fn has_many_digits(body: &str) -> bool {
    body.split('>').filter_map(|text| text.split_once('<')).any(|(text, _)| {
        let decimals =
            text.trim().split_once('.').filter(|(whole, _)| whole.parse::<i64>().is_ok());
        decimals.is_some_and(|(_, after)| after.len() > 4 && after.parse::<i64>().is_ok())
    })
}

#[test]
fn every_board_is_a_page_with_the_figures_of_the_bulletin() {
    let mut site = Site::in_a_city();
    let head = site.wait(site.store.head()).unwrap().position;
    let browser = Browser::of(&site, "bureau", Role::Bureau, &[]);
    let up = browser.get(&format!("/v1/cases?limit=1&min_position={head}"));
    assert_eq!(up.status, 200, "{}", up.body);
    let july = site.wait(content(&site.store, &asked("2008-07", CITY))).unwrap();
    let figures = serde_json::to_value(&july).unwrap()["figures"].clone();
    for board in BOARDS.iter().filter(|board| board.asks_the_tables()) {
        for language in ["zh-Hans", "en"] {
            let path =
                format!("/boards/{}?from=2008-07-01&to=2008-07-31&lang={language}", board.name);
            let page = browser.get(&path);
            assert_eq!(page.status, 200, "{path}: {}", page.body);
            let title = if language == "en" { board.english } else { board.chinese };
            assert!(page.body.contains(title), "{path}");
            assert!(!has_many_digits(&page.body), "{path}: {}", page.body);
        }
    }
    let overview = browser.get("/boards/overview?from=2008-07-01&to=2008-07-31&lang=en").body;
    for figure in ["cases_received", "cases_finished"] {
        let told = figures[figure]["value"].as_i64().unwrap();
        assert!(told > 0 && overview.contains(&format!(">{told}<")), "{figure} {told}: {overview}");
    }
    let shown = |board: &str| {
        browser.get(&format!("/boards/{board}?from=2008-07-01&to=2008-07-31&lang=en")).body
    };
    for (board, said) in [
        ("flags", "Sites by day"),
        ("places", "Legs of a case"),
        ("deadlines", "≤25%"),
        ("windows", "%</td>"),
    ] {
        let body = shown(board);
        assert!(body.contains(said), "{board}: no {said}: {body}");
    }
    for (path, status) in [
        ("/boards/none", 404),
        ("/boards/health", 404),
        ("/boards/cards?from=2008-08-01&to=2008-07-01", 400),
        ("/boards/cards?from=1900-01-01&to=2008-07-01", 400),
        ("/boards/cards?from=yesterday", 400),
        ("/boards/cards?wrong=1", 400),
        ("/boards/cards?site=no", 404),
    ] {
        assert_eq!(browser.get(path).status, status, "{path}");
    }
    drop(browser);
    site.stop();
}
