//! 投訴辦理: the forms by which a complaint is taken down and goes on, and those of a bad review.

use super::{Step, said};
use crate::console::block::{Block, Field, FieldKind, Form, Section};
use crate::console::desk::Desk;
use crate::console::records::Thing;
use crate::console::views::{COMPLAINTS, REVIEWS};
use crate::console::writing::choices;

/// Which clocks a complaint follows.
pub const ROUTES: [&str; 2] = ["e_supervision", "petition"];
/// How a complaint comes.
pub const CHANNELS: [&str; 6] = ["counter", "telephone", "letter", "online", "hotline", "box"];
/// What a complaint is about.
pub const CATEGORIES: [&str; 8] =
    ["overtime", "attitude", "absence", "charging", "refusal", "procedure", "integrity", "other"];
/// What may come out of a complaint.
pub const FINDINGS: [&str; 4] =
    ["verified", "partly_verified", "not_verified", "cannot_be_verified"];
/// How a complaint ends.
pub const CLOSURES: [&str; 4] = ["answered", "withdrawn", "transferred", "not_accepted"];
/// What a bad review may turn out to be.
pub const TRUTHS: [&str; 3] = ["founded", "mistaken", "malicious"];

/// 登記投訴: the form by which a complaint is taken down, for whoever may.
pub(in crate::console) fn taken_down(desk: &Desk<'_>) -> Option<Section> {
    if !desk.grant.does("complaint.ComplaintReceived") {
        return None;
    }
    let frame = desk.frame;
    let line = |name: &str, label: &str, example: &str| {
        Field::new(name, frame.t(label), "", FieldKind::Line(example.into()))
    };
    let of = |name: &str, label: &str, words: &[&str]| {
        Field::new(name, frame.t(label), "", FieldKind::Buttons(choices(frame, words)))
    };
    let fields = vec![
        line("site", "common.site", "320681105000"),
        line("case", "complaints.case", ""),
        of("route", "complaints.route", &ROUTES),
        of("channel", "complaints.channel", &CHANNELS),
        of("category", "records.category", &CATEGORIES),
        Field::new("statement", frame.t("complaints.statement"), "", FieldKind::Lines),
    ];
    let submit = frame.t("complaints.take_down").to_owned();
    let action = "/complaints".to_owned();
    let form =
        Form { draft: Some("/complaints/*?taken".into()), action, posts: true, fields, submit };
    let section = Section::new("take_down", frame.t("complaints.taking_down"));
    Some(section.with(Block::Form(form)))
}

/// The steps that whoever reads may take about a complaint or a review.
pub(in crate::console) fn of_complaint(
    desk: &Desk<'_>,
    thing: &Thing<'_>,
    version: usize,
) -> Vec<Section> {
    let step = Step { desk, thing, version };
    let mut all = of_complaints(&step);
    all.extend(of_reviews(&step));
    all
}

fn of_complaints(step: &Step<'_>) -> Vec<Section> {
    let Some(line) = step.thing.lines_of(&COMPLAINTS).next() else { return Vec::new() };
    let open = |column: &str| said(line, column).is_none();
    let may = |event: &str| step.desk.grant.does(event);
    if !open("closed_on") {
        return Vec::new();
    }
    let mut all = Vec::new();
    if open("accepted_on") && open("answered_on") && may("complaint.ComplaintAccepted") {
        let number = vec![step.line("number", "complaints.number", "")];
        all.push(step.one("accept", "complaints.accept", number));
        let why = vec![step.lines("reasons", "writing.reasons")];
        all.push(step.one("refuse", "complaints.refuse", why));
        let to =
            vec![step.line("to", "complaints.to", ""), step.lines("reasons", "writing.reasons")];
        all.push(step.one("transfer", "complaints.transfer", to));
    }
    if open("finding") && open("answered_on") && may("complaint.ComplaintDecided") {
        let looked = vec![
            step.line("with", "complaints.with", "li-2"),
            step.lines("findings", "complaints.findings"),
        ];
        all.push(step.one("investigate", "complaints.investigate", looked));
        let came = vec![
            step.buttons("finding", "records.finding", &FINDINGS),
            step.lines("measures", "complaints.measures"),
        ];
        all.push(step.one("decide", "complaints.decide", came));
    }
    if open("answered_on") && may("complaint.ComplaintReplied") {
        let told = vec![step.lines("reply", "steps.answer")];
        all.push(step.one("reply", "complaints.reply", told));
    }
    if may("complaint.ComplaintClosed") {
        let how = vec![step.buttons("closure", "complaints.closure", &CLOSURES)];
        all.push(step.one("close", "complaints.close", how));
    }
    all
}

fn of_reviews(step: &Step<'_>) -> Vec<Section> {
    let Some(line) = step.thing.lines_of(&REVIEWS).next() else { return Vec::new() };
    let open = |column: &str| said(line, column).is_none();
    let may = |event: &str| step.desk.grant.does(event);
    if line.get("bad").and_then(serde_json::Value::as_i64) != Some(1) {
        return Vec::new();
    }
    let mut all = Vec::new();
    if open("verified_on") && may("complaint.BadReviewVerified") {
        let seen = vec![
            step.buttons("truth", "records.truth", &TRUTHS),
            step.lines("findings", "complaints.findings"),
        ];
        all.push(step.one("verify", "complaints.verify", seen));
    }
    if open("rectified_on") && may("complaint.BadReviewRectified") {
        let done = vec![step.lines("measures", "steps.done")];
        all.push(step.one("rectify", "complaints.rectify", done));
    }
    if open("appealed_on") && may("complaint.ReviewAppealed") {
        let why = vec![step.lines("reasons", "writing.reasons")];
        all.push(step.one("appeal", "steps.appeal", why));
    }
    all
}
