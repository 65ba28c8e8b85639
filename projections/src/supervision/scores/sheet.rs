//! 計分: one unit's month: nine parts, what is taken from each, what is added to the sum. The worked
//! example stands in `docs/judgement.md`.

use tongjian_events::complaint::{ComplaintFinding, ReviewTruth};
use tongjian_events::policy::{
    Bonus, BonusReason, Deduction, DeductionReason, ScorePart, ScoreRulesAdopted,
};

use super::Told;
use super::quality::Quality;
use crate::supervision::fact::Fact;

/// A unit's month.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) parts: Vec<PartScore>,
    pub(super) finished: i64,
    pub(super) bonus: i64,
    pub(super) bonuses: Vec<String>,
    pub(super) total: i64,
    pub(super) quality: Quality,
}

/// One part of it, in hundredths of a point.
#[derive(Debug)]
pub(super) struct PartScore {
    pub(super) part: ScorePart,
    pub(super) weight: i64,
    /// What is taken, as a negative number, however much that is.
    pub(super) deducted: i64,
    pub(super) reasons: Vec<String>,
    pub(super) positions: Vec<u64>,
}

impl PartScore {
    /// A part never falls below nothing.
    pub(super) fn points(&self) -> i64 {
        (self.weight + self.deducted).max(0)
    }
}

impl Sheet {
    pub(super) fn of(told: &[Told<'_>], rules: &ScoreRulesAdopted) -> Self {
        let cases = || {
            told.iter().filter_map(|(position, fact)| match fact {
                Fact::CaseEnded(case) => Some((*position, case)),
                _ => None,
            })
        };
        let formula = &rules.formula;
        let mut parts: Vec<PartScore> = formula
            .parts
            .iter()
            .map(|weighted| PartScore {
                part: weighted.part,
                weight: weighted.weight_hundredths.get().into(),
                deducted: 0,
                reasons: Vec::new(),
                positions: Vec::new(),
            })
            .collect();
        let finished = i64::try_from(cases().count()).unwrap_or(i64::MAX);
        for row in &formula.deductions {
            let counted = counted(row, &formula.deductions, told);
            deduct(&mut parts, row, &counted, finished);
        }
        let quality = Quality::of(told, rules);
        let early = cases().filter(|(_, case)| case.early).count();
        let early = i64::try_from(early).unwrap_or(0) * 100 / finished.max(1);
        let cut = cases().filter_map(|(_, case)| case.cut_percent).min().map(i64::from);
        let (mut bonus, mut bonuses) = (0, Vec::new());
        for row in &formula.bonuses {
            let share = match row.reason {
                BonusReason::EarlyCompletion => Some(early),
                BonusReason::PromiseCut => cut,
            };
            let points = share.map_or(0, |share| added(row, share, &quality));
            if points > 0 {
                bonus += points;
                let share = share.unwrap_or_default();
                bonuses.push(format!("{} {share} % +{}", row.reason, written(points)));
            }
        }
        let sum: i64 = parts.iter().map(PartScore::points).sum();
        let total = (sum + bonus) * i64::from(formula.conversion_hundredths.get()) / 100;
        Self { parts, finished, bonus, bonuses, total, quality }
    }

    pub(super) fn parts_sum(&self) -> i64 {
        self.parts.iter().map(PartScore::points).sum()
    }
}

/// The positions of the facts that a row speaks of.
fn counted(row: &Deduction, all: &[Deduction], told: &[Told<'_>]) -> Vec<u64> {
    let closest = |wanted: DeductionReason, names: &dyn Fn(&Deduction) -> bool| {
        let mut of_it = all.iter().filter(|other| other.reason == wanted);
        let named = of_it.clone().find(|other| names(other));
        let rest = || of_it.find(|other| other.rules.is_empty() && other.categories.is_empty());
        named.or_else(rest).is_some_and(|chosen| std::ptr::eq(chosen, row))
    };
    let speaks = |fact: &Fact| match fact {
        Fact::ScoredCard { level, rule, withdrawn_on: None, .. } => {
            DeductionReason::of_card(*level)
                .is_some_and(|reason| closest(reason, &|other| other.rules.contains(rule)))
        }
        Fact::ComplaintDecided { category, finding } => {
            let reason = match finding {
                ComplaintFinding::Verified => DeductionReason::ComplaintVerified,
                ComplaintFinding::PartlyVerified => DeductionReason::ComplaintPartlyVerified,
                _ => return false,
            };
            closest(reason, &|other| other.categories.contains(category))
        }
        Fact::Reviewed { truth: Some(ReviewTruth::Founded), .. } => {
            closest(DeductionReason::BadReviewFounded, &|_| false)
        }
        Fact::CaseEnded(case) => {
            case.incomplete && closest(DeductionReason::UploadIncomplete, &|_| false)
        }
        _ => false,
    };
    told.iter().filter(|(_, fact)| speaks(fact)).map(|(position, _)| *position).collect()
}

/// Takes what a row takes. What is counted in full per cents is counted of the finished cases.
fn deduct(parts: &mut [PartScore], row: &Deduction, counted: &[u64], finished: i64) {
    let count = i64::try_from(counted.len()).unwrap_or(i64::MAX);
    let every = row.every.map_or(1, |every| i64::from(every.get()).max(1));
    let times = match row.reason {
        DeductionReason::UploadIncomplete => count * 100 / finished.max(1) / every,
        _ => count / every,
    };
    let taken = times * i64::from(row.points_hundredths.get());
    let taken = row.most_hundredths.map_or(taken, |most| taken.max(most.get().into()));
    if taken == 0 {
        return;
    }
    for part in parts.iter_mut().filter(|part| row.parts.contains(&part.part)) {
        part.deducted += taken;
        part.reasons.push(format!("{} {count} {}", row.reason, written(taken)));
        part.positions.extend(counted);
        part.positions.sort_unstable();
        part.positions.dedup();
    }
}

/// What a row adds for a share in whole per cents.
fn added(row: &Bonus, share: i64, quality: &Quality) -> i64 {
    let from = i64::from(row.from_percent.get());
    let least = row.least_quality_percent.map_or(0, |least| i64::from(least.get()) * 100);
    if share < from || quality.score().unwrap_or(0) < least {
        return 0;
    }
    let further = match i64::from(row.each_further_percent.get()) {
        0 => 0,
        each => (share - from) / each,
    };
    let once = i64::from(row.points_hundredths.get());
    once + further * i64::from(row.further_points_hundredths.get())
}

/// Points as people write them.
pub(super) fn written(hundredths: i64) -> String {
    let (sign, size) = (if hundredths < 0 { "-" } else { "" }, hundredths.abs());
    format!("{sign}{}.{:02}", size / 100, size % 100)
}
