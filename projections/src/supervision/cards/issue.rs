//! 發牌: the act that issues a card, and the stream that it opens. Rule, level and object name the
//! stream, so that there is at most one card of each, whoever issues it.

use chrono::{DateTime, FixedOffset};
use tongjian_events::card::{
    CardColour, CardLevel, RedCardIssued, SeriousViolationMarked, Subject, UnitCardIssued,
    WarningRaised, YellowCardIssued,
};
use tongjian_events::policy::{CardObject, CardPolicyAdopted, LadderRow};
use tongjian_events::values::{Instant, Position, Text};
use tongjian_events::{Event, SiteCode, StreamId, StreamKind};

use crate::supervision::duty::Duty;

/// A card that is to be issued.
pub(crate) struct Card<'c> {
    pub(crate) policy: &'c CardPolicyAdopted,
    pub(crate) row: &'c LadderRow,
    pub(crate) subject: Subject,
    /// The positions it rests on.
    pub(crate) grounds: Vec<u64>,
    /// What happened, in words.
    pub(crate) matter: String,
    /// From when the rule holds.
    pub(crate) due_at: DateTime<FixedOffset>,
    /// What it is for: the last part of the stream's name.
    pub(crate) object: String,
    /// The same where that is too long for a name.
    pub(crate) or_else: String,
}

impl Card<'_> {
    /// The duty to issue it; `None` for a reminder, which is no card.
    pub(crate) fn duty(self) -> Option<Duty> {
        let stream = stream(self.row, &self.object, &self.or_else)?;
        let due_at = self.due_at;
        let event = self.event()?;
        Some(Duty { stream, after: 0, due_at, until_at: None, by_law: false, event })
    }

    fn event(self) -> Option<Event> {
        let (row, subject) = (self.row, self.subject);
        let (rule, rule_edition) = (row.rule.clone(), self.policy.edition);
        let grounds = self.grounds.into_iter().map(Position).collect();
        let matter = Text::new(&self.matter).ok();
        let reply_working_days = row.reply_working_days;
        let fell_due_at = Some(Instant(self.due_at));
        macro_rules! issued {
            ($card:ident $(, $colour:ident: $value:expr)?) => {
                $card {
                    $($colour: $value,)?
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
        let of_unit = row.object == CardObject::Unit;
        Some(match row.level {
            CardLevel::Reminder => return None,
            CardLevel::Warning => issued!(WarningRaised),
            CardLevel::Yellow if of_unit => issued!(UnitCardIssued, colour: CardColour::Yellow),
            CardLevel::Red if of_unit => issued!(UnitCardIssued, colour: CardColour::Red),
            CardLevel::Yellow => issued!(YellowCardIssued),
            CardLevel::Red => issued!(RedCardIssued),
            CardLevel::Serious => issued!(SeriousViolationMarked),
        })
    }
}

/// One stream for one rule, level and object.
pub(crate) fn stream(row: &LadderRow, object: &str, or_else: &str) -> Option<StreamId> {
    let named = |object: &str| {
        StreamId::new(StreamKind::Card, &format!("{}.{}.{object}", row.rule, row.level)).ok()
    };
    named(object).or_else(|| named(or_else))
}

/// What a card about a case is for: the case, with its site where another used its number first,
/// and the step. No name of a case ends as one with a site does.
pub(crate) fn object(case: &str, site: Option<&SiteCode>, step: Option<&str>) -> String {
    let site = match site {
        Some(site) => format!("@{site}"),
        // What a card is named after where a name is too long begins with `#`.
        None if case.contains('@') || case.starts_with('#') => "@".to_owned(),
        None => String::new(),
    };
    let step = step.map_or_else(String::new, |step| format!("/{step}"));
    format!("{case}{site}{step}")
}

/// The site in the name of such a card, if it is named.
pub(crate) fn site_in(card: &str, subject: &Subject) -> Option<SiteCode> {
    let site = subject.site.as_ref()?;
    let case = subject.case.as_ref()?;
    let named = format!(".{}", object(case.name(), Some(site), None));
    let rest = card.split_once(&named)?.1;
    (rest.is_empty() || rest.starts_with('/')).then(|| site.clone())
}

/// The level of the cards that a row counts or takes the place of: the highest below its own that
/// its ladder issues; for warnings in a row, warnings.
pub(crate) fn counted(policy: &CardPolicyAdopted, row: &LadderRow) -> Option<CardLevel> {
    let levels = policy.ladder.iter().map(|other| other.level);
    levels.filter(|level| *level > CardLevel::Reminder && *level < row.level).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_card_of_one_case_has_the_name_of_another_ones() {
        let site = SiteCode::new("320681105000").ok();
        let names = [
            object("n", None, None),
            object("n", site.as_ref(), None),
            object("n@320681105000", None, None),
            object("n@320681105000", site.as_ref(), None),
            object("n@320681105000@", None, None),
            object("n@", None, None),
            object("#7", None, None),
            "#7".to_owned(),
            object("n@", site.as_ref(), None),
        ];
        let distinct: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len(), "{names:?}");
        assert_eq!(names.first().map(String::as_str), Some("n"), "as it was before");
    }
}
