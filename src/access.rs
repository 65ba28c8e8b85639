//! 接入: who may append what, who may read, who may log in. Grants and accounts are acts of the
//! stream `policy/access`; the table is folded from them. A token itself is never kept, only its
//! SHA-256; passwords and sessions lie in the cabinet.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Asia::Shanghai;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tongjian_events::policy::Role;
use tongjian_events::values::StaffId;
use tongjian_events::{
    ActorKind, CATALOG, Entry, Event, Recorded, Refusal, SiteCode, StreamId, StreamKind, Submission,
};

use crate::store::{AppendError, Store, StoreError};

pub(crate) mod about;
mod accounts;
mod issue;
pub(crate) mod passwords;
pub mod roles;
pub(crate) mod sessions;
mod table;

pub use accounts::{
    Account, Opening, close_account, first_administrator, open_account, open_account_once,
    password_anew,
};
pub(crate) use issue::hex;
pub use issue::{Wanted, issue_token, issue_token_as, operator, revoke_token, revoke_token_as};
pub use roles::Right;
pub use table::Table;

/// The stream that holds the grants.
pub const STREAM: &str = "policy/access";

const PAGE: u32 = 500;

/// Why a token could not be issued, revoked or read.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// A token of this name holds already.
    #[error("a token named `{0}` holds already; revoke it first")]
    Held(String),
    /// No token of this name holds.
    #[error("no token named `{0}` holds")]
    NotHeld(String),
    /// A token would allow nothing.
    #[error("a token that may neither read nor append is of no use: give it one of both")]
    Idle,
    /// There is no account of this name.
    #[error("no account named `{0}` is open")]
    NoAccount(String),
    /// Nobody would be left who may open accounts.
    #[error("`{0}` is the last administrator of the whole network; open another one first")]
    LastAdministrator(String),
    /// What is kept in the cabinet cannot be used.
    #[error("the cabinet: {0}")]
    Cabinet(String),
    /// A value given for the grant is unlawful.
    #[error("{0}")]
    Unlawful(String),
    /// The machine gave no random bytes.
    #[error("no random bytes could be drawn: {0}")]
    NoRandomBytes(String),
    /// The grant could not be appended.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The grants could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// 接入權: what a token allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The token's name.
    pub token: String,
    /// SHA-256 of the token.
    pub digest: [u8; 32],
    /// Who holds it.
    pub holder: String,
    /// The sites whose subtrees it covers; none named means the whole network.
    pub sites: Vec<SiteCode>,
    /// The kinds of stream it may append to.
    pub may_append: Vec<StreamKind>,
    /// Whether it may read.
    pub may_read: bool,
    /// The last day on which it holds, in Shanghai.
    pub until_on: Option<NaiveDate>,
    /// Whether it was revoked.
    pub revoked: bool,
    /// The role of whoever is logged in; a system has none.
    pub role: Option<Role>,
}

/// The acts that administration alone appends: a token or a person who may append policies could
/// else give himself what he was not given.
const OF_ADMINISTRATION: [&str; 4] = [
    "policy.AccessGranted",
    "policy.AccessRevoked",
    "policy.AccountOpened",
    "policy.AccountClosed",
];

impl Grant {
    /// Everything is allowed: the demonstration on loopback.
    #[must_use]
    pub fn open() -> Self {
        Self {
            token: "open".into(),
            digest: [0; 32],
            holder: "demonstration".into(),
            sites: Vec::new(),
            may_append: StreamKind::ALL.to_vec(),
            may_read: true,
            until_on: None,
            revoked: false,
            role: None,
        }
    }

    /// Whether a site lies in what the grant covers.
    #[must_use]
    pub fn covers(&self, site: &SiteCode) -> bool {
        self.sites.is_empty() || self.sites.iter().any(|own| own.holds(site))
    }

    /// The subtrees that a question is about: the site that was named, where it is covered; what is
    /// covered of it else. `None` is the whole network. No subtree lies within another.
    #[must_use]
    pub fn within(&self, site: Option<&SiteCode>) -> Vec<Option<SiteCode>> {
        let own = &self.sites;
        match site {
            Some(site) if self.covers(site) => vec![Some(site.clone())],
            None if own.is_empty() => vec![None],
            site => {
                let asked = |of: &&SiteCode| site.is_none_or(|site| site.holds(of));
                // A site below another one of the grant is asked for with that one.
                let outer = |of: &&SiteCode| !own.iter().any(|up| up != *of && up.holds(of));
                own.iter().filter(asked).filter(outer).cloned().map(Some).collect()
            }
        }
    }

