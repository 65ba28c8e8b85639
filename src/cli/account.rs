//! `tongjian account`: who may log in. A password is printed once and kept nowhere.

use std::io::Write;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use serde_json::json;
use tongjian_events::SiteCode;
use tongjian_events::policy::Role;
use tongjian_events::values::{Name, StaffId, Text};

use super::data::Data;
use crate::access::{self, Grants, Opening};
use crate::clock::Clock;

/// 帳戶: to open, to close, to give another password, to list.
#[derive(Debug, Subcommand)]
pub(super) enum AccountOrder {
    /// Open an account, or give one another role or other sites; prints a password for once
    Open(Open),
    /// Give an account another password, for once; every session of it ends
    Password(Which),
    /// Close an account
    Close(Close),
    /// The accounts, as JSON lines
    List(List),
}

/// 開立.
#[derive(Debug, Args)]
pub(super) struct Open {
    #[command(flatten)]
    data: Data,
    /// The name to log in with, and by which acts are signed
    #[arg(long, value_parser = StaffId::new)]
    account: StaffId,
    /// The post that holds it
    #[arg(long, value_parser = Name::new)]
    holder: Name,
    /// inspector, bureau, centre, department, auditor, administrator
    #[arg(long)]
    role: Role,
    /// A site whose subtree it covers; may be repeated
    #[arg(long = "site", value_name = "CODE", required_unless_present = "everywhere")]
    sites: Vec<SiteCode>,
    /// It covers the whole network
    #[arg(long, conflicts_with = "sites")]
    everywhere: bool,
    /// The last day on which it holds
    #[arg(long, value_name = "DAY", value_parser = super::parse_day)]
    until: Option<NaiveDate>,
}

/// 哪個.
#[derive(Debug, Args)]
pub(super) struct Which {
    #[command(flatten)]
    data: Data,
    /// The account
    #[arg(long, value_parser = StaffId::new)]
    account: StaffId,
}

/// 關閉.
#[derive(Debug, Args)]
pub(super) struct Close {
    #[command(flatten)]
    which: Which,
    /// Why
    #[arg(long, value_parser = Text::new)]
    reason: Text,
}

/// 列出.
#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    data: Data,
}

/// Does it. A password goes to `out` and nowhere else.
///
/// # Errors
/// When there is no such account, or the chronicle does not take the act.
pub(super) async fn run(
    order: &AccountOrder,
    clock: &Clock,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let (by, now) = (access::operator()?, clock.now());
    let store = match order {
        AccountOrder::Open(open) => {
            let store = open.data.open().await?;
            let opening = Opening {
                account: open.account.clone(),
                holder: open.holder.clone(),
                role: open.role,
                sites: open.sites.clone(),
                until_on: open.until,
            };
            writeln!(out, "{}", access::open_account_once(&store, opening, &by, now).await?)?;
            store
        }
        AccountOrder::Password(which) => {
            let store = which.data.open_existing().await?;
            let account = which.account.as_str();
            writeln!(out, "{}", access::password_anew(&store, account, now).await?)?;
            store
        }
        AccountOrder::Close(Close { which, reason }) => {
            let store = which.data.open_existing().await?;
            access::close_account(&store, &which.account, reason, &by, now).await?;
            store
        }
        AccountOrder::List(list) => {
            let store = list.data.open_existing().await?;
            for held in Grants::of(&store).await?.accounts() {
                let line = json!({
                    "account": held.account, "holder": held.holder, "role": held.role,
                    "sites": held.sites, "until_on": held.until_on,
                    "holds": held.holds_at(now),
                });
                writeln!(out, "{line}")?;
            }
            store
        }
    };
    store.close().await;
    Ok(())
}
