//! 內容協商: the format of an answer, as the address says or else as the reader accepts it.

use actix_web::HttpRequest;
use actix_web::http::{StatusCode, header};

use crate::bulletin::render::Format;
use crate::http::asked::wrong;
use crate::http::error::Problem;

/// The format to answer in.
///
/// # Errors
/// 400 for an unknown format; 406 where nothing that is accepted is written here.
pub(super) fn format(request: &HttpRequest, named: Option<&str>) -> Result<Format, Problem> {
    if let Some(named) = named.filter(|named| !named.is_empty()) {
        let format: Format = named.parse().map_err(|rule: String| wrong("format", &rule))?;
        if format.is_built() {
            return Ok(format);
        }
        return Err(not_acceptable(&format!("this build does not write {format}")));
    }
    let values = request.headers().get_all(header::ACCEPT);
    let accepted: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
    of_accepted(&accepted.join(","))
        .ok_or_else(|| not_acceptable("nothing that `Accept` names is written here"))
}

fn not_acceptable(rule: &str) -> Problem {
    let known: Vec<_> = Format::ALL.into_iter().filter(|format| format.is_built()).collect();
    let known: Vec<_> = known.iter().map(|format| format.media_type()).collect();
    let detail = format!("{rule}; there are {}", known.join(", "));
    Problem::new(StatusCode::NOT_ACCEPTABLE, "not-acceptable", "Not in this format", detail)
}

/// The most wanted format of those that are built: by quality, then by the order they are named in.
fn of_accepted(accepted: &str) -> Option<Format> {
    if accepted.trim().is_empty() {
        return Some(Format::Json);
    }
    let built = || Format::ALL.into_iter().filter(|format| format.is_built());
    let mut best: Option<(u16, Format)> = None;
    for range in accepted.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default().to_ascii_lowercase();
        let quality =
            parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1_000), thousandths);
        let Some(quality) = quality.filter(|quality| *quality > 0) else { continue };
        let fits = |format: &Format| {
            let own = format.media_type().split(';').next().unwrap_or_default();
            media == "*/*"
                || media == own
                || media.strip_suffix("/*").is_some_and(|kind| own.split('/').next() == Some(kind))
        };
        if let Some(format) = built().find(fits)
            && best.is_none_or(|(most, _)| quality > most)
        {
            best = Some((quality, format));
        }
    }
    best.map(|(_, format)| format)
}

/// A quality of at most three decimals, in thousandths.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let whole: u16 = whole.parse().ok().filter(|whole| *whole <= 1)?;
    let part: u16 = format!("{part:0<3}").get(..3)?.parse().ok()?;
    Some((whole * 1_000 + part).min(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_wanted_format_is_answered() {
        for (accepted, format) in [
            ("", Some(Format::Json)),
            ("*/*", Some(Format::Json)),
            ("application/*", Some(Format::Json)),
            ("image/png, application/json;q=0.1", Some(Format::Json)),
            ("image/png", None),
            ("application/json;q=0", None),
            ("application/json;q=2", None),
        ] {
            assert_eq!(of_accepted(accepted), format, "{accepted}");
        }
    }
}
