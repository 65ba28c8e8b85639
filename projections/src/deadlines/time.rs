//! 扣除與延期: what was left out of the time of a case, and what was added to it, one line each.

use crate::judge::{ExtensionGiven, Judged, PauseTaken};
use crate::{Cell, Table, day, integer, text};

/// 特別程序: one line per excluded procedure.
pub(super) const PAUSES: Table = Table {
    name: "deadline_pauses",
    columns: &[
        text("procedure"),
        text("site"),
        text("item"),
        day("from_on"),
        day("to_on"),
        integer("declared_working_days"),
        integer("working_days"),
        integer("lawful"),
        integer("position"),
    ],
    indexes: &[&["from_on", "key"], &["site", "from_on"]],
};

/// 延期: one line per extension approved.
pub(super) const EXTENSIONS: Table = Table {
    name: "deadline_extensions",
    columns: &[
        text("site"),
        text("item"),
        day("extended_on"),
        integer("working_days"),
        text("extended_limit"),
        text("approver_role"),
        text("reason"),
        integer("counts"),
        integer("position"),
    ],
    indexes: &[&["extended_on", "key"], &["site", "extended_on"]],
};

pub(super) fn pause_line(pause: &PauseTaken, judged: &Judged) -> Vec<Cell> {
    let [site, item] = super::whose(&judged.summary);
    vec![
        pause.procedure.to_string().into(),
        site,
        item,
        pause.from_on.into(),
        pause.to_on.into(),
        pause.declared_working_days.map(i64::from).into(),
        pause.working_days.into(),
        pause.lawful.into(),
        pause.position.into(),
    ]
}

pub(super) fn extension_line(extension: &ExtensionGiven, judged: &Judged) -> Vec<Cell> {
    let [site, item] = super::whose(&judged.summary);
    vec![
        site,
        item,
        extension.on.into(),
        i64::from(extension.working_days).into(),
        extension.of.to_string().into(),
        extension.approver_role.to_string().into(),
        extension.reason.as_str().into(),
        extension.counts.into(),
        extension.position.into(),
    ]
}
