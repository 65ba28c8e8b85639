//! 卷宗: the objects that facts of many streams are gathered about. A docket holds its own facts
//! and those of the dockets above it: a month of a site knows the site's register.

use chrono::{Datelike as _, NaiveDate};
use tongjian_events::values::{ItemCode, StaffId};
use tongjian_events::{SiteCode, StreamId};

/// 卷宗: one object of supervision.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Docket {
    /// 中心(室): the register of a site.
    Site(SiteCode),
    /// One month of a site. Above it: the site.
    SiteMonth(SiteCode, Month),
    /// One calendar year of a site. Above it: the site.
    SiteYear(SiteCode, i32),
    /// 辦件: what was said of one case in other streams: its cards, its complaints.
    Case(StreamId),
    /// 監察人員: what one officer issued and decided.
    Officer(StaffId),
    /// 事項: the register of an item.
    Item(ItemCode),
}

/// 月份: a civil month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

/// Parts of a key are set apart by a character that no code or name may hold.
const APART: char = '\t';

impl Docket {
    /// The key, under which its facts are stored. The key of a docket above another is a prefix of
    /// the other's.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Site(site) => format!("site{APART}{site}"),
            Self::SiteMonth(site, month) => format!("site{APART}{site}{APART}{month}"),
            Self::SiteYear(site, year) => format!("site{APART}{site}{APART}{year:04}"),
            Self::Case(case) => format!("case{APART}{case}"),
            Self::Officer(officer) => format!("officer{APART}{officer}"),
            Self::Item(item) => format!("item{APART}{item}"),
        }
    }

    /// The docket of a key; `None` where that is no key.
    #[must_use]
    pub fn of(key: &str) -> Option<Self> {
        let parts: Vec<&str> = key.split(APART).collect();
        match parts.as_slice() {
            ["site", site] => Some(Self::Site(SiteCode::new(site).ok()?)),
            ["site", site, part] => {
                let site = SiteCode::new(site).ok()?;
                match Month::of(part) {
                    Some(month) => Some(Self::SiteMonth(site, month)),
                    None => Some(Self::SiteYear(site, part.parse().ok()?)),
                }
            }
            ["case", case] => Some(Self::Case(case.parse().ok()?)),
            ["officer", officer] => Some(Self::Officer(StaffId::new(officer).ok()?)),
            ["item", item] => Some(Self::Item(ItemCode::new(item).ok()?)),
            _ => None,
        }
    }

    /// The dockets whose facts it knows: its own, then those above it.
    #[must_use]
    pub fn known(&self) -> Vec<String> {
        let key = self.key();
        let above = match self {
            Self::SiteMonth(site, _) | Self::SiteYear(site, _) => {
                Some(Self::Site(site.clone()).key())
            }
            Self::Site(_) | Self::Item(_) | Self::Case(_) | Self::Officer(_) => None,
        };
        [Some(key), above].into_iter().flatten().collect()
    }

    /// Whether there may be dockets below that of a key.
    #[must_use]
    pub fn has_below(key: &str) -> bool {
        matches!(Self::of(key), Some(Self::Site(_)))
    }

    /// The year of a site that holds a day.
    #[must_use]
    pub fn year_of(site: SiteCode, day: NaiveDate) -> Self {
        Self::SiteYear(site, day.year())
    }

    /// Between which keys those of the dockets below it lie, both excluded.
    #[must_use]
    pub fn below(key: &str) -> (String, String) {
        // The character after the one that sets parts apart.
        (format!("{key}{APART}"), format!("{key}\u{b}"))
    }
}

impl Month {
    /// The month of a day.
    #[must_use]
    pub fn holding(day: NaiveDate) -> Self {
        Self { year: day.year(), month: day.month() }
    }

    fn of(text: &str) -> Option<Self> {
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

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_and_a_month_lies_below_its_site() {
        let site = SiteCode::new("320681105000").unwrap();
        let month = Month::holding(NaiveDate::from_ymd_opt(2008, 12, 31).unwrap());
        let docket = Docket::SiteMonth(site.clone(), month);
        assert_eq!(Docket::of(&docket.key()), Some(docket.clone()));
        let (from, to) = Docket::below(&Docket::Site(site).key());
        assert!(from < docket.key() && docket.key() < to);
        assert_eq!(month.after(), NaiveDate::from_ymd_opt(2009, 1, 1).unwrap());
        assert_eq!(Docket::of("nothing"), None);
        let day = NaiveDate::from_ymd_opt(2008, 12, 31).unwrap();
        for docket in [
            Docket::year_of(SiteCode::new("320681105000").unwrap(), day),
            Docket::Case("case/2008-1".parse().unwrap()),
            Docket::Officer(StaffId::new("J-1").unwrap()),
        ] {
            assert_eq!(Docket::of(&docket.key()), Some(docket));
        }
    }
}
