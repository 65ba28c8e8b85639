//! The dockets in one process: judged where it is this process's turn, looked on elsewhere.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::sleep;
use tongjian_projections::supervision::{EDITION, NAME};

use super::{Dockets, Stepped, stating, tables_of};
use crate::runner::feed::Feed;
use crate::runner::follower::Turn;
use crate::runner::{RunnerError, Standing};
use crate::store::read_tables::{Begun, Role, Writer};

/// How long the dockets wait before they look whether a fact has changed, when nobody tells them.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

pub(in crate::runner) struct Follower {
    feed: Arc<Feed>,
    tell: watch::Sender<Standing>,
    /// Told when a projection has moved.
    moved: watch::Receiver<u64>,
    stop: watch::Receiver<bool>,
    turn: Turn,
}

impl Follower {
    pub(in crate::runner) fn new(
        feed: Arc<Feed>,
        tell: watch::Sender<Standing>,
        moved: watch::Receiver<u64>,
        stop: watch::Receiver<bool>,
    ) -> Self {
        Self { feed, tell, moved, stop, turn: Turn::new(NAME) }
    }

    /// Judges on its own thread; what it waits for is waited for by the runtime of the service.
    pub(in crate::runner) fn run(mut self, runtime: &Handle) {
        runtime.block_on(self.follow());
    }

    async fn follow(&mut self) {
        let mut dockets = None;
        while !*self.stop.borrow() {
            self.moved.mark_unchanged();
            match self.advance(&mut dockets).await {
                Ok(true) => {}
                Ok(false) => self.pause().await,
                Err(error) => {
                    Standing::waits(&self.tell, NAME, &error);
                    dockets = None;
                    self.pause().await;
                }
            }
        }
        self.turn.end(self.feed.store()).await;
    }

    async fn pause(&mut self) {
        tokio::select! {
            _ = self.stop.changed() => {}
            Ok(()) = self.moved.changed() => {}
            () = sleep(LOOK_AGAIN) => {}
        }
    }

    /// Takes a step; answers whether another may follow at once.
    async fn advance(&mut self, dockets: &mut Option<Dockets>) -> Result<bool, RunnerError> {
        let store = self.feed.store();
        if !self.turn.is_ours(store).await? {
            *dockets = None;
            let all = store.checkpoints(NAME).await?;
            let serving = all.into_iter().find(|at| at.role == Role::Serving);
            if let Some(at) = serving.filter(|at| at.edition == EDITION) {
                self.stands(at.position, at.stopped);
            }
            return Ok(false);
        }
        let judging = match dockets {
            Some(judging) => judging,
            None => dockets.insert(Dockets::new(Arc::clone(&self.feed)).await?),
        };
        match judging.step(Role::Serving).await? {
            Stepped::Moved(position) | Stepped::UpToDate(position) => {
                self.stands(position, None);
                Ok(false)
            }
            Stepped::Overtaken => Ok(true),
            Stepped::Stopped(poison) => {
                self.tell.send_modify(|at| at.stopped = Some(poison));
                Ok(false)
            }
            Stepped::Absent => {
                *dockets = None;
                let mut writer = store.read_tables_writer().await?;
                make(&mut writer).await
            }
        }
    }

    fn stands(&self, position: u64, stopped: Option<crate::runner::Poison>) {
        self.tell.send_if_modified(|at| {
            let now = Standing { position, stopped, ..Standing::default() };
            let differs = *at != now;
            *at = now;
            differs
        });
    }
}

/// Makes the tables of this edition where they are missing; every docket is to be judged then.
/// Answers whether the dockets can be judged: all projections that state facts are made.
pub(in crate::runner) async fn make(writer: &mut Writer) -> Result<bool, RunnerError> {
    let all = writer.checkpoints(NAME).await?;
    if all.iter().any(|at| at.role == Role::Serving && at.edition == EDITION) {
        return Ok(false);
    }
    for (projection, _) in stating() {
        let serving = writer.in_role(projection.name, Role::Serving).await?;
        if serving.is_none_or(|at| at.edition != projection.edition) {
            return Ok(false);
        }
    }
    // What an older edition judged is judged anew.
    for at in &all {
        writer.discard(at).await?;
    }
    let next = all.iter().map(|at| at.generation).max().unwrap_or(0) + 1;
    for (_, view) in stating() {
        writer.mark_all_of(view).await?;
    }
    writer.make(&tables_of(EDITION, next), &Begun::Serving).await?;
    Ok(true)
}
