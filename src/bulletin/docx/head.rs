//! 版頭: the mark, the number, the red rule; and the title and the recipients below it.

use super::body::kept_blank_line;
use super::paragraph::{self, Paragraph};
use super::{Element, Writer, style};
use crate::bulletin::layout::{
    self, BLANK_LINES, DATE_RIGHT, LINE_PITCH, RED, RED_RULE, RED_RULE_BELOW, halves,
};
use crate::bulletin::sheet::{Kept, Piece, Signature};

impl Writer<'_> {
    /// 發文機關標誌, so far below the upper edge of the type area as the standard says.
    pub(super) fn mark(&self, words: &str) -> Element {
        let profile = self.sheet.profile;
        let font = profile.mark(words.chars().count());
        let height = font.size.times(5).shared_by(4);
        // What the line is higher than the characters stands above and below them.
        let above = height.less(font.size).shared_by(2);
        let before = profile.mark_below().less(above).twips();
        Paragraph::of("OrganMark")
            .with(style::spacing(before, 0, height.twips()))
            .say_in(self, font, words)
            .done()
    }

    /// 發文字號.
    pub(super) fn number(&self, number: &str) -> Element {
        let before = LINE_PITCH.times(BLANK_LINES).twips();
        Paragraph::of("DocumentNumber")
            .with(style::spacing(before, 0, LINE_PITCH.twips()))
            .say(self, number)
            .done()
    }

    /// 標題, two lines below the rule; one line below it the letter begins.
    pub(super) fn title(&self, title: &str) -> Element {
        let (before, line) = (LINE_PITCH.times(BLANK_LINES).twips(), LINE_PITCH.twips());
        let mut paragraph = Paragraph::of("Title").with(style::spacing(before, line, line));
        for (place, line) in title_lines(title, &self.sheet.kept).iter().enumerate() {
            if place > 0 {
                paragraph = paragraph.line_break();
            }
            paragraph = paragraph.say(self, line);
        }
        paragraph.done()
    }

    /// 主送機關.
    pub(super) fn recipients(&self, recipients: &str) -> Element {
        Paragraph::of("Recipients").say(self, recipients).done()
    }

    /// 成文日期, and above it in 2012 who signs, centred over the date.
    pub(super) fn signature(&self, signature: &Signature) -> Vec<Element> {
        let mut lines = vec![kept_blank_line(), kept_blank_line()];
        let right = DATE_RIGHT * 2;
        if let Some(body) = &signature.body {
            let overhang = (halves(&signature.date) - halves(body)) / 2;
            let body = self.at_right(body, (right + overhang).max(0), true);
            lines.push(body);
        }
        lines.push(self.at_right(&signature.date, right, false));
        lines
    }

    /// At the right, so many halves of a character from the edge.
    fn at_right(&self, text: &str, halves: i64, kept: bool) -> Element {
        let indent = paragraph::right_indent(halves);
        Paragraph::of("Signature").kept(kept).with(indent).say(self, text).done()
    }
}

/// 紅色分隔線, so far below the number as the standard says.
pub(super) fn red_rule() -> Element {
    // A line is higher than its characters; half of that stands below the number already.
    let below_number = LINE_PITCH.less(layout::NUMBER.size).shared_by(2);
    let rule = Element::of("w:bottom", "single")
        .number("w:sz", RED_RULE.emu() * 8 / 12_700)
        .with("w:space", "0")
        .with("w:color", RED);
    Paragraph::of("Normal")
        .with(Element::new("w:pBdr").child(rule))
        .with(style::lines(RED_RULE_BELOW.less(below_number).twips()))
        .done()
}

/// The lines of the title, each a little shorter than the one above it: a trapezoid, as the
/// standards ask for, a character from each edge. No line ends within what is kept together, no
/// number is broken, and no line begins with 的 or a closing sign.
fn title_lines(title: &str, kept: &Kept) -> Vec<String> {
    let most = (layout::TYPE_WIDTH.emu() / layout::TITLE.size.emu() - 2) * 2;
    let mut rest: Vec<Letter> = letters(title, kept);
    let mut lines = Vec::new();
    loop {
        let whole: i64 = rest.iter().map(|letter| width(letter.ch)).sum();
        let count = (whole + most - 1) / most.max(1);
        if count <= 1 {
            break;
        }
        let wanted = ((whole + count - 1) / count + 2).min(most);
        let below = rest.split_off(break_of(&rest, wanted));
        lines.push(rest.iter().map(|letter| letter.ch).collect());
        rest = below;
    }
    lines.push(rest.iter().map(|letter| letter.ch).collect());
    lines
}

