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
/// How much text is packed at once.
const TEXT: usize = 1 << 16;

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
    folder: Option<&Path>,
    (store, snapshot): (&Store, &mut Snapshot),
    content: &Content,
) -> Result<(), StoreError> {
    let (Some(folder), scope) = (folder, &content.basis.scope) else { return Ok(()) };
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
        let (mut packing, mut unread) = (Packing::new(), false);
        let bound = bounds(sql, figure.period, scope);
        let take = |row| line(row).map_or_else(|| unread = true, |line| packing.take(&line));
        snapshot.each(&whole, &bound, take).await?;
        if unread {
            return Err(unreadable(query));
        }
        let writing = tokio::task::spawn_blocking(move || packing.write(&file, is_top));
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

/// Lines of one part of one site: how many, how many with an amount, and the sum of these.
type Sums = BTreeMap<(Option<String>, String), (i64, i64, i64)>;

/// Lines on their way into a file.
struct Packing {
    sums: Sums,
    /// Text that is not packed yet: the packer takes much better than little by little.
    text: Vec<u8>,
    packed: GzEncoder<Vec<u8>>,
    failed: Option<io::Error>,
}

impl Packing {
    fn new() -> Self {
        let packed = GzEncoder::new(Vec::new(), Compression::fast());
        Self { sums: Sums::new(), text: Vec::new(), packed, failed: None }
    }

    fn take(&mut self, line: &TracedLine) {
        let sum = self.sums.entry((line.site.clone(), line.part.clone())).or_default();
        sum.0 += 1;
        sum.1 += i64::from(line.amount.is_some());
        sum.2 = sum.2.saturating_add(line.amount.unwrap_or(0));
        if let Err(error) = serde_json::to_writer(&mut self.text, line) {
            self.failed.get_or_insert(error.into());
        }
        self.text.push(b'\n');
        if self.text.len() >= TEXT {
            self.pack();
        }
    }

    fn pack(&mut self) {
        if let Err(error) = self.packed.write_all(&self.text) {
            self.failed.get_or_insert(error);
        }
        self.text.clear();
    }

    /// The digest of what follows, how long the head is, the head, and the lines, both packed.
    fn write(mut self, file: &Path, is_top: bool) -> io::Result<()> {
        self.pack();
        if let Some(error) = self.failed {
            return Err(error);
        }
        let sum =
            |((site, part), (lines, measured, total))| Sum { site, part, lines, measured, total };
        let head = Head { is_top, sums: self.sums.into_iter().map(sum).collect() };
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        serde_json::to_writer(&mut packed, &head)?;
        let head = packed.finish()?;
        let long = u32::try_from(head.len()).map_err(io::Error::other)?.to_be_bytes();
        let rest = [long.as_slice(), &head, &self.packed.finish()?].concat();
        let digest: [u8; DIGEST] = Sha256::digest(&rest).into();
        written(file, &[digest.as_slice(), &rest].concat())
    }
}

/// The head and the packed lines of a file; `None` where it was altered.
fn opened(bytes: &[u8]) -> io::Result<Option<(Head, &[u8])>> {
    let Some((digest, rest)) = bytes.split_first_chunk::<DIGEST>() else { return Ok(None) };
    if <[u8; DIGEST]>::from(Sha256::digest(rest)) != *digest {
        return Ok(None);
    }
    let Some((long, rest)) = rest.split_first_chunk::<4>() else { return Ok(None) };
    let long = usize::try_from(u32::from_be_bytes(*long)).map_err(io::Error::other)?;
    let Some((head, lines)) = rest.split_at_checked(long) else { return Ok(None) };
    let head = serde_json::from_reader(BufReader::new(GzDecoder::new(head)))?;
    Ok(Some((head, lines)))
}

/// A page of a figure's lines; `None` where the file was altered or does not give the figure.
fn read(
    file: &Path,
    figure: &Figure,
    scope: &SiteCode,
    page: Page,
) -> io::Result<Option<(Vec<TracedLine>, bool)>> {
    let bytes = std::fs::read(file)?;
    let Some((head, packed)) = opened(&bytes)? else { return Ok(None) };
    let (mut packed, mut text) = (BufReader::new(GzDecoder::new(packed)), String::new());
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
