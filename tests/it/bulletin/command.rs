//! `tongjian bulletin`: each step on the command line, what it says, and its exit code.

use std::path::Path;
use std::process::{Command as Process, Output};

use serde_json::Value;

use super::desk::{Desk, named};
use crate::acts::Fresh;

const JULY: &str = "monthly-2008-07-320600000000";

/// A chronicle with three cases of July 2008, and the folder for its files.
struct Bureau {
    fresh: Fresh,
}

impl Bureau {
    async fn open() -> Self {
        let fresh = Fresh::sqlite().await;
        Desk::open(fresh.store.clone()).await.close().await;
        Self { fresh }
    }

    fn file(&self, name: &str) -> String {
        self.fresh.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn run(&self, words: &[&str]) -> Output {
        let mut command = Process::new(env!("CARGO_BIN_EXE_tongjian"));
        command.arg("bulletin").args(words).env("TONGJIAN_LOG", "error");
        command.env("TONGJIAN_DATA", self.fresh.place()).output().unwrap()
    }

    /// What it answers where it is done.
    fn done(&self, words: &[&str]) -> String {
        let output = self.run(words);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{words:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn json(&self, words: &[&str]) -> Value {
        serde_json::from_str(&self.done(words)).unwrap()
    }

    /// What it says where it is not done: exit code 1, nothing on standard output.
    fn refused(&self, words: &[&str]) -> String {
        let output = self.run(words);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{words:?}: {said}");
        said
    }

    /// What it says of words that it does not understand: exit code 2.
    fn not_understood(&self, words: &[&str]) -> String {
        let output = self.run(words);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{words:?}: {said}");
        said
    }

    fn issue(&self) {
        self.done(&["draft", "2008-07", "--by", "S-1"]);
        self.done(&["review", JULY, "--by", "S-2"]);
        self.done(&["sign", JULY, "--by", "S-3"]);
        self.done(&["issue", JULY, "--by", "S-1"]);
    }

    /// The whole chronicle, as anybody gets it.
    fn exported(&self) -> String {
        let file = self.file("city.ndjson");
        let mut command = Process::new(env!("CARGO_BIN_EXE_tongjian"));
        command.args(["export", "--proof", &file, "--data", &self.fresh.place()]);
        assert!(command.status().unwrap().success());
        file
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bulletin_goes_its_way_on_the_command_line_and_nothing_is_done_twice() {
    let bureau = Bureau::open().await;
    let refused = |words: &[&str], rule: &str| {
        let said = bureau.refused(words);
        assert!(said.starts_with(&format!("tongjian: {rule}")), "{words:?}: {said}");
    };
    assert_eq!(bureau.done(&["list"]), "");
    refused(&["review", JULY, "--by", "S-2"], "not-drafted");
    refused(&["issue", JULY, "--by", "S-1"], "not-drafted");
    refused(&["deliver", JULY, "--by", "S-1", "--unit", "某單位"], "not-drafted");
    refused(&["erratum", JULY, "--by", "S-1", "--reason", "無"], "not-drafted");
    refused(&["draft", "9999", "--by", "S-1"], "period-not-ended");
    refused(&["draft", "2008-02", "--by", "S-1"], "period-empty");
    refused(&["draft", "2008-07", "--scope", "320699000000"], "scope: no site");
    let drafted = bureau.json(&["draft", "2008-07", "--by", "S-1"]);
    assert_eq!((&drafted["id"], &drafted["standing"]), (&JULY.into(), &"drafted".into()));
    refused(&["draft", "2008-07", "--by", "S-1"], "draft-stands");
    refused(&["review", JULY, "--by", "S-1"], "own-draft");
    refused(&["issue", JULY, "--by", "S-1"], "not-approved");
    let other = format!("sha-256:{}", "0".repeat(64));
    refused(&["review", JULY, "--by", "S-2", "--digest", &other], "another-draft");
    let digest = drafted["content_digest"].as_str().unwrap();
    bureau.done(&["review", JULY, "--by", "S-2", "--digest", digest]);
    refused(&["issue", JULY, "--by", "S-1"], "not-signed");
    refused(&["sign", JULY, "--by", "S-2"], "own-review");
    assert_eq!(bureau.json(&["sign", JULY, "--by", "S-3"])["standing"], "signed");
    let unit = ["--unit", "市委办公室", "--by", "S-1"];
    refused(&[&["deliver", JULY], &unit[..]].concat(), "not-issued");
    let issued = bureau.json(&["issue", JULY, "--by", "S-1"]);
    assert!(issued["number"].as_str().unwrap().ends_with("〕1號"), "{issued}");
    refused(&["issue", JULY, "--by", "S-1"], "already-issued");
    refused(&[&["deliver", JULY, "--read"], &unit[..]].concat(), "not-delivered");
    bureau.done(&[&["deliver", JULY], &unit[..]].concat());
    bureau.done(&[&["deliver", JULY, "--read"], &unit[..]].concat());
    refused(&["erratum", JULY, "--by", "S-1", "--reason", "無"], "nothing-changed");
    let history = bureau.json(&["history", JULY]);
    assert_eq!((&history["signed_by"], &history["review"]["by"]), (&"S-3".into(), &"S-2".into()));
    assert_eq!((&history["delivered"], &history["read"]), (&1.into(), &1.into()), "{history}");
    let listed = bureau.done(&["list", "--site", "320600000000"]);
    let line: Value = serde_json::from_str(listed.trim()).unwrap();
    assert_eq!((&line["id"], &line["standing"]), (&JULY.into(), &"issued".into()));
    assert_eq!(bureau.done(&["list", "--site", "320681000000"]), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_say_nothing_are_not_understood_and_what_is_not_there_is_named() {
    let bureau = Bureau::open().await;
    for (words, told) in [
        (&["draft", "July", "--by", "S-1"][..], "`July` is no period"),
        (&["draft", "2008-13", "--by", "S-1"], "`2008-13` is no period"),
        (&["draft", "2008-07", "--scope", ""], "--scope"),
        (&["draft", "2008-07", "--by", ""], "--by"),
        (&["review", JULY], "--by"),
        (&["review", JULY, "--by", "S-2", "--returned"], "--remarks"),
        (&["review", JULY, "--by", "S-2", "--digest", ""], "--digest"),
        (&["issue", JULY, "--by", "S-1", "--copy", "某單位"], "--to"),
        (&["erratum", JULY, "--by", "S-1"], "--reason"),
        (&["show", " a"], "white space"),
        (&["show", JULY, "--format", "doc"], "doc"),
        (&["show", JULY, "--script", "seal"], "seal"),
        (&["show", JULY, "--erratum", "-1"], "-1"),
        (&["verify", "july.html"], "--chronicle"),
        (&["trace", JULY], "<FIGURE>"),
        (&["burn", JULY], "burn"),
    ] {
        let said = bureau.not_understood(words);
        assert!(said.contains(told), "{words:?}: {said}");
    }
    for words in [&["show", JULY][..], &["history", JULY], &["trace", JULY, "cases_received"]] {
        let said = bureau.refused(words);
        assert_eq!(said, format!("tongjian: there is no bulletin `{JULY}`\n"), "{words:?}");
    }
    bureau.done(&["draft", "2008-07"]);
    let said = bureau.refused(&["trace", JULY, "nothing"]);
    assert_eq!(said, format!("tongjian: `{JULY}` has no figure `nothing`\n"));
    let said = bureau.refused(&["show", JULY, "--erratum", "1"]);
    assert_eq!(said, format!("tongjian: `{JULY}` has no erratum 1\n"));
    let said = bureau.refused(&["show", JULY, "--out", &bureau.fresh.place()]);
    assert!(said.contains("chronicle.db"), "the chronicle is not written over: {said}");
    let said = bureau.refused(&["show", JULY, "--out", &bureau.file("no/july.html")]);
    assert!(said.contains("cannot write"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_verified_with_an_exit_code_and_a_figure_is_traced_to_its_acts() {
    let bureau = Bureau::open().await;
    bureau.issue();
    let export = bureau.exported();
    let verify = |file: &str, export: &str| bureau.run(&["verify", file, "--chronicle", export]);
    for (end, script) in [("json", "simplified"), ("html", "traditional"), ("docx", "simplified")] {
        let file = bureau.file(&format!("july.{end}"));
        bureau.done(&["show", JULY, "--out", &file, "--script", script]);
        let output = verify(&file, &export);
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(said.contains("every byte is the same") && said.lines().count() == 1, "{said}");
    }
    let letter = bureau.done(&["show", JULY]);
    assert_eq!(letter, std::fs::read_to_string(bureau.file("july.json")).unwrap());
    let altered = bureau.file("altered.json");
    std::fs::write(&altered, letter.replacen("\"value\": 3", "\"value\": 4", 1)).unwrap();
    let output = verify(&altered, &export);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("the figure `"), "{said}");
    // What cannot be done is another thing than what differs.
    let cut = bureau.file("cut.ndjson");
    let whole = std::fs::read(&export).unwrap();
    std::fs::write(&cut, &whole[..whole.len() - 10]).unwrap();
    let (july, unmarked) = (bureau.file("july.json"), bureau.file("of-others.pdf"));
    std::fs::write(&unmarked, "%PDF-1.7 of somebody else").unwrap();
    let no_letter = if cfg!(feature = "pdf") { "of which bulletin" } else { "carries marks" };
    for (file, export, told) in [
        (&unmarked, &export, no_letter),
        (&july, &cut, "cut off"),
        (&july, &bureau.file("none.ndjson"), "cannot be opened"),
        (&bureau.file("none.json"), &export, "cannot be read"),
        (&export, &export, "ends in no format"),
        (&july, &july, "the export cannot be used"),
    ] {
        let output = verify(file, export);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{said}");
        assert!(said.contains(told), "{said}");
    }
    traces(&bureau, &letter);
}

/// Each figure that counts lines gives as many lines, and each line names acts.
fn traces(bureau: &Bureau, letter: &str) {
    let letter: Value = serde_json::from_str(letter).unwrap();
    let figures = letter["content"]["figures"].as_object().unwrap();
    let counted: Vec<_> = figures.iter().filter(|(_, figure)| figure["lines"] == 3).collect();
    assert!(!counted.is_empty());
    for (name, figure) in counted.into_iter().take(3) {
        let told = bureau.done(&["trace", JULY, name]);
        let mut lines = told.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let head = lines.next().unwrap();
        assert_eq!((head["figure"].as_str(), &head["of"]), (Some(name.as_str()), figure));
        let lines: Vec<Value> = lines.collect();
        assert_eq!(lines.len(), 3, "{told}");
        assert!(lines.iter().all(|line| !line["acts"].as_array().unwrap().is_empty()), "{told}");
    }
}

#[test]
fn a_chronicle_that_is_not_there_is_not_made_by_a_question() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("none.db");
    for words in [&["list"][..], &["show", JULY], &["draft", "2008-07"]] {
        let mut command = Process::new(env!("CARGO_BIN_EXE_tongjian"));
        command.arg("bulletin").args(words).arg("--data").arg(&data);
        let output = command.output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("there is no chronicle at"), "{said}");
        assert!(!Path::new(&data).exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_character_that_an_office_may_not_have_is_told_before_anything_is_printed() {
    let bureau = Bureau::open().await;
    let when = "2008-01-02T09:00:00+08:00";
    let town = named(9_100, "320623000000", ("county", "栟茶縣"), when);
    bureau.fresh.store.append(town).await.unwrap();
    let output = bureau.run(&["draft", "2008-07", "--by", "S-1"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("tongjian: 栟 (U+681F) is in GBK and not in GB 2312;"), "{said}");
    assert!(said.contains("栟茶"), "it says where: {said}");
    let shown = bureau.run(&["show", JULY, "--format", "html"]);
    assert!(String::from_utf8_lossy(&shown.stderr).contains("栟 (U+681F)"));
    assert!(String::from_utf8_lossy(&shown.stdout).contains("栟茶"));
}
