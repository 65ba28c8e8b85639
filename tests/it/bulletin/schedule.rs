//! The watchman drafts what fell due: on its day, once, and whatever fell due while he was away.

use tongjian::bulletin::contents::Contents;
use tongjian::bulletin::life;
use tongjian::bulletin::schedule::{Seen, draft_due};
use tongjian::{first_start, watch};
use tongjian_events::ActorKind;

use super::desk::{CITY, Desk, SITE, at, established, inspection, received};
use crate::acts::Fresh;

crate::acts::on_both! {
    a_draft_is_there_on_the_fifth_working_day
    what_fell_due_meanwhile_is_drafted_and_nothing_from_before
    two_who_watch_at_once_draft_each_once
    one_that_cannot_be_drafted_keeps_no_other_back
}

async fn drafted(desk: &Desk) -> Vec<String> {
    let all = life::all(&desk.store).await.unwrap();
    all.iter().map(|bulletin| bulletin.stream.name().to_owned()).collect()
}

async fn look(desk: &Desk, seen: &mut Seen, now: &str) -> u64 {
    watch::draft(&desk.store, &desk.runner, &desk.contents, seen, at(now)).await.unwrap()
}

async fn a_draft_is_there_on_the_fifth_working_day(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    let mut seen = Seen::default();
    // June ended on a Monday; its half-year and quarter with it.
    assert_eq!(look(&desk, &mut seen, "2008-07-06T23:59:00+08:00").await, 0);
    assert_eq!(look(&desk, &mut seen, "2008-07-07T00:00:00+08:00").await, 3);
    assert_eq!(look(&desk, &mut seen, "2008-07-07T00:01:00+08:00").await, 0);
    assert_eq!(look(&desk, &mut Seen::default(), "2008-07-07T00:02:00+08:00").await, 0);
    assert_eq!(
        drafted(&desk).await,
        [
            "half_yearly-2008-H1-320600000000",
            "monthly-2008-06-320600000000",
            "quarterly-2008-Q2-320600000000",
        ]
    );
    let held = life::all(&desk.store).await.unwrap();
    let by = held.iter().map(|held| held.drafted.as_ref().unwrap().by.kind);
    assert!(by.into_iter().all(|kind| kind == ActorKind::System));
    desk.close().await;
}

async fn what_fell_due_meanwhile_is_drafted_and_nothing_from_before(fresh: Fresh) {
    let store = fresh.store.clone();
    // The chronicle begins in June; what is entered for earlier days makes no bulletin by itself.
    first_start::run(&store, at("2008-06-10T09:00:00+08:00")).await.unwrap();
    for (number, day) in [(1, "2008-03-05"), (2, "2008-06-20"), (3, "2008-07-20")] {
        let when = format!("{day}T10:00:00+08:00");
        let entered = if number == 1 { "2008-06-11T10:00:00+08:00" } else { &when };
        store.append(received(number, &when, entered)).await.unwrap();
    }
    for (site, level) in [(CITY, "municipal"), (SITE, "township")] {
        store.append(established(site, level, "2008-08-01T10:00:00+08:00")).await.unwrap();
    }
    let desk = Desk::beside(store).await;
    let mut seen = Seen::default();
    assert_eq!(look(&desk, &mut seen, "2008-10-20T09:00:00+08:00").await, 5);
    assert_eq!(
        drafted(&desk).await,
        [
            "half_yearly-2008-H1-320600000000",
            "monthly-2008-06-320600000000",
            "monthly-2008-07-320600000000",
            "quarterly-2008-Q2-320600000000",
            "quarterly-2008-Q3-320600000000",
        ],
        "in August and September nothing happened"
    );
    desk.close().await;
}

async fn two_who_watch_at_once_draft_each_once(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    let other = fresh.again().await;
    let now = at("2008-07-07T08:00:00+08:00");
    let (mine, theirs) = (Contents::default(), Contents::default());
    let (mut one, mut two) = (Seen::default(), Seen::default());
    let (first, second) = tokio::join!(
        draft_due(&desk.store, &mine, &mut one, now),
        draft_due(&other, &theirs, &mut two, now),
    );
    assert_eq!(first.unwrap() + second.unwrap(), 3);
    for bulletin in life::all(&desk.store).await.unwrap() {
        assert_eq!(bulletin.version, 1, "{}", bulletin.stream);
    }
    desk.close().await;
}

async fn one_that_cannot_be_drafted_keeps_no_other_back(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    // An order of June that was done in July, of which nobody can say where it is.
    let order = inspection(
        900,
        "RectificationOrdered",
        r#"{"order":"O-1","unit":"320681105000","site":"320681105000","flag":"premises",
            "demand":"配齊場所","due_on":"2008-06-20"}"#,
        "2008-06-05T10:00:00+08:00",
    );
    desk.store.append(order).await.unwrap();
    let outcome = r#"{"order":"O-1","inspectors":["S-8","S-9"],"outcome":"rectified"}"#;
    let done = inspection(901, "ReinspectionMade", outcome, "2008-07-02T10:00:00+08:00");
    desk.store.append(done).await.unwrap();
    desk.up().await;
    let table = fresh.either("select name from sqlite_schema", "select tablename from pg_tables");
    let named = fresh.either("name", "tablename");
    let like = format!("{table} where {named} like 'rectifications\\_\\_%' escape '\\'");
    let tables = fresh.ask(&format!("{like} limit 1")).await;
    let schema = fresh.either("", "read_tables.");
    fresh.by_hand(&format!("update {schema}{} set site = ''", tables[0])).await;

    let mut seen = Seen::default();
    // The half-year, June and the quarter fail; July has nothing of that order.
    assert_eq!(look(&desk, &mut seen, "2008-08-07T09:00:00+08:00").await, 1);
    assert_eq!(drafted(&desk).await, ["monthly-2008-07-320600000000"]);
    let now = at("2008-08-07T09:01:00+08:00");
    let again = draft_due(&desk.store, &desk.contents, &mut seen, now).await;
    assert!(again.is_err(), "what fails is told, and tried again");
    desk.close().await;
}
