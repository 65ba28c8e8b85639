//! 案底: the letter that the chronicle gives for what a file says it is, beside the one in the file.

use std::sync::Arc;

use super::Finding;
use crate::bulletin::asked::Asked;
use crate::bulletin::content::Content;
use crate::bulletin::letter::{ByDate, Letter, Standing};
use crate::bulletin::life::Bulletin;

/// A letter by the chronicle.
pub(super) struct Recorded {
    /// The letter. What the chronicle does not tell is as the file has it.
    pub(super) letter: Letter,
    /// Whether it tells of this draft or issue: else number, date and recipients are the file's.
    pub(super) head: bool,
    /// The position that the content on record follows from.
    position: u64,
}

/// The letter that the chronicle gives for the one in a file, of the same standing; without what it
/// has by its date.
pub(super) fn recorded(file: &Letter, content: Arc<Content>, held: &Bulletin) -> Recorded {
    let basis = &content.basis;
    let asked = Asked { kind: content.kind, period: basis.period, scope: basis.scope.clone() };
    let position = basis.until_position.0;
    // A bulletin of which nothing is recorded yet is named by its period and site.
    let own = held.asked().is_some_and(|held| held == asked);
    let stream = if own { Ok(held.stream.clone()) } else { asked.term().stream(&asked.scope) };
    let stream = stream.map_or_else(|_| held.stream.to_string(), |stream| stream.to_string());
    let mut again = Letter { content, stream, ..file.clone() };
    if file.standing == Standing::Issued {
        return of_issue(again, held, position);
    }
    (again.number, again.erratum_no) = (None, None);
    (again.recipients, again.copies_to) = (Vec::new(), Vec::new());
    let drafted = again.content.digest().ok().and_then(|digest| {
        held.drafts.iter().rev().find(|(of, _)| *of == digest).map(|(_, on)| *on)
    });
    again.dated_on = drafted.unwrap_or(again.dated_on);
    // Once it is issued no draft follows: one that is not on record was none.
    let issued = held.issued.is_some() && drafted.is_none();
    let on_record = held.drafted.as_ref().filter(|_| issued);
    let position = on_record.map_or(position, |of| of.basis.until_position.0);
    Recorded { letter: again, head: drafted.is_some(), position }
}

fn of_issue(again: Letter, held: &Bulletin, position: u64) -> Recorded {
    let no = again.erratum_no;
    let basis = match no {
        Some(no) => held.erratum(no).map(|erratum| &erratum.basis),
        None => held.drafted.as_ref().map(|drafted| &drafted.basis),
    };
    let issued =
        held.issued.as_ref().and(held.letter(Arc::clone(&again.content), no, ByDate::default()));
    match issued.zip(basis) {
        Some((letter, basis)) => Recorded {
            letter: Letter { stream: again.stream, ..letter },
            head: true,
            position: basis.until_position.0,
        },
        None => Recorded { letter: again, head: false, position },
    }
}

/// What differs first beside the content.
pub(super) fn other_head(file: &Letter, recorded: &Recorded) -> Option<Finding> {
    let number =
        |letter: &Letter| letter.number.as_ref().map_or_else(|| "none".into(), ToString::to_string);
    let erratum = |letter: &Letter| letter.erratum_no.map_or("none".into(), |no| no.to_string());
    let held = &recorded.letter;
    let until = file.content.basis.until_position.0;
    let fields = [
        ("stream", file.stream.clone(), held.stream.clone()),
        ("until_position", until.to_string(), recorded.position.to_string()),
        ("number", number(file), number(held)),
        ("dated_on", file.dated_on.to_string(), held.dated_on.to_string()),
        ("erratum_no", erratum(file), erratum(held)),
        ("recipients", file.recipients.join("、"), held.recipients.join("、")),
        ("copies_to", file.copies_to.join("、"), held.copies_to.join("、")),
        ("issuer", file.body().to_owned(), held.body().to_owned()),
        ("subject_words", file.subject_words.join(" "), held.subject_words.join(" ")),
    ];
    let (field, file, recorded) = fields.into_iter().find(|(_, file, held)| file != held)?;
    Some(Finding::Head { field, file, recorded })
}
