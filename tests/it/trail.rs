//! The audit trail and passwords, on each backend: what is entered stays, what was altered shows.

use sqlx::{AssertSqlSafe, Connection as _};
use tongjian::access::{Opening, close_account, first_administrator, open_account_once, operator};
use tongjian::store::Store;
use tongjian::store::cabinet::{Asked, Trail};
use tongjian_events::policy::Role;
use tongjian_events::values::{Name, StaffId, Text};

use crate::acts::{Fresh, at};

async fn open(store: &Store, account: &str, role: Role) -> String {
    let opening = Opening {
        account: StaffId::new(account).unwrap(),
        holder: Name::new("某崗").unwrap(),
        role,
        sites: Vec::new(),
        until_on: None,
    };
    open_account_once(store, opening, &operator().unwrap(), at("10:00:00")).await.unwrap()
}

async fn of_many_that_start_at_once_one_says_the_first_password(fresh: Fresh) {
    let started = (0..6).map(|_| first_administrator(&fresh.store, at("10:00:00")));
    let said = futures_util::future::join_all(started).await;
    let said: Vec<_> = said.into_iter().filter_map(|said| said.unwrap()).collect();
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].0, "administrator");
}

async fn an_account_that_is_closed_and_opened_again_has_another_password(fresh: Fresh) {
    let store = &fresh.store;
    open(store, "gao", Role::Administrator).await;
    let first = open(store, "li", Role::Inspector).await;
    let (li, by) = (StaffId::new("li").unwrap(), operator().unwrap());
    let reason = Text::new("left").unwrap();
    close_account(store, &li, &reason, &by, at("10:00:00")).await.unwrap();
    assert!(close_account(store, &li, &reason, &by, at("10:00:00")).await.is_err());
    assert_ne!(open(store, "li", Role::Centre).await, first);
}

fn read(who: &str, subject: &str) -> Trail {
    let (who, subject) = (who.into(), subject.into());
    Trail { who, did: "read", subject, detail: String::new() }
}

async fn many_that_enter_at_once_leave_neither_hole_nor_double(fresh: Fresh) {
    let names: Vec<_> = (0..30).map(|number| format!("case/{number}")).collect();
    let entering = names.iter().map(|name| fresh.store.enter(read("li", name), at("10:00:00")));
    let entered = futures_util::future::join_all(entering).await;
    let mut numbers: Vec<_> = entered.into_iter().map(|entered| entered.unwrap().number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=30).collect::<Vec<_>>());
    assert_eq!(fresh.store.verify_trail().await.unwrap(), 30);
}

async fn entries_are_found_by_who_and_what_the_newest_first(fresh: Fresh) {
    let store = &fresh.store;
    for (who, subject) in [("li", "case/1"), ("wang", "case/1"), ("li", "case/2"), ("", "x")] {
        store.enter(read(who, subject), at("10:00:00")).await.unwrap();
    }
    let found = async |before, who: &str, subject: &str, limit| {
        let asked = Asked { before, who: who.into(), subject: subject.into(), limit };
        let found = store.trail(asked).await.unwrap();
        found.iter().map(|trace| trace.number).collect::<Vec<_>>()
    };
    assert_eq!(found(None, "", "", 10).await, [4, 3, 2, 1]);
    assert_eq!(found(None, "", "", 2).await, [4, 3]);
    assert_eq!(found(Some(3), "", "", 10).await, [2, 1]);
    assert_eq!(found(None, "li", "", 10).await, [3, 1]);
    assert_eq!(found(None, "li", "case/1", 10).await, [1]);
    assert_eq!(found(None, "' or ''='", "", 10).await, [0_u64; 0]);
}

