//! 發牌: from the judgement of a case to the cards that the policy asks for. For each row of the
//! ladder and each occasion there is at most one card, in a stream that rule, level and object
//! name; whoever issues it first has issued it.

use chrono::{DateTime, FixedOffset, NaiveDate};
use tongjian_events::card::{
    CardLevel, RedCardIssued, SeriousViolationMarked, Subject, WarningRaised, YellowCardIssued,
};
use tongjian_events::case::ReminderSent;
use tongjian_events::policy::{CardPolicyAdopted, CardTrigger, LadderRow};
use tongjian_events::values::{Code, Instant, ItemCode, Position, Text, UnitCode, WorkingDays};
use tongjian_events::{Entry, Event, StreamId, StreamKind};

use super::duty::{Duty, end_of, first_moment};
use crate::clock::{Clock, ClockKind, Limit};
use crate::context::{Context, Jurisdiction, day_after};
use crate::finding::FindingKind;
use crate::judge::Judged;
use crate::matter::{Matter, MatterAct};

/// 情形: something that a row of the ladder may speak of.
struct Occasion<'j> {
    trigger: CardTrigger,
    /// The step, where it concerns one alone.
    step: Option<&'j str>,
    shows: Shows<'j>,
    grounds: &'j [u64],
    /// What happened, in words.
    matter: String,
}

/// From when an occasion shows.
enum Shows<'j> {
    /// While the clock runs, some days before it is due.
    Before(&'j Clock),
    /// When the clock is past its due day, by as much as the row asks.
    Past(&'j Clock),
    /// From a day on.
    From(NaiveDate),
}

/// A case before the ladder.
struct Bar<'j> {
    stream: &'j StreamId,
    judged: &'j Judged,
    matter: &'j Matter,
    place: Jurisdiction<'j>,
}

/// The reminders and cards that a case asks for and that are not issued yet, in no order. None for
/// what was imported from an old log: nobody was watched then.
#[must_use]
pub fn duties(stream: &StreamId, judged: &Judged, matter: &Matter, context: &Context) -> Vec<Duty> {
    let imported = |act: &MatterAct| act.entry == Entry::Import;
    let Some(site) = matter.site().filter(|_| stream.kind() == StreamKind::Case) else {
        return Vec::new();
    };
    if matter.acts.iter().any(imported) {
        return Vec::new();
    }
    let bar = Bar { stream, judged, matter, place: context.jurisdiction(site) };
    let occasions = occasions(judged);
    let policies = &context.policies().cards;
    let mut duties = Vec::new();
    for policy in policies.all() {
        for occasion in &occasions {
            for row in rows_for(policy, occasion) {
                let Some(on) = bar.first_day(row, occasion) else { continue };
                // Each edition judges its own days only.
                if policies.on(on).is_some_and(|judging| judging.edition == policy.edition) {
                    duties.extend(bar.duty(policy, row, occasion, on));
                }
            }
        }
    }
    duties
}

/// What a ladder may speak of in a judged case.
fn occasions(judged: &Judged) -> Vec<Occasion<'_>> {
    let mut found = Vec::new();
    for clock in &judged.clocks {
        let triggers: &[(CardTrigger, bool)] = match clock.kind {
            ClockKind::Promised => {
                &[(CardTrigger::PromiseNearlyDue, true), (CardTrigger::PromiseOverdue, false)]
            }
            ClockKind::Statutory => &[(CardTrigger::StatuteOverdue, false)],
            ClockKind::Receipt => &[(CardTrigger::ReceiptNoticeNearlyDue, true)],
            ClockKind::Step => &[(CardTrigger::StepOverdue, false)],
            _ => &[],
        };
        for (trigger, before) in triggers {
            let due = clock.due_on.map_or_else(String::new, |due| format!(", due on {due}"));
            found.push(Occasion {
                trigger: *trigger,
                step: clock.subject.as_deref(),
                shows: if *before { Shows::Before(clock) } else { Shows::Past(clock) },
                grounds: &clock.grounds,
                matter: format!("{}{due}", clock.kind.as_str()),
            });
        }
    }
    for finding in &judged.findings {
        let Some(trigger) = trigger_of(finding.kind) else { continue };
        found.push(Occasion {
            trigger,
            step: None,
            shows: Shows::From(finding.arises_on),
            grounds: &finding.positions,
            matter: finding.detail.clone(),
        });
    }
    found
}

