//! 時間軸: a case's acts in order, each with when it happened, when it was entered, and what became
//! of it by corrections. The raw reading is the chronicle's own order and words; the effective one
//! is what stands after corrections.

use std::str::FromStr;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Utc};
use serde::Serialize;
use serde_json::value::RawValue;
use tongjian_events::case::ExcludedProcedure;
use tongjian_events::{Actor, Entry, Event, Recorded, SiteCode, instant};
use tongjian_projections::context::Jurisdiction;
use tongjian_projections::matter::{Effective, Matter, MatterAct};
use uuid::Uuid;

use super::CaseFile;

/// Which reading.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reading {
    /// 更正後: what stands, in the order it happened.
    #[default]
    Effective,
    /// 原始: what was entered, in the order it was entered.
    Raw,
}

impl FromStr for Reading {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "effective" => Ok(Self::Effective),
            "raw" => Ok(Self::Raw),
            _ => Err(format!("view: `{text}` is neither effective nor raw")),
        }
    }
}

impl Reading {
    /// The name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Effective => "effective",
            Self::Raw => "raw",
        }
    }
}

/// One act of a timeline.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// Its position.
    pub position: u64,
    /// Its id.
    pub id: Uuid,
    /// Its event.
    pub event: &'static str,
    /// The event in Chinese.
    pub chinese: &'static str,
    /// When it happened, in this reading.
    #[serde(with = "instant")]
    pub occurred_at: DateTime<FixedOffset>,
    /// That time in civil time of the site.
    #[serde(skip)]
    pub civil: NaiveDateTime,
    /// When it was entered.
    #[serde(serialize_with = "utc")]
    pub recorded_at: DateTime<Utc>,
    /// That time in civil time of the site.
    #[serde(skip)]
    pub entered_civil: NaiveDateTime,
    /// How long after it happened it was entered, in whole seconds.
    pub entered_after_seconds: i64,
    /// Where it was entered.
    pub site: SiteCode,
    /// At which window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<String>,
    /// How it was entered.
    pub entry: Entry,
    /// Who acted.
    pub actor: Actor,
    /// The body, in this reading.
    pub body: Box<RawValue>,
    /// The corrections of it, in order of position.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correction>,
    /// Whether a correction says that it never happened.
    pub annulled: bool,
    /// Whether it is of another site's case under the same number, and counts in no limit of this.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub other_case: bool,
}

/// A correction of an act.
#[derive(Debug, Clone, Serialize)]
pub struct Correction {
    /// The position of the correction.
    pub position: u64,
    /// Why.
    pub reason: String,
    /// Who approved it.
    pub approver: String,
}

fn utc<S: serde::Serializer>(at: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&instant::utc_text(*at))
}

impl CaseFile {
    /// The timeline of what had happened by the day of the answer.
    #[must_use]
    pub fn timeline(&self, reading: Reading) -> Vec<Line> {
        let Some(site) = self.case.site() else { return Vec::new() };
        let context = self.context().as_of(self.view.as_of);
        let place = context.jurisdiction(site);
        let matter = self.matter.as_of(self.view.as_of, &place);
        match reading {
            Reading::Raw => self.raw(&matter, &place),
            Reading::Effective => self.effective(&matter, &place),
        }
    }

    fn raw(&self, matter: &Matter, place: &Jurisdiction<'_>) -> Vec<Line> {
        let effective = matter.effective(place);
        let annulled = |position| effective.annulled.iter().any(|(of, _)| *of == position);
        let made = |entered: &&MatterAct| {
            let on = place.civil(&entered.occurred_at).date();
            !matches!(entered.event, Event::ActCorrected(_)) || on <= self.view.as_of
        };
        let lines = matter.acts.iter().filter(made).filter_map(|entered| {
            let act = self.stored(entered.position)?;
            let mut line = self.line(act, act.submission.occurred_at, &act.event, place);
            line.body = act.submission.body.clone();
            line.annulled = annulled(line.position);
            line.other_case = self.is_of_another(line.position);
            Some(line)
        });
        lines.collect()
    }

