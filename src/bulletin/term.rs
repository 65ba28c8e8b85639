//! 期: the period of a bulletin as people write it: `2008-W27`, `2008-07`, `2008-Q3`, `2008-H2`,
//! `2008`, or a range of days. It names the bulletin's stream, so that there is one of each.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike as _, Days, NaiveDate, Weekday};
use serde::de::IntoDeserializer as _;
use tongjian_events::bulletin::BulletinKind;
use tongjian_events::values::Period;
use tongjian_events::{SiteCode, StreamId, StreamKind};

use super::asked::Asked;

/// The period of a bulletin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// 周, as ISO 8601 counts weeks: the year of its Thursday, and its number.
    Week(i32, u32),
    /// 月.
    Month(i32, u32),
    /// 季.
    Quarter(i32, u32),
    /// 半年.
    Half(i32, u32),
    /// 年.
    Year(i32),
    /// 自選期間, both days included.
    Range(NaiveDate, NaiveDate),
}

impl Term {
    /// The kind of bulletin that it makes.
    #[must_use]
    pub const fn kind(&self) -> BulletinKind {
        match self {
            Self::Week(..) => BulletinKind::Weekly,
            Self::Month(..) => BulletinKind::Monthly,
            Self::Quarter(..) => BulletinKind::Quarterly,
            Self::Half(..) => BulletinKind::HalfYearly,
            Self::Year(_) => BulletinKind::Yearly,
            Self::Range(..) => BulletinKind::Special,
        }
    }

    /// Its first day and its last; `None` outside of the civil calendar.
    #[must_use]
    pub fn days(&self) -> Option<(NaiveDate, NaiveDate)> {
        let months = |year: i32, from: u32, count: u32| {
            let first = NaiveDate::from_ymd_opt(year, from, 1)?;
            let last = first.checked_add_months(chrono::Months::new(count))?.pred_opt()?;
            Some((first, last))
        };
        match *self {
            Self::Week(year, week) => {
                let first = NaiveDate::from_isoywd_opt(year, week, Weekday::Mon)?;
                Some((first, first.checked_add_days(Days::new(6))?))
            }
            Self::Month(year, month) => months(year, month, 1),
            Self::Quarter(year, quarter) => months(year, 3 * quarter.checked_sub(1)? + 1, 3),
            Self::Half(year, half) => months(year, 6 * half.checked_sub(1)? + 1, 6),
            Self::Year(year) => months(year, 1, 12),
            Self::Range(from, until) => (from <= until).then_some((from, until)),
        }
    }

    /// The period of this kind that holds a day; a range of days is of no kind that comes round.
    #[must_use]
    pub fn holding(kind: BulletinKind, day: NaiveDate) -> Option<Self> {
        let (year, month) = (day.year(), day.month());
        match kind {
            BulletinKind::Weekly => Some(Self::Week(day.iso_week().year(), day.iso_week().week())),
            BulletinKind::Monthly => Some(Self::Month(year, month)),
            BulletinKind::Quarterly => Some(Self::Quarter(year, month.div_ceil(3))),
            BulletinKind::HalfYearly => Some(Self::Half(year, month.div_ceil(6))),
            BulletinKind::Yearly => Some(Self::Year(year)),
            BulletinKind::Special => None,
        }
    }

    /// What is asked of the chronicle for it.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn asked(&self, scope: SiteCode) -> Result<Asked, String> {
        let (from_on, until_on) = self.days().ok_or_else(|| unlawful(&self.to_string()))?;
        let period = Period { from_on, until_on };
        Ok(Asked { kind: self.kind(), period, scope })
    }

    /// The stream of the bulletin of this period for a site and all below it.
    ///
    /// # Errors
    /// The rule that its name breaks.
    pub fn stream(&self, scope: &SiteCode) -> Result<StreamId, String> {
        StreamId::new(StreamKind::Bulletin, &format!("{}-{self}-{scope}", self.kind()))
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Week(year, week) => write!(f, "{year:04}-W{week:02}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Quarter(year, quarter) => write!(f, "{year:04}-Q{quarter}"),
            Self::Half(year, half) => write!(f, "{year:04}-H{half}"),
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Range(from, until) => write!(f, "{from}..{until}"),
        }
    }
}

impl FromStr for Term {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        // Written back it is the same: so each period has one name.
        let civil = |day: NaiveDate| (1..=9_999).contains(&day.year());
        let is_civil = |term: &Term| term.days().is_some_and(|(a, b)| civil(a) && civil(b));
        let read = read(text).filter(|term| is_civil(term) && term.to_string() == text);
        read.ok_or_else(|| unlawful(text))
    }
}

fn read(text: &str) -> Option<Term> {
    if let Some((from, until)) = text.split_once("..") {
        return Some(Term::Range(from.parse().ok()?, until.parse().ok()?));
    }
    let Some((year, part)) = text.split_once('-') else {
        return Some(Term::Year(text.parse().ok()?));
    };
    let year = year.parse().ok()?;
    let number = |text: &str| text.parse::<u32>().ok();
    Some(match part.split_at_checked(1)? {
        ("W", week) => Term::Week(year, number(week)?),
        ("Q", quarter) => Term::Quarter(year, number(quarter)?),
        ("H", half) => Term::Half(year, number(half)?),
        _ => Term::Month(year, number(part)?),
    })
}

fn unlawful(text: &str) -> String {
    format!(
        "`{text}` is no period: write 2008-W27, 2008-07, 2008-Q3, 2008-H2, 2008 or \
         2008-07-01..2008-07-15"
    )
}

/// Reads the kind of a bulletin from its word.
///
/// # Errors
/// The words that there are.
pub fn kind_of(word: &str) -> Result<BulletinKind, String> {
    use serde::Deserialize as _;
    let from: serde::de::value::StrDeserializer<'_, serde::de::value::Error> =
        word.into_deserializer();
    BulletinKind::deserialize(from).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_period_has_one_name_and_its_days() {
        for (text, from, until) in [
            ("2008-W27", "2008-06-30", "2008-07-06"),
            ("2008-W01", "2007-12-31", "2008-01-06"),
            ("2008-02", "2008-02-01", "2008-02-29"),
            ("2008-Q3", "2008-07-01", "2008-09-30"),
            ("2008-H2", "2008-07-01", "2008-12-31"),
            ("2008", "2008-01-01", "2008-12-31"),
            ("2008-07-01..2008-07-15", "2008-07-01", "2008-07-15"),
        ] {
            let term: Term = text.parse().unwrap();
            let days = (from.parse().unwrap(), until.parse().unwrap());
            assert_eq!(term.days(), Some(days), "{text}");
            assert_eq!(term.to_string(), text);
            if term.kind() != BulletinKind::Special {
                assert_eq!(Term::holding(term.kind(), days.0), Some(term));
                assert_eq!(Term::holding(term.kind(), days.1), Some(term));
            }
        }
        let month: Term = "2008-07".parse().unwrap();
        let stream = month.stream(&"320600000000".parse().unwrap()).unwrap();
        assert_eq!(stream.as_str(), "bulletin/monthly-2008-07-320600000000");
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for text in [
            "",
            "2008-7",
            "2008-13",
            "2008-W54",
            "2008-W7",
            "2008-Q5",
            "2008-Q0",
            "2008-H3",
            "08",
            "+2008",
            "2008-07-15..2008-07-01",
            "2008-07-01",
            "2008-周",
            "..",
            "0000",
            "99999",
            "-0005-01-01..2008-07-01",
            "2008-07-01..+10000-01-01",
        ] {
            assert!(text.parse::<Term>().is_err(), "{text}");
        }
    }
}
