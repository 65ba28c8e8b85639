//! HTML: a letter as one file, for the screen, the phone and the printer. It loads nothing, runs
//! nothing, and carries the whole letter as data, so that it can be checked without the service.

use super::chart;
use super::content::{Content, Figure};
use super::json;
use super::letter::{Letter, Profile, Script};
use super::script::ScriptError;
use super::sheet::{Cell, Element, Heading, Holds, Kept, Sheet, SheetTable, Span};

mod closing;
mod style;

const OPENS: &str = "<script type=\"application/json\" id=\"letter\">";
const CLOSES: &str = "</script>";

/// The letter as a file. The same letter gives the same bytes.
///
/// # Errors
/// [`ScriptError`].
pub fn file(letter: &Letter, script: Script) -> Result<String, ScriptError> {
    let sheet = Sheet::of(letter, script)?;
    let (content, profile) = (&letter.content, sheet.profile);
    let (kept, out) = (sheet.kept.clone(), String::new());
    let mut page = Page { content, profile, kept, out, in_annex: false };
    page.head(&sheet);
    for element in &sheet.elements {
        page.element(element);
    }
    page.annex_ends();
    // `<` stands in JSON only inside a string, where this is the same character.
    let whole = json::line(letter).replace('<', "\\u003c");
    page.line(&format!("</main>\n{OPENS}{whole}{CLOSES}\n</body>\n</html>"));
    Ok(page.out)
}

/// The letter that a file carries; none where it carries none that can be read.
#[must_use]
pub fn embedded(text: &str) -> Option<Letter> {
    let (_, after) = text.rsplit_once(OPENS)?;
    let (whole, _) = after.split_once(CLOSES)?;
    json::embedded(whole)
}

/// A text as it stands in an element or between the quotes of an attribute, of HTML and of XML.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            // What is no text has no place in a page.
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

struct Page<'a> {
    content: &'a Content,
    profile: Profile,
    kept: Kept,
    out: String,
    in_annex: bool,
}

