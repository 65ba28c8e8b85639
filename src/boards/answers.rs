//! 看板之答: what a board is answered: all its statements in one reading of the tables, where every
//! table speaks of one position. What was answered is held for twenty times as long as it took, a
//! minute at most, and always says of which position it speaks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{Datelike as _, NaiveDate};
use tongjian_events::SiteCode;
use tongjian_projections::Cell;

use super::{Asks, Board, Bucket, Dialect, Marks, Question, Text};
use crate::store::read_tables::lists::{Bound, Statement};
use crate::store::read_tables::snapshot::Snapshot;
use crate::store::{Store, StoreError};

/// How long an answer is held at least, and at most.
const LEAST: Duration = Duration::from_secs(1);
const MOST: Duration = Duration::from_secs(60);
/// Asking may cost one part in so many of the time.
const SHARE: u32 = 20;
/// How many boards are held: each of some counties for some times.
const ROOM: usize = 128;
/// How often it is looked whether the tables speak of one position, and how soon again.
const LOOKS: u32 = 20;
const AGAIN: Duration = Duration::from_millis(25);
/// The most stretches of a trend that are asked.
pub(super) const STRETCHES: usize = 62;

/// The marks of a statement that is asked here: numbered when it is asked.
const MARKS: Marks = Marks {
    from: ":from",
    until: ":until",
    after: ":after",
    scope: ":scope",
    chosen: "coalesce(q.site, '') >= :low and coalesce(q.site, '') <= :high",
    place: super::sql::COUNTY,
};
/// The same by township, below a county.
const BELOW: Marks = Marks { place: "coalesce(s.township, s.site, 'none')", ..MARKS };

/// Rows of an answer.
pub(super) type Rows = Vec<Vec<Cell>>;

/// 所示時段: the days that a page shows, and the place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Shown {
    /// The first day.
    pub from_on: NaiveDate,
    /// The last day.
    pub until_on: NaiveDate,
    /// The site, with all below it.
    pub site: SiteCode,
    /// Whether it is the top of the network, to which what is of no site belongs.
    pub is_top: bool,
}

impl Shown {
    /// Whether the place has counties below it: the code of a city is four digits and zeros.
    fn is_city(&self) -> bool {
        self.site.subtree_prefix().len() <= 4
    }

    /// The first and the last code of what is shown; what is of no site belongs to the top.
    fn within(&self) -> (String, String) {
        if self.is_top {
            return (String::new(), char::MAX.to_string());
        }
        let prefix = self.site.subtree_prefix().to_owned();
        let whole = prefix.len() == self.site.as_str().len();
        let past = if whole { prefix.clone() } else { format!("{prefix}{}", char::MAX) };
        (prefix, past)
    }

    /// Every stretch of a trend.
    pub(super) fn stretches(&self, bucket: Bucket) -> Vec<(NaiveDate, NaiveDate)> {
        let mut stretches = Vec::new();
        let mut from = match bucket {
            Bucket::Day => self.from_on,
            Bucket::Month => self.from_on.with_day(1).unwrap_or(self.from_on),
        };
        while from <= self.until_on {
            let next = match bucket {
                Bucket::Day => from.succ_opt(),
                Bucket::Month => from.checked_add_months(chrono::Months::new(1)),
            };
            let Some(next) = next else { break };
            let last = next.pred_opt().unwrap_or(from).min(self.until_on);
            stretches.push((from, last));
            from = next;
        }
        stretches
    }

    /// The latest stretches of a trend that there is room for.
    pub(super) fn latest(&self, bucket: Bucket) -> Vec<(NaiveDate, NaiveDate)> {
        let mut all = self.stretches(bucket);
        let over = all.len().saturating_sub(STRETCHES);
        all.split_off(over)
    }
}

/// 答: what a board was told.
#[derive(Debug)]
pub struct Told {
    /// The position that all of it speaks of; `None` where the tables were ahead of each other all
    /// the while, and each statement was answered for itself.
    pub position: Option<u64>,
    /// For each panel the rows of its statement; of a trend one row for each of its latest
    /// stretches; nothing where a panel asks no table.
    pub(super) panels: Vec<Rows>,
    until: Instant,
}

impl Told {
    /// The rows that a panel was answered.
    #[must_use]
    pub fn panel(&self, at: usize) -> &[Vec<Cell>] {
        self.panels.get(at).map_or(&[], Vec::as_slice)
    }
}

