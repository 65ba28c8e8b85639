//! What the chronicle promises to those who read.

use std::collections::HashMap;

use tongjian::store::{Store, Stored};
use tongjian_events::Recorded;

use super::append;
use crate::acts::id;

pub(super) async fn a_page_begins_after_its_position_and_keeps_to_its_limit(store: &Store) {
    for number in 1..=5 {
        append(store, number, "case/1").await;
    }
    let page = |after, limit| async move {
        let page = store.after(after, limit).await.unwrap();
        page.iter().map(|act| act.position).collect::<Vec<_>>()
    };
    assert_eq!(page(0, 2).await, [1, 2]);
    assert_eq!(page(2, 10).await, [3, 4, 5]);
    assert!(page(5, 10).await.is_empty());
    assert!(page(1, 0).await.is_empty());
}

pub(super) async fn a_stream_is_read_in_its_own_order(store: &Store) {
    for number in 1..=6 {
        append(store, number, if number % 2 == 0 { "case/even" } else { "case/odd" }).await;
    }
    let even = "case/even".parse().unwrap();
    let positions = |held: Vec<Stored>| held.iter().map(|act| act.position).collect::<Vec<_>>();
    assert_eq!(positions(store.stream(&even, 0, 100).await.unwrap()), [2, 4, 6]);
    assert_eq!(positions(store.stream(&even, 1, 1).await.unwrap()), [4]);
    let none = "case/none".parse().unwrap();
    assert!(store.stream(&none, 0, 100).await.unwrap().is_empty());
}

fn shape(streams: &[(String, Vec<Stored>)]) -> Vec<(&str, Vec<u64>)> {
    let positions = |acts: &[Stored]| acts.iter().map(|a| a.position).collect();
    streams.iter().map(|(name, acts)| (name.as_str(), positions(acts))).collect()
}

pub(super) async fn streams_come_in_order_of_names_each_whole(store: &Store) {
    for (number, stream) in (1..).zip(["case/b", "case/a", "case/b", "case/b", "case/c", "case/申"])
    {
        append(store, number, stream).await;
    }
    let page = store.streams("case/", "", 100, 4).await.unwrap();
    assert_eq!(shape(&page), [("case/a", vec![2])], "b does not fit whole");
    let page = store.streams("case/", "case/a", 100, 2).await.unwrap();
    assert_eq!(shape(&page), [("case/b", vec![1, 3, 4])], "at least one, and whole");
    let page = store.streams("case/", "case/b", 100, 100).await.unwrap();
    assert_eq!(shape(&page), [("case/c", vec![5]), ("case/申", vec![6])]);
    assert!(store.streams("case/", "case/申", 100, 100).await.unwrap().is_empty());
    assert_eq!(shape(&store.streams("case/申", "", 100, 9).await.unwrap()), [("case/申", vec![6])]);
    assert!(store.streams("calendar/", "", 100, 9).await.unwrap().is_empty());
    let names = ["case/c".into(), "case/a".into(), "case/none".into()];
    let chosen = store.streams_of(&names, 100).await.unwrap();
    assert_eq!(shape(&chosen), [("case/a", vec![2]), ("case/c", vec![5])]);
}

pub(super) async fn what_changed_after_a_position_is_named_once(store: &Store) {
    for (number, stream) in (1..).zip(["case/b", "case/a", "case/b", "case/c", "case/c"]) {
        append(store, number, stream).await;
    }
    let changed = |position| async move { store.changed("case/", position).await.unwrap() };
    assert_eq!(changed(0).await, ["case/a", "case/b", "case/c"]);
    assert_eq!(changed(2).await, ["case/b", "case/c"]);
    assert_eq!(changed(4).await, ["case/c"]);
    assert!(changed(5).await.is_empty() && changed(u64::MAX).await.is_empty());
    assert!(store.changed("calendar/", 0).await.unwrap().is_empty());
}

pub(super) async fn streams_are_read_as_they_were_at_a_position(store: &Store) {
    for (number, stream) in (1..).zip(["case/b", "case/a", "case/b", "case/a"]) {
        append(store, number, stream).await;
    }
    assert_eq!(shape(&store.streams("", "", 1, 100).await.unwrap()), [("case/b", vec![1])]);
    let then = store.streams("", "", 3, 100).await.unwrap();
    assert_eq!(shape(&then), [("case/a", vec![2]), ("case/b", vec![1, 3])]);
    let chosen = store.streams_of(&["case/a".into()], 1).await.unwrap();
    assert!(chosen.is_empty());
}

pub(super) async fn ids_and_positions_are_looked_up(store: &Store) {
    for number in 1..=3 {
        append(store, number * 10, "case/1").await;
    }
    let found = store.by_ids(&[id(30), id(10), id(5)]).await.unwrap();
    assert_eq!(found, HashMap::from([(id(10), 1), (id(30), 3)]));
    let acts = store.by_positions(&[3, 1, 9]).await.unwrap();
    let ids: Vec<_> =
        acts.iter().map(|act| Recorded::read(&act.envelope).unwrap().submission.id).collect();
    assert_eq!(ids, [id(10), id(30)]);
}
