//! What was planted is found in the read tables as well, on both backends, while two watch, where
//! acts come late and out of order, and after a rebuild; and what must follow from it follows: cards
//! of units, escalations, points.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc};
use futures_util::future::join_all;
use rand::{RngExt as _, SeedableRng as _};
use tongjian::runner::{REGISTRY, Registered, Runner, rebuild};
use tongjian::simulate::{self, Arrival, Plan, Planted};
use tongjian::store::{Command, Expected, Store};
use tongjian::watch;
use tongjian_events::calendar::{WorkingDayRule, shipped_notices};
use tongjian_events::{Entry, Event};
use tongjian_projections::calendar::{Calendar, NoticeView};

use super::all;
use super::found::Found;
use super::truth::{city, compare};
use crate::acts::Fresh;

const LONG: Duration = Duration::from_secs(120);
/// Rules that speak of when an act came in.
const OF_ENTRY: [&str; 3] = ["entered_at_once", "courses_at_one_sitting", "out_of_hours"];

crate::acts::on_both! {
    two_who_watch_find_what_was_planted_and_a_rebuild_finds_it_again
}

/// The history, its acts up to forty minutes late and so in another order.
fn shuffled(plan: &Plan) -> (Vec<Arrival>, Vec<Planted>) {
    let (mut acts, summary) = all(plan);
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(plan.seed);
    for act in &mut acts {
        let submission = act.act.submission();
        if submission.source.entry == Entry::Window {
            // What is not there yet cannot be corrected.
            let corrects = submission.event == "case.ActCorrected";
            let late = if corrects { 2_400 } else { rng.random_range(0..2_400) };
            act.received_at += TimeDelta::seconds(late);
        }
    }
    acts.sort_by_key(|act| act.received_at);
    (acts, summary.planted)
}

fn civil(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&chrono_tz::Asia::Shanghai).date_naive()
}

/// The last moment of a civil day.
fn end_of(day: NaiveDate) -> DateTime<Utc> {
    let last = day.and_hms_opt(23, 59, 59).unwrap();
    last.and_local_timezone(chrono_tz::Asia::Shanghai).unwrap().to_utc()
}

async fn append(store: &Store, arrival: &Arrival) {
    let command = Command {
        stream: arrival.act.submission().stream.clone(),
        expected: Expected::Any,
        received_at: arrival.received_at,
        acts: vec![arrival.act.clone()],
    };
    store.append(command).await.unwrap();
}

/// Appends the acts day by day; each evening two look at once, each with tables of its own to fold.
async fn pass(fresh: &Fresh, plan: &Plan, acts: &[Arrival]) {
    let other = fresh.again().await;
    let one = Runner::spawn(&fresh.store, REGISTRY).unwrap();
    let two = Runner::spawn(&other, REGISTRY).unwrap();
    let mut rest = acts;
    for day in plan.from.iter_days().take_while(|day| *day <= simulate::as_of(plan)) {
        let today = rest.iter().take_while(|act| civil(act.received_at) <= day).count();
        // Nobody comes on a day of rest, and nobody looks.
        if today == 0 && day <= plan.to {
            continue;
        }
        let (now, later) = rest.split_at(today);
        // Many at once, in this order; fewer than may wait.
        for some in now.chunks(200) {
            join_all(some.iter().map(|act| append(&fresh.store, act))).await;
        }
        rest = later;
        // On the last day what shows at its first moment is all that the truth tells.
        let at = if day > plan.to { end_of(plan.to) + TimeDelta::seconds(1) } else { end_of(day) };
        let (first, second) =
            tokio::join!(watch::look(&fresh.store, &one, at), watch::look(&other, &two, at));
        first.unwrap();
        second.unwrap();
    }
    let head = fresh.store.head().await.unwrap().position;
    one.wait_for(head, LONG).await.unwrap();
    one.stop().await;
    two.stop().await;
    other.close().await;
}

/// One card that the engine issued: its rule, its site, its case, the day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Card {
    key: String,
    rule: String,
    level: String,
    site: String,
    case: String,
    issued_on: NaiveDate,
    withdrawn: bool,
}