    /// Whether it is that of a service which asks for no tokens.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self == Self::open()
    }

    /// Who acts with it where a person acts for himself: its holder, or by its name where the
    /// holder is told in words.
    ///
    /// # Errors
    /// The rule that its name breaks.
    pub fn person(&self) -> Result<StaffId, String> {
        StaffId::new(&self.holder).or_else(|_| StaffId::new(&self.token))
    }

    /// Whether the whole network is covered.
    #[must_use]
    pub fn covers_everything(&self) -> bool {
        self.sites.is_empty()
    }

    /// Whether it gives a right.
    #[must_use]
    pub fn has(&self, right: Right) -> bool {
        if let Some(role) = self.role {
            return right == Right::Public || roles::rights(role).contains(&right);
        }
        match right {
            Right::Public | Right::Known | Right::Send | Right::Publish => true,
            Right::Read | Right::ReadActs | Right::Figures => self.may_read,
            // A system is shown a person only where it was given all that this takes.
            Right::Disclose => {
                let seals = self.may_append.contains(&StreamKind::Applicant);
                self.covers_everything() && self.may_read && seals
            }
            // And opens no door to others, nor learns who came through it.
            Right::Audit | Right::Administer | Right::Viewers => self.is_open(),
        }
    }

    /// Whether acts of this event may be its to append; whether one is, is asked of the act itself.
    #[must_use]
    pub fn does(&self, event: &str) -> bool {
        let row = CATALOG.iter().find(|row| row.wire_name() == event);
        row.is_some_and(|row| {
            let role = self.role.is_none_or(|role| roles::may_append(role, row.stream, event));
            role && self.may_append.contains(&row.stream)
        })
    }

    /// Whether it holds at this time.
    #[must_use]
    pub fn holds_at(&self, now: DateTime<Utc>) -> bool {
        let today = now.with_timezone(&Shanghai).date_naive();
        !self.revoked && self.until_on.is_none_or(|until| today <= until)
    }

    /// Whether this submission may be appended.
    ///
    /// # Errors
    /// [`Refusal::Unauthorised`] naming what is not covered. Streams that bind the whole network
    /// (rules, calendar) need a grant that covers all of it.
    pub fn allows(&self, submission: &Submission) -> Result<(), Refusal> {
        let refuse = |rule: String| Err(Refusal::Unauthorised { rule });
        let kind = submission.stream.kind();
        let site = &submission.source.site;
        if matches!(submission.source.entry, Entry::Import | Entry::Engine)
            || submission.actor.kind == ActorKind::System
        {
            let rule = "only the engine and an import speak for themselves; a sender enters acts \
                        as `window`, `connected`, `offline` or `back_entry`";
            return refuse(rule.into());
        }
        if OF_ADMINISTRATION.contains(&submission.event.as_str()) {
            return refuse(format!("{} is an act of administration", submission.event));
        }
        if !self.may_append.contains(&kind) {
            return refuse(format!("the token `{}` may not append to {kind} streams", self.token));
        }
        if let Some(role) = self.role {
            self.signs_for_himself(role, submission)?;
        }
        if !self.covers(site) {
            return refuse(format!("the token `{}` does not cover the site {site}", self.token));
        }
        let own = self.person().is_ok_and(|holder| holder == submission.actor.id);
        if kind == StreamKind::Bulletin && !self.is_open() && !own {
            let (token, named) = (&self.token, &submission.actor.id);
            let rule = "who acts on a bulletin is who holds the token";
            return refuse(format!("{rule}: `{token}` does not act for {named}"));
        }
        let binds_all = matches!(kind, StreamKind::Policy | StreamKind::Calendar);
        if binds_all && !self.covers_everything() {
            return refuse(format!("a {kind} stream binds every site; `{}` does not", self.token));
        }
        Ok(())
    }

    /// Somebody who is logged in does what his role is there for, and in his own name.
    fn signs_for_himself(&self, role: Role, submission: &Submission) -> Result<(), Refusal> {
        let refuse = |rule: String| Err(Refusal::Unauthorised { rule });
        let (event, actor) = (submission.event.as_str(), &submission.actor);
        if !roles::may_append(role, submission.stream.kind(), event) {
            return refuse(format!("{event} is no act of the role {role}"));
        }
        if actor.kind != roles::actor(role) || actor.id.as_str() != self.holder {
            return refuse(format!(
                "`{}` signs as `{}` and as nobody else",
                self.token, self.holder
            ));
        }
        Ok(())
    }
}

