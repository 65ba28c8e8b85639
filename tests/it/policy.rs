//! Policies: shown, compared, adopted; never for days that are over.

use chrono::{DateTime, Utc};
use tongjian::policy::{self, PolicyError};
use tongjian::{first_start, store::Store};

use crate::acts::Fresh;

fn at(text: &str) -> DateTime<Utc> {
    tongjian_events::instant::parse(text).unwrap().to_utc()
}

/// The text of the ladder in force, with some of it said otherwise.
async fn ladder(store: &Store, changes: &[(&str, &str)]) -> String {
    let held = policy::adoptions(store, "cards", u64::MAX).await.unwrap();
    let mut text = held.last().unwrap().body.to_string();
    for (was, now) in changes {
        assert!(text.contains(was), "{was}");
        text = text.replacen(was, now, 1);
    }
    text
}

crate::acts::on_both! {
    a_new_edition_judges_from_its_day_on_and_leaves_the_past
    a_text_that_breaks_a_rule_is_refused_by_its_name
    a_checklist_of_a_new_name_is_adopted_beside_the_others
}

async fn a_new_edition_judges_from_its_day_on_and_leaves_the_past(fresh: Fresh) {
    let store = &fresh.store;
    first_start::run(store, at("2008-03-01T00:00:00Z")).await.unwrap();
    assert!(policy::names().unwrap().iter().any(|name| name == "cards"));
    let day = |text: &str| text.parse().unwrap();
    let changes = [
        ("\"edition\":1", "\"edition\":2"),
        ("\"effective_on\":\"2008-01-01\"", "\"effective_on\":\"2008-06-01\""),
        ("\"appeal_working_days\":3", "\"appeal_working_days\":7"),
    ];
    let text = ladder(store, &changes).await;
    assert_eq!(policy::name_of(&text, "new-ladder").unwrap(), "cards");
    let now = at("2008-05-05T08:00:00+08:00");
    let adopted = policy::adopt(store, "cards", &text, now).await.unwrap();
    assert_eq!((adopted.edition, adopted.from), (2, day("2008-06-01")));
    let held = policy::adoptions(store, "cards", u64::MAX).await.unwrap();
    let edition = |on: &str| policy::in_force(&held, day(on)).map(|adopted| adopted.edition);
    assert_eq!((edition("2007-12-31"), edition("2008-05-31")), (None, Some(1)));
    assert_eq!(edition("2008-06-01"), Some(2));
    let differ = policy::differences(&held[0].body, &held[1].body);
    let places: Vec<_> = differ.iter().map(|(place, _, _)| place.as_str()).collect();
    assert_eq!(places, ["appeal_working_days", "edition", "effective_on"]);
}

async fn a_text_that_breaks_a_rule_is_refused_by_its_name(fresh: Fresh) {
    let store = &fresh.store;
    first_start::run(store, at("2008-03-01T00:00:00Z")).await.unwrap();
    let now = at("2008-05-05T08:00:00+08:00");
    let next = [("\"edition\":1", "\"edition\":2")];
    let past = policy::adopt(store, "cards", &ladder(store, &next).await, now).await;
    assert!(matches!(past, Err(PolicyError::Past { .. })), "{past:?}");
    let later = ("\"effective_on\":\"2008-01-01\"", "\"effective_on\":\"2008-06-01\"");
    let same = policy::adopt(store, "cards", &ladder(store, &[later]).await, now).await;
    assert!(matches!(same, Err(PolicyError::Edition { edition: 1, held: 1 })), "{same:?}");
    // Points that are added where they are to be taken.
    let changes = [next[0], later, ("\"points_hundredths\":-500", "\"points_hundredths\":500")];
    let text = ladder(store, &changes).await;
    let wrong = policy::adopt(store, "cards", &text, now).await.unwrap_err();
    assert!(wrong.to_string().contains("cards"), "{wrong}");
    let unknown = policy::adopt(store, "weather", "{}", now).await;
    assert!(matches!(unknown, Err(PolicyError::Unknown { .. })), "{unknown:?}");
    let held = policy::adoptions(store, "cards", u64::MAX).await.unwrap();
    assert_eq!(held.len(), 1, "nothing was adopted");
}

async fn a_checklist_of_a_new_name_is_adopted_beside_the_others(fresh: Fresh) {
    let store = &fresh.store;
    first_start::run(store, at("2008-03-01T00:00:00Z")).await.unwrap();
    let held = policy::adoptions(store, "checklist-village", u64::MAX).await.unwrap();
    let mut list = held.last().unwrap().body.clone();
    list["checklist"] = "hamlet".into();
    list["effective_on"] = "2008-06-01".into();
    let now = at("2008-05-05T08:00:00+08:00");
    let name = policy::name_of(&list.to_string(), "draft").unwrap();
    let adopted = policy::adopt(store, &name, &list.to_string(), now).await.unwrap();
    assert_eq!((adopted.name.as_str(), adopted.edition), ("checklist-hamlet", 1));
    let again = policy::adopt(store, &name, &list.to_string(), now).await;
    assert!(matches!(again, Err(PolicyError::Edition { edition: 1, held: 1 })), "{again:?}");
    let names = policy::adopted_names(store).await.unwrap();
    assert_eq!(names.last().map(String::as_str), Some("checklist-hamlet"));
    assert!(names.contains(&"cards".to_owned()));
}
