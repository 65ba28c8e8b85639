//! A PDF against a chronicle: it carries marks and no letter, so the letter is made again by them,
//! printed, and compared.

use tongjian_events::StreamId;

use super::{Against, Finding, Verified, VerifyError, stood};
use crate::bulletin::contents::{Contents, Makes, Progress};
use crate::bulletin::pdf::{self, Difference};
use crate::bulletin::render::{RenderError, fonts};

/// Verifies a printed bulletin as it stands by the chronicle.
///
/// # Errors
/// [`VerifyError`].
pub(super) async fn verify(
    bytes: &[u8],
    against: &Against,
    progress: &Progress,
) -> Result<Result<Verified, Finding>, VerifyError> {
    let Some(marks) = pdf::basis_of(bytes) else {
        return Ok(Err(Finding::Printed(Difference::NoMarks.to_string())));
    };
    let stream: StreamId = marks.stream.parse().map_err(VerifyError::Stream)?;
    let (then, held) = stood(against, &stream, marks.until_position, progress).await?;
    let (contents, makes) = (Contents::default(), Makes::Here(progress.clone()));
    let letter = contents.letter(then.store(), &held, marks.erratum_no, &makes).await?;
    let difference = pdf::compare(bytes, &letter, fonts()?).map_err(RenderError::from)?;
    if let Some(difference) = difference {
        return Ok(Err(Finding::Printed(difference.to_string())));
    }
    Ok(Ok(Verified {
        stream: marks.stream,
        position: marks.until_position,
        figures: letter.content.figures.len(),
        head: held.issued.is_some(),
    }))
}
