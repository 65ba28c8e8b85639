//! 狀態區間: from the marks of all inspections of a site to the states of its five flags over time.

use chrono::{Days, Months, NaiveDate};
use tongjian_events::inspection::Flag;
use tongjian_events::{Event, SiteCode};

use super::super::FLAGS_AT;
use super::super::fact::{Fact, Stated};
use super::super::flag_facts::{FlagMark, Mark};
use super::acts;
use crate::context::{Context, day_after};
use crate::deadlines::positions;
use crate::{Cell, Lines};

const FLAGS: [Flag; 5] =
    [Flag::Premises, Flag::Facilities, Flag::Personnel, Flag::Items, Flag::Operation];

/// 狀態.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unverified,
    InPlace,
    Suspected,
    Confirmed,
    Cleared,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Unverified => "unverified",
            Self::InPlace => "in_place",
            Self::Suspected => "suspected",
            Self::Confirmed => "confirmed",
            Self::Cleared => "cleared",
        }
    }

    const fn open(self) -> bool {
        matches!(self, Self::Suspected | Self::Confirmed)
    }

    /// What a mark makes of it. A flag that stands is cleared by an act, not by a later visit; what
    /// was confirmed is cleared after a re-inspection by two only.
    const fn after(self, mark: Mark) -> Self {
        match (self, mark) {
            (Self::Confirmed, Mark::Suspected | Mark::InPlace | Mark::Cleared) => Self::Confirmed,
            (Self::Suspected, Mark::InPlace) => Self::Suspected,
            (_, Mark::Suspected) => Self::Suspected,
            (_, Mark::Confirmed) => Self::Confirmed,
            (_, Mark::InPlace) => Self::InPlace,
            (Self::Suspected, Mark::Cleared) => Self::Cleared,
            (Self::Suspected | Self::Confirmed, Mark::ClearedAfterReinspection) => Self::Cleared,
            (state, Mark::Cleared | Mark::ClearedAfterReinspection) => state,
        }
    }
}

/// One state from a day on.
struct Turn<'f> {
    state: State,
    on: NaiveDate,
    mark: Option<&'f FlagMark>,
    recurrences: u32,
}

/// How a flag stands after all that is known.
pub(super) struct Standing {
    pub(super) open: bool,
    pub(super) cleared_on: Option<NaiveDate>,
    /// How often it was raised.
    pub(super) times: u32,
}

/// The marks of a flag in the order of time.
fn marks<'f>(facts: &'f [Stated], site: &SiteCode, flag: Flag) -> Vec<(NaiveDate, &'f FlagMark)> {
    let mut marks: Vec<_> = facts
        .iter()
        .filter_map(|stated| match &stated.fact {
            Fact::Flag(mark) if mark.flag == flag && mark.site == *site => {
                Some((stated.on, mark, stated.position))
            }
            _ => None,
        })
        .collect();
    marks.sort_by_key(|(_, mark, position)| (mark.at, *position));
    marks.into_iter().map(|(on, mark, _)| (on, mark)).collect()
}

/// The states that a flag went through, without those of an evidence that ran out.
fn turns<'f>(facts: &'f [Stated], site: &SiteCode, flag: Flag, context: &Context) -> Vec<Turn<'f>> {
    let mut turns: Vec<Turn<'f>> = Vec::new();
    let (mut state, mut cleared_on, mut recurrences) = (State::Unverified, None, 0);
    for (on, mark) in marks(facts, site, flag) {
        let next = state.after(mark.mark);
        if next.open() && !state.open() {
            let months = context.policies().flags.on(on);
            let months = months.map_or(0, |rules| rules.thresholds.recurrence_months.get());
            let back = |cleared: NaiveDate| {
                cleared.checked_add_months(Months::new(months)).is_some_and(|last| on <= last)
            };
            recurrences += u32::from(cleared_on.is_some_and(back));
        }
        if next == State::Cleared && state != State::Cleared {
            cleared_on = Some(on);
        }
        // What was found in place again is new evidence; what stands on is not.
        if next != state || next == State::InPlace {
            turns.push(Turn { state: next, on, mark: Some(mark), recurrences });
        }
        state = next;
    }
    turns
}

