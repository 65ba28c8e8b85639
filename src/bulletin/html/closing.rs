//! 文尾 in HTML: the note of annexes, the signature, the basis, the imprint.

use super::escaped;
use crate::bulletin::layout::{SUBJECT_WORDS, lines_of};
use crate::bulletin::letter::Profile;
use crate::bulletin::sheet::{AnnexNote, Basis, BasisLine, Imprint, Signature};

pub(super) fn annex_note(note: &AnnexNote) -> String {
    let item = |item: &String| format!("<li>{}</li>", escaped(item));
    let items: String = note.items.iter().map(item).collect();
    let label = escaped(&note.label);
    format!("<div class=\"annex-note\"><span>{label}</span><ul>{items}</ul></div>")
}

pub(super) fn signature(signature: &Signature) -> String {
    let body = signature.body.as_ref().map(|body| format!("<span>{}</span>", escaped(body)));
    let (body, date) = (body.unwrap_or_default(), escaped(&signature.date));
    format!("<p class=\"signature\">{body}<span>{date}</span></p>")
}

pub(super) fn basis(basis: &Basis) -> String {
    let line = |line: &BasisLine| {
        let (label, value) = (escaped(&line.label), escaped(&line.value));
        let value = if line.is_code { format!("<code>{value}</code>") } else { value };
        format!("<div><dt>{label}</dt><dd>{value}</dd></div>\n")
    };
    let lines: String = basis.lines.iter().map(line).collect();
    let heading = escaped(&basis.heading);
    format!("<section class=\"basis\">\n<h2>{heading}</h2>\n<dl>\n{lines}</dl>\n</section>")
}

/// 版記. In print it stands at the foot of the last page, in room that is kept free behind the
/// text.
pub(super) fn imprint(imprint: &Imprint, profile: Profile) -> String {
    let lines = lines(imprint, profile);
    let mut out = format!(
        "<div class=\"imprint-room\" style=\"--lines:{lines}\"></div>\n\
         <footer class=\"imprint\">\n"
    );
    if let Some(subject) = &imprint.subject_words {
        let label = escaped(&subject.label);
        let words = escaped(&subject.words.join("　"));
        out.push_str(&format!(
            "<p class=\"subject\"><span class=\"label\">{label}</span>{words}</p>\n"
        ));
    }
    if let Some(copies) = &imprint.copies_to {
        out.push_str(&format!("<p class=\"copies\">{}</p>\n", escaped(copies)));
    }
    let (by, on) = (escaped(&imprint.printed_by), escaped(&imprint.printed_on));
    out.push_str(&format!(
        "<p class=\"printed\"><span>{by}</span><span>{on}</span></p>\n</footer>"
    ));
    out
}

/// On how many lines it stands: copies begin four blanks in, and end one before the edge.
fn lines(imprint: &Imprint, profile: Profile) -> i64 {
    let subject = imprint.subject_words.as_ref().map_or(0, |subject| {
        lines_of(&format!("{}{}", subject.label, subject.words.join("　")), SUBJECT_WORDS, 1)
    });
    let copies = imprint.copies_to.as_ref();
    subject + copies.map_or(0, |copies| lines_of(copies, profile.imprint(), 5)) + 1
}
