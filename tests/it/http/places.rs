//! Pages with figures: those of a place are counted again from its clocks, and every page is the same
//! on both backends.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chrono::NaiveDate;
use tongjian::http::Access;

use super::Site;
use crate::acts::Fresh;
use crate::bulletin::{CITY, city};
use crate::restore::{Export, restored};

async fn a_city() -> Fresh {
    let fresh = Fresh::sqlite().await;
    city(&fresh.store).await;
    fresh
}

/// Waits until the read tables stand at the head, each time as long as a reading waits.
fn caught_up(site: &Site) {
    let head = site.wait(site.store.head()).unwrap().position;
    let path = format!("/v1/cases?limit=1&min_position={head}");
    assert!((0..12).any(|_| site.get(&path).status == 200), "not at {head} in two minutes");
}

/// The links of a page that lead to other pages.
fn links(page: &str) -> Vec<String> {
    let hrefs = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let own = hrefs.filter(|href| href.starts_with('/') && !href.starts_with("/v1/"));
    own.filter(|href| !href.starts_with("/assets") && !href.contains("lang="))
        .map(|href| href.replace("&amp;", "&"))
        .collect()
}

/// The kind of page that an address is of: its first part, and the names of what is asked.
fn kind(path: &str) -> String {
    let (path, asked) = path.split_once('?').unwrap_or((path, ""));
    let names: Vec<&str> = asked.split('&').map(|pair| pair.split('=').next().unwrap()).collect();
    let parts: Vec<&str> = path.split('/').collect();
    format!("{}/{}?{}", parts.get(1).unwrap(), parts.len(), names.join("&"))
}

/// What both show alike: all but what is sent with a form unseen.
fn lines(page: &str) -> impl Iterator<Item = &str> {
    page.lines().filter(|line| !line.contains("type=\"hidden\""))
}

/// Follows the links from the first page on, some of each kind of page.
#[test]
fn both_backends_show_the_same_pages() {
    let first = Site::in_august(a_city(), Access::Open);
    let export = first.wait(Export::from(&first.store));
    let as_well = async {
        let fresh = Fresh::postgres().await;
        restored(&fresh.store, &export.path).await.unwrap();
        fresh
    };
    let mut sites = [first, Site::in_august(as_well, Access::Open)];
    for site in &sites {
        caught_up(site);
    }
    let (mut seen, mut of_kind) = (BTreeSet::new(), BTreeMap::<String, usize>::new());
    let mut ahead: VecDeque<String> =
        ["/", "/search?q=3206", "/search?q=2008", "/inspect"].map(ToOwned::to_owned).into();
    while let Some(path) = ahead.pop_front() {
        let kinds = of_kind.entry(kind(&path)).or_default();
        if *kinds >= 4 || !seen.insert(path.clone()) {
            continue;
        }
        *kinds += 1;
        let [one, other] = [0, 1].map(|at| sites[at].get(&path));
        assert_eq!(one.status, 200, "{path}: {}", one.body);
        for (line, as_well) in lines(&one.body).zip(lines(&other.body)) {
            assert_eq!(line, as_well, "{path}");
        }
        assert_eq!(lines(&one.body).count(), lines(&other.body).count(), "{path}");
        ahead.extend(links(&one.body));
    }
    for of in ["cases/3", "sites/3", "places/3", "items/3", "cards/3", "chronicle/3", "boards/3"] {
        assert!(of_kind.keys().any(|kind| kind.starts_with(of)), "no page of {of}: {of_kind:?}");
    }
    sites.iter_mut().for_each(Site::stop);
}

/// Of each part, as a page says it: open, overdue, and the share of what ended that was met.
type Parts = BTreeMap<String, [String; 3]>;

/// Site, kind, ending, and the days: due, ended, arises, paused since, pause counts until.
const CLOCKS: &str = "select cast(json_array(site, kind, ending, due_on, ended_on, arises_on, \
    paused_since, pause_counts_until) as text) from deadline_clocks";

