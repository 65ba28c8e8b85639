//! A bulletin's file against an export or a chronicle: what was proven, or the first thing that
//! differs; and what cannot be used at all.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tongjian::bulletin::contents::Makes;
use tongjian::bulletin::letter::{Letter, Script, Standing};
use tongjian::bulletin::life;
use tongjian::bulletin::render::{Format, render};
use tongjian::bulletin::verify::{Against, Finding, Verified, VerifyError, verify};
use tongjian::export::export_to_restore;
use tongjian_events::values::Text;

use super::desk::{Desk, received};
use crate::acts::Fresh;

crate::acts::on_both! {
    a_file_is_proven_or_its_first_difference_is_named
    whatever_a_file_says_of_its_letter_is_compared
    a_file_with_one_byte_changed_is_never_proven
    an_export_that_cannot_be_used_is_refused_by_what_is_wrong_in_it
}

async fn proof(file: &Path, against: &Against) -> Result<Result<Verified, Finding>, VerifyError> {
    let quiet: Arc<dyn Fn(u64, u64) + Send + Sync> = Arc::new(|_, _| {});
    verify(file, against, &quiet).await
}

async fn exported(desk: &Desk, folder: &Path, until: u64) -> PathBuf {
    let file = folder.join(format!("until-{until}.ndjson"));
    let mut to = std::fs::File::create(&file).unwrap();
    export_to_restore(&desk.store, until, &mut to, |_| {}).await.unwrap();
    file
}

async fn a_file_is_proven_or_its_first_difference_is_named(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    let issued = desk.issued("2008-07", "2008-08-07").await;
    let late = received(9, "2008-07-20T10:00:00+08:00", "2008-08-19T13:00:00+08:00");
    desk.store.append(late).await.unwrap();
    desk.up().await;
    let clerk = desk.clerk("S-1", "2008-08-20T09:00:00+08:00");
    let reason = Text::new("補錄一件").unwrap();
    let held = clerk.erratum(&issued.stream, &reason).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let export = Against::Export(exported(&desk, folder.path(), u64::MAX).await);
    let store = Against::Store(desk.store.clone());
    for format in Format::ALL.into_iter().filter(|format| format.is_built()) {
        for (no, script) in [(None, Script::Simplified), (Some(1), Script::Traditional)] {
            let letter = desk.contents.letter(&desk.store, &held, no, &Makes::quietly()).await;
            let file = folder.path().join(format!("bulletin.{format}"));
            std::fs::write(&file, render(&letter.unwrap(), format, script).unwrap()).unwrap();
            for against in [&export, &store] {
                let proven = proof(&file, against).await.unwrap().unwrap();
                assert!(proven.head && proven.figures > 0, "{proven:?}");
            }
        }
    }
    let letter = desk.contents.letter(&desk.store, &held, None, &Makes::quietly()).await.unwrap();
    let text = String::from_utf8(render(&letter, Format::Json, Script::Simplified).unwrap());
    let text = text.unwrap();
    let file = folder.path().join("altered.json");
    let found = async |from: &str, to: &str| {
        assert!(text.contains(from), "{text}");
        std::fs::write(&file, text.replacen(from, to, 1)).unwrap();
        proof(&file, &export).await.unwrap().unwrap_err()
    };
    let figure = found("\"value\": 3", "\"value\": 8").await;
    let Finding::Figure { file: said, recomputed, .. } = figure else { panic!("{figure}") };
    assert_eq!((said.contains('8'), recomputed.contains('3')), (true, true));
    assert!(matches!(
        found("\"serial_no\": 1", "\"serial_no\": 2").await,
        Finding::Head { field: "number", .. }
    ));
    assert!(matches!(found("關於", "于").await, Finding::Content { .. }));
    assert!(matches!(found("{\n", "{\n\n").await, Finding::Bytes { at: 2, .. }));
    desk.close().await;
}