async fn cards(fresh: &Fresh) -> Vec<Card> {
    let sql = "select key || '|' || rule || '|' || level || '|' || coalesce(site, '') || '|' || \
               coalesce(case_stream, '') || '|' || cast(issued_on as text) || '|' || \
               coalesce(cast(withdrawn_on as text), '') \
               from cards order by key";
    let lines = fresh.ask(sql).await;
    let read = |line: &String| {
        let cells: Vec<String> = line.split('|').map(ToOwned::to_owned).collect();
        let [key, rule, level, site, case, issued_on, withdrawn] = cells.try_into().unwrap();
        let issued_on = issued_on.parse().unwrap();
        Card { key, rule, level, site, case, issued_on, withdrawn: !withdrawn.is_empty() }
    };
    lines.iter().map(read).collect()
}

/// Everything that the read tables say is wrong, but cards of units and what follows from cards.
async fn found(fresh: &Fresh, until: NaiveDate) -> Vec<Found> {
    let by = format!("where arises_on <= '{until}'");
    let clocks = "kind in ('complaint_acceptance', 'complaint_answer', 'bad_review')";
    let sql = [
        format!("select kind || ' ' || object from irregularities {by}"),
        format!("select kind || ' ' || object from indicators {by}"),
        format!("select kind || ' ' || key from inspection_findings {by}"),
        format!(
            "select rule || ' site/' || site || coalesce(':' || subject, '') from flag_evidence {by}"
        ),
        format!(
            "select kind || ' ' || key from deadline_clocks where {clocks} and due_on < '{until}' \
             and coalesce(ended_on, '9999-12-31') > due_on"
        ),
    ];
    let mut lines = Vec::new();
    for sql in &sql {
        lines.extend(fresh.ask(sql).await);
    }
    let of = |rule: &str, object: &str| Found {
        rule: rule.to_owned(),
        object: object.split('#').next().unwrap().to_owned(),
        arises_on: until,
        positions: Vec::new(),
        detail: String::new(),
    };
    let mut all: Vec<Found> = lines
        .iter()
        .map(|line| {
            let (rule, object) = line.split_once(' ').unwrap();
            of(rule, object)
        })
        .collect();
    for card in cards(fresh).await {
        let follows = matches!(card.rule.as_str(), "W03" | "R03" | "S02" | "Y08");
        let (_, object) = card.key.strip_prefix("card/").unwrap().split_once('.').unwrap();
        let (_, object) = object.split_once('.').unwrap();
        if !follows && !card.rule.starts_with('T') {
            all.push(of(&card.rule, &format!("case/{object}")));
        }
    }
    all.sort();
    all
}

async fn two_who_watch_find_what_was_planted_and_a_rebuild_finds_it_again(fresh: Fresh) {
    let plan = city(9, 2, ("2008-05-12", "2008-05-30"), 220, 600);
    let until = simulate::as_of(&plan);
    let (acts, planted) = shuffled(&plan);
    pass(&fresh, &plan, &acts).await;
    nothing_stands_twice(&fresh.store).await;

    let shown = found(&fresh, until).await;
    let rules = compare(&plan, &shown, &planted, &OF_ENTRY);
    assert!(rules.len() >= 20, "{} rules: {rules:?}", rules.len());
    let issued = cards(&fresh).await;
    what_must_follow_followed(&issued, &planted, until);
    let points = points(&fresh).await;
    assert_eq!(points, expected_points(&issued, &acts));

    let everything: Vec<&Registered> = REGISTRY.iter().collect();
    rebuild(&fresh.store, &everything, &mut |_, _, _| {}).await.unwrap();
    let runner = Runner::spawn(&fresh.store, REGISTRY).unwrap();
    runner.wait_for(fresh.store.head().await.unwrap().position, LONG).await.unwrap();
    runner.stop().await;
    assert_eq!(found(&fresh, until).await, shown);
    assert_eq!(cards(&fresh).await, issued);
    assert_eq!(self::points(&fresh).await, points);
}