/// What is given away on the machine itself is remembered, before it is written.
async fn an_export_on_the_machine_is_entered(fresh: Fresh) {
    fresh.store.append(crate::acts::one(1, "case/1")).await.unwrap();
    let file = fresh.folder.path().join("out").display().to_string();
    let place = fresh.place();
    for (words, subject, detail) in [
        (&["export", file.as_str()] as &[&str], "export", "format=ndjson"),
        (&["export", "--proof", file.as_str()], "export", "format=proof"),
        (&["export", "--format", "csv", "--until", "1"], "export", "format=csv&until=1"),
        (&["cases", "--as-of", "2008-07-01"], "cases", "as_of=2008-07-01&known_at=1"),
        (&["list", "cards", "--where", "level=red"], "lists/cards", "level=red"),
    ] {
        let program = env!("CARGO_BIN_EXE_tongjian");
        let mut order = std::process::Command::new(program);
        let done = order.args(words).args(["--data", &place]).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(!said.contains("was not entered"), "{words:?}: {said}");
        let newest = fresh.store.trail(Asked { limit: 1, ..Asked::default() }).await.unwrap();
        let told = (newest[0].who.as_str(), newest[0].did.as_str(), newest[0].subject.as_str());
        assert_eq!(told, ("tongjian", "exported", subject), "{words:?}");
        assert_eq!(newest[0].detail, detail, "{words:?}");
    }
    fresh.store.verify_trail().await.unwrap();
}

macro_rules! on_each {
    ($( $name:ident )*) => {
        mod on_sqlite {
            $( #[tokio::test] async fn $name() {
                super::$name(crate::acts::Fresh::sqlite().await).await;
            } )*
        }
        mod on_postgres {
            $( #[tokio::test] async fn $name() {
                super::$name(crate::acts::Fresh::postgres().await).await;
            } )*
        }
    };
}

on_each! {
    of_many_that_start_at_once_one_says_the_first_password
    an_account_that_is_closed_and_opened_again_has_another_password
    many_that_enter_at_once_leave_neither_hole_nor_double
    entries_are_found_by_who_and_what_the_newest_first
    an_export_on_the_machine_is_entered
}

/// The file beside a chronicle that holds what may change or vanish.
fn cabinet(folder: &std::path::Path) -> std::path::PathBuf {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is = |path: &std::path::PathBuf| path.to_string_lossy().ends_with("-cabinet.db");
    files.into_iter().find(is).unwrap()
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_reads_the_cabinet() {
    use std::os::unix::fs::PermissionsExt as _;
    let fresh = Fresh::sqlite().await;
    let password = open(&fresh.store, "li", Role::Inspector).await;
    let file = cabinet(fresh.folder.path());
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    fresh.store.close().await;
    for entry in std::fs::read_dir(fresh.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let found = bytes.windows(password.len()).any(|window| window == password.as_bytes());
        assert!(!found, "the password is kept");
    }
}

#[tokio::test]
async fn an_entry_that_was_altered_is_named() {
    let fresh = Fresh::sqlite().await;
    let store = &fresh.store;
    for subject in ["case/1", "case/2", "case/3"] {
        store.enter(read("li", subject), at("10:00:00")).await.unwrap();
    }
    let entered = 3;
    assert_eq!(store.verify_trail().await.unwrap(), entered);
    let url = format!("sqlite://{}", cabinet(fresh.folder.path()).display());
    let mut other = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let refused = sqlx::query("update trail set who = 'nobody' where number = 1");
    let refused = refused.execute(&mut other).await.unwrap_err();
    assert!(refused.to_string().contains("append-only"), "{refused}");
    for (altering, first) in [
        ("drop trigger trail_never_changes", None),
        ("drop trigger trail_never_shrinks", None),
        ("update trail set who = 'nobody' where number = 2", Some(2)),
        ("delete from trail where number = 2", Some(2)),
    ] {
        sqlx::query(AssertSqlSafe(altering)).execute(&mut other).await.unwrap();
        let said = store.verify_trail().await;
        match first {
            None => assert_eq!(said.unwrap(), entered),
            Some(first) => {
                let said = said.unwrap_err().to_string();
                assert!(said.contains(&first.to_string()), "{said}");
            }
        }
    }
}
