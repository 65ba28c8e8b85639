//! 版式: what the two standards say in numbers, in one place for every format. Nothing here knows
//! a format; a length is whole EMU, so that no two formats round it differently. A section without
//! a name is of GB/T 9704-2012; what an older letter has otherwise says so.

use chrono::{Datelike as _, NaiveDate};

use super::letter::Profile;

mod lines;

pub use lines::{halves, lines_of};

/// 長度, in English metric units: 36000 to the millimetre, 12700 to the point, 635 to the twip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Length(i64);

impl Length {
    /// Of so many hundredths of a millimetre.
    #[must_use]
    pub const fn of_hundredth_mm(hundredths: i64) -> Self {
        Self(hundredths * 360)
    }

    /// Of so many millimetres.
    #[must_use]
    pub const fn of_mm(mm: i64) -> Self {
        Self(mm * 36_000)
    }

    /// Of so many points.
    #[must_use]
    pub const fn of_pt(pt: i64) -> Self {
        Self(pt * 12_700)
    }

    /// One part of so many, rounded down.
    #[must_use]
    pub const fn shared_by(self, parts: i64) -> Self {
        Self(self.0 / parts)
    }

    /// As often as that.
    #[must_use]
    pub const fn times(self, times: i64) -> Self {
        Self(self.0 * times)
    }

    /// Less another.
    #[must_use]
    pub const fn less(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }

    /// In EMU, as drawings of office documents count.
    #[must_use]
    pub const fn emu(self) -> i64 {
        self.0
    }

    /// In twips, rounded down: twentieths of a point, as office documents count.
    #[must_use]
    pub const fn twips(self) -> i64 {
        self.0 / 635
    }

    /// In half points, rounded down, as office documents count the size of a font.
    #[must_use]
    pub const fn half_points(self) -> i64 {
        self.0 / 6_350
    }

    /// In points with three decimals, rounded towards zero: `15.792`.
    #[must_use]
    pub fn pt(self) -> String {
        decimal(self.0 * 1_000 / 12_700)
    }

    /// In millimetres with three decimals, rounded towards zero: `10.227`.
    #[must_use]
    pub fn mm(self) -> String {
        decimal(self.0 * 1_000 / 36_000)
    }
}

fn decimal(thousandths: i64) -> String {
    let sign = if thousandths < 0 { "-" } else { "" };
    let whole = thousandths.unsigned_abs();
    let written = format!("{sign}{}.{:03}", whole / 1_000, whole % 1_000);
    written.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// 字體, by its role; a format names the families that stand for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// 仿宋, of the text.
    FangSong,
    /// 小標宋, of the mark and the title.
    XiaoBiaoSong,
    /// 黑體, of headings of the first level.
    HeiTi,
    /// 楷體, of headings of the second level.
    KaiTi,
    /// 宋體, of page numbers and tables.
    Song,
}

impl Face {
    /// The families that stand for it, the one that offices have first, and then what is free.
    /// 仿宋_GB2312 and 楷體_GB2312 hold GB 2312 only; `glyphs` tells what they lack.
    #[must_use]
    pub const fn families(self) -> &'static [&'static str] {
        match self {
            Self::FangSong => {
                &["FangSong_GB2312", "FangSong", "STFangsong", "FandolFang R", "Noto Serif CJK SC"]
            }
            Self::XiaoBiaoSong => {
                &["FZXiaoBiaoSong-B05S", "STZhongsong", "Noto Serif CJK SC", "SimSun"]
            }
            Self::HeiTi => &["SimHei", "STHeiti", "Noto Sans CJK SC"],
            Self::KaiTi => &["KaiTi_GB2312", "KaiTi", "STKaiti", "FandolKai", "Noto Serif CJK SC"],
            Self::Song => &["SimSun", "STSong", "Noto Serif CJK SC"],
        }
    }
}

/// 字: a face in a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Font {
    /// Its face.
    pub face: Face,
    /// Its size.
    pub size: Length,
}

const fn font(face: Face, size: Length) -> Font {
    Font { face, size }
}

/// 初號, as large as the mark may be: below 22 mm by 15 mm (GB/T 9704-1999, 8.1.4).
pub const SIZE_INITIAL: Length = Length::of_pt(42);
/// 2號.
pub const SIZE_2: Length = Length::of_pt(22);
/// 3號.
pub const SIZE_3: Length = Length::of_pt(16);
/// 4號.
pub const SIZE_4: Length = Length::of_pt(14);
/// 5號, of tables: the standards leave them free (10.5 pt).
pub const SIZE_5: Length = Length::of_pt(21).shared_by(2);

