//! 合計: how the lines that a figure counts become its number.

use super::content::Measure;

/// 合計: the lines of a place, and those of them that are counted.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Tally {
    every: i64,
    lines: i64,
    measured: i64,
    total: i64,
}

impl Tally {
    /// Takes lines of the place in: how many, how many of them with an amount, and the sum of
    /// these. Of those that are not counted only a share knows.
    pub(super) const fn take(
        &mut self,
        is_counted: bool,
        (lines, measured, total): (i64, i64, i64),
    ) {
        self.every = self.every.saturating_add(lines);
        if is_counted {
            self.lines = self.lines.saturating_add(lines);
            self.measured = self.measured.saturating_add(measured);
            self.total = self.total.saturating_add(total);
        }
    }

    /// The number; `None` where there is nothing to measure.
    pub(super) fn value(&self, measure: Measure) -> Option<i64> {
        match measure {
            Measure::Count => Some(self.lines),
            Measure::Sum => Some(self.total),
            Measure::Mean => rounded(self.total, self.measured),
            Measure::Share => rounded(self.lines.saturating_mul(10_000), self.every),
        }
    }

    /// How many lines are counted.
    pub(super) fn lines(&self) -> u64 {
        u64::try_from(self.lines).unwrap_or(0)
    }
}

/// Half away from zero; `None` of nothing.
fn rounded(total: i64, of: i64) -> Option<i64> {
    if of <= 0 {
        return None;
    }
    let (double, sign) = (total.unsigned_abs().saturating_mul(2), total.signum());
    let of = of.unsigned_abs();
    let whole = double.saturating_add(of) / of.saturating_mul(2);
    i64::try_from(whole).ok().map(|whole| whole * sign)
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn halves_are_rounded_away_from_zero() {
        assert_eq!(rounded(5, 2), Some(3));
        assert_eq!(rounded(-5, 2), Some(-3));
        assert_eq!(rounded(1, 3), Some(0));
        assert_eq!(rounded(2, 3), Some(1));
        assert_eq!(rounded(0, 0), None);
    }
}
