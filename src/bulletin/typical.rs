//! 典型問題: which cases a bulletin tells, and how: unit, post, day and time, what was seen, how much
//! of it. Chosen by gravity and variety, the same from the same chronicle.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, NaiveDate, Timelike as _};
use tongjian_events::values::{Code, Edition};
use tongjian_events::{CATALOG, SiteCode};
use tongjian_projections::{Cell, Context};

use super::asked::{Asked, day_words};
use super::gathered::{Told, day, number, text};
use super::terms::said;
use crate::console::locale::Locale;
use crate::store::StoreError;
use crate::store::read_tables::lists::Bound;
use crate::store::read_tables::snapshot::Snapshot;

/// A card that may be told.
struct Card {
    level: String,
    rule: String,
    edition: i64,
    trigger: String,
    site: SiteCode,
    case: Option<String>,
    issued_on: NaiveDate,
    grounds: Vec<i64>,
    /// 事由: what whoever issued it saw, in his words.
    matter: Option<String>,
    /// Whether a person issued it.
    is_by_hand: bool,
}

impl Card {
    /// What it is for: what was seen, where the rule is the one for all that no other rule names.
    fn behaviour(&self) -> &str {
        let own = self.matter.as_deref().filter(|_| self.trigger == OTHER);
        own.filter(|words| words.chars().count() <= LONGEST).unwrap_or_else(|| said(&self.trigger))
    }
}

/// The trigger of what no other rule names.
const OTHER: &str = "other_violation";
/// What is longer is no heading.
const LONGEST: usize = 24;

/// A check on site that may be told.
struct Check {
    site: SiteCode,
    code: String,
    flag: String,
    position: i64,
    photos: i64,
    checklist: String,
    edition: Option<Edition>,
    scored_on: NaiveDate,
    kind: String,
}

/// A complaint that was found true and may be told.
struct Complaint {
    site: SiteCode,
    window: Option<String>,
    is_about_staff: bool,
    category: String,
    channel: String,
    position: i64,
    finding: String,
    decided_on: NaiveDate,
    /// How many of its category were found true at its site in the period.
    alike: i64,
}

enum Candidate {
    Card(Card),
    Check(Check),
    Complaint(Complaint),
}

impl Candidate {
    /// What makes two candidates of one sort.
    fn sort(&self) -> String {
        match self {
            Self::Card(card) => format!("{}/{}", card.level, card.behaviour()),
            Self::Check(check) => check.flag.clone(),
            Self::Complaint(complaint) => format!("complaint/{}", complaint.category),
        }
    }

    /// From where it is known: the engine, an inspection, the public.
    const fn source(&self) -> u8 {
        match self {
            Self::Card(_) => 0,
            Self::Check(_) => 1,
            Self::Complaint(_) => 2,
        }
    }

    fn case(&self) -> Option<&str> {
        match self {
            Self::Card(card) => card.case.as_deref(),
            Self::Check(_) | Self::Complaint(_) => None,
        }
    }

    const fn site(&self) -> &SiteCode {
        match self {
            Self::Card(card) => &card.site,
            Self::Check(check) => &check.site,
            Self::Complaint(complaint) => &complaint.site,
        }
    }
}

