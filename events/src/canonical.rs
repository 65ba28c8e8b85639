//! Canonical JSON (RFC 8785) for the values this product writes: ASCII member names, whole
//! numbers within ±(2^53 - 1), no floats. What cannot be written exactly is refused, not rounded.

use serde_json::Value;

use crate::refusal::Refusal;

/// The greatest whole number that RFC 8785 keeps exactly.
const MAX_EXACT: u64 = (1 << 53) - 1;

/// Appends the canonical form of `value`.
///
/// # Errors
/// [`Refusal::Malformed`] for a float, a number past 2^53 - 1, or a member name that is not ASCII.
pub(crate) fn write(value: &Value, out: &mut Vec<u8>) -> Result<(), Refusal> {
    let refuse = |rule: String| Err(Refusal::Malformed { rule });
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => {
            let size = number.as_i64().map(i64::unsigned_abs).or(number.as_u64());
            match size {
                Some(size) if size <= MAX_EXACT => {
                    out.extend_from_slice(number.to_string().as_bytes());
                }
                _ => {
                    return refuse(format!(
                        "{number} is no whole number within 2^53; send it as text"
                    ));
                }
            }
        }
        Value::String(text) => write_text(text, out)?,
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(members) => {
            // Sorted here, whatever map type a dependency's features select for `Value`.
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_unstable_by_key(|(name, _)| name.as_str());
            out.push(b'{');
            for (index, (name, item)) in sorted.into_iter().enumerate() {
                if !name.is_ascii() {
                    return refuse(format!("the member name `{name}` is not ASCII"));
                }
                if index > 0 {
                    out.push(b',');
                }
                write_text(name, out)?;
                out.push(b':');
                write(item, out)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

/// `serde_json` escapes exactly what RFC 8785 asks for: `"`, `\`, and control characters, the
/// short forms where they exist, lower-case hexadecimal elsewhere.
fn write_text(text: &str, out: &mut Vec<u8>) -> Result<(), Refusal> {
    serde_json::to_writer(out, text)
        .map_err(|source| Refusal::Malformed { rule: source.to_string() })
}