impl Page<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn head(&mut self, sheet: &Sheet) {
        let (title, author) = (escaped(&sheet.title), escaped(&sheet.author));
        let (language, style) = (sheet.language, style::of(sheet.profile));
        self.line(&format!(
            "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" \
             content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"author\" content=\"{author}\">\n<title>{title}</title>\n\
             <style>\n{style}</style>\n</head>\n<body>"
        ));
        if let Some(word) = &sheet.watermark {
            let word = escaped(word);
            self.line(&format!("<p class=\"watermark\" role=\"note\">{word}</p>"));
        }
        self.line("<main>");
    }

    fn element(&mut self, element: &Element) {
        match element {
            Element::Mark(text) => {
                let characters = text.chars().count();
                let text = escaped(text);
                self.line(&format!(
                    "<p class=\"mark\" style=\"--characters:{characters}\">{text}</p>"
                ));
            }
            Element::Number(text) => self.text("p", "number", text),
            Element::RedRule => self.line("<hr class=\"rule\">"),
            Element::Title(text) => self.title("h1", "title", text),
            Element::Recipients(text) => self.text("p", "recipients", text),
            Element::Heading(heading) => self.heading(heading),
            Element::Paragraph(spans) => self.paragraph(spans),
            Element::Table(table) => self.table(table),
            Element::Chart(drawn) => {
                let (svg, caption) = (chart::svg(drawn), escaped(&drawn.caption));
                self.line(&format!(
                    "<figure>\n{svg}\n<figcaption>{caption}</figcaption>\n</figure>"
                ));
            }
            Element::Annex { label, title } => {
                self.annex_ends();
                self.in_annex = true;
                self.line("<section class=\"annex\">");
                self.text("p", "annex-label", label);
                self.title("h2", "annex-title", title);
            }
            Element::AnnexNote(note) => self.line(&closing::annex_note(note)),
            Element::Signature(signature) => self.line(&closing::signature(signature)),
            Element::Basis(basis) => {
                self.annex_ends();
                self.line(&closing::basis(basis));
            }
            Element::Imprint(imprint) => {
                self.line(&closing::imprint(imprint, self.profile));
            }
        }
    }

    fn text(&mut self, element: &str, class: &str, text: &str) {
        let text = escaped(text);
        self.line(&format!("<{element} class=\"{class}\">{text}</{element}>"));
    }

    /// A title: no line ends within a name, a date, a word that says what letter it is.
    fn title(&mut self, element: &str, class: &str, text: &str) {
        let pieces = self.kept.pieces(text);
        let said = pieces.iter().map(|piece| match piece.is_whole {
            true => format!("<span class=\"whole\">{}</span>", escaped(piece.text)),
            false => escaped(piece.text),
        });
        let said: String = said.collect();
        self.line(&format!("<{element} class=\"{class}\">{said}</{element}>"));
    }

    fn annex_ends(&mut self) {
        if std::mem::take(&mut self.in_annex) {
            self.line("</section>");
        }
    }

    fn heading(&mut self, heading: &Heading) {
        use super::layout::Level;
        let text = escaped(&format!("{}{}", heading.number, heading.text));
        let id = heading.section.as_ref().map(|code| format!(" id=\"section-{}\"", escaped(code)));
        let id = id.unwrap_or_default();
        let element = match heading.level {
            Level::First => "h2",
            Level::Second => "h3",
            Level::Third => "h4",
        };
        self.line(&format!("<{element}{id}>{text}</{element}>"));
    }

    fn paragraph(&mut self, spans: &[Span]) {
        let span = |span: &Span| match span {
            Span::Text(text) => escaped(text),
            Span::Figure { id, text } => self.figure(id, text),
        };
        let text: String = spans.iter().map(span).collect();
        self.line(&format!("<p>{text}</p>"));
    }

    /// A number that says what it is the answer to.
    fn figure(&self, id: &str, text: &str) -> String {
        let figure = self.content.figure(id);
        let title = figure.map(asks).unwrap_or_default();
        let value = figure.filter(|figure| figure.value.is_some()).map(Figure::bare);
        let (id, title, text) = (escaped(id), escaped(&title), escaped(text));
        let value = value.unwrap_or_default();
        format!("<data value=\"{value}\" data-figure=\"{id}\" title=\"{title}\">{text}</data>")
    }

    fn table(&mut self, table: &SheetTable) {
        let (code, caption) = (escaped(&table.code), escaped(&table.caption));
        let small = if table.is_small() { " class=\"small\"" } else { "" };
        self.line(&format!(
            "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\">\n\
             <table id=\"table-{code}\"{small}>\n<caption>{caption}</caption>\n<colgroup>"
        ));
        let parts: u32 = table.columns.iter().map(|column| column.width).sum::<u32>().max(1);
        for column in &table.columns {
            let share = u64::from(column.width) * 10_000 / u64::from(parts);
            let (whole, rest) = (share / 100, share % 100);
            self.line(&format!("<col style=\"width:{whole}.{rest:02}%\">"));
        }
        self.line("</colgroup>\n<thead>\n<tr>");
        for column in &table.columns {
            let heading = escaped(&column.heading);
            self.line(&format!("<th scope=\"col\">{heading}</th>"));
        }
        self.line("</tr>\n</thead>\n<tbody>");
        for row in &table.rows {
            let cells = row.iter().enumerate();
            let cells: String = cells.map(|(at, cell)| self.cell(at, cell)).collect();
            self.line(&format!("<tr>{cells}</tr>"));
        }
        self.line("</tbody>\n</table>\n</div>");
    }

    fn cell(&self, column: usize, cell: &Cell) -> String {
        let text = escaped(&cell.text);
        match &cell.holds {
            Holds::Nothing => "<td></td>".into(),
            Holds::Words if column == 0 => format!("<th scope=\"row\">{text}</th>"),
            Holds::Words => format!("<td>{text}</td>"),
            Holds::Day(day) => {
                format!("<td class=\"day\"><time datetime=\"{day}\">{text}</time></td>")
            }
            Holds::Figure { id, .. } => {
                format!("<td class=\"figure\">{}</td>", self.figure(id, &cell.text))
            }
        }
    }
}

/// What a figure is the answer to: the query, the days, the site.
fn asks(figure: &Figure) -> String {
    let (query, period, site) = (&figure.query, &figure.period, &figure.site);
    let parts = figure.parts.join(",");
    let parts = if parts.is_empty() { parts } else { format!(" [{parts}]") };
    format!("{query}{parts} {}/{} {site}", period.from_on, period.until_on)
}
