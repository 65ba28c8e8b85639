//! 所及: whose things an act touches. A grant over some sites appends nothing to what is about
//! others, whichever site the sender enters as his own. Cases are apart: what a stranger does to
//! one is a fact that is judged, but for a correction, which unmakes what others entered.

use tongjian_events::{Act, Event, StreamId, StreamKind, Submission};

use super::Service;
use super::error::Problem;
use crate::access::Grant;
use crate::access::about::about;
use crate::console::records::View;
use crate::console::views::{CARDS, CHECKS, COMPLAINTS, INSPECTIONS, ORDERS, REVIEWS, SLIPS};
use crate::lists::{self, Wanted};

/// How many acts of a stream are looked through for one that is the sender's.
const ACTS: u32 = 500;

/// Whether the kinds of acts that name a site speak for it: a complaint may be about anybody, and
/// staff go to others' sites.
fn speaks_for(submission: &Submission) -> bool {
    match submission.stream.kind() {
        StreamKind::Card
        | StreamKind::Inspection
        | StreamKind::Item
        | StreamKind::Site
        | StreamKind::Window => true,
        StreamKind::Staff => submission.event != "staff.StaffSeconded",
        _ => false,
    }
}

/// The lists that know a thing of this kind.
fn views(kind: StreamKind) -> Vec<&'static View> {
    match kind {
        StreamKind::Card => vec![&CARDS],
        StreamKind::Complaint => vec![&COMPLAINTS, &REVIEWS],
        StreamKind::Inspection => vec![&INSPECTIONS, &CHECKS, &SLIPS, &ORDERS],
        _ => Vec::new(),
    }
}

impl Service {
    /// Whether a grant reaches what acts of one stream are about.
    pub(super) async fn reaches(&self, grant: &Grant, acts: &[Act]) -> Result<(), Problem> {
        if grant.covers_everything() {
            return Ok(());
        }
        for act in acts {
            let submission = act.submission();
            let named = about(submission);
            if speaks_for(submission)
                && let Some(site) = named.iter().find(|site| !grant.covers(site))
            {
                let rule = format!("the token `{}` does not cover the site {site}", grant.token);
                return Err(Problem::forbidden(rule));
            }
            let stream = &submission.stream;
            let is_theirs = match stream.kind() {
                StreamKind::Case if submission.event == "case.ActCorrected" => {
                    !self.entered_within(grant, act).await?
                }
                StreamKind::Case | StreamKind::Bulletin => false,
                // A register that everybody uses is told for one's own site by anybody.
                StreamKind::Item if !named.is_empty() => false,
                kind => !self.takes_part(grant, stream, kind == StreamKind::Item).await?,
            };
            if is_theirs {
                let missing = format!("there is no {} `{}`", stream.kind(), stream.name());
                return Err(Problem::not_found(missing).outside());
            }
        }
        Ok(())
    }

    /// Whether what a correction corrects was entered at a site that the grant covers. One of what
    /// is not in the stream corrects nothing, and of what comes later only what its own site or one
    /// below enters.
    async fn entered_within(&self, grant: &Grant, act: &Act) -> Result<bool, Problem> {
        let Event::ActCorrected(body) = act.event() else { return Ok(true) };
        let positions = self.store.by_ids(&[body.corrects]).await?;
        let positions: Vec<u64> = positions.into_values().collect();
        let corrected = self.store.by_positions(&positions).await?;
        let Some(corrected) = corrected.first() else { return Ok(true) };
        let corrected = corrected.read()?.submission;
        let is_here = corrected.stream == act.submission().stream;
        Ok(!is_here || grant.covers(&corrected.source.site))
    }

    /// Whether a stream is new, or its first act, any of its acts or a list says that it is about a
    /// site that the grant covers.
    async fn takes_part(
        &self,
        grant: &Grant,
        stream: &StreamId,
        only_first: bool,
    ) -> Result<bool, Problem> {
        let covered = |submission: &Submission| {
            let named = about(submission);
            let by_entry = named.is_empty() || !speaks_for(submission);
            named.iter().any(|site| grant.covers(site))
                || (by_entry && grant.covers(&submission.source.site))
        };
        let first = self.store.stream(stream, 0, 1).await?;
        let Some(first) = first.first() else { return Ok(true) };
        if covered(&first.read()?.submission) {
            return Ok(true);
        }
        if only_first {
            return Ok(false);
        }
        for act in self.store.stream(stream, 1, ACTS).await? {
            if covered(&act.read()?.submission) {
                return Ok(true);
            }
        }
        for view in views(stream.kind()) {
            let Some(list) = lists::named(view.list) else { continue };
            let wanted = Wanted { key: Some(stream.to_string()), limit: 1, ..Wanted::default() };
            if !lists::page(&self.store, list, &wanted, grant).await?.lines.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