async fn an_export_that_cannot_be_used_is_refused_by_what_is_wrong_in_it(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    let issued = desk.issued("2008-07", "2008-08-07").await;
    let folder = tempfile::tempdir().unwrap();
    let letter = desk.contents.letter(&desk.store, &issued, None, &Makes::quietly()).await.unwrap();
    let until = letter.content.basis.until_position.0;
    let file = folder.path().join("bulletin.json");
    std::fs::write(&file, render(&letter, Format::Json, Script::Simplified).unwrap()).unwrap();
    // It ends before the issue: the figures are proven, the number is not.
    let short = exported(&desk, folder.path(), until).await;
    let proven = proof(&file, &Against::Export(short.clone())).await.unwrap().unwrap();
    assert!(!proven.head);
    let shorter = Against::Export(exported(&desk, folder.path(), until - 1).await);
    let ends = proof(&file, &shorter).await.unwrap_err();
    assert!(matches!(ends, VerifyError::EndsBefore { .. }), "{ends}");
    let whole = std::fs::read(&short).unwrap();
    let damaged = folder.path().join("damaged.ndjson");
    let refused = async |bytes: &[u8]| {
        std::fs::write(&damaged, bytes).unwrap();
        let refused = proof(&file, &Against::Export(damaged.clone())).await.unwrap_err();
        assert!(matches!(refused, VerifyError::Export(_)), "{refused}");
        format!("{:#}", anyhow::Error::new(refused))
    };
    assert!(refused(&whole[..whole.len() - 100]).await.contains("cut off"));
    let mut altered = whole.clone();
    let at = altered.windows(3).position(|part| part == b"A-1").unwrap();
    altered[at + 2] = b'2';
    assert!(refused(&altered).await.contains("does not follow from the lines before it"));
    // The letter itself cut short.
    let text = std::fs::read(&file).unwrap();
    std::fs::write(&file, &text[..text.len() / 2]).unwrap();
    let unread = proof(&file, &Against::Store(desk.store.clone())).await.unwrap_err();
    assert!(matches!(unread, VerifyError::Render(_)), "{unread}");
    desk.close().await;
}

async fn whatever_a_file_says_of_its_letter_is_compared(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    let signed = desk.signed("2008-07", "2008-08-07").await;
    let makes = Makes::quietly();
    let held = life::load(&desk.store, &signed).await.unwrap();
    let draft = desk.contents.letter(&desk.store, &held, None, &makes).await.unwrap();
    let held = desk.issued("2008-06", "2008-08-08").await;
    let letter = desk.contents.letter(&desk.store, &held, None, &makes).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bulletin.json");
    let store = Against::Store(desk.store.clone());
    let said = async |letter: &Letter| {
        let bytes = render(letter, Format::Json, Script::Simplified).unwrap();
        std::fs::write(&file, bytes).unwrap();
        match proof(&file, &store).await.unwrap() {
            Ok(proven) => format!("proven, head {}", proven.head),
            Err(Finding::Head { field, .. }) => field.to_owned(),
            Err(other) => panic!("{other}"),
        }
    };
    assert_eq!(said(&letter).await, "proven, head true");
    assert_eq!(said(&draft).await, "proven, head true");
    let other = "bulletin/monthly-2008-06-320600000001";
    let mut wrong = Letter { stream: other.into(), ..letter.clone() };
    assert_eq!(said(&wrong).await, "stream");
    wrong = letter.clone();
    wrong.subject_words[0] = "某事".into();
    assert_eq!(said(&wrong).await, "subject_words");
    // True figures, and not those that were signed.
    let (asked, position) = (held.asked().unwrap(), letter.content.basis.until_position.0);
    let earlier = desk.contents.made(&desk.store, &asked, position - 1, &makes).await.unwrap();
    wrong = Letter { content: earlier, ..letter.clone() };
    assert_eq!(said(&wrong).await, "until_position");
    wrong = Letter { standing: Standing::Signed, ..letter.clone() };
    assert_eq!(said(&wrong).await, "number");
    wrong = Letter { dated_on: "2008-08-09".parse().unwrap(), ..draft.clone() };
    assert_eq!(said(&wrong).await, "dated_on");
    wrong = Letter { recipients: vec!["某單位".into()], ..draft };
    assert_eq!(said(&wrong).await, "recipients");
    desk.close().await;
}

async fn a_file_with_one_byte_changed_is_never_proven(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    let held = desk.issued("2008-07", "2008-08-07").await;
    let letter = desk.contents.letter(&desk.store, &held, None, &Makes::quietly()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = Against::Store(desk.store.clone());
    for format in Format::ALL.into_iter().filter(|format| format.is_built()) {
        let bytes = render(&letter, format, Script::Simplified).unwrap();
        let file = folder.path().join(format!("bulletin.{format}"));
        for part in 0..4 {
            let mut altered = bytes.clone();
            let at = (2 * part + 1) * bytes.len() / 8;
            altered[at] ^= 1;
            std::fs::write(&file, &altered).unwrap();
            let proven = proof(&file, &store).await;
            assert!(!matches!(proven, Ok(Ok(_))), "{format}, byte {at}: {proven:?}");
        }
        std::fs::write(&file, &bytes[..bytes.len() - 1]).unwrap();
        let proven = proof(&file, &store).await;
        assert!(!matches!(proven, Ok(Ok(_))), "{format}, cut short: {proven:?}");
    }
    desk.close().await;
}
