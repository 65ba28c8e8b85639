//! 五個不到位: how the flags of a site stand, and what in the chronicle speaks against one. Evidence
//! of the chronicle alone makes a flag suspected; each kind of it has a rule with its threshold in
//! the policy. A flag that is suspected or confirmed already is not suspected again.

mod days;
mod peers;
mod presence;
mod register;
mod spans;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use tongjian_events::inspection::{Flag, FlagSuspected};
use tongjian_events::policy::FlagThresholds;
use tongjian_events::values::{Code, Edition, Instant, Position};
use tongjian_events::{SiteCode, StreamId, StreamKind};

pub(crate) use register::posts;

use super::FLAGS_AT;
use super::docket::Docket;
use super::duty::{self, Duty, first_moment};
use super::fact::{Fact, Stated};
use crate::context::{Context, Jurisdiction};
use crate::deadlines::positions;
use crate::{Cell, Lines, Table, day, integer, text};

/// 五個不到位: one line per site, flag and span of a state.
pub(super) const FIVE_IN_PLACE: Table = Table {
    name: "five_in_place",
    columns: &[
        text("site"),
        text("flag"),
        text("state"),
        day("from_on"),
        day("to_on"),
        text("rule"),
        integer("rule_edition"),
        text("evidence"),
        integer("recurrences"),
    ],
    indexes: &[
        // All that is asked of the flags of a place.
        &["site", "flag", "from_on", "to_on", "state"],
        &["flag", "state", "from_on"],
        &["from_on"],
    ],
};

/// 自動證據: what of the chronicle speaks against a flag; a flag needs one of them.
pub(super) const EVIDENCE: Table = Table {
    name: "flag_evidence",
    columns: &[
        text("site"),
        text("flag"),
        text("rule"),
        integer("rule_edition"),
        text("subject"),
        day("arises_on"),
        integer("first_position"),
        text("positions"),
        text("detail"),
    ],
    indexes: &[&["rule", "arises_on"], &["site", "flag", "arises_on"]],
};

/// 疑似不到位: the suspicions that fall due.
pub(super) const DUTIES: Table =
    Table { name: "flag_duties", columns: duty::COLUMNS, indexes: duty::INDEXES };

/// One thing that speaks against a flag.
struct Evidence {
    site: SiteCode,
    flag: Flag,
    rule: &'static str,
    /// The window, post, item, device or person it is about.
    subject: Option<String>,
    /// The first day on which it holds.
    arises_on: NaiveDate,
    /// The first day on which it no longer holds.
    until_on: Option<NaiveDate>,
    positions: Vec<u64>,
    detail: String,
}

/// What evidence is looked for with.
struct Look<'l> {
    facts: &'l [Stated],
    rules: &'l FlagThresholds,
    context: &'l Context,
}

impl Look<'_> {
    fn place(&self, site: &SiteCode) -> Jurisdiction<'_> {
        self.context.jurisdiction(site)
    }
}

pub(super) fn judge(docket: &Docket, facts: &[Stated], context: &Context, out: &mut Lines) {
    if let Docket::Site(site) = docket {
        spans::lines(site, facts, context, out);
    }
    let editions: Vec<_> = context.policies().flags.dated().collect();
    let mut found: Vec<(Edition, Evidence)> = Vec::new();
    for (at, (from, policy)) in editions.iter().enumerate() {
        let to = editions.get(at + 1).map_or(NaiveDate::MAX, |(next, _)| *next);
        let look = Look { facts, rules: &policy.thresholds, context };
        for mut evidence in gather(docket, &look) {
            // An edition judges its own days; what holds on when it begins is judged from then on.
            if evidence.arises_on < *from {
                if evidence.until_on.is_some_and(|until| until <= *from) || !lasts(evidence.rule) {
                    continue;
                }
                evidence.arises_on = *from;
            }
            if evidence.arises_on < to {
                found.push((policy.edition, evidence));
            }
        }
    }
    found.sort_by(|(_, a), (_, b)| {
        let key = |e: &Evidence| (e.site.clone(), e.flag, e.rule, e.subject.clone(), e.arises_on);
        key(a).cmp(&key(b))
    });
    let kept = first_of_each(found, facts);
    for (edition, evidence) in &kept {
        out.0.push((FLAGS_AT + 1, evidence.line(*edition)));
    }
    suspicions(&kept, facts, context).iter().for_each(|duty| {
        out.0.push((FLAGS_AT + 2, duty.line()));
    });
}

