//! 一張牌的經過: what the acts of one card say, read once for its clock, its duties, its line.

use chrono::{DateTime, FixedOffset, NaiveDate};
use tongjian_events::card::{
    AppealOutcome, CardClosure, CardColour, CardLevel, Recipient, Subject,
};
use tongjian_events::policy::{CardObject, CardPolicyAdopted, LadderRow};
use tongjian_events::values::{Code, Edition, Instant, Position, Text, UnitCode, WorkingDays};
use tongjian_events::{Entry, Event, SiteCode};

use crate::calendar::Calendar;
use crate::context::Context;
use crate::matter::Effective;

/// 一張牌: from its issue to its end.
pub(crate) struct Life<'v> {
    /// The act that issued it.
    pub(crate) issued: &'v Effective<'v>,
    pub(crate) level: CardLevel,
    /// Whether it is a card for a unit as a whole.
    pub(crate) of_unit: bool,
    pub(crate) subject: &'v Subject,
    pub(crate) rule: &'v Code,
    pub(crate) edition: Edition,
    pub(crate) grounds: &'v [Position],
    pub(crate) matter: Option<&'v Text>,
    pub(crate) fell_due_at: Option<Instant>,
    reply_working_days: Option<WorkingDays>,
    /// Who was told, in which capacity.
    pub(crate) notified: Vec<(&'v Effective<'v>, Recipient)>,
    pub(crate) answered: Vec<&'v Effective<'v>>,
    pub(crate) appeals: Vec<&'v Effective<'v>>,
    pub(crate) decisions: Vec<&'v Effective<'v>>,
    /// The first decision that withdrew it.
    pub(crate) withdrawn: Option<&'v Effective<'v>>,
    pub(crate) escalated: Option<&'v Effective<'v>>,
    pub(crate) closed: Option<(&'v Effective<'v>, CardClosure)>,
    /// Points posted and given back.
    pub(crate) points: Vec<i32>,
}

/// What every act of issue says.
macro_rules! issue {
    ($act:ident, $body:ident, $level:expr, $of_unit:expr) => {
        Some(Life {
            issued: $act,
            level: $level,
            of_unit: $of_unit,
            subject: &$body.subject,
            rule: &$body.rule,
            edition: $body.rule_edition,
            grounds: &$body.grounds,
            matter: $body.matter.as_ref(),
            fell_due_at: $body.fell_due_at,
            reply_working_days: $body.reply_working_days,
            notified: Vec::new(),
            answered: Vec::new(),
            appeals: Vec::new(),
            decisions: Vec::new(),
            withdrawn: None,
            escalated: None,
            closed: None,
            points: Vec::new(),
        })
    };
}

/// 應發之時: the moment from which a card counts, in its month, quarter and year: when it fell due,
/// if the engine issued it, whenever somebody looked; when it was issued, if a person did.
pub(crate) fn due_at(issued: &Effective<'_>) -> DateTime<FixedOffset> {
    let fell_due_at = match &*issued.event {
        Event::WarningRaised(body) => body.fell_due_at,
        Event::YellowCardIssued(body) => body.fell_due_at,
        Event::RedCardIssued(body) => body.fell_due_at,
        Event::SeriousViolationMarked(body) => body.fell_due_at,
        Event::UnitCardIssued(body) => body.fell_due_at,
        _ => None,
    };
    let by_engine = issued.act.entry == Entry::Engine;
    fell_due_at.filter(|_| by_engine).map_or(issued.at, |at| at.0)
}

fn issue<'v>(act: &'v Effective<'v>) -> Option<Life<'v>> {
    match &*act.event {
        Event::WarningRaised(body) => issue!(act, body, CardLevel::Warning, false),
        Event::YellowCardIssued(body) => issue!(act, body, CardLevel::Yellow, false),
        Event::RedCardIssued(body) => issue!(act, body, CardLevel::Red, false),
        Event::SeriousViolationMarked(body) => issue!(act, body, CardLevel::Serious, false),
        Event::UnitCardIssued(body) => {
            let level = match body.colour {
                CardColour::Yellow => CardLevel::Yellow,
                CardColour::Red => CardLevel::Red,
            };
            issue!(act, body, level, true)
        }
        _ => None,
    }
}

