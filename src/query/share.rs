//! 閱卷: how much of what stands under a number a reader is shown. It is decided by the cases as
//! they are now, whatever moment is asked for: who wrote into a number before its owner did reads
//! nothing by asking how it stood in between.

use std::borrow::Cow;
use std::collections::HashSet;

use chrono::NaiveDate;
use serde::Serialize;
use tongjian_events::{SiteCode, StreamKind};
use tongjian_projections::Context;
use tongjian_projections::judge::Summary;
use tongjian_projections::matter::{Matter, MatterAct};
use tongjian_projections::view::{MatterView, view};

use crate::access::Grant;

/// How much an answer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// 全卷: everything under the number.
    Whole,
    /// 本案: the cases of the reader's sites under the number, or of which they were given the file.
    Case,
    /// 另案: the same, where another site used the number first.
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

/// What a reader is shown of a number.
pub(super) struct Share {
    shown: Shown,
    /// Of what; of everything where there is none.
    of: Option<Of>,
}

/// Part of what stands under a number.
struct Of {
    /// The sites whose cases are read.
    sites: Vec<SiteCode>,
    /// The positions of the acts that are shown.
    acts: HashSet<u64>,
}

/// A number as known and shown, judged on a day.
pub(super) struct Judged {
    /// All acts that are shown.
    pub(super) acts: Matter,
    /// The case that is told first.
    pub(super) case: Matter,
    /// How that is judged.
    pub(super) view: MatterView,
    /// How the others are, which are shown as well.
    pub(super) others: Vec<MatterView>,
    pub(super) shown: Shown,
}

impl Share {
    /// A reader's share in a number, with every act under it; `None` where he has none.
    pub(super) fn of(number: &Matter, grant: &Grant) -> Option<Self> {
        if grant.covers_everything() {
            return Some(Self { shown: Shown::Whole, of: None });
        }
        let cases = number.cases();
        // One's own come before those of which one was given the file.
        let covers = |case: &&Cow<'_, Matter>| case.site().is_some_and(|site| grant.covers(site));
        let given = |case: &&Cow<'_, Matter>| {
            !covers(case) && case.given_to().iter().any(|site| grant.covers(site))
        };
        let own = cases.iter().filter(covers).chain(cases.iter().filter(given));
        let own: Vec<&Cow<'_, Matter>> = own.collect();
        // An act that may be of another case as well is shown to who covers where it was entered.
        let clear = |case: &Matter| -> Vec<u64> {
            let positions = case.acts.iter().map(|act| act.position);
            positions.filter(|position| !case.shares(*position)).collect()
        };
        let of_cases = own.iter().flat_map(|case| clear(case));
        let entered = number.acts.iter().filter(|act| grant.covers(&act.site));
        let acts: HashSet<u64> = of_cases.chain(entered.map(|act| act.position)).collect();
        let shown = match own.first() {
            Some(case) if case.used_before().is_none() => Shown::Case,
            Some(_) => Shown::OtherCase,
            None => Shown::OwnActs,
        };
        let sites = own.iter().filter_map(|case| case.site().cloned()).collect();
        (!acts.is_empty()).then_some(Self { shown, of: Some(Of { sites, acts }) })
    }

    /// Whether the act at a position is shown.
    pub(super) fn holds(&self, position: u64) -> bool {
        self.of.as_ref().is_none_or(|of| of.acts.contains(&position))
    }

    /// The cases of the share as they were known.
    pub(super) fn cases(&self, known: &Matter) -> Vec<Matter> {
        let cases = known.cases();
        let Some(Of { sites, .. }) = &self.of else {
            return cases.into_iter().map(Cow::into_owned).collect();
        };
        let case = |site: &SiteCode| cases.iter().find(|case| case.site() == Some(site)).cloned();
        sites.iter().filter_map(case).map(Cow::into_owned).collect()
    }

    /// The share as it was known, judged on a day; `None` where nothing of it had happened.
    pub(super) fn judged(
        &self,
        kind: StreamKind,
        known: &Matter,
        context: &Context,
        as_of: NaiveDate,
    ) -> Option<Judged> {
        let acts = known.only(|act: &MatterAct| self.holds(act.position));
        let cases = self.cases(known).into_iter();
        let mut cases = cases.filter_map(|case| Some((view(kind, &case, context, as_of)?, case)));
        if let Some((view, case)) = cases.next() {
            let others = cases.map(|(view, _)| view).collect();
            let shown = self.shown;
            return Some(Judged { acts, case, view, others, shown });
        }
        let then = acts.as_of(as_of, &context.jurisdiction(acts.site()?));
        let standing = view(kind, &acts, context, as_of).map_or(0, |view| view.summary.acts);
        if then.acts.is_empty() {
            return None;
        }
        let summary = Summary { acts: standing, ..Summary::default() };
        let view = MatterView { as_of, summary, clocks: Vec::new(), findings: Vec::new() };
        let (case, shown) = (acts.clone(), Shown::OwnActs);
        Some(Judged { acts, case, view, others: Vec::new(), shown })
    }
}
