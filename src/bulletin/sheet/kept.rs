//! 不拆: the words of a title that no line may end within: the name of the place, the date, and the
//! words that say what kind of letter it is.

use crate::bulletin::script::Converter;

/// What every title may hold, as it is said before it is converted.
const WORDS: [&str; 9] =
    ["電子監察", "通報", "情況", "關於", "更正", "上半年", "下半年", "季度", "月份"];
/// A longer name has to be broken somewhere.
const LONGEST: usize = 9;

/// 不拆之詞: the words that a letter's titles keep together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept(Vec<String>);

/// A stretch of a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece<'t> {
    /// What it says.
    pub text: &'t str,
    /// No line may end within it.
    pub is_whole: bool,
}

impl Kept {
    pub(in crate::bulletin) fn of(scope_name: &str, converter: &Converter) -> Self {
        let names = Some(scope_name).filter(|name| (2..=LONGEST).contains(&name.chars().count()));
        let words = names.into_iter().chain(WORDS);
        Self(words.map(|word| converter.printed(word)).collect())
    }

    /// A title in pieces; together they are the title.
    #[must_use]
    pub fn pieces<'t>(&self, title: &'t str) -> Vec<Piece<'t>> {
        let mut pieces = Vec::new();
        let (mut rest, mut loose) = (title, 0);
        while let Some(after) = rest.get(loose..).filter(|after| !after.is_empty()) {
            let Some(whole) = self.begins(after) else {
                loose += after.chars().next().map_or(1, char::len_utf8);
                continue;
            };
            let (before, _) = rest.split_at(loose);
            let (kept, later) = after.split_at(whole);
            pieces.extend(loose_piece(before));
            pieces.push(Piece { text: kept, is_whole: true });
            (rest, loose) = (later, 0);
        }
        pieces.extend(loose_piece(rest));
        pieces
    }

    /// How many bytes at the beginning of a text stay together.
    fn begins(&self, text: &str) -> Option<usize> {
        let word = self.0.iter().filter(|word| text.starts_with(word.as_str())).map(String::len);
        word.max().or_else(|| number(text))
    }
}

fn loose_piece(text: &str) -> Option<Piece<'_>> {
    (!text.is_empty()).then_some(Piece { text, is_whole: false })
}

/// 2008年, 7月份, 15日, 2008年7月15日, 7月15日: a number with what it counts, or a day whole.
fn number(text: &str) -> Option<usize> {
    let counted = |text: &str, units: &[&str]| {
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let after = text.get(digits..)?;
        let unit = units.iter().find(|unit| after.starts_with(**unit))?;
        (digits > 0).then_some(digits + unit.len())
    };
    let mut day = 0;
    for unit in ["年", "月", "日"] {
        day += text.get(day..).and_then(|rest| counted(rest, &[unit])).unwrap_or(0);
    }
    let is_day = text.get(..day).is_some_and(|day| day.ends_with('日'));
    if is_day { Some(day) } else { counted(text, &["月份", "年", "月", "周"]) }
}

#[cfg(test)]
mod tests {
    use super::{Kept, Piece};
    use crate::bulletin::letter::Script;
    use crate::bulletin::script::Converter;

    fn told(scope_name: &str, title: &str) -> Vec<String> {
        let converter = Converter::of(Script::Traditional).unwrap();
        let kept = Kept::of(scope_name, &converter);
        let say = |piece: &Piece<'_>| match piece.is_whole {
            true => format!("[{}]", piece.text),
            false => piece.text.to_owned(),
        };
        kept.pieces(title).iter().map(say).collect()
    }

    #[test]
    fn names_dates_and_the_kind_of_letter_stay_together() {
        let title = "關於2008年7月份南通市電子監察情況的通報";
        let pieces = told("南通市", title);
        assert_eq!(pieces.concat(), "[關於][2008年][7月份][南通市][電子監察][情況]的[通報]");
        assert_eq!(pieces.concat().replace(['[', ']'], ""), title);
        assert_eq!(told("如東縣", "各中心(室)辦件情況"), ["各中心(室)辦件", "[情況]"]);
        assert_eq!(told("", "2008年7月1日至15日"), ["[2008年7月1日]", "至", "[15日]"]);
        assert_eq!(told("", "6月28日至2009年1月5日"), ["[6月28日]", "至", "[2009年1月5日]"]);
        assert_eq!(told("", "2008"), ["2008"]);
        assert!(told("", "").is_empty());
        // A name that is longer than a line may be broken.
        let long = "很長很長很長很長的鎮";
        assert_eq!(told(long, long), [long]);
    }
}
