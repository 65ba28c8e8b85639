//! Whose notices are read: the shipped ones, or those that a chronicle held.

use clap::Args;
use tongjian_events::Event;
use tongjian_events::calendar::shipped_notices;
use tongjian_projections::calendar::NoticeView;

use crate::cases::context_acts;
use crate::cli::data::Place;
use crate::clock::Clock;
use crate::query::{KnownAt, Queries};

/// 所載: the notices of a chronicle instead of the shipped ones.
#[derive(Debug, Args)]
pub(super) struct Held {
    /// The notices, with their amendments, that this chronicle holds, instead of those shipped
    #[arg(long, value_name = "FILE|URL")]
    data: Option<Place>,
    /// Only those it held by then: a position, or an instant such as 2008-09-01T12:00:00+08:00
    #[arg(long, value_name = "POSITION|INSTANT", requires = "data")]
    known_at: Option<String>,
}

impl Held {
    /// The notices in order of publication.
    pub(super) async fn notices(&self) -> anyhow::Result<Vec<Event>> {
        let Some(place) = &self.data else { return Ok(shipped_notices()?) };
        let known_at = self.known_at.as_deref().map(str::parse::<KnownAt>).transpose();
        let known_at = known_at.map_err(|rule| {
            anyhow::anyhow!("--known-at: neither a position nor an instant: {rule}")
        })?;
        let store = place.open_existing().await?;
        let queries = Queries::new(store.clone(), Clock::default(), None);
        let position = queries.position_of(known_at).await?;
        let acts = context_acts(&store, position).await?;
        let published = |event: &Event| NoticeView::of(event).map(|notice| notice.published_on);
        let mut notices: Vec<_> = acts.into_iter().map(|act| act.event).collect();
        notices.retain(|event| published(event).is_some());
        // Stable: of two published on one day the later recorded one holds.
        notices.sort_by_key(published);
        Ok(notices)
    }
}