/// Of what the engine appended every act stands once, whoever of the two was faster.
async fn nothing_stands_twice(store: &Store) {
    let mut said = BTreeSet::new();
    let (mut at, mut engines) = (0, 0);
    loop {
        let acts = store.after(at, 1_000).await.unwrap();
        let Some(last) = acts.last() else { break };
        at = last.position;
        for act in &acts {
            let act = act.read().unwrap().submission;
            if act.source.entry == Entry::Engine {
                engines += 1;
                said.insert(format!("{} {} {}", act.stream, act.event, act.body.get()));
            }
        }
    }
    assert!(engines > 100, "{engines}");
    assert_eq!(said.len(), engines);
}

/// Working days as the law counts them.
fn calendar() -> Calendar {
    let notices = shipped_notices().unwrap();
    Calendar::build(WorkingDayRule::StateCouncil, notices.iter().filter_map(NoticeView::of))
}

/// 連續預警, 升級, 同一事項再次發牌: three warnings of a unit in a month are one more, of the unit;
/// what nobody answers in five working days becomes red; two red cards on one matter are serious.
fn what_must_follow_followed(issued: &[Card], planted: &[Planted], until: NaiveDate) {
    let calendar = calendar();
    let of = |rule: &str| -> BTreeSet<String> {
        issued.iter().filter(|card| card.rule == rule).map(|card| card.case.clone()).collect()
    };
    let engines = |card: &&Card| card.rule != "Y08";

    // As often as warnings were planted, and in the months in which they were.
    let mut warned: BTreeMap<(String, i32, u32), u32> = BTreeMap::new();
    let site_of: BTreeMap<&str, &str> =
        issued.iter().map(|card| (card.case.as_str(), card.site.as_str())).collect();
    for fault in planted.iter().filter(|fault| matches!(fault.rule, "W01" | "W02")) {
        let case = fault.object.strip_suffix("/review").unwrap_or(&fault.object);
        let on = fault.arises_on;
        let site = site_of[case].to_owned();
        *warned.entry((site, on.year(), on.month())).or_default() += 1;
    }
    let group = |((site, year, month), times): (&(String, i32, u32), &u32)| {
        let cards = (1..=times / 3)
            .map(|group| format!("card/W03.warning.{site}.{year}-{month:02}.{group}"));
        cards.collect::<Vec<_>>()
    };
    let expected: BTreeSet<String> = warned.iter().flat_map(group).collect();
    let unit_cards = issued.iter().filter(|card| card.rule == "W03");
    let unit_cards: BTreeSet<String> = unit_cards.map(|card| card.key.clone()).collect();
    assert!(!expected.is_empty(), "no unit was warned three times: {warned:?}");
    assert_eq!(unit_cards, expected, "{warned:?}");

    let unanswered = issued.iter().filter(engines).filter(|card| card.level == "yellow");
    let unanswered = unanswered.filter(|card| calendar.due(card.issued_on, 5).unwrap().on < until);
    let unanswered: BTreeSet<String> = unanswered.map(|card| card.case.clone()).collect();
    assert!(!unanswered.is_empty());
    assert_eq!(of("R03"), unanswered);

    let mut red: BTreeMap<String, u32> = BTreeMap::new();
    for card in issued.iter().filter(|card| card.level == "red") {
        *red.entry(card.case.clone()).or_default() += 1;
    }
    let twice: BTreeSet<String> =
        red.into_iter().filter(|(_, times)| *times > 1).map(|(case, _)| case).collect();
    assert_eq!(of("S02"), twice);
}

/// What was taken: by site, month and part, in hundredths of a point.
type Points = BTreeMap<(String, String, String), i64>;

async fn points(fresh: &Fresh) -> Points {
    let sql = "select site || ' ' || period || ' ' || part || ' ' || deducted_hundredths \
               from scores where deducted_hundredths <> 0";
    let lines = fresh.ask(sql).await;
    let read = |line: &String| {
        let cells: Vec<String> = line.split(' ').map(ToOwned::to_owned).collect();
        let [site, period, part, points] = cells.try_into().unwrap();
        ((site, period, part), points.parse().unwrap())
    };
    lines.iter().map(read).collect()
}

