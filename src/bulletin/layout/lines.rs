//! 行: how wide a text is, and on how many lines it stands, for the formats that must leave room
//! before anything is set.

use super::{Font, TYPE_WIDTH};

/// How wide a text is, in halves of a character.
#[must_use]
pub fn halves(text: &str) -> i64 {
    text.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum()
}

/// On how many lines of the type area a text stands, some blanks in from both edges.
#[must_use]
pub fn lines_of(text: &str, font: Font, blanks: i64) -> i64 {
    let in_line = (TYPE_WIDTH.emu() / font.size.emu() - blanks).max(1) * 2;
    (halves(text) + in_line - 1) / in_line
}

#[cfg(test)]
mod tests {
    use super::super::{TABLE, TEXT};
    use super::lines_of;

    #[test]
    fn a_text_that_is_longer_than_the_type_area_takes_another_line() {
        let lines = |characters: usize, blanks| lines_of(&"字".repeat(characters), TEXT, blanks);
        assert_eq!((lines(0, 0), lines(27, 0), lines(28, 0), lines(26, 2)), (0, 1, 2, 2));
        assert_eq!(lines_of("20 digits and blanks", TABLE, 0), 1);
    }
}
