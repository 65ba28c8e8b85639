//! 重算: the figures of a bulletin counted again in another language, from nothing but an exported
//! chronicle. `tests/recount/` shares no code with the program, and names each cell that differs.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tongjian::bulletin::content::Content;
use tongjian::bulletin::draft::content;
use tongjian::export::{Format, export};
use tongjian::store::Store;

use super::content::{CITY, asked, city};
use super::desk::{Desk, received};
use crate::acts::Fresh;

/// The chronicle up to where a content has read, as a file.
async fn exported(store: &Store, content: &Content, folder: &Path) -> PathBuf {
    let until = content.basis.until_position.0;
    let chronicle = folder.join("city.ndjson");
    let mut to = std::fs::File::create(&chronicle).unwrap();
    export(store, Format::Ndjson, 0, until, &mut to, |_| {}).await.unwrap();
    chronicle
}

fn recounted(chronicle: &Path, bulletin: &Value) -> Output {
    let file = chronicle.with_file_name("bulletin.json");
    std::fs::write(&file, bulletin.to_string()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recount/recount.py");
    let mut python = Command::new("python3");
    python.env("PYTHONDONTWRITEBYTECODE", "1").arg(script).arg(chronicle).arg(&file);
    python.output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_is_recounted_and_one_that_is_altered_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::sqlite().await;
    city(&fresh.store).await;
    let july = content(&fresh.store, &asked("2008-07", CITY)).await.unwrap();
    let chronicle = exported(&fresh.store, &july, folder.path()).await;
    let mut bulletin = serde_json::to_value(&july).unwrap();
    let told = recounted(&chronicle, &bulletin);
    let said = String::from_utf8(told.stdout).unwrap();
    assert!(told.status.success(), "{said}{}", String::from_utf8_lossy(&told.stderr));
    assert!(said.contains(" 0 differences"), "{said}");

    let figure = &mut bulletin["figures"]["promised_limits/early"]["value"];
    let held = figure.as_i64().unwrap();
    *figure = (held + 1).into();
    let told = recounted(&chronicle, &bulletin);
    let said = String::from_utf8(told.stdout).unwrap();
    assert_eq!(told.status.code(), Some(2), "{said}");
    let more = held + 1;
    let named = format!("promised_limits/early: the bulletin says {more}, the acts say {held}\n");
    assert!(said.starts_with(&named), "{said}");
    assert!(said.contains(" 1 differences"), "{said}");

    // A chronicle that ends before the position is an error, not a difference.
    let whole = std::fs::read_to_string(&chronicle).unwrap();
    let half: String = whole.split_inclusive('\n').take(whole.lines().count() / 2).collect();
    std::fs::write(&chronicle, half).unwrap();
    assert_eq!(recounted(&chronicle, &bulletin).status.code(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_in_after_the_close_is_recounted_too() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::sqlite().await;
    let desk = Desk::open(fresh.store.clone()).await;
    desk.issued("2008-07", "2008-08-07").await;
    let late = received(9, "2008-07-20T10:00:00+08:00", "2008-08-19T13:00:00+08:00");
    desk.store.append(late).await.unwrap();
    desk.up().await;
    let august = content(&desk.store, &asked("2008-08", CITY)).await.unwrap();
    let chronicle = exported(&desk.store, &august, folder.path()).await;
    desk.close().await;
    let mut bulletin = serde_json::to_value(&august).unwrap();
    let figure = |bulletin: &Value| {
        let mut figures = bulletin["figures"].as_object().unwrap().iter();
        let (name, figure) = figures.find(|(_, it)| it["query"] == "late_arrivals").unwrap();
        assert_eq!(figure["value"], 1, "{figure}");
        name.clone()
    };
    let name = figure(&bulletin);
    let told = recounted(&chronicle, &bulletin);
    let said = String::from_utf8(told.stdout).unwrap();
    assert!(told.status.success(), "{said}{}", String::from_utf8_lossy(&told.stderr));
    bulletin["figures"][&name]["value"] = 0.into();
    let said = String::from_utf8(recounted(&chronicle, &bulletin).stdout).unwrap();
    assert!(said.starts_with(&format!("{name}: ")), "{said}");
}
