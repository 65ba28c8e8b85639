//! 紅黃牌: every card that was issued, as it stands.

use chrono::NaiveDate;
use tongjian_events::card::Subject;
use tongjian_events::values::{Code, Edition};
use tongjian_events::{Event, Recorded, Row as CatalogRow, StreamKind};

use crate::context::Context;
use crate::matter::Matter;
use crate::{Cell, Lines, Projection, Span, Table, day, integer, text};

/// 紅黃牌投影: one row and one line per card.
#[derive(Debug)]
pub struct Cards;

impl Projection for Cards {
    type Row = Matter;

    const NAME: &'static str = "cards";
    const EDITION: u32 = 1;
    const TABLES: &'static [Table] = &[Table {
        name: "cards",
        columns: &[
            text("level"),
            text("rule"),
            integer("rule_edition"),
            text("site"),
            text("case_stream"),
            day("issued_on"),
            integer("issued_at_position"),
        ],
        indexes: &[&["issued_on"], &["site", "issued_on"], &["case_stream"]],
    }];

    fn reads(row: &CatalogRow) -> bool {
        row.stream == StreamKind::Card
    }

    fn touches(act: &Recorded) -> Vec<String> {
        vec![act.submission.stream.to_string()]
    }

    fn fold(row: &mut Option<Matter>, _key: &str, act: &Recorded) {
        row.get_or_insert_default().take(act);
    }

    fn derive(_key: &str, row: &Matter, context: &Context, out: &mut Lines) -> Option<Span> {
        let place = context.jurisdiction(row.site()?);
        let view = row.effective(&place);
        let issued = view.acts.iter().find_map(|act| Some((issue(&act.event)?, act)));
        let (issue, act) = issued?;
        out.0.push((
            0,
            vec![
                Cell::Word(issue.level),
                issue.rule.to_string().into(),
                i64::from(issue.edition.get()).into(),
                issue.subject.site.as_ref().map(ToString::to_string).into(),
                issue.subject.case.as_ref().map(ToString::to_string).into(),
                act.on().into(),
                act.position().into(),
            ],
        ));
        let days: Vec<NaiveDate> = view.acts.iter().map(|act| act.on()).collect();
        Some(Span { from: *days.iter().min()?, to: *days.iter().max()? })
    }
}

/// A card as it was issued.
struct Issue<'e> {
    level: &'static str,
    subject: &'e Subject,
    rule: &'e Code,
    edition: Edition,
}

fn issue(event: &Event) -> Option<Issue<'_>> {
    let (level, subject, rule, edition) = match event {
        Event::WarningRaised(e) => ("warning", &e.subject, &e.rule, e.rule_edition),
        Event::YellowCardIssued(e) => ("yellow", &e.subject, &e.rule, e.rule_edition),
        Event::RedCardIssued(e) => ("red", &e.subject, &e.rule, e.rule_edition),
        Event::SeriousViolationMarked(e) => ("serious", &e.subject, &e.rule, e.rule_edition),
        _ => return None,
    };
    Some(Issue { level, subject, rule, edition })
}
