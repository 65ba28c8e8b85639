//! 溯源: from a figure to the lines it was made of, and from each line to its acts.

use serde::{Deserialize, Serialize};
use tongjian_events::{SiteCode, StreamId};
use tongjian_projections::Cell;

use super::content::{Content, Figure};
use super::contents::{Contents, Makes};
use super::draft::DraftError;
use super::figures::bounds;
use super::gathered::{is_top, number, text};
use super::letter::Letter;
use super::life::{Bulletin, LifeError, position_of};
use super::lines;
use super::queries::{self, Query};
use crate::store::read_tables::lists::Bound;
use crate::store::{Store, StoreError};

/// 溯源結果: a figure and a page of its lines.
#[derive(Debug, Clone, Serialize)]
pub struct Traced {
    /// The figure's name.
    pub name: String,
    /// The figure.
    pub figure: Figure,
    /// What its query counts.
    pub what: &'static str,
    /// The position that its lines speak of.
    pub position: u64,
    /// Its lines, in the order of their keys.
    pub lines: Vec<TracedLine>,
    /// How many lines to pass over for the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<usize>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedLine {
    /// Its site.
    pub site: Option<String>,
    /// The stream it is about, or the key of its row.
    pub object: String,
    /// The part it belongs to.
    pub part: String,
    /// Its amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// Where its acts stand.
    pub acts: Vec<u64>,
}

/// Which lines of a figure.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// How many to pass over.
    pub skip: usize,
    /// At most so many.
    pub limit: usize,
}

/// The order of lines.
pub(super) const ORDER: &str =
    "order by object, coalesce(part, 'none'), coalesce(site, ''), coalesce(acts, '')";

/// 所溯之數: a figure of a content, and the position that its lines speak of.
#[derive(Debug, Clone, Copy)]
pub struct Sought<'a> {
    /// The content.
    pub content: &'a Content,
    /// The figure's name.
    pub name: &'a str,
    /// The position: of an erratum's figure as it was, another than the content's.
    pub position: u64,
}

impl<'a> Sought<'a> {
    /// A figure of a bulletin's letter, or of one of its errata.
    #[must_use]
    pub fn of(held: &Bulletin, letter: &'a Letter, name: &'a str) -> Self {
        let content = &letter.content;
        Self { content, name, position: position_of(held, letter.erratum_no, content, name) }
    }
}

