//! One projection in one process: it folds where it is this process's turn, and looks on where
//! another folds.

use std::slice::from_ref;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use super::feed::Feed;
use super::live::{Live, Stepped};
use super::{Registered, RunnerError, Standing, rebuild};
use crate::store::leases::{HELD_EVERY, LASTS};
use crate::store::read_tables::{Begun, Poison, Role};
use crate::store::{Store, StoreError};

/// How long a projection waits before it looks again, when nobody tells it of a new act: another
/// process may have written, or the database may have recovered.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How soon one who looks on looks again while another folds what has come.
const LOOK_SOON: Duration = Duration::from_millis(50);
/// How often one who looks on asks whether it is his turn.
const ASKED_EVERY: Duration = Duration::from_secs(1);
/// From so many acts on, an empty projection is filled by a rebuild, which is faster.
const MANY_ACTS: u64 = 20_000;

/// Whether it is this process's turn, as asked from time to time. It may be wrong meanwhile: the
/// checkpoint decides who writes.
pub(super) struct Turn {
    lease: String,
    asked: Option<Instant>,
    ours: bool,
}

impl Turn {
    /// The turn to fold a projection.
    pub(super) fn new(projection: &str) -> Self {
        Self { lease: format!("fold/{projection}"), asked: None, ours: false }
    }

    pub(super) async fn is_ours(&mut self, store: &Store) -> Result<bool, StoreError> {
        let every = if self.ours { HELD_EVERY } else { ASKED_EVERY };
        if self.asked.is_none_or(|asked| asked.elapsed() >= every) {
            self.ours = false;
            self.ours = store.take_lease(&self.lease, LASTS).await?;
            self.asked = Some(Instant::now());
        }
        Ok(self.ours)
    }

    pub(super) async fn end(&self, store: &Store) {
        if self.ours {
            // Where the database does not answer the lease ends by itself.
            let _ = timeout(LOOK_AGAIN, store.give_lease_back(&self.lease)).await;
        }
    }
}

/// What is to be done after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Another step.
    Step,
    /// Another step when there is something new.
    Wait,
    /// Another look in a moment.
    LookSoon,
}

pub(super) struct Follower {
    projection: &'static Registered,
    feed: Arc<Feed>,
    tell: watch::Sender<Standing>,
    stop: watch::Receiver<bool>,
    turn: Turn,
}

impl Follower {
    pub(super) fn new(
        projection: &'static Registered,
        feed: Arc<Feed>,
        tell: watch::Sender<Standing>,
        stop: watch::Receiver<bool>,
    ) -> Self {
        Self { projection, feed, tell, stop, turn: Turn::new(projection.name) }
    }

    /// Folds on its own thread. What it waits for is waited for by the runtime of the service,
    /// since connections to a database live in the runtime that opened them.
    pub(super) fn run(mut self, runtime: &Handle) {
        runtime.block_on(self.follow());
    }

    async fn follow(&mut self) {
        let mut changes = self.feed.store().head_changes();
        let mut live = None;
        while !*self.stop.borrow() {
            changes.mark_unchanged();
            let head = *changes.borrow();
            let next = match self.advance(&mut live, head).await {
                Ok(next) => next,
                // Another process rebuilds; what it makes is seen at the next look.
                Err(RunnerError::Overtaken { .. }) => Next::Wait,
                Err(RunnerError::Stopped { poison, .. }) => {
                    live = None;
                    self.until_skipped(poison, &mut changes).await;
                    Next::Step
                }
                Err(error) => {
                    Standing::waits(&self.tell, self.projection.name, &error);
                    live = None;
                    Next::Wait
                }
            };
            match next {
                Next::Step => {}
                Next::Wait => self.pause(&mut changes).await,
                Next::LookSoon => sleep(LOOK_SOON).await,
            }
        }
        self.turn.end(self.feed.store()).await;
    }

    /// Waits for a new act, the order to stop, or the time to look again.
    async fn pause(&mut self, changes: &mut watch::Receiver<u64>) {
        tokio::select! {
            _ = self.stop.changed() => {}
            Ok(()) = changes.changed() => {}
            () = sleep(LOOK_AGAIN) => {}
        }
    }

