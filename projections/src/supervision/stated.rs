//! 各卷陳述: what a judged matter states of its site: cases that ended and what went wrong at a
//! window, cards, complaints that were decided, reviews.

use chrono::NaiveDate;
use tongjian_events::card::{AppealOutcome, CardClosure, CardLevel, Subject};
use tongjian_events::case::Handling;
use tongjian_events::policy::PostFault;
use tongjian_events::values::UnitCode;
use tongjian_events::{Entry, Event, SiteCode, StreamKind};

use super::cards::life::{Life, due_at};
use super::docket::{Docket, Month, level};
use super::fact::{CaseEnded, Fact, scored};
use crate::clock::{Clock, ClockKind, Ending, Limit, Standing};
use crate::context::{Context, day_after};
use crate::finding::FindingKind;
use crate::judge::Judged;
use crate::matter::{Effective, EffectiveView, Matter};

/// What is stated: of which docket, on which day, by which act.
pub type Statement = (Docket, NaiveDate, u64, Fact);

/// What a judged matter contributes to the scores.
#[must_use]
pub fn of(kind: StreamKind, judged: &Judged, matter: &Matter, context: &Context) -> Vec<Statement> {
    let Some(site) = matter.site() else { return Vec::new() };
    let view = matter.effective(&context.jurisdiction(site));
    match kind {
        StreamKind::Case => case(site, judged, matter, &view),
        StreamKind::Card => card(site, &view, context),
        StreamKind::Complaint => complaint(site, &view),
        _ => Vec::new(),
    }
}

/// The site that a subject is about: the one it names, else its unit where that is an official
/// code, else the one that entered the act.
#[must_use]
pub fn site_of(subject: &Subject, entered_at: &SiteCode) -> SiteCode {
    subject.site.clone().or_else(|| site_of_unit(&subject.unit)).unwrap_or(entered_at.clone())
}

fn site_of_unit(unit: &UnitCode) -> Option<SiteCode> {
    SiteCode::new(unit.as_str()).ok().filter(|site| level(site).is_some())
}

fn everywhere(site: &SiteCode, on: NaiveDate, position: u64, fact: &Fact) -> Vec<Statement> {
    let stated = scored(site, on, fact).into_iter();
    stated.map(|(docket, fact)| (docket, on, position, fact)).collect()
}

/// A case that ended, and its faults. None of what was imported: nobody watched then.
fn case(
    site: &SiteCode,
    judged: &Judged,
    matter: &Matter,
    view: &EffectiveView<'_>,
) -> Vec<Statement> {
    if matter.acts.iter().any(|act| act.entry == Entry::Import) {
        return Vec::new();
    }
    let mut stated = faults(site, judged, view);
    let Some((on, position)) = end(judged, view) else { return stated };
    let ended = ended(judged, view, position);
    let mut own = everywhere(site, on, position, &Fact::CaseEnded(Box::new(ended.clone())));
    // Windows and posts are scored by the month alone.
    if let Some((first, by)) = own.first_mut().zip(act_at(view, position)) {
        let window = by.act.window.clone();
        let with_post = CaseEnded { window, staff: Some(by.act.actor.clone()), ..ended };
        first.3 = Fact::CaseEnded(Box::new(with_post));
    }
    stated.extend(own);
    stated
}

fn clock(judged: &Judged, kind: ClockKind) -> Option<&Clock> {
    judged.clocks.iter().find(|clock| clock.kind == kind)
}

fn act_at<'v>(view: &'v EffectiveView<'v>, position: u64) -> Option<&'v Effective<'v>> {
    view.acts.iter().find(|act| act.position() == position)
}

/// The act by which the window was done with a case: what ended the clock that governed it, else
/// the decision, the refusal, the return, the closing.
fn end(judged: &Judged, view: &EffectiveView<'_>) -> Option<(NaiveDate, u64)> {
    let done = |kind| {
        let clock = clock(judged, kind).filter(|clock| clock.ending == Some(Ending::Done))?;
        clock.ended_on.zip(clock.ended_by)
    };
    let kinds = [ClockKind::Promised, ClockKind::Statutory, ClockKind::LowerReview];
    kinds.into_iter().find_map(done).or_else(|| {
        use tongjian_events::case::Closure::{Void, Withdrawn};
        let ends = |event: &Event| match event {
            Event::DecisionMade(_) | Event::ApplicationNotAccepted(_) | Event::CaseReturned(_) => {
                true
            }
            Event::CaseClosed(body) => !matches!(body.closure, Withdrawn | Void),
            _ => false,
        };
        let given_up =
            |event: &Event| matches!(event, Event::ApplicationWithdrawn(_) | Event::CaseVoided(_));
        let act = view.acts.iter().find(|act| ends(&act.event) || given_up(&act.event))?;
        ends(&act.event).then(|| (act.on(), act.position()))
    })
}

