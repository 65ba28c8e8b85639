//! 步驟: the forms by which cards, slips, orders and complaints go on: shown to whoever may take the
//! step, while the step is open. What a form sends becomes an act of the one who is logged in.

use serde_json::{Map, Value};

use super::block::{Block, Field, FieldKind, Form, Section};
use super::desk::Desk;
use super::frame::Frame;
use super::records::Thing;
use super::views::{CARDS, ORDERS, SLIPS};
use super::writing::choices;

pub mod complaints;

/// What may become of a card on appeal.
pub const OUTCOMES: [&str; 2] = ["maintained", "withdrawn"];
/// On which grounds a card may be appealed.
pub const GROUNDS: [&str; 6] = [
    "lawful_pause_not_recorded",
    "system_failure",
    "entry_error",
    "force_majeure",
    "applicants_delay",
    "duplicate_case",
];
/// What a re-inspection may find.
pub const FOUND: [&str; 3] = ["rectified", "partly_rectified", "not_rectified"];
/// What an order may be about.
pub const FLAGS: [&str; 5] = super::place::FIVE;

type Line = Map<String, Value>;

/// One step: the event that it becomes, and its form.
struct Step<'d> {
    desk: &'d Desk<'d>,
    thing: &'d Thing<'d>,
    version: usize,
}

impl Step<'_> {
    fn frame(&self) -> &Frame {
        self.desk.frame
    }

    /// The form of a step, which is kept as a draft until it is an act.
    fn form(
        &self,
        order: &str,
        of: (&'static str, &str),
        mut rest: Vec<Field>,
        submit: &str,
    ) -> Block {
        let kind = self.thing.stream.kind();
        let action = super::address(&format!("{kind}s"), self.thing.stream.name());
        let (name, value) = of;
        let hidden = |name: &str, value: &str| Field::new(name, "", value, FieldKind::Hidden);
        let mut fields = vec![hidden("order", order), hidden("version", &self.version.to_string())];
        if !name.is_empty() {
            fields.push(hidden(name, value));
        }
        fields.append(&mut rest);
        let draft = Some(format!("{action} {order} {value}"));
        let submit = self.frame().t(submit).to_owned();
        Block::Form(Form { action, posts: true, draft, fields, submit })
    }

    /// A section with the form of a step that is about the whole thing.
    fn one(&self, order: &str, title: &str, fields: Vec<Field>) -> Section {
        self.section(title, "", self.form(order, ("", ""), fields, title))
    }

    fn lines(&self, name: &str, label: &str) -> Field {
        Field::new(name, self.frame().t(label), "", FieldKind::Lines)
    }

    fn line(&self, name: &str, label: &str, example: &str) -> Field {
        Field::new(name, self.frame().t(label), "", FieldKind::Line(example.into()))
    }

    fn buttons(&self, name: &str, label: &str, words: &[&str]) -> Field {
        let choices = FieldKind::Buttons(choices(self.frame(), words));
        Field::new(name, self.frame().t(label), "", choices)
    }

    fn section(&self, title: &str, of: &str, form: Block) -> Section {
        let title = self.frame().t(title);
        let title = if of.is_empty() { title.to_owned() } else { format!("{title} · {of}") };
        Section::new("", title).with(form)
    }
}

fn said<'l>(line: &'l Line, column: &str) -> Option<&'l str> {
    line.get(column).and_then(Value::as_str)
}

/// The steps that whoever reads may take about a card.
pub(super) fn of_card(desk: &Desk<'_>, thing: &Thing<'_>, version: usize) -> Vec<Section> {
    let step = Step { desk, thing, version };
    let Some(card) = thing.lines_of(&CARDS).next() else { return Vec::new() };
    let has = |column: &str| said(card, column).is_some();
    let may = |event: &str| desk.grant.does(event);
    let mut all = Vec::new();
    if has("appealed_on") && !has("decided_on") && may("card.AppealDecided") {
        let fields = vec![
            step.buttons("outcome", "records.outcome", &OUTCOMES),
            step.lines("reasons", "writing.reasons"),
        ];
        let form = step.form("decide", ("", ""), fields, "writing.decide");
        all.push(step.section("writing.appeal", "", form));
    }
    if has("withdrawn_on") {
        return all;
    }
    if !has("answered_on") && may("card.CardAnswered") {
        let fields = vec![step.lines("answer", "steps.answer")];
        let form = step.form("answer", ("", ""), fields, "steps.send_answer");
        all.push(step.section("steps.answer_card", "", form));
    }
    if !has("appealed_on") && may("card.CardAppealed") {
        let fields = vec![
            step.buttons("ground", "steps.ground", &GROUNDS),
            step.lines("statement", "steps.statement"),
            step.line("evidence", "steps.evidence", "sha-256:…"),
        ];
        let form = step.form("appeal", ("", ""), fields, "steps.send_appeal");
        all.push(step.section("steps.appeal", "", form));
    }
    all
}

/// The steps that whoever reads may take about the slips and orders of an inspection.
pub(super) fn of_inspection(desk: &Desk<'_>, thing: &Thing<'_>, version: usize) -> Vec<Section> {
    let step = Step { desk, thing, version };
    let may = |event: &str| desk.grant.does(event);
    let mut all = Vec::new();
    if may("inspection.SlipAnswered") {
        let open = thing.lines_of(&SLIPS).filter(|line| said(line, "answered_on").is_none());
        for code in open.filter_map(|line| said(line, "slip")) {
            let fields = vec![step.lines("answer", "steps.answer")];
            let form = step.form("answer", ("slip", code), fields, "steps.send_answer");
            all.push(step.section("steps.answer_slip", code, form));
        }
    }
    for order in thing.lines_of(&ORDERS).filter(|line| said(line, "rectified_on").is_none()) {
        let Some(code) = said(order, "order_code") else { continue };
        let reported = said(order, "reported_on").is_some();
        if !reported && may("inspection.RectificationReported") {
            let fields = vec![step.lines("report", "steps.done")];
            let form = step.form("report", ("of", code), fields, "steps.send_report");
            all.push(step.section("steps.report", code, form));
        }
        if may("inspection.ReinspectionMade") {
            let fields = vec![
                step.buttons("outcome", "records.outcome", &FOUND),
                step.line("with", "steps.with", "li-2"),
                step.lines("note", "steps.seen"),
            ];
            let form = step.form("reinspect", ("of", code), fields, "steps.send_reinspection");
            all.push(step.section("steps.reinspect", code, form));
        }
    }
    if may("inspection.RectificationOrdered") {
        let fields = vec![
            step.buttons("flag", "today.flag", &FLAGS),
            step.lines("demand", "steps.demand"),
            Field::new("due_on", step.frame().t("steps.by"), "", FieldKind::Day),
        ];
        let form = step.form("order", ("", ""), fields, "steps.send_order");
        all.push(step.section("steps.order", "", form));
    }
    all
}
