//! 座標軸: from where to where a chart goes, and at which round numbers its lines stand.

use crate::bulletin::content::{Shape, Unit};
use crate::bulletin::sheet::SheetChart;

/// A range of whole numbers, in steps.
pub(in crate::bulletin) struct Scale {
    base: i64,
    step: i64,
    steps: i64,
}

/// At most so many lines above the base.
const MOST: i64 = 5;

impl Scale {
    pub(in crate::bulletin) fn of(chart: &SheetChart) -> Self {
        let (low, high) = range(chart);
        // A line near its top, such as a share of 99.8%, shows nothing when it begins at zero; the
        // numbers at the axis say where it does begin. What has a length begins at zero.
        let near = low > 0 && high.saturating_sub(low).saturating_mul(4) < high;
        let near = near && chart.shape == Shape::Line;
        let whole = chart.unit.map_or(1, |unit| 10_i64.pow(unit.decimals()));
        if near && low == high {
            return Self::below(high, whole);
        }
        let least = if near { low } else { low.min(0) };
        let span = high.saturating_sub(least).max(1);
        // Whole things have no halves; shares and sums of money go down to their least parts.
        let finest = if span >= whole { whole } else { 1 };
        let step = rounded(span, finest);
        let mut base = least.div_euclid(step).saturating_mul(step);
        // Room below the lowest point for its number, which stands there where the line goes up to
        // both sides.
        if near && base >= step && (least - base).saturating_mul(8) < high.saturating_sub(base) {
            base -= step;
        }
        let steps = high.saturating_sub(base).max(1);
        Self { base, step, steps: (steps - 1) / step + 1 }
    }

    /// One step that holds a number at its upper end or within: a share of 100% stands under the
    /// upper edge, and nothing is above it.
    fn below(number: i64, step: i64) -> Self {
        let base = (number - 1).div_euclid(step).saturating_mul(step);
        Self { base, step, steps: 1 }
    }

    /// Where it begins and where it ends.
    pub(in crate::bulletin) fn ends(&self) -> (i64, i64) {
        (self.base, self.base.saturating_add(self.step.saturating_mul(self.steps)))
    }

    /// From line to line.
    pub(in crate::bulletin) fn step(&self) -> i64 {
        self.step
    }

    pub(super) fn base(&self) -> i64 {
        self.base.max(0).min(self.ends().1)
    }

    pub(super) fn ticks(&self) -> Vec<i64> {
        let tick = |at: i64| self.base.saturating_add(self.step.saturating_mul(at));
        (0..=self.steps).map(tick).collect()
    }

    /// How much of a height a value takes.
    pub(super) fn share(&self, value: i64, height: i64) -> i64 {
        let whole = i128::from(self.step) * i128::from(self.steps);
        let part = (i128::from(value) - i128::from(self.base)).clamp(0, whole);
        i64::try_from(part * i128::from(height) / whole.max(1)).unwrap_or(height)
    }

    pub(super) fn label(&self, tick: i64, unit: Option<Unit>) -> String {
        let text = unit.map_or_else(|| tick.to_string(), |unit| unit.number(tick));
        match text.strip_suffix(".00") {
            Some(whole) if self.step % 100 == 0 => whole.to_owned(),
            _ => text,
        }
    }
}

/// The least and the greatest that is drawn.
fn range(chart: &SheetChart) -> (i64, i64) {
    let values = |at: usize| {
        let points = chart.series.iter().filter_map(move |series| series.points.get(at));
        points.filter_map(|point| point.value)
    };
    let categories = 0..chart.categories.len();
    let drawn: Vec<i64> = match chart.shape {
        Shape::Stacked => categories
            .map(|at| values(at).fold(0, |sum: i64, value| sum.saturating_add(value.max(0))))
            .collect(),
        Shape::Line | Shape::Bars => categories.flat_map(values).collect(),
    };
    let low = drawn.iter().min().copied().unwrap_or(0);
    (low, drawn.iter().max().copied().unwrap_or(0).max(low))
}

/// The least of 1, 2, 5, 10, 20, 50 … times the finest step that makes few enough of a span.
fn rounded(span: i64, finest: i64) -> i64 {
    let mut decade = finest;
    loop {
        for times in [1, 2, 5] {
            let step = decade.saturating_mul(times);
            if step.saturating_mul(MOST) >= span || step == i64::MAX {
                return step;
            }
        }
        decade = decade.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn steps_are_round_and_few() {
        assert_eq!(rounded(1, 1), 1);
        assert_eq!(rounded(11, 1), 5);
        assert_eq!(rounded(1_177, 1), 500);
        assert_eq!(rounded(10_000, 100), 2_000);
        assert!(rounded(i64::MAX, 1) > 0);
    }
}
