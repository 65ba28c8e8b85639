//! A PDF against a chronicle: it carries marks and no letter, so the letter is made again by them,
//! as it stood after each step of the bulletin, printed, and compared. The state that gives the
//! file is the one that the file shows.

use tongjian_events::StreamId;

use super::{Against, Finding, Verified, VerifyError, stood};
use crate::bulletin::contents::{Contents, Makes, Progress};
use crate::bulletin::letter::{Letter, Standing};
use crate::bulletin::life::{Bulletin, LifeError, Refused};
use crate::bulletin::pdf::{self, Difference, Marks};
use crate::bulletin::render::{RenderError, fonts};

/// Verifies a printed bulletin in the state that it shows.
///
/// # Errors
/// [`VerifyError`].
pub(super) async fn verify(
    bytes: &[u8],
    against: &Against,
    progress: &Progress,
) -> Result<Result<Verified, Finding>, VerifyError> {
    let Some(marks) = pdf::basis_of(bytes) else {
        // It holds no letter that could differ.
        return Err(RenderError::NoLetter(Difference::NoMarks.to_string()).into());
    };
    let stream: StreamId = marks.stream.parse().map_err(VerifyError::Stream)?;
    let (then, states) = stood(against, &stream, marks.until_position, progress).await?;
    let (contents, makes) = (Contents::default(), Makes::Here(progress.clone()));
    let mut tried: Vec<Letter> = Vec::new();
    let mut closest: Option<Difference> = None;
    // The last first: most files show a bulletin as it stands.
    for held in states.iter().rev().filter(|held| counts_up_to(held, &marks)) {
        let letter = contents.letter(then.store(), held, marks.erratum_no, &makes).await;
        let letter = match letter {
            Err(LifeError::Refused(differs @ Refused::ContentDiffers { .. })) => {
                return Ok(Err(Finding::Printed(differs.to_string())));
            }
            letter => letter?,
        };
        if tried.contains(&letter) {
            continue;
        }
        let Some(difference) = pdf::compare(bytes, &letter, fonts()?).map_err(RenderError::from)?
        else {
            return Ok(Ok(Verified {
                stream: marks.stream,
                position: marks.until_position,
                figures: letter.content.figures.len(),
                head: letter.standing == Standing::Issued,
            }));
        };
        tried.push(letter);
        if closest.as_ref().is_none_or(|closest| reach(&difference) > reach(closest)) {
            closest = Some(difference);
        }
    }
    let none = || {
        let (stream, until) = (&marks.stream, marks.until_position);
        format!("the chronicle holds no letter of `{stream}` that counts up to position {until}")
    };
    Ok(Err(Finding::Printed(closest.map_or_else(none, |closest| closest.to_string()))))
}

/// Whether a state of the bulletin has the letter that the marks name.
fn counts_up_to(held: &Bulletin, marks: &Marks) -> bool {
    let basis = match marks.erratum_no {
        None => held.drafted.as_ref().map(|drafted| &drafted.basis),
        Some(no) => held.erratum(no).map(|erratum| &erratum.basis),
    };
    basis.is_some_and(|basis| basis.until_position.0 == marks.until_position)
}

/// How far a file agrees with what was printed.
const fn reach(difference: &Difference) -> usize {
    match difference {
        Difference::OtherBytes(at) => *at,
        _ => 0,
    }
}
