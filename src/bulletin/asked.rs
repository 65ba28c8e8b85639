//! 期間與範圍: for which period and about whom a bulletin is asked, and the periods before it.

use chrono::{Datelike as _, Days, Months, NaiveDate};
use tongjian_events::SiteCode;
use tongjian_events::bulletin::BulletinKind;
use tongjian_events::values::Period;

/// 所求通報.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its kind.
    pub kind: BulletinKind,
    /// Its days.
    pub period: Period,
    /// The site whose subtree it covers.
    pub scope: SiteCode,
}

/// Why a period is no period of its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// The text names no period.
    #[error("`{text}` is no {kind} period; write it as {example}")]
    Unreadable {
        /// What was written.
        text: String,
        /// The kind.
        kind: BulletinKind,
        /// How it is written.
        example: &'static str,
    },
}

impl Asked {
    /// The period of a kind, as it is written: `2008-W27`, `2008-07`, `2008-Q3`, `2008-H2`, `2008`,
    /// `2008-07-01..2008-07-15`.
    ///
    /// # Errors
    /// [`PeriodError`].
    pub fn period_of(kind: BulletinKind, text: &str) -> Result<Period, PeriodError> {
        let example = match kind {
            BulletinKind::Weekly => "2008-W27",
            BulletinKind::Monthly => "2008-07",
            BulletinKind::Quarterly => "2008-Q3",
            BulletinKind::HalfYearly => "2008-H2",
            BulletinKind::Yearly => "2008",
            BulletinKind::Special => "2008-07-01..2008-07-15",
        };
        let unreadable = || PeriodError::Unreadable { text: text.to_owned(), kind, example };
        read(kind, text).ok_or_else(unreadable)
    }

    /// Its period as it is written.
    #[must_use]
    pub fn period_text(&self) -> String {
        let Period { from_on, until_on } = self.period;
        match self.kind {
            BulletinKind::Weekly => from_on.format("%G-W%V").to_string(),
            BulletinKind::Monthly => from_on.format("%Y-%m").to_string(),
            BulletinKind::Quarterly => format!("{}-Q{}", from_on.year(), from_on.month0() / 3 + 1),
            BulletinKind::HalfYearly => format!("{}-H{}", from_on.year(), from_on.month0() / 6 + 1),
            BulletinKind::Yearly => from_on.year().to_string(),
            BulletinKind::Special => format!("{from_on}..{until_on}"),
        }
    }

    /// The period before, of the same kind; of a free range, as many days as it has.
    #[must_use]
    pub fn previous(&self) -> Option<Period> {
        let until_on = self.period.from_on.pred_opt()?;
        let from_on = match self.kind {
            BulletinKind::Weekly => until_on.checked_sub_days(Days::new(6))?,
            BulletinKind::Special => {
                let days = self.period.until_on - self.period.from_on;
                until_on.checked_sub_signed(days)?
            }
            kind => self.period.from_on.checked_sub_months(Months::new(months(kind)))?,
        };
        Some(Period { from_on, until_on })
    }

    /// The same period a year before: of a week, the week of the same number.
    #[must_use]
    pub fn year_before(&self) -> Option<Period> {
        let Period { from_on, until_on } = self.period;
        if self.kind == BulletinKind::Weekly {
            let week = from_on.iso_week();
            let monday =
                NaiveDate::from_isoywd_opt(week.year() - 1, week.week(), chrono::Weekday::Mon)?;
            return Some(Period { from_on: monday, until_on: monday + Days::new(6) });
        }
        let back = |day: NaiveDate| day.checked_sub_months(Months::new(12));
        // The last day of a February is the last day of the other.
        let until_on = match self.kind {
            BulletinKind::Special => back(until_on)?,
            _ => back(until_on.succ_opt()?)?.pred_opt()?,
        };
        Some(Period { from_on: back(from_on)?, until_on })
    }

    /// The same question about another period.
    #[must_use]
    pub fn over(&self, period: Period) -> Self {
        Self { kind: self.kind, period, scope: self.scope.clone() }
    }

    /// The period as a sentence names it: 2008年7月份, 2008年第三季度.
    #[must_use]
    pub fn period_words(&self) -> String {
        let Period { from_on, until_on } = self.period;
        let year = from_on.year();
        let numbers = ["一", "二", "三", "四"];
        match self.kind {
            BulletinKind::Weekly => {
                let week = from_on.iso_week();
                format!("{}年第{}周", week.year(), week.week())
            }
            BulletinKind::Monthly => format!("{year}年{}月份", from_on.month()),
            BulletinKind::Quarterly => {
                let quarter = numbers.get(from_on.month0() as usize / 3).unwrap_or(&"");
                format!("{year}年第{quarter}季度")
            }
            BulletinKind::HalfYearly if from_on.month() == 1 => format!("{year}年上半年"),
            BulletinKind::HalfYearly => format!("{year}年下半年"),
            BulletinKind::Yearly => format!("{year}年"),
            BulletinKind::Special => format!("{}至{}", day_words(from_on), day_words(until_on)),
        }
    }
}

