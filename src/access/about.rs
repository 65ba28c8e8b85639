//! 所涉: which sites an act is about, beside the one at which it was entered.

use serde_json::Value;
use tongjian_events::{SiteCode, StreamKind, Submission};

use super::Grant;

/// Where a body says what site it is about, and what unit: that may be the code of a site, or of an
/// office that has none.
const SITES: [&str; 3] = ["/site", "/subject/site", "/about/site"];
const UNITS: [&str; 3] = ["/unit", "/subject/unit", "/about/unit"];

/// The sites that a submission is about, by its stream's name and its body.
pub(crate) fn about(submission: &Submission) -> Vec<SiteCode> {
    let body: Value = serde_json::from_str(submission.body.get()).unwrap_or_default();
    let at = |place: &str| body.pointer(place).and_then(Value::as_str);
    let is_code = |text: &&str| text.len() == 12 && text.bytes().all(|c| c.is_ascii_digit());
    let is_site = submission.stream.kind() == StreamKind::Site;
    let own = Some(submission.stream.name()).filter(|_| is_site);
    let units = UNITS.into_iter().filter_map(at).filter(is_code);
    let named = SITES.into_iter().filter_map(at).chain(units).chain(own);
    named.filter_map(|code| SiteCode::new(code).ok()).collect()
}

impl Grant {
    /// Whether every one of these sites is covered, of which none named means the whole network.
    #[must_use]
    pub fn covers_all(&self, sites: &[SiteCode]) -> bool {
        self.covers_everything() || (!sites.is_empty() && sites.iter().all(|s| self.covers(s)))
    }

    /// Whether an act is shown: one that was entered at a site that is covered, or is about one, as
    /// a card and an order are, which whoever it is about has to answer, and what is registered of
    /// a site's items, windows and posts; and what binds everybody.
    #[must_use]
    pub(crate) fn sees(&self, submission: &Submission) -> bool {
        let binds_all = match submission.stream.kind() {
            StreamKind::Calendar => true,
            StreamKind::Policy => submission.stream.as_str() != super::STREAM,
            _ => false,
        };
        let is_about = matches!(
            submission.stream.kind(),
            StreamKind::Card
                | StreamKind::Complaint
                | StreamKind::Inspection
                | StreamKind::Item
                | StreamKind::Site
                | StreamKind::Staff
                | StreamKind::Window
        );
        self.covers_everything()
            || binds_all
            || self.covers(&submission.source.site)
            || (is_about && about(submission).iter().any(|site| self.covers(site)))
    }
}
