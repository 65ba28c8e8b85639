//! 逐頁: how a list finds the streams it may hold, page by page. The read tables say what follows
//! from the chronicle as it is now; a walk is of one position, which may lie before that or after.
//! What the tables cannot say is read from the chronicle itself.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use chrono_tz::Asia::Shanghai;

use super::candidates::{Reach, candidates};
use super::listing::Filter;
use super::{Moment, Queries, QueryError};
use crate::access::Grant;
use crate::store::Stored;

const CASES: &str = "case/";
const READ_ACTS: u32 = 2_000;
/// The most names that are looked at in one go.
pub(super) const MOST_NAMES: u32 = 200;
/// Up to so many acts after a walk's position, the tables still narrow it: what changed since is
/// looked at besides.
const MOST_SINCE: u64 = 20_000;

/// 續讀: where the next page begins. Opaque on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub(super) position: u64,
    pub(super) as_of: NaiveDate,
    pub(super) after: String,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}|{}|{}", self.position, self.as_of, self.after);
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(text))
    }
}

impl FromStr for Cursor {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || "this is no cursor of an earlier answer".to_owned();
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
        let text = String::from_utf8(bytes).map_err(|_| bad())?;
        let mut parts = text.splitn(3, '|');
        let mut next = || parts.next().ok_or_else(bad);
        Ok(Self {
            position: next()?.parse().map_err(|_| bad())?,
            as_of: next()?.parse().map_err(|_| bad())?,
            after: next()?.to_owned(),
        })
    }
}

/// Streams that may be listed, and the name up to which all were looked at.
pub(super) struct Batch {
    pub(super) streams: Vec<(String, Vec<Stored>)>,
    pub(super) looked_up_to: String,
    /// How many names were looked at; of some the chronicle held nothing yet.
    pub(super) looked_at: usize,
}

impl Queries {
    /// Where a walk begins or goes on. Its position is the one asked for; else that of the read
    /// tables, where they are kept; else the end of the chronicle.
    pub(super) async fn begin(
        &self,
        moment: Moment,
        cursor: Option<Cursor>,
    ) -> Result<Cursor, QueryError> {
        if let Some(at) = cursor {
            return self.go_on(moment, at).await;
        }
        let position = match (moment.known_at, self.tables()) {
            (None, Some(position)) => position,
            (asked, _) => self.position_of(asked).await?,
        };
        let as_of = moment.as_of.unwrap_or_else(|| self.today());
        Ok(Cursor { position, as_of, after: String::new() })
    }

    /// A cursor carries its day and its position: asking for others with it would be answered
    /// with neither.
    async fn go_on(&self, moment: Moment, at: Cursor) -> Result<Cursor, QueryError> {
        let other = |rule: String| Err(QueryError::OtherWalk { rule });
        let head = self.position_of(None).await?;
        if at.position > head {
            return other(format!("its position {} lies past the last one, {head}", at.position));
        }
        if moment.as_of.is_some_and(|day| day != at.as_of) {
            return other(format!("it goes on as of {}; another `as_of` was asked for", at.as_of));
        }
        if let Some(known_at) = moment.known_at
            && self.position_of(Some(known_at)).await? != at.position
        {
            let own = at.position;
            return other(format!("it goes on at position {own}; `known_at` says another"));
        }
        Ok(at)
    }

    fn today(&self) -> NaiveDate {
        self.clock.now().with_timezone(&Shanghai).date_naive()
    }

    /// The next streams to look at; `None` after the last.
    pub(super) async fn batch(
        &self,
        at: &Cursor,
        filter: &Filter,
        grant: &Grant,
        most: u32,
    ) -> Result<Option<Batch>, QueryError> {
        // What is not covered is not looked at, so that no cursor can name it.
        let narrowed = grant.within(filter.site.as_ref()).iter().all(Option::is_some);
        // Whose a case is now is told by what came later as well.
        let until = match grant.covers_everything() {
            true => at.position,
            false => self.position_of(None).await?,
        };
        let Some(reach) = self.reach_of(at, narrowed).await? else {
            let streams = self.store.streams(CASES, &at.after, until, READ_ACTS).await?;
            let last = streams.last().map(|(stream, _)| stream.clone());
            return Ok(last.map(|looked_up_to| Batch { streams, looked_up_to, looked_at: 0 }));
        };
        let asked = (filter, grant);
        let mut names =
            candidates((&self.store, self.few), asked, at.as_of, reach, &at.after, most).await?;
        if reach != Reach::Site {
            self.add_changed(at, &mut names, most).await?;
        }
        let Some(looked_up_to) = names.last().cloned() else { return Ok(None) };
        let streams = self.store.streams_of(&names, until).await?;
        Ok(Some(Batch { streams, looked_up_to, looked_at: names.len() }))
    }

    /// By what the tables may narrow this walk; `None` where they cannot serve it.
    async fn reach_of(&self, at: &Cursor, narrowed: bool) -> Result<Option<Reach>, QueryError> {
        let Some(tables) = self.tables().filter(|tables| *tables >= at.position) else {
            return Ok(None);
        };
        let head = self.position_of(None).await?;
        let near = head.saturating_sub(at.position) <= MOST_SINCE;
        let under = self.under(at.position).await?;
        if near && under.position == self.under(head.max(tables)).await?.position {
            let all = Reach::All { to_the_day: under.context.is_as_of(at.as_of) };
            return Ok(Some(if at.as_of >= self.today() { all } else { Reach::Site }));
        }
        Ok(narrowed.then_some(Reach::Site))
    }

    /// Adds the cases of which something was recorded after the walk's position: what the tables
    /// say of them is not what was known then. They are asked for after the tables were read, so
    /// that none slips through between.
    async fn add_changed(
        &self,
        at: &Cursor,
        names: &mut Vec<String>,
        most: u32,
    ) -> Result<(), QueryError> {
        let changed = self.store.changed(CASES, at.position).await?;
        let full = names.len() >= most as usize;
        let end = names.last().filter(|_| full).cloned();
        let within = |name: &String| *name > at.after && end.as_ref().is_none_or(|end| name <= end);
        names.extend(changed.into_iter().filter(within));
        names.sort_unstable();
        names.dedup();
        Ok(())
    }
}