/// At most so many cases, the gravest first: one from each source, no two of one sort while there
/// are others.
pub(super) async fn cases(
    snapshot: &mut Snapshot,
    (context, asked): (&Context, &Asked),
    names: &BTreeMap<SiteCode, String>,
    most: usize,
) -> Result<Vec<Told>, StoreError> {
    let days = [Bound::Day(asked.period.from_on), Bound::Day(asked.period.until_on)];
    let cards = snapshot.rows(include_str!("sql/cards.sql"), &days).await?;
    let cards: Vec<Card> = cards.into_iter().filter_map(card).collect();
    let (yellow, grave): (Vec<Card>, Vec<Card>) =
        cards.into_iter().partition(|card| card.level == "yellow");
    let checks = snapshot.rows(include_str!("sql/checks.sql"), &days).await?;
    let checks = checks.into_iter().filter_map(check).map(Candidate::Check);
    let complaints = snapshot.rows(include_str!("sql/complaints.sql"), &days).await?;
    let complaints = complaints.into_iter().filter_map(complaint).map(Candidate::Complaint);
    let all = grave.into_iter().map(Candidate::Card).chain(checks).chain(complaints);
    let all = all.chain(yellow.into_iter().map(Candidate::Card));
    let all = all.filter(|of| names.contains_key(of.site()));
    // A case is told once, by its gravest card.
    let mut matters = BTreeSet::new();
    let all = all.filter(|of| of.case().is_none_or(|case| matters.insert(case.to_owned())));
    let all: Vec<Candidate> = all.collect();
    let mut told = Vec::new();
    for candidate in chosen(all, most) {
        let name = names.get(candidate.site()).map_or("", String::as_str);
        told.push(match &candidate {
            Candidate::Card(card) => tell_card(snapshot, (context, asked), card, name).await?,
            Candidate::Check(check) => tell_check(snapshot, context, check, name).await?,
            Candidate::Complaint(complaint) => tell_complaint(snapshot, complaint, name).await?,
        });
    }
    Ok(told)
}

/// The first of each source, then of each sort, then the rest; of these as many as are told, in
/// order.
fn chosen(all: Vec<Candidate>, most: usize) -> Vec<Candidate> {
    let (mut sources, mut sorts) = (BTreeSet::new(), BTreeSet::new());
    let rank = |(at, candidate): (usize, Candidate)| {
        let (source, sort) = (sources.insert(candidate.source()), sorts.insert(candidate.sort()));
        ((!source, !sort, at), candidate)
    };
    let mut ranked: Vec<_> = all.into_iter().enumerate().map(rank).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.truncate(most);
    ranked.sort_by_key(|((_, _, at), _)| *at);
    ranked.into_iter().map(|(_, candidate)| candidate).collect()
}

fn card(row: Vec<Cell>) -> Option<Card> {
    let [level, rule, edition, trigger, site, case, issued_on, grounds, matter, by] =
        <[Cell; 10]>::try_from(row).ok()?;
    Some(Card {
        level: text(&level)?,
        rule: text(&rule)?,
        edition: number(&edition).unwrap_or(0),
        trigger: text(&trigger)?,
        site: SiteCode::new(&text(&site)?).ok()?,
        case: text(&case),
        issued_on: day(&issued_on)?,
        grounds: text(&grounds)?.split(',').filter_map(|at| at.parse().ok()).collect(),
        matter: text(&matter).map(|matter| matter.trim().to_owned()).filter(|it| !it.is_empty()),
        is_by_hand: text(&by)? != "engine",
    })
}

fn check(row: Vec<Cell>) -> Option<Check> {
    let [site, code, flag, position, photos, checklist, edition, scored_on, kind] =
        <[Cell; 9]>::try_from(row).ok()?;
    Some(Check {
        site: SiteCode::new(&text(&site)?).ok()?,
        code: text(&code)?,
        flag: text(&flag)?,
        position: number(&position)?,
        photos: number(&photos).unwrap_or(0),
        checklist: text(&checklist)?,
        edition: number(&edition).and_then(|edition| Edition::new(edition).ok()),
        scored_on: day(&scored_on)?,
        kind: text(&kind)?,
    })
}

fn complaint(row: Vec<Cell>) -> Option<Complaint> {
    let [site, window, staff, category, channel, position, finding, decided_on, alike] =
        <[Cell; 9]>::try_from(row).ok()?;
    Some(Complaint {
        site: SiteCode::new(&text(&site)?).ok()?,
        window: text(&window),
        is_about_staff: text(&staff).is_some(),
        category: text(&category)?,
        channel: text(&channel)?,
        position: number(&position)?,
        finding: text(&finding)?,
        decided_on: day(&decided_on)?,
        alike: number(&alike)?,
    })
}

