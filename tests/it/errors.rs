//! What goes wrong is told with its causes, each of them once.

use std::process::Command as Process;

use tongjian::store::{AppendError, StoreError};
use tongjian_events::Refusal;

fn told(error: impl std::error::Error + Send + Sync + 'static) -> String {
    format!("{:#}", anyhow::Error::new(error))
}

#[test]
fn a_chronicle_that_cannot_be_opened_says_why_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("no such folder/chronicle.db");
    let words = ["token", "issue", "--name", "a", "--holder", "b", "--everywhere", "--read"];
    let mut command = Process::new(env!("CARGO_BIN_EXE_tongjian"));
    let output = command.args(words).arg("--data").arg(&data).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{said}");
    assert_eq!(said.matches("unable to open database file").count(), 1, "{said}");
}

#[test]
fn an_error_that_is_handed_on_is_said_once() {
    let failed = StoreError::Stopped { reason: "nobody is there".into() };
    let said = told(AppendError::Store(failed));
    assert_eq!(said, "the appender has stopped: nobody is there");
    let refusal = Refusal::Malformed { rule: "a rule".into() };
    let own = refusal.to_string();
    assert_eq!(told(AppendError::Refused(refusal)), own);
}
