//! 登入與管理頁: the log-in, the password, the accounts and tokens, and who looked at what.

use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Asia::Shanghai;
use tongjian_events::policy::Role;

use super::frame::Frame;
use crate::access::{Account, Grant};
use crate::store::cabinet::Trace;

/// 登入.
#[derive(Debug, Template)]
#[template(path = "people/log_in.html")]
pub struct LogIn {
    /// What every page is given.
    pub frame: Frame,
    /// Where it leads to afterwards.
    pub next: String,
    /// The account that was tried.
    pub account: String,
    /// Whether that failed.
    pub failed: bool,
}

/// 改口令.
#[derive(Debug, Template)]
#[template(path = "people/password.html")]
pub struct Password {
    /// What every page is given.
    pub frame: Frame,
    /// The message that says why the last one was not set.
    pub wrong: Option<&'static str>,
}

/// What an administrator is told once: a password or a token.
#[derive(Debug)]
pub struct Once {
    /// Whose it is.
    pub name: String,
    /// The text.
    pub secret: String,
}

/// 帳戶.
#[derive(Debug, Template)]
#[template(path = "people/accounts.html")]
pub struct Accounts {
    /// What every page is given.
    pub frame: Frame,
    /// Every account there was.
    pub accounts: Vec<Account>,
    /// Now.
    pub now: DateTime<Utc>,
    /// What was just made.
    pub once: Option<Once>,
    /// Why something was not done.
    pub wrong: Option<String>,
}

impl Accounts {
    const fn roles() -> [Role; 6] {
        Role::ALL
    }
}

/// 接入權.
#[derive(Debug, Template)]
#[template(path = "people/tokens.html")]
pub struct Tokens {
    /// What every page is given.
    pub frame: Frame,
    /// Every token there was.
    pub tokens: Vec<Grant>,
    /// Now.
    pub now: DateTime<Utc>,
    /// What was just made.
    pub once: Option<Once>,
    /// Why something was not done.
    pub wrong: Option<String>,
}

impl Tokens {
    const fn kinds() -> &'static [tongjian_events::StreamKind] {
        tongjian_events::StreamKind::ALL
    }
}

/// 審計軌跡.
#[derive(Debug, Template)]
#[template(path = "people/trail.html")]
pub struct Trail {
    /// What every page is given.
    pub frame: Frame,
    /// Entries, the newest first.
    pub traces: Vec<Trace>,
    /// Whose were asked for.
    pub who: String,
    /// About what.
    pub subject: String,
    /// Where older ones begin.
    pub before: Option<u64>,
}

impl Trail {
    fn time(&self, at: &DateTime<Utc>) -> String {
        self.frame.format().minute(at.with_timezone(&Shanghai).naive_local())
    }
}

/// The codes of the sites that something covers.
fn covered(frame: &Frame, sites: &[tongjian_events::SiteCode]) -> String {
    if sites.is_empty() {
        return frame.t("people.everywhere").to_owned();
    }
    sites.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn day(frame: &Frame, day: Option<chrono::NaiveDate>) -> String {
    day.map_or_else(|| "—".to_owned(), |day| frame.format().day(day))
}
