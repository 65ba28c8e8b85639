//! 行高: on how many lines the words of a cell stand, so that the typesetter need not set every cell
//! twice: once to know how high its row is, and once in the row. What is said here is never too
//! little: lines are broken at fewer places than the typesetter knows, and no glyph is narrower.

use super::super::layout::{Length, TABLE, TYPE_WIDTH};
use super::ink::BREAK;
use crate::bulletin::sheet::SheetColumn;

/// What a cell leaves at the left and at the right.
pub(super) const BESIDE: Length = Length::of_pt(4);
/// What it leaves above and below: 4.5 pt.
pub(super) const ABOVE: Length = Length::of_pt(9).shared_by(2);
/// Between two lines of a cell.
pub(super) const LEADING: Length = Length::of_pt(4);

/// A row of more lines may be broken between pages; its height is left to the typesetter.
const MOST_LINES: u32 = 20;
/// Of a width, in case somebody rounds: a hundredth of a character.
const SLACK: i64 = 10;

/// How much stands in a line of a column, in thousandths of a character.
pub(super) fn room(column: &SheetColumn, all: &[SheetColumn]) -> i64 {
    let width = column.of(TYPE_WIDTH, all).less(BESIDE.times(2));
    width.emu() * 1_000 / TABLE.size.emu() - SLACK
}

/// On how many lines a text stands, at most; none where that is not known, or more than a row of
/// one piece may have.
pub(super) fn lines(text: &str, room: i64, width: impl Fn(char) -> i64) -> Option<u32> {
    let (mut lines, mut line, mut unit) = (1, 0, 0);
    let mut before = None;
    for character in text.chars() {
        if character.is_control() {
            return None;
        }
        if before.is_some_and(|before| may_part(before, character)) {
            (lines, line) = placed(unit, room, (lines, line))?;
            unit = 0;
        }
        unit += if character == BREAK { 0 } else { width(character) };
        before = Some(character);
    }
    let (lines, _) = placed(unit, room, (lines, line))?;
    (lines <= MOST_LINES).then_some(lines)
}

/// What may not be parted, set behind what stands in the last line or below it.
fn placed(unit: i64, room: i64, (lines, line): (u32, i64)) -> Option<(u32, i64)> {
    match unit {
        _ if unit > room => None,
        _ if line + unit > room => Some((lines + 1, unit)),
        _ => Some((lines, line + unit)),
    }
}

/// Whether a line may surely end between two characters.
fn may_part(before: char, after: char) -> bool {
    if before == BREAK {
        return true;
    }
    let ends = is_ideograph(before) || is_closing(before);
    let begins = is_ideograph(after) || is_opening(after);
    let word = |character: char| character.is_ascii_alphanumeric();
    ends && begins || word(before) && is_ideograph(after) || is_ideograph(before) && word(after)
}

const fn is_ideograph(character: char) -> bool {
    matches!(
        character,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3fffd}'
    )
}

const fn is_closing(character: char) -> bool {
    matches!(character, '，' | '。' | '、' | '；' | '：' | '）' | '》' | '〕')
}

const fn is_opening(character: char) -> bool {
    matches!(character, '（' | '《' | '〔')
}

#[cfg(test)]
mod tests {
    use super::{BREAK, lines};

    /// Letters and digits are half as wide as a character.
    fn told(text: &str, characters: i64) -> Option<u32> {
        let width = |character: char| if character.is_ascii() { 500 } else { 1_000 };
        lines(text, characters * 1_000, width)
    }

    #[test]
    fn a_line_ends_between_characters_and_not_within_a_number() {
        assert_eq!(told("", 5), Some(1));
        assert_eq!(told("如東縣栟茶鎮", 6), Some(1));
        assert_eq!(told("如東縣栟茶鎮", 5), Some(2));
        assert_eq!(told("第1234村", 4), Some(1));
        // 第, 1234村 and not 第12, 34村.
        assert_eq!(told("第1234村", 2), Some(3));
        assert_eq!(told("100.00%", 4), Some(1));
        assert_eq!(told("100.00%", 3), None, "it cannot be broken, and does not fit");
    }

    #[test]
    fn marks_stay_with_what_they_close_or_open() {
        assert_eq!(told("人員、事項", 5), Some(1));
        // 人, 員、 and 事項.
        assert_eq!(told("人員、事項", 2), Some(3));
        assert_eq!(told("縣（市）", 3), Some(2));
        assert_eq!(told("縣（市）", 2), None);
    }

    #[test]
    fn what_is_not_known_is_left_to_the_typesetter() {
        assert_eq!(told("甲\n乙", 9), None);
        assert_eq!(told(&"字".repeat(40), 2), Some(20));
        assert_eq!(told(&"字".repeat(42), 2), None);
        assert_eq!(told(&format!("WWWW{BREAK}WWWW"), 2), Some(2));
    }
}
