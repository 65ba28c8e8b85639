//! 全覆蓋: the four-level network as it stands on any day: which sites were planned, built, accepted
//! and at work, against the target day, which is a target and does not move; and how many of the
//! posts that the seed asks for were filled.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tongjian_events::site::{ResponsiblePost, SiteLevel};
use tongjian_events::values::{Name, StaffId};
use tongjian_events::{Event, Recorded, Row as CatalogRow, SiteCode, StreamKind};

use crate::context::Context;
use crate::supervision::flag_facts::{above, level};
use crate::supervision::posts;
use crate::{Lines, Projection, Span, Table, day, integer, text};

/// 全覆蓋投影: one row per site, and one per site for its target.
#[derive(Debug)]
pub struct Coverage;

/// What is known of a site, in the order it was entered; each with its day and position.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Built {
    planned: Option<NaiveDate>,
    established: Option<NaiveDate>,
    accepted: Option<NaiveDate>,
    operating: Option<NaiveDate>,
    target: Option<(NaiveDate, u64)>,
    /// As last registered.
    named: Option<(Name, SiteLevel, Option<SiteCode>)>,
    /// Each appointment and its end: the day, the position, the post, who, whether it ended.
    posts: Vec<(NaiveDate, u64, ResponsiblePost, StaffId, bool)>,
}

impl Projection for Coverage {
    type Row = Built;

    const NAME: &'static str = "coverage";
    const EDITION: u32 = 2;
    const TABLES: &'static [Table] = &[
        Table {
            name: "coverage_sites",
            columns: &[
                text("site"),
                text("level"),
                text("county"),
                text("township"),
                text("parent"),
                day("planned_on"),
                day("established_on"),
                day("accepted_on"),
                day("first_operating_on"),
                day("target_on"),
                integer("posts_required"),
                text("name"),
            ],
            indexes: &[&["level", "county"], &["site"]],
        },
        Table {
            name: "coverage_posts",
            columns: &[text("site"), text("post"), day("from_on"), day("to_on")],
            indexes: &[&["site", "post"]],
        },
        Table {
            name: "coverage_targets",
            columns: &[text("site"), day("target_on"), integer("position")],
            indexes: &[&["site"]],
        },
    ];

    fn reads(row: &CatalogRow) -> bool {
        row.stream == StreamKind::Case
            || matches!(
                row.name,
                "SitePlanned"
                    | "SiteEstablished"
                    | "SiteAccepted"
                    | "CoverageTargetSet"
                    | "DoorsOpened"
                    | "ResponsiblePersonAppointed"
                    | "ResponsiblePersonRelieved"
            )
    }

    fn touches(act: &Recorded) -> Vec<String> {
        let stream = &act.submission.stream;
        match stream.kind() {
            StreamKind::Site => vec![stream.name().to_owned()],
            _ => vec![act.submission.source.site.to_string()],
        }
    }

    fn fold(row: &mut Option<Built>, _key: &str, act: &Recorded) {
        let row = row.get_or_insert_default();
        let at = act.submission.occurred_at.with_timezone(&chrono_tz::Asia::Shanghai);
        let (on, position) = (at.date_naive(), act.place.position);
        let earliest = |held: &mut Option<NaiveDate>| {
            *held = Some(held.map_or(on, |held| held.min(on)));
        };
        match &act.event {
            Event::SitePlanned(body) => {
                earliest(&mut row.planned);
                row.named = Some((body.name.clone(), body.level, body.parent.clone()));
            }
            Event::SiteEstablished(body) => {
                earliest(&mut row.established);
                row.named = Some((body.name.clone(), body.level, body.parent.clone()));
            }
            Event::SiteAccepted(_) => earliest(&mut row.accepted),
            Event::CoverageTargetSet(body) => row.target = Some((body.target_on, position)),
            Event::ResponsiblePersonAppointed(body) => {
                row.posts.push((on, position, body.post, body.staff.clone(), false));
            }
            Event::ResponsiblePersonRelieved(body) => {
                row.posts.push((on, position, body.post, body.staff.clone(), true));
            }
            _ => earliest(&mut row.operating),
        }
    }

    fn derive(key: &str, row: &Built, _: &Context, out: &mut Lines) -> Option<Span> {
        let site = SiteCode::new(key).ok()?;
        if let Some((target, position)) = row.target {
            out.0.push((2, vec![key.into(), target.into(), position.into()]));
        }
        // A code under which acts were entered, and which no register names, is no site.
        let (name, named, parent) = row.named.as_ref()?;
        let of_level = |wanted: SiteLevel| {
            let up = std::iter::successors(Some(site.clone()), above);
            let mut up = up.filter(|site| level(site) == Some(wanted));
            up.next().map(|site| site.to_string())
        };
        let required = posts(*named);
        out.0.push((
            0,
            vec![
                key.into(),
                named.to_string().into(),
                of_level(SiteLevel::County).into(),
                of_level(SiteLevel::Township).into(),
                parent.as_ref().map(ToString::to_string).into(),
                row.planned.into(),
                row.established.into(),
                row.accepted.into(),
                row.operating.into(),
                row.target.map(|(on, _)| on).into(),
                (required.len() as u64).into(),
                name.to_string().into(),
            ],
        ));
        for post in required {
            for (from, to) in row.filled(*post) {
                let line = vec![key.into(), post.to_string().into(), from.into(), to.into()];
                out.0.push((1, line));
            }
        }
        None
    }
}

