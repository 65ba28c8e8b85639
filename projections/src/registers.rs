//! 登記: the registers of sites, windows, items and staff, and their days. What is entered once and
//! holds on (a post, a timetable, a tariff) is kept for the whole stream; what is entered day by
//! day (a check-in, a ticket) by the month. Every act goes as a fact to the dockets of the site, or
//! of the item, that it speaks of. What inspections found of the chronicle itself goes to the site
//! inspected.

mod standing;

use tongjian_events::values::{ItemCode, StaffId};
use tongjian_events::{Event, Recorded, Row as CatalogRow, SiteCode, StreamId, StreamKind};

use crate::context::Context;
use crate::matter::{Matter, MatterAct};
use crate::supervision::docket::{Docket, Month};
use crate::supervision::fact::{self, Fact};
use crate::{Lines, Projection, Span, Table};

/// 登記投影: one row per register, and one per stream and month for its days.
#[derive(Debug)]
pub struct Registers;

impl Projection for Registers {
    type Row = Matter;

    const NAME: &'static str = "registers";
    const EDITION: u32 = 2;
    const TABLES: &'static [Table] =
        &[Table { name: "register_facts", columns: fact::COLUMNS, indexes: fact::INDEXES }];

    fn reads(row: &CatalogRow) -> bool {
        const KINDS: &[StreamKind] =
            &[StreamKind::Site, StreamKind::Window, StreamKind::Item, StreamKind::Staff];
        const FOUND: &[&str] = &[
            "inspection.InspectionPlanned",
            "inspection.InspectionStarted",
            "inspection.CallBackMade",
            "inspection.SampleFileReviewed",
            "inspection.ChainBreakFound",
        ];
        KINDS.contains(&row.stream) || FOUND.contains(&row.wire_name())
    }

    fn touches(act: &Recorded) -> Vec<String> {
        let stream = &act.submission.stream;
        if is_of_a_day(&act.event) {
            let at = act.submission.occurred_at.with_timezone(&chrono_tz::Asia::Shanghai);
            vec![format!("{stream}\t{}", Month::holding(at.date_naive()))]
        } else {
            vec![stream.to_string()]
        }
    }

    fn fold(row: &mut Option<Matter>, _key: &str, act: &Recorded) {
        row.get_or_insert_default().take(act);
    }

    fn derive(key: &str, row: &Matter, context: &Context, out: &mut Lines) -> Option<Span> {
        let name = key.split('\t').next().unwrap_or_default();
        let stream: StreamId = name.parse().ok()?;
        let mut span: Option<Span> = None;
        for act in &row.acts {
            let on = context.jurisdiction(&act.site).civil(&act.occurred_at).date();
            let held = span.get_or_insert(Span { from: on, to: on });
            *held = held.with(on);
            if stream.kind() == StreamKind::Inspection {
                if let Some((docket, fact)) = found(row, act, Month::holding(on)) {
                    out.0.push((0, fact::line(&docket, on, act.position, &fact)));
                }
                continue;
            }
            let month = is_of_a_day(&act.event).then(|| Month::holding(on));
            for docket in dockets(&stream, row, act, month) {
                let fact = Fact::Act(Box::new(act.clone()));
                out.0.push((0, fact::line(&docket, on, act.position, &fact)));
            }
        }
        for (docket, on, position, fact) in standing::facts(&stream, row, context) {
            out.0.push((0, fact::line(&docket, on, position, &fact)));
        }
        span
    }
}

/// What an inspection found: of the site that its stream names, or else of the one that entered it.
fn found(row: &Matter, act: &MatterAct, month: Month) -> Option<(Docket, Fact)> {
    let site = row.acts.iter().find_map(|act| match &act.event {
        Event::InspectionPlanned(body) => Some(&body.site),
        Event::InspectionStarted(body) => Some(&body.site),
        _ => None,
    });
    let fact = match &act.event {
        // Nobody who was not reached confirmed or denied anything.
        Event::CallBackMade(body) => {
            Fact::Checked { confirmed: body.record_confirmed.filter(|_| body.reached)? }
        }
        Event::SampleFileReviewed(body) => Fact::Checked { confirmed: body.record_confirmed },
        Event::ChainBreakFound(_) => Fact::ChainBroken,
        _ => return None,
    };
    Some((Docket::SiteMonth(site.unwrap_or(&act.site).clone(), month), fact))
}

