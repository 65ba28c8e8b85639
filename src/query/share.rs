//! 閱卷: how much of a case a reader is shown. It is decided by the case as it is now, whatever
//! moment is asked for: who wrote into a number before its owner did reads nothing by asking how it
//! stood in between.

use std::collections::HashSet;

use serde::Serialize;
use tongjian_events::{SiteCode, StreamKind};
use tongjian_projections::Context;
use tongjian_projections::judge::Summary;
use tongjian_projections::matter::Matter;
use tongjian_projections::view::{MatterView, view};

use crate::access::Grant;

/// How much of a case an answer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// 全卷: everything under its number.
    Whole,
    /// 本案: the case of the site that answers for it, without what another site has under the same
    /// number.
    Case,
    /// 另案: the case that the reader's own site has under a number that another site used first.
    OtherCase,
    /// 本單位行為: what was entered at the reader's own sites; limits are of the whole and untold.
    OwnActs,
}

impl Shown {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Case => "case",
            Self::OtherCase => "other_case",
            Self::OwnActs => "own_acts",
        }
    }
}

/// What a reader is shown.
pub(super) struct Share {
    pub(super) shown: Shown,
    /// The positions of the acts; everything where there is none.
    acts: Option<HashSet<u64>>,
    /// Whose case it is, where it is another one under the number.
    seat: Option<SiteCode>,
}

impl Share {
    /// A reader's share in a case, with every act of it; `None` where he has none.
    pub(super) fn of(case: &Matter, context: &Context, grant: &Grant) -> Option<Self> {
        if grant.covers_everything() {
            return Some(Self { shown: Shown::Whole, acts: None, seat: None });
        }
        let seat = case.site()?;
        let now = case.effective(&context.jurisdiction(seat));
        let kept = |is: &dyn Fn(&SiteCode) -> bool| -> Option<HashSet<u64>> {
            Some(case.acts.iter().filter(|act| is(&act.site)).map(|act| act.position).collect())
        };
        let covered = |site: &SiteCode| grant.covers(site);
        if covered(seat) || case.given_to(&now).iter().any(covered) {
            let acts = kept(&|site| covered(site) || !now.elsewhere.holds(site));
            return Some(Self { shown: Shown::Case, acts, seat: None });
        }
        if let Some(own) = now.elsewhere.sites().iter().find(|site| covered(site)) {
            let theirs = |site: &SiteCode| own.holds(site) || site.holds(own);
            let acts = kept(&|site| covered(site) || theirs(site) && now.elsewhere.holds(site));
            return Some(Self { shown: Shown::OtherCase, acts, seat: Some(own.clone()) });
        }
        let acts = kept(&covered);
        let any = acts.as_ref().is_some_and(|acts| !acts.is_empty());
        any.then_some(Self { shown: Shown::OwnActs, acts, seat: None })
    }

    /// Whether the act at a position is in it.
    pub(super) fn holds(&self, position: u64) -> bool {
        self.acts.as_ref().is_none_or(|acts| acts.contains(&position))
    }

    /// The share of a case as it was known, and how that is judged on a day; `None` where nothing
    /// of it had happened.
    pub(super) fn judged(
        &self,
        kind: StreamKind,
        known: &Matter,
        context: &Context,
        as_of: chrono::NaiveDate,
    ) -> Option<(Matter, MatterView)> {
        let mut share = known.only(|act| self.holds(act.position));
        if let Some(own) = &self.seat {
            share = share.of_site(own.clone());
        }
        let whole = view(kind, known, context, as_of);
        let judged = match self.shown {
            Shown::Whole => whole?,
            Shown::Case => {
                let mut judged = whole?;
                judged.findings.retain(|finding| finding.site.is_none());
                judged
            }
            Shown::OtherCase => {
                let mut judged = view(kind, &share, context, as_of)?;
                let of_number = whole.into_iter().flat_map(|whole| whole.findings);
                judged.findings.extend(of_number.filter(|finding| finding.site == self.seat));
                judged
            }
            Shown::OwnActs => {
                let MatterView { summary, .. } = view(kind, &share, context, as_of)?;
                let summary = Summary { acts: summary.acts, ..Summary::default() };
                MatterView { as_of, summary, clocks: Vec::new(), findings: Vec::new() }
            }
        };
        Some((share, judged))
    }
}
