//! 發牌: from the judgement of a case to the cards that the policy asks for. For each row of the
//! ladder and each occasion there is at most one card, in a stream that rule, level and object
//! name; whoever issues it first has issued it.

use chrono::{DateTime, FixedOffset, NaiveDate};
use tongjian_events::card::{CardLevel, Subject};
use tongjian_events::case::ReminderSent;
use tongjian_events::policy::{CardPolicyAdopted, CardTrigger, LadderRow};
use tongjian_events::values::{Code, ItemCode, UnitCode, WorkingDays};
use tongjian_events::{Entry, Event, StreamId};

use super::cards::issue::{self, Card};
use super::docket::Docket;
use super::duty::{Duty, end_of, first_moment};
use super::fact::Fact;
use crate::clock::{Clock, Limit};
use crate::context::{Context, Jurisdiction, day_after};
use crate::finding::Finding;
use crate::judge::Judged;
use crate::matter::{Effective, Matter, MatterAct};
use occasion::{Occasion, Shows, is_total, occasions};

mod occasion;

/// A case before the ladder.
struct Bar<'j> {
    stream: &'j StreamId,
    judged: &'j Judged,
    matter: &'j Matter,
    place: Jurisdiction<'j>,
    context: &'j Context,
}

/// The reminders and cards that a case asks for and that are not issued yet, in no order. None for
/// what was imported from an old log: nobody was watched then.
#[must_use]
pub fn duties(stream: &StreamId, judged: &Judged, matter: &Matter, context: &Context) -> Vec<Duty> {
    let imported = |act: &MatterAct| act.entry == Entry::Import;
    let Some(site) = matter.site() else { return Vec::new() };
    if matter.acts.iter().any(imported) {
        return Vec::new();
    }
    let bar = Bar { stream, judged, matter, place: context.jurisdiction(site), context };
    let mut duties = Vec::new();
    for occasion in &occasions(judged, |finding| bar.is_late(finding)) {
        for policy in context.policies().cards.all() {
            let rows = rows_for(policy, occasion);
            for row in rows.filter(|row| row.is_for(judged.summary.handling)) {
                let Some(on) = bar.first_day(row, occasion) else { continue };
                // Each edition judges what began in its own days, to the end.
                let began = match occasion.shows {
                    Shows::Past(clock) => clock.due_on.map_or(on, day_after),
                    Shows::Before(_) | Shows::From(_) => on,
                };
                let judging = context.policies().cards.on(began);
                if judging.is_some_and(|judging| std::ptr::eq(judging, policy)) {
                    duties.extend(bar.duty(policy, row, occasion, on));
                }
            }
        }
    }
    duties
}

/// Which cards a case asks for, and what was entered in it late or corrected.
pub(super) fn asked(
    stream: &StreamId,
    matter: &Matter,
    context: &Context,
    duties: &[Duty],
) -> Option<(Docket, NaiveDate, u64, Fact)> {
    let place = context.jurisdiction(matter.site()?);
    let first = matter.acts.first()?;
    let amends = |act: &&MatterAct| {
        let entered = place.day_of(act.recorded_at);
        let late = entered > place.civil(&act.occurred_at).date();
        act.entry != Entry::Engine && (late || matches!(act.event, Event::ActCorrected(_)))
    };
    let amended = matter.acts.iter().filter(amends);
    let amended = amended.map(|act| (act.position, place.day_of(act.recorded_at))).collect();
    let on = place.civil(&first.occurred_at).date();
    super::cards::asked(stream, duties, amended, (on, first.position))
}