/// The trigger that a finding is, if it is one.
const fn trigger_of(kind: FindingKind) -> Option<CardTrigger> {
    match kind {
        FindingKind::NoticeGivenTwice => Some(CardTrigger::NoticeRepeated),
        FindingKind::RefusedWithoutReasons
        | FindingKind::NotAcceptedWithoutReasons
        | FindingKind::ReturnedWithoutReasons => Some(CardTrigger::RefusalWithoutReasons),
        FindingKind::LateEntryBeyondLimit | FindingKind::EnteredAfterDue => {
            Some(CardTrigger::LateEntry)
        }
        _ => None,
    }
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
                clock.ended_on.is_none_or(|end| end >= on).then_some(on)
            }
        }
    }

    fn duty(
        &self,
        policy: &CardPolicyAdopted,
        row: &LadderRow,
        occasion: &Occasion<'_>,
        on: NaiveDate,
    ) -> Option<Duty> {
        let due_at = first_moment(&self.place, on)?;
        if row.level == CardLevel::Reminder {
            return self.reminder(occasion, on, due_at);
        }
        let event = self.card(policy, row, occasion, due_at)?;
        let stream = self.card_stream(row, occasion.step)?;
        Some(Duty { stream, after: 0, due_at, until_at: None, by_law: false, event })
    }

    /// A reminder goes into the case itself, once, and not when the day is over.
    fn reminder(
        &self,
        occasion: &Occasion<'_>,
        on: NaiveDate,
        due_at: DateTime<FixedOffset>,
    ) -> Option<Duty> {
        let Shows::Before(clock) = occasion.shows else { return None };
        let due_on = clock.due_on?;
        let sent = |event: &Event| matches!(event, Event::ReminderSent(r) if r.due_on == due_on);
        if self.matter.acts.iter().any(|act| sent(&act.event)) || clock.ended_on.is_some() {
            return None;
        }
        let left = self.place.calendar.elapsed(on, due_on).ok()?;
        let event = ReminderSent { due_on, working_days_left: WorkingDays::new(left).ok()? };
        Some(Duty {
            stream: self.stream.clone(),
            after: self.matter.acts.len() as u64,
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

    fn card(
        &self,
        policy: &CardPolicyAdopted,
        row: &LadderRow,
        occasion: &Occasion<'_>,
        due_at: DateTime<FixedOffset>,
    ) -> Option<Event> {
        let subject = self.subject(occasion.step, occasion.grounds)?;
        let (rule, rule_edition) = (row.rule.clone(), policy.edition);
        let grounds = occasion.grounds.iter().copied().map(Position).collect();
        let matter = Text::new(&occasion.matter).ok();
        let reply_working_days = row.reply_working_days;
        let fell_due_at = Some(Instant(due_at));
        macro_rules! issued {
            ($card:ident) => {
                $card {
                    subject,
                    rule,
                    rule_edition,
                    grounds,
                    matter,
                    reply_working_days,
                    fell_due_at,
                }
                .into()
            };
        }
        Some(match row.level {
            CardLevel::Reminder => return None,
            CardLevel::Warning => issued!(WarningRaised),
            CardLevel::Yellow => issued!(YellowCardIssued),
            CardLevel::Red => issued!(RedCardIssued),
            CardLevel::Serious => issued!(SeriousViolationMarked),
        })
    }

    /// One stream for one rule, level and object.
    fn card_stream(&self, row: &LadderRow, step: Option<&str>) -> Option<StreamId> {
        let object = match step {
            None => self.stream.name().to_owned(),
            Some(step) => format!("{}/{step}", self.stream.name()),
        };
        let first = self.matter.acts.first()?.position;
        let name = format!("{}.{}.{object}", row.rule, row.level);
        let named = StreamId::new(StreamKind::Card, &name).ok();
        // A name too long is that of the case's first act.
        let step = step.map_or_else(String::new, |step| format!("/{step}"));
        named.or_else(|| {
            let name = format!("{}.{}.#{first}{step}", row.rule, row.level);
            StreamId::new(StreamKind::Card, &name).ok()
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
