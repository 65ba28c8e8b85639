//! 卷宗: the objects that facts of many streams are gathered about. A docket holds its own facts
//! and those of the dockets above it: a month of a site knows the site's register.

use chrono::{Datelike as _, NaiveDate};
use tongjian_events::site::SiteLevel;
use tongjian_events::values::{ApplicantRef, Code, ItemCode, StaffId};
use tongjian_events::{SiteCode, StreamId};

pub use super::period::{Month, Quarter};

/// 卷宗: one object of supervision.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Docket {
    /// 中心(室): the register of a site.
    Site(SiteCode),
    /// One month of a site. Above it: the site.
    SiteMonth(SiteCode, Month),
    /// One calendar year of a site. Above it: the site.
    SiteYear(SiteCode, i32),
    /// 同級單位: one month of all sites of one level under one parent: those that are ranked
    /// together.
    League(SiteCode, SiteLevel, Month),
    /// 辦件: what was said of one case in other streams: its cards, its complaints.
    Case(StreamId),
    /// 監察人員: what one officer issued and decided.
    Officer(StaffId),
    /// 事項: the register of an item.
    Item(ItemCode),
    /// One quarter of an item, at all its sites. Above it: the item.
    ItemQuarter(ItemCode, Quarter),
    /// 辦理規定: what of an item's register bears on how its cases are handled.
    Handling(ItemCode),
    /// One month of an item at a site. Above it: how the item is handled.
    HandlingMonth(ItemCode, SiteCode, Month),
    /// 號段: the numbers of one series that a site gives out: what stands around the number.
    Series(SiteCode, String),
    /// 申請人與事項: what one applicant asked for of one item.
    Applicant(ApplicantRef, ItemCode),
    /// 賬號: the credentials of a member of staff.
    Account(StaffId),
    /// One month of an account. Above it: its credentials.
    AccountMonth(StaffId, Month),
    /// 權限: one account or seal, and everybody who was given it.
    Credential(Code),
    /// 全網: one quarter of all units together.
    Network(Quarter),
    /// 同級: the sites directly below one site, and that site itself.
    Peers(SiteCode),
    /// One month of them, which knows the month before. Above it: the peers.
    PeersMonth(SiteCode, Month),
    /// One quarter of them, which knows the quarter before. Above it: the peers.
    PeersQuarter(SiteCode, Quarter),
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
            Self::League(parent, level, month) => {
                format!("league{APART}{parent}{APART}{level}{APART}{month}")
            }
            Self::Item(item) => format!("item{APART}{item}"),
            Self::ItemQuarter(item, quarter) => format!("item{APART}{item}{APART}{quarter}"),
            Self::Handling(item) => format!("handling{APART}{item}"),
            Self::HandlingMonth(item, site, month) => {
                format!("handling{APART}{item}{APART}{site}{APART}{month}")
            }
            Self::Series(site, around) => format!("series{APART}{site}{APART}{around}"),
            Self::Applicant(of, item) => format!("applicant{APART}{of}{APART}{item}"),
            Self::Account(staff) => format!("account{APART}{staff}"),
            Self::AccountMonth(staff, month) => format!("account{APART}{staff}{APART}{month}"),
            Self::Credential(code) => format!("credential{APART}{code}"),
            Self::Network(quarter) => format!("network{APART}{quarter}"),
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
            ["league", parent, level, month] => {
                let parent = SiteCode::new(parent).ok()?;
                Some(Self::League(parent, level_of(level)?, Month::of(month)?))
            }
            ["site", site, part] => {
                let site = SiteCode::new(site).ok()?;
                match Month::of(part) {
                    Some(month) => Some(Self::SiteMonth(site, month)),
                    None => Some(Self::SiteYear(site, part.parse().ok()?)),
                }
            }
            ["case", case] => Some(Self::Case(case.parse().ok()?)),
            ["officer", officer] => Some(Self::Officer(StaffId::new(officer).ok()?)),
            ["peers", site] => Some(Self::Peers(SiteCode::new(site).ok()?)),
            ["peers", site, period] => {
                let site = SiteCode::new(site).ok()?;
                let quarter = || Quarter::of(period).map(|q| Self::PeersQuarter(site.clone(), q));
                quarter().or_else(|| Some(Self::PeersMonth(site.clone(), Month::of(period)?)))
            }
            ["item", item] => Some(Self::Item(ItemCode::new(item).ok()?)),
            ["item", item, quarter] => {
                Some(Self::ItemQuarter(ItemCode::new(item).ok()?, Quarter::of(quarter)?))
            }
            ["handling", item] => Some(Self::Handling(ItemCode::new(item).ok()?)),
            ["handling", item, site, month] => Some(Self::HandlingMonth(
                ItemCode::new(item).ok()?,
                SiteCode::new(site).ok()?,
                Month::of(month)?,
            )),
            ["series", site, around] => {
                Some(Self::Series(SiteCode::new(site).ok()?, (*around).to_owned()))
            }
            ["applicant", of, item] => {
                Some(Self::Applicant(ApplicantRef::new(of).ok()?, ItemCode::new(item).ok()?))
            }
            ["account", staff] => Some(Self::Account(StaffId::new(staff).ok()?)),
            ["account", staff, month] => {
                Some(Self::AccountMonth(StaffId::new(staff).ok()?, Month::of(month)?))
            }
            ["credential", code] => Some(Self::Credential(Code::new(code).ok()?)),
            ["network", quarter] => Some(Self::Network(Quarter::of(quarter)?)),
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
            Self::ItemQuarter(item, _) => Some(Self::Item(item.clone()).key()),
            Self::HandlingMonth(item, ..) => Some(Self::Handling(item.clone()).key()),
            Self::AccountMonth(staff, _) => Some(Self::Account(staff.clone()).key()),
            Self::PeersMonth(site, _) | Self::PeersQuarter(site, _) => {
                Some(Self::Peers(site.clone()).key())
            }
            _ => None,
        };
        [Some(key), above].into_iter().flatten().collect()
    }

    /// Whether there may be dockets below that of a key.
    #[must_use]
    pub fn has_below(key: &str) -> bool {
        let above = |docket: &Self| {
            matches!(
                docket,
                Self::Site(_)
                    | Self::Item(_)
                    | Self::Handling(_)
                    | Self::Account(_)
                    | Self::Peers(_)
            )
        };
        Self::of(key).as_ref().is_some_and(above)
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

    #[test]
    fn every_kind_of_docket_is_read_back_from_its_key() {
        let day = NaiveDate::from_ymd_opt(2008, 12, 31).unwrap();
        let (month, quarter) = (Month::holding(day), Quarter::holding(day));
        assert_eq!(quarter.plus(2).to_string(), "2009-Q2");
        assert_eq!(quarter.plus(1).before(), quarter);
        assert_eq!(quarter.after(), NaiveDate::from_ymd_opt(2009, 1, 1).unwrap());
        let (item, staff) = (ItemCode::new("QL 1").unwrap(), StaffId::new("S-1").unwrap());
        let site = SiteCode::new("320681105000").unwrap();
        for docket in [
            Docket::ItemQuarter(item.clone(), quarter),
            Docket::Handling(item.clone()),
            Docket::HandlingMonth(item.clone(), site.clone(), month),
            Docket::Series(site.clone(), "通食證〔2008〕#號".into()),
            Docket::Applicant(ApplicantRef::new("a").unwrap(), item),
            Docket::AccountMonth(staff.clone(), month),
            Docket::Account(staff),
            Docket::Credential(Code::new("seal 1").unwrap()),
            Docket::Network(quarter),
            Docket::PeersMonth(site.clone(), month),
            Docket::PeersQuarter(site, quarter),
        ] {
            assert_eq!(Docket::of(&docket.key()), Some(docket));
        }
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
