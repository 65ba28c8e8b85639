//! 收費: what was asked, paid, waived and paid back in a case, one line per act, after corrections.

use tongjian_events::Event;

use crate::context::Context;
use crate::finding::FindingKind;
use crate::judge::Judged;
use crate::matter::{Effective, Matter};
use crate::{Cell, Table, day, integer, text};

/// 收費: one line per act.
pub(super) const FEES: Table = Table {
    name: "fees",
    columns: &[
        text("act"),
        text("site"),
        text("item"),
        day("charged_on"),
        integer("amount_fen"),
        integer("tariff_fen"),
        integer("off_tariff"),
        integer("position"),
    ],
    indexes: &[&["charged_on", "key"], &["site", "charged_on"]],
};

pub(super) fn lines(matter: &Matter, judged: &Judged, context: &Context) -> Vec<Vec<Cell>> {
    // What a correction says of a fee it says of an act that is one.
    if !matter.acts.iter().any(|act| charge(&act.event).is_some()) {
        return Vec::new();
    }
    let Some(site) = matter.site() else { return Vec::new() };
    let view = matter.effective(&context.jurisdiction(site));
    view.acts.iter().filter_map(|act| line(act, judged)).collect()
}

fn line(act: &Effective<'_>, judged: &Judged) -> Option<Vec<Cell>> {
    let (word, amount, tariff) = charge(&act.event)?;
    let [site, item] = super::whose(&judged.summary);
    Some(vec![
        Cell::Word(word),
        site,
        item,
        act.on().into(),
        amount.into(),
        tariff.into(),
        off_tariff(act, judged).into(),
        act.position().into(),
    ])
}

/// What an act does with money: the word for it, how much, the tariff that it names.
fn charge(event: &Event) -> Option<(&'static str, i64, Option<i64>)> {
    match event {
        Event::FeeAssessed(body) => {
            Some(("assessed", body.amount_fen.get(), Some(body.tariff_fen.get())))
        }
        Event::FeePaid(body) => Some(("paid", body.amount_fen.get(), None)),
        Event::FeeWaived(body) => Some(("waived", body.amount_fen.get(), None)),
        Event::FeeRefunded(body) => Some(("refunded", body.amount_fen.get(), None)),
        _ => None,
    }
}

/// Whether the finding is of this act. That of a payment names the assessments, too.
fn off_tariff(act: &Effective<'_>, judged: &Judged) -> bool {
    let position = act.position();
    let paid = matches!(&*act.event, Event::FeePaid(_));
    judged.findings.iter().any(|finding| {
        finding.kind == FindingKind::FeeOffTariff
            && (finding.positions == [position] || paid && finding.positions.contains(&position))
    })
}
