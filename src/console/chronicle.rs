//! 編年: the acts themselves: the latest, those of a stream, and one to the byte with its proof.

use sha2::{Digest as _, Sha256};
use tongjian_events::StreamId;

use super::block::{Block, Cell, Field, FieldKind, Form, Page, Section, Table};
use super::desk::{Desk, Sql};
use super::site::stream_cell;
use crate::access::hex;
use crate::store::read_tables::lists::Bound;
use crate::store::{StoreError, Stored};

/// How many acts stand on a page.
const LIMIT: u32 = 50;
/// How many acts of one stream are shown.
const OF_STREAM: u32 = 200;

/// The table of acts that the reader may see.
fn table(desk: &Desk<'_>, acts: &[Stored]) -> Result<Table, StoreError> {
    let (frame, format) = (desk.frame, desk.frame.format());
    let mut rows = Vec::new();
    for stored in acts {
        let act = stored.read()?;
        let source = &act.submission.source;
        if !desk.grant.sees(&act.submission) {
            continue;
        }
        let place = desk.context.jurisdiction(&source.site);
        let entered = place.civil(&act.place.recorded_at.fixed_offset());
        let window = source.window.as_ref().map_or_else(String::new, ToString::to_string);
        rows.push(vec![
            Cell::link(format!("/chronicle/{}", stored.position), format!("@{}", stored.position)),
            Cell::text(frame.locale.event(act.submission.event.as_str())),
            stream_cell(desk, act.submission.stream.as_str()),
            Cell::text(format.minute(place.civil(&act.submission.occurred_at))),
            Cell::text(format.minute(entered)).soft(frame.locale.word(source.entry.as_str())),
            Cell::text(&act.submission.actor.id),
            desk.site_cell(source.site.as_str(), None).soft(window),
        ]);
    }
    let head = [
        "site.position",
        "case.act",
        "site.stream",
        "case.happened",
        "case.entered",
        "case.who",
        "case.where",
    ];
    Ok(Table {
        head: head.iter().map(|key| frame.t(key).to_owned()).collect(),
        rows,
        none: frame.t("common.none").to_owned(),
        ..Table::default()
    })
}

/// The acts of a stream, in their order.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn of_stream(desk: &Desk<'_>, stream: &StreamId) -> Result<Table, StoreError> {
    table(desk, &desk.store.stream(stream, 0, OF_STREAM).await?)
}

fn search(desk: &Desk<'_>, asked: &str) -> Block {
    let frame = desk.frame;
    let example = FieldKind::Line("1234 · case/0001 · 0119…".into());
    let fields = vec![Field::new("q", frame.t("chronicle.id"), asked, example)];
    let submit = frame.t("frame.find").to_owned();
    Block::Form(Form { action: "/chronicle".into(), fields, submit, ..Form::default() })
}

/// 編年頁: the acts up to a position, the latest first.
///
/// # Errors
/// [`StoreError`].
pub async fn latest<'d>(
    desk: &Desk<'d>,
    before: Option<u64>,
    not_found: Option<&str>,
) -> Result<Page<'d>, StoreError> {
    let frame = desk.frame;
    let head = desk.store.head().await?.position;
    let last = before.map_or(head, |before| before.saturating_sub(1).min(head));
    let after = last.saturating_sub(u64::from(LIMIT));
    let count = u32::try_from(last - after).unwrap_or(LIMIT);
    let mut acts = match count {
        0 => Vec::new(),
        count => desk.store.after(after, count).await?,
    };
    acts.reverse();
    let mut top = Section::default().with(search(desk, not_found.unwrap_or_default()));
    if let Some(asked) = not_found {
        let said = frame.locale.tf("chronicle.nothing", &[&asked]);
        top = top.with(Block::Text(Cell::mark("late", said)));
    }
    let list =
        Section::new("acts", frame.t("chronicle.latest")).with(Block::Table(table(desk, &acts)?));
    let list = match after {
        0 => list,
        after => list.leads(format!("/chronicle?before={}", after + 1), frame.t("common.next")),
    };
    Ok(Page::new(frame, frame.t("nav.chronicle")).with(top).with(list))
}