fn ended(judged: &Judged, view: &EffectiveView<'_>, position: u64) -> CaseEnded {
    let promised = clock(judged, ClockKind::Promised);
    let days = |clock: &Clock| match clock.limit {
        Limit::WorkingDays(days) => Some(days),
        _ => None,
    };
    let early = promised.is_some_and(|clock| {
        let before = clock.ended_on.zip(clock.due_on).is_some_and(|(end, due)| end < due);
        before && clock.ending == Some(Ending::Done) && days(clock) > Some(0)
    });
    let statutory = clock(judged, ClockKind::Statutory);
    let cut = promised.and_then(days).zip(statutory.and_then(days));
    let cut = cut.filter(|(_, statute)| *statute > 0);
    let found = |kinds: &[FindingKind]| judged.findings.iter().any(|f| kinds.contains(&f.kind));
    let holds = |is: fn(&Event) -> bool| view.acts.iter().find(|act| is(&act.event));
    let accepted = holds(|e| matches!(e, Event::ApplicationAccepted(_)));
    let direct = judged.summary.handling == Some(Handling::Direct);
    let entered = |act: &Effective<'_>| act.act.recorded_at;
    let within = accepted.zip(act_at(view, position)).filter(|_| !direct);
    CaseEnded {
        early,
        cut_percent: cut.map(|(p, statute)| statute.saturating_sub(p) * 100 / statute),
        late_entry: found(LATE),
        entered_within: within.map(|(a, b)| (entered(b) - entered(a)).num_seconds().abs()),
        incomplete: holds(|e| matches!(e, Event::ApplicationReceived(_))).is_none()
            || found(&[FindingKind::DecidedWithoutAcceptance, FindingKind::ClosedWithoutDecision]),
        corrected: !view.corrections.is_empty(),
        window: None,
        staff: None,
    }
}

const LATE: &[FindingKind] =
    &[FindingKind::LateEntry, FindingKind::LateEntryBeyondLimit, FindingKind::EnteredAfterDue];

/// What takes points from the window and the person of the act that shows it; for a broken promise
/// of the one that started it.
fn faults(site: &SiteCode, judged: &Judged, view: &EffectiveView<'_>) -> Vec<Statement> {
    let mut shown: Vec<(PostFault, NaiveDate, u64)> = Vec::new();
    for finding in &judged.findings {
        let fault = match finding.kind {
            FindingKind::NotAcceptedWithoutReasons
            | FindingKind::ReturnedWithoutReasons
            | FindingKind::RefusedWithoutReasons => PostFault::RefusedWithoutReasons,
            FindingKind::NoticeGivenTwice => PostFault::NoticeRepeated,
            FindingKind::FeePaidWithoutReceipt => PostFault::ChargedWithoutReceipt,
            kind if LATE.contains(&kind) => PostFault::EnteredLate,
            _ => continue,
        };
        let last = finding.positions.last();
        shown.extend(last.map(|position| (fault, finding.arises_on, *position)));
    }
    for clock in &judged.clocks {
        let fault = match clock.kind {
            ClockKind::Promised => PostFault::PromiseBroken,
            ClockKind::Delivery => PostFault::DeliveredLate,
            _ => continue,
        };
        // Certain on the day after the due day, unless a lawful procedure still holds the clock.
        let after = clock.due_on.map(day_after);
        let missed = after.filter(|day| clock.standing(*day) == Standing::Missed);
        shown.extend(missed.map(|day| (fault, day, clock.started_by)));
    }
    shown.extend(charges(view));
    let of_staff = |act: &&Effective<'_>| act.act.entry != Entry::Engine;
    let stated = shown.into_iter().filter_map(|(fault, on, position)| {
        let by = act_at(view, position).filter(of_staff)?;
        let (window, staff) = (by.act.window.clone(), by.act.actor.clone());
        let docket = Docket::SiteMonth(site.clone(), Month::holding(on));
        Some((docket, on, position, Fact::Fault { fault, window, staff }))
    });
    stated.collect()
}

