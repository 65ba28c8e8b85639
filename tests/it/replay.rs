//! The read tables follow from the chronicle alone: followed live, taken up again, rebuilt or
//! refolded, they say the same.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use tongjian::first_start;
use tongjian::runner::{
    GenerationRole, Part, REGISTRY, Registered, Runner, RunnerError, checkpoints, rebuild,
    verify_projection,
};
use tongjian::store::{Expected, Store};
use tongjian_events::{Act, Recorded, Row as CatalogRow};
use tongjian_projections::{Cell, Column, ColumnKind, Context, Lines, Projection, Span, Table};

use crate::acts::{Fresh, at, command, notice, one, submitted};
use crate::read_tables::shown;

const LONG: Duration = Duration::from_secs(60);

/// Counts the acts of each stream; an act that misses `poison` is too much for it.
struct Counted<const EDITION: u32>;

impl<const EDITION: u32> Projection for Counted<EDITION> {
    type Row = u64;

    const NAME: &'static str = "counted";
    const EDITION: u32 = EDITION;
    const TABLES: &'static [Table] = &[Table {
        name: "counted_streams",
        columns: &[Column { name: "acts", kind: ColumnKind::Integer }],
        indexes: &[&["acts"]],
    }];

    fn reads(_: &CatalogRow) -> bool {
        true
    }

    fn touches(act: &Recorded) -> Vec<String> {
        vec![act.submission.stream.to_string()]
    }

    fn fold(row: &mut Option<u64>, _: &str, act: &Recorded) {
        assert!(!act.submission.body.get().contains("poison"), "this is too much");
        *row.get_or_insert(0) += u64::from(EDITION);
    }

    fn derive(_: &str, row: &u64, _: &Context, out: &mut Lines) -> Option<Span> {
        out.0.push((0, vec![Cell::from(*row)]));
        None
    }
}

static COUNTED: &[Registered] = &[Registered::of::<Counted<1>>()];
static COUNTED_ANEW: &[Registered] = &[Registered::of::<Counted<10>>()];

crate::acts::on_both! {
    followed_taken_up_rebuilt_and_refolded_tables_are_the_same
    a_notice_moves_due_days_of_cases_that_nobody_touched
    two_runners_on_one_chronicle_fold_each_act_once
    an_act_too_much_stops_one_projection_until_an_operator_lets_it_pass
    another_edition_is_made_beside_the_old_one_and_replaces_it
    whatever_is_changed_in_the_read_tables_is_found
    a_rebuild_that_was_broken_off_is_taken_up
}

/// The acts of a case, one after another.
fn case(number: u64, step: u64) -> Act {
    let stream = format!("case/{number:04}");
    let id = number * 10 + step;
    let received =
        r#"{"item":"QL-0231","applicant":"a-1","channel":"counter","handling":"promised"}"#;
    match step {
        0 => submitted(id, &stream, "09:00:00", "case.ApplicationReceived", received),
        1 => {
            let accepted = r#"{"item":"QL-0231","limit_working_days":5}"#;
            submitted(id, &stream, "09:10:00", "case.ApplicationAccepted", accepted)
        }
        _ => notice(id, &stream, "photo"),
    }
}

/// Appends a step of many cases, each in a command of its own.
async fn append_step(store: &Store, cases: u64, step: u64) {
    for number in 0..cases {
        let act = case(number, step);
        let stream = act.submission().stream.to_string();
        store.append(command(&stream, Expected::Any, vec![act])).await.unwrap();
    }
}

async fn followed(store: &Store, registry: &'static [Registered]) {
    let runner = Runner::spawn(store, registry).unwrap();
    runner.wait_for(store.head().await.unwrap().position, LONG).await.unwrap();
    runner.stop().await;
}

async fn prove(store: &Store, registry: &'static [Registered]) {
    let head = store.head().await.unwrap().position;
    for projection in registry {
        let proven = verify_projection(store, projection, &mut |_, _| {}).await.unwrap();
        assert_eq!(proven, head, "{}", projection.name);
    }
}

async fn followed_taken_up_rebuilt_and_refolded_tables_are_the_same(fresh: Fresh) {
    let store = &fresh.store;
    append_step(store, 30, 0).await;
    followed(store, REGISTRY).await;
    append_step(store, 30, 1).await;
    first_start::run(store, at("10:00:00")).await.unwrap();
    append_step(store, 15, 2).await;
    followed(store, REGISTRY).await;
    prove(store, REGISTRY).await;
    let live = shown(&fresh, REGISTRY).await;
    assert_eq!(live["deadline_matters"].len(), 30);
    for projection in REGISTRY {
        let at = rebuild(store, projection, &mut |_, _, _| {}).await.unwrap();
        assert_eq!((at.generation, at.role), (2, GenerationRole::Serving));
        assert_eq!(checkpoints(store, projection).await.unwrap(), [at]);
    }
    assert_eq!(shown(&fresh, REGISTRY).await, live);
    prove(store, REGISTRY).await;
    append_step(store, 15, 3).await;
    followed(store, REGISTRY).await;
    prove(store, REGISTRY).await;
}

