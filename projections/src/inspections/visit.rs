//! 現場檢查: who went, with which checklist, what each check found; and what is irregular in it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use tongjian_events::inspection::{CheckResult, EvidenceKind, Flag};
use tongjian_events::policy::{Check, ChecklistAdopted};
use tongjian_events::values::{Code, Edition, StaffId};
use tongjian_events::{Event, SiteCode};

use super::{Irregular, Sight};
use crate::matter::Effective;
use crate::supervision::flag_facts::level;
use crate::{Cell, Lines};

/// Two go and look (art. 34).
const LEAST_INSPECTORS: usize = 2;

/// A visit as far as it got.
#[derive(Default)]
pub(super) struct Visit<'s> {
    kind: Option<String>,
    pub(super) checklist: Option<&'s Code>,
    pub(super) edition: Option<Edition>,
    list: Option<&'s ChecklistAdopted>,
    planned_on: Option<NaiveDate>,
    started: Option<(NaiveDate, u64)>,
    inspectors: BTreeSet<&'s StaffId>,
    pub(super) concluded: Option<(NaiveDate, u64, i64, &'s [Flag])>,
    checks: Vec<Scored<'s>>,
    photos: u64,
}

/// One check as it stands: the last scoring of it.
struct Scored<'s> {
    code: &'s Code,
    flag: Option<Flag>,
    result: CheckResult,
    blocking: bool,
    score: Option<i32>,
    listed: Option<&'s Check>,
    on: NaiveDate,
    position: u64,
    photos: u64,
}

/// What a concluded visit of two or more decides on a flag, with the checks that show it.
pub(super) struct Decided {
    pub(super) flag: Flag,
    pub(super) in_place: bool,
    pub(super) checks: Vec<u64>,
}

pub(super) fn of<'s>(sight: &Sight<'s>) -> Visit<'s> {
    let mut visit = Visit::default();
    for act in sight.acts {
        match &*act.event {
            Event::InspectionPlanned(body) => {
                visit.planned_on = visit.planned_on.or(Some(body.planned_on));
                visit.kind.get_or_insert_with(|| body.kind.to_string());
                visit.checklist = visit.checklist.or(body.checklist.as_ref());
                visit.edition = visit.edition.or(body.checklist_edition);
            }
            Event::InspectionStarted(body) => {
                visit.started = visit.started.or(Some((act.on(), act.position())));
                visit.kind = Some(body.kind.to_string());
                visit.inspectors.extend(&body.inspectors);
                if body.checklist.is_some() {
                    visit.checklist = body.checklist.as_ref();
                    visit.edition = body.checklist_edition;
                }
            }
            Event::InspectionConcluded(body) => {
                let at = act.at.timestamp_micros();
                visit.concluded = Some((act.on(), act.position(), at, &body.not_in_place));
            }
            Event::EvidenceAttached(body) if body.kind == EvidenceKind::Photo => visit.photos += 1,
            _ => {}
        }
    }
    let began = visit.started.map(|(on, _)| on).or(visit.planned_on);
    visit.list = visit
        .checklist
        .zip(began)
        .and_then(|(code, on)| sight.context.policies().checklist(code, visit.edition, on));
    visit.checks = scored(sight, visit.list);
    visit
}

fn scored<'s>(sight: &Sight<'s>, list: Option<&'s ChecklistAdopted>) -> Vec<Scored<'s>> {
    let mut standing: BTreeMap<&Code, Scored<'s>> = BTreeMap::new();
    for act in sight.acts {
        let Event::ChecklistItemScored(body) = &*act.event else { continue };
        let listed = list.and_then(|list| list.checks.0.iter().find(|c| c.check == body.check));
        let shows = |other: &&Effective<'_>| {
            matches!(&*other.event, Event::EvidenceAttached(shown)
                if shown.kind == EvidenceKind::Photo && shown.refers_to == Some(act.act.id))
        };
        let line = Scored {
            code: &body.check,
            flag: listed.map(|check| check.flag).or(body.flag),
            result: body.result,
            blocking: listed.map_or(body.blocking == Some(true), |check| check.blocking),
            score: body.score_hundredths.map(|score| score.get()),
            listed,
            on: act.on(),
            position: act.position(),
            photos: sight.acts.iter().filter(shows).count() as u64,
        };
        standing.insert(&body.check, line);
    }
    standing.into_values().collect()
}

