//! 規則的沿革: the editions of each policy of supervision, with the day from which each judges. A
//! policy judges from its effective day, and never before the day on which it was adopted: the
//! past is not rewritten.

use std::sync::Arc;

use chrono::NaiveDate;
use tongjian_events::policy::{
    CardPolicyAdopted, ComplaintRulesAdopted, IndicatorRulesAdopted, ScoreRulesAdopted,
};
use tongjian_events::{Event, Recorded};

use crate::Span;

/// The editions of one policy, each in force from a day until the next one's.
#[derive(Debug, Clone)]
pub struct Editions<T>(Vec<(NaiveDate, Arc<T>)>);

impl<T> Default for Editions<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Editions<T> {
    /// Stable: of two editions with one first day, the later adopted one judges.
    fn adopt(&mut self, from: NaiveDate, edition: T) {
        self.0.push((from, Arc::new(edition)));
        self.0.sort_by_key(|(from, _)| *from);
    }

    /// The edition in force on a day; `None` before the first one.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Option<&T> {
        self.0.iter().rev().find(|(from, _)| *from <= day).map(|(_, edition)| edition.as_ref())
    }

    /// Every edition that is ever in force, in the order of time.
    pub fn all(&self) -> impl Iterator<Item = &T> {
        let next = self.0.iter().skip(1).map(|(from, _)| Some(*from)).chain([None]);
        let lasting = self.0.iter().zip(next).filter(|((from, _), next)| *next != Some(*from));
        lasting.map(|((_, edition), _)| edition.as_ref())
    }
}

/// 監察規則: the policies of supervision, as far as the chronicle has told them.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    /// 紅黃牌辦法.
    pub cards: Editions<CardPolicyAdopted>,
    /// 異常指標.
    pub indicators: Editions<IndicatorRulesAdopted>,
    /// 投訴與評價辦法.
    pub complaints: Editions<ComplaintRulesAdopted>,
    /// 考核辦法.
    pub scores: Editions<ScoreRulesAdopted>,
}

impl Policies {
    /// The day from which an act's policy judges; `None` where it adopts none.
    pub(crate) fn from(act: &Recorded) -> Option<NaiveDate> {
        let effective = match &act.event {
            Event::CardPolicyAdopted(policy) => policy.effective_on,
            Event::IndicatorRulesAdopted(policy) => policy.effective_on,
            Event::ComplaintRulesAdopted(policy) => policy.effective_on,
            Event::ScoreRulesAdopted(policy) => policy.effective_on,
            _ => return None,
        };
        let adopted = act.submission.occurred_at.with_timezone(&chrono_tz::Asia::Shanghai);
        Some(effective.max(adopted.date_naive()))
    }

    /// Takes an act in.
    pub(crate) fn apply(&mut self, act: &Recorded) {
        let Some(from) = Self::from(act) else { return };
        match &act.event {
            Event::CardPolicyAdopted(policy) => self.cards.adopt(from, (**policy).clone()),
            Event::IndicatorRulesAdopted(policy) => {
                self.indicators.adopt(from, (**policy).clone());
            }
            Event::ComplaintRulesAdopted(policy) => {
                self.complaints.adopt(from, (**policy).clone());
            }
            Event::ScoreRulesAdopted(policy) => self.scores.adopt(from, (**policy).clone()),
            _ => {}
        }
    }

    /// The days on which an act's policy may change a judgement.
    pub(crate) fn bears_on(act: &Recorded) -> Option<Span> {
        Self::from(act).map(|from| Span { from, to: NaiveDate::MAX })
    }
}
