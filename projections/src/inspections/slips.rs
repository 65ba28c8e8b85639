//! 督查單: blue, orange, red. A suspected flag asks for the blue slip at once; each that is not
//! answered in time asks for the next; silence to the red one confirms the flag. An answer in time
//! stops the ladder, and an inspector decides.

use chrono::{DateTime, FixedOffset, NaiveDate};
use tongjian_events::Event;
use tongjian_events::inspection::{
    ConfirmedBy, Flag, FlagConfirmed, FlagSuspected, SlipColour, SupervisionSlipIssued,
};
use tongjian_events::policy::FlagThresholds;
use tongjian_events::values::{Code, Edition, Instant, Position, Text, UnitCode, WorkingDays};

use super::{Irregular, Sight};
use crate::context::day_after;
use crate::matter::Effective;
use crate::supervision::duty::{Duty, first_moment};
use crate::{Cell, Table, day, integer, text};

/// The rule that slips, and a confirmation by silence, cite.
const RULE: &str = "flag-slips";

pub(super) const TABLE: Table = Table {
    name: "slips",
    columns: &[
        text("site"),
        text("flag"),
        text("slip"),
        text("colour"),
        day("issued_on"),
        integer("issued_at_position"),
        day("due_on"),
        day("answered_on"),
        integer("answered_at_position"),
        integer("answered_late"),
    ],
    indexes: &[&["due_on"], &["site", "issued_on"]],
};

/// One slip with its first answer.
pub(super) struct Slip<'s> {
    body: &'s SupervisionSlipIssued,
    on: NaiveDate,
    position: u64,
    due_on: Option<NaiveDate>,
    answered: Option<(NaiveDate, u64)>,
}

pub(super) fn of<'s>(sight: &Sight<'s>) -> Vec<Slip<'s>> {
    let mut slips = Vec::new();
    for act in sight.acts {
        let Event::SupervisionSlipIssued(body) = &*act.event else { continue };
        let days = u32::from(body.reply_working_days.get());
        let answer = sight.acts.iter().find(|other| {
            other.at >= act.at
                && matches!(&*other.event, Event::SlipAnswered(b) if b.slip == body.slip)
        });
        slips.push(Slip {
            body,
            on: act.on(),
            position: act.position(),
            due_on: sight.place.calendar.due(act.on(), days).ok().map(|due| due.on),
            answered: answer.map(|answer| (answer.on(), answer.position())),
        });
    }
    slips
}

impl Slip<'_> {
    fn late(&self) -> bool {
        self.answered.zip(self.due_on).is_some_and(|((on, _), due)| on > due)
    }

    fn in_time(&self) -> bool {
        self.answered.is_some() && !self.late()
    }

    pub(super) fn line(&self, sight: &Sight<'_>) -> Vec<Cell> {
        vec![
            sight.site.as_str().into(),
            self.body.flag.map(|flag| flag.to_string()).into(),
            self.body.slip.as_str().into(),
            self.body.colour.to_string().into(),
            self.on.into(),
            self.position.into(),
            self.due_on.into(),
            self.answered.map(|(on, _)| on).into(),
            self.answered.map(|(_, position)| position).into(),
            self.late().into(),
        ]
    }
}

pub(super) fn irregular(sight: &Sight<'_>, slips: &[Slip<'_>]) -> Vec<Irregular> {
    let mut found = Vec::new();
    for slip in slips.iter().filter(|slip| slip.late()) {
        let Some(((on, position), due)) = slip.answered.zip(slip.due_on) else { continue };
        let detail = format!("the {} slip was due on {due}", slip.body.colour);
        let kind = "slip_answered_late";
        found.push(Irregular::new(kind, on, vec![slip.position, position], detail));
    }
    for act in sight.acts {
        let Event::SlipAnswered(body) = &*act.event else { continue };
        if !slips.iter().any(|slip| slip.body.slip == body.slip) {
            let detail = format!("no slip `{}` was issued here", body.slip);
            found.push(Irregular::new("slip_unknown", act.on(), vec![act.position()], detail));
        }
    }
    found
}

