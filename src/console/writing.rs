//! 辦理: the forms by which people act in the console. What a form sends becomes the same acts that
//! a system would send.

use serde_json::Value;
use tongjian_events::SiteCode;

use super::block::{Block, Cell, Field, FieldKind, Form, Page, Section};
use super::desk::Desk;
use super::frame::Frame;
use crate::bulletin::summary::History;
use crate::policy::{self, Adopted, PolicyError};
use crate::store::StoreError;

/// What a check may show.
pub const RESULTS: [&str; 3] = ["in_place", "not_in_place", "unverified"];
/// What may be said of a draft.
pub const VERDICTS: [&str; 2] = ["approved", "returned"];

pub(super) fn choices(frame: &Frame, words: &[&str]) -> Vec<(String, String)> {
    words.iter().map(|word| ((*word).to_owned(), frame.locale.word(word))).collect()
}

/// 通報辦理: the step that a bulletin waits for.
pub(super) fn bulletin(frame: &Frame, history: &History) -> Option<Section> {
    let summary = &history.summary;
    let standing = serde_json::to_value(summary.standing).unwrap_or_default();
    let hidden = |order: &str| Field::new("order", "", order, FieldKind::Hidden);
    let digest = Field::new("digest", "", &summary.content_digest, FieldKind::Hidden);
    let (fields, submit) = match standing.as_str()? {
        "drafted" => {
            let verdict = FieldKind::Buttons(choices(frame, &VERDICTS));
            let verdict = Field::new("verdict", frame.t("writing.verdict"), "", verdict);
            let remarks = Field::new("remarks", frame.t("writing.remarks"), "", FieldKind::Lines);
            (vec![hidden("review"), digest, verdict, remarks], "writing.review")
        }
        "reviewed" => (vec![hidden("sign"), digest], "writing.sign"),
        "signed" => (vec![hidden("issue"), digest], "writing.issue"),
        _ => return None,
    };
    let form = Form {
        action: super::address("bulletins", &summary.id),
        posts: true,
        draft: None,
        fields,
        submit: frame.t(submit).to_owned(),
    };
    Some(Section::new("step", frame.t("writing.next")).with(Block::Form(form)))
}

/// 起草: the form by which the bulletin of a period is drafted.
pub(super) fn draft(frame: &Frame) -> Section {
    let period = FieldKind::Line("2008-07 · 2008-W27 · 2008-Q3".into());
    let site = FieldKind::Line("320600000000".into());
    let fields = vec![
        Field::new("period", frame.t("bulletins.period"), "", period),
        Field::new("site", frame.t("common.site"), "", site),
    ];
    let submit = frame.t("writing.draft").to_owned();
    let action = "/bulletins".into();
    let form = Form { action, posts: true, draft: None, fields, submit };
    Section::new("draft", frame.t("writing.draft")).with(Block::Form(form))
}

/// A checklist, as adopted.
#[derive(Debug, Clone)]
pub struct Checklist {
    /// Its code.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// Its edition.
    pub edition: u64,
    /// Its checks: code, name, flag, points.
    pub checks: Vec<(String, String, String, i64)>,
}

impl Checklist {
    fn of(adopted: &Adopted) -> Option<Self> {
        let text = |of: &Value, name: &str| {
            of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let check = |of: &Value| {
            let points = of.get("points_hundredths").and_then(Value::as_i64).unwrap_or(0);
            (text(of, "check"), text(of, "name"), text(of, "flag"), points)
        };
        Some(Self {
            code: text(&adopted.body, "checklist"),
            name: text(&adopted.body, "name"),
            edition: adopted.edition,
            checks: adopted.body.get("checks")?.as_array()?.iter().map(check).collect(),
        })
    }

    /// The checklists in force today.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub async fn all(desk: &Desk<'_>) -> Result<Vec<Self>, PolicyError> {
        let mut all = Vec::new();
        for name in policy::adopted_names(desk.store).await? {
            if !name.starts_with("checklist-") {
                continue;
            }
            let adopted = policy::adoptions(desk.store, &name, u64::MAX).await?;
            all.extend(policy::in_force(&adopted, desk.frame.today).and_then(Self::of));
        }
        Ok(all)
    }
}

/// 現場檢查: the checklists to choose from, or the one that was chosen as a form. What is filled in
/// stays in the browser while the line is down.
///
/// # Errors
/// [`StoreError`].
pub async fn inspection<'d>(
    desk: &Desk<'d>,
    lists: &[Checklist],
    site: Option<&SiteCode>,
    chosen: Option<&str>,
) -> Result<Page<'d>, StoreError> {
    let frame = desk.frame;
    let page = Page::new(frame, frame.t("writing.inspect"));
    let list = lists.iter().find(|list| chosen == Some(list.code.as_str()));
    let (Some(site), Some(list)) = (site, list) else {
        let named = |list: &Checklist| (list.code.clone(), frame.locale.name(&list.name));
        let lists = FieldKind::Choice(lists.iter().map(named).collect());
        let code = site.map(ToString::to_string).unwrap_or_default();
        let fields = vec![
            Field::new(
                "site",
                frame.t("common.site"),
                code,
                FieldKind::Line("320681105000".into()),
            ),
            Field::new("checklist", frame.t("writing.checklist"), "", lists),
        ];
        let submit = frame.t("common.show").to_owned();
        let action = "/inspect".to_owned();
        let form = Form { action, fields, submit, ..Form::default() };
        return Ok(page.with(Section::default().with(Block::Form(form))));
    };
    let names = desk.site_names(std::iter::once(site.as_str())).await?;
    let name = names.get(site.as_str()).map(String::as_str);
    let mut fields = vec![
        Field::new("site", "", site, FieldKind::Hidden),
        Field::new("checklist", "", &list.code, FieldKind::Hidden),
        Field::new(
            "kind",
            frame.t("records.kind"),
            "routine",
            FieldKind::Buttons(choices(frame, &["routine", "special", "unannounced"])),
        ),
        Field::new("with", frame.t("steps.with"), "", FieldKind::Line("li-2".into())),
    ];
    for (code, name, flag, _) in &list.checks {
        let flag = frame.locale.word(flag);
        let label = format!("{code} {} · {flag}", frame.locale.name(name));
        let buttons = FieldKind::Buttons(choices(frame, &RESULTS));
        fields.push(Field::new(format!("check-{code}"), label, "unverified", buttons));
    }
    fields.push(Field::new("summary", frame.t("writing.summary"), "", FieldKind::Lines));
    let form = Form {
        action: "/inspect".into(),
        posts: true,
        draft: Some(format!("/inspections/{site}-{}-*", frame.today)),
        fields,
        submit: frame.t("writing.conclude").to_owned(),
    };
    let lead = desk.site_cell(site.as_str(), name).soft(site);
    Ok(page
        .lead(lead.then(Cell::text(frame.locale.name(&list.name))))
        .with(Section::default().with(Block::Form(form))))
}
