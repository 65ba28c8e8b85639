//! 案屬: whatever sites enter under one number, in whatever order, each act is of a case, and what a
//! site that received enters is of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[allow(dead_code, reason = "scenarios use the rest")]
mod support;

use proptest::prelude::*;
use serde_json::json;
use support::log::Log;
use tongjian_events::{Event, SiteCode};
use tongjian_projections::matter::Matter;

/// Two counties, two towns of each, a village of each town, and the city above all.
const SITES: [&str; 11] = [
    "320600000000",
    "320681000000",
    "320681105000",
    "320681105201",
    "320681106000",
    "320681106201",
    "320682000000",
    "320682105000",
    "320682105201",
    "320682106000",
    "320682106201",
];

/// What one act may be: of which kind, at which site, of whom, about what, to whom or of what.
fn acts() -> impl Strategy<Value = Vec<(u8, usize, u8, u8, usize)>> {
    let act = (0_u8..7, 0..SITES.len(), 0_u8..3, 0_u8..3, 0..SITES.len());
    prop::collection::vec(act, 1..14)
}

fn line(number: usize, (kind, at, applicant, item, other): (u8, usize, u8, u8, usize)) -> String {
    let to = SITES[other];
    let (item, of) = (format!("QL-{item}"), format!("A-{applicant}"));
    let (event, body) = match kind {
        0 | 1 => (
            "ApplicationReceived",
            json!({ "item": item, "applicant": of, "channel": "counter", "handling": "promised" }),
        ),
        2 => (
            "ApplicationAccepted",
            json!({ "item": item, "handling": "promised",
                "limits": { "promised_working_days": 5 } }),
        ),
        3 => ("CaseHandedOver", json!({ "from": SITES[at], "to": to })),
        4 => ("DecisionMade", json!({ "outcome": "granted" })),
        5 => ("StepStarted", json!({ "step": "check" })),
        _ => (
            "ActCorrected",
            json!({ "corrects": format!("@{}", other % (number + 9) + 1), "reason": "x",
                "change": { "kind": "annulled" }, "approver": "S-9" }),
        ),
    };
    let minute = number % 60;
    format!("2008-06-02T10:{minute:02} case/1 case.{event} at {} {body}", SITES[at])
}

fn number(lines: &[String]) -> Matter {
    let mut log = Log::with_shipped_context();
    for line in lines {
        log.take(line).unwrap_or_else(|why| panic!("{line}: {why}"));
    }
    let mut matter = Matter::default();
    log.acts.iter().skip(log.base).for_each(|act| matter.take(act));
    matter
}

fn lines(drawn: &[(u8, usize, u8, u8, usize)]) -> Vec<String> {
    drawn.iter().enumerate().map(|(number, act)| line(number, *act)).collect()
}

fn related(a: &SiteCode, b: &SiteCode) -> bool {
    a.holds(b) || b.holds(a)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn each_act_is_of_a_case_and_each_case_of_its_site(drawn in acts()) {
        let number = number(&lines(&drawn));
        let cases = number.cases();
        let mut positions: Vec<u64> =
            cases.iter().flat_map(|case| &case.acts).map(|act| act.position).collect();
        positions.sort_unstable();
        positions.dedup();
        let all: Vec<u64> = number.acts.iter().map(|act| act.position).collect();
        prop_assert_eq!(positions, all);
        prop_assert_eq!(number.site(), cases.first().and_then(|case| case.site()));
        for case in &cases {
            prop_assert_eq!(case.held(), number.acts.len() as u64);
            prop_assert_eq!(case.others().count() + 1, cases.len());
            // From when it was opened on, what its site enters is its own and no other's.
            let site = case.site().unwrap();
            for other in cases.iter().filter(|other| other.site() != Some(site)) {
                let opened = other.others().find(|of| of.site == *site).unwrap().position;
                for act in other.acts.iter().filter(|act| act.position >= opened) {
                    let is_correction = matches!(act.event, Event::ActCorrected(_));
                    prop_assert!(act.site != *site || is_correction, "{}", act.position);
                }
            }
        }
        // A part that is taken apart again is itself.
        for case in &cases {
            prop_assert_eq!(case.cases().len(), 1);
        }
    }

    /// Whatever a site of another county adds, a case keeps its site and all that was in it, but
    /// for what that county itself had entered.
    #[test]
    fn a_stranger_takes_nothing_out_of_a_case(drawn in acts(), more in acts()) {
        let own = SiteCode::new("320681105000").unwrap();
        let (county, other) = ("320681", SiteCode::new("320682000000").unwrap());
        let mut first = drawn.clone();
        // The town receives first; whoever has part in it is of its county.
        first.insert(0, (0, 2, 7, 7, 0));
        first.retain(|act| SITES[act.1].starts_with(county) && act.0 != 6 && act.0 != 3);
        let before = number(&lines(&first));
        let strangers = more.into_iter().map(|(kind, at, applicant, item, to)| {
            (kind, 6 + at % 5, applicant, item, if kind == 6 { to % first.len() } else { to })
        });
        let all: Vec<_> = first.iter().copied().chain(strangers).collect();
        let after = number(&lines(&all));
        let of = |matter: &Matter| {
            let cases = matter.cases();
            let case = cases.iter().find(|case| case.site() == Some(&own)).expect("a case");
            let acts = case.acts.iter().filter(|act| !other.holds(&act.site));
            acts.map(|act| act.position).collect::<Vec<_>>()
        };
        prop_assert_eq!(of(&before), of(&after));
        prop_assert!(related(&own, before.site().unwrap()));
    }
}
