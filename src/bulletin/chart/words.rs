//! 圖中文字: words in a drawing, which does not break lines by itself.

use crate::bulletin::script::is_han;

/// A text as it stands in an element or an attribute of XML and HTML.
pub(super) fn attribute(text: &str) -> String {
    crate::bulletin::html::escaped(text)
}

/// How wide a text is, about: a Chinese character is as wide as high, a digit half of that.
pub(super) fn width(text: &str, font: i64) -> i64 {
    text.chars().map(|c| if c.is_ascii() { font * 6 / 10 } else { font }).sum()
}

/// A label in lines of so many characters; what is too long for the lines ends in `…`. Digits and
/// letters that follow each other stay together.
pub(super) fn label_lines(text: &str, characters: i64, lines: usize) -> Vec<String> {
    let characters = characters.max(1) * 10;
    let mut broken: Vec<String> = vec![String::new()];
    for piece in pieces(text) {
        let full = broken.last().is_some_and(|line| {
            !line.is_empty() && width(line, 10) + width(&piece, 10) > characters
        });
        if full {
            broken.push(String::new());
        }
        if let Some(line) = broken.last_mut() {
            line.push_str(&piece);
        }
    }
    if broken.len() > lines {
        broken.truncate(lines);
        if let Some(last) = broken.last_mut() {
            last.pop();
            last.push('…');
        }
    }
    broken
}

fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for c in text.chars() {
        let word = |c: char| !is_han(c) && c.is_alphanumeric();
        match pieces.last_mut() {
            Some(last) if word(c) && last.chars().last().is_some_and(word) => last.push(c),
            _ => pieces.push(c.to_string()),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::label_lines;

    #[test]
    fn a_label_breaks_between_characters_and_not_in_a_number() {
        assert_eq!(label_lines("如東縣", 4, 3), ["如東縣"]);
        assert_eq!(label_lines("如東縣栟茶鎮", 4, 3), ["如東縣栟", "茶鎮"]);
        assert_eq!(label_lines("12月31日", 1, 4), ["12", "月", "31", "日"]);
        assert_eq!(label_lines("一二三四五", 1, 3), ["一", "二", "…"]);
        assert_eq!(label_lines("", 0, 3), [""]);
    }
}