/// A4 (5.1 of both standards).
pub const PAGE_WIDTH: Length = Length::of_mm(210);
/// A4.
pub const PAGE_HEIGHT: Length = Length::of_mm(297);
/// 天頭 (5.2.1).
pub const MARGIN_TOP: Length = Length::of_mm(37);
/// 訂口 (5.2.1).
pub const MARGIN_LEFT: Length = Length::of_mm(28);
/// What the type area leaves at the right.
pub const MARGIN_RIGHT: Length = Length::of_mm(26);
/// What the type area leaves at the foot.
pub const MARGIN_BOTTOM: Length = Length::of_mm(35);
/// 版心 (5.2.1).
pub const TYPE_WIDTH: Length = Length::of_mm(156);
/// 版心 (5.2.1).
pub const TYPE_HEIGHT: Length = Length::of_mm(225);
/// Lines on a page (5.2.3).
pub const LINES: i64 = 22;
/// Characters in a line (5.2.3).
pub const CHARACTERS: i64 = 28;
/// From line to line, so that the type area is filled: 28.99 pt.
pub const LINE_PITCH: Length = TYPE_HEIGHT.shared_by(LINES);
/// From character to character: 15.79 pt, which is a little less than the size of the font.
pub const CHARACTER_PITCH: Length = TYPE_WIDTH.shared_by(CHARACTERS);
/// The red rule stands that far below the number (7.2.5 and 7.2.7; the older one, 8.1.5).
pub const RED_RULE_BELOW: Length = Length::of_mm(4);
/// How thick it is; the standards leave it free.
pub const RED_RULE: Length = Length::of_hundredth_mm(53);
/// The dashes of the page number stand that far below the type area (7.5).
pub const PAGE_NUMBER_BELOW: Length = Length::of_mm(7);
/// 版記分隔線, the first and the last (7.4.1).
pub const IMPRINT_RULE: Length = Length::of_hundredth_mm(35);
/// 版記分隔線 between (7.4.1).
pub const IMPRINT_RULE_BETWEEN: Length = Length::of_hundredth_mm(25);
/// Red: 80% yellow and 80% magenta (5.2.5), as a screen shows it.
pub const RED: &str = "FF3333";
/// The same in hundredths of cyan, magenta, yellow and black.
pub const RED_CMYK: [u8; 4] = [0, 80, 80, 0];
/// The grey of a watermark: seen on paper, and read through.
pub const PALE: &str = "D8D8D8";

/// The number (7.2.5).
pub const NUMBER: Font = font(Face::FangSong, SIZE_3);
/// The title (7.3.1).
pub const TITLE: Font = font(Face::XiaoBiaoSong, SIZE_2);
/// The text, recipients, note of annexes, signature (7.3).
pub const TEXT: Font = font(Face::FangSong, SIZE_3);
/// A heading 一、 (7.3.3).
pub const HEADING_1: Font = font(Face::HeiTi, SIZE_3);
/// A heading （一） (7.3.3).
pub const HEADING_2: Font = font(Face::KaiTi, SIZE_3);
/// 附件, at the head of an annex (7.3.7).
pub const ANNEX_LABEL: Font = font(Face::HeiTi, SIZE_3);
/// The page number (7.5).
pub const PAGE_NUMBER: Font = font(Face::Song, SIZE_4);
/// The caption of a table or a chart; free.
pub const CAPTION: Font = font(Face::HeiTi, SIZE_4);
/// A table; free.
pub const TABLE: Font = font(Face::Song, SIZE_5);
/// 主題詞, the label (GB/T 9704-1999, 8.3.1).
pub const SUBJECT_LABEL: Font = font(Face::HeiTi, SIZE_3);
/// 主題詞, the words (GB/T 9704-1999, 8.3.1).
pub const SUBJECT_WORDS: Font = font(Face::XiaoBiaoSong, SIZE_3);

/// Blank lines between the mark and the number, and between the red rule and the title.
pub const BLANK_LINES: i64 = 2;
/// Characters that a paragraph begins with.
pub const INDENT: i64 = 2;
/// Characters that stay free at the right of the date (7.3.5; the older one, 8.2.5).
pub const DATE_RIGHT: i64 = 4;

impl Profile {
    /// 發文機關標誌 stands that far below the upper edge of the type area: 25 mm in 1999 (8.1.4),
    /// 35 mm in 2012 (7.2.4).
    #[must_use]
    pub const fn mark_below(self) -> Length {
        match self {
            Self::Of1999 => Length::of_mm(25),
            Self::Of2012 => Length::of_mm(35),
        }
    }

    /// 發文機關標誌: the size, by its number of characters, that keeps it in one line.
    #[must_use]
    pub fn mark(self, characters: usize) -> Font {
        let characters = i64::try_from(characters).unwrap_or(i64::MAX).max(1);
        let fits = Length::of_pt(TYPE_WIDTH.shared_by(characters).emu() / 12_700);
        font(Face::XiaoBiaoSong, SIZE_INITIAL.min(fits))
    }

    /// 版記: size 3 in 1999 (8.3), size 4 in 2012 (7.4).
    #[must_use]
    pub const fn imprint(self) -> Font {
        match self {
            Self::Of1999 => font(Face::FangSong, SIZE_3),
            Self::Of2012 => font(Face::FangSong, SIZE_4),
        }
    }

    /// 主題詞 is printed; the newer standard dropped it.
    #[must_use]
    pub const fn has_subject_words(self) -> bool {
        matches!(self, Self::Of1999)
    }

