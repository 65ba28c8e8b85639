//! `tongjian list`: the lists of supervision, as JSON lines.

use std::io::Write;
use std::str::FromStr as _;

use anyhow::{Context as _, bail};
use chrono::NaiveDate;
use clap::Args;
use tongjian_events::SiteCode;

use super::data::{Data, remember};
use crate::access::Grant;
use crate::clock::Clock;
use crate::lists::{self, LISTS, List, Wanted};
use crate::past::Past;
use crate::query::{KnownAt, Queries};

/// How many lines are read at a time.
const PAGE: u32 = 1_000;

/// 清單: which list, and what of it.
#[derive(Debug, Args)]
pub(super) struct ListQuestion {
    #[command(flatten)]
    data: Data,
    /// The list; without it the lists are named
    name: Option<String>,
    /// Lines of this site and the sites below it
    #[arg(long, value_name = "CODE")]
    site: Option<SiteCode>,
    /// A column and its value, such as level=red; may be repeated
    #[arg(long = "where", value_name = "COLUMN=VALUE")]
    values: Vec<String>,
    /// Lines from this day on
    #[arg(long, value_name = "DAY", value_parser = super::parse_day)]
    from: Option<NaiveDate>,
    /// Lines as they stood at the end of this day; today where nothing is said
    #[arg(long, value_name = "DAY", value_parser = super::parse_day)]
    as_of: Option<NaiveDate>,
    /// What the chronicle held: a position, or an instant; folded anew from the chronicle
    #[arg(long, value_name = "POSITION|INSTANT", value_parser = KnownAt::from_str)]
    known_at: Option<KnownAt>,
}

/// Writes one object per line, latest first.
///
/// # Errors
/// When there is no such list or column, or the read tables are not made.
pub(super) async fn run(
    asked: &ListQuestion,
    clock: &Clock,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let Some(name) = &asked.name else {
        for List { name, what, by, .. } in LISTS {
            writeln!(out, "{name}: {what} (by {})", by.join(", "))?;
        }
        return Ok(());
    };
    let names = || LISTS.iter().map(|list| list.name).collect::<Vec<_>>().join(", ");
    let list = lists::named(name);
    let list = list.with_context(|| format!("there is no list `{name}`; there are {}", names()))?;
    let mut values = Vec::new();
    for pair in &asked.values {
        let (column, value) = pair.split_once('=').unwrap_or((pair.as_str(), ""));
        match list.by.iter().find(|of| **of == column) {
            Some(column) => values.push((*column, value.to_owned())),
            None => bail!("--where {pair}: `{name}` is asked by {}", list.by.join(", ")),
        }
    }
    let now = asked.data.open_existing().await?;
    let site = asked.site.as_ref().map_or_else(String::new, |site| format!("site={site}"));
    let said = asked.values.iter().cloned().chain([site]).filter(|part| !part.is_empty());
    let said = said.collect::<Vec<_>>().join("&");
    remember(&now, *clock, &format!("lists/{name}"), said).await;
    let past = match asked.known_at {
        None => None,
        Some(known_at) => {
            let queries = Queries::new(now.clone(), *clock, None);
            Some(Past::of(&now, queries.position_of(Some(known_at)).await?).await?)
        }
    };
    let store = past.as_ref().map_or(&now, Past::store);
    let today = clock.now().with_timezone(&chrono_tz::Asia::Shanghai).date_naive();
    let mut wanted = Wanted {
        site: asked.site.clone(),
        values,
        from: asked.from,
        as_of: Some(asked.as_of.unwrap_or(today)),
        limit: PAGE,
        ..Wanted::default()
    };
    loop {
        let page = lists::page(store, list, &wanted, &Grant::open()).await?;
        for line in &page.lines {
            writeln!(out, "{}", serde_json::to_string(line)?)?;
        }
        wanted.after = match page.next {
            Some(next) => Some(next),
            None => return Ok(()),
        };
    }
}
