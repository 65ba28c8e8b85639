//! A rebuild fills new tables beside the serving ones, goes on where it was broken off, and keeps
//! what served before until it is told to go.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use tongjian::runner::GenerationRole::{Filling, Retired, Serving};
use tongjian::runner::{
    GenerationRole, Part, REGISTRY, Registered, Runner, RunnerError, checkpoints, drop_old,
    rebuild, switch_back, verify_projection,
};
use tongjian::store::{Expected, Store};
use tongjian_events::{Recorded, Row as CatalogRow};
use tongjian_projections::{Cell, Column, ColumnKind, Context, Lines, Projection, Span, Table};

use crate::acts::{Fresh, command, id, notice, one, submitted};
use crate::read_tables::shown;

const LONG: Duration = Duration::from_secs(60);
/// More than a rebuild takes at a time.
const STREAMS: u64 = 5;
const ACTS_EACH: u64 = 1_000;

/// Counts the acts of the kind, wherever they stand, and those of each stream. What is `poison`
/// is too much for it.
struct Crossed<const EDITION: u32>;

impl<const EDITION: u32> Projection for Crossed<EDITION> {
    type Row = u64;

    const NAME: &'static str = "crossed";
    const EDITION: u32 = EDITION;
    const TABLES: &'static [Table] = &[Table {
        name: "crossed_counts",
        columns: &[Column { name: "acts", kind: ColumnKind::Integer }],
        indexes: &[&["acts"]],
    }];

    fn reads(_: &CatalogRow) -> bool {
        true
    }

    fn touches(act: &Recorded) -> Vec<String> {
        let stream = &act.submission.stream;
        vec![stream.to_string(), stream.kind().as_str().to_owned()]
    }

    fn fold(row: &mut Option<u64>, _: &str, act: &Recorded) {
        assert!(!act.submission.body.get().contains("poison"), "this is too much");
        *row.get_or_insert(0) += 1;
    }

    fn derive(_: &str, row: &u64, _: &Context, out: &mut Lines) -> Option<Span> {
        out.0.push((0, vec![Cell::from(*row)]));
        None
    }
}

static CROSSED: &[Registered] = &[Registered::of::<Crossed<1>>()];
static CROSSED_ANEW: &[Registered] = &[Registered::of::<Crossed<2>>()];

crate::acts::on_both! {
    what_served_before_is_kept_until_it_is_told_to_go
    what_served_before_can_serve_again_once_it_has_caught_up
    a_switch_back_that_was_broken_off_is_taken_up_and_a_rebuild_begins_anew
    a_rebuild_that_was_broken_off_goes_on_where_it_stood
    a_rebuild_that_was_filled_goes_on_with_what_came_meanwhile
    acts_of_many_streams_that_touch_one_row_are_all_in_it
    corrections_from_other_streams_stand_in_their_order
    who_cannot_take_an_act_does_not_keep_the_others_from_being_made
}

async fn followed(store: &Store, registry: &'static [Registered]) {
    let runner = Runner::spawn(store, registry).unwrap();
    runner.wait_for(store.head().await.unwrap().position, LONG).await.unwrap();
    runner.stop().await;
}

async fn made(store: &Store, registry: &'static [Registered]) {
    let projections: Vec<_> = registry.iter().collect();
    rebuild(store, &projections, &mut |_, _, _| {}).await.unwrap();
}

async fn prove(store: &Store, registry: &'static [Registered]) {
    let head = store.head().await.unwrap().position;
    for projection in registry {
        let proven = verify_projection(store, projection, &mut |_, _| {}).await.unwrap();
        assert_eq!(proven, head, "{}", projection.name);
    }
}

