//! 重算: the figures of a bulletin counted again in another language, from nothing but an exported
//! chronicle. `tests/recount/` shares no code with the program, and names each cell that differs.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tongjian::bulletin::draft::content;
use tongjian::export::{Format, export};

use super::content::{CITY, asked, city};
use crate::acts::Fresh;

/// A city of two months: its export and the bulletin of its second month, as files.
async fn files(folder: &Path) -> (PathBuf, Value) {
    let fresh = Fresh::sqlite().await;
    city(&fresh.store).await;
    let july = content(&fresh.store, &asked("2008-07", CITY)).await.unwrap();
    let until = july.basis.until_position.0;
    let chronicle = folder.join("city.ndjson");
    let mut to = std::fs::File::create(&chronicle).unwrap();
    export(&fresh.store, Format::Ndjson, 0, until, &mut to, |_| {}).await.unwrap();
    (chronicle, serde_json::to_value(&july).unwrap())
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
    let (chronicle, mut bulletin) = files(folder.path()).await;
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
    let named = format!("promised_limits/early: the bulletin says {}, the acts say {held}\n", held + 1);
    assert!(said.starts_with(&named), "{said}");
    assert!(said.contains(" 1 difference"), "{said}");

    // A row that is left out of a ranking is named, too; a chronicle cut short is an error.
    let whole = std::fs::read_to_string(&chronicle).unwrap();
    let half: String = whole.split_inclusive('\n').take(whole.lines().count() / 2).collect();
    std::fs::write(&chronicle, half).unwrap();
    assert_eq!(recounted(&chronicle, &bulletin).status.code(), Some(1));
}