async fn a_notice_moves_due_days_of_cases_that_nobody_touched(fresh: Fresh) {
    let store = &fresh.store;
    append_step(store, 3, 0).await;
    append_step(store, 3, 1).await;
    followed(store, REGISTRY).await;
    let before = shown(&fresh, REGISTRY).await;
    let days = r#"{"year":2008,"published_on":"2008-07-01","title":"假日",
        "days":[{"on":"2008-07-04","kind":"off"},{"on":"2008-07-05","kind":"work"},
                {"on":"2008-07-07","kind":"off"}]}"#;
    let days = submitted(99, "calendar/x", "09:30:00", "calendar.HolidayNoticePublished", days);
    store.append(command("calendar/x", Expected::New, vec![days])).await.unwrap();
    followed(store, REGISTRY).await;
    assert_ne!(shown(&fresh, REGISTRY).await["deadline_clocks"], before["deadline_clocks"]);
    prove(store, REGISTRY).await;
}

async fn two_runners_on_one_chronicle_fold_each_act_once(fresh: Fresh) {
    let store = &fresh.store;
    let runners = [
        Runner::spawn(store, COUNTED).unwrap(),
        Runner::spawn(store, COUNTED).unwrap(),
        Runner::spawn(store, COUNTED).unwrap(),
    ];
    for step in 0..10 {
        append_step(store, 20, step).await;
    }
    for runner in runners {
        runner.wait_for(200, LONG).await.unwrap();
        runner.stop().await;
    }
    let lines = &shown(&fresh, COUNTED).await["counted_streams"];
    assert!(lines.len() == 20 && lines.iter().all(|line| line.ends_with(",10]")), "{lines:?}");
    prove(store, COUNTED).await;
}

async fn an_act_too_much_stops_one_projection_until_an_operator_lets_it_pass(fresh: Fresh) {
    let store = &fresh.store;
    store.append(one(1, "case/1")).await.unwrap();
    let poison = || notice(2, "case/1", "poison");
    store.append(command("case/1", Expected::Any, vec![poison()])).await.unwrap();
    store.append(one(3, "case/1")).await.unwrap();
    let runner = Runner::spawn(store, COUNTED).unwrap();
    let behind = runner.wait_for(3, LONG).await.unwrap_err();
    let (name, standing) = &behind.standings[0];
    assert_eq!((*name, standing.position), ("counted", 1));
    let stopped = standing.stopped.as_ref().unwrap();
    assert_eq!((stopped.position, &*stopped.error), (2, "the projection failed: this is too much"));
    let stored = checkpoints(store, &COUNTED[0]).await.unwrap();
    assert_eq!(stored[0].stopped.as_ref(), Some(stopped));
    let refused = rebuild(store, &COUNTED[0], &mut |_, _, _| {}).await;
    assert!(matches!(refused, Err(RunnerError::Stopped { .. })), "{refused:?}");

    let skip = r#"{"projection":"counted","position":"2","reason":"a test"}"#;
    let skip = submitted(4, "policy/skips", "09:00:00", "policy.ProjectionEventSkipped", skip);
    store.append(command("policy/skips", Expected::New, vec![skip])).await.unwrap();
    let mut told = runner.follow("counted").unwrap();
    let standing = told.wait_for(|standing| standing.position == 4).await.unwrap().clone();
    assert_eq!(standing.stopped, None);
    runner.stop().await;
    assert_eq!(
        shown(&fresh, COUNTED).await["counted_streams"],
        [r#"["case/1",2]"#, r#"["policy/skips",1]"#]
    );
    prove(store, COUNTED).await;
    rebuild(store, &COUNTED[0], &mut |_, _, _| {}).await.unwrap();
    prove(store, COUNTED).await;
}

/// Polls a future until it is done or the flag is up; then drops it where it stands.
async fn until<F: Future>(flag: &AtomicBool, work: F) -> Option<F::Output> {
    let mut work = pin!(work);
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if flag.load(Ordering::Relaxed) => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    })
    .await
}

async fn a_rebuild_that_was_broken_off_is_taken_up(kind: Fresh) {
    for broken_at in [Part::Folding, Part::Deriving] {
        let fresh = kind.another().await;
        let store = &fresh.store;
        append_step(store, 30, 0).await;
        followed(store, REGISTRY).await;
        append_step(store, 30, 1).await;
        // Where no act is read there is nothing that could be broken off.
        let (bare, full): (Vec<_>, Vec<_>) =
            REGISTRY.iter().partition(|of| of.name == "complaints");
        for projection in bare {
            rebuild(store, projection, &mut |_, _, _| {}).await.unwrap();
        }
        for projection in full {
            let flag = AtomicBool::new(false);
            let mut progress = |part, _, _| {
                flag.fetch_or(part == broken_at, Ordering::Relaxed);
            };
            let broken = until(&flag, rebuild(store, projection, &mut progress)).await;
            assert!(broken.is_none());
            let left = checkpoints(store, projection).await.unwrap();
            assert_eq!(left.last().unwrap().role, GenerationRole::Filling);
            let mut parts = Vec::new();
            rebuild(store, projection, &mut |part, _, _| parts.push(part)).await.unwrap();
            assert!(!parts.contains(&Part::Folding), "it began anew");
        }
        prove(store, REGISTRY).await;
    }
}