/// The next step of the ladder for each flag suspected here and not yet decided.
pub(super) fn duties(sight: &Sight<'_>, slips: &[Slip<'_>]) -> Vec<Duty> {
    let mut duties = Vec::new();
    let mut seen: Vec<Flag> = Vec::new();
    for act in sight.acts {
        let Event::FlagSuspected(body) = &*act.event else { continue };
        if seen.contains(&body.flag) || decided(sight, act, body.flag) {
            continue;
        }
        seen.push(body.flag);
        duties.extend(next(sight, act, body, slips));
    }
    duties
}

fn decided(sight: &Sight<'_>, suspected: &Effective<'_>, flag: Flag) -> bool {
    let after = |act: &&Effective<'_>| act.at >= suspected.at;
    sight.acts.iter().filter(after).any(|act| match &*act.event {
        Event::FlagConfirmed(body) => body.flag == flag,
        Event::FlagCleared(body) => body.flag == flag,
        _ => false,
    })
}

fn next(
    sight: &Sight<'_>,
    suspected: &Effective<'_>,
    body: &FlagSuspected,
    slips: &[Slip<'_>],
) -> Option<Duty> {
    let own = |slip: &&Slip<'_>| {
        slip.body.flag.is_none_or(|flag| flag == body.flag) && slip.on >= suspected.on()
    };
    let last = slips.iter().filter(own).max_by_key(|slip| (slip.body.colour, slip.position));
    let (colour, due_at) = match last {
        None => (Some(SlipColour::Blue), suspected.at),
        Some(slip) if slip.in_time() => return None,
        Some(slip) => {
            let due_at = first_moment(&sight.place, day_after(slip.due_on?))?;
            let colour = match slip.body.colour {
                SlipColour::Blue => Some(SlipColour::Orange),
                SlipColour::Orange => Some(SlipColour::Red),
                SlipColour::Red => None,
            };
            (colour, due_at)
        }
    };
    let on = sight.place.civil(&due_at).date();
    let rules = sight.context.policies().flags.on(on)?;
    let grounds = [suspected.position()].into_iter().chain(last.map(|slip| slip.position));
    let grounds = grounds.map(Position).collect();
    let step = Step { body, grounds, edition: rules.edition, due_at };
    let event = match colour {
        Some(colour) => step.slip(sight, colour, &rules.thresholds)?,
        None => step.confirmed()?,
    };
    Some(Duty {
        stream: sight.stream.clone(),
        after: sight.held,
        due_at,
        until_at: None,
        by_law: false,
        event,
    })
}

/// One step of the ladder.
struct Step<'b> {
    body: &'b FlagSuspected,
    grounds: Vec<Position>,
    edition: Edition,
    due_at: DateTime<FixedOffset>,
}

impl Step<'_> {
    fn slip(self, sight: &Sight<'_>, colour: SlipColour, rules: &FlagThresholds) -> Option<Event> {
        let reply_working_days: WorkingDays = match colour {
            SlipColour::Blue => rules.blue_slip_working_days,
            SlipColour::Orange => rules.orange_slip_working_days,
            SlipColour::Red => rules.red_slip_working_days,
        };
        let flag = self.body.flag;
        let matter = format!("{flag} is suspected not to be in place (rule {})", self.body.rule);
        let slip = SupervisionSlipIssued {
            slip: Code::new(&format!("{flag}-{colour}")).ok()?,
            colour,
            unit: UnitCode::new(sight.site.as_str()).ok()?,
            site: Some(self.body.site.clone()),
            flag: Some(flag),
            matter: Text::new(&matter).ok()?,
            reply_working_days,
            rule: Code::new(RULE).ok()?,
            rule_edition: self.edition,
            grounds: self.grounds,
            fell_due_at: Some(Instant(self.due_at)),
        };
        Some(slip.into())
    }

    fn confirmed(self) -> Option<Event> {
        let confirmed = FlagConfirmed {
            site: self.body.site.clone(),
            flag: self.body.flag,
            confirmed_by: ConfirmedBy::Silence,
            rule: Code::new(RULE).ok()?,
            rule_edition: self.edition,
            grounds: self.grounds,
            evidence: Vec::new(),
            fell_due_at: Some(Instant(self.due_at)),
        };
        Some(confirmed.into())
    }
}
