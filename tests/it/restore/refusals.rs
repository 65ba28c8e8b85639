//! What is not, to the byte, the export of a chronicle is refused, with its line and the rule.

use tongjian::restore::{RestoreError, survey};
use tongjian::store::Store;
use tongjian::verify::verify;

use super::{
    Export, closed, exported, misfits_are_refused_by_the_store_and_nothing_is_written, on_both,
    restored, written,
};
use crate::acts::{Fresh, one};

on_both! {
    a_file_that_was_cut_off_is_refused_before_anything_is_written
    an_altered_file_is_refused_before_anything_is_written
    lines_out_of_order_twice_or_left_out_are_refused_by_line
    a_forged_end_does_not_help
    of_many_batches_the_first_line_that_breaks_a_rule_ends_it
    another_chronicle_is_left_as_it_is
    misfits_are_refused_by_the_store_and_nothing_is_written
}

/// What is said of a file; it must be refused.
async fn said(store: &Store, bytes: Vec<u8>) -> String {
    let export = Export::of(bytes);
    let refused = restored(store, &export.path).await.unwrap_err();
    format!("{:#}", anyhow::Error::new(refused))
}

/// What is said of a file, of which nothing may be taken.
async fn untouched(store: &Store, bytes: Vec<u8>) -> String {
    let before = store.head().await.unwrap();
    let said = said(store, bytes).await;
    assert_eq!(store.head().await.unwrap(), before, "{said}");
    said
}

fn joined(lines: &[Vec<u8>], last: &[u8]) -> Vec<u8> {
    let mut bytes: Vec<u8> = lines.iter().flat_map(|line| [line, &b"\n"[..]].concat()).collect();
    bytes.extend_from_slice(last);
    bytes
}

fn last(bytes: &[u8]) -> Vec<u8> {
    bytes.split_inclusive(|byte| *byte == b'\n').next_back().unwrap().to_vec()
}

async fn a_file_that_was_cut_off_is_refused_before_anything_is_written(fresh: Fresh) {
    let whole = closed(&written(20, 3));
    let end = whole.len() - last(&whole).len();
    let at_a_line = untouched(&fresh.store, whole[..end].to_vec()).await;
    assert!(at_a_line.contains("line 21: the last line is missing"), "{at_a_line}");
    let within = untouched(&fresh.store, whole[..end - 10].to_vec()).await;
    assert!(within.contains("line 20: the file was cut off within this line"), "{within}");
    let without_end = untouched(&fresh.store, whole[..whole.len() - 1].to_vec()).await;
    assert!(without_end.contains("line 21: the file was cut off"), "{without_end}");
    let nothing = untouched(&fresh.store, Vec::new()).await;
    assert!(nothing.contains("line 1: the last line is missing"), "{nothing}");
    let twice = untouched(&fresh.store, [&whole[..], &whole[..]].concat()).await;
    assert!(twice.contains("line 22: something follows the last line"), "{twice}");
}

async fn an_altered_file_is_refused_before_anything_is_written(fresh: Fresh) {
    let lines = written(20, 3);
    let end = last(&closed(&lines));
    let altered = |line: usize, from: &str, to: &str| {
        let mut lines = lines.clone();
        let text = String::from_utf8(lines[line - 1].clone()).unwrap();
        assert!(text.contains(from), "{text}");
        lines[line - 1] = text.replacen(from, to, 1).into_bytes();
        joined(&lines, &end)
    };
    // Still canonical: only the chain tells.
    let another = untouched(&fresh.store, altered(7, "照片", "影片")).await;
    assert!(another.contains("line 21: the last line does not follow"), "{another}");
    let spaced = untouched(&fresh.store, altered(7, "{", "{ ")).await;
    assert!(spaced.contains("line 7: the envelope is not in its canonical form"), "{spaced}");
    let torn = untouched(&fresh.store, altered(7, "{", "")).await;
    assert!(torn.contains("line 7: it is no envelope that can be read"), "{torn}");
    let ends = untouched(&fresh.store, joined(&lines, &end).replacen_crlf()).await;
    assert!(ends.contains("line 1: the envelope is not in its canonical form"), "{ends}");
    let of_others = closed(&lines[..19]);
    let moved = untouched(&fresh.store, joined(&lines, &last(&of_others))).await;
    assert!(moved.contains("line 21: the last line does not follow"), "{moved}");
}

trait Crlf {
    fn replacen_crlf(self) -> Vec<u8>;
}

impl Crlf for Vec<u8> {
    /// As a program that means well would send a text.
    fn replacen_crlf(self) -> Vec<u8> {
        String::from_utf8(self).unwrap().replace("}\n{\"actor", "}\r\n{\"actor").into_bytes()
    }
}

