//! 彙判: the dockets, judged anew when a fact that they know has changed. What is judged is a
//! function of the facts that the projections wrote; a mark says which dockets are to be looked at,
//! and is taken away in the transaction that writes what follows.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::Days;
use tongjian_projections::supervision::{self, docket::Docket, fact::Stated};
use tongjian_projections::{Context, Lines, Span};

use super::RunnerError;
use super::feed::Feed;
use super::fold::guarded;
use super::live::{Stepped, merged};
use super::registry::{REGISTRY, Registered};
use crate::store::StoreError;
use crate::store::read_tables::marks::{Mark, holds_facts};
use crate::store::read_tables::{Change, Checkpoint, Poison, Role, Tables, Writer};

pub(super) mod follower;
pub(super) mod oracle;

/// How many dockets are judged at a time.
const AT_A_TIME: u32 = 200;
/// How many keys are listed at a time.
const LISTED: u32 = 10_000;
/// A policy bears on a docket for so many days after its last fact.
const BEARS_FOR: Days = Days::new(400);

/// The dockets' own line of the registry.
pub(super) fn tables_of(edition: u32, generation: u32) -> Tables {
    Tables::of(supervision::NAME, supervision::TABLES, edition, generation)
}

/// The projections that state facts, each with the views that show them.
pub(super) fn stating() -> impl Iterator<Item = (&'static Registered, &'static str)> {
    REGISTRY.iter().flat_map(|projection| {
        let facts = projection.tables.iter().filter(|table| holds_facts(table));
        facts.map(move |table| (projection, table.name))
    })
}

/// The dockets as this process judges them.
pub(super) struct Dockets {
    feed: Arc<Feed>,
    writer: Writer,
    state: Option<State>,
}

struct State {
    at: Checkpoint,
    tables: Tables,
    context: Context,
    /// Up to where the context is known.
    known_at: u64,
}

/// What stands at one moment: how far every fact is known, the oldest marks, and the facts that
/// the marked dockets know.
struct Found {
    position: u64,
    marks: Vec<Mark>,
    facts: HashMap<String, Vec<Stated>>,
}

impl Dockets {
    pub(super) async fn new(feed: Arc<Feed>) -> Result<Self, StoreError> {
        let writer = feed.store().read_tables_writer().await?;
        Ok(Self { feed, writer, state: None })
    }

    /// Judges every docket that is marked, and makes the tables where they are missing. Answers the
    /// position up to which all is judged; 0 while a projection that states facts is not made.
    pub(super) async fn judge_all(&mut self) -> Result<u64, RunnerError> {
        loop {
            match self.step(Role::Serving).await? {
                Stepped::Moved(_) | Stepped::Overtaken => {}
                Stepped::UpToDate(position) => return Ok(position),
                Stepped::Stopped(poison) => {
                    return Err(RunnerError::Stopped { projection: supervision::NAME, poison });
                }
                Stepped::Absent => {
                    if !follower::make(&mut self.writer).await? {
                        return Ok(0);
                    }
                }
            }
        }
    }

    /// Judges the next dockets.
    ///
    /// # Errors
    /// [`StoreError`]; the next step begins from what is stored.
    pub(super) async fn step(&mut self, role: Role) -> Result<Stepped, StoreError> {
        let mut state = match self.state.take() {
            Some(state) => state,
            None => match self.begin(role).await? {
                Some(state) => state,
                None => return Ok(Stepped::Absent),
            },
        };
        let Some(found) = self.find().await? else { return Ok(Stepped::Absent) };
        if found.position > state.known_at && self.learn(&mut state, found.position).await? {
            self.state = Some(state);
            return Ok(Stepped::Overtaken);
        }
        let stepped = if found.marks.is_empty() {
            self.arrive(&mut state, found.position).await?
        } else {
            self.judge(&state, found).await?
        };
        self.state = Some(state);
        Ok(stepped)
    }

    async fn begin(&mut self, role: Role) -> Result<Option<State>, StoreError> {
        let at = self.writer.in_role(supervision::NAME, role).await?;
        let Some(at) = at.filter(|at| at.edition == supervision::EDITION) else {
            return Ok(None);
        };
        let tables = tables_of(at.edition, at.generation);
        let context = self.feed.context_at(at.position).await?;
        let known_at = at.position;
        Ok(Some(State { at, tables, context, known_at }))
    }

    /// `None` while a projection that states facts is not made yet.
    async fn find(&mut self) -> Result<Option<Found>, StoreError> {
        self.writer.begin_reading().await?;
        let found = self.found().await;
        self.writer.roll_back().await?;
        found
    }

