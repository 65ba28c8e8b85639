//! Names of streams and numbers of positions, as bounds of what is read.

/// Greater than every stream name: names begin with the ASCII name of a kind.
const AFTER_EVERY_NAME: &str = "\u{10ffff}";

/// A bound as the database knows numbers. Nothing stands past its greatest one.
pub(super) fn bound(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

/// The least text greater than all that begin with `prefix`.
pub(super) fn end_of(prefix: &str) -> String {
    let mut end = prefix.to_owned();
    while let Some(last) = end.pop() {
        let next = (u32::from(last) + 1..=0xe000).chain([u32::from(last) + 1]);
        if let Some(next) = next.filter_map(char::from_u32).find(|next| *next > last) {
            end.push(next);
            return end;
        }
    }
    AFTER_EVERY_NAME.into()
}
