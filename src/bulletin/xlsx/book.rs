//! 工作簿: the parts of a workbook, made of pages of cells.

use std::collections::BTreeSet;

use super::cell::{DAY_FORMAT, STYLES};
use super::{Cell, Element};
use crate::bulletin::office::{OFFICE, Package, Part, Relation};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// No name of a sheet is longer, in units of UTF-16.
const LONGEST_NAME: usize = 31;

/// 工作表: its first row is its head, and stays in sight.
#[derive(Debug)]
pub(super) struct Page {
    name: String,
    pub(super) rows: Vec<Vec<Cell>>,
}

impl Page {
    pub(super) fn named(name: &str) -> Self {
        Self { name: name.to_owned(), rows: Vec::new() }
    }

    fn element(&self, first: bool) -> Element {
        let pane = Element::new("pane")
            .with("ySplit", "1")
            .with("topLeftCell", "A2")
            .with("activePane", "bottomLeft")
            .with("state", "frozen");
        let mut view = Element::new("sheetView");
        if first {
            view = view.with("tabSelected", "1");
        }
        let view = view.with("workbookViewId", "0").child(pane);
        let rows = (1..).zip(&self.rows).map(|(number, cells): (usize, _)| {
            let cells = cells.iter().enumerate();
            Element::new("row")
                .with("r", number.to_string())
                .children(cells.filter_map(|(place, cell)| cell.element(number, place)))
        });
        let fit = Element::new("pageSetUpPr").with("fitToPage", "1");
        let page = Element::new("pageSetup")
            .with("paperSize", "9")
            .with("orientation", "landscape")
            .with("fitToHeight", "0");
        Element::new("worksheet")
            .with("xmlns", MAIN)
            .child(Element::new("sheetPr").child(fit))
            .child(Element::new("sheetViews").child(view))
            .child(Element::new("sheetFormatPr").with("defaultRowHeight", "15"))
            .children(self.columns())
            .child(Element::new("sheetData").children(rows))
            .child(Element::new("printOptions").with("gridLines", "1"))
            .child(page)
            .child(names_on_paper())
    }

    /// Columns as wide as their widest cell, within reason.
    fn columns(&self) -> Option<Element> {
        let count = self.rows.iter().map(Vec::len).max().filter(|count| *count > 0)?;
        let columns = (0..count).map(|place| {
            let cells = self.rows.iter().filter_map(|row| row.get(place));
            let widest = cells.map(Cell::width).max().unwrap_or_default();
            let number = (place + 1).to_string();
            Element::new("col")
                .with("min", number.clone())
                .with("max", number)
                .with("width", (widest + 2).clamp(8, 60).to_string())
                .with("customWidth", "1")
        });
        Some(Element::new("cols").children(columns))
    }
}

/// On paper a sheet has its name at the head, and says which of how many pages this is.
fn names_on_paper() -> Element {
    Element::new("headerFooter")
        .child(Element::texting("oddHeader", "&C&A"))
        .child(Element::texting("oddFooter", "&C&P/&N"))
}

/// The whole.
#[derive(Debug, Default)]
pub(super) struct Book {
    pages: Vec<Page>,
    taken: BTreeSet<String>,
}

impl Book {
    /// Puts in a page, under a name that no other has.
    pub(super) fn put(&mut self, mut page: Page) {
        let wanted = allowed(&page.name);
        let mut name = cut(&wanted, LONGEST_NAME);
        let mut again = 2;
        while !self.taken.insert(name.to_lowercase()) {
            let mark = format!("({again})");
            name = format!("{}{mark}", cut(&wanted, LONGEST_NAME - mark.len()));
            again += 1;
        }
        page.name = name;
        self.pages.push(page);
    }

    pub(super) fn package(&self) -> Package {
        let mut package = Package::default();
        package.relations.push(Relation::new("rId1", "officeDocument", "xl/workbook.xml"));
        let sheets = (1..).zip(&self.pages).map(|(number, _): (usize, _)| {
            Relation::new(
                format!("rId{number}"),
                "worksheet",
                format!("worksheets/sheet{number}.xml"),
            )
        });
        let styles_relation = Relation::new("rIdStyles", "styles", "styles.xml");
        let content_type = format!("{TYPE}.sheet.main+xml");
        package.put(
            Part::new("xl/workbook.xml", content_type, &self.workbook())
                .related(sheets)
                .related([styles_relation]),
        );
        package.put(Part::new("xl/styles.xml", format!("{TYPE}.styles+xml"), &styles()));
        for (number, page) in (1..).zip(&self.pages) {
            let path = format!("xl/worksheets/sheet{number}.xml");
            let content_type = format!("{TYPE}.worksheet+xml");
            package.put(Part::new(path, content_type, &page.element(number == 1)));
        }
        package
    }

