//! 考核辦法的自洽: rows that speak twice, bonuses without steps, a ranking whose levels are out of
//! order, two forms for one post.

use super::super::{
    Deduction, DeductionReason, Formula, Ranking, ScoreForm, ScoreRulesAdopted, UnitNotice,
};
use super::{Sound, at_least, broken, each_once, in_order};

pub(super) fn of(own: &ScoreRulesAdopted) -> Sound {
    let minutes = own.batch_entry_minutes.get();
    at_least("window_not_empty", 1, &[("batch_entry_minutes", minutes)])?;
    formula(&own.formula)?;
    ranking(&own.ranking)?;
    forms(&own.forms)
}

fn formula(own: &Formula) -> Sound {
    let conversion = u32::try_from(own.conversion_hundredths.get()).unwrap_or_default();
    at_least("score_can_be_had", 1, &[("formula.conversion_hundredths", conversion)])?;
    for (at, row) in own.deductions.iter().enumerate() {
        deduction(&format!("formula.deductions[{at}]"), row)?;
        let again = own.deductions.iter().take(at).any(|other| speak_of_one(other, row));
        if again {
            let why = format!("a second row speaks of the same `{}`", row.reason);
            return broken("one_row_per_reason", &format!("formula.deductions[{at}]"), &why);
        }
    }
    for (at, row) in own.bonuses.iter().enumerate() {
        let place = |field: &str| format!("formula.bonuses[{at}].{field}");
        let further = u32::from(row.each_further_percent.get());
        at_least("bonus_has_steps", 1, &[(&place("each_further_percent"), further)])?;
        let quality = row.least_quality_percent.map_or(0, |percent| percent.get());
        let from = row.from_percent.get();
        for (name, share) in [("from_percent", from), ("least_quality_percent", quality)] {
            if share > 100 {
                let why = format!("it is {share} per cent, a share has at most 100");
                return broken("share_of_the_whole", &place(name), &why);
            }
        }
        if own.bonuses.iter().take(at).any(|other| other.reason == row.reason) {
            let why = format!("a second row speaks of `{}`", row.reason);
            return broken("one_row_per_reason", &place("reason"), &why);
        }
    }
    let sanctions: Vec<_> = own.sanctions.iter().map(|row| &row.rule).collect();
    match sanctions.is_empty() {
        true => Ok(()),
        false => each_once("one_row_per_reason", "formula.sanctions", &sanctions),
    }
}

fn deduction(place: &str, row: &Deduction) -> Sound {
    each_once("parts_each_once", &format!("{place}.parts"), &row.parts)?;
    if let Some(every) = row.every {
        at_least("counted_from_one", 1, &[(&format!("{place}.every"), every.get())])?;
    }
    if let Some(most) = row.most_hundredths
        && most.get() > row.points_hundredths.get()
    {
        let (most, points) = (most.get(), row.points_hundredths.get());
        let why = format!("at most {most} hundredths are taken in all, but {points} each time");
        return broken("most_not_below_each", &format!("{place}.most_hundredths"), &why);
    }
    let of_card = matches!(
        row.reason,
        DeductionReason::Warning | DeductionReason::YellowCard | DeductionReason::RedCard
    );
    let of_complaint = matches!(
        row.reason,
        DeductionReason::ComplaintVerified | DeductionReason::ComplaintPartlyVerified
    );
    if !row.rules.is_empty() && !of_card {
        let why = format!("`{}` is no card, and cites no rule", row.reason);
        return broken("rules_of_cards_only", &format!("{place}.rules"), &why);
    }
    if !row.categories.is_empty() && !of_complaint {
        let why = format!("`{}` is no complaint, and has no kind", row.reason);
        return broken("kinds_of_complaints_only", &format!("{place}.categories"), &why);
    }
    Ok(())
}

/// Whether two rows speak of the same fact: both of all, or both of one rule or kind.
fn speak_of_one(one: &Deduction, other: &Deduction) -> bool {
    let all = |row: &Deduction| row.rules.is_empty() && row.categories.is_empty();
    one.reason == other.reason
        && (all(one) && all(other)
            || one.rules.iter().any(|rule| other.rules.contains(rule))
            || one.categories.iter().any(|kind| other.categories.contains(kind)))
}

fn ranking(own: &Ranking) -> Sound {
    let reply = own.reply_working_days.get().into();
    at_least("card_can_be_answered", 1, &[("ranking.reply_working_days", reply)])?;
    let row = ("ranking.admonition_in_a_row", own.admonition_in_a_row.get());
    let year = ("ranking.admonition_in_a_year", own.admonition_in_a_year.get());
    at_least("counted_from_one", 1, &[row, year])?;
    in_order("admonitions_in_order", &[(row, year)])?;
    let weight = |notice| match notice {
        UnitNotice::OralReminder => 0,
        UnitNotice::Yellow => 1,
        UnitNotice::Red => 2,
    };
    for (at, card) in own.unit_cards.iter().enumerate() {
        let field = format!("ranking.unit_cards[{at}].last_places");
        let places = card.last_places.get();
        at_least("counted_from_one", 1, &[(&field, places)])?;
        let Some(before) = at.checked_sub(1).and_then(|before| own.unit_cards.get(before)) else {
            continue;
        };
        if places <= before.last_places.get() {
            let why = format!("{places} places stand after {}", before.last_places);
            return broken("places_in_order", &field, &why);
        }
        if weight(card.notice) >= weight(before.notice) {
            let why = format!("`{}` stands after `{}`", card.notice, before.notice);
            return broken("notices_in_order", &field, &why);
        }
    }
    // Whom an oral reminder reaches is not the worst; cards for all of a ranking would rank nobody.
    let cards = own.unit_cards.iter().filter(|card| card.notice != UnitNotice::OralReminder);
    let most = cards.map(|card| card.last_places.get()).max().unwrap_or(1);
    let least = ("ranking.least_units", own.least_units.get());
    in_order("somebody_is_spared", &[(("ranking.unit_cards", most), least)])
}

fn forms(own: &[ScoreForm]) -> Sound {
    for (at, form) in own.iter().enumerate() {
        let place = |field: &str| format!("forms[{at}].{field}");
        let parts: Vec<_> = form.parts.iter().map(|part| &part.part).collect();
        each_once("parts_each_once", &place("parts"), &parts)?;
        each_once("levels_each_once", &place("levels"), &form.levels)?;
        for other in own.iter().take(at) {
            let level = form.levels.iter().find(|level| other.levels.contains(level));
            if let Some(level) = level.filter(|_| other.of == form.of) {
                let why =
                    format!("`{}` and `{}` score a {level} {}", other.form, form.form, form.of);
                return broken("one_form_per_post", &place("levels"), &why);
            }
        }
    }
    Ok(())
}
