//! `tongjian bulletin verify` of a PDF: each is compared with the letter in the state that it shows,
//! however far the bulletin has come since.

use std::fs::File;
use std::path::Path;
use std::process::{Command as Process, Output};

use tongjian::bulletin::life::Wanted;
use tongjian::export::export_to_restore;
use tongjian::store::Store;
use tongjian_events::bulletin::BulletinVerdict;
use tongjian_events::values::Text;

use crate::bulletin::desk::{Desk, city, received};

const NAME: &str = "monthly-2008-07-320600000000";

fn tongjian(arguments: &[&str]) -> Output {
    let mut process = Process::new(env!("CARGO_BIN_EXE_tongjian"));
    process.args(arguments).output().unwrap()
}

/// Writes the letter as it stands now.
fn shown(chronicle: &str, file: &str, further: &[&str]) {
    let arguments = [&["bulletin", "show", NAME, "--data", chronicle, "--out", file], further];
    let output = tongjian(&arguments.concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The exit code, and what is said.
fn verified(file: &str, against: [&str; 2]) -> (Option<i32>, String) {
    let output = tongjian(&[&["bulletin", "verify", file], &against[..]].concat());
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pdf_is_compared_with_the_letter_in_the_state_that_it_shows() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| path(folder.path(), name);
    let chronicle = file("city.db");
    let desk = Desk::open(Store::open(Path::new(&chronicle)).await.unwrap()).await;
    let clerk = |who: &str, time: &str| desk.clerk(who, &format!("2008-08-07T{time}:00+08:00"));
    let term = "2008-07".parse().unwrap();
    let of = clerk("S-1", "09:00").draft(term, city()).await.unwrap().stream;
    shown(&chronicle, &file("draft.pdf"), &[]);
    clerk("S-2", "09:10").review(&of, BulletinVerdict::Approved, None, None).await.unwrap();
    clerk("S-3", "09:20").sign(&of, None).await.unwrap();
    clerk("S-1", "09:30").issue(&of, &Wanted::default()).await.unwrap();
    shown(&chronicle, &file("issued.pdf"), &["--script", "traditional"]);
    let late = received(9, "2008-07-20T10:00:00+08:00", "2008-08-19T13:00:00+08:00");
    desk.store.append(late).await.unwrap();
    desk.up().await;
    let later = desk.clerk("S-1", "2008-08-20T09:00:00+08:00");
    later.erratum(&of, &Text::new("補錄一件").unwrap()).await.unwrap();
    shown(&chronicle, &file("erratum.pdf"), &["--erratum", "1"]);
    let export = file("city.ndjson");
    let mut to = File::create(&export).unwrap();
    export_to_restore(&desk.store, u64::MAX, &mut to, |_| {}).await.unwrap();
    desk.close().await;

    let (data, proof) = (["--data", chronicle.as_str()], ["--chronicle", export.as_str()]);
    for (name, is_issued) in [("draft.pdf", false), ("issued.pdf", true), ("erratum.pdf", true)] {
        for against in [data, proof] {
            let (code, said) = verified(&file(name), against);
            assert_eq!(code, Some(0), "{name}: {said}");
            assert!(said.contains("every byte is the same"), "{name}: {said}");
            assert_eq!(!said.contains("taken from the file"), is_issued, "{name}: {said}");
        }
    }
    // One byte of it, and one digit of the position in its marks.
    let altered = |from: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = std::fs::read(file(from)).unwrap();
        change(&mut bytes);
        std::fs::write(file("altered.pdf"), bytes).unwrap();
        verified(&file("altered.pdf"), data)
    };
    for from in ["draft.pdf", "issued.pdf"] {
        let (code, said) = altered(from, &|bytes| bytes[5_000] ^= 1);
        assert_eq!(code, Some(2), "{from}: {said}");
        assert!(said.contains("5000"), "the byte is named: {said}");
    }
    let (code, said) = altered("draft.pdf", &|bytes| {
        let mark = b"until-position=";
        let at = bytes.windows(mark.len()).position(|part| part == mark).unwrap();
        let digit = &mut bytes[at + mark.len()];
        *digit = if *digit == b'9' { b'8' } else { b'9' };
    });
    assert_ne!(code, Some(0), "{said}");
}
