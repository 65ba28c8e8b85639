//! 規則的沿革: the editions of each policy of supervision, with the day from which each judges. A
//! policy judges from its effective day, and never before the day on which it was adopted: the
//! past is not rewritten.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use tongjian_events::policy::{
    BulletinRulesAdopted, CardPolicyAdopted, ChecklistAdopted, ComplaintRulesAdopted,
    FlagRulesAdopted, IndicatorRulesAdopted, ScoreRulesAdopted, SupervisingBodyNamed, effective_on,
};
use tongjian_events::values::{Code, Edition};
use tongjian_events::{Event, Recorded, SiteCode};

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

    /// Every edition that was adopted, the last one first.
    pub fn adopted(&self) -> impl Iterator<Item = &T> {
        self.0.iter().rev().map(|(_, edition)| edition.as_ref())
    }

    /// Every edition with the first day on which it judges, in the order of time.
    pub fn dated(&self) -> impl Iterator<Item = (NaiveDate, &T)> {
        self.0.iter().map(|(from, edition)| (*from, edition.as_ref()))
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
    /// 五個不到位.
    pub flags: Editions<FlagRulesAdopted>,
    checklists: BTreeMap<Code, Editions<ChecklistAdopted>>,
    /// 投訴與評價辦法.
    pub complaints: Editions<ComplaintRulesAdopted>,
    /// 考核辦法.
    pub scores: Editions<ScoreRulesAdopted>,
    /// 通報辦法.
    pub bulletins: Editions<BulletinRulesAdopted>,
    /// 監察機關名稱, in the order of adoption.
    bodies: Vec<SupervisingBodyNamed>,
}

impl Policies {
    /// The day from which an act's policy judges; `None` where it adopts none.
    pub(crate) fn from(act: &Recorded) -> Option<NaiveDate> {
        let is_own = !matches!(act.event, Event::ClockRulesAdopted(_));
        let effective = effective_on(&act.event).filter(|_| is_own)?;
        let adopted = act.submission.occurred_at.with_timezone(&chrono_tz::Asia::Shanghai);
        Some(effective.max(adopted.date_naive()))
    }

    /// Takes an act in.
    pub(crate) fn apply(&mut self, act: &Recorded) {
        if let Event::SupervisingBodyNamed(named) = &act.event {
            self.bodies.push((**named).clone());
        }
        let Some(from) = Self::from(act) else { return };
        match &act.event {
            Event::CardPolicyAdopted(policy) => self.cards.adopt(from, (**policy).clone()),
            Event::IndicatorRulesAdopted(policy) => {
                self.indicators.adopt(from, (**policy).clone());
            }
            Event::FlagRulesAdopted(policy) => self.flags.adopt(from, (**policy).clone()),
            Event::ChecklistAdopted(policy) => {
                let editions = self.checklists.entry(policy.checklist.clone()).or_default();
                editions.adopt(from, (**policy).clone());
            }
            Event::ComplaintRulesAdopted(policy) => {
                self.complaints.adopt(from, (**policy).clone());
            }
            Event::ScoreRulesAdopted(policy) => self.scores.adopt(from, (**policy).clone()),
            Event::BulletinRulesAdopted(policy) => self.bulletins.adopt(from, (**policy).clone()),
            _ => {}
        }
    }

    /// 監察機關: how the body that supervises a site is called on a day: by the name of the nearest
    /// subtree that holds the site, and of its names by the latest; `None` where none was named.
    #[must_use]
    pub fn supervising_body(
        &self,
        site: &SiteCode,
        on: NaiveDate,
    ) -> Option<&SupervisingBodyNamed> {
        let reach = |named: &SupervisingBodyNamed| match &named.site {
            None => Some(0),
            Some(above) => above.holds(site).then_some(above.subtree_prefix().len()),
        };
        let named = self.bodies.iter().filter(|named| named.from_on <= on);
        let reaching = named.filter_map(|named| Some((reach(named)?, named)));
        // Of two with one reach and one first day the one named last.
        reaching.max_by_key(|(reach, named)| (*reach, named.from_on)).map(|(_, named)| named)
    }

    /// 檢查表: a checklist by its code, in the edition named, or else in the one of the day.
    #[must_use]
    pub fn checklist(
        &self,
        code: &Code,
        edition: Option<Edition>,
        on: NaiveDate,
    ) -> Option<&ChecklistAdopted> {
        let editions = self.checklists.get(code)?;
        match edition {
            None => editions.on(on),
            Some(edition) => editions.all().find(|list| list.edition == edition),
        }
    }

    /// The days on which an act's policy may change a judgement.
    pub(crate) fn bears_on(act: &Recorded) -> Option<Span> {
        Self::from(act).map(|from| Span { from, to: NaiveDate::MAX })
    }
}