impl Visit<'_> {
    pub(super) fn lines(&self, sight: &Sight<'_>, out: &mut Lines) {
        if self.kind.is_none() && self.checks.is_empty() {
            return;
        }
        let score: i64 = self.checks.iter().filter_map(|c| c.score).map(i64::from).sum();
        let points = self.list.map(|list| {
            list.checks.0.iter().map(|check| i64::from(check.points_hundredths.get())).sum::<i64>()
        });
        out.0.push((
            0,
            vec![
                sight.site.as_str().into(),
                self.kind.clone().into(),
                self.checklist.map(ToString::to_string).into(),
                self.list.map(|list| i64::from(list.edition.get())).into(),
                self.planned_on.into(),
                self.started.map(|(on, _)| on).into(),
                self.concluded.map(|(on, ..)| on).into(),
                (self.inspectors.len() as u64).into(),
                score.into(),
                points.into(),
                self.photos.into(),
            ],
        ));
        for check in &self.checks {
            let points = check.listed.map(|listed| i64::from(listed.points_hundredths.get()));
            out.0.push((
                1,
                vec![
                    sight.site.as_str().into(),
                    check.code.as_str().into(),
                    check.flag.map(|flag| flag.to_string()).into(),
                    check.result.to_string().into(),
                    check.blocking.into(),
                    check.score.map(i64::from).into(),
                    points.into(),
                    check.on.into(),
                    check.position.into(),
                    check.photos.into(),
                    check.listed.is_some().into(),
                ],
            ));
        }
    }

    /// Whether enough went for the visit to decide anything.
    fn by_enough(&self) -> bool {
        self.inspectors.len() >= LEAST_INSPECTORS
    }

    /// What it decides: the worst blocking check of a flag decides it; in place it is only where
    /// every blocking check of the list was made and found so.
    pub(super) fn decided(&self) -> Vec<Decided> {
        if self.concluded.is_none() || !self.by_enough() {
            return Vec::new();
        }
        let flags: BTreeSet<Flag> = self.checks.iter().filter_map(|check| check.flag).collect();
        flags.into_iter().filter_map(|flag| self.decided_on(flag)).collect()
    }

    fn decided_on(&self, flag: Flag) -> Option<Decided> {
        let blocking = |check: &&Scored<'_>| check.flag == Some(flag) && check.blocking;
        let found = |result: CheckResult| -> Vec<u64> {
            let of = self.checks.iter().filter(blocking).filter(|check| check.result == result);
            of.map(|check| check.position).collect()
        };
        let against = found(CheckResult::NotInPlace);
        if !against.is_empty() {
            return Some(Decided { flag, in_place: false, checks: against });
        }
        let listed = self.list.map_or(0, |list| {
            list.checks.0.iter().filter(|check| check.flag == flag && check.blocking).count()
        });
        let made = self.checks.iter().filter(blocking).count();
        let checks = found(CheckResult::InPlace);
        let all = !checks.is_empty() && checks.len() == made && made >= listed;
        all.then_some(Decided { flag, in_place: true, checks })
    }

    pub(super) fn irregular(&self, sight: &Sight<'_>) -> Vec<Irregular> {
        let mut found = Vec::new();
        if let Some((on, position)) = self.started {
            if !self.by_enough() {
                let detail = format!("{} inspector(s) went, two must", self.inspectors.len());
                let kind = "inspected_by_fewer_than_two";
                found.push(Irregular::new(kind, on, vec![position], detail));
            }
            found.extend(self.of_list(sight, on, position));
        }
        found.extend(self.checks.iter().flat_map(|check| self.of_check(check)));
        found.extend(self.of_conclusion());
        found
    }

    fn of_list(&self, sight: &Sight<'_>, on: NaiveDate, position: u64) -> Option<Irregular> {
        let code = self.checklist?;
        let Some(list) = self.list else {
            let edition = self.edition.map_or_else(String::new, |e| format!(" edition {e}"));
            let detail = format!("no checklist `{code}`{edition} is in force");
            return Some(Irregular::new("checklist_unknown", on, vec![position], detail));
        };
        let level = level(&sight.site).filter(|level| !list.levels.contains(level))?;
        let detail = format!("the checklist `{code}` is not for a {level} site");
        Some(Irregular::new("checklist_of_another_level", on, vec![position], detail))
    }

    fn of_check(&self, check: &Scored<'_>) -> Vec<Irregular> {
        let mut found = Vec::new();
        let mut find = |kind, detail: String| {
            found.push(Irregular::new(kind, check.on, vec![check.position], detail));
        };
        if let (Some(list), None) = (self.list, check.listed) {
            let detail = format!(
                "edition {} of `{}` has no check `{}`",
                list.edition, list.checklist, check.code
            );
            find("check_unknown", detail);
        }
        if let (Some(score), Some(listed)) = (check.score, check.listed) {
            let most = listed.points_hundredths.get();
            if score > most {
                let detail = format!("`{}` got {score} hundredths of {most}", check.code);
                find("score_above_points", detail);
            }
        }
        if check.result == CheckResult::NotInPlace && check.photos == 0 {
            find("not_in_place_without_photo", format!("`{}` has no photo", check.code));
        }
        found
    }

    /// The flags summed up against those that the blocking checks show.
    fn of_conclusion(&self) -> Option<Irregular> {
        let (on, position, _, said) = self.concluded?;
        let against =
            |check: &&Scored<'_>| check.blocking && check.result == CheckResult::NotInPlace;
        let shown: Vec<&Scored<'_>> = self.checks.iter().filter(against).collect();
        let flags: BTreeSet<Flag> = shown.iter().filter_map(|check| check.flag).collect();
        let said: BTreeSet<Flag> = said.iter().copied().collect();
        if flags == said {
            return None;
        }
        let words = |flags: &BTreeSet<Flag>| {
            let words: Vec<String> = flags.iter().map(ToString::to_string).collect();
            if words.is_empty() { "none".into() } else { words.join(", ") }
        };
        let detail = format!(
            "concluded not in place: {}; the blocking checks show: {}",
            words(&said),
            words(&flags)
        );
        let positions = shown.iter().map(|check| check.position).chain([position]).collect();
        Some(Irregular::new("conclusion_disagrees", on, positions, detail))
    }
}

