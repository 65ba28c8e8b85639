//! 時間軸: every act there is, by subject, site, window and post; when it happened, when it was
//! entered, and which corrections it received. It reads the whole catalogue: an act that nobody
//! judges is still shown.

use serde::{Deserialize, Serialize};
use tongjian_events::{Event, Recorded, Row as CatalogRow};

use crate::context::Context;
use crate::deadlines::positions;
use crate::{Cell, Lines, Projection, Span, Table, instant, integer, text};

/// 時間軸投影: one row per act, by its id.
#[derive(Debug)]
pub struct Timeline;

/// One act on the timeline.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineAct {
    /// The act; `None` while only a correction of it was heard of.
    #[serde(rename = "a", skip_serializing_if = "Option::is_none")]
    act: Option<Entered>,
    /// The positions of its corrections.
    #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
    corrected_by: Vec<u64>,
}

/// What the timeline shows of an act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entered {
    position: u64,
    stream: String,
    event: String,
    site: String,
    window: Option<String>,
    actor: String,
    role: Option<String>,
    entry: String,
    occurred_at: i64,
    recorded_at: i64,
}

impl Projection for Timeline {
    type Row = TimelineAct;

    const NAME: &'static str = "timeline";
    const EDITION: u32 = 1;
    const TABLES: &'static [Table] = &[Table {
        name: "timeline",
        columns: &[
            integer("position"),
            text("stream"),
            text("event"),
            text("site"),
            text("window"),
            text("actor"),
            text("role"),
            text("entry"),
            instant("occurred_at"),
            instant("recorded_at"),
            text("corrected_by"),
        ],
        indexes: &[
            &["position"],
            &["stream", "position"],
            &["site", "occurred_at"],
            &["actor", "occurred_at"],
        ],
    }];

    fn reads(_row: &CatalogRow) -> bool {
        true
    }

    fn touches(act: &Recorded) -> Vec<String> {
        let own = act.submission.id.to_string();
        match &act.event {
            Event::ActCorrected(correction) => vec![own, correction.corrects.to_string()],
            _ => vec![own],
        }
    }

    fn fold(row: &mut Option<TimelineAct>, key: &str, act: &Recorded) {
        let row = row.get_or_insert_default();
        if act.submission.id.to_string() != key {
            let at = row.corrected_by.partition_point(|held| *held < act.place.position);
            row.corrected_by.insert(at, act.place.position);
            return;
        }
        let source = &act.submission.source;
        row.act = Some(Entered {
            position: act.place.position,
            stream: act.submission.stream.to_string(),
            event: act.submission.event.clone(),
            site: source.site.to_string(),
            window: source.window.as_ref().map(ToString::to_string),
            actor: act.submission.actor.id.to_string(),
            role: act.submission.actor.role.as_ref().map(ToString::to_string),
            entry: source.entry.as_str().into(),
            occurred_at: act.submission.occurred_at.timestamp_micros(),
            recorded_at: act.place.recorded_at.timestamp_micros(),
        });
    }

    fn derive(_key: &str, row: &TimelineAct, _: &Context, out: &mut Lines) -> Option<Span> {
        let act = row.act.as_ref()?;
        let corrected = Some(positions(&row.corrected_by)).filter(|text| !text.is_empty());
        let line: Vec<Cell> = vec![
            act.position.into(),
            act.stream.as_str().into(),
            act.event.as_str().into(),
            act.site.as_str().into(),
            act.window.clone().into(),
            act.actor.as_str().into(),
            act.role.clone().into(),
            act.entry.as_str().into(),
            act.occurred_at.into(),
            act.recorded_at.into(),
            corrected.into(),
        ];
        out.0.push((0, line));
        None
    }
}
