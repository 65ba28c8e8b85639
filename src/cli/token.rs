//! `tongjian token`: grants and revokes access. The token is printed once and kept nowhere.

use std::io::Write;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use tongjian_events::values::{Code, Name, Text};
use tongjian_events::{SiteCode, StreamKind};

use super::data::Data;
use crate::access::{self, Wanted};
use crate::clock::Clock;

/// 接入權: to grant or to revoke.
#[derive(Debug, Subcommand)]
pub(super) enum TokenOrder {
    /// Grant access, and print the token once
    Issue(Issue),
    /// Revoke access
    Revoke(Revoke),
}

/// 授予.
#[derive(Debug, Args)]
pub(super) struct Issue {
    #[command(flatten)]
    data: Data,
    /// The token's name, by which it is revoked
    #[arg(long, value_parser = Code::new)]
    name: Code,
    /// Who holds it
    #[arg(long, value_parser = Name::new)]
    holder: Name,
    /// A site whose subtree it covers; may be repeated
    #[arg(long = "site", value_name = "CODE", required_unless_present = "everywhere")]
    sites: Vec<SiteCode>,
    /// It covers the whole network; needed to append to policy and calendar streams
    #[arg(long, conflicts_with = "sites")]
    everywhere: bool,
    /// A kind of stream it may append to; may be repeated
    #[arg(long = "append", value_name = "KIND")]
    kinds: Vec<StreamKind>,
    /// Whether it may read
    #[arg(long)]
    read: bool,
    /// The last day on which it holds
    #[arg(long, value_name = "DAY", value_parser = super::parse_day)]
    until: Option<NaiveDate>,
}

/// 撤銷.
#[derive(Debug, Args)]
pub(super) struct Revoke {
    #[command(flatten)]
    data: Data,
    /// The token's name
    #[arg(long, value_parser = Code::new)]
    name: Code,
    /// Why
    #[arg(long, value_parser = Text::new)]
    reason: Text,
}

/// Does it. The token's text goes to `out` and nowhere else.
///
/// # Errors
/// When the name is taken or unknown, or the chronicle does not take the act.
pub(super) async fn run(
    order: &TokenOrder,
    clock: &Clock,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    match order {
        TokenOrder::Issue(issue) => {
            let store = issue.data.open().await?;
            let wanted = Wanted {
                name: issue.name.to_string(),
                holder: issue.holder.to_string(),
                sites: issue.sites.clone(),
                may_append: issue.kinds.clone(),
                may_read: issue.read,
                until_on: issue.until,
            };
            writeln!(out, "{}", access::issue_token(&store, wanted, clock.now()).await?)?;
            store.close().await;
        }
        TokenOrder::Revoke(revoke) => {
            let store = revoke.data.open_existing().await?;
            let (name, reason) = (revoke.name.as_str(), revoke.reason.as_str());
            access::revoke_token(&store, name, reason, clock.now()).await?;
            store.close().await;
        }
    }
    Ok(())
}