/// A character of a title.
#[derive(Debug, Clone, Copy)]
struct Letter {
    ch: char,
    /// It goes on with what is kept together, so that no line may begin with it.
    goes_on: bool,
}

fn letters(title: &str, kept: &Kept) -> Vec<Letter> {
    let of = |piece: Piece<'_>| {
        let letter = move |(at, ch)| Letter { ch, goes_on: piece.is_whole && at > 0 };
        piece.text.chars().enumerate().map(letter).collect::<Vec<_>>()
    };
    kept.pieces(title).into_iter().flat_map(of).collect()
}

fn width(letter: char) -> i64 {
    halves(letter.encode_utf8(&mut [0; 4]))
}

/// Words of two characters that stand in our titles, in both scripts: no line ends within one.
const WORDS: [&str; 22] = [
    "關於", "关于", "便民", "服務", "服务", "窗口", "電子", "电子", "監察", "监察", "情況", "情况",
    "通報", "通报", "全市", "全縣", "全县", "中心", "投訴", "投诉", "整改", "更正",
];

/// A line would begin within the name of a place, such as 南通市.
fn ends_a_place(letters: &[Letter], at: usize) -> bool {
    let letter = |at: usize| letters.get(at).map(|letter| letter.ch);
    let ends = |at: usize| {
        matches!(letter(at), Some('市' | '縣' | '县' | '區' | '区' | '鎮' | '镇' | '鄉' | '乡'))
    };
    ends(at) || (ends(at + 1) && letter(at) != Some('全'))
}

/// Before which character a line of at most this width ends: never the first, so that each line
/// holds something.
fn break_of(letters: &[Letter], wanted: i64) -> usize {
    let mut used = 0;
    let fits = letters.iter().take_while(|letter| {
        used += width(letter.ch);
        used <= wanted
    });
    let fits = fits.count().max(1);
    let good = |place: &usize| match letters.get(place.saturating_sub(1)..=*place) {
        Some([before, at]) => {
            let (before, after) = (before.ch, at.ch);
            !at.goes_on
                && !ends_a_place(letters, *place)
                && !WORDS.iter().any(|word| word.chars().eq([before, after]))
                && !(before.is_ascii_alphanumeric()
                    && (after.is_ascii_alphanumeric() || after == '年'))
                && !matches!(after, '的' | '月' | '、' | ',' | ')' | '，' | '）' | '》' | '〕')
                && !matches!(before, '(' | '（' | '《' | '〔')
        }
        _ => false,
    };
    // A name of nine characters may stand at the end of a line, and goes to the next one whole.
    (fits.div_ceil(3)..=fits).rev().find(good).unwrap_or(fits)
}

#[cfg(test)]
mod tests {
    use super::title_lines;
    use crate::bulletin::letter::Script;
    use crate::bulletin::script::Converter;
    use crate::bulletin::sheet::Kept;

    fn lines(scope_name: &str, title: &str) -> Vec<String> {
        let script = if title.contains('关') { Script::Simplified } else { Script::Traditional };
        title_lines(title, &Kept::of(scope_name, &Converter::of(script).unwrap()))
    }

    #[test]
    fn a_title_is_broken_into_a_trapezoid_and_never_within_a_number() {
        let title = "關於2008年7月份全市便民服務窗口電子監察情況的通報";
        assert_eq!(lines("", title), ["關於2008年7月份全市便民服務", "窗口電子監察情況的通報"]);
        let title = "关于2008年7月份南通市电子监察情况的通报";
        assert_eq!(lines("南通市", title), ["关于2008年7月份南通市", "电子监察情况的通报"]);
        let title = "关于2026年第一季度南通市电子监察情况的通报";
        assert_eq!(lines("南通市", title), ["关于2026年第一季度", "南通市电子监察情况的通报"]);
        assert_eq!(lines("", "關於電子監察情況的通報"), ["關於電子監察情況的通報"]);
        assert_eq!(lines("", ""), [""]);
    }

    #[test]
    fn no_line_of_a_title_ends_within_a_name() {
        for name in ["南通经济技术开发区", "栟茶镇", "如东县栟茶镇", "平墩村", "某某某某某某某街道"]
        {
            for title in [
                format!("关于2008年7月份{name}电子监察情况的通报"),
                format!("关于2008年7月1日至2008年7月15日{name}电子监察情况的通报"),
                format!("关于更正《关于2008年下半年{name}电子监察情况的通报》的通知"),
            ] {
                let lines = lines(name, &title);
                assert_eq!(lines.concat(), title);
                assert!(lines.iter().any(|line| line.contains(name)), "{lines:?}");
                let widest = lines.iter().map(|line| super::halves(line)).max();
                assert!(widest.is_some_and(|widest| widest <= 36), "{lines:?}");
            }
        }
    }
}