type Key = (&'static str, Shown);
type Place = Arc<tokio::sync::Mutex<Option<Arc<Told>>>>;

/// 看板之答: what was answered of late.
#[derive(Debug, Default)]
pub struct Answers(Mutex<HashMap<Key, Place>>);

impl Answers {
    /// What a board is told, held or asked anew; who asks the same at once waits for the first.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is held then.
    pub async fn of(
        &self,
        store: &Store,
        board: &'static Board,
        shown: &Shown,
    ) -> Result<Arc<Told>, StoreError> {
        let place = self.place((board.name, shown.clone()));
        let mut held = place.lock().await;
        if let Some(told) = held.as_ref().filter(|told| Instant::now() < told.until) {
            return Ok(Arc::clone(told));
        }
        let told = Arc::new(ask(store, board, shown).await?);
        *held = Some(Arc::clone(&told));
        Ok(told)
    }

    fn place(&self, key: Key) -> Place {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if places.len() >= ROOM && !places.contains_key(&key) {
            // Where nobody waits for it, what is too old makes room, and everything if need be.
            let fresh = |place: &Place| {
                place.try_lock().map_or(true, |held| {
                    held.as_ref().is_some_and(|told| Instant::now() < told.until)
                })
            };
            places.retain(|_, place| fresh(place));
            if places.len() >= ROOM {
                places.clear();
            }
        }
        Arc::clone(places.entry(key).or_default())
    }
}

/// Asks all that a board asks of the tables.
///
/// # Errors
/// [`StoreError`].
pub async fn ask(store: &Store, board: &'static Board, shown: &Shown) -> Result<Told, StoreError> {
    let began = Instant::now();
    let mut asked = Asked { store, snapshot: in_step(store).await? };
    let panels = asked.panels(board, shown).await;
    let position = asked.snapshot.as_ref().map(Snapshot::position);
    if let Some(snapshot) = asked.snapshot {
        snapshot.close().await?;
    }
    let held = (began.elapsed() * SHARE).clamp(LEAST, MOST);
    Ok(Told { position, panels: panels?, until: Instant::now() + held })
}

/// The tables at one position; none where they are ahead of each other all the while.
async fn in_step(store: &Store) -> Result<Option<Snapshot>, StoreError> {
    for _ in 0..LOOKS {
        if let Some(snapshot) = store.snapshot().await? {
            return Ok(Some(snapshot));
        }
        tokio::time::sleep(AGAIN).await;
    }
    Ok(None)
}

/// Where statements are asked.
struct Asked<'s> {
    store: &'s Store,
    snapshot: Option<Snapshot>,
}

impl Asked<'_> {
    async fn panels(&mut self, board: &Board, shown: &Shown) -> Result<Vec<Rows>, StoreError> {
        let mut panels = Vec::with_capacity(board.panels.len());
        for panel in board.panels {
            panels.push(match &panel.asks {
                Asks::Rows(Question::Trend(name, parts, bucket)) => {
                    self.trend(name, parts, shown, *bucket).await?
                }
                Asks::Rows(question) => self.rows(question, shown).await?,
                _ => Rows::new(),
            });
        }
        Ok(panels)
    }

    /// One row for each stretch, by the same query over each alone.
    async fn trend(
        &mut self,
        name: &'static str,
        parts: &'static [&'static str],
        shown: &Shown,
        bucket: Bucket,
    ) -> Result<Rows, StoreError> {
        let mut rows = Rows::new();
        for (from_on, until_on) in shown.latest(bucket) {
            let one = Shown { from_on, until_on, ..shown.clone() };
            rows.extend(self.rows(&Question::Count(name, parts), &one).await?);
        }
        Ok(rows)
    }

    async fn rows(&mut self, question: &Question, shown: &Shown) -> Result<Rows, StoreError> {
        let dialect = match self.store {
            Store::Sqlite(_) => Dialect::Sqlite,
            Store::Postgres(_) => Dialect::Postgres,
        };
        let marks = if shown.is_city() { &MARKS } else { &BELOW };
        let Some(Text(text)) = question.text(dialect, marks) else { return Ok(Rows::new()) };
        let statement = numbered(text, shown);
        match &mut self.snapshot {
            Some(snapshot) => snapshot.rows(&statement.text, &statement.values).await,
            None => self.store.answer_made(statement).await,
        }
    }
}

/// A statement with its marks numbered in the order in which they stand, and their values.
fn numbered(mut text: String, shown: &Shown) -> Statement {
    let (low, high) = shown.within();
    let after = shown.until_on.succ_opt().unwrap_or(shown.until_on);
    let mut values = Vec::new();
    for (mark, value) in [
        (":from", Bound::Day(shown.from_on)),
        (":until", Bound::Day(shown.until_on)),
        (":after", Bound::Day(after)),
        (":scope", Bound::Text(shown.site.to_string())),
        (":low", Bound::Text(low)),
        (":high", Bound::Text(high)),
    ] {
        if text.contains(mark) {
            values.push(value);
            text = text.replace(mark, &format!("${}", values.len()));
        }
    }
    Statement { text, values }
}
