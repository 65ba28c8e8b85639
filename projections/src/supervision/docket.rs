//! 卷宗: the objects that facts of many streams are gathered about. A docket holds its own facts
//! and those of the dockets above it: a month of a site knows the site's register.

use chrono::{Datelike as _, NaiveDate};
use tongjian_events::SiteCode;
use tongjian_events::site::SiteLevel;
use tongjian_events::values::ItemCode;

/// 卷宗: one object of supervision.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Docket {
    /// 中心(室): the register of a site.
    Site(SiteCode),
    /// One month of a site. Above it: the site.
    SiteMonth(SiteCode, Month),
    /// One civil year of a site. Above it: the site.
    SiteYear(SiteCode, i32),
    /// 同級單位: one month of all sites of one level under one parent: those that are ranked
    /// together.
    League(SiteCode, SiteLevel, Month),
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
            Self::League(parent, level, month) => {
                format!("league{APART}{parent}{APART}{level}{APART}{month}")
            }
            Self::Item(item) => format!("item{APART}{item}"),
        }
    }

    /// The docket of a key; `None` where that is no key.
    #[must_use]
    pub fn of(key: &str) -> Option<Self> {
        let parts: Vec<&str> = key.split(APART).collect();
        match parts.as_slice() {
            ["site", site] => Some(Self::Site(SiteCode::new(site).ok()?)),
            ["site", site, period] => {
                let site = SiteCode::new(site).ok()?;
                match Month::of(period) {
                    Some(month) => Some(Self::SiteMonth(site, month)),
                    None => Some(Self::SiteYear(site, period.parse().ok()?)),
                }
            }
            ["league", parent, level, month] => {
                let parent = SiteCode::new(parent).ok()?;
                Some(Self::League(parent, level_of(level)?, Month::of(month)?))
            }
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
            Self::Site(_) | Self::League(..) | Self::Item(_) => None,
        };
        [Some(key), above].into_iter().flatten().collect()
    }

    /// Between which keys those of the dockets below it lie, both excluded.
    #[must_use]
    pub fn below(key: &str) -> (String, String) {
        // The character after the one that sets parts apart.
        (format!("{key}{APART}"), format!("{key}\u{b}"))
    }
}

fn level_of(name: &str) -> Option<SiteLevel> {
    use SiteLevel::{County, Municipal, Township, Village};
    [Municipal, County, Township, Village].into_iter().find(|level| level.to_string() == name)
}

/// 層級: the level and the parent by which a site is ranked, told by its administrative code:
/// centres of counties under their city, townships and villages under their county. A code of one's
/// own tells no level.
#[must_use]
pub fn league_of(site: &SiteCode) -> Option<(SiteCode, SiteLevel)> {
    let prefix = site.subtree_prefix();
    let code = site.as_str();
    if code.len() != 12 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (level, digits) = match prefix.len() {
        6 => (SiteLevel::County, 4),
        9 => (SiteLevel::Township, 6),
        12 => (SiteLevel::Village, 6),
        _ => return None,
    };
    let parent = format!("{:0<12}", code.get(..digits)?);
    Some((SiteCode::new(&parent).ok()?, level))
}

/// The level of a site, told by its administrative code.
#[must_use]
pub fn level(site: &SiteCode) -> Option<SiteLevel> {
    let code = site.as_str();
    let official = code.len() == 12 && code.bytes().all(|byte| byte.is_ascii_digit());
    match site.subtree_prefix().len() {
        4 if official => Some(SiteLevel::Municipal),
        _ => league_of(site).map(|(_, level)| level),
    }
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
    }

    #[test]
    fn a_year_and_a_league_are_read_back_and_a_village_is_ranked_in_its_county() {
        let site = SiteCode::new("320681105201").unwrap();
        let year = Docket::SiteYear(site.clone(), 2008);
        assert_eq!(Docket::of(&year.key()), Some(year));
        let (parent, level) = league_of(&site).unwrap();
        assert_eq!((parent.as_str(), level), ("320681000000", SiteLevel::Village));
        let month = Month::holding(NaiveDate::from_ymd_opt(2008, 1, 31).unwrap());
        let league = Docket::League(parent, level, month);
        assert_eq!(Docket::of(&league.key()), Some(league));
        assert_eq!(month.before().to_string(), "2007-12");
        assert_eq!(league_of(&SiteCode::new("hall-1").unwrap()), None);
    }
}
