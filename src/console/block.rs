//! 版面: what a page is made of: sections of facts, tables, drawings and forms. How they look is
//! the template's and the style sheet's; every value is escaped by the template.

use std::fmt::Display;

use askama::Template;

use super::frame::Frame;
use super::svg::Drawing;

/// 頁: one page.
#[derive(Debug, Template)]
#[template(path = "page.html")]
pub struct Page<'f> {
    frame: &'f Frame,
    title: String,
    lead: Cell,
    sections: Vec<Section>,
}

/// 節: a part of a page under a heading of its own.
#[derive(Debug, Default)]
pub struct Section {
    id: &'static str,
    title: String,
    blocks: Vec<Block>,
}

/// 塊: one thing of a section.
#[derive(Debug)]
pub enum Block {
    /// Names and their values.
    Facts(Vec<(String, Cell)>),
    /// A table.
    Table(Table),
    /// Figures that lead on.
    Tiles(Vec<Tile>),
    /// A drawing.
    Drawing(Drawing),
    /// A paragraph.
    Text(Cell),
    /// A list.
    List(Vec<Cell>),
    /// Text as it is.
    Pre(String),
    /// A form.
    Form(Form),
    /// A chart that a script draws over what the server drew.
    Chart(Chart),
}

/// 表.
#[derive(Debug, Default)]
pub struct Table {
    /// What it holds.
    pub caption: String,
    /// The names of its columns.
    pub head: Vec<String>,
    /// Its rows; the first cell is the row's heading.
    pub rows: Vec<Vec<Cell>>,
    /// What is said where there is no row.
    pub none: String,
}

impl Table {
    /// The name of a column, for screens on which a row is a list.
    fn name(&self, column: &usize) -> &str {
        self.head.get(*column).map_or("", String::as_str)
    }
}

/// 數: a figure with its name, that leads to what it counts.
#[derive(Debug)]
pub struct Tile {
    /// Its name.
    pub name: String,
    /// The figure.
    pub figure: String,
    /// Where it leads.
    pub href: String,
    /// How grave it is.
    pub class: &'static str,
}

/// 圖表: what the script needs.
#[derive(Debug)]
pub struct Chart {
    /// What kind of chart.
    pub kind: &'static str,
    /// What it shows, in words.
    pub label: String,
    /// Its values, as JSON.
    pub values: String,
}

/// 格: what stands in one place.
#[derive(Debug, Default, Clone)]
pub struct Cell(pub Vec<Piece>);

/// A piece of a cell.
#[derive(Debug, Clone)]
pub enum Piece {
    /// Plain text.
    Text(String),
    /// Text that says less.
    Soft(String),
    /// A link.
    Link(String, String),
    /// A word with a sign of its gravity: a class, and the word.
    Mark(String, String),
    /// Struck out.
    Struck(String),
    /// A new line.
    Break,
}

impl Cell {
    /// A text.
    #[must_use]
    pub fn text(text: impl Display) -> Self {
        Self::default().and(text)
    }

    /// A link.
    #[must_use]
    pub fn link(href: impl Display, text: impl Display) -> Self {
        Self(vec![Piece::Link(href.to_string(), text.to_string())])
    }

    /// A word with the sign of its class.
    #[must_use]
    pub fn mark(class: impl Display, text: impl Display) -> Self {
        Self(vec![Piece::Mark(class.to_string(), text.to_string())])
    }

    /// With a text.
    #[must_use]
    pub fn and(mut self, text: impl Display) -> Self {
        self.0.push(Piece::Text(text.to_string()));
        self
    }

    /// With a text that says less.
    #[must_use]
    pub fn soft(mut self, text: impl Display) -> Self {
        self.0.push(Piece::Soft(text.to_string()));
        self
    }

    /// With what another cell holds, on a line of its own.
    #[must_use]
    pub fn below(mut self, other: Self) -> Self {
        if !self.0.is_empty() {
            self.0.push(Piece::Break);
        }
        self.0.extend(other.0);
        self
    }

    /// With what another cell holds, after a space.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        if !self.0.is_empty() {
            self.0.push(Piece::Text(" ".into()));
        }
        self.0.extend(other.0);
        self
    }
}

/// 表單: one form.
#[derive(Debug, Default)]
pub struct Form {
    /// Where it is sent.
    pub action: String,
    /// Whether it writes.
    pub posts: bool,
    /// A name under which drafts are kept in the browser.
    pub draft: Option<String>,
    /// Its fields.
    pub fields: Vec<Field>,
    /// What its button says.
    pub submit: String,
}

/// 欄: one field.
#[derive(Debug)]
pub struct Field {
    /// Its name in what is sent.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// What stands in it.
    pub value: String,
    /// How it is filled in.
    pub kind: FieldKind,
}

/// How a field is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// A line of text, with what may be written, as an example.
    Line(String),
    /// A day.
    Day,
    /// A number between two.
    Number(i64, i64),
    /// Several lines.
    Lines,
    /// One of several: the value and what it is called.
    Choice(Vec<(String, String)>),
    /// One of several, all to be seen.
    Buttons(Vec<(String, String)>),
    /// Not to be seen.
    Hidden,
}

impl Field {
    /// A field.
    #[must_use]
    pub fn new(
        name: impl Display,
        label: impl Display,
        value: impl Display,
        kind: FieldKind,
    ) -> Self {
        let (name, label, value) = (name.to_string(), label.to_string(), value.to_string());
        Self { name, label, value, kind }
    }
}

impl Section {
    /// An empty section.
    #[must_use]
    pub fn new(id: &'static str, title: impl Display) -> Self {
        Self { id, title: title.to_string(), blocks: Vec::new() }
    }

    /// With a block.
    #[must_use]
    pub fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// With a block, where there is one.
    #[must_use]
    pub fn maybe(self, block: Option<Block>) -> Self {
        match block {
            Some(block) => self.with(block),
            None => self,
        }
    }

    /// With a link that leads on.
    #[must_use]
    pub fn leads(self, href: impl Display, text: impl Display) -> Self {
        self.with(Block::Text(Cell::link(href, text)))
    }
}

impl<'f> Page<'f> {
    /// A page without sections.
    #[must_use]
    pub fn new(frame: &'f Frame, title: impl Display) -> Self {
        let title = title.to_string();
        Self { frame, title, lead: Cell::default(), sections: Vec::new() }
    }

    /// With a line under its title.
    #[must_use]
    pub fn lead(mut self, lead: Cell) -> Self {
        self.lead = lead;
        self
    }

    /// With a section.
    #[must_use]
    pub fn with(mut self, section: Section) -> Self {
        self.sections.push(section);
        self
    }
}
