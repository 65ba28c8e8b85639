//! 數據質量: true, timely, complete, accurate; each a share in hundredths of a per cent, and their
//! mean. Speed is never shown without it.

use tongjian_events::policy::ScoreRulesAdopted;

use super::Told;
use crate::supervision::fact::Fact;

/// What the four shares are counted from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Quality {
    finished: i64,
    /// Finished cases without late entries, not entered in a batch.
    timely: i64,
    /// Finished cases with receipt, acceptance and decision.
    complete: i64,
    /// Finished cases that nobody had to correct.
    uncorrected: i64,
    /// Answers of applicants and files compared.
    pub(super) called_back: i64,
    /// Those that agree with the chronicle.
    confirmed: i64,
}

impl Quality {
    pub(super) fn of(told: &[Told<'_>], rules: &ScoreRulesAdopted) -> Self {
        let mut quality = Self::default();
        let batch = i64::from(rules.batch_entry_minutes.get()) * 60;
        for (_, fact) in told {
            match fact {
                Fact::CaseEnded(case) => {
                    let in_a_batch = case.entered_within.is_some_and(|seconds| seconds < batch);
                    quality.finished += 1;
                    quality.timely += i64::from(!case.late_entry && !in_a_batch);
                    quality.complete += i64::from(!case.incomplete);
                    quality.uncorrected += i64::from(!case.corrected);
                }
                Fact::CalledBack { confirmed } => {
                    quality.called_back += 1;
                    quality.confirmed += i64::from(*confirmed);
                }
                _ => {}
            }
        }
        quality
    }

    /// 真實; nothing where nobody was asked.
    pub(super) fn truth(&self) -> Option<i64> {
        share(self.confirmed, self.called_back)
    }

    /// 實時.
    pub(super) fn timeliness(&self) -> Option<i64> {
        share(self.timely, self.finished)
    }

    /// 完整.
    pub(super) fn completeness(&self) -> Option<i64> {
        share(self.complete, self.finished)
    }

    /// 準確.
    pub(super) fn accuracy(&self) -> Option<i64> {
        share(self.uncorrected, self.finished)
    }

    /// The mean of those that are known, rounded down.
    pub(super) fn score(&self) -> Option<i64> {
        let four = [self.truth(), self.timeliness(), self.completeness(), self.accuracy()];
        let known: Vec<i64> = four.into_iter().flatten().collect();
        let count = i64::try_from(known.len()).ok().filter(|count| *count > 0)?;
        Some(known.iter().sum::<i64>() / count)
    }
}

/// A share in hundredths of a per cent, rounded down.
pub(super) fn share(of: i64, all: i64) -> Option<i64> {
    (all > 0).then(|| of * 10_000 / all)
}