impl Built {
    /// The spans in which somebody held a post: from, and the first day without, if any.
    fn filled(&self, post: ResponsiblePost) -> Vec<(NaiveDate, Option<NaiveDate>)> {
        let mut acts: Vec<_> = self.posts.iter().filter(|(_, _, of, ..)| *of == post).collect();
        acts.sort_by_key(|(on, position, ..)| (*on, *position));
        let (mut holders, mut since, mut spans) = (Vec::new(), None, Vec::new());
        for (on, _, _, staff, ended) in acts {
            if *ended {
                holders.retain(|holder| *holder != staff);
                if let Some(from) = since.filter(|_| holders.is_empty()) {
                    spans.push((from, Some(*on)));
                    since = None;
                }
            } else {
                holders.push(staff);
                since = since.or(Some(*on));
            }
        }
        spans.extend(since.map(|from| (from, None)));
        spans
    }
}

/// 站點: one line of `coverage_sites` with its posts, from which the network of any day follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteLine {
    /// The site.
    pub site: String,
    /// The county's code; `None` for the city's own centre and for other codes.
    pub county: Option<String>,
    /// Its level.
    pub level: String,
    /// When each step was first reached.
    pub planned_on: Option<NaiveDate>,
    /// 建成.
    pub established_on: Option<NaiveDate>,
    /// 驗收.
    pub accepted_on: Option<NaiveDate>,
    /// The first day on which doors opened or a case was acted on.
    pub first_operating_on: Option<NaiveDate>,
    /// How many posts the seed asks for.
    pub posts_required: u64,
    /// The spans in which posts were filled: from, and the first day without.
    pub posts_filled: Vec<(NaiveDate, Option<NaiveDate>)>,
}

/// 覆蓋情況: how many sites stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Planned, or built without a plan.
    pub planned: u64,
    /// 建成.
    pub established: u64,
    /// 驗收.
    pub accepted: u64,
    /// 運行.
    pub operating: u64,
    /// Posts that the sites built must have.
    pub posts_required: u64,
    /// Posts that are filled.
    pub posts_filled: u64,
}

/// 三個步驟: how far the campaign has come, from the shares alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// 統一思想認識: planned, nothing built.
    Agree,
    /// 認真組織實施: building, not all built.
    CarryOut,
    /// 嚴格檢查驗收: all built, not all accepted.
    InspectAndAccept,
    /// 全覆蓋: all accepted.
    Covered,
}

impl Counts {
    /// A count as a share of the sites planned, in hundredths of a per cent; `None` of nothing.
    #[must_use]
    pub fn share(&self, count: u64) -> Option<u64> {
        (count * 10_000).checked_div(self.planned)
    }

    /// The step; `None` where nothing is planned.
    #[must_use]
    pub fn step(&self) -> Option<Step> {
        match self {
            Self { planned: 0, .. } => None,
            Self { established: 0, .. } => Some(Step::Agree),
            Self { planned, established, .. } if established < planned => Some(Step::CarryOut),
            Self { planned, accepted, .. } if accepted < planned => Some(Step::InspectAndAccept),
            Self { .. } => Some(Step::Covered),
        }
    }

