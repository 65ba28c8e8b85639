//! 紅黃牌的督辦: what falls due in the life of a card: telling those whom the ladder names, posting
//! its points, giving them back when it is withdrawn, the higher card when nobody answers. And what
//! a card states of its unit, its case and the officers concerned.

use chrono::NaiveDate;
use tongjian_events::card::{CardEscalated, CardNotified, PointsPosted, Recipient};
use tongjian_events::policy::{CardObject, CardTrigger};
use tongjian_events::values::{Code, Instant, Position, ScoreHundredths};
use tongjian_events::{Entry, Event, StreamId};

use super::docket::{Docket, Month};
use super::duty::{Duty, first_moment};
use super::fact::{AppealFact, CardFact, Fact};
use crate::clock::{Clock, ClockKind};
use crate::context::{Context, day_after};
use crate::judge::Judged;
use crate::matter::Matter;
use issue::Card;
use life::{Life, due_at};

pub(crate) mod complaints;
pub(crate) mod dockets;
pub(crate) mod issue;
pub(crate) mod life;

/// What falls due in one card's stream and from it. None for a card of an old log.
pub(super) fn duties(
    stream: &StreamId,
    judged: &Judged,
    matter: &Matter,
    context: &Context,
) -> Vec<Duty> {
    let Some(site) = matter.site() else { return Vec::new() };
    let view = matter.effective(&context.jurisdiction(site));
    let Some(life) = Life::of(&view.acts).filter(|life| life.issued.act.entry != Entry::Import)
    else {
        return Vec::new();
    };
    let mut within = notices(stream, &life, context);
    within.extend(points(stream, &life, context));
    let mut beyond = Vec::new();
    for (escalated, card) in escalations(stream, judged, &life, context) {
        within.extend(escalated);
        beyond.push(card);
    }
    // One after the other: each waits for those before it.
    within.sort_by_key(|duty| duty.due_at);
    for (duty, after) in within.iter_mut().zip(matter.held()..) {
        duty.after = after;
    }
    within.extend(beyond);
    within
}

fn duty(stream: &StreamId, due_at: chrono::DateTime<chrono::FixedOffset>, event: Event) -> Duty {
    Duty { stream: stream.clone(), after: 0, due_at, until_at: None, by_law: false, event }
}

/// 告牌: each whom the row names is told once.
fn notices(stream: &StreamId, life: &Life<'_>, context: &Context) -> Vec<Duty> {
    let row = life.row(context).filter(|_| life.withdrawn.is_none());
    let told = |to: Recipient| life.notified.iter().any(|(_, told)| *told == to);
    let named = row.into_iter().flat_map(|row| row.notified.iter().copied());
    let untold = named.filter(|to| !told(*to));
    untold
        .map(|to| {
            let staff = life.subject.staff.clone().filter(|_| to == Recipient::Handler);
            duty(stream, life.issued.at, CardNotified { to, staff, means: None }.into())
        })
        .collect()
}

/// 記分: what the row takes is posted once; what was posted is given back when the card is
/// withdrawn.
fn points(stream: &StreamId, life: &Life<'_>, context: &Context) -> Option<Duty> {
    let row = life.row(context)?;
    let (points, at, by) = match life.withdrawn {
        None if life.points.is_empty() => (row.points_hundredths.get(), life.issued.at, None),
        None => return None,
        Some(decided) => (-life.points(), decided.at, Some(decided.position())),
    };
    let of_person = row.object == CardObject::Person;
    let grounds = [Some(life.issued.position()), by].into_iter().flatten();
    let event = PointsPosted {
        unit: life.subject.unit.clone(),
        staff: life.subject.staff.clone().filter(|_| of_person),
        points_hundredths: ScoreHundredths::new(i64::from(points)).ok()?,
        part: None,
        rule: life.rule.clone(),
        rule_edition: life.edition,
        grounds: grounds.map(Position).collect(),
    };
    (points != 0).then(|| duty(stream, at, event.into()))
}

/// 升級: neither answered nor appealed by the end of the reply's last day: a card of the row's level
/// takes this one's place, about the same. An appeal speaks for the unit; a withdrawn card asks for
/// nothing. The act in this card's stream, where it stands not yet, and the new card.
fn escalations(
    stream: &StreamId,
    judged: &Judged,
    life: &Life<'_>,
    context: &Context,
) -> Vec<(Option<Duty>, Duty)> {
    let Some(due) = unanswered(judged, life) else { return Vec::new() };
    let on = day_after(due);
    let site = life.site().unwrap_or_else(|| life.issued.act.site.clone());
    let (Some(policy), Some(due_at)) =
        (context.policies().cards.on(on), first_moment(&context.jurisdiction(&site), on))
    else {
        return Vec::new();
    };
    let rows = policy.ladder.iter().filter(|row| row.trigger == CardTrigger::CardUnanswered);
    let rows = rows.filter(|row| issue::counted(policy, row) == Some(life.level));
    let mut found = Vec::new();
    for row in rows {
        let at = life.issued.position();
        // The new card is for what this one was for.
        let mut row = row.clone();
        row.object = life.object(context);
        let object = match &life.subject.case {
            Some(case) => {
                let site = issue::site_in(stream.name(), life.subject);
                let step = life.subject.step.as_ref().map(Code::as_str);
                issue::object(case.name(), site.as_ref(), step)
            }
            None => stream.name().to_owned(),
        };
        let card = Card {
            policy,
            row: &row,
            subject: life.subject.clone(),
            grounds: vec![at],
            matter: format!("{stream} was not answered, due on {due}"),
            due_at,
            object,
            or_else: format!("#{at}"),
        };
        let Some(card) = card.duty() else { continue };
        let event = CardEscalated {
            to: row.level,
            card: Some(card.stream.clone()),
            rule: row.rule.clone(),
            rule_edition: policy.edition,
            grounds: vec![Position(at)],
            fell_due_at: Some(Instant(due_at)),
        };
        let escalated = duty(stream, due_at, event.into());
        found.push((life.escalated.is_none().then_some(escalated), card));
    }
    found
}

