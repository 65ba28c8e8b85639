//! 留存的行: the lines behind the figures of a content, kept beside the contents while a chronicle
//! that stands at their position is at hand. A file is named by all that its lines follow from: the
//! last act, the query, the days and the scope. What is read there must give the figure; without
//! it the chronicle is made again as it stood.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead as _, BufReader, Write as _};
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

/// How many bytes a digest has.
const DIGEST: usize = 32;

/// What a file holds before its lines.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    /// Whether the scope is the top of the network: what is of no site counts there.
    is_top: bool,
    /// The lines of each part of each site together.
    sums: Vec<Sum>,
}

/// Lines of one part of one site.
#[derive(Debug, Serialize, Deserialize)]
struct Sum {
    site: Option<String>,
    part: String,
    lines: i64,
    measured: i64,
    total: i64,
}

impl Head {
    fn of(is_top: bool, lines: &[TracedLine]) -> Self {
        let mut sums: BTreeMap<(Option<&str>, &str), (i64, i64, i64)> = BTreeMap::new();
        for line in lines {
            let sum = sums.entry((line.site.as_deref(), &line.part)).or_default();
            sum.0 += 1;
            sum.1 += i64::from(line.amount.is_some());
            sum.2 = sum.2.saturating_add(line.amount.unwrap_or(0));
        }
        let sum = |((site, part), (lines, measured, total)): ((Option<&str>, &str), _)| Sum {
            site: site.map(ToOwned::to_owned),
            part: part.to_owned(),
            lines,
            measured,
            total,
        };
        Self { is_top, sums: sums.into_iter().map(sum).collect() }
    }

    /// Whether the lines give a figure.
    fn gives(&self, figure: &Figure, takes_all: bool) -> bool {
        let mut tally = Tally::default();
        for sum in &self.sums {
            if is_within(figure, takes_all, sum.site.as_deref()) {
                let sums = (sum.lines, sum.measured, sum.total);
                tally.take(is_counted(figure, &sum.part), sums);
            }
        }
        tally.value(figure.measure) == figure.value && tally.lines() == figure.lines
    }
}

/// As much of a line as says whether a figure counts it.
#[derive(Debug, Deserialize)]
struct Glance<'a> {
    site: Option<&'a str>,
    #[serde(borrow)]
    part: Cow<'a, str>,
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
        let writing = tokio::task::spawn_blocking(move || write(&file, is_top, &lines));
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
    hash.update(b"tongjian lines 2");
    hash.update(leaf);
    let texts: Vec<&str> = query.texts().collect();
    for text in [query.name, &days, scope.as_str()].iter().chain(&texts) {
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    folder.join(format!("{}.lines", hex(&<[u8; 32]>::from(hash.finalize()))))
}

/// The digest of what follows, and then packed the head and a line of text for each line.
fn write(file: &Path, is_top: bool, lines: &[TracedLine]) -> io::Result<()> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    serde_json::to_writer(&mut packed, &Head::of(is_top, lines))?;
    for line in lines {
        packed.write_all(b"\n")?;
        serde_json::to_writer(&mut packed, line)?;
    }
    let packed = packed.finish()?;
    let digest: [u8; DIGEST] = Sha256::digest(&packed).into();
    written(file, &[digest.as_slice(), &packed].concat())
}

/// A page of a figure's lines; `None` where the file was altered or does not give the figure.
fn read(
    file: &Path,
    figure: &Figure,
    scope: &SiteCode,
    page: Page,
) -> io::Result<Option<(Vec<TracedLine>, bool)>> {
    let bytes = std::fs::read(file)?;
    let Some((digest, packed)) = bytes.split_first_chunk::<DIGEST>() else { return Ok(None) };
    if <[u8; DIGEST]>::from(Sha256::digest(packed)) != *digest {
        return Ok(None);
    }
    let mut packed = BufReader::new(GzDecoder::new(packed));
    let mut text = String::new();
    packed.read_line(&mut text)?;
    let head: Head = serde_json::from_str(&text)?;
    let takes_all = head.is_top && figure.site == *scope && !figure.itself;
    if !head.gives(figure, takes_all) {
        return Ok(None);
    }
    let (mut lines, mut counted) = (Vec::new(), 0_usize);
    let until = page.skip.saturating_add(page.limit);
    while counted <= until {
        text.clear();
        if packed.read_line(&mut text)? == 0 {
            break;
        }
        let Glance { site, part } = serde_json::from_str(&text)?;
        if !is_within(figure, takes_all, site) || !is_counted(figure, &part) {
            continue;
        }
        if (page.skip..until).contains(&counted) {
            lines.push(serde_json::from_str(&text)?);
        }
        counted += 1;
    }
    Ok(Some((lines, counted > until)))
}

fn is_counted(figure: &Figure, part: &str) -> bool {
    figure.parts.is_empty() || figure.parts.iter().any(|counted| counted == part)
}

fn is_within(figure: &Figure, takes_all: bool, site: Option<&str>) -> bool {
    let Some(site) = site else { return takes_all };
    let prefix = if figure.itself { figure.site.as_str() } else { figure.site.subtree_prefix() };
    match prefix.len() == figure.site.as_str().len() {
        true => site == prefix,
        false => site.starts_with(prefix),
    }
}
