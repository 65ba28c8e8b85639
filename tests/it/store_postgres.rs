//! What PostgreSQL adds: roles, triggers and partitions, other processes, a server that goes away.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tongjian::store::{AppendError, Expected, Proven, Store, StoreError};
use tongjian::verify::verify;
use tongjian_events::Place;

use crate::acts::{at, command, notice, one};
use crate::postgres::{Server, database, name, shared};

async fn run(url: &str, sql: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.map(|_| ())
}

async fn refused(url: &str, sql: &str) -> String {
    match run(url, sql).await {
        Err(error) => error.to_string(),
        Ok(()) => panic!("it was not refused: {sql}"),
    }
}

/// The same address for another user.
fn as_user(url: &str, user: &str) -> String {
    url.replace("user=postgres", &format!("user={user}"))
}

async fn filled(url: &str) -> Store {
    let store = Store::open_postgres(url).await.unwrap();
    for number in 1..=8 {
        store.append(one(number, &format!("case/{}", number % 3))).await.unwrap();
    }
    store
}

#[tokio::test]
async fn the_triggers_refuse_every_way_of_changing_what_was_recorded() {
    let url = database().await;
    let store = filled(&url).await;
    for sql in [
        "update chronicle.events set event = 'x' where position = 1",
        "delete from chronicle.events where position = 8",
        "truncate chronicle.events",
        "truncate chronicle.events_000000",
        "delete from chronicle.events_000000",
        "update chronicle.event_ids set position = 2",
        "delete from chronicle.event_ids",
        "truncate chronicle.event_ids_2008_03",
        "update chronicle.streams set version = version - 1",
        "update chronicle.streams set stream = 'case/x' where stream = 'case/1'",
        "delete from chronicle.streams",
        "truncate chronicle.streams",
        "update chronicle.head set position = position - 1",
        "update chronicle.head set chain = decode(repeat('00', 32), 'hex')",
        "delete from chronicle.head",
        "truncate chronicle.head",
    ] {
        let said = refused(&url, sql).await;
        assert!(said.contains("the chronicle is append-only"), "{sql}\n  {said}");
    }
    verify(&store, |_, _| {}).await.unwrap();
}

