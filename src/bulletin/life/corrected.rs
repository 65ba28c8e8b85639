//! 更正內容: what an erratum says of the figures that were wrong: where each stands, what it is
//! called there, what it was, what it is, and why.

use std::collections::BTreeMap;

use tongjian_events::values::Text;

use super::LifeError;
use crate::bulletin::content::{
    Block, Content, Figure, Run, Section, Table, TableCell, TableColumn, Unit,
};
use crate::bulletin::stands::{self, Stands};

/// More bytes of corrections than this do not fit into an act with the rest of it.
const CORRECTIONS: usize = 40_000;
/// What a figure is called in an erratum as it was.
pub(super) const WAS: &str = "~was";

/// Where figures stand in the bulletin that is corrected, or else in what would be issued now.
struct Where {
    then: BTreeMap<String, Stands>,
    now: BTreeMap<String, Stands>,
}

impl Where {
    fn of(then: &Content, now: &Content) -> Self {
        Self { then: stands::places(then), now: stands::places(now) }
    }

    /// The places, and what it is called; its own name where it stands nowhere.
    fn told(&self, name: &str) -> (String, String) {
        match self.then.get(name).or_else(|| self.now.get(name)) {
            Some(stands) => (stands.places.join("、"), stands.called.clone()),
            None => (String::new(), name.to_owned()),
        }
    }
}

/// The names of figures in the order of the pages: what only the new content has comes last.
pub(super) fn in_order(then: &Content, now: &Content, mut names: Vec<String>) -> Vec<String> {
    let places = Where::of(then, now);
    let order = |of: &BTreeMap<String, Stands>, name: &str| {
        of.get(name).map_or(usize::MAX, |stands| stands.order)
    };
    names.sort_by_key(|name| (order(&places.then, name), order(&places.now, name)));
    names
}

fn in_words(content: &Content, name: &str) -> String {
    content.figure(name).map_or_else(|| "無".into(), Figure::in_words)
}

/// 更正事項: one line for each figure, as the act of an erratum has them.
pub(super) fn in_short(
    then: &Content,
    now: &Content,
    names: &[String],
) -> Result<Vec<Text>, LifeError> {
    let places = Where::of(then, now);
    let (mut told, mut bytes) = (Vec::new(), 0);
    for (index, name) in names.iter().enumerate() {
        let (place, called) = places.told(name);
        let (was, is) = (in_words(then, name), in_words(now, name));
        let text = format!("{place} {called}原為{was},應為{is}");
        bytes += text.len();
        if bytes > CORRECTIONS {
            let rest = format!("另有{}項,見更正全文", names.len() - index);
            told.push(Text::new(&rest).map_err(LifeError::Unlawful)?);
            break;
        }
        told.push(Text::new(text.trim_start()).map_err(LifeError::Unlawful)?);
    }
    Ok(told)
}

/// The content of an erratum: of the bulletin of this number, the so many-th, for this reason.
pub(super) fn said(
    (then, now): (&Content, &Content),
    names: &[String],
    (number, no, reason): (&str, u32, &str),
) -> Content {
    let title = &then.title;
    let reason = reason.trim().trim_end_matches(['。', '.']);
    let first = format!(
        "《{title}》({number})中下列數字有誤,現予更正(第{no}次更正),原件不動。更正原因:{reason}。"
    );
    let mut figures = BTreeMap::new();
    let table = table((then, now), names, &mut figures);
    let blocks = vec![Block::Paragraph { runs: vec![Run::Text(first)] }, Block::Table(table)];
    let (code, heading) = ("corrections".into(), "更正內容".into());
    Content {
        title: format!("關於更正《{title}》的通知"),
        sections: vec![Section { code, heading, blocks }],
        annexes: Vec::new(),
        figures,
        ..now.clone()
    }
}

/// A row for each figure; the figures themselves are put down, as they were with [`WAS`].
fn table(
    (then, now): (&Content, &Content),
    names: &[String],
    figures: &mut BTreeMap<String, Figure>,
) -> Table {
    let places = Where::of(then, now);
    let mut rows = Vec::new();
    for name in names {
        let (place, called) = places.told(name);
        let mut row = vec![TableCell::Text(place), TableCell::Text(called)];
        for (content, as_named) in [(then, format!("{name}{WAS}")), (now, name.clone())] {
            row.push(match content.figure(name) {
                None => TableCell::Text("無".into()),
                Some(figure) => {
                    figures.insert(as_named.clone(), figure.clone());
                    TableCell::Figure(as_named)
                }
            });
        }
        rows.push(row);
    }
    let mut units = figures.values().map(|figure| figure.unit);
    let unit = units.next();
    let column = |heading: &str, unit: Option<Unit>, width| TableColumn {
        heading: heading.into(),
        unit,
        width,
    };
    Table {
        code: "corrections".into(),
        caption: "更正數字".into(),
        columns: vec![
            column("所在", None, 5),
            column("數字", None, 6),
            // Of several units, each of which stands behind the name: this is for the form only.
            column("原為", unit, 2),
            column("應為", unit, 2),
        ],
        rows,
    }
}