    /// 署名 stands above the date: in 2012 (7.3.5). In 1999 the seal alone says whose it is
    /// (8.2.6).
    #[must_use]
    pub const fn has_signing_body(self) -> bool {
        matches!(self, Self::Of2012)
    }

    /// 成文日期: 二〇〇八年八月七日 in 1999 (8.2.5), 2012年8月7日 in 2012 (7.3.5).
    #[must_use]
    pub fn date(self, day: NaiveDate) -> String {
        match self {
            Self::Of2012 => arabic_date(day),
            Self::Of1999 => {
                let year = day.year().to_string().chars().map(digit).collect::<String>();
                format!("{year}年{}月{}日", numeral(day.month()), numeral(day.day()))
            }
        }
    }
}

/// 印發日期, in both standards: 2008年8月7日.
#[must_use]
pub fn arabic_date(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

fn digit(ascii: char) -> char {
    let value = ascii.to_digit(10).and_then(|value| usize::try_from(value).ok());
    value.and_then(|value| DIGITS.get(value)).copied().unwrap_or(ascii)
}

/// 漢字數: 七, 十, 二十一, 一百零五; of a thousand and more, digit by digit.
#[must_use]
pub fn numeral(number: u32) -> String {
    let one = |value: u32| char::from_digit(value % 10, 10).map_or('〇', digit);
    match number {
        0..=9 => one(number).to_string(),
        10 => "十".into(),
        11..=19 => format!("十{}", one(number)),
        20..=99 if number.is_multiple_of(10) => format!("{}十", one(number / 10)),
        20..=99 => format!("{}十{}", one(number / 10), one(number)),
        100..=999 => match number % 100 {
            0 => format!("{}百", one(number / 100)),
            rest @ 1..=9 => format!("{}百零{}", one(number / 100), one(rest)),
            rest @ 10..=19 => format!("{}百一{}", one(number / 100), numeral(rest)),
            rest => format!("{}百{}", one(number / 100), numeral(rest)),
        },
        _ => number.to_string().chars().map(digit).collect(),
    }
}

/// 層次: how deep a heading stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// 一、
    First,
    /// （一）
    Second,
    /// 1.
    Third,
}

impl Level {
    /// 結構層次序數 (7.3.3).
    #[must_use]
    pub fn number(self, number: u32) -> String {
        match self {
            Self::First => format!("{}、", numeral(number)),
            Self::Second => format!("（{}）", numeral(number)),
            Self::Third => format!("{number}."),
        }
    }

    /// In which font it stands (7.3.3).
    #[must_use]
    pub const fn font(self) -> Font {
        match self {
            Self::First => HEADING_1,
            Self::Second => HEADING_2,
            Self::Third => TEXT,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_and_type_area_fill_the_page() {
        assert_eq!(PAGE_WIDTH.less(MARGIN_LEFT).less(MARGIN_RIGHT), TYPE_WIDTH);
        assert_eq!(PAGE_HEIGHT.less(MARGIN_TOP).less(MARGIN_BOTTOM), TYPE_HEIGHT);
        assert_eq!((LINE_PITCH.pt(), LINE_PITCH.twips()), ("28.99".into(), 579));
        assert_eq!((CHARACTER_PITCH.pt(), CHARACTER_PITCH.mm()), ("15.792".into(), "5.571".into()));
        assert_eq!((SIZE_5.pt(), SIZE_5.half_points()), ("10.5".into(), 21));
        assert_eq!(Length::of_mm(0).less(Length::of_hundredth_mm(50)).mm(), "-0.5");
    }

    #[test]
    fn numerals_are_read_as_they_are_spoken() {
        let read = [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (31, "三十一")];
        let hundreds = [(100, "一百"), (105, "一百零五"), (110, "一百一十"), (119, "一百一十九")];
        for (number, words) in read.into_iter().chain(hundreds) {
            assert_eq!(numeral(number), words);
        }
        assert_eq!((numeral(230), numeral(1_024)), ("二百三十".into(), "一〇二四".into()));
    }

    #[test]
    fn each_standard_writes_the_date_its_own_way() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(Profile::Of1999.date(day("2008-08-07")), "二〇〇八年八月七日");
        assert_eq!(Profile::Of1999.date(day("2010-10-31")), "二〇一〇年十月三十一日");
        assert_eq!(Profile::Of2012.date(day("2026-11-05")), "2026年11月5日");
    }

    #[test]
    fn a_mark_of_any_length_keeps_to_one_line() {
        for characters in [0, 1, 8, 10, 14, 20, 40] {
            let size = Profile::Of1999.mark(characters).size;
            assert!(size <= SIZE_INITIAL && size.emu() > 0);
            assert!(size.times(characters as i64) <= TYPE_WIDTH, "{characters}");
        }
        assert_eq!(Profile::Of2012.mark(8).size, SIZE_INITIAL);
    }

    #[test]
    fn the_three_levels_are_numbered_as_the_standard_says() {
        let numbers = [Level::First, Level::Second, Level::Third].map(|level| level.number(12));
        assert_eq!(numbers, ["十二、", "（十二）", "12."]);
    }
}
