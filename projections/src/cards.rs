//! 紅黃牌: every card that was issued, as it stands: each turn of its life with its day, so that it
//! can be asked for as of any day.

use chrono::NaiveDate;
use tongjian_events::{Event, Recorded, Row as CatalogRow, StreamKind};

use crate::clock::{Clock, ClockKind};
use crate::context::Context;
use crate::deadlines::{positions, span};
use crate::judge::judge;
use crate::matter::{Effective, Matter};
use crate::supervision::cards::life::{Life, due_at};
use crate::{Cell, Lines, Projection, Span, Table, day, instant, integer, text};

/// 紅黃牌投影: one row and one line per card.
#[derive(Debug)]
pub struct Cards;

const CARDS: Table = Table {
    name: "cards",
    columns: &[
        text("level"),
        text("rule"),
        integer("rule_edition"),
        text("trigger"),
        text("object"),
        text("unit"),
        text("site"),
        text("item"),
        text("case_stream"),
        text("step"),
        text("staff"),
        text("issued_by"),
        day("issued_on"),
        day("counts_on"),
        integer("issued_at_position"),
        instant("fell_due_at"),
        day("notified_on"),
        integer("notified"),
        day("reply_due_on"),
        day("answered_on"),
        day("appeal_due_on"),
        day("appealed_on"),
        text("appeal_ground"),
        day("decision_due_on"),
        day("decided_on"),
        text("decided_by"),
        text("outcome"),
        day("withdrawn_on"),
        day("escalated_on"),
        text("escalated_to"),
        day("closed_on"),
        text("closure"),
        integer("points_hundredths"),
        text("grounds"),
        text("matter"),
    ],
    indexes: &[
        &["issued_on"],
        &["counts_on"],
        &["site", "issued_on"],
        &["case_stream"],
        &["level", "issued_on"],
        &["reply_due_on"],
    ],
};

impl Projection for Cards {
    type Row = Matter;

    const NAME: &'static str = "cards";
    const EDITION: u32 = 4;
    const TABLES: &'static [Table] = &[CARDS];

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
        let judged = judge(StreamKind::Card, row, context);
        let view = row.effective(&context.jurisdiction(row.site()?));
        let life = Life::of(&view.acts)?;
        let is_reply = |clock: &&Clock| clock.kind == ClockKind::CardReply;
        let reply_due_on = judged.clocks.iter().find(is_reply).and_then(|clock| clock.due_on);
        out.0.push((0, line(&life, reply_due_on, context)));
        span(&judged, row, context)
    }
}

/// The ground of an appeal.
fn ground(appeal: &Effective<'_>) -> Option<String> {
    match &*appeal.event {
        Event::CardAppealed(body) => Some(body.ground.to_string()),
        _ => None,
    }
}

fn line(life: &Life<'_>, reply_due_on: Option<NaiveDate>, context: &Context) -> Vec<Cell> {
    let site = life.site();
    let place = context.jurisdiction(site.as_ref().unwrap_or(&life.issued.act.site));
    let (policy, row) = (life.policy(context), life.row(context));
    let appeal = life.appeals.first();
    let ground = appeal.and_then(|act| ground(act));
    let decision = life.withdrawn.or_else(|| life.decisions.first().copied());
    let decided = decision.and_then(|act| match &*act.event {
        Event::AppealDecided(body) => Some(body),
        _ => None,
    });
    let escalated_to = life.escalated.and_then(|act| match &*act.event {
        Event::CardEscalated(body) => body.card.as_ref().map(ToString::to_string),
        _ => None,
    });
    let subject = life.subject;
    let issued_by =
        if life.by_engine() { "engine".to_owned() } else { life.issued.act.actor.to_string() };
    let grounds: Vec<u64> = life.grounds.iter().map(|position| position.0).collect();
    vec![
        life.level.to_string().into(),
        life.rule.to_string().into(),
        i64::from(life.edition.get()).into(),
        row.map(|row| row.trigger.to_string()).into(),
        life.object(context).to_string().into(),
        subject.unit.to_string().into(),
        site.map(|site| site.to_string()).into(),
        subject.item.as_ref().map(ToString::to_string).into(),
        subject.case.as_ref().map(ToString::to_string).into(),
        subject.step.as_ref().map(ToString::to_string).into(),
        subject.staff.as_ref().map(ToString::to_string).into(),
        issued_by.into(),
        life.issued.on().into(),
        place.civil(&due_at(life.issued)).date().into(),
        life.issued.position().into(),
        life.fell_due_at.map(|at| at.0.timestamp_micros()).into(),
        life.notified.first().map(|(act, _)| act.on()).into(),
        (life.notified.len() as u64).into(),
        reply_due_on.into(),
        life.answered.first().map(|act| act.on()).into(),
        policy.and_then(|policy| life.appeal_due(policy, place.calendar)).into(),
        appeal.map(|act| act.on()).into(),
        ground.into(),
        policy.and_then(|policy| life.decision_due(policy, place.calendar)).into(),
        decision.map(|act| act.on()).into(),
        decided.map(|body| body.decided_by.to_string()).into(),
        decided.map(|body| body.outcome.to_string()).into(),
        life.withdrawn.map(|act| act.on()).into(),
        life.escalated.map(|act| act.on()).into(),
        escalated_to.into(),
        life.closed.map(|(act, _)| act.on()).into(),
        life.closed.map(|(_, closure)| closure.to_string()).into(),
        i64::from(life.points()).into(),
        positions(&grounds).into(),
        life.matter.map(ToString::to_string).into(),
    ]
}
