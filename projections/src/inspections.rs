//! 督查: what each inspection found, what is irregular about it, which slips and orders stand in it,
//! and what falls due: the next slip, the confirmation by silence, the notice of an overdue order.
//! How the flags of a site stand is judged in the site's docket, over all its inspections.

mod marks;
mod orders;
mod slips;
mod visit;

pub(crate) use visit::enough;

use chrono::NaiveDate;
use tongjian_events::{Event, Recorded, Row as CatalogRow, SiteCode, StreamId, StreamKind};

use crate::context::{Context, Jurisdiction};
use crate::deadlines::positions;
use crate::matter::{Effective, Matter, MatterAct};
use crate::supervision::docket::Docket;
use crate::supervision::duty::{self, Duty};
use crate::supervision::fact::{self, Fact};
use crate::supervision::flag_facts::above;
use crate::{Lines, Projection, Span, Table, day, integer, text};

/// 督查投影: one row per stream of inspections.
#[derive(Debug)]
pub struct Inspections;

/// 督查的不規範: something irregular in an inspection itself.
struct Irregular {
    kind: &'static str,
    arises_on: NaiveDate,
    positions: Vec<u64>,
    detail: String,
}

/// One inspection before the judge.
struct Sight<'s> {
    stream: &'s StreamId,
    site: SiteCode,
    acts: &'s [Effective<'s>],
    place: Jurisdiction<'s>,
    context: &'s Context,
    /// How many acts its stream holds.
    held: u64,
}

const INSPECTIONS: Table = Table {
    name: "inspections",
    columns: &[
        text("site"),
        text("kind"),
        text("checklist"),
        integer("checklist_edition"),
        day("planned_on"),
        day("started_on"),
        day("concluded_on"),
        integer("inspectors"),
        integer("score_hundredths"),
        integer("points_hundredths"),
        integer("photos"),
    ],
    indexes: &[&["site", "started_on"], &["started_on"]],
};

const CHECKS: Table = Table {
    name: "inspection_checks",
    columns: &[
        text("site"),
        text("check_code"),
        text("flag"),
        text("result"),
        integer("blocking"),
        integer("score_hundredths"),
        integer("points_hundredths"),
        day("scored_on"),
        integer("position"),
        integer("photos"),
        integer("known"),
    ],
    indexes: &[&["site", "check_code"]],
};

const FINDINGS: Table = Table {
    name: "inspection_findings",
    columns: &[
        text("kind"),
        text("site"),
        day("arises_on"),
        integer("first_position"),
        text("positions"),
        text("detail"),
    ],
    indexes: &[&["kind", "arises_on"], &["site", "arises_on"]],
};

impl Projection for Inspections {
    type Row = Matter;

    const NAME: &'static str = "inspections";
    const EDITION: u32 = 2;
    const TABLES: &'static [Table] = &[
        INSPECTIONS,
        CHECKS,
        FINDINGS,
        slips::TABLE,
        orders::TABLE,
        Table { name: "inspection_duties", columns: duty::COLUMNS, indexes: duty::INDEXES },
        Table { name: "inspection_facts", columns: fact::COLUMNS, indexes: fact::INDEXES },
    ];

    fn reads(row: &CatalogRow) -> bool {
        row.stream == StreamKind::Inspection
    }

    fn touches(act: &Recorded) -> Vec<String> {
        vec![act.submission.stream.to_string()]
    }

    fn fold(row: &mut Option<Matter>, _key: &str, act: &Recorded) {
        row.get_or_insert_default().take(act);
    }

    fn derive(key: &str, row: &Matter, context: &Context, out: &mut Lines) -> Option<Span> {
        let stream: StreamId = key.parse().ok()?;
        let site = row.acts.iter().find_map(|act| site_of(&act.event)).or(row.site())?.clone();
        let place = context.jurisdiction(&site);
        let view = row.effective(&place);
        let held = row.held();
        let sight = Sight { stream: &stream, site, acts: &view.acts, place, context, held };
        let visit = visit::of(&sight);
        visit.lines(&sight, out);
        let mut irregular = visit.irregular(&sight);
        let slips = slips::of(&sight);
        slips.iter().for_each(|slip| out.0.push((3, slip.line(&sight))));
        irregular.extend(slips::irregular(&sight, &slips));
        let orders = orders::of(&sight);
        orders.iter().for_each(|order| out.0.push((4, order.line(&sight))));
        irregular.extend(orders::irregular(&sight, &orders));
        irregular.extend(marks::irregular(&sight));
        for found in irregular {
            out.0.push((2, found.line(&sight)));
        }
        let mut duties: Vec<Duty> = slips::duties(&sight, &slips);
        duties.extend(orders::duties(&sight, &orders));
        duties.iter().for_each(|duty| out.0.push((5, duty.line())));
        for (on, position, mark) in marks::of(&sight, &visit) {
            let above = above(&sight.site).map(Docket::Peers);
            for docket in [Docket::Site(sight.site.clone())].into_iter().chain(above) {
                let fact = Fact::Flag(mark.clone());
                out.0.push((6, fact::line(&docket, on, position, &fact)));
            }
        }
        for (act, seen) in view.acts.iter().filter_map(|act| Some((act, visit::unmanned(act)?))) {
            let docket = Docket::Site(seen.clone());
            let (event, occurred_at) = (act.event.clone().into_owned(), act.at);
            let fact = Fact::Act(Box::new(MatterAct { event, occurred_at, ..act.act.clone() }));
            out.0.push((6, fact::line(&docket, act.on(), act.position(), &fact)));
        }
        let acts = view.acts.iter().map(Effective::on);
        let due = duties.iter().map(|duty| duty.due_at.date_naive());
        let days: Vec<NaiveDate> = acts.chain(due).collect();
        Some(Span { from: *days.iter().min()?, to: *days.iter().max()? })
    }
}

impl Irregular {
    fn new(
        kind: &'static str,
        arises_on: NaiveDate,
        positions: Vec<u64>,
        detail: impl Into<String>,
    ) -> Self {
        Self { kind, arises_on, positions, detail: detail.into() }
    }

    fn line(self, sight: &Sight<'_>) -> Vec<crate::Cell> {
        vec![
            crate::Cell::Word(self.kind),
            sight.site.as_str().into(),
            self.arises_on.into(),
            self.positions.first().copied().into(),
            positions(&self.positions).into(),
            self.detail.into(),
        ]
    }
}

/// The site that a body says it is about.
fn site_of(event: &Event) -> Option<&SiteCode> {
    match event {
        Event::InspectionPlanned(body) => Some(&body.site),
        Event::InspectionStarted(body) => Some(&body.site),
        Event::FlagSuspected(body) => Some(&body.site),
        Event::FlagConfirmed(body) => Some(&body.site),
        Event::FlagCleared(body) => Some(&body.site),
        Event::SupervisionSlipIssued(body) => body.site.as_ref(),
        Event::RectificationOrdered(body) => body.site.as_ref(),
        Event::MysteryVisitMade(body) => Some(&body.site),
        _ => None,
    }
}
