//! 責令整改: what must be put right by a day, whether it was reported in time and found so. The last
//! day is the authority's word and does not move to a working day.

use chrono::NaiveDate;
use tongjian_events::Event;
use tongjian_events::inspection::{
    RectificationOrdered, RectificationOverdueNoticeSent, ReinspectionOutcome,
};
use tongjian_events::values::{Code, Position};

use super::visit::{enough, word};
use super::{Irregular, Sight};
use crate::context::day_after;
use crate::supervision::duty::{Duty, first_moment};
use crate::{Cell, Table, day, integer, text};

/// The rule that a notice of an overdue order cites.
const RULE: &str = "rectification";

pub(super) const TABLE: Table = Table {
    name: "rectifications",
    columns: &[
        text("site"),
        text("unit"),
        text("flag"),
        text("order_code"),
        day("ordered_on"),
        integer("ordered_at_position"),
        day("due_on"),
        day("reported_on"),
        day("reinspected_on"),
        text("outcome"),
        day("rectified_on"),
        day("overdue_from"),
        integer("noticed_at_position"),
    ],
    indexes: &[&["due_on"], &["site", "due_on"], &["overdue_from"]],
};

/// One order with what came of it.
pub(super) struct Order<'s> {
    body: &'s RectificationOrdered,
    on: NaiveDate,
    position: u64,
    reported: Option<(NaiveDate, u64)>,
    /// The last re-inspection.
    reinspected: Option<(NaiveDate, ReinspectionOutcome)>,
    /// When at least two found it rectified.
    rectified_on: Option<NaiveDate>,
    /// When somebody first found it not, or not wholly, put right after the last day.
    failed_on: Option<NaiveDate>,
    noticed: Option<u64>,
}

pub(super) fn of<'s>(sight: &Sight<'s>) -> Vec<Order<'s>> {
    let mut orders: Vec<Order<'s>> = Vec::new();
    for act in sight.acts {
        if let Event::RectificationOrdered(body) = &*act.event {
            orders.push(Order {
                body,
                on: act.on(),
                position: act.position(),
                reported: None,
                reinspected: None,
                rectified_on: None,
                failed_on: None,
                noticed: None,
            });
        }
    }
    for act in sight.acts {
        let on = act.on();
        match &*act.event {
            Event::RectificationReported(body) => {
                for order in orders.iter_mut().filter(|order| order.body.order == body.order) {
                    order.reported = order.reported.or(Some((on, act.position())));
                }
            }
            Event::ReinspectionMade(body) => {
                for order in orders.iter_mut().filter(|order| order.body.order == body.order) {
                    order.reinspected = Some((on, body.outcome));
                    match body.outcome {
                        ReinspectionOutcome::Rectified if enough(&body.inspectors) => {
                            order.rectified_on = order.rectified_on.or(Some(on));
                        }
                        ReinspectionOutcome::Rectified => {}
                        _ => order.failed_on = order.failed_on.or(Some(on)),
                    }
                }
            }
            Event::RectificationOverdueNoticeSent(body) => {
                for order in orders.iter_mut().filter(|order| order.body.order == body.order) {
                    order.noticed = order.noticed.or(Some(act.position()));
                }
            }
            _ => {}
        }
    }
    orders
}

impl Order<'_> {
    /// The first day on which it is overdue: after the last day, where nothing was reported by it;
    /// or when somebody found that what was reported is not so.
    fn overdue_from(&self) -> Option<NaiveDate> {
        let due = self.body.due_on;
        if self.rectified_on.is_some_and(|on| on <= due) {
            return None;
        }
        let passed = day_after(due);
        let reported = self.reported.is_some_and(|(on, _)| on <= due);
        let from = match (reported, self.failed_on) {
            (false, _) => passed,
            (true, Some(failed)) => failed.max(passed),
            (true, None) => return None,
        };
        self.rectified_on.is_none_or(|on| on >= from).then_some(from)
    }

    pub(super) fn line(&self, sight: &Sight<'_>) -> Vec<Cell> {
        vec![
            sight.site.as_str().into(),
            self.body.unit.as_str().into(),
            word(self.body.flag.as_ref()),
            self.body.order.as_str().into(),
            self.on.into(),
            self.position.into(),
            self.body.due_on.into(),
            self.reported.map(|(on, _)| on).into(),
            self.reinspected.map(|(on, _)| on).into(),
            self.reinspected.map(|(_, outcome)| outcome.to_string()).into(),
            self.rectified_on.into(),
            self.overdue_from().into(),
            self.noticed.into(),
        ]
    }
}

pub(super) fn irregular(sight: &Sight<'_>, orders: &[Order<'_>]) -> Vec<Irregular> {
    let mut found = Vec::new();
    for order in orders {
        if let Some(from) = order.overdue_from() {
            let detail = format!("it was to be put right by {}", order.body.due_on);
            found.push(Irregular::new("rectification_overdue", from, vec![order.position], detail));
        }
    }
    for act in sight.acts {
        let at = vec![act.position()];
        let order = match &*act.event {
            Event::RectificationReported(body) => &body.order,
            Event::ReinspectionMade(body) => {
                if !enough(&body.inspectors) {
                    let detail = format!("{} went, two must", body.inspectors.len());
                    let kind = "reinspected_by_fewer_than_two";
                    found.push(Irregular::new(kind, act.on(), at.clone(), detail));
                }
                &body.order
            }
            _ => continue,
        };
        if !orders.iter().any(|known| known.body.order == *order) {
            let detail = format!("no order `{order}` was given here");
            found.push(Irregular::new("order_unknown", act.on(), at, detail));
        }
    }
    found
}

pub(super) fn duties(sight: &Sight<'_>, orders: &[Order<'_>]) -> Vec<Duty> {
    let open = |order: &&Order<'_>| order.noticed.is_none() && order.rectified_on.is_none();
    orders.iter().filter(open).filter_map(|order| notice(sight, order)).collect()
}

fn notice(sight: &Sight<'_>, order: &Order<'_>) -> Option<Duty> {
    let from = order.overdue_from()?;
    let rules = sight.context.policies().flags.on(from)?;
    let event = RectificationOverdueNoticeSent {
        order: order.body.order.clone(),
        due_on: order.body.due_on,
        rule: Code::new(RULE).ok()?,
        rule_edition: rules.edition,
        grounds: vec![Position(order.position)],
    };
    Some(Duty {
        stream: sight.stream.clone(),
        after: sight.held,
        due_at: first_moment(&sight.place, from)?,
        until_at: None,
        by_law: false,
        event: event.into(),
    })
}
