//! 五、投訴與評價; 六、收費: what the people said, and what they paid.

use super::super::content::{Block, Section, Unit};
use super::super::figures::{Book, count};
use super::super::gathered::Gathered;
use super::super::terms::said;
use super::sentence::Sentence;
use super::{Counted, by_place, named, paragraph};

const SATISFIED: [&str; 3] = ["very_satisfied", "satisfied", "fairly_satisfied"];

pub(super) fn complaints(book: &mut Book, gathered: &Gathered) -> Section {
    let answers = |part: &str| count("complaint_answers").of(&[part]);
    let found = |part: &str| count("complaint_findings").of(&[part]);
    let text = "本期收到投訴{}。應答覆{},按期答覆{},逾期答覆{},未答覆{}。\
                作出認定{}:屬實{}、部分屬實{}、不屬實{}、無法查實{}。";
    let wanted = vec![
        count("complaints_received"),
        count("complaint_answers"),
        answers("in_time"),
        answers("late"),
        answers("unanswered"),
        count("complaint_findings"),
        found("verified"),
        found("partly_verified"),
        found("not_verified"),
        found("cannot_be_verified"),
    ];
    let mut blocks = vec![paragraph(book.sentence(text, wanted))];
    let categories = book.parts("complaints_received");
    if !categories.is_empty() {
        let told: Vec<String> = categories.iter().map(|of| format!("{}{{}}", said(of))).collect();
        let text = format!("投訴類別:{}。", told.join("、"));
        let wanted = categories.iter().map(|of| count("complaints_received").of(&[of])).collect();
        blocks.push(paragraph(book.sentence(&text, wanted)));
    }
    // A share without its sample says nothing.
    let said = "辦結{},收到評價{}";
    let wanted = vec![count("cases_finished"), count("reviews")];
    let (share, kinds) = (count("reviews").of(&SATISFIED).share(), "非常滿意、滿意和基本滿意");
    let bad = vec![
        count("bad_reviews"),
        count("bad_reviews").of(&["rectified"]),
        count("bad_reviews").of(&["verified"]),
        count("bad_reviews").of(&["open"]),
    ];
    let sentence = Sentence::of(said, wanted)
        .measured(book, &format!(",滿意率({kinds}){{}}"), share, ",不計滿意率")
        .and(";差評{},其中已整改{}、已核實待整改{}、未核實{}。", bad);
    blocks.push(sentence.put(book));
    let columns = [
        Counted { heading: "投訴", unit: Unit::Cases, wanted: count("complaints_received") },
        Counted { heading: "屬實", unit: Unit::Cases, wanted: found("verified") },
        Counted { heading: "評價", unit: Unit::Times, wanted: count("reviews") },
        Counted { heading: "差評", unit: Unit::Times, wanted: count("bad_reviews") },
        Counted {
            heading: "滿意率",
            unit: Unit::ShareHundredths,
            wanted: count("reviews").of(&SATISFIED).share(),
        },
    ];
    let called = ("complaints_by_place", "各地投訴與評價情況");
    blocks.push(Block::Table(by_place(book, called, &gathered.places, &columns)));
    named("complaints", "投訴與評價", blocks)
}

pub(super) fn fees(book: &mut Book) -> Section {
    let kind = |part: &str| count("irregularities_found").of(&[part]);
    let paid = |part: &str| count("fees").of(&[part]);
    let text = "本期核定收費{},計{};實收{},計{};減免{},計{};退還{},計{}。\
                發現超標準收費{}、無依據收費{}、收費未開票據{}、重複收費{}。";
    let mut wanted = Vec::new();
    for part in ["assessed", "paid", "waived", "refunded"] {
        wanted.extend([paid(part), paid(part).sum(Unit::Fen)]);
    }
    wanted.extend([
        kind("fee_off_tariff"),
        kind("fee_without_basis"),
        kind("fee_paid_without_receipt"),
        kind("fee_paid_more_than_once"),
    ]);
    named("fees", "收費", vec![paragraph(book.sentence(text, wanted))])
}