    async fn found(&mut self) -> Result<Option<Found>, StoreError> {
        let mut position = u64::MAX;
        for (projection, _) in stating() {
            let serving = self.writer.in_role(projection.name, Role::Serving).await?;
            let Some(at) = serving.filter(|at| at.edition == projection.edition) else {
                return Ok(None);
            };
            position = position.min(at.position);
        }
        let marks = self.writer.marks(AT_A_TIME).await?;
        let known = marks.iter().filter_map(|mark| Docket::of(&mark.docket));
        let known: BTreeSet<String> = known.flat_map(|docket| docket.known()).collect();
        let known: Vec<String> = known.into_iter().collect();
        let mut facts: HashMap<String, Vec<Stated>> = HashMap::new();
        for (_, view) in stating().filter(|_| !known.is_empty()) {
            for fact in self.writer.facts_of(view, &known).await? {
                facts.entry(fact.docket.clone()).or_default().push(fact);
            }
        }
        Ok(Some(Found { position, marks, facts }))
    }

    /// Takes the calendar and the policies in up to a position; marks the dockets that they bear
    /// on. Answers whether there was something new in them.
    async fn learn(&mut self, state: &mut State, position: u64) -> Result<bool, StoreError> {
        let acts = self.feed.context_acts(state.known_at, position).await?;
        state.known_at = position;
        let mut spans = Vec::new();
        for act in &acts {
            state.context.apply(act);
            spans.extend(Context::bears_on(act));
        }
        for span in merged(spans.into_iter()) {
            let mut after = String::new();
            loop {
                let rows = self.writer.rows_within(&state.tables, &after, span, LISTED).await?;
                let Some((last, _)) = rows.last() else { break };
                after.clone_from(last);
                self.writer.mark(rows.into_iter().map(|(key, _)| key).collect()).await?;
            }
        }
        Ok(!acts.is_empty())
    }

    /// Nothing is marked: all that is known up to the position is judged.
    async fn arrive(&mut self, state: &mut State, position: u64) -> Result<Stepped, StoreError> {
        if position <= state.at.position {
            return Ok(Stepped::UpToDate(state.at.position));
        }
        self.writer.begin().await?;
        let moved = self.writer.advance(&state.at, position).await;
        if self.writer.end(moved).await? {
            state.at.position = position;
            return Ok(Stepped::Moved(position));
        }
        // Another process has moved on.
        state.at = match self.writer.in_role(supervision::NAME, state.at.role).await? {
            Some(at) => at,
            None => return Ok(Stepped::Absent),
        };
        Ok(Stepped::Overtaken)
    }

    async fn judge(&mut self, state: &State, found: Found) -> Result<Stepped, StoreError> {
        let mut changes = BTreeMap::new();
        for mark in &found.marks {
            let Some(docket) = Docket::of(&mark.docket) else { continue };
            let known = docket.known();
            let facts = known.iter().filter_map(|key| found.facts.get(key)).flatten().cloned();
            match judged(&docket, facts.collect(), &state.context) {
                Ok(change) => changes.insert(mark.docket.clone(), change),
                Err(poison) => {
                    tracing::error!(docket = mark.docket, error = poison.error, "not judged");
                    return Ok(Stepped::Stopped(poison));
                }
            };
        }
        let numbers: Vec<i64> = found.marks.iter().map(|mark| mark.number).collect();
        self.writer.begin().await?;
        let written = self.write(state, changes, &numbers).await;
        self.writer.end(written).await?;
        Ok(Stepped::Overtaken)
    }

    async fn write(
        &mut self,
        state: &State,
        mut changes: BTreeMap<String, Change>,
        numbers: &[i64],
    ) -> Result<(), StoreError> {
        // One whose mark is another by now is judged again from what it knows then.
        let still: BTreeSet<String> = self.writer.unmark(numbers).await?.into_iter().collect();
        changes.retain(|docket, _| still.contains(docket));
        let mut below = Vec::new();
        for docket in still.iter().filter(|docket| Docket::has_below(docket)) {
            let (from, to) = Docket::below(docket);
            let keys = self.writer.keys_after(&state.tables, &from, LISTED).await?;
            below.extend(keys.into_iter().take_while(|key| *key < to));
        }
        below.retain(|docket| !still.contains(docket));
        self.writer.mark(below).await?;
        let changes: Vec<Change> = changes.into_values().collect();
        self.writer.apply(&state.tables, &changes).await
    }
}

/// What follows from a docket: its lines, and the days for which policies bear on it.
pub(super) fn judged(
    docket: &Docket,
    mut facts: Vec<Stated>,
    context: &Context,
) -> Result<Change, Poison> {
    facts.sort_by(|a, b| (a.position, &a.stream).cmp(&(b.position, &b.stream)));
    let position = facts.first().map_or(0, |fact| fact.position);
    let lines = guarded(position, || {
        let mut lines = Lines::default();
        supervision::judge(docket, &facts, context, &mut lines);
        lines
    })?;
    let days = facts.iter().map(|fact| fact.on);
    let span = days
        .clone()
        .min()
        .zip(days.max())
        .map(|(from, to)| Span { from, to: to.checked_add_days(BEARS_FOR).unwrap_or(to) });
    // The row says that there is such a docket; all that is known of it are its facts.
    Ok(Change { key: docket.key(), row: Some("{}".into()), span, lines })
}
