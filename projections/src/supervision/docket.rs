//! 卷宗: the objects that facts of many streams are gathered about. A docket holds its own facts
//! and those of the dockets above it: a month of a site knows the site's register.

use chrono::{Datelike as _, NaiveDate};
use tongjian_events::SiteCode;
use tongjian_events::values::ItemCode;

/// 卷宗: one object of supervision.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Docket {
    /// 中心(室): the register of a site.
    Site(SiteCode),
    /// One month of a site. Above it: the site.
    SiteMonth(SiteCode, Month),
    /// 事項: the register of an item.
    Item(ItemCode),
    /// 同級: the sites directly below one site, and that site itself.
    Peers(SiteCode),
    /// One month of them, which knows the month before. Above it: the peers.
    PeersMonth(SiteCode, Month),
    /// One quarter of them, which knows the quarter before. Above it: the peers.
    PeersQuarter(SiteCode, Quarter),
}

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
            Self::Item(item) => format!("item{APART}{item}"),
            Self::Peers(site) => format!("peers{APART}{site}"),
            Self::PeersMonth(site, month) => format!("peers{APART}{site}{APART}{month}"),
            Self::PeersQuarter(site, quarter) => format!("peers{APART}{site}{APART}{quarter}"),
        }
    }

    /// The docket of a key; `None` where that is no key.
    #[must_use]
    pub fn of(key: &str) -> Option<Self> {
        let parts: Vec<&str> = key.split(APART).collect();
        match parts.as_slice() {
            ["site", site] => Some(Self::Site(SiteCode::new(site).ok()?)),
            ["site", site, month] => {
                Some(Self::SiteMonth(SiteCode::new(site).ok()?, Month::of(month)?))
            }
            ["peers", site] => Some(Self::Peers(SiteCode::new(site).ok()?)),
            ["peers", site, period] => {
                let site = SiteCode::new(site).ok()?;
                let quarter = || Quarter::of(period).map(|q| Self::PeersQuarter(site.clone(), q));
                quarter().or_else(|| Some(Self::PeersMonth(site.clone(), Month::of(period)?)))
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
            Self::SiteMonth(site, _) => Some(Self::Site(site.clone()).key()),
            Self::PeersMonth(site, _) | Self::PeersQuarter(site, _) => {
                Some(Self::Peers(site.clone()).key())
            }
            Self::Site(_) | Self::Item(_) | Self::Peers(_) => None,
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

impl Quarter {
    /// The quarter of a day.
    #[must_use]
    pub fn holding(day: NaiveDate) -> Self {
        Self { year: day.year(), quarter: day.month0() / 3 + 1 }
    }

    fn of(text: &str) -> Option<Self> {
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
        let peers = SiteCode::new("320681105000").unwrap();
        let quarter = Quarter::holding(month.first());
        for docket in
            [Docket::PeersMonth(peers.clone(), month), Docket::PeersQuarter(peers, quarter)]
        {
            assert_eq!(Docket::of(&docket.key()), Some(docket.clone()));
        }
        assert_eq!(quarter.plus(1).before(), quarter);
    }
}
