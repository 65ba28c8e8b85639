//! 整改超期: an order to put something right, whose last day passed without a report or a
//! re-inspection that finds it done.

use tongjian_events::card::Subject;
use tongjian_events::inspection::ReinspectionOutcome;
use tongjian_events::policy::CardTrigger;
use tongjian_events::values::Code;
use tongjian_events::{Entry, Event, StreamId};

use super::cards::issue::Card;
use super::cards::life::site_of;
use super::duty::{Duty, first_moment};
use crate::context::{Context, day_after};
use crate::inspections::enough;
use crate::matter::{Matter, MatterAct};

/// The cards that overdue orders of one inspection ask for: one for each order.
#[must_use]
pub fn duties(stream: &StreamId, matter: &Matter, context: &Context) -> Vec<Duty> {
    let mut duties = Vec::new();
    for act in matter.acts.iter().filter(|act| act.entry != Entry::Import) {
        let Event::RectificationOrdered(order) = &act.event else { continue };
        let mut subject = Subject {
            unit: order.unit.clone(),
            case: None,
            step: None,
            item: None,
            site: order.site.clone(),
            window: None,
            staff: None,
        };
        subject.site = site_of(&subject);
        let place = context.jurisdiction(subject.site.as_ref().unwrap_or(&act.site));
        let done = |other: &MatterAct| {
            speaks_of(&other.event, &order.order)
                && place.civil(&other.occurred_at).date() <= order.due_on
        };
        if matter.acts.iter().any(done) {
            continue;
        }
        // An order of yesterday falls due no earlier than it was given.
        let on = day_after(order.due_on).max(place.civil(&act.occurred_at).date());
        let (Some(policy), Some(due_at)) =
            (context.policies().cards.on(on), first_moment(&place, on))
        else {
            continue;
        };
        let rows = policy.ladder.iter();
        for row in rows.filter(|row| row.trigger == CardTrigger::RectificationOverdue) {
            let card = Card {
                policy,
                row,
                subject: subject.clone(),
                grounds: vec![act.position],
                matter: format!("order {} was due on {}", order.order, order.due_on),
                due_at,
                object: format!("{}/{}", stream.name(), order.order),
                or_else: format!("#{}", act.position),
            };
            duties.extend(card.duty());
        }
    }
    duties
}

/// Whether an act says that an order was carried out. One who went alone found nothing.
fn speaks_of(event: &Event, order: &Code) -> bool {
    match event {
        Event::RectificationReported(body) => body.order == *order,
        Event::ReinspectionMade(body) => {
            body.order == *order
                && body.outcome == ReinspectionOutcome::Rectified
                && enough(&body.inspectors)
        }
        _ => false,
    }
}