/// 接入表: every grant there was, folded from its stream.
#[derive(Debug, Clone, Default)]
pub struct Grants {
    version: u64,
    grants: Vec<Grant>,
    accounts: BTreeMap<String, Account>,
}

impl Grants {
    /// The version of the stream it was folded from; 0 before the first grant.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Takes an act of the stream in.
    pub fn apply(&mut self, act: &Recorded) {
        self.version = act.place.stream_version;
        match &act.event {
            Event::AccessGranted(body) => {
                // A digest of another form can match no token; the grant is then void.
                let Some(digest) = parse_digest(body.digest.as_str()) else { return };
                self.grants.push(Grant {
                    token: body.token.as_str().into(),
                    digest,
                    holder: body.holder.as_str().into(),
                    sites: body.sites.clone(),
                    may_append: body.may_append.clone(),
                    may_read: body.may_read,
                    until_on: body.until_on,
                    revoked: false,
                    role: None,
                });
            }
            Event::AccessRevoked(body) => {
                for grant in &mut self.grants {
                    grant.revoked |= grant.token == body.token.as_str();
                }
            }
            Event::AccountOpened(body) => {
                let account = Account::of(body);
                self.accounts.insert(account.account.clone(), account);
            }
            Event::AccountClosed(body) => {
                if let Some(account) = self.accounts.get_mut(body.account.as_str()) {
                    account.closed = true;
                }
            }
            _ => {}
        }
    }

    /// The table of a chronicle as it stands.
    ///
    /// # Errors
    /// [`StoreError`] when the chronicle cannot be read.
    pub async fn of(store: &Store) -> Result<Self, StoreError> {
        let mut grants = Self::default();
        grants.catch_up(store).await?;
        Ok(grants)
    }

    /// The account of this name, open or not.
    #[must_use]
    pub fn account(&self, name: &str) -> Option<&Account> {
        self.accounts.get(name)
    }

    /// Every account there was, in order of their names.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    /// Every token there was, in the order in which they were granted.
    pub fn tokens(&self) -> impl Iterator<Item = &Grant> {
        self.grants.iter()
    }

    /// The grant of a token, valid or not. Every grant is compared in constant time.
    #[must_use]
    pub fn find(&self, token: &str) -> Option<&Grant> {
        let digest = digest_of(token);
        let mut found = None;
        for grant in &self.grants {
            if bool::from(grant.digest.ct_eq(&digest)) {
                found = Some(grant);
            }
        }
        found
    }

    /// Whether a token of this name was granted and not revoked.
    #[must_use]
    pub fn holds(&self, token: &str) -> bool {
        self.grants.iter().any(|grant| grant.token == token && !grant.revoked)
    }

    /// Reads what the stream holds past the version of this table.
    ///
    /// # Errors
    /// [`StoreError`] when the chronicle cannot be read.
    pub async fn catch_up(&mut self, store: &Store) -> Result<(), StoreError> {
        let Ok(stream) = STREAM.parse::<StreamId>() else { return Ok(()) };
        loop {
            let acts = store.stream(&stream, self.version, PAGE).await?;
            for act in &acts {
                self.apply(&act.read()?);
            }
            if acts.len() < PAGE as usize {
                return Ok(());
            }
        }
    }
}

/// SHA-256 of a token's text.
#[must_use]
pub fn digest_of(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn parse_digest(text: &str) -> Option<[u8; 32]> {
    let digits = text.strip_prefix("sha-256:")?;
    let mut out = [0_u8; 32];
    if digits.len() != 64 || !digits.is_ascii() {
        return None;
    }
    for (at, byte) in out.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(out)
}
