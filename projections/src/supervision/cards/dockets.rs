//! 牌的卷宗: what shows only over several cards: warnings in a row, red cards on one matter, cards
//! that what is now known refutes, cards of a unit in a year, decisions on appeals.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use tongjian_events::card::{CardLevel, Subject};
use tongjian_events::policy::{CardPolicyAdopted, CardTrigger, LadderRow};
use tongjian_events::values::UnitCode;
use tongjian_events::{SiteCode, StreamId, StreamKind};

use super::issue::{self, Card, counted};
use super::life::site_of;
use crate::context::{Context, day_after};
use crate::deadlines::positions;
use crate::supervision::docket::{Docket, Month};
use crate::supervision::duty::{Duty, first_moment};
use crate::supervision::fact::{AppealFact, CardFact, Fact, Stated};
use crate::supervision::{ADMONITIONS, DUTIES, REFUTED, WITHDRAWALS};
use crate::{Cell, Lines, Table, day, integer, text};

/// 被推翻的牌: cards of the engine that no longer follow from what is known of their case.
pub(in crate::supervision) const REFUTED_CARDS: Table = Table {
    name: "card_refutations",
    columns: &[
        text("card"),
        text("site"),
        text("case_stream"),
        text("rule"),
        integer("rule_edition"),
        text("level"),
        day("issued_on"),
        day("arises_on"),
        text("positions"),
        text("detail"),
    ],
    indexes: &[&["card"], &["site", "arises_on"], &["arises_on"]],
};

/// 撤牌率: per unit and per officer and month, what fell due, was decided and withdrawn.
pub(in crate::supervision) const CARD_WITHDRAWALS: Table = Table {
    name: "card_withdrawals",
    columns: &[
        text("whose"),
        text("name"),
        day("month"),
        integer("issued"),
        integer("decided"),
        integer("withdrawn"),
        integer("without_evidence"),
        integer("by_involved"),
        text("positions"),
    ],
    indexes: &[&["whose", "name", "month"], &["month"]],
};

/// 應予告誡: units with so many cards in a year that an admonition is due; a person gives it.
pub(in crate::supervision) const ADMONITIONS_DUE: Table = Table {
    name: "admonitions_due",
    columns: &[
        text("site"),
        integer("year"),
        integer("rule_edition"),
        integer("cards"),
        day("arises_on"),
        text("positions"),
        text("detail"),
    ],
    indexes: &[&["site", "arises_on"], &["arises_on"]],
};

/// A card as a docket knows it.
type Known<'f> = (&'f Stated, &'f CardFact);

/// What follows from the cards of a docket.
pub(in crate::supervision) fn judge(
    docket: &Docket,
    facts: &[Stated],
    context: &Context,
    out: &mut Lines,
) {
    let key = docket.key();
    let own = || facts.iter().filter(|stated| stated.docket == key);
    let mut cards: Vec<Known<'_>> = own()
        .filter_map(|stated| match &stated.fact {
            Fact::Card(card) => Some((stated, &**card)),
            _ => None,
        })
        .collect();
    // Not by position: that tells when somebody looked.
    cards.sort_by(|(a, one), (b, other)| (one.due_at, &a.stream).cmp(&(other.due_at, &b.stream)));
    let appeals: Vec<(&Stated, &AppealFact)> = own()
        .filter_map(|stated| match &stated.fact {
            Fact::AppealDecided(appeal) => Some((stated, &**appeal)),
            _ => None,
        })
        .collect();
    match docket {
        Docket::SiteMonth(site, month) => {
            let duties = in_a_row(site, *month, &cards, context);
            out.0.extend(duties.iter().map(|duty| (DUTIES, duty.line())));
            withdrawals("unit", site.as_str(), &cards, &appeals, out);
        }
        Docket::SiteYear(site, year) => admonition(site, *year, &cards, context, out),
        Docket::Case(case) => {
            let duties = repeated(case, &cards, context);
            out.0.extend(duties.iter().map(|duty| (DUTIES, duty.line())));
            let asked: Vec<&Stated> = own().collect();
            refuted(case, &cards, &duties, &asked, context, out);
        }
        Docket::Officer(officer) => {
            withdrawals("officer", officer.as_str(), &cards, &appeals, out);
        }
        _ => {}
    }
}

