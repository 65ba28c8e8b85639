//! 末行: the last line of an export that can be restored: where the chronicle ended, and the chain
//! up to there. It is canonical JSON with the one member `head`, which no envelope has.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use tongjian_events::instant;

use crate::access::hex;
use crate::store::Head;

/// How the line begins, and no envelope does.
const BEGINS: &[u8] = b"{\"head\":";

#[derive(Deserialize)]
struct Line {
    head: Written,
}

#[derive(Deserialize)]
struct Written {
    chain: String,
    position: String,
    recorded_at: String,
}

/// The line of this head, without its end.
#[must_use]
pub fn text(head: &Head) -> String {
    format!(
        r#"{{"head":{{"chain":"{}","position":"{}","recorded_at":"{}"}}}}"#,
        chain_text(&head.chain),
        head.position,
        instant::utc_text(head.recorded_at)
    )
}

/// The head that a line tells; `None` when the line is another one. What is not written to the
/// byte as [`text`] writes it is no last line.
#[must_use]
pub fn read(line: &[u8]) -> Option<Head> {
    if !line.starts_with(BEGINS) {
        return None;
    }
    let written = serde_json::from_slice::<Line>(line).ok()?.head;
    let recorded_at: DateTime<Utc> = instant::parse(&written.recorded_at).ok()?.to_utc();
    let head = Head {
        position: written.position.parse().ok()?,
        recorded_at,
        chain: chain_of(&written.chain).ok()?,
    };
    (text(&head).as_bytes() == line).then_some(head)
}

/// A chain as it is shown: `sha-256:` and 64 hexadecimal digits.
#[must_use]
pub fn chain_text(chain: &[u8; 32]) -> String {
    format!("sha-256:{}", hex(chain))
}

/// The chain that such a text shows.
///
/// # Errors
/// The rule that the text breaks.
pub fn chain_of(text: &str) -> Result<[u8; 32], String> {
    let rule = || format!("`{text}` is no chain: `sha-256:` and 64 hexadecimal digits");
    let digits = text.strip_prefix("sha-256:").filter(|digits| digits.len() == 64);
    let digits = digits.ok_or_else(rule)?;
    let mut chain = [0; 32];
    for (at, byte) in chain.iter_mut().enumerate() {
        let pair = digits.get(2 * at..2 * at + 2).ok_or_else(rule)?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| rule())?;
    }
    if chain_text(&chain) == text { Ok(chain) } else { Err(rule()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_line_is_read_as_it_was_written_and_in_no_other_way() {
        let recorded_at = DateTime::from_timestamp_micros(1_214_870_400_000_001).unwrap();
        let head = Head { position: 71, recorded_at, chain: [0xa7; 32] };
        let line = text(&head);
        assert_eq!(read(line.as_bytes()), Some(head));
        for other in [
            line.replace("\"71\"", "71"),
            line.replace("\"71\"", "\"071\""),
            line.replace("a7\"", "A7\""),
            line.replace("a7\"", "+7\""),
            line.replace("a7\"", "七\""),
            line.replace(".000001Z", ".000001+00:00"),
            line.replace("{\"head\"", "{ \"head\""),
            line.replace("}}", "},\"also\":1}"),
            line.replace("}}", "}} "),
        ] {
            assert_ne!(other, line);
            assert_eq!(read(other.as_bytes()), None, "{other}");
        }
    }
}
