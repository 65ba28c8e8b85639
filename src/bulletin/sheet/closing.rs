//! 文尾: what stands behind the text of a letter: the note of its annexes, who signed and when, and
//! the imprint.

use crate::bulletin::content::Content;
use crate::bulletin::layout;
use crate::bulletin::letter::{Letter, Profile};
use crate::bulletin::script::Converter;

/// 附件說明.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnexNote {
    /// `附件：`.
    pub label: String,
    /// `1. …`; without a number where there is one annex.
    pub items: Vec<String>,
}

/// 署名 and 成文日期.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The body, centred above the date; none in 1999.
    pub body: Option<String>,
    /// As its standard writes it.
    pub date: String,
}

/// 版記, between rules as wide as the type area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imprint {
    /// 主題詞; only in 1999.
    pub subject_words: Option<SubjectWords>,
    /// `抄送：…。`
    pub copies_to: Option<String>,
    /// 印發機關, at the left.
    pub printed_by: String,
    /// `…印發`, at the right.
    pub printed_on: String,
}

/// 主題詞.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectWords {
    /// `主題詞：`.
    pub label: String,
    /// The words, one blank between each.
    pub words: Vec<String>,
}

pub(super) fn annex_label(number: usize, of: usize) -> String {
    if of == 1 { "附件".into() } else { format!("附件{number}") }
}

pub(super) fn annex_note(content: &Content, converter: &Converter) -> Option<AnnexNote> {
    let annexes = &content.annexes;
    let item = |(number, heading): (usize, &String)| match annexes.len() {
        1 => converter.printed(heading),
        _ => format!("{number}. {}", converter.printed(heading)),
    };
    let items = (1..).zip(annexes.iter().map(|annex| &annex.heading)).map(item).collect();
    (!annexes.is_empty()).then(|| AnnexNote { label: converter.printed("附件："), items })
}

pub(super) fn signature(letter: &Letter, profile: Profile, converter: &Converter) -> Signature {
    Signature {
        body: profile.has_signing_body().then(|| converter.printed(letter.body())),
        date: profile.date(letter.dated_on),
    }
}

pub(super) fn imprint(letter: &Letter, profile: Profile, converter: &Converter) -> Imprint {
    let words = &letter.subject_words;
    let subject_words = profile.has_subject_words() && !words.is_empty();
    let copies = || converter.printed(&format!("抄送：{}。", letter.copies_to.join("，")));
    Imprint {
        subject_words: subject_words.then(|| SubjectWords {
            label: converter.printed("主題詞："),
            words: words.iter().map(|word| converter.printed(word)).collect(),
        }),
        copies_to: (!letter.copies_to.is_empty()).then(copies),
        printed_by: converter.printed(letter.body()),
        printed_on: converter.printed(&format!("{}印發", layout::arabic_date(letter.dated_on))),
    }
}
