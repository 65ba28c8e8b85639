//! 框架: what every page is given: the language, where the reader is, who reads, and of which
//! position the page speaks. The template `layout.html` draws it.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Asia::Shanghai;

use tongjian_events::policy::Role;

use super::assets;
use super::format::Format;
use super::locale::Locale;
use crate::access::{Right, roles};

/// 查閱者: who is logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The account.
    pub account: String,
    /// What the account is there for.
    pub role: Role,
    /// What every form that is sent carries.
    pub csrf: String,
}

/// 框架.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The language.
    pub locale: Locale,
    /// The path of the page, without its query.
    pub path: String,
    /// The query, without the language.
    pub query: String,
    /// Who reads; nobody where no log-in is asked for.
    pub viewer: Option<Viewer>,
    /// Whether it is known who reads, or nobody is asked.
    pub known: bool,
    /// Today, in Shanghai.
    pub today: NaiveDate,
    /// The position up to which the read tables speak.
    pub position: u64,
    /// When the last act was recorded; none of an empty chronicle.
    pub recorded_at: Option<DateTime<Utc>>,
}

/// 導航: one entry.
#[derive(Debug)]
pub struct Entry {
    /// Where it leads.
    pub href: &'static str,
    /// What it is called.
    pub name: String,
    /// Whether the page belongs to it.
    pub here: bool,
}

/// Where the entries lead, each with the beginnings of the paths that belong to it, and what it
/// asks.
const ENTRIES: &[(&str, &str, &[&str], Right)] = &[
    ("/", "nav.today", &[], Right::Read),
    ("/cases", "nav.cases", &["/cases", "/items"], Right::Read),
    ("/places", "nav.places", &["/places", "/sites"], Right::Read),
    ("/cards", "nav.cards", &["/cards"], Right::Read),
    ("/rectification", "nav.rectification", &["/rectification"], Right::Read),
    ("/complaints", "nav.complaints", &["/complaints"], Right::Read),
    ("/inspections", "nav.inspections", &["/inspections"], Right::Read),
    ("/bulletins", "nav.bulletins", &["/bulletins"], Right::Read),
    ("/boards", "boards.title", &["/boards"], Right::Read),
    ("/chronicle", "nav.chronicle", &["/chronicle"], Right::ReadActs),
    ("/policies", "nav.policies", &["/policies"], Right::Read),
    ("/administration/accounts", "people.accounts", &[], Right::Administer),
    ("/administration/tokens", "people.tokens", &[], Right::Administer),
    ("/administration/trail", "people.trail", &[], Right::Audit),
];

impl Frame {
    /// A message.
    #[must_use]
    pub fn t<'k>(&self, key: &'k str) -> &'k str {
        self.locale.t(key)
    }

    /// How days, times and numbers are written.
    #[must_use]
    pub const fn format(&self) -> Format {
        Format { locale: self.locale }
    }

    /// What every form that is sent carries; empty where no log-in is asked for.
    #[must_use]
    pub fn csrf(&self) -> &str {
        self.viewer.as_ref().map_or("", |viewer| viewer.csrf.as_str())
    }

    /// The message that names a role.
    #[must_use]
    pub const fn role(&self, role: &Role) -> &'static str {
        match role {
            Role::Inspector => "role.inspector",
            Role::Bureau => "role.bureau",
            Role::Centre => "role.centre",
            Role::Department => "role.department",
            Role::Auditor => "role.auditor",
            Role::Administrator => "role.administrator",
        }
    }

    /// The entries of the navigation: those that lead whoever reads somewhere.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        let belongs = |of: &&str| {
            let rest = self.path.strip_prefix(*of);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let entry = |(href, key, paths, _): &(&'static str, &'static str, &[&str], Right)| Entry {
            href,
            name: self.t(key).to_owned(),
            here: *href == self.path || paths.iter().any(belongs),
        };
        let opens = |right: &Right| {
            let viewer = self.viewer.as_ref();
            viewer.is_none_or(|viewer| roles::rights(viewer.role).contains(right))
        };
        ENTRIES.iter().filter(|(.., right)| opens(right)).map(entry).collect()
    }

    /// The same page in each language: its address, its own name, whether it is this one.
    #[must_use]
    pub fn languages(&self) -> Vec<(String, Locale, bool)> {
        let joined = if self.query.is_empty() { String::new() } else { format!("&{}", self.query) };
        let of = |locale: Locale| {
            let href = format!("{}?lang={}{joined}", self.path, locale.tag());
            (href, locale, locale == self.locale)
        };
        Locale::ALL.into_iter().map(of).collect()
    }

    /// 數據截至: up to where the page speaks.
    #[must_use]
    pub fn stands(&self) -> String {
        let format = self.format();
        let at = self.recorded_at.map(|at| at.with_timezone(&Shanghai).naive_local());
        let at = at.map_or_else(|| "—".to_owned(), |at| format.minute(at));
        let position = format.number(i64::try_from(self.position).unwrap_or(i64::MAX));
        self.locale.tf("frame.stands", &[&position, &at])
    }

    /// The address of an asset, with the digest of its content.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }
}