pub(super) fn standing(facts: &[Stated], site: &SiteCode, flag: Flag) -> Standing {
    let mut standing = Standing { open: false, cleared_on: None, times: 0 };
    let mut state = State::Unverified;
    for (on, mark) in marks(facts, site, flag) {
        let next = state.after(mark.mark);
        standing.times += u32::from(next.open() && !state.open());
        if next == State::Cleared && state != State::Cleared {
            standing.cleared_on = Some(on);
        }
        state = next;
    }
    standing.open = state.open();
    standing
}

/// The days on which a flag was cleared.
pub(super) fn cleared(facts: &[Stated], site: &SiteCode, flag: Flag) -> Vec<NaiveDate> {
    let mut state = State::Unverified;
    let mut days = Vec::new();
    for (on, mark) in marks(facts, site, flag) {
        let next = state.after(mark.mark);
        if next == State::Cleared && state != State::Cleared {
            days.push(on);
        }
        state = next;
    }
    days
}

/// One line per span. Before the first mark, and after evidence ran out, nothing is known: 未核查.
pub(super) fn lines(site: &SiteCode, facts: &[Stated], context: &Context, out: &mut Lines) {
    let built = acts(facts)
        .filter(|(_, act)| matches!(act.event, Event::SiteEstablished(_)))
        .map(|(stated, _)| stated.on)
        .min();
    for flag in FLAGS {
        let mut turns = turns(facts, site, flag, context);
        if let Some(built) = built.filter(|on| turns.first().is_none_or(|turn| *on < turn.on)) {
            let state = State::Unverified;
            turns.insert(0, Turn { state, on: built, mark: None, recurrences: 0 });
        }
        let turns = expired(turns, context);
        let next = turns.iter().skip(1).map(|turn| Some(turn.on)).chain([None]);
        for (turn, next) in turns.iter().zip(next) {
            // Of several on one day the last one holds.
            if next == Some(turn.on) {
                continue;
            }
            let to_on = next.and_then(|next| next.checked_sub_days(Days::new(1)));
            out.0.push((FLAGS_AT, turn.line(site, flag, to_on)));
        }
    }
}

/// Puts an unverified span where evidence runs out before the next mark.
fn expired<'f>(turns: Vec<Turn<'f>>, context: &Context) -> Vec<Turn<'f>> {
    let starts: Vec<NaiveDate> = turns.iter().map(|turn| turn.on).collect();
    let mut all = Vec::new();
    for (at, turn) in turns.into_iter().enumerate() {
        let holds = matches!(turn.state, State::InPlace | State::Cleared);
        let rules = context.policies().flags.on(turn.on).filter(|_| holds);
        let last = rules.and_then(|rules| {
            let days = u64::from(rules.thresholds.evidence_calendar_days.get());
            turn.on.checked_add_days(Days::new(days))
        });
        let recurrences = turn.recurrences;
        all.push(turn);
        let over = last.map(day_after);
        let open = |over: &NaiveDate| starts.get(at + 1).is_none_or(|next| over < next);
        if let Some(on) = over.filter(open) {
            all.push(Turn { state: State::Unverified, on, mark: None, recurrences });
        }
    }
    all
}

impl Turn<'_> {
    fn line(&self, site: &SiteCode, flag: Flag, to_on: Option<NaiveDate>) -> Vec<Cell> {
        vec![
            site.as_str().into(),
            flag.to_string().into(),
            Cell::Word(self.state.as_str()),
            self.on.into(),
            to_on.into(),
            self.mark.and_then(|mark| mark.rule.clone()).into(),
            self.mark.and_then(|mark| mark.edition).map(i64::from).into(),
            self.mark.map(|mark| positions(&mark.evidence)).into(),
            i64::from(self.recurrences).into(),
        ]
    }
}