impl<'v> Life<'v> {
    /// The card that these acts tell of; `None` where none issues it.
    pub(crate) fn of(acts: &'v [Effective<'v>]) -> Option<Self> {
        let mut life = acts.iter().find_map(issue)?;
        for act in acts {
            match &*act.event {
                Event::CardNotified(body) => life.notified.push((act, body.to)),
                Event::CardAnswered(_) => life.answered.push(act),
                Event::CardAppealed(_) => life.appeals.push(act),
                Event::AppealDecided(body) => {
                    life.decisions.push(act);
                    if body.outcome == AppealOutcome::Withdrawn {
                        life.withdrawn = life.withdrawn.or(Some(act));
                    }
                }
                Event::CardEscalated(_) => life.escalated = life.escalated.or(Some(act)),
                Event::CardClosed(body) => {
                    life.closed = life.closed.or(Some((act, body.closure)));
                }
                Event::PointsPosted(body) => life.points.push(body.points_hundredths.get()),
                _ => {}
            }
        }
        Some(life)
    }

    /// Whether an answer is owed; then the limit of its own, if it states one.
    pub(crate) fn asks_for_an_answer(&self) -> Option<Option<WorkingDays>> {
        let by_rule = matches!(self.level, CardLevel::Yellow | CardLevel::Red);
        (by_rule || self.reply_working_days.is_some()).then_some(self.reply_working_days)
    }

    /// Whether the engine issued it, by the ladder.
    pub(crate) fn by_engine(&self) -> bool {
        self.issued.act.entry == Entry::Engine
    }

    /// The policy it was issued under: the edition it cites. `None` for a card of no ladder.
    pub(crate) fn policy<'c>(&self, context: &'c Context) -> Option<&'c CardPolicyAdopted> {
        let cards = &context.policies().cards;
        cards.on(self.issued.on())?;
        cards.adopted().find(|policy| policy.edition == self.edition)
    }

    /// The row of the ladder that it cites.
    pub(crate) fn row<'c>(&self, context: &'c Context) -> Option<&'c LadderRow> {
        self.policy(context)?.ladder.iter().find(|row| row.rule == *self.rule)
    }

    /// What it is for: as its row says, or else as its subject shows.
    pub(crate) fn object(&self, context: &Context) -> CardObject {
        let subject = self.subject;
        match self.row(context).map(|row| row.object) {
            _ if self.of_unit => CardObject::Unit,
            Some(object) => object,
            None if subject.step.is_some() => CardObject::Step,
            None if subject.case.is_some() => CardObject::Case,
            None if subject.staff.is_some() => CardObject::Person,
            None => CardObject::Unit,
        }
    }

    /// The site of the unit it is about.
    pub(crate) fn site(&self) -> Option<SiteCode> {
        site_of(self.subject)
    }

    /// The last day for an appeal: none before somebody was told.
    pub(crate) fn appeal_due(
        &self,
        policy: &CardPolicyAdopted,
        calendar: &Calendar,
    ) -> Option<NaiveDate> {
        let (told, _) = self.notified.first()?;
        let days = u32::from(policy.appeal_working_days.get());
        Some(calendar.due(told.on(), days).ok()?.on)
    }

    /// The last day for the decision on the first appeal.
    pub(crate) fn decision_due(
        &self,
        policy: &CardPolicyAdopted,
        calendar: &Calendar,
    ) -> Option<NaiveDate> {
        let days = u32::from(policy.appeal_decision_working_days.get());
        Some(calendar.due(self.appeals.first()?.on(), days).ok()?.on)
    }

    /// The part that who decided has in the card, and the act that shows it; `None` where he is a
    /// stranger to it, as he must be.
    pub(crate) fn part_of_decider(&self, decision: &Effective<'_>) -> Option<(&'static str, u64)> {
        let Event::AppealDecided(body) = &*decision.event else { return None };
        let decider = &body.decided_by;
        let issued = self.issued;
        if !self.by_engine() && issued.act.actor == *decider {
            return Some(("who issued the card", issued.position()));
        }
        if self.subject.staff.as_ref() == Some(decider) {
            return Some(("whom the card is about", issued.position()));
        }
        let by = |acts: &[&Effective<'_>]| {
            acts.iter().find(|act| act.act.actor == *decider).map(|act| act.position())
        };
        let answered = by(&self.answered).map(|at| ("who answered it", at));
        answered.or_else(|| by(&self.appeals).map(|at| ("who appealed", at)))
    }

    /// The points that stand, in hundredths.
    pub(crate) fn points(&self) -> i32 {
        self.points.iter().fold(0, |sum, points| sum.saturating_add(*points))
    }
}

/// The site of the unit that a subject names.
pub(crate) fn site_of(subject: &Subject) -> Option<SiteCode> {
    let by_code = |unit: &UnitCode| SiteCode::new(unit.as_str()).ok();
    subject.site.clone().or_else(|| by_code(&subject.unit))
}
