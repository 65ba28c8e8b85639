//! The proof of the dockets: every line equals what follows from the facts that are stored, which
//! are proven against a refold of the chronicle with their own projections.

use std::collections::BTreeSet;
use std::sync::Arc;

use tongjian_projections::Cell;
use tongjian_projections::supervision::{EDITION, NAME, docket::Docket};

use super::{judged, stating, tables_of};
use crate::runner::feed::Feed;
use crate::runner::{Difference, RunnerError};
use crate::store::StoreError;
use crate::store::read_tables::{Role, Tables, Writer};

/// How many dockets are compared at a time.
const COMPARED: u32 = 200;

/// Proves the judgements on all dockets; answers the position up to which they are proven.
pub(in crate::runner) async fn verify(
    feed: Arc<Feed>,
    progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<u64, RunnerError> {
    let mut reader = feed.store().read_tables_writer().await?;
    reader.begin_reading().await?;
    let proven = prove(&feed, &mut reader, progress).await;
    reader.roll_back().await?;
    proven
}

async fn prove(
    feed: &Feed,
    reader: &mut Writer,
    progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<u64, RunnerError> {
    let at = reader.in_role(NAME, Role::Serving).await?.filter(|at| at.edition == EDITION);
    let Some(at) = at else { return Err(RunnerError::Absent { projection: NAME }) };
    if !reader.marks(1).await?.is_empty() {
        return Err(RunnerError::Overtaken { projection: NAME });
    }
    let tables = tables_of(at.edition, at.generation);
    let context = feed.context_at(at.position).await?;
    let of = reader.count_after(&tables, "").await?;
    let (mut done, mut after) = (0, String::new());
    loop {
        let mut page: BTreeSet<String> =
            reader.keys_after(&tables, &after, COMPARED).await?.into_iter().collect();
        for (_, view) in stating() {
            page.extend(reader.dockets_after(view, &after, COMPARED).await?);
        }
        let page: Vec<String> = page.into_iter().take(COMPARED as usize).collect();
        let Some(last) = page.last() else { return Ok(at.position) };
        after.clone_from(last);
        done += page.len() as u64;
        progress(done, of.max(done));
        compare(reader, &tables, &page, &context).await?;
    }
}

async fn compare(
    reader: &mut Writer,
    tables: &Tables,
    page: &[String],
    context: &tongjian_projections::Context,
) -> Result<(), RunnerError> {
    let mut due = Vec::new();
    for key in page {
        let finding = || format!("`{key:?}` is no docket");
        let docket =
            Docket::of(key).ok_or_else(|| StoreError::ReadTables { finding: finding() })?;
        let mut facts = Vec::new();
        for (_, view) in stating() {
            facts.extend(reader.facts_of(view, &docket.known()).await?);
        }
        let change = judged(&docket, facts, context)
            .map_err(|poison| RunnerError::Stopped { projection: NAME, poison })?;
        due.push(change);
    }
    for (index, line) in tables.lines.iter().enumerate() {
        let mut stored = reader.lines_of(line, page).await?;
        let mut follow: Vec<(String, Vec<Cell>)> = due
            .iter()
            .flat_map(|change| {
                let at_rest = |cells: &[Cell]| cells.iter().cloned().map(Cell::at_rest).collect();
                change.lines_of(index).map(move |cells| (change.key.clone(), at_rest(cells)))
            })
            .collect();
        let text = |line: &(String, Vec<Cell>)| format!("{line:?}");
        stored.sort_by_key(text);
        follow.sort_by_key(text);
        if stored != follow {
            return Err(differs(&line.name, &stored, &follow));
        }
    }
    Ok(())
}

/// The first line that one side has and the other has not.
fn differs(
    table: &str,
    stored: &[(String, Vec<Cell>)],
    follow: &[(String, Vec<Cell>)],
) -> RunnerError {
    let lacks = |of: &[(String, Vec<Cell>)], line: &(String, Vec<Cell>)| !of.contains(line);
    let extra = stored.iter().find(|line| lacks(follow, line));
    let missing = follow.iter().find(|line| lacks(stored, line));
    let shown = |line: Option<&(String, Vec<Cell>)>| {
        line.map_or_else(|| "nothing".to_owned(), |(_, cells)| format!("{cells:?}"))
    };
    let key = extra.or(missing).map_or_else(|| "*".to_owned(), |(key, _)| key.replace('\t', " "));
    RunnerError::Differs(Box::new(Difference {
        projection: NAME,
        table: table.to_owned(),
        key,
        column: "*".into(),
        stored: shown(extra),
        refolded: shown(missing),
    }))
}