fn gather(docket: &Docket, look: &Look<'_>) -> Vec<Evidence> {
    match docket {
        Docket::Site(site) => register::evidence(site, look),
        Docket::SiteMonth(site, month) => {
            let mut found = days::evidence(site, *month, look);
            found.extend(presence::evidence(site, *month, look));
            found
        }
        Docket::PeersMonth(above, month) => peers::silent(above, *month, look),
        Docket::PeersQuarter(above, quarter) => peers::unused(above, *quarter, look),
        _ => Vec::new(),
    }
}

/// Whether what a rule speaks of is a state that lasts, and not something that happened on a day.
fn lasts(rule: &str) -> bool {
    register::RULES.contains(&rule)
}

/// Of evidence about one thing the first, and the first after each clearing of the flag.
fn first_of_each(found: Vec<(Edition, Evidence)>, facts: &[Stated]) -> Vec<(Edition, Evidence)> {
    let mut kept: Vec<(Edition, Evidence)> = Vec::new();
    let mut cleared: BTreeMap<(SiteCode, Flag), Vec<NaiveDate>> = BTreeMap::new();
    for (edition, evidence) in found {
        let (site, flag) = (&evidence.site, evidence.flag);
        let cleared = cleared
            .entry((site.clone(), flag))
            .or_insert_with(|| spans::cleared(facts, site, flag));
        let before = kept.last().filter(|(_, last)| {
            (&last.site, last.flag, last.rule, &last.subject)
                == (&evidence.site, evidence.flag, evidence.rule, &evidence.subject)
        });
        let again = before.is_none_or(|(_, last)| {
            cleared.iter().any(|on| *on >= last.arises_on && *on < evidence.arises_on)
        });
        if again {
            kept.push((edition, evidence));
        }
    }
    kept
}

/// For each flag that does not stand: the earliest evidence since it was last cleared. The stream
/// is named by site, flag and how often the flag has been raised, so that of several kinds of
/// evidence, and of several watchmen, one raises it.
fn suspicions(kept: &[(Edition, Evidence)], facts: &[Stated], context: &Context) -> Vec<Duty> {
    let mut duties: Vec<Duty> = Vec::new();
    let mut by_time: Vec<&(Edition, Evidence)> = kept.iter().collect();
    by_time.sort_by_key(|(_, evidence)| (evidence.arises_on, evidence.rule));
    for (edition, evidence) in by_time {
        let standing = spans::standing(facts, &evidence.site, evidence.flag);
        let news = standing.cleared_on.is_none_or(|cleared| evidence.arises_on > cleared);
        if standing.open || !news {
            continue;
        }
        let name = format!("{}.{}.{}", evidence.site, evidence.flag, standing.times + 1);
        let Ok(stream) = StreamId::new(StreamKind::Inspection, &name) else { continue };
        if duties.iter().all(|duty| duty.stream != stream) {
            duties.extend(evidence.duty(stream, *edition, context));
        }
    }
    duties
}

impl Evidence {
    fn line(&self, edition: Edition) -> Vec<Cell> {
        vec![
            self.site.as_str().into(),
            self.flag.to_string().into(),
            Cell::Word(self.rule),
            i64::from(edition.get()).into(),
            self.subject.clone().into(),
            self.arises_on.into(),
            self.positions.first().copied().into(),
            positions(&self.positions).into(),
            self.detail.as_str().into(),
        ]
    }

    fn duty(&self, stream: StreamId, edition: Edition, context: &Context) -> Option<Duty> {
        let due_at = first_moment(&context.jurisdiction(&self.site), self.arises_on)?;
        let event = FlagSuspected {
            site: self.site.clone(),
            flag: self.flag,
            rule: Code::new(self.rule).ok()?,
            rule_edition: edition,
            grounds: self.positions.iter().copied().map(Position).collect(),
            evidence: Vec::new(),
            fell_due_at: Some(Instant(due_at)),
        };
        let event = event.into();
        Some(Duty { stream, after: 0, due_at, until_at: None, by_law: false, event })
    }
}

/// The acts among facts: the stream, the day, the act.
fn acts(facts: &[Stated]) -> impl Iterator<Item = (&Stated, &crate::matter::MatterAct)> {
    facts.iter().filter_map(|stated| match &stated.fact {
        Fact::Act(act) => Some((stated, &**act)),
        _ => None,
    })
}
