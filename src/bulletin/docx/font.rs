//! 字體: which face a stretch of text is set in. The faces of the standards hold the 6763
//! characters of GB 2312; a name beyond them, such as 栟茶, is set in one that holds it.

use super::page::W;
use super::{Element, Script};
use crate::bulletin::glyphs::{HeldBy, beyond_gb2312};
use crate::bulletin::layout::Face;
use crate::bulletin::script::is_han;

/// The font's name, as an office's machine has it. The fonts named `_GB2312` have no traditional
/// characters.
pub(super) const fn name(face: Face, script: Script) -> &'static str {
    match (face, script) {
        (Face::FangSong, Script::Simplified) => "仿宋_GB2312",
        (Face::FangSong, Script::Traditional) => "仿宋",
        (Face::XiaoBiaoSong, Script::Simplified) => "方正小标宋简体",
        (Face::XiaoBiaoSong, Script::Traditional) => "方正小标宋_GBK",
        (Face::HeiTi, _) => "黑体",
        (Face::KaiTi, Script::Simplified) => "楷体_GB2312",
        (Face::KaiTi, Script::Traditional) => "楷体",
        (Face::Song, _) => "宋体",
    }
}

/// What stands in for it where it is not installed.
const fn instead(face: Face) -> &'static str {
    match face {
        Face::FangSong => "FangSong",
        Face::XiaoBiaoSong => "STZhongsong",
        Face::HeiTi => "SimHei",
        Face::KaiTi => "KaiTi",
        Face::Song => "SimSun",
    }
}

const ALL: [Face; 5] = [Face::FangSong, Face::XiaoBiaoSong, Face::HeiTi, Face::KaiTi, Face::Song];

/// 字體表: what stands in for which font.
pub(super) fn font_table(script: Script) -> Element {
    let fonts = ALL.into_iter().map(|face| {
        Element::new("w:font")
            .with("w:name", name(face, script))
            .child(Element::of("w:altName", instead(face)))
            .child(Element::of("w:charset", "86"))
            .child(Element::of("w:family", if face == Face::HeiTi { "swiss" } else { "roman" }))
            .child(Element::of("w:pitch", "default"))
    });
    Element::new("w:fonts").with("xmlns:w", W).children(fonts)
}

/// A font by its name. The hint makes Word take dashes and quotation marks as Chinese.
pub(super) fn fonts(name: &'static str) -> Element {
    Element::new("w:rFonts")
        .with("w:hint", "eastAsia")
        .with("w:ascii", name)
        .with("w:eastAsia", name)
        .with("w:hAnsi", name)
        .with("w:cs", name)
}

/// A stretch of text, and the font it needs; none where the face of its place will do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) text: String,
    pub(super) font: Option<&'static str>,
}

/// The stretches of a text.
pub(super) fn stretches(text: &str, script: Script) -> Vec<Stretch> {
    let mut all: Vec<Stretch> = Vec::new();
    for letter in text.chars() {
        let font = needed(letter, script);
        match all.last_mut() {
            Some(last) if last.font == font => last.text.push(letter),
            _ => all.push(Stretch { text: letter.to_string(), font }),
        }
    }
    all
}

/// The font that a character needs.
fn needed(letter: char, script: Script) -> Option<&'static str> {
    if letter > '\u{ffff}' {
        return Some("SimSun-ExtB");
    }
    let rare = match (beyond_gb2312(letter), script) {
        (None, _) => false,
        (Some(HeldBy::Gbk), Script::Traditional) => false,
        (Some(_), _) => is_han(letter),
    };
    rare.then_some("宋体")
}

#[cfg(test)]
mod tests {
    use super::{Script, stretches};

    #[test]
    fn a_name_beyond_the_font_is_set_in_one_that_holds_it() {
        let set = |text, script| {
            let all = stretches(text, script);
            all.into_iter().map(|one| (one.text, one.font)).collect::<Vec<_>>()
        };
        let rare = ("栟".to_owned(), Some("宋体"));
        let town = vec![("如东县".to_owned(), None), rare, ("茶镇3号".to_owned(), None)];
        assert_eq!(set("如东县栟茶镇3号", Script::Simplified), town);
        assert_eq!(set("如東縣栟茶鎮", Script::Traditional).len(), 1);
        let beyond = set("王\u{20bb7}", Script::Traditional);
        assert_eq!(beyond[1], ("\u{20bb7}".to_owned(), Some("SimSun-ExtB")));
        assert!(set("", Script::Simplified).is_empty());
    }
}
