//! 重建: a new generation beside the one that serves. It is filled stream by stream with the acts up
//! to a position, indexed, catches up act by act, and takes the views over in one transaction; the
//! one before is kept until it is told to go. Memory stays flat, and a rebuild that was broken off
//! goes on where it stood.

use std::sync::Arc;

use tokio::time::{Instant, sleep};

use super::RunnerError;
use super::feed::Feed;
use super::filling::{EVERYTHING, Filling, NOTHING, fill};
use super::live::{Live, Stepped};
use super::registry::Registered;
use crate::store::leases::{HELD_EVERY, LASTS};
use crate::store::read_tables::{Begun, Checkpoint, Role, Writer};
use crate::store::{Store, StoreError};

/// Which part of a rebuild is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Acts are folded, rows and lines written.
    Filling,
    /// Indexes are made.
    Indexing,
    /// What came meanwhile is taken in.
    CatchingUp,
}

/// Makes a new generation of each projection and lets it serve. Answers their checkpoints.
pub(super) async fn rebuild(
    projections: &[&'static Registered],
    feed: Arc<Feed>,
    progress: &mut (dyn FnMut(Part, u64, u64) + Send),
) -> Result<Vec<Checkpoint>, RunnerError> {
    let store = feed.store().clone();
    alone(&store, projections, Box::pin(make(projections, feed, progress))).await
}

/// Lets the generation that served before serve again, after it has caught up.
pub(super) async fn switch_back(
    projection: &'static Registered,
    feed: Arc<Feed>,
    progress: &mut (dyn FnMut(Part, u64, u64) + Send),
) -> Result<Checkpoint, RunnerError> {
    let store = feed.store().clone();
    let work = async {
        let mut writer = store.read_tables_writer().await?;
        take_back(&mut writer, projection).await?;
        catch_up(projection, feed, &mut writer, progress).await
    };
    alone(&store, &[projection], Box::pin(work)).await
}

/// Drops the generation that served before. Answers what was dropped.
pub(super) async fn drop_old(
    store: &Store,
    projection: &Registered,
) -> Result<Vec<Checkpoint>, StoreError> {
    let mut writer = store.read_tables_writer().await?;
    let mut dropped = Vec::new();
    for at in writer.checkpoints(projection.name).await? {
        if at.role == Role::Retired && writer.discard(&at).await? {
            dropped.push(at);
        }
    }
    Ok(dropped)
}

/// Does a work while no other process makes these projections.
async fn alone<T>(
    store: &Store,
    projections: &[&'static Registered],
    work: impl Future<Output = Result<T, RunnerError>>,
) -> Result<T, RunnerError> {
    let lease = |projection: &&Registered| format!("rebuild/{}", projection.name);
    let leases: Vec<String> = projections.iter().map(lease).collect();
    let start = Instant::now();
    for (lease, projection) in leases.iter().zip(projections) {
        // One who rebuilt and is no more holds on to it no longer than that.
        while !store.take_lease(lease, LASTS).await? {
            if start.elapsed() > LASTS + HELD_EVERY {
                return Err(RunnerError::Overtaken { projection: projection.name });
            }
            sleep(HELD_EVERY / 4).await;
        }
    }
    let done = store.holding(&leases, work).await;
    for lease in &leases {
        store.give_lease_back(lease).await;
    }
    done
}

async fn make(
    projections: &[&'static Registered],
    feed: Arc<Feed>,
    progress: &mut (dyn FnMut(Part, u64, u64) + Send),
) -> Result<Vec<Checkpoint>, RunnerError> {
    let mut writer = feed.store().read_tables_filler().await?;
    let head = feed.store().head().await?.position;
    let mut fillings = Vec::with_capacity(projections.len());
    for projection in projections {
        let at = begin(&mut writer, projection, head).await?;
        fillings.push(Filling::new(projection, at));
    }
    fill(&feed, &mut writer, &mut fillings, progress).await?;
    let (mut made, mut stopped) = (Vec::with_capacity(fillings.len()), None);
    for Filling { projection, at, tables, stopped: poison } in fillings {
        let outcome = match poison {
            Some(poison) => Err(RunnerError::Stopped { projection: projection.name, poison }),
            None => {
                progress(Part::Indexing, at.position, at.position);
                writer.index(&tables).await?;
                catch_up(projection, Arc::clone(&feed), &mut writer, progress).await
            }
        };
        match outcome {
            Ok(at) => made.push(at),
            // It stops alone; the others are made.
            Err(error @ RunnerError::Stopped { .. }) => stopped = stopped.or(Some(error)),
            Err(error) => return Err(error),
        }
    }
    stopped.map_or(Ok(made), Err)
}

/// The generation to be filled: one that was broken off, or a new one with the acts up to `head`.
/// The one that served before the serving one goes first.
async fn begin(
    writer: &mut Writer,
    projection: &Registered,
    head: u64,
) -> Result<Checkpoint, RunnerError> {
    let overtaken = || RunnerError::Overtaken { projection: projection.name };
    let all = writer.checkpoints(projection.name).await?;
    let mut begun = None;
    for at in &all {
        match at.role {
            Role::Serving => {}
            Role::Filling if goes_on(at, projection) => begun = Some(at.clone()),
            Role::Filling | Role::Retired => {
                writer.discard(at).await?;
            }
        }
    }
    if let Some(begun) = begun {
        return Ok(begun);
    }
    let next = all.iter().map(|at| at.generation).max().unwrap_or(0) + 1;
    let tables = projection.generation(projection.edition, next);
    writer.make(&tables, &Begun::Filling { position: head, through: NOTHING }).await?;
    writer.in_role(projection.name, Role::Filling).await?.ok_or_else(overtaken)
}

/// Whether a rebuild goes on with this generation. One of another edition says something else; one
/// that was being taken back was not to be made anew; and the first release filled otherwise: what
/// it left half done names no stream.
fn goes_on(at: &Checkpoint, projection: &Registered) -> bool {
    let filled = |through: &str| through == EVERYTHING || through.contains(NOTHING);
    at.edition == projection.edition && at.filled_through.as_deref().is_some_and(filled)
}

/// Makes the generation that served before one that follows the chronicle again.
async fn take_back(writer: &mut Writer, projection: &Registered) -> Result<(), RunnerError> {
    let all = writer.checkpoints(projection.name).await?;
    let own = |role| move |at: &&Checkpoint| at.role == role && at.edition == projection.edition;
    let begun = all.iter().filter(own(Role::Filling)).any(|at| at.filled_through.is_none());
    if begun {
        return Ok(());
    }
    let Some(retired) = all.iter().find(own(Role::Retired)) else {
        return Err(RunnerError::NoneKept { projection: projection.name });
    };
    for filling in all.iter().filter(|at| at.role == Role::Filling) {
        writer.discard(filling).await?;
    }
    if writer.take_back(retired).await? {
        Ok(())
    } else {
        Err(RunnerError::NoneKept { projection: projection.name })
    }
}

/// Follows the chronicle until the generation beside the serving one is level, then switches.
async fn catch_up(
    projection: &'static Registered,
    feed: Arc<Feed>,
    writer: &mut Writer,
    progress: &mut (dyn FnMut(Part, u64, u64) + Send),
) -> Result<Checkpoint, RunnerError> {
    let name = projection.name;
    let mut live = Live::new(projection, feed, Role::Filling).await?;
    loop {
        match live.step().await? {
            Stepped::Moved(position) => progress(Part::CatchingUp, position, position),
            Stepped::Overtaken => {}
            Stepped::Absent => return Err(RunnerError::Overtaken { projection: name }),
            Stepped::Stopped(poison) => {
                return Err(RunnerError::Stopped { projection: name, poison });
            }
            Stepped::UpToDate(_) => {
                let Some(at) = live.checkpoint().cloned() else { continue };
                let tables = projection.generation(at.edition, at.generation);
                if writer.switch(&tables, &at).await? {
                    return Ok(Checkpoint { role: Role::Serving, filled_through: None, ..at });
                }
            }
        }
    }
}
