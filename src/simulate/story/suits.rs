//! 相宜: which fault can happen in which case, alone, without another one following from it.

use chrono::{Datelike as _, NaiveDate};

use super::super::city::{Item, Level, Site};
use super::super::faults::Fault;
use super::super::place::{Place, month, quarter, quarter_after};

/// Whether a fault can happen in a case of this item, begun at this site on this day.
pub(super) fn suits(fault: Fault, item: &Item, site: &Site, place: &Place, on: NaiveDate) -> bool {
    if item.limited {
        return fault == Fault::QueueJumped;
    }
    if place.faults.contains_key(&month(on)) {
        return false;
    }
    let decided_here = !matches!(item.handling, "direct" | "report_up");
    let alone = decided_here && item.handling != "parallel";
    if fault.is_of_a_pause() {
        // One procedure in a quarter: otherwise its site would have more than the others.
        let free =
            !place.paused.contains(&quarter(on)) && !place.paused.contains(&quarter_after(on));
        let days = if fault == Fault::LongerThanRegistered { 10 } else { 7 };
        return free && alone && item.promised >= days && !item.is_visited();
    }
    if fault.is_of_a_charge() {
        return item.fee_fen > 0;
    }
    match fault {
        Fault::EnteredLate | Fault::UploadedLate | Fault::TwoSkins => item.handling == "promised",
        Fault::NotAcceptedWithoutReasons | Fault::ReturnedWithoutReasons => {
            alone && item.handling != "negative_filing"
        }
        Fault::ReceivedAgain => alone,
        Fault::ReopenedWithSupplement => alone && !item.is_visited(),
        Fault::VisitedAlone => item.is_visited(),
        Fault::CorrectionSelfApproved => decided_here,
        Fault::NoticedTwice | Fault::Silent => decided_here,
        Fault::PromiseMissed => decided_here && item.statutory > item.promised + 1,
        Fault::NotFiled => item.handling == "negative_filing",
        Fault::StepOverdue => alone && item.promised >= 7,
        Fault::DecidedInstantly | Fault::EnteredAtOnce => {
            item.handling == "promised"
                && (5..=15).contains(&item.promised)
                && !item.is_visited()
                && item.fee_fen == 0
        }
        Fault::ReturnedNearDue => alone && item.promised >= 5 && !item.is_visited(),
        Fault::ReviewedTooQuickly => item.handling == "direct" && site.has_device(),
        Fault::NumberTwice => item.numbered && numbered(place, on) >= 1,
        // One gap in a series: of more, its cases would be too few as well.
        Fault::NumberMissing => item.numbered && !place.gap && numbered(place, on) >= 10,
        Fault::TwoPlaces => site.level != Level::Village && item.handling == "promised",
        Fault::TwoSites => site.parent.is_some() && item.handling == "promised",
        Fault::WithoutCredential => site.level != Level::Village && alone,
        Fault::QueueJumped => false,
        _ => alone && item.promised >= 7,
    }
}

fn numbered(place: &Place, on: NaiveDate) -> u64 {
    place.numbered.get(&on.year()).copied().unwrap_or(0)
}