async fn lines_out_of_order_twice_or_left_out_are_refused_by_line(fresh: Fresh) {
    let lines = written(20, 3);
    let end = last(&closed(&lines));
    let mut swapped = lines.clone();
    swapped.swap(4, 5);
    let doubled = [&lines[..5], &lines[4..]].concat();
    let hole = [&lines[..4], &lines[5..]].concat();
    for (changed, words) in [
        (swapped, "line 5: it has position 6, and 5 is due"),
        (doubled, "line 6: it has position 5, and 6 is due"),
        (hole, "line 5: it has position 6, and 5 is due"),
    ] {
        let said = untouched(&fresh.store, joined(&changed, &end)).await;
        assert!(said.contains(words), "{said}");
    }
}

/// Whoever computes the end anew has a file that is whole in itself; each line is still looked at.
async fn a_forged_end_does_not_help(fresh: Fresh) {
    let lines = written(20, 3);
    let hole = [&lines[..4], &lines[5..]].concat();
    let refused = said(&fresh.store, closed(&hole)).await;
    assert!(refused.contains("line 5: it has position 6, and 5 is due"), "{refused}");
    assert_eq!(fresh.store.head().await.unwrap().position, 4, "what came before is taken");
    let mut other = lines.clone();
    other[9] = String::from_utf8(other[9].clone()).unwrap().replace("照片", "影片").into_bytes();
    let path = Export::of(closed(&other));
    let kept = survey(&Export::of(closed(&lines)).path, None, |_| {}).unwrap().head().chain;
    let refused = survey(&path.path, Some(kept), |_| {}).unwrap_err().to_string();
    assert!(
        refused.contains("the chain up to here is not the one that was asked for"),
        "{refused}"
    );
    let mut version = lines.clone();
    let text = String::from_utf8(version[9].clone()).unwrap();
    version[9] = text.replace("\"stream_version\":\"4\"", "\"stream_version\":\"5\"").into_bytes();
    assert_ne!(version, lines);
    let refused = said(&fresh.store, closed(&version)).await;
    assert!(
        refused.contains("position 10 cannot be restored: it is act 5 of `case/1`"),
        "{refused}"
    );
    // The right file goes on all the same.
    let whole = Export::of(closed(&lines));
    restored(&fresh.store, &whole.path).await.unwrap();
    assert!(exported(&fresh.store).await == whole.bytes);
    verify(&fresh.store, |_, _| {}).await.unwrap();
}

/// Batches are proven beside each other; what is told and taken is as if it were one by one.
async fn of_many_batches_the_first_line_that_breaks_a_rule_ends_it(fresh: Fresh) {
    let lines = written(20_000, 900);
    let mut faulty = lines.clone();
    for line in [9_000, 9_500, 13_000, 19_000] {
        faulty[line - 1].insert(1, b' ');
    }
    let refused = said(&fresh.store, closed(&faulty)).await;
    assert!(refused.contains("line 9000: the envelope is not in its canonical"), "{refused}");
    assert_eq!(fresh.store.head().await.unwrap().position, 8_999);
    let mut swapped = lines.clone();
    // Where one batch of 8,192 ends and the next begins.
    swapped.swap(17_190, 17_191);
    let refused = said(&fresh.store, closed(&swapped)).await;
    assert!(refused.contains("line 17191: it has position 17192, and 17191 is due"), "{refused}");
    assert_eq!(fresh.store.head().await.unwrap().position, 17_190);
    let whole = Export::of(closed(&lines));
    assert_eq!(restored(&fresh.store, &whole.path).await.unwrap().there, 17_190);
    assert!(exported(&fresh.store).await == whole.bytes);
    verify(&fresh.store, |_, _| {}).await.unwrap();
}

async fn another_chronicle_is_left_as_it_is(fresh: Fresh) {
    fresh.store.append(one(77, "case/1")).await.unwrap();
    let lines = written(20, 3);
    let other = untouched(&fresh.store, closed(&lines)).await;
    assert!(other.contains("holds 1 acts") && other.contains("line 1 is another act"), "{other}");
    let own = Export::from(&fresh.store).await;
    fresh.store.append(one(78, "case/1")).await.unwrap();
    let longer = restored(&fresh.store, &own.path).await.unwrap_err();
    assert!(matches!(longer, RestoreError::Another { line: 2, held: 2, .. }), "{longer}");
    // Without a last line, with the chain that was kept.
    let line = exported(&fresh.store).await;
    let bare = Export::of(line[..line.len() - last(&line).len()].to_vec());
    let head = fresh.store.head().await.unwrap();
    assert_eq!(survey(&bare.path, Some(head.chain), |_| {}).unwrap().head(), head);
}
