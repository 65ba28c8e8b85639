//! 起草: the content of a bulletin, from the read tables at one position.

use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use tongjian_events::SiteCode;
use tongjian_events::bulletin::{Basis, RuleEdition};
use tongjian_events::values::{Code, Edition, Position};
use tongjian_projections::Context;

use super::asked::Asked;
use super::content::{Compared, Content, FORM, Over};
use super::contents::Contents;
use super::figures::Book;
use super::gathered::{self, gather};
use super::queries::QUERIES;
use super::{lines, sections};
use crate::cases::{context_acts, context_at};
use crate::store::read_tables::snapshot::Snapshot;
use crate::store::{Store, StoreError};

/// Why a bulletin has no content.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// The chronicle cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A section speaks of a figure whose query nobody asked.
    #[error("the figure `{0}` is spoken of, and its query was not asked")]
    Unasked(String),
    /// No such site is in the network.
    #[error("scope: no site `{site}` is in the network at position {position}")]
    NoSuchSite {
        /// The site.
        site: SiteCode,
        /// The position.
        position: u64,
    },
    /// No policy says how bulletins are made.
    #[error("no rules of bulletins are in force on {on}; `tongjian policy adopt` adopts them")]
    NoRules {
        /// The last day of the period.
        on: NaiveDate,
    },
    /// What the policies say is no value.
    #[error("a rule cannot be cited: {rule}")]
    Rule {
        /// Which rule it breaks.
        rule: String,
    },
    /// The read tables are of another moment each.
    #[error("the read tables do not come to rest; try again, or ask for a position")]
    Restless,
}

/// How often the tables are looked at before a draft gives up waiting for one position.
const LOOKS: u32 = 50;
/// How long between two looks.
const BETWEEN: Duration = Duration::from_millis(100);

/// What is compared with the periods before, and what is not.
const COMPARED: &[&str] = &["cases_received", "cases_finished", "promised_limits", "cards_issued"];

/// The content at the position where the read tables stand.
///
/// # Errors
/// [`DraftError`].
pub async fn content(store: &Store, asked: &Asked) -> Result<Arc<Content>, DraftError> {
    let Made { content, moment } = made(store, asked).await?;
    moment.close().await?;
    Ok(content)
}

/// The same, and the lines of its figures are kept beside the contents, from the same moment.
pub(super) async fn content_with_lines(
    store: &Store,
    asked: &Asked,
    contents: &Contents,
) -> Result<Arc<Content>, DraftError> {
    let Made { content, mut moment } = made(store, asked).await?;
    let kept = lines::keep(contents.folder(), (store, &mut moment), &content).await;
    moment.close().await?;
    kept?;
    Ok(content)
}

/// A content, and the moment that it speaks of, which is held until it is closed.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) content: Arc<Content>,
    pub(super) moment: Snapshot,
}

impl Made {
    /// Lets the moment go, after the lines of the figures are kept, where they are: beside what
    /// else is done, for of a large city that takes longer than the draft. One draft at a time: the
    /// next waits here, so that no number of moments is held. The draft stands whatever fails here.
    pub(super) async fn kept(self, store: &Store, contents: &Contents) {
        let Some(folder) = contents.folder_of_lines() else { return self.let_go().await };
        let turn = contents.turn().await;
        let (folder, store, mut made) = (folder.to_owned(), store.clone(), self);
        tokio::spawn(async move {
            let of = (&store, &mut made.moment);
            if let Err(error) = lines::keep(Some(&folder), of, &made.content).await {
                tracing::warn!(%error, "the lines of a draft could not be kept");
            }
            made.let_go().await;
            drop(turn);
        });
    }

    /// Lets the moment go. That this failed is told, no more: nothing was written in it.
    pub(super) async fn let_go(self) {
        if let Err(error) = self.moment.close().await {
            tracing::warn!(%error, "a reading of the tables was not closed");
        }
    }
}

/// The content at the position where the read tables stand.
pub(super) async fn made(store: &Store, asked: &Asked) -> Result<Made, DraftError> {
    for _ in 0..LOOKS {
        if let Some(mut moment) = store.snapshot().await? {
            match of_snapshot(store, &mut moment, asked).await {
                Ok(content) => return Ok(Made { content: content.into(), moment }),
                Err(error) => {
                    moment.close().await?;
                    return Err(error);
                }
            }
        }
        tokio::time::sleep(BETWEEN).await;
    }
    Err(DraftError::Restless)
}

