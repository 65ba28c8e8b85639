//! 八、排名: units of one level by their scores; those with too few cases apart.

use std::cmp::Reverse;

use tongjian_events::bulletin::BulletinKind;

use super::super::content::{Block, Section, Table, TableCell, TableColumn, Unit};
use super::super::figures::{Book, Place, count};
use super::super::gathered::Gathered;
use super::super::terms::said;
use super::{named, text_column, words};

const LEVELS: [&str; 3] = ["county", "township", "village"];

/// The units of a level that are ranked, best first, and those with too few cases.
struct League {
    ranked: Vec<(i64, i64, Place)>,
    apart: Vec<Place>,
}

fn league(book: &Book, gathered: &Gathered, level: &str) -> League {
    let (mut ranked, mut apart) = (Vec::new(), Vec::new());
    for (of, place) in &gathered.ranked_sites {
        if of != level {
            continue;
        }
        let mean = count("unit_scores").mean(Unit::PointHundredths).at(place);
        let finished = book.value(&count("cases_finished").at(place)).unwrap_or(0);
        match book.value(&mean) {
            Some(score) if finished >= gathered.least_cases => {
                ranked.push((score, finished, place.clone()));
            }
            _ => apart.push(place.clone()),
        }
    }
    ranked.sort_by_key(|(score, finished, place)| {
        (Reverse(*score), Reverse(*finished), place.site.clone())
    });
    League { ranked, apart }
}

/// Units with one score and as many cases share a place.
fn places(ranked: &[(i64, i64, Place)]) -> Vec<usize> {
    let mut places: Vec<usize> = Vec::new();
    for (index, (score, finished, _)) in ranked.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| ranked.get(before));
        let same = before.is_some_and(|(s, f, _)| s == score && f == finished);
        let place = if same { places.last().copied().unwrap_or(1) } else { index + 1 };
        places.push(place);
    }
    places
}

fn table(book: &mut Book, (code, caption): (&str, &str), rows: &[(usize, Place)]) -> Block {
    let mut cells = Vec::new();
    for (at, place) in rows {
        let score = book.put(count("unit_scores").mean(Unit::PointHundredths).at(place));
        let finished = book.put(count("cases_finished").at(place));
        let kept = count("promised_limits").of(&["early", "on_time"]).share().at(place);
        let quality = count("data_quality").mean(Unit::PointHundredths).at(place);
        cells.push(vec![
            TableCell::Text(at.to_string()),
            TableCell::Text(place.name.clone()),
            TableCell::Figure(score),
            TableCell::Figure(finished),
            TableCell::Figure(book.put(kept)),
            TableCell::Figure(book.put(quality)),
        ]);
    }
    let number = |heading: &str, unit: Unit| TableColumn {
        heading: format!("{heading}({})", unit.words()),
        unit: Some(unit),
        width: 2,
    };
    Block::Table(Table {
        code: code.into(),
        caption: caption.into(),
        columns: vec![
            text_column("名次", 1),
            text_column("單位", 4),
            number("得分", Unit::PointHundredths),
            number("辦結", Unit::Cases),
            number("兌現率", Unit::ShareHundredths),
            number("數據質量", Unit::PointHundredths),
        ],
        rows: cells,
    })
}

pub(super) fn section(book: &mut Book, gathered: &Gathered) -> Section {
    let mut blocks = Vec::new();
    let printed = gathered.printed_places;
    for level in LEVELS {
        let league = league(book, gathered, level);
        if league.ranked.is_empty() {
            continue;
        }
        let at = places(&league.ranked);
        let all: Vec<(usize, Place)> =
            at.into_iter().zip(league.ranked.into_iter().map(|(_, _, place)| place)).collect();
        let name = said(level);
        if all.len() <= 2 * printed {
            let called = (format!("ranking_{level}"), format!("{name}單位考核名次"));
            blocks.push(table(book, (&called.0, &called.1), &all));
            continue;
        }
        let (first, last) = (all.get(..printed), all.get(all.len() - printed..));
        let (first, last) = (first.unwrap_or(&[]), last.unwrap_or(&[]));
        let called = (format!("ranking_{level}_first"), format!("{name}單位考核前{printed}名"));
        blocks.push(table(book, (&called.0, &called.1), first));
        let called = (format!("ranking_{level}_last"), format!("{name}單位考核後{printed}名"));
        blocks.push(table(book, (&called.0, &called.1), last));
    }
    if blocks.is_empty() {
        let is_scored = book.value(&count("unit_scores").mean(Unit::PointHundredths)).is_some();
        blocks.push(words(match is_scored {
            true => "本期沒有達到最低辦件數的單位,不作排名。",
            false => "期內沒有已計分的完整月份,不作排名。",
        }));
    } else {
        blocks.push(words(format!(
            "得分為{},得分相同的以辦結件數為序;期內辦結不足{}件的單位不參加排名,另列於附件。\
             紅榜、黑榜須經審核後公佈。",
            scored(gathered.kind),
            gathered.least_cases
        )));
    }
    named("ranking", "考核排名", blocks)
}

/// What the score of a period is: of a month, a half-year and a year the one that the rules give.
const fn scored(kind: BulletinKind) -> &'static str {
    match kind {
        BulletinKind::Monthly => "當月考核得分",
        BulletinKind::HalfYearly => "半年考核得分(依考核規則由各月得分計得)",
        BulletinKind::Yearly => "年度考核得分(依考核規則由各月得分計得)",
        BulletinKind::Weekly | BulletinKind::Quarterly | BulletinKind::Special => {
            "期內各完整月份考核得分的平均"
        }
    }
}

/// 附件: everybody's place, and those apart.
pub(super) fn annex(book: &mut Book, gathered: &Gathered) -> Section {
    let mut blocks = Vec::new();
    for level in LEVELS {
        let league = league(book, gathered, level);
        let name = said(level);
        let at = places(&league.ranked);
        let all: Vec<(usize, Place)> =
            at.into_iter().zip(league.ranked.into_iter().map(|(_, _, place)| place)).collect();
        if all.len() > 2 * gathered.printed_places {
            let called = (format!("ranking_{level}_all"), format!("{name}單位考核名次"));
            blocks.push(table(book, (&called.0, &called.1), &all));
        }
        let few: Vec<&Place> = league
            .apart
            .iter()
            .filter(|place| book.value(&count("cases_finished").at(place)).unwrap_or(0) > 0)
            .collect();
        if !few.is_empty() {
            let mut rows = Vec::new();
            for place in few {
                let finished = book.put(count("cases_finished").at(place));
                rows.push(vec![TableCell::Text(place.name.clone()), TableCell::Figure(finished)]);
            }
            let number =
                TableColumn { heading: "辦結(件)".into(), unit: Some(Unit::Cases), width: 2 };
            blocks.push(Block::Table(Table {
                code: format!("ranking_{level}_apart"),
                caption: format!("不參加排名的{name}單位"),
                columns: vec![text_column("單位", 5), number],
                rows,
            }));
        }
    }
    named("ranking_of_all", "各單位考核名次", blocks)
}
