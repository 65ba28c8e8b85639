//! 版面: a letter in the order in which it stands on paper, in the characters it is printed in.
//! Every format walks through this list and decides nothing but how an element looks.

use chrono::NaiveDate;

use super::content::{Block, Content, Run, Section, Shape, Table, TableCell, Unit};
use super::layout::Level;
use super::letter::{Letter, Profile, Script, Standing};
use super::script::{Converter, ScriptError};

mod basis;
mod closing;
mod kept;
mod table;

pub use basis::{Basis, BasisLine, VERIFY};
pub use closing::{AnnexNote, Imprint, Signature, SubjectWords};
pub use kept::{Kept, Piece};

/// 版面. All text is converted; figures keep their names, so that each can be traced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// By which standard.
    pub profile: Profile,
    /// In which characters.
    pub script: Script,
    /// The language, as files name it: `zh-Hans-CN`, `zh-Hant-CN`.
    pub language: &'static str,
    /// 標題, as the name of a file's window.
    pub title: String,
    /// What no line of a title may end within.
    pub kept: Kept,
    /// The body, as the author of a file.
    pub author: String,
    /// 水印, on every page of what is not issued; none on what is.
    pub watermark: Option<String>,
    /// What stands on it, from head to foot.
    pub elements: Vec<Element>,
}

/// 要素: a part of the sheet. The order is the standards'.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Element {
    /// 發文機關標誌, in red.
    Mark(String),
    /// 發文字號; of what has none yet, a word that says so.
    Number(String),
    /// 紅色分隔線 (紅色反線 in 1999).
    RedRule,
    /// 標題.
    Title(String),
    /// 主送機關, with its colon.
    Recipients(String),
    /// A heading.
    Heading(Heading),
    /// 段落, indented.
    Paragraph(Vec<Span>),
    /// 表格.
    Table(SheetTable),
    /// 圖.
    Chart(SheetChart),
    /// 附件說明.
    AnnexNote(AnnexNote),
    /// 署名 and 成文日期.
    Signature(Signature),
    /// 附件: begins a page. What follows, until the next, stands in it.
    Annex {
        /// `附件` or `附件1`, at the left edge.
        label: String,
        /// Its title.
        title: String,
    },
    /// 數據依據: what the figures follow from, and how to check them.
    Basis(Basis),
    /// 版記, at the foot of the last page.
    Imprint(Imprint),
}

/// 小標題.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// How deep.
    pub level: Level,
    /// `一、`, `（一）`, `1.`.
    pub number: String,
    /// Its text.
    pub text: String,
    /// The code of the section that it begins; none of a point.
    pub section: Option<String>,
}

/// A stretch of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// Words.
    Text(String),
    /// A figure.
    Figure {
        /// Its name.
        id: String,
        /// With its unit, as read.
        text: String,
    },
}

/// 表格, numbered through the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetTable {
    /// Its code.
    pub code: String,
    /// `表1　…`.
    pub caption: String,
    /// The columns.
    pub columns: Vec<SheetColumn>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

/// 列.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetColumn {
    /// Its heading.
    pub heading: String,
    /// The unit of its figures.
    pub unit: Option<Unit>,
    /// Its share of the width, in parts.
    pub width: u32,
}

/// 單元格.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// As read.
    pub text: String,
    /// What it is.
    pub holds: Holds,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holds {
    /// Nothing.
    Nothing,
    /// Words.
    Words,
    /// A day.
    Day(NaiveDate),
    /// A figure.
    Figure {
        /// Its name.
        id: String,
        /// The number in the least parts of the unit; none where there is nothing to measure.
        value: Option<i64>,
    },
}

/// 圖, numbered through the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetChart {
    /// Its code.
    pub code: String,
    /// `圖1　…`.
    pub caption: String,
    /// How it is drawn.
    pub shape: Shape,
    /// The unit of its figures; none where it has none.
    pub unit: Option<Unit>,
    /// The same, written.
    pub unit_words: String,
    /// What is on the axis.
    pub categories: Vec<String>,
    /// The series.
    pub series: Vec<SheetSeries>,
}

/// 系列.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetSeries {
    /// 圖例.
    pub name: String,
    /// A point for each category.
    pub points: Vec<Point>,
}

/// 點: one figure of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Its name.
    pub id: String,
    /// The number in the least parts of its unit.
    pub value: Option<i64>,
    /// As read, without the unit.
    pub text: String,
}

impl Sheet {
    /// The sheet of a letter, by the standard of its date.
    ///
    /// # Errors
    /// [`ScriptError`].
    pub fn of(letter: &Letter, script: Script) -> Result<Self, ScriptError> {
        let profile = Profile::on(letter.dated_on);
        let converter = Converter::of(script)?;
        let content = &letter.content;
        let mut writer = Writer { converter, content, issuer: letter.body(), tables: 0, charts: 0 };
        let mut elements = writer.head(letter);
        writer.sections(&mut elements);
        elements.extend(closing::annex_note(content, &converter).map(Element::AnnexNote));
        elements.push(Element::Signature(closing::signature(letter, profile, &converter)));
        writer.annexes(&mut elements);
        elements.push(Element::Basis(basis::of(content, &converter)));
        elements.push(Element::Imprint(closing::imprint(letter, profile, &converter)));
        Ok(Self {
            profile,
            script,
            language: match script {
                Script::Simplified => "zh-Hans-CN",
                Script::Traditional => "zh-Hant-CN",
            },
            title: converter.printed(&content.title),
            kept: Kept::of(&content.scope_name, &converter),
            author: converter.printed(letter.body()),
            watermark: watermark(letter.standing).map(|word| converter.printed(word)),
            elements,
        })
    }
}

