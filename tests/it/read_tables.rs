//! The read tables say the same on every backend, in the same order, and lists made from them are
//! those made from the chronicle itself.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::NaiveDate;
use serde_json::Value;
use tongjian::access::Grant;
use tongjian::clock::Clock;
use tongjian::first_start;
use tongjian::query::{Filter, KnownAt, Listed, ListedClock, Moment, Queries};
use tongjian::runner::{REGISTRY, Registered, Runner, rebuild, verify_projection};
use tongjian::simulate::{self, Plan};
use tongjian::store::{Command, Expected, Store};
use tongjian_projections::clock::Standing;
use tongjian_projections::{Column, ColumnKind};

use crate::acts::{Fresh, at, command, happened, submitted};

crate::acts::on_both! {
    a_list_from_the_tables_is_the_list_from_the_chronicle
    a_case_that_was_anothers_is_found_as_it_was_known
    every_state_is_found_by_clocks_by_names_and_in_the_chronicle
    rebuild_and_verify_are_orders_on_both_backends
    a_window_is_told_where_it_stood_and_of_which_kind
}

/// Names that a dictionary would sort otherwise than their bytes.
const NAMES: [&str; 8] = ["a", "B", "b-1", "b_1", "b1", "Z", "é", "中"];

/// Everything that the views show, in one order and one form.
pub(crate) async fn shown(fresh: &Fresh, registry: &[Registered]) -> BTreeMap<String, Vec<String>> {
    let cell = |column: &Column| match column.kind {
        ColumnKind::Instant => {
            let micros = format!("cast(extract(epoch from \"{}\") * 1e6 as bigint)", column.name);
            fresh.either(&format!("\"{}\"", column.name), &micros).to_owned()
        }
        _ => format!("\"{}\"", column.name),
    };
    let mut shown = BTreeMap::new();
    for table in registry.iter().flat_map(|projection| projection.tables) {
        let columns: Vec<String> = table.columns.iter().map(cell).collect();
        let columns = columns.join(", ");
        let list = fresh.either("json_array", "json_build_array");
        let sql = format!("select cast({list}(key, {columns}) as text) from {}", table.name);
        let line = |text: String| serde_json::from_str::<Value>(&text).unwrap().to_string();
        let mut lines: Vec<String> = fresh.ask(&sql).await.into_iter().map(line).collect();
        lines.sort_unstable();
        shown.insert(table.name.to_owned(), lines);
    }
    shown
}

