//! 帳戶: the people who log in. An account, its role and its sites are acts; its password is not.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Asia::Shanghai;
use tongjian_events::policy::{self, Role};
use tongjian_events::values::{Name, StaffId, Text};
use tongjian_events::{Refusal, SiteCode};

use super::issue::{append, operator};
use super::{AccessError, Grant, Grants, passwords, roles};
use crate::store::{AppendError, Store};

/// 帳戶: who may log in, as what, for which sites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The name to log in with.
    pub account: String,
    /// The post that holds it.
    pub holder: String,
    /// What it is there for.
    pub role: Role,
    /// The sites whose subtrees it covers; none named means the whole network.
    pub sites: Vec<SiteCode>,
    /// The last day on which it holds.
    pub until_on: Option<NaiveDate>,
    /// Whether it was closed.
    pub closed: bool,
}

impl Account {
    /// The account that an act opens.
    pub(super) fn of(body: &policy::AccountOpened) -> Self {
        Self {
            account: body.account.as_str().into(),
            holder: body.holder.as_str().into(),
            role: body.role,
            sites: body.sites.clone(),
            until_on: body.until_on,
            closed: false,
        }
    }

    /// Whether somebody may log in with it at this time.
    #[must_use]
    pub fn holds_at(&self, now: DateTime<Utc>) -> bool {
        let today = now.with_timezone(&Shanghai).date_naive();
        !self.closed && self.until_on.is_none_or(|until| today <= until)
    }

    /// What it allows.
    #[must_use]
    pub fn grant(&self) -> Grant {
        Grant {
            token: self.account.clone(),
            digest: [0; 32],
            holder: self.account.clone(),
            sites: self.sites.clone(),
            may_append: roles::kinds(self.role),
            may_read: roles::rights(self.role).contains(&roles::Right::Read),
            until_on: self.until_on,
            revoked: self.closed,
            role: Some(self.role),
        }
    }
}

/// What an account shall be.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The name to log in with.
    pub account: StaffId,
    /// The post that holds it.
    pub holder: Name,
    /// What it is there for.
    pub role: Role,
    /// The sites whose subtrees it covers; none means the whole network.
    pub sites: Vec<SiteCode>,
    /// The last day on which it holds.
    pub until_on: Option<NaiveDate>,
}

/// Opens an account, or gives one another role, other sites or another last day. `by` is who
/// does it.
///
/// # Errors
/// [`AccessError`]; that no administrator of the whole network would be left is one.
pub async fn open_account(
    store: &Store,
    opening: Opening,
    by: &StaffId,
    now: DateTime<Utc>,
) -> Result<(), AccessError> {
    let grants = Grants::of(store).await?;
    let body = policy::AccountOpened {
        account: opening.account,
        holder: opening.holder,
        role: opening.role,
        sites: opening.sites,
        until_on: opening.until_on,
    };
    if !administers_everything(&Account::of(&body)) {
        grants.keeps_an_administrator_without(body.account.as_str(), now)?;
    }
    append(store, &grants, "policy.AccountOpened", &body, by, now).await
}

/// Closes an account.
///
/// # Errors
/// [`AccessError`]; that there is no such account, or no other administrator, is one.
pub async fn close_account(
    store: &Store,
    account: &StaffId,
    reason: &Text,
    by: &StaffId,
    now: DateTime<Utc>,
) -> Result<(), AccessError> {
    let grants = Grants::of(store).await?;
    if grants.account(account.as_str()).is_none_or(|held| held.closed) {
        return Err(AccessError::NoAccount(account.to_string()));
    }
    grants.keeps_an_administrator_without(account.as_str(), now)?;
    // Its sessions end at once, and whoever opens it again sets another password.
    passwords::forget(store, account.as_str()).await?;
    let body = policy::AccountClosed { account: account.clone(), reason: reason.clone() };
    append(store, &grants, "policy.AccountClosed", &body, by, now).await
}

/// Administrators of a part of the network are not enough: nobody could mend what they may not.
fn administers_everything(account: &Account) -> bool {
    account.role == Role::Administrator && account.sites.is_empty() && account.until_on.is_none()
}

impl Grants {
    /// Refuses what would leave nobody to administer the whole network.
    fn keeps_an_administrator_without(
        &self,
        account: &str,
        now: DateTime<Utc>,
    ) -> Result<(), AccessError> {
        let lasting = |held: &&Account| held.holds_at(now) && administers_everything(held);
        let mut administrators = self.accounts().filter(lasting);
        let only = match (administrators.next(), administrators.next()) {
            (Some(only), None) => only.account == account,
            _ => false,
        };
        if only {
            return Err(AccessError::LastAdministrator(account.into()));
        }
        Ok(())
    }
}

/// The account of the first administrator.
const FIRST: &str = "administrator";

/// Opens an account and answers the password with which its holder logs in once.
///
/// # Errors
/// [`AccessError`].
pub async fn open_account_once(
    store: &Store,
    opening: Opening,
    by: &StaffId,
    now: DateTime<Utc>,
) -> Result<String, AccessError> {
    let account = opening.account.to_string();
    open_account(store, opening, by, now).await?;
    password_once(store, &account).await
}

/// Gives an account another password, with which its holder logs in once; every session of it ends.
///
/// # Errors
/// [`AccessError`]; that there is no such account is one.
pub async fn password_anew(
    store: &Store,
    account: &str,
    now: DateTime<Utc>,
) -> Result<String, AccessError> {
    let grants = Grants::of(store).await?;
    if !grants.account(account).is_some_and(|held| held.holds_at(now)) {
        return Err(AccessError::NoAccount(account.into()));
    }
    password_once(store, account).await
}

async fn password_once(store: &Store, account: &str) -> Result<String, AccessError> {
    let password = passwords::drawn_for(account)?;
    passwords::set(store, account, &password, true, false).await?;
    Ok(password)
}

/// 初次啟動: opens the account of the first administrator where nobody may open accounts, and answers
/// its name and the password with which he logs in once. Of several processes that start at once,
/// one answers it.
///
/// # Errors
/// [`AccessError`].
pub async fn first_administrator(
    store: &Store,
    now: DateTime<Utc>,
) -> Result<Option<(String, String)>, AccessError> {
    let grants = Grants::of(store).await?;
    if grants.accounts().next().is_none() {
        let opening = Opening {
            account: StaffId::new(FIRST).map_err(AccessError::Unlawful)?,
            holder: Name::new("管理員").map_err(AccessError::Unlawful)?,
            role: Role::Administrator,
            sites: Vec::new(),
            until_on: None,
        };
        match open_account(store, opening, &operator()?, now).await {
            Ok(()) => {}
            // Another process was quicker.
            Err(AccessError::Append(AppendError::Refused(Refusal::VersionConflict { .. }))) => {}
            Err(error) => return Err(error),
        }
    } else if !grants.account(FIRST).is_some_and(|first| first.holds_at(now)) {
        return Ok(None);
    }
    // One that was opened by a process that ended before it said the password has none.
    if passwords::of(store, FIRST).await?.is_some() {
        return Ok(None);
    }
    let password = passwords::drawn_for(FIRST)?;
    let set = passwords::set(store, FIRST, &password, true, true).await?;
    Ok(set.then(|| (FIRST.to_owned(), password)))
}
