//! 內容協商: the format of an answer, as the address says or else as the reader accepts it.

use std::cmp::Reverse;

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

/// A media range, and how much it is wanted.
struct Range {
    media: String,
    quality: u16,
}

impl Range {
    fn of(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default().to_ascii_lowercase();
        let said = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        let quality = said.map_or(Some(1_000), thousandths)?;
        Some(Self { media, quality })
    }

    /// How exactly it names a media type; `None` where it does not.
    fn names(&self, own: &str) -> Option<u8> {
        let kind = || own.split('/').next().unwrap_or_default();
        match self.media.as_str() {
            media if media == own => Some(2),
            "*/*" => Some(0),
            media => media.strip_suffix("/*").filter(|of| *of == kind()).map(|_| 1),
        }
    }
}

/// The most wanted format of those that are built. Of a format the range speaks that names it most
/// exactly; of formats that are wanted alike the one whose range comes first.
fn of_accepted(accepted: &str) -> Option<Format> {
    if accepted.trim().is_empty() {
        return Some(Format::Json);
    }
    let ranges: Vec<Range> = accepted.split(',').filter_map(Range::of).collect();
    let wanted = |format: Format| {
        let own = format.media_type().split(';').next().unwrap_or_default();
        let named =
            (0..).zip(&ranges).filter_map(|(at, range)| Some((range.names(own)?, at, range)));
        let (_, at, range) = named.max_by_key(|(exactly, at, _)| (*exactly, Reverse(*at)))?;
        (range.quality > 0).then_some((range.quality, Reverse::<usize>(at)))
    };
    let built = Format::ALL.into_iter().filter(|format| format.is_built());
    // Of several that one range names the first is written.
    let all = (0..).zip(built).filter_map(|(no, format)| Some((wanted(format)?, no, format)));
    all.max_by_key(|(wanted, no, _)| (*wanted, Reverse::<usize>(*no))).map(|(.., format)| format)
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
            ("*/*, application/json;q=0", Some(Format::Html)),
            ("application/json;q=0.1, */*;q=0.5", Some(Format::Html)),
            ("text/*, text/html;Q=0.2", Some(Format::Md)),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some(Format::Html)),
            ("text/markdown, text/html", Some(Format::Md)),
            (",;q=, /;", None),
        ] {
            assert_eq!(of_accepted(accepted), format, "{accepted}");
        }
    }
}
