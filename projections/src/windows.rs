//! 窗口: which windows stood where and of which kind, for boards that tell how much each kind does.
//! Whether a window was open is judged from the registers, never from this table.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tongjian_events::{Event, Recorded, Row as CatalogRow};

use crate::context::Context;
use crate::{Lines, Projection, Span, Table, day, text};

/// 窗口投影: one row per window; one line per stretch in which it was of one kind at one site.
#[derive(Debug)]
pub struct Windows;

/// The turns of a window's life, in the order in which they were entered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Life {
    turns: Vec<Turn>,
}

/// One turn: what was said, each word where the act says it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Turn {
    on: NaiveDate,
    position: u64,
    site: Option<String>,
    window: Option<String>,
    kind: Option<String>,
    name: Option<String>,
    withdrawn: bool,
}

impl Projection for Windows {
    type Row = Life;

    const NAME: &'static str = "windows";
    const EDITION: u32 = 1;
    const TABLES: &'static [Table] = &[Table {
        name: "windows",
        columns: &[
            text("site"),
            text("window"),
            text("kind"),
            text("name"),
            day("from_on"),
            day("to_on"),
        ],
        indexes: &[&["site", "window"]],
    }];

    fn reads(row: &CatalogRow) -> bool {
        matches!(
            row.name,
            "WindowRegistered" | "WindowWithdrawn" | "WindowKindChanged" | "WindowRelocated"
        )
    }

    fn touches(act: &Recorded) -> Vec<String> {
        vec![act.submission.stream.to_string()]
    }

    fn fold(row: &mut Option<Life>, key: &str, act: &Recorded) {
        let at = act.submission.occurred_at.with_timezone(&chrono_tz::Asia::Shanghai);
        let turn = Turn { on: at.date_naive(), position: act.place.position, ..Turn::default() };
        let turn = match &act.event {
            Event::WindowRegistered(body) => {
                let number = body.window.as_ref().map(ToString::to_string);
                Turn {
                    site: Some(body.site.to_string()),
                    window: number.or_else(|| key.split_once('/').map(|(_, name)| name.into())),
                    kind: Some(body.kind.to_string()),
                    name: body.name.as_ref().map(ToString::to_string),
                    ..turn
                }
            }
            Event::WindowRelocated(body) => Turn { site: Some(body.site.to_string()), ..turn },
            Event::WindowKindChanged(body) => Turn { kind: Some(body.kind.to_string()), ..turn },
            Event::WindowWithdrawn(_) => Turn { withdrawn: true, ..turn },
            _ => return,
        };
        row.get_or_insert_default().turns.push(turn);
    }

    fn derive(_: &str, row: &Life, _: &Context, out: &mut Lines) -> Option<Span> {
        let mut turns: Vec<&Turn> = row.turns.iter().collect();
        // A turn that came in late stands where it happened.
        turns.sort_by_key(|turn| (turn.on, turn.position));
        let mut held = Turn::default();
        for (at, turn) in turns.iter().enumerate() {
            held = Turn {
                on: turn.on,
                position: turn.position,
                site: turn.site.clone().or(held.site),
                window: turn.window.clone().or(held.window),
                kind: turn.kind.clone().or(held.kind),
                name: turn.name.clone().or(held.name),
                // Only where it is set up or moved to a site does it stand again.
                withdrawn: turn.withdrawn || (held.withdrawn && turn.site.is_none()),
            };
            let until = turns.get(at + 1).map(|next| next.on);
            // Of two turns of one day the later one holds that day.
            if held.withdrawn || until == Some(turn.on) {
                continue;
            }
            // A window that was never registered has no number that an act could name.
            let Some((site, window)) = held.site.clone().zip(held.window.clone()) else { continue };
            out.0.push((
                0,
                vec![
                    site.into(),
                    window.into(),
                    held.kind.clone().into(),
                    held.name.clone().into(),
                    turn.on.into(),
                    until.into(),
                ],
            ));
        }
        None
    }
}
