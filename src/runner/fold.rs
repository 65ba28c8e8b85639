//! Folding a window of acts in memory. Pure but for one thing: a fault of a projection is caught
//! here and named with the act at which it came to light, so that it stops that projection alone.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tongjian_events::Recorded;
use tongjian_projections::{Context, Span};

use super::registry::{Registered, Rows};
use crate::store::read_tables::{Change, Poison};

/// One act of the chronicle, or why it cannot be read.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) position: u64,
    pub(super) act: Result<Recorded, String>,
}

/// Runs a part of a projection; a panic in it becomes a [`Poison`].
pub(super) fn guarded<T>(position: u64, part: impl FnOnce() -> T) -> Result<T, Poison> {
    catch_unwind(AssertUnwindSafe(part)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        let text = text.unwrap_or_else(|| "without a word".into());
        Poison { position, error: format!("the projection failed: {text}") }
    })
}

/// Which keys each act of a window touches.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// The index of the act in the window, and its keys.
    acts: Vec<(usize, Vec<String>)>,
}

impl Touched {
    /// Acts that an operator let the projection pass over touch nothing.
    pub(super) fn of(
        projection: &Registered,
        window: &[Reading],
        skipped: &BTreeSet<u64>,
    ) -> Result<Self, Poison> {
        let mut acts = Vec::new();
        for (index, reading) in window.iter().enumerate() {
            let position = reading.position;
            if skipped.contains(&position) {
                continue;
            }
            let act = match &reading.act {
                Ok(act) => act,
                Err(error) => return Err(Poison { position, error: error.clone() }),
            };
            let keys = guarded(position, || {
                if (projection.reads)(act.row) { (projection.touches)(act) } else { Vec::new() }
            })?;
            if !keys.is_empty() {
                acts.push((index, keys));
            }
        }
        Ok(Self { acts })
    }

    /// The keys, each once, in order.
    pub(super) fn keys(&self) -> BTreeSet<&str> {
        self.acts.iter().flat_map(|(_, keys)| keys).map(String::as_str).collect()
    }

    /// Folds every act into the rows it touches. Rows that are stored must have been loaded.
    pub(super) fn fold(
        &self,
        window: &[Reading],
        rows: &mut dyn Rows,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<(), Poison> {
        for (index, keys) in &self.acts {
            let Some(Reading { position, act: Ok(act) }) = window.get(*index) else { continue };
            for key in keys.iter().filter(|key| wanted(key)) {
                guarded(*position, || rows.fold(key, act))?;
            }
        }
        Ok(())
    }

    /// What the touched rows have become. A fault is laid to the first act that touches the row.
    pub(super) fn changes(
        &self,
        window: &[Reading],
        rows: &dyn Rows,
        context: &Context,
    ) -> Result<Vec<Change>, Poison> {
        let derive = |key: &str| {
            let first = self.acts.iter().find(|(_, keys)| keys.iter().any(|k| k == key));
            let position =
                first.and_then(|(index, _)| window.get(*index)).map_or(0, |r| r.position);
            (position, key.to_owned())
        };
        let change = |key: &str| match guarded(0, || rows.change(key, context)) {
            Ok(Ok(change)) => Ok(change),
            Ok(Err(error)) | Err(Poison { error, .. }) => {
                let (position, key) = derive(key);
                Err(Poison { position, error: format!("{error} (row `{key}`)") })
            }
        };
        self.keys().into_iter().map(change).collect()
    }
}

/// What a window does to the context.
#[derive(Debug)]
pub(super) struct Shift {
    pub(super) context: Context,
    /// The position of the first act that bears on judgements, and the days of all of them.
    pub(super) bears: Vec<(u64, Span)>,
}

/// The context after a window; `None` when the window leaves it as it is.
pub(super) fn shift(
    before: &Context,
    window: &[Reading],
    skipped: &BTreeSet<u64>,
) -> Result<Option<Shift>, Poison> {
    let mut after: Option<Shift> = None;
    for Reading { position, act } in window {
        let Ok(act) = act else { continue };
        if !Context::reads(act) || skipped.contains(position) {
            continue;
        }
        let shift =
            after.get_or_insert_with(|| Shift { context: before.clone(), bears: Vec::new() });
        let span = guarded(*position, || {
            shift.context.apply(act);
            Context::bears_on(act)
        })?;
        shift.bears.extend(span.map(|span| (*position, span)));
    }
    Ok(after)
}