/// The same counted by hand: three for three warnings, five for a yellow card, ten for a red one,
/// one for a bad review that was founded.
fn expected_points(issued: &[Card], acts: &[Arrival]) -> Points {
    let mut points = incomplete(acts);
    let mut warnings: BTreeMap<(String, String), i64> = BTreeMap::new();
    for card in issued.iter().filter(|card| !card.withdrawn) {
        let month = card.issued_on.format("%Y-%m").to_string();
        let (part, taken) = match (card.level.as_str(), card.rule.as_str()) {
            ("warning", _) => {
                *warnings.entry((card.site.clone(), month)).or_default() += 1;
                continue;
            }
            ("yellow", "Y01") => ("periods", -500),
            ("yellow", "Y02" | "Y03") => ("process", -500),
            ("yellow", _) => ("inspection", -500),
            ("red", "R01" | "R02") => ("periods", -1_000),
            ("red", "R04") => ("charging", -1_000),
            ("red", "R05") => ("process", -1_000),
            ("red", _) => ("inspection", -1_000),
            _ => continue,
        };
        *points.entry((card.site.clone(), month, part.to_owned())).or_default() += taken;
    }
    for ((site, month), times) in warnings.into_iter().filter(|(_, times)| *times >= 3) {
        *points.entry((site, month, "periods".to_owned())).or_default() -= times / 3 * 300;
    }
    let founded: BTreeSet<String> = acts
        .iter()
        .filter(|act| matches!(act.act.event(), Event::BadReviewVerified(_)))
        .map(|act| act.act.submission().stream.to_string())
        .collect();
    for act in acts {
        let submission = act.act.submission();
        let Event::ReviewSubmitted(body) = act.act.event() else { continue };
        if founded.contains(&submission.stream.to_string()) {
            let month = submission.occurred_at.format("%Y-%m").to_string();
            let site = body.about.site.as_ref().unwrap().to_string();
            *points.entry((site, month, "satisfaction".to_owned())).or_default() -= 100;
        }
    }
    points
}

/// 數據上傳不完整: one for each full per cent of the cases that the windows were done with whose
/// receipt has not come in, at most five.
fn incomplete(acts: &[Arrival]) -> Points {
    let mut cases: BTreeMap<String, Vec<&Arrival>> = BTreeMap::new();
    for act in acts {
        let stream = act.act.submission().stream.to_string();
        if stream.starts_with("case/") {
            cases.entry(stream).or_default().push(act);
        }
    }
    let mut counts: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
    for mut course in cases.into_values() {
        course.sort_by_key(|act| act.act.submission().occurred_at);
        let given_up = |name: &str| matches!(name, "case.ApplicationWithdrawn" | "case.CaseVoided");
        let ends = |name: &str| {
            let ended = ["DecisionMade", "ApplicationNotAccepted", "CaseReturned"];
            let sent = name == "case.CaseForwardedUp";
            sent || ended.iter().any(|end| name.strip_prefix("case.") == Some(end))
        };
        let names = || course.iter().map(|act| (act.act.submission().event.as_str(), act));
        let end = names().find(|(name, _)| ends(name) || given_up(name));
        let Some((_, end)) = end.filter(|(name, _)| ends(name)) else { continue };
        let end = end.act.submission();
        let month = end.occurred_at.format("%Y-%m").to_string();
        let count = counts.entry((end.source.site.to_string(), month)).or_default();
        let received = names().any(|(name, _)| name == "case.ApplicationReceived");
        count.0 += 1;
        count.1 += i64::from(!received);
    }
    let taken = counts.into_iter().map(|((site, month), (all, without))| {
        ((site, month, "inspection".to_owned()), -100 * (without * 100 / all).min(5))
    });
    taken.filter(|(_, points)| *points < 0).collect()
}
