//! 期間與範圍: for which period and about whom a bulletin is asked, and the periods before it.

use chrono::{Datelike as _, Days, Months, NaiveDate};
use tongjian_events::SiteCode;
use tongjian_events::bulletin::BulletinKind;
use tongjian_events::values::Period;

use super::term::Term;

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

impl Asked {
    /// Its period as it is written.
    #[must_use]
    pub fn term(&self) -> Term {
        let Period { from_on, until_on } = self.period;
        Term::holding(self.kind, from_on).unwrap_or(Term::Range(from_on, until_on))
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
            BulletinKind::Special if from_on == until_on => day_words(from_on),
            BulletinKind::Special => {
                format!("{}至{}", day_words(from_on), until(from_on, until_on))
            }
        }
    }

    /// The period as an axis names it: 2008年7月, 2008年三季度, 7月1日至15日.
    #[must_use]
    pub fn period_short(&self) -> String {
        let Period { from_on, until_on } = self.period;
        match self.kind {
            BulletinKind::Monthly | BulletinKind::Quarterly => {
                self.period_words().replace(['份', '第'], "")
            }
            BulletinKind::Special if from_on < until_on => {
                let (month, day) = (from_on.month(), from_on.day());
                format!("{month}月{day}日至{}", until(from_on, until_on))
            }
            BulletinKind::Special
            | BulletinKind::Weekly
            | BulletinKind::HalfYearly
            | BulletinKind::Yearly => self.period_words(),
        }
    }
}

/// The last day of a range, without what the first one has said: 15日, 8月3日, 2009年1月2日.
fn until(from_on: NaiveDate, until_on: NaiveDate) -> String {
    let (month, day) = (until_on.month(), until_on.day());
    match until_on.year() == from_on.year() {
        true if month == from_on.month() => format!("{day}日"),
        true => format!("{month}月{day}日"),
        false => day_words(until_on),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> Asked {
        let term: Term = text.parse().unwrap();
        term.asked(SiteCode::new("320600000000").unwrap()).unwrap()
    }

    fn days(period: Option<Period>) -> String {
        period.map_or("none".into(), |period| format!("{}..{}", period.from_on, period.until_on))
    }

    #[test]
    fn a_range_says_year_and_month_once() {
        for (text, words) in [
            ("2008-07-01..2008-07-15", "2008年7月1日至15日"),
            ("2008-06-28..2008-07-05", "2008年6月28日至7月5日"),
            ("2008-12-28..2009-01-05", "2008年12月28日至2009年1月5日"),
            ("2008-07-01..2008-07-01", "2008年7月1日"),
        ] {
            assert_eq!(asked(text).period_words(), words);
        }
    }

    #[test]
    fn an_axis_names_a_period_as_people_do() {
        for (text, short) in [
            ("2008-W27", "2008年第27周"),
            ("2008-07", "2008年7月"),
            ("2008-Q3", "2008年三季度"),
            ("2008-H1", "2008年上半年"),
            ("2008", "2008年"),
            ("2008-07-01..2008-07-15", "7月1日至15日"),
            ("2008-06-28..2008-07-05", "6月28日至7月5日"),
            ("2008-07-01..2008-07-01", "2008年7月1日"),
        ] {
            assert_eq!(asked(text).period_short(), short);
        }
    }

    #[test]
    fn periods_are_written_as_they_are_read_and_have_periods_before_them() {
        for (text, period, previous, year_before) in [
            (
                "2008-03",
                "2008-03-01..2008-03-31",
                "2008-02-01..2008-02-29",
                "2007-03-01..2007-03-31",
            ),
            (
                "2009-02",
                "2009-02-01..2009-02-28",
                "2009-01-01..2009-01-31",
                "2008-02-01..2008-02-29",
            ),
            (
                "2008-Q1",
                "2008-01-01..2008-03-31",
                "2007-10-01..2007-12-31",
                "2007-01-01..2007-03-31",
            ),
            (
                "2008-H2",
                "2008-07-01..2008-12-31",
                "2008-01-01..2008-06-30",
                "2007-07-01..2007-12-31",
            ),
            ("2008", "2008-01-01..2008-12-31", "2007-01-01..2007-12-31", "2007-01-01..2007-12-31"),
            (
                "2009-W01",
                "2008-12-29..2009-01-04",
                "2008-12-22..2008-12-28",
                "2007-12-31..2008-01-06",
            ),
            (
                "2008-07-01..2008-07-15",
                "2008-07-01..2008-07-15",
                "2008-06-16..2008-06-30",
                "2007-07-01..2007-07-15",
            ),
        ] {
            let asked = asked(text);
            assert_eq!(days(Some(asked.period)), period);
            assert_eq!(asked.term().to_string(), text);
            assert_eq!(days(asked.previous()), previous);
            assert_eq!(days(asked.year_before()), year_before);
        }
    }
}