impl Visit<'_> {
    /// The checklist and its edition, as evidence cites them.
    pub(super) fn cited(&self) -> (Option<String>, Option<u32>) {
        let edition = self.list.map(|list| list.edition.get());
        (self.checklist.map(ToString::to_string), edition)
    }

    /// When it was concluded: the position and the moment.
    pub(super) fn end(&self) -> Option<(NaiveDate, u64, i64)> {
        self.concluded.map(|(on, position, at, _)| (on, position, at))
    }
}

/// 暗訪: the site at which an unannounced visit found posts empty; `None` for any other act.
pub(super) fn unmanned<'v>(act: &'v Effective<'_>) -> Option<&'v SiteCode> {
    let Event::MysteryVisitMade(body) = &*act.event else { return None };
    let (expected, filled) = body.posts_expected.zip(body.posts_filled)?;
    (filled < expected).then_some(&body.site)
}

/// Whether so many different people are enough to inspect.
pub(crate) fn enough(inspectors: &[StaffId]) -> bool {
    inspectors.iter().collect::<BTreeSet<_>>().len() >= LEAST_INSPECTORS
}

/// A cell of a word that may be absent.
pub(super) fn word<T: ToString>(word: Option<&T>) -> Cell {
    word.map(ToString::to_string).into()
}
