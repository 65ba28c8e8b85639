//! 看板頁: the boards as pages of the console, for sites without Grafana.

use tongjian::boards::BOARDS;
use tongjian::boards::answers::{Answers, Shown, ask};
use tongjian::bulletin::draft::content;
use tongjian_events::policy::Role;
use tongjian_projections::Cell;

use crate::acts::Fresh;
use crate::bulletin::{CITY, asked, city};
use crate::http::Site;
use crate::http::browser::Browser;

/// Whether a cell shows a share as it was divided, such as 0.0425531914893617.
fn has_many_digits(body: &str) -> bool {
    body.split('>').filter_map(|text| text.split_once('<')).any(|(text, _)| {
        let decimals =
            text.trim().split_once('.').filter(|(whole, _)| whole.parse::<i64>().is_ok());
        decimals.is_some_and(|(_, after)| after.len() > 4 && after.parse::<i64>().is_ok())
    })
}

fn july(site: &str, is_top: bool) -> Shown {
    let (from_on, until_on) = ("2008-07-01".parse().unwrap(), "2008-07-31".parse().unwrap());
    Shown { from_on, until_on, site: site.parse().unwrap(), is_top }
}

/// What each panel of each board is told, with the position.
async fn told(fresh: &Fresh, shown: &Shown) -> Vec<(String, Option<u64>, Vec<Vec<Cell>>)> {
    let mut all = Vec::new();
    for board in BOARDS {
        let told = ask(&fresh.store, board, shown).await.unwrap();
        for (at, panel) in board.panels.iter().enumerate() {
            let name = format!("{}: {}", board.name, panel.english);
            all.push((name, told.position, told.panel(at).to_vec()));
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn both_backends_tell_the_boards_the_same_at_one_position() {
    let (sqlite, postgres) = (Fresh::sqlite().await, Fresh::postgres().await);
    for fresh in [&sqlite, &postgres] {
        city(&fresh.store).await;
    }
    let head = sqlite.store.head().await.unwrap().position;
    let held = Answers::default();
    for (site, is_top) in [(CITY, true), ("320681000000", false)] {
        let shown = july(site, is_top);
        let one = told(&sqlite, &shown).await;
        let told_of = one.iter().filter(|(_, _, rows)| !rows.is_empty()).count();
        assert!(told_of > 40, "only {told_of} panels are told anything");
        for (one, other) in one.iter().zip(told(&postgres, &shown).await) {
            assert_eq!(one.1, Some(head), "{}", one.0);
            assert_eq!(*one, other);
        }
        // What is held for one place is not told for another.
        let board = &BOARDS[0];
        let again = held.of(&sqlite.store, board, &shown).await.unwrap();
        for (at, (name, _, rows)) in one.iter().take(board.panels.len()).enumerate() {
            assert_eq!(again.panel(at), rows, "{site}: {name}");
        }
    }
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
    // An inspector of one county is told nothing of another, whoever asked before.
    let county = Browser::of(&site, "county", Role::Inspector, &["320681000000"]);
    let own = county.get("/boards/overview?from=2008-07-01&to=2008-07-31&lang=en").body;
    assert_ne!(own, overview);
    assert!(!own.contains("320682"), "{own}");
    let other = "/boards/overview?from=2008-07-01&to=2008-07-31&site=320682000000";
    assert_eq!((browser.get(other).status, county.get(other).status), (200, 404));
    assert!(overview.contains("Figures as of position"), "{overview}");
    drop((browser, county));
    site.stop();
}