    fn add(&mut self, site: &SiteLine, on: NaiveDate) {
        let by = |day: Option<NaiveDate>| u64::from(day.is_some_and(|day| day <= on));
        let established = by(site.established_on);
        self.planned += by(site.planned_on).max(established);
        self.established += established;
        self.accepted += by(site.accepted_on);
        self.operating += by(site.first_operating_on);
        if established == 1 {
            let held = |(from, to): &&(NaiveDate, Option<NaiveDate>)| {
                *from <= on && to.is_none_or(|to| on < to)
            };
            self.posts_required += site.posts_required;
            self.posts_filled += site.posts_filled.iter().filter(held).count() as u64;
        }
    }
}

/// 目標日: by when a site must be built: what was set for itself, or else for the nearest above it.
#[must_use]
pub fn target_of(site: &SiteCode, targets: &[(SiteCode, NaiveDate)]) -> Option<NaiveDate> {
    let holding = targets.iter().filter(|(of, _)| of.holds(site));
    holding.max_by_key(|(of, _)| of.subtree_prefix().len()).map(|(_, on)| *on)
}

/// 某日覆蓋情況: the network at the end of a day, by county (`None` for the city's own centre) and
/// level.
#[must_use]
pub fn coverage_on(
    on: NaiveDate,
    lines: &[SiteLine],
) -> BTreeMap<(Option<String>, String), Counts> {
    let mut counts: BTreeMap<(Option<String>, String), Counts> = BTreeMap::new();
    for site in lines {
        counts.entry((site.county.clone(), site.level.clone())).or_default().add(site, on);
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn site(code: &str, days: [Option<&str>; 3]) -> SiteLine {
        let [planned, built, accepted] = days.map(|of| of.map(day));
        SiteLine {
            site: code.into(),
            county: Some("320681000000".into()),
            level: "village".into(),
            planned_on: planned,
            established_on: built,
            accepted_on: accepted,
            first_operating_on: built,
            posts_required: 2,
            posts_filled: vec![(day("2008-06-01"), None), (day("2008-06-01"), built)],
        }
    }

    #[test]
    fn the_network_of_a_day_counts_what_had_happened_by_its_end() {
        let lines = [
            site("320681105201", [Some("2008-03-01"), Some("2008-07-01"), Some("2008-08-31")]),
            site("320681105202", [Some("2008-03-01"), None, None]),
            // Built without a plan: it is planned from then on.
            site("320681105203", [None, Some("2008-08-01"), None]),
        ];
        let on = |text: &str| *coverage_on(day(text), &lines).values().next().unwrap();
        assert_eq!(on("2008-02-29").step(), None);
        assert_eq!((on("2008-06-30").planned, on("2008-06-30").step()), (2, Some(Step::Agree)));
        let july = on("2008-07-31");
        assert_eq!((july.planned, july.established, july.operating), (2, 1, 1));
        assert_eq!((july.posts_required, july.posts_filled), (2, 1));
        assert_eq!(
            (july.share(july.established), july.step()),
            (Some(5_000), Some(Step::CarryOut))
        );
        assert_eq!((on("2008-08-31").planned, on("2008-08-31").accepted), (3, 1));
    }

    #[test]
    fn what_is_all_built_waits_for_acceptance_and_is_covered_after_it() {
        let built = ["2008-03-01", "2008-07-01", "2008-08-31"].map(Some);
        let lines = [site("320681105201", built)];
        let step = |text: &str| coverage_on(day(text), &lines).values().next().unwrap().step();
        assert_eq!(step("2008-08-30"), Some(Step::InspectAndAccept));
        assert_eq!(step("2008-08-31"), Some(Step::Covered));
    }

    #[test]
    fn the_nearest_target_above_holds() {
        let code = |text: &str| SiteCode::new(text).unwrap();
        let targets =
            [(code("320600000000"), day("2008-08-31")), (code("320681000000"), day("2008-07-31"))];
        assert_eq!(target_of(&code("320681105201"), &targets), Some(day("2008-07-31")));
        assert_eq!(target_of(&code("320682105201"), &targets), Some(day("2008-08-31")));
        assert_eq!(target_of(&code("330100000000"), &targets), None);
    }
}