/// Generation and role of each, oldest first.
async fn standing(store: &Store, projection: &Registered) -> Vec<(u32, GenerationRole)> {
    let all = checkpoints(store, projection).await.unwrap();
    all.into_iter().map(|at| (at.generation, at.role)).collect()
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

/// Breaks a rebuild off in one of its parts.
async fn broken_off(store: &Store, projections: &[&'static Registered], in_part: Part) {
    let flag = AtomicBool::new(false);
    let mut progress = |part, _, _| {
        flag.fetch_or(part == in_part, Ordering::Relaxed);
    };
    assert!(until(&flag, rebuild(store, projections, &mut progress)).await.is_none());
}

/// Five cases of a thousand acts each.
async fn many_acts(store: &Store) {
    for stream in 0..STREAMS {
        let name = format!("case/{stream}");
        for part in 0..4 {
            let numbers = (0..ACTS_EACH / 4).map(|act| stream * 10_000 + part * 1_000 + act);
            let acts = numbers.map(|number| notice(number, &name, "photo")).collect();
            store.append(command(&name, Expected::Any, acts)).await.unwrap();
        }
    }
}

/// A notice that bears on every case, and an act of a case that was filled first.
async fn what_came_meanwhile(store: &Store) {
    let days = r#"{"year":2008,"published_on":"2008-07-01","title":"假日",
        "days":[{"on":"2008-07-04","kind":"off"}]}"#;
    let days = submitted(99_999, "calendar/x", "09:30:00", "calendar.HolidayNoticePublished", days);
    store.append(command("calendar/x", Expected::New, vec![days])).await.unwrap();
    store.append(one(99_998, "case/0")).await.unwrap();
}

async fn what_served_before_is_kept_until_it_is_told_to_go(fresh: Fresh) {
    let store = &fresh.store;
    store.append(one(1, "case/1")).await.unwrap();
    followed(store, CROSSED).await;
    let projection = &CROSSED[0];
    let tables = fresh.either(
        "select name from sqlite_schema where type = 'table' and name like 'crossed%' order by 1",
        "select tablename::text from pg_tables where tablename like 'crossed%' order by 1",
    );
    let of = |numbers: &[u32]| {
        let rows = numbers.iter().map(|number| format!("crossed__1_{number}_rows"));
        let lines = numbers.iter().map(|number| format!("crossed_counts__1_{number}"));
        rows.chain(lines).collect::<Vec<_>>()
    };
    made(store, CROSSED).await;
    assert_eq!(standing(store, projection).await, [(1, Retired), (2, Serving)]);
    assert_eq!(fresh.ask(tables).await, of(&[1, 2]));
    made(store, CROSSED).await;
    assert_eq!(standing(store, projection).await, [(2, Retired), (3, Serving)]);
    assert_eq!(fresh.ask(tables).await, of(&[2, 3]), "one is kept, not more");

    let dropped = drop_old(store, projection).await.unwrap();
    assert_eq!(dropped.iter().map(|at| at.generation).collect::<Vec<_>>(), [2]);
    assert_eq!(standing(store, projection).await, [(3, Serving)]);
    assert_eq!(fresh.ask(tables).await, of(&[3]));
    assert_eq!(drop_old(store, projection).await.unwrap(), []);
    prove(store, CROSSED).await;
}

async fn what_served_before_can_serve_again_once_it_has_caught_up(fresh: Fresh) {
    let store = &fresh.store;
    store.append(one(1, "case/0")).await.unwrap();
    followed(store, REGISTRY).await;
    let none = switch_back(store, &REGISTRY[0], &mut |_, _, _| {}).await;
    assert!(matches!(none, Err(RunnerError::NoneKept { .. })), "{none:?}");
    made(store, REGISTRY).await;
    what_came_meanwhile(store).await;
    let runner = Runner::spawn(store, REGISTRY).unwrap();
    runner.wait_for(3, LONG).await.unwrap();
    let before = shown(&fresh, REGISTRY).await;
    for projection in REGISTRY {
        let at = switch_back(store, projection, &mut |_, _, _| {}).await.unwrap();
        assert_eq!((at.generation, at.position, at.role), (1, 3, Serving));
        assert_eq!(standing(store, projection).await, [(1, Serving), (2, Retired)]);
    }
    assert_eq!(shown(&fresh, REGISTRY).await, before);
    prove(store, REGISTRY).await;
    // Who followed the generation that serves no longer follows the one that does.
    store.append(one(2, "case/2")).await.unwrap();
    runner.wait_for(4, LONG).await.unwrap();
    runner.stop().await;
    prove(store, REGISTRY).await;

    followed(store, CROSSED).await;
    made(store, CROSSED_ANEW).await;
    let other = switch_back(store, &CROSSED_ANEW[0], &mut |_, _, _| {}).await;
    assert!(matches!(other, Err(RunnerError::NoneKept { .. })), "of another edition: {other:?}");
}

async fn a_switch_back_that_was_broken_off_is_taken_up_and_a_rebuild_begins_anew(fresh: Fresh) {
    let store = &fresh.store;
    let projection = &CROSSED[0];
    for anew in [false, true] {
        made(store, CROSSED).await;
        made(store, CROSSED).await;
        many_acts_once(store, anew).await;
        followed(store, CROSSED).await;
        let flag = AtomicBool::new(false);
        let mut progress = |_, _, _| flag.store(true, Ordering::Relaxed);
        let broken = until(&flag, switch_back(store, projection, &mut progress)).await;
        assert!(broken.is_none());
        let left = standing(store, projection).await;
        let [(old, Filling), (now, Serving)] = left[..] else { panic!("{left:?}") };
        if anew {
            made(store, CROSSED).await;
            let next = now + 1;
            assert_eq!(standing(store, projection).await, [(now, Retired), (next, Serving)]);
        } else {
            switch_back(store, projection, &mut |_, _, _| {}).await.unwrap();
            assert_eq!(standing(store, projection).await, [(old, Serving), (now, Retired)]);
        }
        prove(store, CROSSED).await;
    }
}

async fn many_acts_once(store: &Store, there: bool) {
    if there {
        for number in 0..3_000 {
            let stream = format!("case/{}", number % 7);
            store.append(one(200_000 + number, &stream)).await.unwrap();
        }
    } else {
        many_acts(store).await;
    }
}

async fn a_rebuild_that_was_broken_off_goes_on_where_it_stood(fresh: Fresh) {
    let store = &fresh.store;
    many_acts(store).await;
    let projections: Vec<_> = REGISTRY.iter().collect();
    broken_off(store, &projections, Part::Filling).await;
    // One of them comes further than the others.
    broken_off(store, &projections[..1], Part::Indexing).await;
    what_came_meanwhile(store).await;
    let mut filled = Vec::new();
    let mut progress = |part, at, _| {
        if part == Part::Filling {
            filled.push(at);
        }
    };
    rebuild(store, &projections, &mut progress).await.unwrap();
    let most = filled.iter().max().unwrap();
    assert!(*most < STREAMS * ACTS_EACH, "it began anew: {filled:?}");
    for projection in REGISTRY {
        assert_eq!(standing(store, projection).await, [(1, Serving)]);
    }
    prove(store, REGISTRY).await;
}

async fn a_rebuild_that_was_filled_goes_on_with_what_came_meanwhile(fresh: Fresh) {
    let store = &fresh.store;
    store.append(one(1, "case/0")).await.unwrap();
    followed(store, REGISTRY).await;
    let projections: Vec<_> = REGISTRY.iter().collect();
    broken_off(store, &projections, Part::Indexing).await;
    what_came_meanwhile(store).await;
    let mut parts = Vec::new();
    rebuild(store, &projections, &mut |part, _, _| parts.push(part)).await.unwrap();
    assert!(!parts.contains(&Part::Filling), "it began anew");
    assert!(parts.contains(&Part::CatchingUp));
    prove(store, REGISTRY).await;
}

async fn acts_of_many_streams_that_touch_one_row_are_all_in_it(fresh: Fresh) {
    let store = &fresh.store;
    many_acts(store).await;
    made(store, CROSSED).await;
    let lines = &shown(&fresh, CROSSED).await["crossed_counts"];
    assert_eq!(lines.len() as u64, STREAMS + 1);
    assert_eq!(lines[0], r#"["case",5000]"#);
    prove(store, CROSSED).await;
}

async fn corrections_from_other_streams_stand_in_their_order(fresh: Fresh) {
    let store = &fresh.store;
    store.append(one(1, "case/m")).await.unwrap();
    for (number, stream) in [(2, "case/z"), (3, "case/a"), (4, "case/n")] {
        let correction = format!(
            r#"{{"corrects":"{}","reason":"?","approver":"S-9",
            "change":{{"kind":"field","field":"notice_no","was":null,"now":"通行審補〔2008〕1號"}}}}"#,
            id(1)
        );
        let act = submitted(number, stream, "09:00:00", "case.ActCorrected", &correction);
        store.append(command(stream, Expected::New, vec![act])).await.unwrap();
    }
    made(store, REGISTRY).await;
    let lines = &shown(&fresh, REGISTRY).await["timeline"];
    assert!(lines.iter().any(|line| line.ends_with(r#""2,3,4"]"#)), "{lines:?}");
    prove(store, REGISTRY).await;
}

async fn who_cannot_take_an_act_does_not_keep_the_others_from_being_made(fresh: Fresh) {
    let store = &fresh.store;
    many_acts(store).await;
    store
        .append(command("case/0", Expected::Any, vec![notice(77_777, "case/0", "poison")]))
        .await
        .unwrap();
    let projections: Vec<_> = CROSSED.iter().chain(REGISTRY).collect();
    let refused = rebuild(store, &projections, &mut |_, _, _| {}).await;
    let Err(RunnerError::Stopped { projection: "crossed", poison }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(
        (poison.position, &*poison.error),
        (5_001, "the projection failed: this is too much")
    );
    prove(store, REGISTRY).await;
}