/// The day on which an answer was due that did not come, nor an appeal.
fn unanswered(judged: &Judged, life: &Life<'_>) -> Option<NaiveDate> {
    let is_reply = |clock: &&Clock| clock.kind == ClockKind::CardReply;
    let clock = judged.clocks.iter().find(is_reply)?;
    let due = clock.due_on?;
    let in_time = |on: NaiveDate| on <= due;
    let spoke = clock.ended_on.is_some_and(in_time)
        || life.appeals.iter().any(|appeal| in_time(appeal.on()));
    (!spoke && life.withdrawn.is_none()).then_some(due)
}

/// What a card states: of the month in which it fell due, of the year if it is a unit's card, of
/// its case, of the officer who issued it; and the decision on it, of the month and of who
/// decided.
pub(super) fn facts(
    matter: &Matter,
    context: &Context,
    duties: &[Duty],
) -> Vec<(Docket, NaiveDate, u64, Fact)> {
    let Some(own) = matter.site() else { return Vec::new() };
    let place = context.jurisdiction(own);
    let view = matter.effective(&place);
    let Some(life) = Life::of(&view.acts) else { return Vec::new() };
    let due_at = due_at(life.issued);
    let (on, at) = (place.civil(&due_at).date(), life.issued.position());
    let fact = Fact::Card(Box::new(CardFact {
        level: life.level,
        object: life.object(context),
        rule: life.rule.clone(),
        rule_edition: life.edition,
        subject: life.subject.clone(),
        by_engine: life.by_engine(),
        due_at: Instant(due_at),
        issued_on: life.issued.on(),
        points_hundredths: life.points(),
        withdrawn_on: life.withdrawn.map(|withdrawn| withdrawn.on()),
    }));
    let site = life.site();
    let officer = (!life.by_engine()).then(|| life.issued.act.actor.clone());
    let of_unit = life.object(context) == CardObject::Unit;
    let year = site.clone().filter(|_| of_unit).map(|site| Docket::year_of(site, on));
    let dockets = [
        site.clone().map(|site| Docket::SiteMonth(site, Month::holding(on))),
        year,
        life.subject.case.clone().map(Docket::Case),
        officer.map(Docket::Officer),
    ];
    let mut stated: Vec<_> =
        dockets.into_iter().flatten().map(|docket| (docket, on, at, fact.clone())).collect();
    for decision in &life.decisions {
        let Event::AppealDecided(body) = &*decision.event else { continue };
        let appeal = life.appeals.iter().rfind(|appeal| appeal.at <= decision.at);
        let fact = Fact::AppealDecided(Box::new(AppealFact {
            officer: body.decided_by.clone(),
            withdrawn: life.withdrawn.is_some_and(|w| w.position() == decision.position()),
            with_evidence: appeal.is_some_and(
                |act| matches!(&*act.event, Event::CardAppealed(body) if !body.evidence.is_empty()),
            ),
            same_officer: life.part_of_decider(decision).is_some(),
        }));
        let on = decision.on();
        let month = site.clone().map(|site| Docket::SiteMonth(site, Month::holding(on)));
        let dockets = [month, Some(Docket::Officer(body.decided_by.clone()))];
        let dockets = dockets.into_iter().flatten();
        stated.extend(dockets.map(|docket| (docket, on, decision.position(), fact.clone())));
    }
    let case = life.subject.case.as_ref();
    stated.extend(case.and_then(|case| asked(case, duties, Vec::new(), (on, at))));
    stated
}

/// The cards that a stream asks for about a case, and the acts by which it may have changed its
/// mind; `None` where there is neither.
pub(super) fn asked(
    case: &StreamId,
    duties: &[Duty],
    amended: Vec<(u64, NaiveDate)>,
    (on, at): (NaiveDate, u64),
) -> Option<(Docket, NaiveDate, u64, Fact)> {
    let cards: Vec<StreamId> = duties
        .iter()
        .filter(|duty| duty.after == 0 && duty.stream.kind() == tongjian_events::StreamKind::Card)
        .map(|duty| duty.stream.clone())
        .collect();
    let says = !cards.is_empty() || !amended.is_empty();
    says.then(|| (Docket::Case(case.clone()), on, at, Fact::CardsAsked { cards, amended }))
}