/// 7月15日9時12分.
fn moment(at: DateTime<FixedOffset>) -> String {
    let local = at.with_timezone(&chrono_tz::Asia::Shanghai);
    format!("{}{}時{:02}分", day_words(local.date_naive()), local.hour(), local.minute())
}

/// When an act happened, what it was, and at which window.
async fn act(
    snapshot: &mut Snapshot,
    position: i64,
) -> Result<Option<(String, String, String)>, StoreError> {
    let rows = snapshot.rows(include_str!("sql/act.sql"), &[Bound::Integer(position)]).await?;
    let row = rows.into_iter().next().and_then(|row| <[Cell; 3]>::try_from(row).ok());
    let Some([event, at, window]) = row else {
        return Ok(None);
    };
    let at = number(&at).and_then(DateTime::from_timestamp_micros);
    let (Some(event), Some(at)) = (text(&event), at) else { return Ok(None) };
    let row = CATALOG.iter().find(|row| row.wire_name() == event);
    let gloss = row.map_or(event.as_str(), |row| row.chinese).to_owned();
    let window = text(&window).filter(|window| !window.is_empty());
    let window = window.map(|window| format!("{window}號窗口")).unwrap_or_default();
    Ok(Some((moment(at.fixed_offset()), gloss, window)))
}

async fn tell_card(
    snapshot: &mut Snapshot,
    (_, asked): (&Context, &Asked),
    card: &Card,
    name: &str,
) -> Result<Told, StoreError> {
    let (mut sentences, mut post, mut is_measured) = (Vec::new(), String::new(), false);
    if let Some(last) = card.grounds.last()
        && let Some((moment, gloss, window)) = act(snapshot, *last).await?
    {
        sentences.push(format!("{moment},該中心(室){window}作出“{gloss}”"));
        post = window;
    }
    if let Some(case) = &card.case {
        let key = [Bound::Text(case.clone())];
        let clocks = snapshot.rows(include_str!("sql/clock.sql"), &key).await?;
        let wanted = if card.trigger == "statute_overdue" { "statutory" } else { "promised" };
        let is_wanted = |row: &&Vec<Cell>| row.first().and_then(text).is_some_and(|k| k == wanted);
        let measured = card.trigger.ends_with("overdue");
        let clock = clocks.iter().find(is_wanted).filter(|_| measured);
        is_measured = clock.is_some();
        sentences.extend(clock.and_then(|clock| limits(clock, asked.period.until_on)));
    }
    match &card.matter {
        Some(matter) if card.is_by_hand => {
            sentences.push(format!("經監察人員認定,該中心(室)“{matter}”"));
        }
        // What the engine saw of a limit has been told as a limit.
        Some(found) if !is_measured => sentences.push(format!("經系統比對,{}", official(found))),
        _ => {}
    }
    let rule = format!("依規則{}(第{}版)", card.rule, card.edition);
    sentences.push(format!("{rule}於{}發{}", day_words(card.issued_on), said(&card.level)));
    Ok(Told {
        heading: format!("{name}{post}{}", card.behaviour()),
        text: format!("{}。", sentences.join(";")),
    })
}

/// What the engine says it found, as offices say it: in Chinese, days with their characters, money
/// in yuan.
fn official(found: &str) -> String {
    let said = Locale::Traditional.detail(found);
    let words = said.split_inclusive(|c: char| !c.is_ascii_digit() && c != '-');
    let mut text = String::new();
    for word in words {
        let end = word.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(word.len());
        let (figure, after) = word.split_at(end);
        let fen = figure.parse::<u64>().ok().filter(|_| after == "分" && found.contains(" fen "));
        match (figure.parse::<NaiveDate>(), fen) {
            (Ok(day), _) => text.push_str(&(day_words(day) + after)),
            (_, Some(fen)) => text.push_str(&format!("{}.{:02}元", fen / 100, fen % 100)),
            _ => text.push_str(word),
        }
    }
    text.replace('，', ",").replace('；', ";")
}

