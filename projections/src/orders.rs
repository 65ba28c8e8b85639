//! 責令整改: the orders of inspections, as far as cards follow from them.

use chrono::NaiveDate;
use tongjian_events::{Event, Recorded, Row as CatalogRow, StreamId};

use crate::context::{Context, day_after};
use crate::matter::Matter;
use crate::supervision::{duty, rectification};
use crate::{Lines, Projection, Span, Table};

/// 責令整改投影: one row per inspection that gave an order.
#[derive(Debug)]
pub struct Orders;

impl Projection for Orders {
    type Row = Matter;

    const NAME: &'static str = "orders";
    const EDITION: u32 = 2;
    const TABLES: &'static [Table] =
        &[Table { name: "order_duties", columns: duty::COLUMNS, indexes: duty::INDEXES }];

    fn reads(row: &CatalogRow) -> bool {
        const NAMES: &[&str] = &[
            "inspection.RectificationOrdered",
            "inspection.RectificationReported",
            "inspection.ReinspectionMade",
        ];
        NAMES.contains(&row.wire_name())
    }

    fn touches(act: &Recorded) -> Vec<String> {
        vec![act.submission.stream.to_string()]
    }

    fn fold(row: &mut Option<Matter>, _key: &str, act: &Recorded) {
        row.get_or_insert_default().take(act);
    }

    fn derive(key: &str, row: &Matter, context: &Context, out: &mut Lines) -> Option<Span> {
        let stream: StreamId = key.parse().ok()?;
        let place = context.jurisdiction(row.site()?);
        for duty in rectification::duties(&stream, row, context) {
            out.0.push((0, duty.line()));
        }
        let days = row.acts.iter().flat_map(|act| {
            let due = match &act.event {
                Event::RectificationOrdered(order) => Some(day_after(order.due_on)),
                _ => None,
            };
            [Some(place.civil(&act.occurred_at).date()), due].into_iter().flatten()
        });
        let days: Vec<NaiveDate> = days.collect();
        Some(Span { from: *days.iter().min()?, to: *days.iter().max()? })
    }
}