    /// A rebuild that met an act it cannot take is tried again when an operator lets it pass.
    async fn until_skipped(&mut self, poison: Poison, changes: &mut watch::Receiver<u64>) {
        let position = poison.position;
        self.tell.send_modify(|at| at.stopped = Some(poison));
        while !*self.stop.borrow() {
            if !self.turn.is_ours(self.feed.store()).await.unwrap_or(false) {
                return;
            }
            let skipped = self.feed.skipped(self.projection.name).await;
            if skipped.is_ok_and(|skipped| skipped.contains(&position)) {
                return;
            }
            self.pause(changes).await;
        }
    }

    async fn advance(&mut self, live: &mut Option<Live>, head: u64) -> Result<Next, RunnerError> {
        if !self.turn.is_ours(self.feed.store()).await? {
            *live = None;
            return self.look_on(head).await;
        }
        let following = match live {
            Some(following) => following,
            None => {
                let feed = Arc::clone(&self.feed);
                live.insert(Live::new(self.projection, feed, Role::Serving).await?)
            }
        };
        let store = self.feed.store();
        let stepped = store.holding(from_ref(&self.turn.lease), following.step()).await?;
        let (position, stopped, next) = match stepped {
            Stepped::Moved(position) => (Some(position), None, Next::Step),
            Stepped::UpToDate(position) => (Some(position), None, Next::Wait),
            Stepped::Stopped(poison) => (None, Some(poison), Next::Wait),
            Stepped::Overtaken => return Ok(Next::Step),
            Stepped::Absent => {
                self.feed.store().holding(from_ref(&self.turn.lease), self.make()).await?;
                return Ok(Next::Step);
            }
        };
        self.stands(position, stopped);
        Ok(next)
    }

    /// Tells how far another process has folded.
    async fn look_on(&self, head: u64) -> Result<Next, RunnerError> {
        let all = self.feed.store().checkpoints(self.projection.name).await?;
        let serving = all
            .into_iter()
            .find(|at| at.role == Role::Serving && at.edition == self.projection.edition);
        let Some(serving) = serving else { return Ok(Next::Wait) };
        let behind = serving.position < head && serving.stopped.is_none();
        self.stands(Some(serving.position), serving.stopped);
        Ok(if behind { Next::LookSoon } else { Next::Wait })
    }

    fn stands(&self, position: Option<u64>, stopped: Option<Poison>) {
        self.tell.send_if_modified(|at| {
            let position = position.unwrap_or(at.position);
            let now = Standing { position, stopped, ..Standing::default() };
            let differs = *at != now;
            *at = now;
            differs
        });
    }

    /// Makes the tables where there are none, and fills them where there is much to fold or an
    /// older edition still serves.
    async fn make(&self) -> Result<(), RunnerError> {
        let mut writer = self.feed.store().read_tables_writer().await?;
        let all = writer.checkpoints(self.projection.name).await?;
        let newer = all.iter().find(|at| at.edition > self.projection.edition);
        if let Some(newer) = newer {
            let finding = format!(
                "`{}` was made by a newer release (edition {}); rebuild it to go back",
                newer.name, newer.edition
            );
            return Err(StoreError::ReadTables { finding }.into());
        }
        let serving = all.iter().any(|at| at.role == Role::Serving);
        if !serving {
            let next = all.iter().map(|at| at.generation).max().unwrap_or(0) + 1;
            let tables = self.projection.generation(self.projection.edition, next);
            writer.make(&tables, &Begun::Serving).await?;
        }
        drop(writer);
        let head = self.feed.store().head().await?.position;
        if serving || head > MANY_ACTS {
            let feed = Arc::clone(&self.feed);
            match rebuild::rebuild(&[self.projection], feed, &mut |_, _, _| {}).await {
                // What serves goes on act by act, and stops there too.
                Err(RunnerError::Stopped { .. }) if !serving => {}
                outcome => drop(outcome?),
            }
        }
        Ok(())
    }
}