/// The lines of a figure, read at its position: from the tables as they stand if they stand there,
/// or from what was kept of them, or else from the chronicle as it stood. `None` where there is no
/// such figure.
///
/// # Errors
/// [`LifeError`].
pub async fn trace(
    (store, contents, makes): (&Store, &Contents, &Makes<'_>),
    sought: Sought<'_>,
    page: Page,
) -> Result<Option<Traced>, LifeError> {
    let Sought { content, name, position } = sought;
    let Some(figure) = content.figure(name) else { return Ok(None) };
    let Some(query) = queries::named(&figure.query) else { return Ok(None) };
    let scope = &content.basis.scope;
    let found = match at(store, (query, figure), scope, position, page).await {
        Err(DraftError::Restless) => {
            match lines::kept(contents, store, (figure, position, scope), page).await? {
                Some(kept) => kept,
                None => made((store, contents, makes), sought, (query, figure), page).await?,
            }
        }
        found => found?,
    };
    let (mut lines, more) = found;
    add_acts(store, &mut lines, position).await?;
    Ok(Some(Traced {
        name: name.to_owned(),
        figure: figure.clone(),
        what: query.what(),
        position,
        lines,
        next: more.then_some(page.skip + page.limit),
    }))
}

/// From the chronicle as it stood, whose lines are kept.
async fn made(
    (store, contents, makes): (&Store, &Contents, &Makes<'_>),
    Sought { content, position, .. }: Sought<'_>,
    of: (&Query, &Figure),
    page: Page,
) -> Result<(Vec<TracedLine>, bool), LifeError> {
    let past = makes.past(store, position).await?;
    if let Some(mut snapshot) = past.store().snapshot().await? {
        let kept = lines::keep(contents.folder(), (past.store(), &mut snapshot), content).await;
        snapshot.close().await?;
        kept?;
    }
    Ok(at(past.store(), of, &content.basis.scope, position, page).await?)
}

/// A page of the lines of a figure, of a chronicle that stands at their position, and whether more
/// follow.
///
/// # Errors
/// [`DraftError::Restless`] when it stands elsewhere.
async fn at(
    store: &Store,
    (query, figure): (&Query, &Figure),
    scope: &SiteCode,
    position: u64,
    page: Page,
) -> Result<(Vec<TracedLine>, bool), DraftError> {
    let Some(mut snapshot) = store.snapshot().await? else { return Err(DraftError::Restless) };
    if snapshot.position() != position {
        snapshot.close().await?;
        return Err(DraftError::Restless);
    }
    let takes_all =
        figure.site == *scope && !figure.itself && is_top(&mut snapshot, &figure.site).await?;
    let (sql, bound) = narrowed(query.statement(store), (figure, scope), takes_all, page);
    let rows = snapshot.rows(&sql, &bound).await;
    snapshot.close().await?;
    let lines: Option<Vec<TracedLine>> = rows?.into_iter().map(line).collect();
    let mut lines = lines.ok_or_else(|| unreadable(query))?;
    let more = lines.len() > page.limit;
    lines.truncate(page.limit);
    Ok((lines, more))
}

pub(super) fn unreadable(query: &Query) -> StoreError {
    StoreError::ReadTables {
        finding: format!("the query `{}` answers what is no line", query.name),
    }
}

/// The lines of a query that a figure counts, a page of them. Names come from a file of ours;
/// values are bound.
fn narrowed(
    sql: &str,
    (figure, scope): (&Figure, &SiteCode),
    takes_all: bool,
    page: Page,
) -> (String, Vec<Bound>) {
    let mut bound = bounds(sql, figure.period, scope);
    let mut mark = |value: Bound| {
        bound.push(value);
        format!("${}", bound.len())
    };
    let site = if figure.itself { figure.site.as_str() } else { figure.site.subtree_prefix() };
    let is_whole = site.len() == figure.site.as_str().len();
    let at = mark(Bound::Text(site.to_owned()));
    let mut sites = match is_whole {
        true => format!("site = {at}"),
        false => format!("substr(site, 1, {}) = {at}", site.chars().count()),
    };
    if takes_all {
        sites.push_str(" or site is null");
    }
    let parts: Vec<String> =
        figure.parts.iter().map(|part| mark(Bound::Text(part.clone()))).collect();
    let parts = match parts.is_empty() {
        true => String::new(),
        false => format!(" and coalesce(part, 'none') in ({})", parts.join(", ")),
    };
    let sql = format!(
        "select site, object, part, amount, acts from (\n{}\n) as answer \
         where ({sites}){parts} {ORDER} limit {} offset {}",
        sql.trim_end(),
        page.limit + 1,
        page.skip,
    );
    (sql, bound)
}

pub(super) fn line(row: Vec<Cell>) -> Option<TracedLine> {
    let [site, object, part, amount, acts] = <[Cell; 5]>::try_from(row).ok()?;
    let acts = text(&acts).unwrap_or_default();
    Some(TracedLine {
        site: text(&site),
        object: text(&object)?.replace('\t', "/"),
        part: text(&part).unwrap_or_else(|| "none".into()),
        amount: number(&amount),
        acts: acts.split(',').filter_map(|at| at.parse().ok()).collect(),
    })
}

/// The acts of each line's stream, beside those that the line names.
async fn add_acts(
    store: &Store,
    lines: &mut [TracedLine],
    position: u64,
) -> Result<(), StoreError> {
    let is_stream = |object: &&String| object.parse::<StreamId>().is_ok();
    let mut names: Vec<String> =
        lines.iter().map(|line| &line.object).filter(is_stream).cloned().collect();
    names.sort_unstable();
    names.dedup();
    let held = store.streams_of(&names, position).await?;
    for line in lines {
        if let Ok(found) = held.binary_search_by(|(name, _)| name.as_str().cmp(&line.object))
            && let Some((_, acts)) = held.get(found)
        {
            line.acts.extend(acts.iter().map(|act| act.position));
        }
        line.acts.sort_unstable();
        line.acts.dedup();
    }
    Ok(())
}