/// The rows of a ladder that speak of an occasion. Of rows of one trigger and level that differ in
/// the length of the promise they are for, the closest one speaks.
fn rows_for<'p>(
    policy: &'p CardPolicyAdopted,
    occasion: &Occasion<'_>,
) -> impl Iterator<Item = &'p LadderRow> {
    let promised = match occasion.shows {
        Shows::Before(clock) | Shows::Past(clock) => match clock.limit {
            Limit::WorkingDays(days) => days + clock.extended_by,
            _ => 0,
        },
        Shows::From(_) => 0,
    };
    let trigger = occasion.trigger;
    let from =
        |row: &LadderRow| row.promised_from_working_days.map_or(0, |days| u32::from(days.get()));
    let speaks = move |row: &&LadderRow| row.trigger == trigger && from(row) <= promised;
    let closest = move |row: &&LadderRow| {
        let rivals = policy.ladder.iter().filter(speaks).filter(|other| other.level == row.level);
        rivals
            .filter(|other| other.past_working_days == row.past_working_days)
            .all(|other| from(other) <= from(row))
    };
    policy.ladder.iter().filter(speaks).filter(closest)
}

impl Bar<'_> {
    /// The first day on which a row's condition holds; `None` where it never does.
    fn first_day(&self, row: &LadderRow, occasion: &Occasion<'_>) -> Option<NaiveDate> {
        let calendar = self.place.calendar;
        match occasion.shows {
            Shows::From(day) => Some(day),
            Shows::Before(clock) => {
                let (due, days) = (clock.due_on?, row.within_working_days?);
                let on = calendar.working_day_before(due, u32::from(days.get())).ok()?;
                let on = on.max(clock.arises_on);
                (clock.ended_on.is_none_or(|end| end > on) && on <= due).then_some(on)
            }
            Shows::Past(clock) => {
                let due = clock.due_on?;
                let by_days = row.past_working_days.map(|days| u32::from(days.get()) + 1);
                let by_share = row.past_percent.and_then(|percent| share(clock, percent.get()));
                let past = match (by_days, by_share) {
                    (None, None) if row.past_percent.is_none() => None,
                    (None, None) => return None,
                    (days, share) => days.into_iter().chain(share).min(),
                };
                let on = match past {
                    None => day_after(due),
                    Some(past) => calendar.due(due, past).ok()?.on,
                };
                let within = occasion.trigger != CardTrigger::StepOverdue || self.total_holds(on);
                (clock.ended_on.is_none_or(|end| end >= on) && within).then_some(on)
            }
        }
    }

    /// 環節超時而總時限未超: whether no clock of the whole case is past its due day on that day.
    fn total_holds(&self, on: NaiveDate) -> bool {
        let mut totals = self.judged.clocks.iter().filter(|clock| is_total(clock.kind));
        totals.all(|clock| {
            let missed = clock.ended_on.zip(clock.due_on).is_none_or(|(end, due)| end > due);
            clock.due_on.is_none_or(|due| on <= due || !missed)
        })
    }

    /// Whether the act of a finding was entered more working days later than the rules allow.
    fn is_late(&self, finding: &Finding) -> bool {
        let view = self.matter.effective(&self.place);
        let of_finding = |act: &&Effective<'_>| finding.positions.contains(&act.position());
        view.acts.iter().find(of_finding).is_some_and(|act| {
            let entered = self.place.day_of(act.act.recorded_at);
            let rules = self.context.rules_on(act.on());
            let allowed = rules.map_or(1, |rules| i64::from(rules.late_entry_working_days.get()));
            self.place.calendar.elapsed(act.on(), entered).is_ok_and(|lag| lag > allowed)
        })
    }

    fn duty(
        &self,
        policy: &CardPolicyAdopted,
        row: &LadderRow,
        occasion: &Occasion<'_>,
        on: NaiveDate,
    ) -> Option<Duty> {
        if row.level == CardLevel::Reminder {
            return self.reminder(occasion, on, first_moment(&self.place, on)?);
        }
        // A warning before the due day says that nothing was done by the end of a day.
        let due_at = match occasion.shows {
            Shows::Before(_) => end_of(&self.place, on)?,
            Shows::Past(_) => first_moment(&self.place, on)?,
            Shows::From(_) => self.shown_at(occasion.grounds, on)?,
        };
        // A clock's card rests on what had happened when it fell due, whatever was done since.
        let then = |at: &u64| {
            let act = self.matter.acts.iter().find(|act| act.position == *at);
            act.is_none_or(|act| act.occurred_at <= due_at)
        };
        let of_clock = !matches!(occasion.shows, Shows::From(_));
        let grounds = occasion.grounds.iter().filter(|at| !of_clock || then(at));
        let grounds: Vec<u64> = grounds.copied().collect();
        let first = self.matter.acts.first()?.position;
        let site = self.matter.used_before();
        let of = |case: &str| issue::object(case, site, occasion.step);
        let card = Card {
            policy,
            row,
            subject: self.subject(occasion.step, &grounds)?,
            grounds,
            matter: occasion.matter.clone(),
            due_at,
            object: of(self.stream.name()),
            or_else: of(&format!("#{first}")),
        };
        card.duty()
    }

    /// The moment of a day at which what happened, or its entry, shows; the first where neither
    /// does.
    fn shown_at(&self, grounds: &[u64], on: NaiveDate) -> Option<DateTime<FixedOffset>> {
        let acts = || self.matter.acts.iter().filter(|act| grounds.contains(&act.position));
        let of_day = |at: &DateTime<FixedOffset>| self.place.civil(at).date() == on;
        let happened = acts().map(|act| act.occurred_at).filter(of_day).max();
        let zone = &self.place.time_zone;
        let recorded = |act: &MatterAct| act.recorded_at.with_timezone(zone).fixed_offset();
        let entered = acts().map(recorded).filter(of_day).max();
        happened.or(entered).or_else(|| first_moment(&self.place, on))
    }

    /// A reminder goes into the case itself, once, and not when the day is over.
    fn reminder(
        &self,
        occasion: &Occasion<'_>,
        on: NaiveDate,
        due_at: DateTime<FixedOffset>,
    ) -> Option<Duty> {
        let Shows::Before(clock) = occasion.shows else { return None };
        // Of several cases under a number it would not be known for which it is.
        if self.matter.others().next().is_some() && self.matter.used_before().is_some() {
            return None;
        }
        let due_on = clock.due_on?;
        let sent = |event: &Event| matches!(event, Event::ReminderSent(r) if r.due_on == due_on);
        if self.matter.acts.iter().any(|act| sent(&act.event)) || clock.ended_on.is_some() {
            return None;
        }
        let left = self.place.calendar.elapsed(on, due_on).ok()?;
        let event = ReminderSent { due_on, working_days_left: WorkingDays::new(left).ok()? };
        Some(Duty {
            stream: self.stream.clone(),
            after: self.matter.held(),
            due_at,
            until_at: end_of(&self.place, due_on),
            by_law: false,
            event: event.into(),
        })
    }

    fn subject(&self, step: Option<&str>, grounds: &[u64]) -> Option<Subject> {
        let summary = &self.judged.summary;
        let site = summary.site.clone()?;
        // Who handled it: the last of staff among those who acted in what it rests on.
        let by = |position: &u64| self.matter.acts.iter().find(|act| act.position == *position);
        let staff = grounds.iter().rev().filter_map(by).find(|act| act.entry != Entry::Engine);
        Some(Subject {
            unit: UnitCode::new(site.as_str()).ok()?,
            case: Some(self.stream.clone()),
            step: step.and_then(|step| Code::new(step).ok()),
            item: summary.item.as_deref().and_then(|item| ItemCode::new(item).ok()),
            site: Some(site),
            window: None,
            staff: staff.map(|act| act.actor.clone()),
        })
    }
}

/// How many working days past its due day a clock has used this share of its limit.
fn share(clock: &Clock, percent: u16) -> Option<u32> {
    let Limit::WorkingDays(days) = clock.limit else { return None };
    let limit = days + clock.extended_by;
    let past = u32::from(percent).checked_sub(100)?;
    (limit > 0).then(|| (limit * past).div_ceil(100).max(1))
}
