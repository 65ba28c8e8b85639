//! 期間: civil months and quarters.

use chrono::{Datelike as _, NaiveDate};

/// 季度: a civil quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    year: i32,
    quarter: u32,
}

/// 月份: a civil month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month of a day.
    #[must_use]
    pub fn holding(day: NaiveDate) -> Self {
        Self { year: day.year(), month: day.month() }
    }

    /// The last day.
    #[must_use]
    pub fn last(self) -> NaiveDate {
        self.after().pred_opt().unwrap_or(NaiveDate::MAX)
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.year
    }

    /// The number in the year, from 1.
    #[must_use]
    pub fn number(self) -> u32 {
        self.month
    }

    /// A month of a year, from 1; `None` where there is no such month.
    #[must_use]
    pub fn of_year(year: i32, month: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, 1).map(Self::holding)
    }

    /// The month before.
    #[must_use]
    pub fn before(self) -> Self {
        if self.month == 1 {
            Self { year: self.year - 1, month: 12 }
        } else {
            Self { year: self.year, month: self.month - 1 }
        }
    }

    pub(super) fn of(text: &str) -> Option<Self> {
        Some(Self::holding(format!("{text}-01").parse().ok()?))
    }

    /// The first day.
    #[must_use]
    pub fn first(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or(NaiveDate::MIN)
    }

    /// The first day of the month after.
    #[must_use]
    pub fn after(self) -> NaiveDate {
        let (year, month) =
            if self.month == 12 { (self.year + 1, 1) } else { (self.year, self.month + 1) };
        NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(NaiveDate::MAX)
    }
}

impl Quarter {
    /// The quarter of a day.
    #[must_use]
    pub fn holding(day: NaiveDate) -> Self {
        Self { year: day.year(), quarter: day.month0() / 3 + 1 }
    }

    pub(super) fn of(text: &str) -> Option<Self> {
        let (year, quarter) = text.split_once("-Q")?;
        let quarter = quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
        Some(Self { year: year.parse().ok()?, quarter })
    }

    /// The first day.
    #[must_use]
    pub fn first(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.quarter * 3 - 2, 1).unwrap_or(NaiveDate::MIN)
    }

    /// The first day of the quarter after.
    #[must_use]
    pub fn after(self) -> NaiveDate {
        self.plus(1).first()
    }

    /// The quarter so many later.
    #[must_use]
    pub fn plus(self, quarters: u32) -> Self {
        let later = self.quarter - 1 + quarters;
        let years = i32::try_from(later / 4).unwrap_or(0);
        Self { year: self.year.saturating_add(years), quarter: later % 4 + 1 }
    }

    /// The quarter before.
    #[must_use]
    pub fn before(self) -> Self {
        if self.quarter == 1 {
            Self { year: self.year - 1, quarter: 4 }
        } else {
            Self { year: self.year, quarter: self.quarter - 1 }
        }
    }
}

impl std::fmt::Display for Quarter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-Q{}", self.year, self.quarter)
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}