async fn another_edition_is_made_beside_the_old_one_and_replaces_it(fresh: Fresh) {
    let store = &fresh.store;
    store.append(one(1, "case/1")).await.unwrap();
    followed(store, COUNTED).await;
    store.append(one(2, "case/1")).await.unwrap();
    followed(store, COUNTED_ANEW).await;
    assert_eq!(shown(&fresh, COUNTED_ANEW).await["counted_streams"], [r#"["case/1",20]"#]);
    prove(store, COUNTED_ANEW).await;
    let tables = fresh.either(
        "select name from sqlite_schema where type = 'table' and name like '%counted%' order by 1",
        "select tablename::text from pg_tables where tablename like '%counted%' order by 1",
    );
    let tables = fresh.ask(tables).await;
    let kept = ["counted__10_2_rows", "counted_streams__10_2"];
    assert_eq!(tables, kept, "the old edition's tables are gone");
}

/// What somebody may do to the read tables by hand, and what names it: table, key, column. `E`
/// stands for the projection's edition.
const CHANGES: &[(&str, &str, &str, &str)] = &[
    (
        "update deadline_matters__E_1 set item = 'x' where name = '0002'",
        "deadline_matters__E_1",
        "case/0002",
        "item",
    ),
    (
        "update deadline_clocks__E_1 set due_on = null where key = 'case/0001'",
        "deadline_clocks__E_1",
        "case/0001",
        "due_on",
    ),
    (
        "delete from deadline_matters__E_1 where key = 'case/0003'",
        "deadline_matters__E_1",
        "case/0003",
        "*",
    ),
    (
        "insert into deadline_matters__E_1
      select * from deadline_matters__E_1 where key = 'case/0000'",
        "deadline_matters__E_1",
        "case/0000",
        "*",
    ),
    (
        "insert into deadline_matters__E_1 (key) values ('case/none')",
        "deadline_matters__E_1",
        "case/none",
        "*",
    ),
    (
        "update deadlines__E_1_rows set span_to = '2001-01-01' where key = 'case/0001'",
        "deadlines__E_1_rows",
        "case/0001",
        "span_to",
    ),
    (
        "update deadlines__E_1_rows set row = replace(row, 'counter', 'post')
      where key = 'case/0001'",
        "deadlines__E_1_rows",
        "case/0001",
        "row",
    ),
    (
        "delete from deadlines__E_1_rows where key = 'case/0001';
      delete from deadline_matters__E_1 where key = 'case/0001';
      delete from deadline_clocks__E_1 where key = 'case/0001';",
        "deadlines__E_1_rows",
        "case/0001",
        "*",
    ),
    (
        "insert into deadlines__E_1_rows (key, row) values ('case/none', '[]')",
        "deadlines__E_1_rows",
        "case/none",
        "*",
    ),
];

async fn whatever_is_changed_in_the_read_tables_is_found(kind: Fresh) {
    let deadlines = REGISTRY.iter().find(|p| p.name == "deadlines").unwrap();
    let of_edition = |text: &str| text.replace("__E_1", &format!("__{}_1", deadlines.edition));
    for (sql, table, key, column) in CHANGES {
        let (sql, table) = (of_edition(sql), of_edition(table));
        let fresh = kind.another().await;
        let store = &fresh.store;
        first_start::run(store, at("10:00:00")).await.unwrap();
        append_step(store, 4, 0).await;
        append_step(store, 4, 1).await;
        followed(store, REGISTRY).await;
        fresh.by_hand(&sql).await;
        match verify_projection(store, deadlines, &mut |_, _| {}).await {
            Err(RunnerError::Differs(found)) => {
                let named = (&*found.table, &*found.key, &*found.column);
                assert_eq!(named, (table.as_str(), *key, *column), "{sql}\n  {found:?}");
            }
            other => panic!("{sql}\n  not found: {other:?}"),
        }
    }
}

#[tokio::test]
async fn read_tables_of_another_chronicle_are_not_used() {
    let fresh = Fresh::sqlite().await;
    let store = &fresh.store;
    append_step(store, 3, 0).await;
    followed(store, COUNTED).await;
    store.close().await;
    std::fs::remove_file(fresh.folder.path().join("chronicle.db")).unwrap();
    let store = &Store::open(&fresh.folder.path().join("chronicle.db")).await.unwrap();
    let runner = Runner::spawn(store, COUNTED).unwrap();
    let mut told = runner.follow("counted").unwrap();
    let standing = told.wait_for(|standing| standing.error.is_some()).await.unwrap().clone();
    assert!(standing.error.unwrap().contains("another chronicle"));
    runner.stop().await;
}
