//! 回訪與抽查: what applicants said when they were called, and whether paper files agree with the
//! chronicle, gathered by case: the inspection that asks names the case, the case knows its site.

use serde::{Deserialize, Serialize};
use tongjian_events::{Event, Recorded, Row as CatalogRow, SiteCode, StreamKind};

use crate::context::Context;
use crate::matter::{Matter, MatterAct};
use crate::supervision::fact::{self, Fact, scored};
use crate::{Lines, Projection, Span, Table};

/// 回訪投影: one row per case; one fact per answer.
#[derive(Debug)]
pub struct CallBacks;

/// A case's site, and what was asked about it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// The site that answers for the case, once it is known.
    site: Option<(u64, SiteCode)>,
    /// The answers.
    asked: Matter,
}

impl Projection for CallBacks {
    type Row = Asked;

    const NAME: &'static str = "call_backs";
    const EDITION: u32 = 1;
    const TABLES: &'static [Table] =
        &[Table { name: "call_back_facts", columns: fact::COLUMNS, indexes: fact::INDEXES }];

    fn reads(row: &CatalogRow) -> bool {
        // The acts by which a case begins; no other tells a site.
        const READS: &[&str] = &[
            "case.ApplicationReceived",
            "case.ApplicationAccepted",
            "inspection.CallBackMade",
            "inspection.SampleFileReviewed",
        ];
        READS.contains(&row.wire_name())
    }

    fn touches(act: &Recorded) -> Vec<String> {
        let case = match &act.event {
            Event::CallBackMade(body) => &body.case,
            Event::SampleFileReviewed(body) => &body.case,
            _ => &act.submission.stream,
        };
        vec![case.to_string()]
    }

    fn fold(row: &mut Option<Asked>, _key: &str, act: &Recorded) {
        let row = row.get_or_insert_default();
        if act.submission.stream.kind() == StreamKind::Inspection {
            row.asked.acts.push(MatterAct::of(act));
        } else if row.site.is_none() {
            row.site = Some((act.place.position, act.submission.source.site.clone()));
        }
    }

    fn derive(_key: &str, row: &Asked, context: &Context, out: &mut Lines) -> Option<Span> {
        let (_, site) = row.site.as_ref()?;
        let place = context.jurisdiction(site);
        let mut span: Option<Span> = None;
        for act in &row.asked.acts {
            let confirmed = match &act.event {
                Event::CallBackMade(body) if body.reached => body.record_confirmed,
                Event::SampleFileReviewed(body) => Some(body.record_confirmed),
                _ => None,
            };
            let Some(confirmed) = confirmed else { continue };
            let on = place.civil(&act.occurred_at).date();
            span = Some(span.map_or(Span { from: on, to: on }, |span| span.with(on)));
            let fact = Fact::CalledBack { confirmed };
            for (docket, fact) in scored(site, on, &fact) {
                out.0.push((0, fact::line(&docket, on, act.position, &fact)));
            }
        }
        span
    }
}
