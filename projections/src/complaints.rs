//! 投訴與評價: every complaint and every review as it stands, with its clocks' days.

use tongjian_events::card::Subject;
use tongjian_events::complaint::{ComplaintReceived, ReviewSubmitted};
use tongjian_events::{Event, Recorded, Row as CatalogRow, SiteCode, StreamKind};

use crate::clock::ClockKind;
use crate::context::Context;
use crate::deadlines::span;
use crate::finding::FindingKind;
use crate::judge::complaint::{given_to, rules};
use crate::judge::{Judged, judge};
use crate::matter::{Effective, Matter};
use crate::supervision::stated::site_of;
use crate::{Cell, Lines, Projection, Span, Table, day, integer, text};

/// 投訴投影: one row and one line per complaint or review.
#[derive(Debug)]
pub struct Complaints;

const COMPLAINTS: Table = Table {
    name: "complaints",
    columns: &[
        text("site"),
        text("unit"),
        text("case_stream"),
        text("window"),
        text("staff"),
        text("received_at_site"),
        text("route"),
        text("channel"),
        text("category"),
        day("received_on"),
        integer("received_at_position"),
        day("accepted_on"),
        day("acceptance_due_on"),
        day("answered_on"),
        day("answer_due_on"),
        text("routed_to"),
        text("competent_organ"),
        integer("misrouted"),
        text("finding"),
        day("decided_on"),
        day("closed_on"),
        text("closure"),
        integer("rule_edition"),
    ],
    indexes: &[&["site", "received_on"], &["received_on"], &["answer_due_on"], &["category"]],
};

const REVIEWS: Table = Table {
    name: "reviews",
    columns: &[
        text("site"),
        text("unit"),
        text("case_stream"),
        text("window"),
        text("staff"),
        text("rating"),
        text("channel"),
        day("submitted_on"),
        integer("submitted_at_position"),
        integer("bad"),
        day("due_on"),
        day("verified_on"),
        text("truth"),
        day("rectified_on"),
        day("answered_on"),
        day("appealed_on"),
        integer("rule_edition"),
    ],
    indexes: &[&["site", "submitted_on"], &["submitted_on"], &["bad", "due_on"]],
};

impl Projection for Complaints {
    type Row = Matter;

    const NAME: &'static str = "complaints";
    const EDITION: u32 = 2;
    const TABLES: &'static [Table] = &[COMPLAINTS, REVIEWS];

    fn reads(row: &CatalogRow) -> bool {
        row.stream == StreamKind::Complaint
    }

    fn touches(act: &Recorded) -> Vec<String> {
        vec![act.submission.stream.to_string()]
    }

    fn fold(row: &mut Option<Matter>, _key: &str, act: &Recorded) {
        row.get_or_insert_default().take(act);
    }

    fn derive(_key: &str, row: &Matter, context: &Context, out: &mut Lines) -> Option<Span> {
        let judged = judge(StreamKind::Complaint, row, context);
        let site = row.site()?;
        let view = row.effective(&context.jurisdiction(site));
        for act in &view.acts {
            match &*act.event {
                Event::ComplaintReceived(body) => {
                    let line = complaint(site, act, body, &view.acts, &judged, context);
                    out.0.push((0, line));
                }
                Event::ReviewSubmitted(body) => {
                    let line = review(site, act, body, &view.acts, &judged, context);
                    out.0.push((1, line));
                }
                _ => {}
            }
        }
        span(&judged, row, context)
    }
}

/// Whom or what a complaint or a review is about.
fn about(subject: &Subject, site: &SiteCode) -> [Cell; 5] {
    [
        site_of(subject, site).to_string().into(),
        subject.unit.to_string().into(),
        subject.case.as_ref().map(ToString::to_string).into(),
        subject.window.as_ref().map(ToString::to_string).into(),
        subject.staff.as_ref().map(ToString::to_string).into(),
    ]
}

/// The first day of an act of a kind.
fn first(acts: &[Effective<'_>], is: fn(&Event) -> bool) -> Cell {
    acts.iter().find(|act| is(&act.event)).map(Effective::on).into()
}

fn due(judged: &Judged, kind: ClockKind) -> Cell {
    judged.clocks.iter().find(|clock| clock.kind == kind).and_then(|clock| clock.due_on).into()
}

fn complaint(
    site: &SiteCode,
    received: &Effective<'_>,
    body: &ComplaintReceived,
    acts: &[Effective<'_>],
    judged: &Judged,
    context: &Context,
) -> Vec<Cell> {
    let rules = rules(context, received);
    let given = rules.and_then(|rules| {
        let mut given = acts.iter().rev().filter_map(|act| given_to(&act.event, rules));
        given.next().map(|(to, _)| to.to_string())
    });
    let decided = acts.iter().rev().find_map(|act| match &*act.event {
        Event::ComplaintDecided(body) => Some((act.on(), body.finding)),
        _ => None,
    });
    let closed = acts.iter().find_map(|act| match &*act.event {
        Event::ComplaintClosed(body) => Some((act.on(), body.closure)),
        _ => None,
    });
    let misrouted = judged.findings.iter().any(|f| f.kind == FindingKind::ComplaintMisrouted);
    let competent = rules.and_then(|rules| rules.routing.competent(body.category));
    let answer = judged.clocks.iter().find(|clock| clock.kind == ClockKind::ComplaintAnswer);
    let mut line = Vec::from(about(&body.about, site));
    line.extend([
        site.to_string().into(),
        body.route.to_string().into(),
        body.channel.to_string().into(),
        body.category.to_string().into(),
        received.on().into(),
        received.position().into(),
        first(acts, |e| matches!(e, Event::ComplaintAccepted(_))),
        due(judged, ClockKind::ComplaintAcceptance),
        first(acts, |e| matches!(e, Event::ComplaintReplied(_))),
        answer.and_then(|clock| clock.due_on).into(),
        given.into(),
        competent.map(|organ| organ.to_string()).into(),
        misrouted.into(),
        decided.map(|(_, finding)| finding.to_string()).into(),
        decided.map(|(on, _)| on).into(),
        closed.map(|(on, _)| on).into(),
        closed.map(|(_, closure)| closure.to_string()).into(),
        rules.map(|rules| i64::from(rules.edition.get())).into(),
    ]);
    line
}

fn review(
    site: &SiteCode,
    submitted: &Effective<'_>,
    body: &ReviewSubmitted,
    acts: &[Effective<'_>],
    judged: &Judged,
    context: &Context,
) -> Vec<Cell> {
    let rules = rules(context, submitted);
    let verified = acts.iter().rev().find_map(|act| match &*act.event {
        Event::BadReviewVerified(body) => Some((act.on(), body.truth)),
        _ => None,
    });
    let clock = judged.clocks.iter().find(|clock| clock.kind == ClockKind::BadReview);
    let mut line = Vec::from(about(&body.about, site));
    line.extend([
        body.rating.to_string().into(),
        body.channel.to_string().into(),
        submitted.on().into(),
        submitted.position().into(),
        rules.is_some_and(|rules| rules.bad_ratings.contains(&body.rating)).into(),
        due(judged, ClockKind::BadReview),
        verified.map(|(on, _)| on).into(),
        verified.map(|(_, truth)| truth.to_string()).into(),
        first(acts, |e| matches!(e, Event::BadReviewRectified(_))),
        clock.and_then(|clock| clock.ended_on).into(),
        first(acts, |e| matches!(e, Event::ReviewAppealed(_))),
        rules.map(|rules| i64::from(rules.edition.get())).into(),
    ]);
    line
}