#[tokio::test]
async fn whoever_changes_the_tables_with_a_free_hand_is_found() {
    let free = "set session_replication_role = replica;";
    for (sql, position, words) in [
        (
            "update chronicle.events set occurred_at = occurred_at + interval '1 second' where position = 4",
            4,
            "occurred_at",
        ),
        ("delete from chronicle.events where position = 3", 3, "missing"),
        ("delete from chronicle.event_ids where position = 5", 5, "does not follow"),
        ("update chronicle.streams set version = 9 where stream = 'case/2'", 2, "`case/2`"),
        ("update chronicle.events set chain = leaf where position = 6", 6, "chain"),
    ] {
        let url = database().await;
        let store = filled(&url).await;
        run(&url, &format!("{free} {sql}")).await.unwrap();
        match verify(&store, |_, _| {}).await {
            Err(StoreError::Damaged { position: at, finding }) => {
                assert!(at == position && finding.contains(words), "{sql}: {at}: {finding}");
            }
            other => panic!("{sql}: not found: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_head_behind_the_acts_is_refused_at_the_start() {
    let url = database().await;
    filled(&url).await.close().await;
    let sql = "set session_replication_role = replica; update chronicle.head set position = 6";
    run(&url, sql).await.unwrap();
    match Store::open_postgres(&url).await {
        Err(StoreError::Damaged { position: 7, finding }) => {
            assert!(finding.contains("the head stands at 6, the last act at 8"), "{finding}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_hole_is_damage_however_large_it_is() {
    let url = database().await;
    let store = filled(&url).await;
    let sql = "set session_replication_role = replica;
        delete from chronicle.events where position between 3 and 7";
    run(&url, sql).await.unwrap();
    for limit in [1, 2, 100] {
        match store.after(2, limit).await {
            Err(StoreError::Damaged { position: 3, finding }) => {
                assert!(finding.contains("the next act stands at 8"), "{finding}");
            }
            other => panic!("with a limit of {limit}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn who_appends_cannot_change_and_who_reads_cannot_append() {
    let url = database().await;
    filled(&url).await.close().await;
    let clerk = name();
    let roles = format!("create role {clerk} login in role tongjian_append");
    run(&url, &roles).await.unwrap();
    let theirs = as_user(&url, &clerk);
    let store = Store::open_postgres(&theirs).await.unwrap();
    assert_eq!(store.append(one(9, "case/9")).await.unwrap()[0].position, 9);
    let place = Place { position: 10, stream_version: 1, recorded_at: at("10:00:00") };
    let act = Proven::of(notice(10, "case/10", "form").envelope(&place)).unwrap();
    assert_eq!(store.restore(vec![act]).await.unwrap().position, 10);
    for sql in [
        "update chronicle.events set event = 'x'",
        "delete from chronicle.events",
        "truncate chronicle.events",
        "delete from chronicle.event_ids",
        "delete from chronicle.streams",
        "update chronicle.streams set stream = 'case/x'",
        "drop table chronicle.events",
        "alter table chronicle.events disable trigger all",
        "drop trigger events_never_go on chronicle.events",
    ] {
        let said = refused(&theirs, sql).await;
        assert!(said.contains("permission denied") || said.contains("must be owner"), "{said}");
    }
    let reader = name();
    run(&url, &format!("create role {reader} login in role tongjian_read")).await.unwrap();
    let theirs = as_user(&url, &reader);
    run(&theirs, "select count(*) from chronicle.acts").await.unwrap();
    let append = "insert into chronicle.streams (id, stream, version) values (1, 'case/x', 1)";
    assert!(refused(&theirs, append).await.contains("permission denied"));
    // The limits of the role hold where it logs in itself.
    let settings = "do $$ begin
            assert (select rolconfig @> array['default_transaction_read_only=on',
                'statement_timeout=30s'] from pg_roles where rolname = 'tongjian_read');
        end $$";
    run(&url, settings).await.unwrap();
}

#[tokio::test]
async fn an_act_is_acknowledged_when_it_is_on_the_disk() {
    let url = database().await;
    let asks = "create function ask() returns trigger language plpgsql as $$ begin
            if current_setting('synchronous_commit') <> 'on' then
                raise 'this commit waits for nobody';
            end if;
            return new;
        end $$;
        create trigger ask after insert on chronicle.events for each row execute function ask()";
    run(&url, asks).await.unwrap();
    filled(&url).await;
}

/// What the owner's functions look up they look up in the catalogue, whatever lies before it.
#[tokio::test]
async fn who_appends_cannot_let_the_owner_run_anything() {
    let url = database().await;
    filled(&url).await.close().await;
    let clerk = name();
    run(&url, &format!("create role {clerk} login in role tongjian_append")).await.unwrap();
    let lies = "create function pg_temp.run() returns text language plpgsql as $$ begin
            execute 'alter table chronicle.head disable trigger all'; return 'x'; end $$;
        create temp view pg_class as select pg_temp.run() as relname,
            'chronicle'::regnamespace::oid as relnamespace;
        grant all on pg_class to public;";
    for call in ["make_events_partition(1 + (9::bigint << 24))", "make_ids_partition('2009-01-01')"]
    {
        run(&as_user(&url, &clerk), &format!("{lies} select chronicle.{call}")).await.unwrap();
    }
    let disabled = "do $$ begin
            assert not exists (select 1 from pg_trigger where tgenabled <> 'O');
        end $$";
    run(&url, disabled).await.unwrap();
}

#[tokio::test]
async fn a_database_without_a_chronicle_says_what_to_do() {
    let server = shared().await;
    let name = name();
    server.run("postgres", &format!("create database {name}")).await;
    let url = server.url(&name);
    let said = Store::open_postgres(&url).await.unwrap_err().to_string();
    assert!(said.contains("there is no chronicle") && said.contains("migrate"), "{said}");
    let migrated = tokio::join!(Store::migrate_postgres(&url), Store::migrate_postgres(&url));
    let mut from = [migrated.0.unwrap().from, migrated.1.unwrap().from];
    from.sort_unstable();
    assert_eq!(from[0], 0, "one of the two made it");
    assert!(from[1] > 0, "the other found it made");
    run(&url, "update chronicle.form set version = version + 1").await.unwrap();
    let said = Store::open_postgres(&url).await.unwrap_err().to_string();
    assert!(said.contains("this release knows"), "{said}");
    assert!(Store::open_postgres("postgres://nobody@/x?sslmode=perhaps").await.is_err());
}

#[tokio::test]
async fn partitions_are_made_ahead_of_the_head() {
    let url = database().await;
    filled(&url).await;
    let there = "do $$ begin
            assert to_regclass('chronicle.events_000000') is not null;
            assert to_regclass('chronicle.events_000001') is not null;
            assert to_regclass('chronicle.events_000002') is null;
            assert not exists (select 1 from pg_class c join pg_inherits i on i.inhrelid = c.oid
                where pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT');
        end $$";
    run(&url, there).await.unwrap();
    // A process that begins just before the border of two partitions writes across it.
    let border = 1_i64 << 24;
    let jump = format!(
        "set session_replication_role = replica;
         insert into chronicle.events select {border} - 2, stream_id, 99, event_id, event,
            occurred_at, recorded_at, envelope, leaf, chain from chronicle.events where position = 8;
         update chronicle.head set position = {border} - 2"
    );
    run(&url, &jump).await.unwrap();
    let store = Store::open_postgres(&url).await.unwrap();
    let acts = (20..=25).map(|number| notice(number, "case/20", "form")).collect();
    let answers = store.append(command("case/20", Expected::New, acts)).await.unwrap();
    assert_eq!(answers.last().unwrap().position, (1 << 24) + 4);
    store.append(one(30, "case/20")).await.unwrap();
    run(&url, "select 1 / (to_regclass('chronicle.events_000002') is not null)::int")
        .await
        .unwrap();
}

#[tokio::test]
async fn an_id_of_any_month_finds_its_partition() {
    let url = database().await;
    let store = Store::open_postgres(&url).await.unwrap();
    for (number, millis) in (1..).zip([0_u128, 946_684_799_999, 1 << 47, (1 << 48) - 1]) {
        let act = notice(number, "case/1", "form");
        let mut submission = act.submission().clone();
        let low = submission.id.as_u128() & ((1 << 80) - 1);
        submission.id = uuid::Uuid::from_u128((millis << 80) | low);
        let act = tongjian_events::Act::check(submission).unwrap();
        let sent = || command("case/1", Expected::Any, vec![act.clone()]);
        let first = store.append(sent()).await.unwrap()[0];
        assert_eq!(first.position, number);
        assert!(store.append(sent()).await.unwrap()[0].repeated);
    }
    verify(&store, |_, _| {}).await.unwrap();
}

/// Ends every session that listens; waits for one where none does yet.
async fn cut_a_listener(url: &str) {
    let mut hand = PgConnection::connect(url).await.unwrap();
    let start = std::time::Instant::now();
    loop {
        let cut: i64 = sqlx::query_scalar(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity
            where datname = current_database() and query ilike 'listen%'",
        )
        .fetch_one(&mut hand)
        .await
        .unwrap();
        if cut > 0 {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "nobody listens");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_cut_listener_still_hears_of_what_others_append() {
    let url = database().await;
    let (store, other) =
        (Store::open_postgres(&url).await.unwrap(), Store::open_postgres(&url).await.unwrap());
    let mut changes = other.head_changes();
    let hears = async |changes: &mut tokio::sync::watch::Receiver<u64>, position: u64| {
        let heard = changes.wait_for(|head| *head >= position);
        tokio::time::timeout(Duration::from_secs(30), heard).await.unwrap().unwrap();
    };
    store.append(one(1, "case/1")).await.unwrap();
    hears(&mut changes, 1).await;
    for number in 2..=4 {
        cut_a_listener(&url).await;
        store.append(one(number, "case/1")).await.unwrap();
        hears(&mut changes, number).await;
    }
}

/// Whoever asks each second hears of an act after half a second on average.
#[tokio::test]
async fn others_are_told_of_an_act_and_need_not_ask() {
    let url = database().await;
    let (store, other) =
        (Store::open_postgres(&url).await.unwrap(), Store::open_postgres(&url).await.unwrap());
    let mut changes = other.head_changes();
    let mut waited = Vec::new();
    for number in 1..=15 {
        store.append(one(number, "case/1")).await.unwrap();
        let start = std::time::Instant::now();
        let heard = changes.wait_for(|head| *head >= number);
        tokio::time::timeout(Duration::from_secs(30), heard).await.unwrap().unwrap();
        waited.push(start.elapsed());
        tokio::time::sleep(Duration::from_millis(70 * number)).await;
    }
    waited.sort_unstable();
    assert!(waited[7] < Duration::from_millis(250), "{waited:?}");
}

#[tokio::test]
async fn a_cut_writer_takes_the_batch_again_and_writes_it_once() {
    let url = database().await;
    let store = filled(&url).await;
    for number in 9..=12 {
        let cut = "select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()";
        run(&url, cut).await.unwrap();
        let answer = store.append(one(number, "case/1")).await.unwrap()[0];
        assert_eq!(answer.position, number);
    }
    verify(&store, |_, _| {}).await.unwrap();
}

/// Each thread of the server that answers has a runtime of its own. What one of them opened would
/// stand still while it is busy, and end with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_do_not_wait_for_the_thread_that_asked_first() {
    let url = database().await;
    let store = filled(&url).await;
    let (asked, answered) = std::sync::mpsc::channel();
    let (go, going) = std::sync::mpsc::channel::<()>();
    let theirs = store.clone();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        // So many at once that every connection there may be is opened.
        let readings = (0..32).map(|_| theirs.after(0, 100));
        let read = runtime.block_on(futures_util::future::join_all(readings));
        asked.send(read.into_iter().all(|acts| acts.unwrap().len() == 8)).unwrap();
        // The runtime is there and does nothing.
        going.recv().unwrap();
    });
    assert!(answered.recv().unwrap());
    for _ in 0..2 {
        let readings = futures_util::future::join_all((0..32).map(|_| store.after(0, 100)));
        let read = tokio::time::timeout(Duration::from_secs(10), readings).await;
        let read = read.expect("the readers stand still with another's runtime");
        assert!(read.into_iter().all(|acts| acts.unwrap().len() == 8));
    }
    go.send(()).unwrap();
    thread.join().unwrap();
    assert_eq!(store.after(0, 100).await.unwrap().len(), 8);
}

#[tokio::test]
async fn without_its_server_a_store_fails_and_with_it_again_goes_on() {
    let server = Server::start(&["fsync=off"]).await;
    server.run("postgres", "create database lost").await;
    let url = server.url("lost");
    Store::migrate_postgres(&url).await.unwrap();
    let store = filled(&url).await;
    let away = server.stop();
    let failed = store.append(one(20, "case/1")).await;
    assert!(matches!(failed, Err(AppendError::Store(StoreError::Database { .. }))), "{failed:?}");
    assert!(store.head().await.is_err());
    server.start_again(away).await;
    let start = std::time::Instant::now();
    let answer = loop {
        match store.append(one(20, "case/1")).await {
            Ok(answers) => break answers[0],
            Err(error) => assert!(start.elapsed() < Duration::from_secs(30), "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!((answer.position, answer.repeated), (9, false), "nothing was half written");
    verify(&store, |_, _| {}).await.unwrap();
}