/// 2008年7月15日.
#[must_use]
pub fn day_words(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

const fn months(kind: BulletinKind) -> u32 {
    match kind {
        BulletinKind::Quarterly => 3,
        BulletinKind::HalfYearly => 6,
        BulletinKind::Yearly => 12,
        BulletinKind::Weekly | BulletinKind::Monthly | BulletinKind::Special => 1,
    }
}

fn read(kind: BulletinKind, text: &str) -> Option<Period> {
    let months_from = |year: i32, month: u32, count: u32| {
        let from_on = NaiveDate::from_ymd_opt(year, month, 1)?;
        let until_on = from_on.checked_add_months(Months::new(count))?.pred_opt()?;
        Some(Period { from_on, until_on })
    };
    let digits = |text: &str, length: usize| {
        let is_number = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse::<u32>().ok()).flatten()
    };
    let year = |text: &str| digits(text, 4).and_then(|year| i32::try_from(year).ok());
    match kind {
        BulletinKind::Yearly => months_from(year(text)?, 1, 12),
        BulletinKind::Monthly => {
            let (of, month) = text.split_once('-')?;
            months_from(year(of)?, digits(month, 2)?, 1)
        }
        BulletinKind::Quarterly => {
            let (of, quarter) = text.split_once("-Q")?;
            let quarter = digits(quarter, 1).filter(|quarter| (1..=4).contains(quarter))?;
            months_from(year(of)?, quarter * 3 - 2, 3)
        }
        BulletinKind::HalfYearly => {
            let (of, half) = text.split_once("-H")?;
            let half = digits(half, 1).filter(|half| (1..=2).contains(half))?;
            months_from(year(of)?, half * 6 - 5, 6)
        }
        BulletinKind::Weekly => {
            let (of, week) = text.split_once("-W")?;
            let (of, week) = (year(of)?, digits(week, 2)?);
            let from_on = NaiveDate::from_isoywd_opt(of, week, chrono::Weekday::Mon)?;
            Some(Period { from_on, until_on: from_on.checked_add_days(Days::new(6))? })
        }
        BulletinKind::Special => {
            let (from, until) = text.split_once("..")?;
            let (from_on, until_on) = (from.parse().ok()?, until.parse().ok()?);
            (from_on <= until_on).then_some(Period { from_on, until_on })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(kind: BulletinKind, text: &str) -> Asked {
        let period = Asked::period_of(kind, text).unwrap();
        Asked { kind, period, scope: SiteCode::new("320600000000").unwrap() }
    }

    fn days(period: Option<Period>) -> String {
        period.map_or("none".into(), |period| format!("{}..{}", period.from_on, period.until_on))
    }

    #[test]
    fn periods_are_written_as_they_are_read_and_have_periods_before_them() {
        use BulletinKind::{HalfYearly, Monthly, Quarterly, Special, Weekly, Yearly};
        for (kind, text, period, previous, year_before) in [
            (
                Monthly,
                "2008-03",
                "2008-03-01..2008-03-31",
                "2008-02-01..2008-02-29",
                "2007-03-01..2007-03-31",
            ),
            (
                Monthly,
                "2009-02",
                "2009-02-01..2009-02-28",
                "2009-01-01..2009-01-31",
                "2008-02-01..2008-02-29",
            ),
            (
                Quarterly,
                "2008-Q1",
                "2008-01-01..2008-03-31",
                "2007-10-01..2007-12-31",
                "2007-01-01..2007-03-31",
            ),
            (
                HalfYearly,
                "2008-H2",
                "2008-07-01..2008-12-31",
                "2008-01-01..2008-06-30",
                "2007-07-01..2007-12-31",
            ),
            (
                Yearly,
                "2008",
                "2008-01-01..2008-12-31",
                "2007-01-01..2007-12-31",
                "2007-01-01..2007-12-31",
            ),
            (
                Weekly,
                "2009-W01",
                "2008-12-29..2009-01-04",
                "2008-12-22..2008-12-28",
                "2007-12-31..2008-01-06",
            ),
            (
                Special,
                "2008-07-01..2008-07-15",
                "2008-07-01..2008-07-15",
                "2008-06-16..2008-06-30",
                "2007-07-01..2007-07-15",
            ),
        ] {
            let asked = asked(kind, text);
            assert_eq!(days(Some(asked.period)), period);
            assert_eq!(asked.period_text(), text);
            assert_eq!(days(asked.previous()), previous);
            assert_eq!(days(asked.year_before()), year_before);
        }
    }

    #[test]
    fn what_names_no_period_is_refused() {
        for (kind, text) in [
            (BulletinKind::Monthly, "2008-13"),
            (BulletinKind::Monthly, "2008-7"),
            (BulletinKind::Quarterly, "2008-Q5"),
            (BulletinKind::HalfYearly, "2008-H0"),
            (BulletinKind::Weekly, "2008-W53"),
            (BulletinKind::Yearly, "08"),
            (BulletinKind::Yearly, "+008"),
            (BulletinKind::Special, "2008-07-15..2008-07-01"),
        ] {
            assert!(Asked::period_of(kind, text).is_err(), "{kind} {text}");
        }
    }
}