    fn effective(&self, matter: &Matter, place: &Jurisdiction<'_>) -> Vec<Line> {
        let view = matter.effective(place);
        let made = |act: &&Effective<'_>| {
            !matches!(*act.event, Event::ActCorrected(_)) || act.on() <= self.view.as_of
        };
        let besides = view.corrections.iter().filter(made);
        let mut acts: Vec<_> = view.acts.iter().chain(besides).collect();
        acts.sort_by_key(|act| (act.at, act.position()));
        let lines = acts.into_iter().filter_map(|act| {
            let mut line = self.line(self.stored(act.position())?, act.at, &act.event, place);
            line.other_case = self.is_of_another(line.position);
            Some(line)
        });
        lines.collect()
    }

    fn is_of_another(&self, position: u64) -> bool {
        self.case.acts.binary_search_by_key(&position, |act| act.position).is_err()
    }

    fn stored(&self, position: u64) -> Option<&Recorded> {
        let at = self.acts.binary_search_by_key(&position, |act| act.place.position).ok()?;
        self.acts.get(at)
    }

    fn line(
        &self,
        act: &Recorded,
        at: DateTime<FixedOffset>,
        event: &Event,
        place: &Jurisdiction<'_>,
    ) -> Line {
        let recorded_at = act.place.recorded_at;
        let source = &act.submission.source;
        Line {
            position: act.place.position,
            id: act.submission.id,
            event: act.row.wire_name(),
            chinese: act.row.chinese,
            occurred_at: at,
            civil: place.civil(&at),
            recorded_at,
            entered_civil: place.civil(&recorded_at.fixed_offset()),
            entered_after_seconds: (recorded_at - at.to_utc()).num_seconds(),
            site: source.site.clone(),
            window: source.window.as_ref().map(ToString::to_string),
            entry: source.entry,
            actor: act.submission.actor.clone(),
            body: body_of(act, event),
            corrections: self.corrections_of(act.submission.id),
            annulled: false,
            other_case: false,
        }
    }

    fn corrections_of(&self, id: Uuid) -> Vec<Correction> {
        let corrections = self.acts.iter().filter_map(|act| match &act.event {
            Event::ActCorrected(body) if body.corrects == id => Some(Correction {
                position: act.place.position,
                reason: body.reason.as_str().into(),
                approver: body.approver.as_str().into(),
            }),
            _ => None,
        });
        corrections.collect()
    }

    /// The excluded procedures that had begun by the day of the answer, after corrections.
    #[must_use]
    pub fn procedures(&self) -> Vec<Procedure> {
        let Some(site) = self.case.site() else { return Vec::new() };
        let context = self.context().as_of(self.view.as_of);
        let place = context.jurisdiction(site);
        let matter = self.case.as_of(self.view.as_of, &place);
        let mut found: Vec<Procedure> = Vec::new();
        for act in &matter.effective(&place).acts {
            match act.event.as_ref() {
                Event::ExcludedProcedureStarted(body) => found.push(Procedure {
                    which: body.procedure,
                    began_on: act.on(),
                    ended_on: None,
                    in_writing: body.notified_in_writing,
                }),
                Event::ExcludedProcedureEnded(body) => {
                    let open =
                        |p: &&mut Procedure| p.which == body.procedure && p.ended_on.is_none();
                    if let Some(procedure) = found.iter_mut().find(open) {
                        procedure.ended_on = Some(act.on());
                    }
                }
                _ => {}
            }
        }
        found
    }
}

/// 特別程序: one excluded procedure of a case, as it happened.
#[derive(Debug, Clone, Copy)]
pub struct Procedure {
    /// Which one.
    pub which: ExcludedProcedure,
    /// The day it began, which counts.
    pub began_on: NaiveDate,
    /// The day it ended, which does not count; absent while it is open.
    pub ended_on: Option<NaiveDate>,
    /// Whether the applicant was told in writing; else it stops no clock.
    pub in_writing: bool,
}

/// The body in its present version; as stored where it cannot be written.
fn body_of(act: &Recorded, event: &Event) -> Box<RawValue> {
    let text = event.to_json().ok().and_then(|text| RawValue::from_string(text).ok());
    text.unwrap_or_else(|| act.submission.body.clone())
}
