//! 留存的行: the lines behind the figures of a content, kept beside the contents while a chronicle
//! that stands at their position is at hand. A file is named by all that its lines follow from: the
//! last act, the query, the days and the scope. What is read there must give the figure; without
//! it the chronicle is made again as it stood.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tongjian_events::SiteCode;

use super::content::{Content, Figure};
use super::contents::{Contents, written};
use super::figures::bounds;
use super::gathered::is_top;
use super::queries::{self, Query};
use super::tally::Tally;
use super::trace::{ORDER, Page, TracedLine, line, unreadable};
use crate::access::hex;
use crate::store::read_tables::snapshot::Snapshot;
use crate::store::{Store, StoreError};

/// What a file begins with.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    /// Whether the scope is the top of the network: what is of no site counts there.
    is_top: bool,
}

/// Keeps the lines of every query that a content's figures ask. That one cannot be written is
/// told, no more.
pub(super) async fn keep(
    contents: &Contents,
    (store, snapshot): (&Store, &mut Snapshot),
    content: &Content,
) -> Result<(), StoreError> {
    let (Some(folder), scope) = (contents.folder(), &content.basis.scope) else { return Ok(()) };
    let Some(leaf) = leaf(store, snapshot.position()).await? else { return Ok(()) };
    let is_top = is_top(snapshot, scope).await?;
    let mut kept = BTreeSet::new();
    for figure in content.figures.values() {
        let Some(query) = queries::named(&figure.query) else { continue };
        let file = file(folder, &leaf, query, figure, scope);
        if !kept.insert(file.clone()) {
            continue;
        }
        let sql = query.statement(store);
        let whole = format!(
            "select site, object, part, amount, acts from (\n{}\n) as answer {ORDER}",
            sql.trim_end()
        );
        let rows = snapshot.rows(&whole, &bounds(sql, figure.period, scope)).await?;
        let lines: Option<Vec<TracedLine>> = rows.into_iter().map(line).collect();
        let lines = lines.ok_or_else(|| unreadable(query))?;
        let writing = tokio::task::spawn_blocking(move || write(&file, &Head { is_top }, &lines));
        if let Ok(Err(error)) = writing.await {
            tracing::warn!(query = query.name, %error, "the lines of a query could not be kept");
        }
    }
    Ok(())
}

/// A page of a figure's lines at a position, and whether more follow; `None` where they are not
/// kept, or do not give the figure.
pub(super) async fn kept(
    contents: &Contents,
    store: &Store,
    (figure, position, scope): (&Figure, u64, &SiteCode),
    page: Page,
) -> Result<Option<(Vec<TracedLine>, bool)>, StoreError> {
    let (Some(folder), Some(query)) = (contents.folder(), queries::named(&figure.query)) else {
        return Ok(None);
    };
    let Some(leaf) = leaf(store, position).await? else { return Ok(None) };
    let file = file(folder, &leaf, query, figure, scope);
    let (figure, scope) = (figure.clone(), scope.clone());
    let reading = tokio::task::spawn_blocking(move || read(&file, &figure, &scope, page));
    Ok(reading.await.ok().and_then(Result::ok).flatten())
}

/// The leaf of the act at a position.
async fn leaf(store: &Store, position: u64) -> Result<Option<[u8; 32]>, StoreError> {
    let Some(before) = position.checked_sub(1) else { return Ok(None) };
    let found = store.after(before, 1).await?.into_iter().next();
    Ok(found.filter(|act| act.position == position).map(|act| act.leaf))
}

fn file(
    folder: &Path,
    leaf: &[u8; 32],
    query: &Query,
    figure: &Figure,
    scope: &SiteCode,
) -> PathBuf {
    let days = format!("{}..{}", figure.period.from_on, figure.period.until_on);
    let mut hash = Sha256::new();
    hash.update(b"tongjian lines 1");
    hash.update(leaf);
    let texts: Vec<&str> = query.texts().collect();
    for text in [query.name, &days, scope.as_str()].iter().chain(&texts) {
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    folder.join(format!("lines-{}.gz", hex(&<[u8; 32]>::from(hash.finalize()))))
}

fn write(file: &Path, head: &Head, lines: &[TracedLine]) -> io::Result<()> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    serde_json::to_writer(&mut packed, head)?;
    for line in lines {
        packed.write_all(b"\n")?;
        serde_json::to_writer(&mut packed, line)?;
    }
    written(file, &packed.finish()?)
}

/// Reads a file to its end, whatever the page: only so it is known to give the figure.
fn read(
    file: &Path,
    figure: &Figure,
    scope: &SiteCode,
    page: Page,
) -> io::Result<Option<(Vec<TracedLine>, bool)>> {
    let mut text = BufReader::new(GzDecoder::new(BufReader::new(File::open(file)?)));
    let mut first = String::new();
    text.by_ref().read_line(&mut first)?;
    let head: Head = serde_json::from_str(&first)?;
    let takes_all = head.is_top && figure.site == *scope && !figure.itself;
    let (mut tally, mut lines, mut counted) = (Tally::default(), Vec::new(), 0_usize);
    let until = page.skip.saturating_add(page.limit);
    for text in text.lines() {
        let line: TracedLine = serde_json::from_str(&text?)?;
        if !is_within(figure, takes_all, line.site.as_deref()) {
            continue;
        }
        let is_counted = figure.parts.is_empty() || figure.parts.contains(&line.part);
        let amount = line.amount.unwrap_or(0);
        tally.take(is_counted, (1, i64::from(line.amount.is_some()), amount));
        if !is_counted {
            continue;
        }
        if (page.skip..until).contains(&counted) {
            lines.push(line);
        }
        counted += 1;
    }
    let gives = tally.value(figure.measure) == figure.value && tally.lines() == figure.lines;
    Ok(gives.then_some((lines, counted > until)))
}

fn is_within(figure: &Figure, takes_all: bool, site: Option<&str>) -> bool {
    let Some(site) = site else { return takes_all };
    let prefix = if figure.itself { figure.site.as_str() } else { figure.site.subtree_prefix() };
    match prefix.len() == figure.site.as_str().len() {
        true => site == prefix,
        false => site.starts_with(prefix),
    }
}