async fn of_snapshot(
    store: &Store,
    snapshot: &mut Snapshot,
    asked: &Asked,
) -> Result<Content, DraftError> {
    let position = snapshot.position();
    let context = context_at(store, position).await?;
    let until_on = asked.period.until_on;
    let site = asked.scope.clone();
    if context.policies().bulletins.on(until_on).is_none() {
        return Err(DraftError::NoRules { on: until_on });
    }
    let gathered = gather(snapshot, &context, asked).await?;
    let gathered = gathered.ok_or(DraftError::NoSuchSite { site: site.clone(), position })?;
    let mut book = Book::new(asked.scope.clone(), gathered.is_top);
    let compared = ask(&mut book, (store, snapshot), asked).await?;
    let (text, annexes) = sections::all(&mut book, &gathered);
    let figures = book.into_figures().map_err(DraftError::Unasked)?;
    let basis = Basis {
        scope: asked.scope.clone(),
        period: asked.period,
        until_position: Position(position),
        calendar_position: calendar_position(store, position).await?,
        rule_editions: rule_editions(&context, until_on)?,
    };
    let title = format!("關於{}{}電子監察情況的通報", gathered.period_words, gathered.scope_name);
    Ok(Content {
        form: FORM,
        kind: asked.kind,
        title,
        body: gathered.body,
        scope_name: gathered.scope_name,
        basis,
        compared,
        sections: text,
        annexes,
        figures,
    })
}

/// Asks every query over the period, and those that are compared over the periods before.
async fn ask(
    book: &mut Book,
    (store, snapshot): (&Store, &mut Snapshot),
    asked: &Asked,
) -> Result<Vec<Compared>, StoreError> {
    let own: Vec<&str> =
        QUERIES.iter().map(|query| query.name).filter(|name| *name != "late_arrivals").collect();
    book.ask((store, snapshot), &own, (Over::Current, 0), asked.period).await?;
    let mut compared = Vec::new();
    if let Some(period) = asked.previous() {
        let names: Vec<&str> = COMPARED.iter().copied().chain(["late_arrivals"]).collect();
        book.ask((store, snapshot), &names, (Over::Previous, 0), period).await?;
        compared.push(Compared { with: Over::Previous, period });
    }
    // Of a year the period before is that of the year before.
    if let Some(period) = asked.year_before().filter(|period| Some(*period) != asked.previous()) {
        book.ask((store, snapshot), COMPARED, (Over::YearBefore, 0), period).await?;
        compared.push(Compared { with: Over::YearBefore, period });
    }
    for (back, period) in (1..).zip(gathered::earlier(asked)) {
        let names = ["promised_limits"];
        book.ask((store, snapshot), &names, (Over::Earlier, back), period).await?;
    }
    Ok(compared)
}

/// Where the last act of the working calendar stands.
async fn calendar_position(store: &Store, position: u64) -> Result<Option<Position>, StoreError> {
    let acts = context_acts(store, position).await?;
    let of_calendar = acts
        .iter()
        .filter(|act| act.submission.stream.kind() == tongjian_events::StreamKind::Calendar);
    Ok(of_calendar.map(|act| Position(act.place.position)).max())
}

/// The editions that judge on the last day.
fn rule_editions(context: &Context, on: NaiveDate) -> Result<Vec<RuleEdition>, DraftError> {
    let policies = context.policies();
    let editions = [
        ("clock-rules", context.rules_on(on).map(|rules| rules.edition)),
        ("cards", policies.cards.on(on).map(|rules| rules.edition)),
        ("indicators", policies.indicators.on(on).map(|rules| rules.edition)),
        ("flags", policies.flags.on(on).map(|rules| rules.edition)),
        ("complaints", policies.complaints.on(on).map(|rules| rules.edition)),
        ("scores", policies.scores.on(on).map(|rules| rules.edition)),
        ("bulletins", policies.bulletins.on(on).map(|rules| rules.edition)),
    ];
    let cited = editions.into_iter().filter_map(|(name, edition)| Some((name, edition?)));
    let edition = |(name, edition): (&str, Edition)| {
        let rule = Code::new(name).map_err(|rule| DraftError::Rule { rule })?;
        Ok(RuleEdition { rule, edition })
    };
    cited.map(edition).collect()
}