/// Cases received at two sites for two items, some accepted.
async fn fill(store: &Store) {
    first_start::run(store, at("10:00:00")).await.unwrap();
    for (number, name) in (1..).zip(NAMES) {
        let item = if number % 3 == 0 { "QL-2" } else { "QL-1" };
        let received = format!(
            r#"{{"item":"{item}","applicant":"a-1","channel":"counter","handling":"promised"}}"#
        );
        let accepted = format!(r#"{{"item":"{item}","limit_working_days":{number}}}"#);
        let stream = format!("case/{name}");
        let event = |number, time, event, body: &str| submitted(number, &stream, time, event, body);
        let mut acts = vec![event(number * 10, "09:00:00", "case.ApplicationReceived", &received)];
        if number % 2 == 0 {
            let accepted =
                event(number * 10 + 1, "09:10:00", "case.ApplicationAccepted", &accepted);
            acts.push(accepted);
        }
        store.append(command(&stream, Expected::New, acts)).await.unwrap();
    }
}

async fn followed(store: &Store) -> Runner {
    let runner = Runner::spawn(store, REGISTRY).unwrap();
    let head = store.head().await.unwrap().position;
    runner.wait_for(head, Duration::from_secs(60)).await.unwrap();
    runner
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_acts_show_the_same_in_the_same_order_on_both_backends() {
    let (sqlite, postgres) = (Fresh::sqlite().await, Fresh::postgres().await);
    for fresh in [&sqlite, &postgres] {
        fill(&fresh.store).await;
        followed(&fresh.store).await.stop().await;
    }
    let lines = shown(&sqlite, REGISTRY).await;
    assert_eq!(lines["deadline_matters"].len(), NAMES.len());
    assert_eq!(shown(&postgres, REGISTRY).await, lines);
    let mut bytewise: Vec<String> = NAMES.iter().map(|name| format!("case/{name}")).collect();
    bytewise.sort_unstable();
    for fresh in [&sqlite, &postgres] {
        let keys = fresh.ask("select key from deadline_matters order by key").await;
        assert_eq!(keys, bytewise);
        let names = fresh.ask("select name from deadline_matters order by name").await;
        assert!(names.is_sorted(), "{names:?}");
    }
}

async fn a_list_from_the_tables_is_the_list_from_the_chronicle(fresh: Fresh) {
    fill(&fresh.store).await;
    let runner = followed(&fresh.store).await;
    let clock = Clock::starting_at(at("18:00:00"));
    let from_tables = Queries::new(fresh.store.clone(), clock, Some(runner.clone()));
    let from_chronicle = Queries::new(fresh.store.clone(), clock, None);
    let day = |day| NaiveDate::from_ymd_opt(2008, 7, day);
    let due = (day(9), day(9));
    let site = |code: &str| Some(code.parse().unwrap());
    let every = Filter::default();
    let filters = [
        (Filter { item: Some("QL-2".into()), ..every.clone() }, 2),
        (Filter { site: site("320681105000"), ..every.clone() }, 8),
        (Filter { site: site("320682000000"), ..every.clone() }, 0),
        (Filter { state: Some(Standing::Running), ..every.clone() }, 8),
        (Filter { due_from: due.0, due_to: due.1, ..every.clone() }, 1),
        (every, 8),
    ];
    let moment = Moment { as_of: day(1), known_at: None };
    for (filter, count) in filters {
        let mut lists = Vec::new();
        for queries in [&from_tables, &from_chronicle] {
            let list = queries.cases(&filter, moment, None, 100, &Grant::open()).await.unwrap();
            lists.push(list.cases.into_iter().map(|case| case.id).collect::<Vec<_>>());
        }
        assert_eq!(lists[0], lists[1], "{filter:?}");
        assert_eq!(lists[0].len(), count, "{filter:?}: {lists:?}");
    }
    runner.stop().await;
}

/// A step that arrives before the receipt makes a case its own site's, until the receipt is known.
async fn a_case_that_was_anothers_is_found_as_it_was_known(fresh: Fresh) {
    fill(&fresh.store).await;
    let (before, after) = ("320682105000", "320681105000");
    let received = r#"{"item":"QL-1","applicant":"a-1","channel":"counter","handling":"promised"}"#;
    let acts = [
        (before, 300, "case.StepStarted", r#"{"step":"check"}"#),
        (after, 301, "case.ApplicationReceived", received),
        (after, 302, "case.StepStarted", r#"{"step":"check"}"#),
    ];
    let mut known = 0;
    for (site, number, event, body) in acts {
        let act = submitted(number, "case/moved", "09:00:00", event, body);
        let act = crate::acts::at_site(&act, site);
        let appended = fresh.store.append(command("case/moved", Expected::Any, vec![act])).await;
        known = if known == 0 { appended.unwrap()[0].position } else { known };
    }
    let runner = followed(&fresh.store).await;
    let clock = Clock::starting_at("2008-07-02T10:00:00+08:00".parse().unwrap());
    let queries = |runner| Queries::new(fresh.store.clone(), clock, runner);
    let (tables, chronicle) = (queries(Some(runner.clone())), queries(None));
    for (known, whose) in [(known, before), (known + 2, after)] {
        for site in [before, after] {
            let filter = Filter { site: Some(site.parse().unwrap()), ..Filter::default() };
            let moment = Moment {
                as_of: NaiveDate::from_ymd_opt(2008, 7, 1),
                known_at: Some(KnownAt::Position(known)),
            };
            for (queries, way) in [(&tables, "tables"), (&chronicle, "chronicle")] {
                let found = walked(queries, &filter, moment).await;
                let is_there = found.iter().any(|case| case.id == "moved");
                assert_eq!(is_there, site == whose, "{way}: known at {known}, {site}");
            }
        }
    }
    runner.stop().await;
}

/// Today lies amid the acts, so that of some cases more is in the tables than had happened. What is
/// looked for is counted in the list of all cases, which is read from the chronicle.
async fn every_state_is_found_by_clocks_by_names_and_in_the_chronicle(fresh: Fresh) {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let (from, to) = (day("2008-03-03"), day("2008-04-11"));
    let plan = Plan { sites: 8, from, to, faults_times: 60, ..Plan::default() };
    simulate::run(&fresh.store, &plan, at("18:00:00"), |_, _| {}).await.unwrap();
    let runner = followed(&fresh.store).await;
    let clock = Clock::starting_at("2008-04-01T09:00:00+08:00".parse().unwrap());
    let asked = |runner| Queries::new(fresh.store.clone(), clock, runner);
    let all = asked(None);
    let ways = [asked(Some(runner.clone())), asked(Some(runner.clone())).few(0)];
    let mut found = BTreeMap::new();
    for as_of in ["2008-03-28", "2008-04-01", "2008-04-08", "2008-05-20"].map(day) {
        let moment = Moment { as_of: Some(as_of), known_at: None };
        let every = walked(&all, &Filter::default(), moment).await;
        for filter in filters() {
            let wanted: Vec<_> = every.iter().filter(|case| takes(&filter, case)).collect();
            for (queries, way) in ways.iter().zip(["clocks", "names"]) {
                let list = walked(queries, &filter, moment).await;
                let same = list.iter().map(|case| &case.id).eq(wanted.iter().map(|case| &case.id));
                assert!(same, "by {way}, {as_of}: {filter:?}: {} cases", list.len());
            }
            *found.entry(filter.state.map(Standing::as_str)).or_insert(0) += wanted.len();
        }
    }
    for state in ["running", "paused", "met", "missed", "stopped"] {
        assert!(found[&Some(state)] > 0, "{found:?}");
    }
    runner.stop().await;
}

/// Each state, everywhere and in a county by a day; and days without a state.
fn filters() -> Vec<Filter> {
    let day = |text: &str| Some(text.parse::<NaiveDate>().unwrap());
    let states = ["running", "paused", "met", "missed", "stopped", "contradictory", "not_yet"];
    let mut all = vec![Filter { due_from: day("2008-03-31"), ..Filter::default() }];
    for state in states.map(Standing::from_name) {
        all.push(Filter { state, ..Filter::default() });
        let site = Some("320681000000".parse().unwrap());
        all.push(Filter { state, due_to: day("2008-04-02"), site, ..Filter::default() });
    }
    all
}

fn takes(filter: &Filter, case: &Listed) -> bool {
    let there =
        filter.site.as_ref().is_none_or(|of| case.site.as_ref().is_some_and(|s| of.holds(s)));
    let shows = |clock: &ListedClock| {
        let due = clock.due_on;
        filter.state.is_none_or(|state| clock.standing == state)
            && filter.due_from.is_none_or(|from| due >= Some(from))
            && filter.due_to.is_none_or(|to| due.is_some_and(|due| due <= to))
    };
    there && case.clocks.iter().any(shows)
}

/// All pages of a list, small ones, so that cursors are gone on from.
async fn walked(queries: &Queries, filter: &Filter, moment: Moment) -> Vec<Listed> {
    let (mut cases, mut cursor) = (Vec::new(), None);
    loop {
        let page = queries.cases(filter, moment, cursor, 60, &Grant::open()).await.unwrap();
        cases.extend(page.cases);
        cursor = page.next;
        if cursor.is_none() {
            return cases;
        }
    }
}

async fn a_window_is_told_where_it_stood_and_of_which_kind(fresh: Fresh) {
    first_start::run(&fresh.store, at("10:00:00")).await.unwrap();
    let registered = r#"{"site":"320681105000","kind":"permanent","window":"W1"}"#;
    let unnumbered = r#"{"site":"320681105000","kind":"periodic"}"#;
    // The move came in after the change of kind that followed it.
    for (number, stream, day, event, body) in [
        (1, "window/a", "01", "WindowRegistered", registered),
        (2, "window/a", "10", "WindowKindChanged", r#"{"kind":"mobile"}"#),
        (3, "window/a", "05", "WindowRelocated", r#"{"site":"320681105201"}"#),
        (4, "window/a", "20", "WindowWithdrawn", r#"{"reason":"合并"}"#),
        (8, "window/a", "25", "WindowKindChanged", r#"{"kind":"agency"}"#),
        (5, "window/W9", "02", "WindowRegistered", unnumbered),
        (6, "window/W9", "02", "WindowKindChanged", r#"{"kind":"agency"}"#),
        (7, "window/nobody", "03", "WindowKindChanged", r#"{"kind":"agency"}"#),
    ] {
        let (at_nine, event) = (format!("2008-07-{day}T09:00:00"), format!("window.{event}"));
        let act = happened(number, stream, &at_nine, &event, body);
        let late = at("10:00:00") + chrono::Days::new(30);
        let command = Command { received_at: late, ..command(stream, Expected::Any, vec![act]) };
        fresh.store.append(command).await.unwrap();
    }
    followed(&fresh.store).await.stop().await;
    let told = fresh
        .ask(
            "select site || ' ' || \"window\" || ' ' || kind || ' ' || cast(from_on as text) || ' '
               || coalesce(cast(to_on as text), 'still')
             from windows order by key, from_on",
        )
        .await;
    let expected = [
        "320681105000 W9 agency 2008-07-02 still",
        "320681105000 W1 permanent 2008-07-01 2008-07-05",
        "320681105201 W1 permanent 2008-07-05 2008-07-10",
        "320681105201 W1 mobile 2008-07-10 2008-07-20",
    ];
    assert_eq!(told, expected);
}

async fn rebuild_and_verify_are_orders_on_both_backends(fresh: Fresh) {
    fill(&fresh.store).await;
    let head = fresh.store.head().await.unwrap().position;
    let run = |order: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tongjian"));
        let output = command.args(order).env("TONGJIAN_DATA", fresh.place()).output().unwrap();
        assert!(output.status.success(), "{order:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(run(&["rebuild"]).contains(&format!("deadlines stands at {head}")));
    assert!(run(&["rebuild", "--drop-old"]).contains("timeline: no tables are kept from before"));
    run(&["rebuild", "--projection", "timeline"]);
    let back = run(&["rebuild", "--projection", "timeline", "--switch-back"]);
    assert_eq!(back, format!("timeline stands at {head}\nthe dockets stand at {head}\n"));
    let dropped = format!("timeline: the tables that stood at {head} are dropped");
    assert!(run(&["rebuild", "--drop-old"]).contains(&dropped));
    let proven = run(&["verify", "--projections"]);
    assert!(proven.contains(&format!("irregularities equals a refold of {head}")), "{proven}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_append_keeps_the_tables_and_who_may_read_sees_the_views_only() {
    let fresh = Fresh::postgres().await;
    fill(&fresh.store).await;
    fresh
        .by_hand(
            "create role window_service login in role tongjian_append;
             create role board login in role tongjian_read;",
        )
        .await;
    let service = fresh.again_as("window_service").await;
    followed(&service).await.stop().await;
    for projection in REGISTRY {
        rebuild(&service, &[projection], &mut |_, _, _| {}).await.unwrap();
        verify_projection(&service, projection, &mut |_, _| {}).await.unwrap();
    }
    let view = "select key from deadline_matters";
    assert_eq!(fresh.ask_as("board", view).await.unwrap().len(), NAMES.len());
    let edition = REGISTRY.iter().find(|one| one.name == "deadlines").unwrap().edition;
    let behind = format!("select key from deadline_matters__{edition}_2");
    for refused in [
        behind.as_str(),
        "delete from deadline_matters returning key",
        "create table mine (key text)",
    ] {
        let answer = fresh.ask_as("board", refused).await;
        let denied = answer.as_ref().is_err_and(|e| e.to_string().contains("permission denied"));
        assert!(denied, "{refused}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn read_tables_that_were_dropped_are_made_again() {
    let fresh = Fresh::postgres().await;
    fill(&fresh.store).await;
    let head = fresh.store.head().await.unwrap().position;
    let made = async || {
        let runner = Runner::spawn(&fresh.store, REGISTRY).unwrap();
        runner.wait_for(head, Duration::from_secs(60)).await.unwrap();
        runner.stop().await;
        shown(&fresh, REGISTRY).await
    };
    let before = made().await;
    fresh.by_hand("drop schema read_tables cascade").await;
    Store::migrate_postgres(&fresh.place()).await.unwrap();
    assert_eq!(made().await, before);
    Store::migrate_postgres(&fresh.place()).await.unwrap();
    assert_eq!(shown(&fresh, REGISTRY).await, before, "what is there stays");
}
