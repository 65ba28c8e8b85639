//! 典型問題: complaints that were found true are told by unit, post, day, time, what it was and how
//! often; nobody by name or number.

use tongjian::bulletin::content::{Block, Content, Run, TableCell};
use tongjian::bulletin::draft::content;
use tongjian::store::{Command, Expected};
use tongjian_events::{Act, Submission};

use super::content::asked;
use super::desk::{CITY, Desk, SITE, at, inspection};
use crate::acts::{Fresh, id};

crate::acts::on_both! {
    a_card_by_no_other_rule_says_what_was_seen_and_an_order_may_be_about_anything
    upheld_complaints_are_told_by_post_and_others_are_not
}

/// An act on a complaint.
fn complaint(number: u64, of: u64, event: &str, body: &str, when: &str) -> Command {
    let text = format!(
        r#"{{"id":"{}","stream":"complaint/{of}","event":"complaint.{event}","version":1,
            "occurred_at":"{when}","actor":{{"kind":"staff","id":"S-1"}},
            "source":{{"site":"{SITE}"}},"body":{body}}}"#,
        id(number)
    );
    let act = Act::check(serde_json::from_str::<Submission>(&text).unwrap()).unwrap();
    let stream = act.submission().stream.clone();
    Command { stream, expected: Expected::Any, acts: vec![act], received_at: at(when) }
}

/// A complaint of 10 July, decided on a day.
async fn decided(desk: &Desk, of: u64, category: &str, finding: &str, on: &str) {
    let body = format!(
        r#"{{"route":"e_supervision","channel":"hotline","category":"{category}",
            "about":{{"unit":"{SITE}","site":"{SITE}","window":"3","staff":"S-77"}},
            "statement":"排隊半小時無人"}}"#
    );
    let when = "2008-07-10T09:12:00+08:00";
    let received = complaint(500 + 2 * of, of, "ComplaintReceived", &body, when);
    desk.store.append(received).await.unwrap();
    let (body, when) = (format!(r#"{{"finding":"{finding}"}}"#), format!("{on}T15:00:00+08:00"));
    let decision = complaint(501 + 2 * of, of, "ComplaintDecided", &body, &when);
    desk.store.append(decision).await.unwrap();
}

/// Heading and text of each case that is told.
fn told(content: &Content) -> Vec<(String, String)> {
    let section = content.sections.iter().find(|section| section.code == "typical_cases").unwrap();
    let point = |block: &Block| match block {
        Block::Point { heading, runs } => match runs.as_slice() {
            [Run::Text(text)] => Some((heading.clone(), text.clone())),
            _ => None,
        },
        _ => None,
    };
    section.blocks.iter().filter_map(point).collect()
}

async fn upheld_complaints_are_told_by_post_and_others_are_not(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    decided(&desk, 1, "attitude", "verified", "2008-07-14").await;
    decided(&desk, 2, "attitude", "verified", "2008-07-15").await;
    decided(&desk, 3, "integrity", "partly_verified", "2008-07-16").await;
    decided(&desk, 4, "charging", "not_verified", "2008-07-16").await;
    decided(&desk, 5, "absence", "verified", "2008-08-01").await;
    desk.up().await;
    let july = content(&desk.store, &asked("2008-07", CITY)).await.unwrap();
    let cases = told(&july);
    let attitude = "township處3號窗口一名工作人員服務態度問題";
    let headings: Vec<&str> = cases.iter().map(|(heading, _)| heading.as_str()).collect();
    let integrity = "township處3號窗口一名工作人員廉潔問題";
    assert_eq!(headings, [attitude, attitude, integrity]);
    assert_eq!(
        cases[0].1,
        "2008年7月10日9時12分,群眾通過12345熱線投訴該中心(室)3號窗口一名工作人員服務態度問題,\
         2008年7月14日經查屬實,本期該單位同類投訴查實2件。"
    );
    assert!(cases[2].1.ends_with("2008年7月16日經查部分屬實。"), "{}", cases[2].1);
    assert!(!cases.iter().any(|(heading, text)| format!("{heading}{text}").contains("S-77")));
    let august = content(&desk.store, &asked("2008-08", CITY)).await.unwrap();
    assert_eq!(told(&august).len(), 1, "by the day of the decision");
    desk.close().await;
}

/// A yellow card that a person issued on 10 July.
fn card(number: u64, rule: &str, matter: &str) -> Command {
    let when = "2008-07-10T15:00:00+08:00";
    let text = format!(
        r#"{{"id":"{}","stream":"card/{rule}.yellow.{number}","event":"card.YellowCardIssued",
            "version":1,"occurred_at":"{when}","actor":{{"kind":"staff","id":"S-8"}},
            "source":{{"site":"{SITE}"}},"body":{{"subject":{{"unit":"{SITE}","site":"{SITE}"}},
            "rule":"{rule}","rule_edition":1,"grounds":[],"matter":"{matter}"}}}}"#,
        id(number)
    );
    let act = Act::check(serde_json::from_str::<Submission>(&text).unwrap()).unwrap();
    let stream = act.submission().stream.clone();
    Command { stream, expected: Expected::Any, acts: vec![act], received_at: at(when) }
}

async fn a_card_by_no_other_rule_says_what_was_seen_and_an_order_may_be_about_anything(
    fresh: Fresh,
) {
    let desk = Desk::open(fresh.store.clone()).await;
    desk.store.append(card(700, "Y08", "窗口管理混亂")).await.unwrap();
    desk.store.append(card(701, "Y08", &"窗口管理混亂".repeat(9))).await.unwrap();
    let order =
        format!(r#"{{"order":"O-1","unit":"{SITE}","demand":"清理","due_on":"2008-08-20"}}"#);
    let ordered = inspection(900, "RectificationOrdered", &order, "2008-07-05T10:00:00+08:00");
    desk.store.append(ordered).await.unwrap();
    desk.up().await;
    let july = content(&desk.store, &asked("2008-07", CITY)).await.unwrap();
    let cases = told(&july);
    let headings: Vec<&str> = cases.iter().map(|(heading, _)| heading.as_str()).collect();
    assert_eq!(headings, ["township處窗口管理混亂", "township處其他違規"]);
    let seen = "經監察人員認定,該中心(室)“窗口管理混亂”;依規則Y08(第1版)於2008年7月10日發黃牌。";
    assert_eq!(cases[0].1, seen);

    let mut blocks = july.all_sections().flat_map(|section| &section.blocks);
    let table = blocks.find_map(|block| match block {
        Block::Table(table) if table.code == "rectification" => Some(table),
        _ => None,
    });
    assert_eq!(table.unwrap().rows[0][1], TableCell::Text("其他事項".into()));
    desk.close().await;
}