    fn workbook(&self) -> Element {
        let sheets = (1..).zip(&self.pages).map(|(number, page): (usize, _)| {
            Element::new("sheet")
                .with("name", page.name.clone())
                .with("sheetId", number.to_string())
                .with("r:id", format!("rId{number}"))
        });
        // The head of each page is printed on every sheet of paper.
        let titles = self.pages.iter().enumerate().map(|(place, page)| {
            let rows = format!("'{}'!$1:$1", page.name.replace('\'', "''"));
            Element::texting("definedName", rows)
                .with("name", "_xlnm.Print_Titles")
                .with("localSheetId", place.to_string())
        });
        let view = Element::new("workbookView").with("activeTab", "0");
        Element::new("workbook")
            .with("xmlns", MAIN)
            .with("xmlns:r", OFFICE)
            .child(Element::new("bookViews").child(view))
            .child(Element::new("sheets").children(sheets))
            .child(Element::new("definedNames").children(titles))
    }
}

/// A name without what a sheet's name may not have.
fn allowed(name: &str) -> String {
    let kept = |letter: char| match letter {
        '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\u{3000}' => ' ',
        '［' | '］' | '：' | '＊' | '？' | '／' | '＼' => ' ',
        letter if letter.is_control() => ' ',
        letter => letter,
    };
    let name: String = name.chars().map(kept).collect();
    let name = name.trim().trim_matches('\'').trim();
    if name.is_empty() { "-".into() } else { name.to_owned() }
}

/// So many units of UTF-16 of it, and no half of a character.
fn cut(name: &str, units: usize) -> String {
    let mut used = 0;
    let fits = name.chars().take_while(|letter| {
        used += letter.len_utf16();
        used <= units
    });
    fits.collect::<String>().trim_end_matches([' ', '\'']).to_owned()
}

fn styles() -> Element {
    let day = Element::new("numFmt")
        .with("numFmtId", DAY_FORMAT.to_string())
        .with("formatCode", "yyyy\\-mm\\-dd");
    let letters = |bold: bool| {
        let bold = bold.then(|| Element::new("b"));
        Element::new("font")
            .children(bold)
            .child(Element::new("sz").with("val", "11"))
            .child(Element::new("name").with("val", "宋体"))
            .child(Element::new("charset").with("val", "134"))
    };
    let fill =
        |kind| Element::new("fill").child(Element::new("patternFill").with("patternType", kind));
    let sides = ["left", "right", "top", "bottom", "diagonal"].map(Element::new);
    let plain = || Element::new("xf").with("numFmtId", "0").with("fontId", "0");
    let plain = || plain().with("fillId", "0").with("borderId", "0");
    let forms = STYLES.iter().map(|(name, format)| {
        let form = Element::new("xf")
            .with("numFmtId", format.to_string())
            .with("fontId", if *name == "heading" { "1" } else { "0" })
            .with("fillId", "0")
            .with("borderId", "0")
            .with("xfId", "0");
        let form = if *name == "quoted" { form.with("quotePrefix", "1") } else { form };
        form.with("applyNumberFormat", "1").with("applyFont", "1")
    });
    Element::new("styleSheet")
        .with("xmlns", MAIN)
        .child(Element::new("numFmts").with("count", "1").child(day))
        .child(Element::new("fonts").with("count", "2").children([letters(false), letters(true)]))
        .child(Element::new("fills").with("count", "2").children([fill("none"), fill("gray125")]))
        .child(
            Element::new("borders")
                .with("count", "1")
                .child(Element::new("border").children(sides)),
        )
        .child(Element::new("cellStyleXfs").with("count", "1").child(plain()))
        .child(Element::new("cellXfs").with("count", STYLES.len().to_string()).children(forms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sheets_are_allowed_unique_and_short() {
        let mut book = Book::default();
        for name in ["a/b:c", "A b c", "'", "", &"長".repeat(40), &"長".repeat(41), "\u{20000}"] {
            book.put(Page::named(name));
        }
        let names: Vec<_> = book.pages.iter().map(|page| page.name.as_str()).collect();
        let long = "長".repeat(31);
        let second = format!("{}(2)", "長".repeat(28));
        assert_eq!(names, ["a b c", "A b c(2)", "-", "-(2)", &long, &second, "\u{20000}"]);
    }
}