type Clock = [Option<String>; 8];

/// What the clocks of a place give, counted here.
fn counted(clocks: &[Clock], within: &str, width: usize) -> Parts {
    let today: NaiveDate = "2008-08-04".parse().unwrap();
    let since: NaiveDate = "2008-07-07".parse().unwrap();
    let mut parts = BTreeMap::<String, [u32; 4]>::new();
    for clock in clocks {
        let [site, kind, ending] = [0, 1, 2].map(|at| clock[at].as_deref().unwrap_or_default());
        let day = |at: usize| clock[at].as_ref().map(|day| day.parse::<NaiveDate>().unwrap());
        let [due, ended, arises, paused, until] = [3, 4, 5, 6, 7].map(day);
        if !site.starts_with(within) {
            continue;
        }
        let own = parts.entry(site[..width].to_owned()).or_default();
        let is_promise = matches!(kind, "promised" | "statutory");
        let stands = paused.is_some_and(|from| from <= today) && until.is_none_or(|on| on >= today);
        if let Some(ended) = ended {
            let due = due.filter(|_| is_promise && ending == "done");
            if let Some(due) = due.filter(|_| (since..=today).contains(&ended)) {
                own[2] += 1;
                own[3] += u32::from(due >= ended);
            }
        } else if (is_promise || kind == "receipt") && arises.unwrap() <= today && !stands {
            own[0] += 1;
            own[1] += u32::from(due.is_some_and(|due| due < today));
        }
    }
    let said = |[open, overdue, ended, met]: [u32; 4]| {
        let share = 100.0 * f64::from(met) / f64::from(ended);
        let share = if ended == 0 { "—".to_owned() } else { format!("{share:.2}%") };
        [open.to_string(), overdue.to_string(), format!("{share} n={ended}")]
    };
    let own = parts.into_iter().filter(|(_, counts)| counts[0] + counts[2] > 0);
    own.map(|(part, counts)| (part, said(counts))).collect()
}

/// What a page of a place tells of its parts.
fn told(page: &str, width: usize) -> Parts {
    let (_, table) = page.split_once("id=\"parts\"").unwrap();
    let (table, _) = table.split_once("</table>").unwrap();
    let (_, body) = table.split_once("<tbody>").unwrap();
    let mut parts = Parts::new();
    for row in body.split("<tr").skip(1) {
        let (_, link) = row.split_once("href=\"/").unwrap();
        let code = link.split(['"', '/', '?']).nth(1).unwrap();
        let cells: Vec<String> = row.split("<td").skip(1).map(bare).collect();
        let told = [cells[1].clone(), cells[2].clone(), cells[3].clone()];
        if told != ["0", "0", "— n=0"] {
            parts.insert(code[..width].to_owned(), told);
        }
    }
    parts
}

/// The text of a cell.
fn bare(cell: &str) -> String {
    let texts = cell.split('>').skip(1).filter_map(|text| text.split('<').next());
    texts.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_a_place_tells_of_its_limits_is_what_its_clocks_give() {
    let mut site = Site::in_august(a_city(), Access::Open);
    caught_up(&site);
    let clocks = site.wait(site.fresh.ask(CLOCKS)).into_iter();
    let clocks: Vec<Clock> = clocks.map(|line| serde_json::from_str(&line).unwrap()).collect();
    for (place, within, width) in [(CITY, "3206", 6), ("320681000000", "320681", 9)] {
        let page = site.get(&format!("/places/{place}?lang=en"));
        assert_eq!(page.status, 200, "{}", page.body);
        let counted = counted(&clocks, within, width);
        assert!(counted.len() > usize::from(place == CITY) * 2, "{counted:?}");
        assert!(counted.values().any(|said| said[2] != "— n=0"), "{counted:?}");
        assert_eq!(told(&page.body, width), counted, "{place}");
    }
    site.stop();
}
