//! 句: a sentence of clauses, each with its figures. A share or a mean of nothing is told as such,
//! in words; a dash is for tables.

use super::super::content::{Block, Over};
use super::super::figures::{Book, Wanted};
use super::paragraph;

/// 句.
#[derive(Debug, Default)]
pub(super) struct Sentence {
    text: String,
    wanted: Vec<Wanted>,
}

impl Sentence {
    /// What it begins with; each `{}` is the next figure.
    pub(super) fn of(text: &str, wanted: Vec<Wanted>) -> Self {
        Self { text: text.to_owned(), wanted }
    }

    /// What it goes on with.
    pub(super) fn and(mut self, text: &str, wanted: Vec<Wanted>) -> Self {
        self.text.push_str(text);
        self.wanted.extend(wanted);
        self
    }

    /// A share or a mean; other words where there is nothing to measure.
    pub(super) fn measured(self, book: &Book, text: &str, wanted: Wanted, otherwise: &str) -> Self {
        match book.value(&wanted) {
            Some(_) => self.and(text, vec![wanted]),
            None => self.and(otherwise, Vec::new()),
        }
    }

    /// How a figure stands to that of an earlier period, both of them named: 由…增至…, 由…降至….
    /// Nothing is calculated, so that every number can be traced.
    pub(super) fn compared(
        self,
        book: &Book,
        (name, wanted, over): (&str, Wanted, Over),
        (more, less): (&str, &str),
    ) -> Self {
        let before = wanted.clone().over(over);
        let (was, is) = (book.value(&before), book.value(&wanted));
        match (was, is) {
            (Some(was), Some(is)) if was == is => {
                self.and(&format!("{name}{{}},持平"), vec![before])
            }
            (Some(was), Some(is)) => {
                let verb = if is > was { more } else { less };
                self.and(&format!("{name}由{{}}{verb}{{}}"), vec![before, wanted])
            }
            (Some(_), None) => self.and(&format!("{name}{{}},本期無可計"), vec![before]),
            (None, Some(_)) => self.and(&format!("{name}無可比,本期為{{}}"), vec![wanted]),
            (None, None) => self.and(&format!("{name}均無可計"), Vec::new()),
        }
    }

    /// As a paragraph.
    pub(super) fn put(self, book: &mut Book) -> Block {
        paragraph(book.sentence(&self.text, self.wanted))
    }
}