/// 承諾5個工作日,應於…前辦結,至期末仍未辦結.
fn limits(clock: &[Cell], until_on: NaiveDate) -> Option<String> {
    let [kind, started_on, limit, due_on, ended_on, overdue] = clock else { return None };
    let called = if text(kind)? == "statutory" { "法定" } else { "承諾" };
    let limit = number(limit).map(|days| format!("{called}{days}個工作日,")).unwrap_or_default();
    let due = day_words(day(due_on)?);
    let ended = match (day(ended_on).filter(|on| *on <= until_on), number(overdue)) {
        (Some(on), Some(days)) if days > 0 => {
            format!("實際{}辦結,超期{days}個工作日", day_words(on))
        }
        (Some(on), _) => format!("實際{}辦結", day_words(on)),
        (None, _) => "至期末仍未辦結".into(),
    };
    let started = day_words(day(started_on)?);
    Some(format!("該件{started}起計,{limit}應於{due}前辦結,{ended}"))
}

async fn tell_check(
    snapshot: &mut Snapshot,
    context: &Context,
    check: &Check,
    name: &str,
) -> Result<Told, StoreError> {
    let when = act(snapshot, check.position).await?;
    let when = when.map_or_else(String::new, |(moment, ..)| format!("{moment},"));
    let listed = Code::new(&check.checklist).ok().and_then(|code| {
        let list = context.policies().checklist(&code, check.edition, check.scored_on)?;
        let item = list.checks.0.iter().find(|item| item.check.as_str() == check.code)?;
        Some(item.name.to_string())
    });
    let what = listed.unwrap_or_else(|| format!("檢查項{}", check.code));
    let how =
        if check.kind == "unannounced" { "督查人員暗訪" } else { "督查人員現場檢查" };
    let photos = match check.photos {
        0 => String::new(),
        photos => format!(",拍照取證{photos}張"),
    };
    Ok(Told {
        heading: format!("{name}{}不到位", said(&check.flag)),
        text: format!("{when}{how}發現該中心(室)“{what}”不到位{photos}。"),
    })
}

async fn tell_complaint(
    snapshot: &mut Snapshot,
    complaint: &Complaint,
    name: &str,
) -> Result<Told, StoreError> {
    let when = act(snapshot, complaint.position).await?;
    let when = when.map_or_else(String::new, |(moment, ..)| format!("{moment},"));
    let post = complaint.window.as_ref().filter(|window| !window.is_empty());
    let post = post.map(|window| format!("{window}號窗口"));
    let post = post.unwrap_or_default();
    // By the post, never by name or number.
    let who = if complaint.is_about_staff { "一名工作人員" } else { "" };
    let (channel, category) = (said(&complaint.channel), said(&complaint.category));
    let category = category.trim_end_matches("問題");
    let alike = match complaint.alike {
        ..=1 => String::new(),
        alike => format!(",本期該單位同類投訴查實{alike}件"),
    };
    Ok(Told {
        heading: format!("{name}{post}{who}{category}問題"),
        text: format!(
            "{when}群眾{channel}投訴該中心(室){post}{who}{category}問題,{}經查{}{alike}。",
            day_words(complaint.decided_on),
            said(&complaint.finding),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::official;

    #[test]
    fn what_the_engine_found_is_said_as_offices_say_it() {
        for (found, said) in [
            (
                "8000 fen were paid on 2008-04-23, nothing was assessed",
                "2008年4月23日繳80.00元,並無核定",
            ),
            (
                "happened on 2008-10-09, entered on 2008-10-14, 3 working days later",
                "2008年10月9日發生,2008年10月14日錄入,相隔3個工作日",
            ),
        ] {
            assert_eq!(official(found), said);
        }
    }
}