fn watermark(standing: Standing) -> Option<&'static str> {
    match standing {
        Standing::Drafted => Some("草稿"),
        Standing::Reviewed => Some("草稿（已審核）"),
        Standing::Signed => Some("草稿（已簽發，未印發）"),
        Standing::Issued => None,
    }
}

/// Writes a content; counts its tables and charts.
struct Writer<'a> {
    converter: Converter,
    content: &'a Content,
    issuer: &'a str,
    tables: u32,
    charts: u32,
}

impl Writer<'_> {
    fn text(&self, text: &str) -> String {
        self.converter.printed(text)
    }

    fn head(&self, letter: &Letter) -> Vec<Element> {
        let number =
            letter.number.as_ref().map_or_else(|| "（未編號）".into(), ToString::to_string);
        let erratum = letter.erratum_no.map(|no| format!("（第{no}號更正）")).unwrap_or_default();
        let mut head = vec![
            Element::Mark(self.text(&format!("{}文件", letter.body()))),
            Element::Number(self.text(&format!("{number}{erratum}"))),
            Element::RedRule,
            Element::Title(self.text(&self.content.title)),
        ];
        if !letter.recipients.is_empty() {
            let recipients = format!("{}：", letter.recipients.join("，"));
            head.push(Element::Recipients(self.text(&recipients)));
        }
        head
    }

    fn sections(&mut self, elements: &mut Vec<Element>) {
        for (number, section) in (1..).zip(&self.content.sections) {
            elements.push(Element::Heading(Heading {
                level: Level::First,
                number: Level::First.number(number),
                text: self.text(&section.heading),
                section: Some(section.code.clone()),
            }));
            self.blocks(section, elements);
        }
    }

    fn annexes(&mut self, elements: &mut Vec<Element>) {
        let annexes = &self.content.annexes;
        for (number, annex) in (1..).zip(annexes) {
            let label = closing::annex_label(number, annexes.len());
            let (label, title) = (self.text(&label), self.text(&annex.heading));
            elements.push(Element::Annex { label, title });
            self.blocks(annex, elements);
        }
    }

    fn blocks(&mut self, section: &Section, elements: &mut Vec<Element>) {
        let mut points = 0;
        for block in &section.blocks {
            match block {
                Block::Paragraph { runs } => elements.push(Element::Paragraph(self.spans(runs))),
                Block::Point { heading, runs } => {
                    points += 1;
                    elements.push(Element::Heading(Heading {
                        level: Level::Second,
                        number: Level::Second.number(points),
                        text: self.text(heading),
                        section: None,
                    }));
                    elements.push(Element::Paragraph(self.spans(runs)));
                }
                Block::Table(table) => {
                    self.tables += 1;
                    elements.push(Element::Table(self.table(table)));
                }
                Block::Chart(chart) if self.content.is_of_nothing(chart) => {}
                Block::Chart(chart) => {
                    self.charts += 1;
                    elements.push(Element::Chart(self.chart(chart)));
                }
            }
        }
    }

    fn spans(&self, runs: &[Run]) -> Vec<Span> {
        let span = |run: &Run| {
            let text = self.text(&self.content.words(run, self.issuer));
            match run {
                Run::Text(_) | Run::Issuer => Span::Text(text),
                Run::Figure(id) => Span::Figure { id: id.clone(), text },
            }
        };
        runs.iter().map(span).collect()
    }

    fn table(&self, table: &Table) -> SheetTable {
        let column = |column: &super::content::TableColumn| SheetColumn {
            heading: self.text(&column.heading),
            unit: column.unit,
            width: column.width,
        };
        let row = |row: &Vec<TableCell>| row.iter().map(|cell| self.cell(cell)).collect();
        SheetTable {
            code: table.code.clone(),
            caption: self.text(&format!("表{}　{}", self.tables, table.caption)),
            columns: table.columns.iter().map(column).collect(),
            rows: table.rows.iter().map(row).collect(),
        }
    }

    fn cell(&self, cell: &TableCell) -> Cell {
        let holds = match cell {
            TableCell::Empty => Holds::Nothing,
            TableCell::Text(_) | TableCell::Issuer => Holds::Words,
            TableCell::Day(day) => Holds::Day(*day),
            TableCell::Figure(id) => {
                let value = self.content.figure(id).and_then(|figure| figure.value);
                Holds::Figure { id: id.clone(), value }
            }
        };
        Cell { text: self.text(&self.content.cell(cell, self.issuer)), holds }
    }

    fn chart(&self, chart: &super::content::Chart) -> SheetChart {
        let point = |id: &String| {
            let figure = self.content.figure(id);
            Point {
                id: id.clone(),
                value: figure.and_then(|figure| figure.value),
                text: figure.map(|figure| self.text(&figure.bare())).unwrap_or_default(),
            }
        };
        let series = chart.series.iter().map(|series| SheetSeries {
            name: self.text(&series.name),
            points: series.figures.iter().map(point).collect(),
        });
        let mut figures = chart.series.iter().flat_map(|series| &series.figures);
        let unit = figures.find_map(|id| self.content.figure(id)).map(|figure| figure.unit);
        SheetChart {
            code: chart.code.clone(),
            caption: self.text(&format!("圖{}　{}", self.charts, chart.caption)),
            shape: chart.shape,
            unit,
            unit_words: unit.map(|unit| self.text(unit.words())).unwrap_or_default(),
            categories: chart.categories.iter().map(|name| self.text(name)).collect(),
            series: series.collect(),
        }
    }
}