/// The dockets that an act speaks of.
fn dockets(stream: &StreamId, row: &Matter, act: &MatterAct, month: Option<Month>) -> Vec<Docket> {
    let of_site = |site: SiteCode| match month {
        Some(month) => Docket::SiteMonth(site, month),
        None => Docket::Site(site),
    };
    if stream.kind() == StreamKind::Item {
        let site = site_named(&act.event).cloned().map(Docket::Site);
        let item = item(stream, row);
        let handling = item.clone().filter(|_| is_of_handling(&act.event)).map(Docket::Handling);
        return item.map(Docket::Item).into_iter().chain(site).chain(handling).collect();
    }
    let own = (stream.kind() == StreamKind::Site).then(|| SiteCode::new(stream.name()).ok());
    let registered = || row.acts.iter().rev().find_map(|act| site_named(&act.event).cloned());
    let named = site_named(&act.event).cloned();
    let site = own.flatten().or(named).or_else(registered).unwrap_or_else(|| act.site.clone());
    let mut found = vec![of_site(site)];
    let credential = match &act.event {
        Event::CredentialGranted(body) => Some(&body.credential),
        Event::CredentialRevoked(body) => Some(&body.credential),
        _ => None,
    };
    if let Some(credential) = credential {
        found.push(Docket::Credential(credential.clone()));
        found.extend(StaffId::new(stream.name()).ok().map(Docket::Account));
    }
    found
}

/// Whether an act of an item's register bears on how its cases are handled.
fn is_of_handling(event: &Event) -> bool {
    matches!(
        event,
        Event::ItemRegistered(_)
            | Event::SpecialLinkRegistered(_)
            | Event::SpecialLinkCancelled(_)
            | Event::TariffPublished(_)
    )
}

/// The item of an item's stream: as registered, or else the stream's own name.
fn item(stream: &StreamId, row: &Matter) -> Option<ItemCode> {
    let registered = row.acts.iter().find_map(|act| match &act.event {
        Event::ItemRegistered(body) => Some(body.item.clone()),
        _ => None,
    });
    registered.or_else(|| ItemCode::new(stream.name()).ok())
}

/// The site that a body names.
fn site_named(event: &Event) -> Option<&SiteCode> {
    match event {
        Event::WindowRegistered(body) => Some(&body.site),
        Event::WindowRelocated(body) => Some(&body.site),
        Event::StaffAssigned(body) => Some(&body.site),
        Event::StaffSeconded(body) => Some(&body.site),
        Event::StaffRecalled(body) => Some(&body.site),
        Event::PostPaired(body) => Some(&body.site),
        Event::StaffCheckedIn(body) => Some(&body.site),
        Event::StaffCheckedOut(body) => Some(&body.site),
        Event::EmptyPostObserved(body) => Some(&body.site),
        Event::ItemAssignedToSite(body) => Some(&body.site),
        Event::ItemAuthorised(body) => Some(&body.site),
        Event::GuidePublished(body) => body.site.as_ref(),
        _ => None,
    }
}

/// What belongs to the day and not to the register; most of it is read by nobody here.
const OF_A_DAY: &[&str] = &[
    "site.DoorsOpened",
    "site.DoorsClosed",
    "site.LedgerEntryMade",
    "site.HeartbeatReceived",
    "site.BatchRefused",
    "window.WindowOpened",
    "window.WindowClosed",
    "window.InquiryReceived",
    "window.InquiryHandedOver",
    "window.InquiryAnswered",
    "window.TicketIssued",
    "window.TicketCalled",
    "staff.StaffCheckedIn",
    "staff.StaffCheckedOut",
    "staff.EmptyPostObserved",
    "staff.HandoverRecorded",
];

/// Whether an act belongs to the day and not to the register.
fn is_of_a_day(event: &Event) -> bool {
    OF_A_DAY.contains(&event.wire_name())
}
