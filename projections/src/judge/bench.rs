//! The bench a matter is judged on: its effective acts in order, and what was found so far.

use chrono::{DateTime, FixedOffset, NaiveDate};
use tongjian_events::Event;
use tongjian_events::case::Closure;
use tongjian_events::policy::{ClockRulesAdopted, IndicatorRulesAdopted, PauseExcess};

use super::{ExtensionGiven, Judged, PauseTaken, Summary, entry};
use crate::calendar::{Calendar, CalendarError, Pause};
use crate::clock::{Clock, ClockKind, Ending, Limit};
use crate::context::{Context, Jurisdiction, day_after};
use crate::finding::{Finding, FindingKind};
use crate::matter::{Effective, EffectiveView, Matter};

/// What a judgement works with.
pub(super) struct Bench<'b> {
    pub(super) context: &'b Context,
    pub(super) place: Jurisdiction<'b>,
    pub(super) acts: &'b [Effective<'b>],
    /// The corrections that stand.
    pub(super) corrections: &'b [Effective<'b>],
    /// Annulled acts, each with the correction's position.
    pub(super) annulled: &'b [(u64, u64)],
    pub(super) summary: Summary,
    pub(super) clocks: Vec<Clock>,
    pub(super) findings: Vec<Finding>,
    pub(super) pauses: Vec<PauseTaken>,
    pub(super) extensions: Vec<ExtensionGiven>,
    /// The extensions that lengthen a clock, by position.
    pub(super) extending: Vec<u64>,
    /// What ended the matter otherwise than by a decision, once that is known.
    pub(super) over: Option<(Mark, Ending)>,
}

/// A day in a matter, and the act that makes it one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) on: NaiveDate,
    pub(super) position: u64,
    /// The instant, which orders acts of one day.
    pub(super) at: DateTime<FixedOffset>,
}

/// The times left out of a clock, under both readings.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    /// The whole of each procedure.
    pub(super) whole: Vec<Pause>,
    /// Only the declared time of each.
    pub(super) declared: Vec<Pause>,
    /// Of each procedure still open its start, and the last day of its declared time.
    pub(super) open: Vec<(NaiveDate, NaiveDate)>,
    /// What began each, and which procedure it is.
    pub(super) begun: Vec<(String, Mark)>,
    /// What began those that rest on a registered link, and on which.
    pub(super) links: Vec<(String, Mark)>,
    /// The acts behind them.
    pub(super) grounds: Vec<u64>,
}

impl LeftOut {
    /// The open procedures that hold a clock which started and is due on these days: since when,
    /// and until when their declared time lasts. One begun on the due day or later holds nothing.
    pub(super) fn holding(
        &self,
        started_on: NaiveDate,
        due_on: Option<NaiveDate>,
    ) -> Option<(NaiveDate, NaiveDate)> {
        let holds = self.open.iter().filter(|(since, _)| due_on.is_none_or(|due| *since < due));
        let holds = holds.map(|(since, until)| ((*since).max(started_on), *until));
        holds.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }
}

/// A clock before its days are computed.
pub(super) struct Draft<'l> {
    pub(super) kind: ClockKind,
    pub(super) subject: Option<String>,
    pub(super) start: Mark,
    pub(super) arises_on: NaiveDate,
    pub(super) limit: Limit,
    pub(super) fixed_due: Option<NaiveDate>,
    pub(super) after_hours: bool,
    pub(super) extended_by: u32,
    pub(super) left_out: Option<&'l LeftOut>,
    pub(super) end: Option<(Mark, Ending)>,
    pub(super) grounds: Vec<u64>,
}

impl Draft<'_> {
    pub(super) fn new(kind: ClockKind, start: Mark, limit: Limit) -> Self {
        Self {
            kind,
            subject: None,
            start,
            arises_on: start.on,
            limit,
            fixed_due: None,
            after_hours: false,
            extended_by: 0,
            left_out: None,
            end: None,
            grounds: Vec::new(),
        }
    }

    pub(super) fn done_by(mut self, end: Option<Mark>) -> Self {
        self.end = end.map(|mark| (mark, Ending::Done));
        self
    }
}

/// The due days of a draft, under every reading.
#[derive(Default)]
struct DueDays {
    on: Option<NaiveDate>,
    without_pauses: Option<NaiveDate>,
    excess_excluded: Option<NaiveDate>,
    excess_counted: Option<NaiveDate>,
    provisional: bool,
}