/// More asked than the tariff says, or more paid than was asked.
fn charges(view: &EffectiveView<'_>) -> Vec<(PostFault, NaiveDate, u64)> {
    let (mut asked, mut paid, mut found) = (None, 0_i64, Vec::new());
    for act in &view.acts {
        let off = match &*act.event {
            Event::FeeAssessed(body) => {
                asked = Some(asked.unwrap_or(0) + body.amount_fen.get());
                body.amount_fen > body.tariff_fen
            }
            Event::FeePaid(body) => {
                paid += body.amount_fen.get();
                asked.is_some_and(|asked| paid > asked)
            }
            _ => continue,
        };
        if off {
            found.push((PostFault::ChargedOffTariff, act.on(), act.position()));
        }
    }
    found
}

/// A card as it stands, and the points that were posted with it.
fn card(entered_at: &SiteCode, view: &EffectiveView<'_>, context: &Context) -> Vec<Statement> {
    let withdrawn = view.acts.iter().find(|act| match &*act.event {
        Event::AppealDecided(body) => body.outcome == AppealOutcome::Withdrawn,
        Event::CardClosed(body) => body.closure == CardClosure::Withdrawn,
        _ => false,
    });
    let withdrawn_on = withdrawn.map(Effective::on);
    let place = context.jurisdiction(entered_at);
    let fell_due = |act: &Effective<'_>| place.civil(&due_at(act)).date();
    let mut stated = Vec::new();
    for act in &view.acts {
        let (on, position) = (fell_due(act), act.position());
        let (level, subject, rule) = match &*act.event {
            Event::WarningRaised(e) => (CardLevel::Warning, &e.subject, &e.rule),
            Event::YellowCardIssued(e) => (CardLevel::Yellow, &e.subject, &e.rule),
            Event::RedCardIssued(e) => (CardLevel::Red, &e.subject, &e.rule),
            Event::SeriousViolationMarked(e) => (CardLevel::Serious, &e.subject, &e.rule),
            Event::UnitCardIssued(e) => {
                let fell = e.fell_due_at.map(|at| at.0);
                let ranked_on = fell.map_or(on, |at| place.civil(&at).date());
                let month = Month::holding(ranked_on).before();
                let site = site_of(&e.subject, entered_at);
                let fact = Fact::UnitCard { colour: e.colour, month: month.first(), withdrawn_on };
                // A card of December may be the first of two in a row.
                let mut years = vec![month.year()];
                years.extend((month.number() == 12).then(|| month.year() + 1));
                let dockets = years.into_iter().map(|year| Docket::SiteYear(site.clone(), year));
                stated.extend(dockets.map(|docket| (docket, on, position, fact.clone())));
                continue;
            }
            Event::PointsPosted(e) => {
                let site = site_of_unit(&e.unit).unwrap_or_else(|| entered_at.clone());
                // What the engine posts for a card counts in the card's year.
                let of_card = Life::of(&view.acts).filter(|_| act.act.entry == Entry::Engine);
                let on = of_card.map_or(on, |life| fell_due(life.issued));
                let docket = Docket::SiteYear(site, Month::holding(on).year());
                stated.push((docket, on, position, Fact::Points { rule: e.rule.clone() }));
                continue;
            }
            _ => continue,
        };
        let policy = context.policies().cards.on(on);
        let row = policy.and_then(|policy| policy.ladder.iter().find(|row| row.rule == *rule));
        let points_hundredths = row.map_or(0, |row| row.points_hundredths.get());
        let fact = Fact::ScoredCard { level, rule: rule.clone(), points_hundredths, withdrawn_on };
        stated.extend(everywhere(&site_of(subject, entered_at), on, position, &fact));
    }
    stated
}

/// What came out of a complaint in the end, and a review.
fn complaint(entered_at: &SiteCode, view: &EffectiveView<'_>) -> Vec<Statement> {
    let mut stated = Vec::new();
    let received = view.acts.iter().find_map(|act| match &*act.event {
        Event::ComplaintReceived(body) => Some(body),
        _ => None,
    });
    let decided = view.acts.iter().rev().find_map(|act| match &*act.event {
        Event::ComplaintDecided(body) => Some((act, body.finding)),
        _ => None,
    });
    if let Some((body, (act, finding))) = received.zip(decided) {
        let fact = Fact::ComplaintDecided { category: body.category, finding };
        let site = site_of(&body.about, entered_at);
        stated.extend(everywhere(&site, act.on(), act.position(), &fact));
    }
    let truth = view.acts.iter().rev().find_map(|act| match &*act.event {
        Event::BadReviewVerified(body) => Some(body.truth),
        _ => None,
    });
    for act in &view.acts {
        let Event::ReviewSubmitted(body) = &*act.event else { continue };
        let fact = Fact::Reviewed { rating: body.rating, truth };
        let site = site_of(&body.about, entered_at);
        stated.extend(everywhere(&site, act.on(), act.position(), &fact));
    }
    stated
}
