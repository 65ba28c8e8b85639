//! 異常: what is irregular in the acts of each matter, with the acts that show it.

use tongjian_events::{Recorded, Row as CatalogRow};

use crate::context::Context;
use crate::deadlines::{kind_and_name, positions, span};
use crate::judge::judge;
use crate::matter::Matter;
use crate::{Cell, Lines, Projection, Span, Table, day, integer, text};

/// 異常投影: one row per case, complaint and card; one line per finding.
#[derive(Debug)]
pub struct Irregularities;

impl Projection for Irregularities {
    type Row = Matter;

    const NAME: &'static str = "irregularities";
    const EDITION: u32 = 3;
    const TABLES: &'static [Table] = &[Table {
        name: "irregularities",
        columns: &[
            text("kind"),
            text("site"),
            text("item"),
            day("arises_on"),
            integer("first_position"),
            text("positions"),
            text("detail"),
            text("source"),
        ],
        indexes: &[&["kind", "arises_on"], &["site", "arises_on"], &["arises_on"]],
    }];

    fn reads(row: &CatalogRow) -> bool {
        Matter::reads(row)
    }

    fn touches(act: &Recorded) -> Vec<String> {
        vec![act.submission.stream.to_string()]
    }

    fn fold(row: &mut Option<Matter>, _key: &str, act: &Recorded) {
        row.get_or_insert_default().take(act);
    }

    fn derive(key: &str, row: &Matter, context: &Context, out: &mut Lines) -> Option<Span> {
        let (kind, _) = kind_and_name(key)?;
        let judged = judge(kind, row, context);
        for finding in &judged.findings {
            out.0.push((
                0,
                vec![
                    Cell::Word(finding.kind.as_str()),
                    judged.summary.site.as_ref().map(ToString::to_string).into(),
                    judged.summary.item.clone().into(),
                    finding.arises_on.into(),
                    finding.positions.first().copied().into(),
                    positions(&finding.positions).into(),
                    finding.detail.clone().into(),
                    Cell::Word(finding.kind.source()),
                ],
            ));
        }
        span(&judged, row, context)
    }
}