/// 編年頁 of one stream; none where it holds nothing that the reader may see.
///
/// # Errors
/// [`StoreError`].
pub async fn stream<'d>(
    desk: &Desk<'d>,
    stream: &StreamId,
) -> Result<Option<Page<'d>>, StoreError> {
    let acts = of_stream(desk, stream).await?;
    if acts.rows.is_empty() {
        return Ok(None);
    }
    let page = Page::new(desk.frame, stream)
        .lead(stream_cell(desk, stream.as_str()))
        .with(Section::default().with(Block::Table(acts)));
    Ok(Some(page))
}

/// The position of the act of this id, if the reader may see it.
///
/// # Errors
/// [`StoreError`].
pub async fn position_of(desk: &Desk<'_>, id: &str) -> Result<Option<u64>, StoreError> {
    const BY_ID: Sql = Sql::of(include_str!("sql/act_by_id.sql"));
    if id.len() != 36 || !id.is_ascii() {
        return Ok(None);
    }
    let rows = desk.rows(BY_ID, None, &[Bound::Text(id.to_lowercase())]).await?;
    Ok(rows.first().and_then(|row| u64::try_from(row.count(0)).ok()))
}

/// 一條行為: to the byte, with its proof.
///
/// # Errors
/// [`StoreError`].
pub fn one<'d>(desk: &Desk<'d>, stored: &Stored) -> Result<Page<'d>, StoreError> {
    let (frame, format) = (desk.frame, desk.frame.format());
    let act = stored.read()?;
    let source = &act.submission.source;
    let place = desk.context.jurisdiction(&source.site);
    let mut hash = Sha256::new();
    hash.update([0_u8]);
    hash.update(&stored.envelope);
    let computed: [u8; 32] = hash.finalize().into();
    let proof = if computed == stored.leaf {
        Cell::mark("good", frame.t("chronicle.agrees"))
    } else {
        Cell::mark("late", frame.t("chronicle.differs"))
    };
    let row = |key: &str, cell: Cell| (frame.t(key).to_owned(), cell);
    let entered = place.civil(&act.place.recorded_at.fixed_offset());
    let facts = vec![
        row(
            "case.act",
            Cell::text(frame.locale.event(act.submission.event.as_str()))
                .soft(&act.submission.event),
        ),
        row(
            "site.stream",
            stream_cell(desk, act.submission.stream.as_str())
                .soft(frame.locale.tf("chronicle.version", &[&act.place.stream_version])),
        ),
        row("case.happened", Cell::text(format.minute(place.civil(&act.submission.occurred_at)))),
        row(
            "case.entered",
            Cell::text(format.minute(entered)).soft(frame.locale.word(source.entry.as_str())),
        ),
        row("case.who", Cell::text(&act.submission.actor.id)),
        row("case.where", desk.site_cell(source.site.as_str(), None)),
        row("chronicle.act_id", Cell::text(act.submission.id)),
        row("chronicle.leaf", Cell::text(hex(&stored.leaf)).then(proof)),
    ];
    let text = String::from_utf8_lossy(&stored.envelope);
    let pretty: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let pretty = serde_json::to_string_pretty(&pretty).unwrap_or_default();
    let title = frame.locale.tf("chronicle.title", &[&stored.position]);
    let mut around = Cell::default();
    if stored.position > 1 {
        around = around.then(Cell::link(format!("/chronicle/{}", stored.position - 1), "‹"));
    }
    around = around.then(Cell::link(format!("/chronicle/{}", stored.position + 1), "›"));
    Ok(Page::new(frame, title)
        .lead(around)
        .with(Section::default().with(Block::Facts(facts)))
        .with(Section::new("read", frame.t("chronicle.content")).with(Block::Pre(pretty)))
        .with(
            Section::new("raw", frame.t("chronicle.raw"))
                .with(Block::Text(Cell::default().soft(frame.t("chronicle.how"))))
                .with(Block::Pre(text.into_owned())),
        ))
}