/// The rows of one trigger of the policy in force on a day.
fn rows(
    context: &Context,
    on: NaiveDate,
    trigger: CardTrigger,
) -> impl Iterator<Item = (&CardPolicyAdopted, &LadderRow)> {
    let policy = context.policies().cards.on(on);
    let rows =
        policy.into_iter().flat_map(|policy| policy.ladder.iter().map(move |row| (policy, row)));
    rows.filter(move |(_, row)| row.trigger == trigger)
}

/// 連續預警: each time so many warnings on cases of a unit have come together in one month, at the
/// end of that day. Withdrawn ones do not count.
fn in_a_row(site: &SiteCode, month: Month, cards: &[Known<'_>], context: &Context) -> Vec<Duty> {
    let warnings: Vec<&Known<'_>> = cards
        .iter()
        .filter(|(_, card)| card.level == CardLevel::Warning && card.subject.case.is_some())
        .filter(|(_, card)| card.withdrawn_on.is_none())
        .collect();
    let mut duties = Vec::new();
    for (at, (stated, _)) in warnings.iter().enumerate() {
        for (policy, row) in rows(context, stated.on, CardTrigger::ConsecutiveWarnings) {
            let times = row.times.map_or(0, |times| times.get() as usize);
            let group = (at + 1) / times.max(1);
            if times == 0 || (at + 1) % times != 0 {
                continue;
            }
            let first = at + 1 - times;
            let grounds = warnings.iter().skip(first).take(times);
            let place = context.jurisdiction(site);
            let Some(due_at) = first_moment(&place, day_after(stated.on)) else { continue };
            let Ok(unit) = UnitCode::new(site.as_str()) else { continue };
            let card = Card {
                policy,
                row,
                subject: Subject {
                    unit,
                    case: None,
                    step: None,
                    item: None,
                    site: Some(site.clone()),
                    window: None,
                    staff: None,
                },
                grounds: grounds.map(|(stated, _)| stated.position).collect(),
                matter: format!("{times} warnings in {month}, the last on {}", stated.on),
                due_at,
                object: format!("{site}.{month}.{group}"),
                or_else: format!("#{}", stated.position),
            };
            duties.extend(card.duty());
        }
    }
    duties
}

/// 同一事項再次發牌: so many cards of the level below, about one case, from when the last of them fell
/// due. Withdrawn ones do not count.
fn repeated(case: &StreamId, cards: &[Known<'_>], context: &Context) -> Vec<Duty> {
    let mut duties = Vec::new();
    let standing = || cards.iter().filter(|(_, card)| card.withdrawn_on.is_none());
    let site = |(stated, card): &Known<'_>| issue::site_in(&stated.stream, &card.subject);
    for (last, card) in standing() {
        let own = site(&(last, card));
        for (policy, row) in rows(context, last.on, CardTrigger::CardRepeated) {
            let level = counted(policy, row);
            let same = standing().filter(|known| Some(known.1.level) == level);
            let same = same.filter(|known| site(known) == own);
            let times = row.times.map_or(usize::MAX, |times| times.get() as usize);
            let together: Vec<&Known<'_>> = same.take(times).collect();
            let is_last =
                together.last().is_some_and(|(stated, _)| stated.position == last.position);
            if together.len() < times || !is_last {
                continue;
            }
            let mut subject = card.subject.clone();
            (subject.step, subject.staff) = (None, None);
            let named = Card {
                policy,
                row,
                subject,
                grounds: together.iter().map(|(stated, _)| stated.position).collect(),
                matter: format!("{times} cards on one matter, the last on {}", last.on),
                due_at: card.due_at.0,
                object: issue::object(case.name(), own.as_ref(), None),
                or_else: format!("#{}", last.position),
            };
            duties.extend(named.duty());
        }
    }
    duties
}

/// 被推翻: a card of the engine that neither its case nor what else speaks of it asks for any more:
/// from the first day on which something was entered later that changed it, or else from its issue.
fn refuted(
    case: &StreamId,
    cards: &[Known<'_>],
    duties: &[Duty],
    stated: &[&Stated],
    context: &Context,
    out: &mut Lines,
) {
    let mut amended: Vec<(u64, NaiveDate)> = Vec::new();
    let mut asked: Vec<&StreamId> = duties.iter().map(|duty| &duty.stream).collect();
    for fact in stated {
        if let Fact::CardsAsked { cards, amended: by } = &fact.fact {
            asked.extend(cards);
            amended.extend(by);
        }
    }
    amended.sort_by_key(|(position, on)| (*on, *position));
    for (issued, card) in cards {
        let stream: Option<StreamId> = issued.stream.parse().ok();
        let of_ladder = context
            .policies()
            .cards
            .adopted()
            .any(|policy| policy.ladder.iter().any(|row| row.rule == card.rule));
        let stands = stream
            .is_none_or(|stream| stream.kind() != StreamKind::Card || asked.contains(&&stream));
        if stands || !card.by_engine || !of_ladder || card.withdrawn_on.is_some() {
            continue;
        }
        let by = amended.iter().find(|(_, on)| *on >= card.issued_on);
        let arises_on = by.map_or(card.issued_on, |(_, on)| *on);
        let mut evidence = vec![issued.position];
        evidence.extend(by.map(|(position, _)| *position));
        out.0.push((
            REFUTED,
            vec![
                issued.stream.clone().into(),
                site_of(&card.subject).map(|site| site.to_string()).into(),
                case.to_string().into(),
                card.rule.to_string().into(),
                i64::from(card.rule_edition.get()).into(),
                card.level.to_string().into(),
                card.issued_on.into(),
                arises_on.into(),
                positions(&evidence).into(),
                format!("issued on {}; what is known since does not ask for it", card.issued_on)
                    .into(),
            ],
        ));
    }
}

/// 撤牌率: a line for each month in which something fell due or was decided.
fn withdrawals(
    whose: &'static str,
    name: &str,
    cards: &[Known<'_>],
    appeals: &[(&Stated, &AppealFact)],
    out: &mut Lines,
) {
    #[derive(Default)]
    struct Count {
        issued: u64,
        decided: u64,
        withdrawn: u64,
        without_evidence: u64,
        by_involved: u64,
        positions: Vec<u64>,
    }
    let mut months: BTreeMap<Month, Count> = BTreeMap::new();
    for (stated, _) in cards {
        months.entry(Month::holding(stated.on)).or_default().issued += 1;
    }
    for (stated, appeal) in appeals {
        let count = months.entry(Month::holding(stated.on)).or_default();
        count.decided += 1;
        count.withdrawn += u64::from(appeal.withdrawn);
        count.without_evidence += u64::from(appeal.withdrawn && !appeal.with_evidence);
        count.by_involved += u64::from(appeal.same_officer);
        count.positions.push(stated.position);
    }
    for (month, count) in months {
        out.0.push((
            WITHDRAWALS,
            vec![
                Cell::Word(whose),
                name.into(),
                month.first().into(),
                count.issued.into(),
                count.decided.into(),
                count.withdrawn.into(),
                count.without_evidence.into(),
                count.by_involved.into(),
                positions(&count.positions).into(),
            ],
        ));
    }
}

/// 年度告誡: from the day of the unit's card that makes the number full. The line names all of the
/// year; whether to admonish is for a person.
fn admonition(site: &SiteCode, year: i32, cards: &[Known<'_>], context: &Context, out: &mut Lines) {
    let counts = |card: &CardFact| {
        matches!(card.level, CardLevel::Yellow | CardLevel::Red) && card.withdrawn_on.is_none()
    };
    let cards: Vec<&Known<'_>> = cards.iter().filter(|(_, card)| counts(card)).collect();
    let full = cards.iter().zip(1_u64..).find_map(|((stated, _), number)| {
        let policy = context.policies().cards.on(stated.on)?;
        let from = policy.admonition_cards_a_year?;
        (number >= u64::from(from.get())).then_some((stated.on, policy.edition, from))
    });
    let Some((arises_on, edition, from)) = full else { return };
    let all: Vec<u64> = cards.iter().map(|(stated, _)| stated.position).collect();
    out.0.push((
        ADMONITIONS,
        vec![
            site.to_string().into(),
            i64::from(year).into(),
            i64::from(edition.get()).into(),
            (cards.len() as u64).into(),
            arises_on.into(),
            positions(&all).into(),
            format!("{} cards of the unit in {year}; {from} ask for an admonition", cards.len())
                .into(),
        ],
    ));
}