impl<'b> Bench<'b> {
    pub(super) fn new(
        context: &'b Context,
        place: Jurisdiction<'b>,
        view: &'b EffectiveView<'b>,
    ) -> Self {
        Self {
            context,
            place,
            acts: &view.acts,
            corrections: &view.corrections,
            annulled: &view.annulled,
            summary: Summary::default(),
            clocks: Vec::new(),
            findings: Vec::new(),
            pauses: Vec::new(),
            extensions: Vec::new(),
            extending: Vec::new(),
            over: None,
        }
    }

    pub(super) fn calendar(&self) -> &'b Calendar {
        self.place.calendar
    }

    /// 異常指標: the thresholds in force on a day.
    pub(super) fn indicators(&self, on: NaiveDate) -> Option<&'b IndicatorRulesAdopted> {
        self.context.policies().indicators.on(on)
    }

    pub(super) fn rules(&self, on: NaiveDate) -> Option<&'b ClockRulesAdopted> {
        self.context.rules_on(on)
    }

    /// The first act that satisfies a condition.
    pub(super) fn first(&self, is: impl Fn(&Event) -> bool) -> Option<&'b Effective<'b>> {
        self.acts.iter().find(|act| is(&act.event))
    }

    /// Every act that satisfies a condition.
    pub(super) fn every(
        &self,
        is: impl Fn(&Event) -> bool + 'b,
    ) -> impl Iterator<Item = &'b Effective<'b>> + 'b {
        let acts = self.acts;
        acts.iter().filter(move |act| is(&act.event))
    }

    pub(super) fn find(
        &mut self,
        kind: FindingKind,
        arises_on: NaiveDate,
        mut positions: Vec<u64>,
        detail: String,
    ) {
        positions.sort_unstable();
        positions.dedup();
        self.findings.push(Finding { kind, arises_on, positions, detail });
    }

    /// A fault of a correction.
    pub(super) fn fault(&mut self, kind: FindingKind, at: u64, detail: String, matter: &Matter) {
        let by = matter.acts.iter().find(|act| act.position == at);
        let on = by.map_or(NaiveDate::MIN, |act| self.place.civil(&act.occurred_at).date());
        self.find(kind, on, vec![at], detail);
    }

    /// Computes a draft's days and keeps the clock.
    pub(super) fn run(&mut self, mut draft: Draft<'_>) {
        if draft.end.is_none() {
            draft.end = self.stopped_with_the_matter(&draft);
        }
        let rules = self.rules(draft.start.on);
        let counts_declared = rules.is_some_and(|r| r.pause_excess == PauseExcess::Count);
        let none = LeftOut::default();
        let left_out = draft.left_out.unwrap_or(&none);
        let chosen = if counts_declared { &left_out.declared } else { &left_out.whole };
        let days = self.due_days(&draft, left_out, counts_declared).unwrap_or_else(|error| {
            let detail = format!("{}: {error}", draft.kind.as_str());
            self.find(
                FindingKind::OutsideCalendar,
                draft.arises_on,
                vec![draft.start.position],
                detail,
            );
            DueDays::default()
        });
        let ended = draft.end.map(|(mark, _)| mark);
        let used = ended.and_then(|end| {
            self.calendar().elapsed_with_pauses(draft.start.on, end.on, chosen).ok()
        });
        let overdue = ended
            .zip(days.on)
            .and_then(|(end, due)| self.calendar().overdue(due, end.on).ok().map(i64::from));
        let open = left_out.holding(draft.start.on, days.on).filter(|_| ended.is_none());
        let mut grounds = draft.grounds;
        grounds.push(draft.start.position);
        grounds.extend(&left_out.grounds);
        grounds.extend(ended.map(|end| end.position));
        grounds.sort_unstable();
        grounds.dedup();
        self.clocks.push(Clock {
            kind: draft.kind,
            subject: draft.subject,
            started_on: draft.start.on,
            started_by: draft.start.position,
            arises_on: draft.arises_on,
            limit: draft.limit,
            extended_by: draft.extended_by,
            due_on: days.on,
            due_without_pauses: days.without_pauses,
            due_if_excess_excluded: days.excess_excluded,
            due_if_excess_counted: days.excess_counted,
            provisional: days.provisional,
            paused_since: open.map(|(since, _)| since),
            pause_counts_until: open.map(|(_, until)| until).filter(|_| counts_declared),
            ended_on: ended.map(|end| end.on),
            ended_by: ended.map(|end| end.position),
            ending: draft.end.map(|(_, ending)| ending),
            used_working_days: used,
            overdue_working_days: overdue,
            rule_edition: rules.map(|rules| rules.edition.get()),
            grounds,
        });
    }

    /// What runs beside the decision stops when the matter ends, and nobody owes an opinion on what
    /// is decided. A delivery and the level above stay owed unless the applicant withdrew or the
    /// case was declared void.
    fn stopped_with_the_matter(&self, draft: &Draft<'_>) -> Option<(Mark, Ending)> {
        let after = |mark: &Mark| mark.at >= draft.start.at;
        let over = self.over.filter(|(end, _)| after(end));
        let forwarded = self.summary.closure == Some(Closure::Forwarded);
        let given_up = over.filter(|(_, ending)| *ending == Ending::Stopped && !forwarded);
        let end = match draft.kind {
            ClockKind::Step | ClockKind::SiteVisit | ClockKind::Hearing => over.map(|(end, _)| end),
            ClockKind::CoUnit => {
                let decided = self.every(|e| matches!(e, Event::DecisionMade(_))).map(mark);
                let decided = decided.filter(after).min_by_key(|mark| (mark.at, mark.position));
                let ends = [decided, over.map(|(end, _)| end)].into_iter().flatten();
                ends.min_by_key(|mark| (mark.at, mark.position))
            }
            ClockKind::Delivery | ClockKind::UpperLeg => given_up.map(|(end, _)| end),
            _ => None,
        };
        end.map(|end| (end, Ending::Stopped))
    }

    fn due_days(
        &self,
        draft: &Draft<'_>,
        left_out: &LeftOut,
        counts_declared: bool,
    ) -> Result<DueDays, CalendarError> {
        let calendar = self.calendar();
        match draft.limit {
            Limit::None => Ok(DueDays::default()),
            Limit::FixedDay => Ok(DueDays {
                on: draft.fixed_due,
                without_pauses: draft.fixed_due,
                ..DueDays::default()
            }),
            Limit::CalendarDays(days) => {
                let last = draft
                    .start
                    .on
                    .checked_add_days(chrono::Days::new(
                        u64::from(days) + u64::from(draft.extended_by),
                    ))
                    .ok_or(CalendarError::OutsideCalendar { day: draft.start.on })?;
                let due = calendar.due(last, 0)?;
                Ok(DueDays {
                    on: Some(due.on),
                    without_pauses: Some(due.on),
                    provisional: due.provisional,
                    ..DueDays::default()
                })
            }
            Limit::WorkingDays(days) => {
                let from =
                    if draft.after_hours { day_after(draft.start.on) } else { draft.start.on };
                let total = days.saturating_add(draft.extended_by);
                let whole = calendar.due_with_pauses(from, total, &left_out.whole)?;
                let declared = calendar.due_with_pauses(from, total, &left_out.declared)?;
                let chosen = if counts_declared { declared } else { whole };
                let plain = calendar.due(from, total)?;
                Ok(DueDays {
                    on: Some(chosen.on),
                    without_pauses: Some(plain.on),
                    excess_excluded: Some(whole.on),
                    excess_counted: Some(declared.on),
                    provisional: chosen.provisional,
                })
            }
        }
    }

    pub(super) fn finish(mut self) -> Judged {
        entry::late(&mut self);
        let s = &mut self.summary;
        s.first_act_at = self.acts.first().map(|act| act.at);
        s.last_act_at = self.acts.last().map(|act| act.at);
        s.first_on = self.acts.first().map(Effective::on);
        s.last_on = self.acts.last().map(Effective::on);
        s.working_days = s
            .first_on
            .zip(s.last_on)
            .and_then(|(first, last)| self.place.calendar.elapsed(first, last).ok());
        self.clocks.sort_by(|a, b| {
            (a.started_on, a.kind, a.started_by).cmp(&(b.started_on, b.kind, b.started_by))
        });
        self.findings.sort_by(|a, b| {
            (a.arises_on, a.kind, &a.positions).cmp(&(b.arises_on, b.kind, &b.positions))
        });
        Judged {
            summary: self.summary,
            clocks: self.clocks,
            findings: self.findings,
            pauses: self.pauses,
            extensions: self.extensions,
        }
    }
}

/// The day and position of an act.
pub(super) fn mark(act: &Effective<'_>) -> Mark {
    Mark { on: act.on(), position: act.position(), at: act.at }
}
