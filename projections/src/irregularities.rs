//! 異常: what is irregular in the acts of each matter, with the acts that show it.

use tongjian_events::{Recorded, Row as CatalogRow, StreamId};

use crate::context::Context;
use crate::deadlines::{positions, span};
use crate::finding::Finding;
use crate::judge::judge;
use crate::matter::Matter;
use crate::supervision::{duties, duty, fact, facts};
use crate::{Cell, Column, Lines, Projection, Span, Table, day, integer, text};

/// 異常投影: one row per case, complaint and card; one line per finding, per duty that follows from
/// the matter, per fact that it contributes to a docket.
#[derive(Debug)]
pub struct Irregularities;

/// The columns of what is irregular: the same for findings in one matter and for indicators over
/// many, so that one list can hold both. `rule` is D01 to D21 where the line is one of those.
pub(crate) const COLUMNS: &[Column] = &[
    text("rule"),
    text("kind"),
    text("object"),
    text("site"),
    text("item"),
    day("arises_on"),
    integer("rule_edition"),
    integer("first_position"),
    text("positions"),
    text("detail"),
    text("source"),
];
/// Their indexes.
pub(crate) const INDEXES: &[&[&str]] =
    &[&["kind", "arises_on"], &["rule", "arises_on"], &["site", "arises_on"], &["arises_on"]];

const IRREGULARITIES: Table = Table { name: "irregularities", columns: COLUMNS, indexes: INDEXES };

impl Projection for Irregularities {
    type Row = Matter;

    const NAME: &'static str = "irregularities";
    const EDITION: u32 = 8;
    const TABLES: &'static [Table] = &[
        IRREGULARITIES,
        Table { name: "matter_duties", columns: duty::COLUMNS, indexes: duty::INDEXES },
        Table { name: "matter_facts", columns: fact::COLUMNS, indexes: fact::INDEXES },
    ];

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
        let stream: StreamId = key.parse().ok()?;
        let spans: Vec<Option<Span>> =
            row.cases().iter().map(|case| lines(&stream, case, context, out)).collect();
        spans.into_iter().flatten().reduce(Span::and)
    }
}

/// The lines of one matter.
fn lines(stream: &StreamId, matter: &Matter, context: &Context, out: &mut Lines) -> Option<Span> {
    let judged = judge(stream.kind(), matter, context);
    for finding in &judged.findings {
        out.0.push((
            0,
            vec![
                finding.kind.rule().map_or(Cell::Null, Cell::Word),
                Cell::Word(finding.kind.as_str()),
                stream.to_string().into(),
                judged.summary.site.as_ref().map(ToString::to_string).into(),
                judged.summary.item.clone().into(),
                finding.arises_on.into(),
                edition(finding, context),
                finding.positions.first().copied().into(),
                positions(&finding.positions).into(),
                finding.detail.clone().into(),
                Cell::Word(finding.kind.source()),
            ],
        ));
    }
    let duties = duties(stream, &judged, matter, context);
    for duty in &duties {
        out.0.push((1, duty.line()));
    }
    for (docket, on, position, fact) in facts(stream, &judged, matter, context, &duties) {
        out.0.push((2, fact::line(&docket, on, position, &fact)));
    }
    let due = duties.iter().map(|duty| duty.due_at.date_naive());
    span(&judged, matter, context).map(|span| due.fold(span, Span::with))
}

/// The edition of the policy that an indicator was judged by.
fn edition(finding: &Finding, context: &Context) -> Cell {
    let policies = &context.policies().indicators;
    let rules = policies.on(finding.arises_on).filter(|_| finding.kind.by_indicator_rules());
    rules.map(|rules| i64::from(rules.edition.get())).into()
}
