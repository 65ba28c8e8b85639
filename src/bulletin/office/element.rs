//! XML 元素: a small tree, written in one way only, so that the same tree gives the same bytes.

use std::borrow::Cow;

/// An element with its attributes and what is in it.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, Cow<'static, str>)>,
    inside: Vec<Inside>,
}

#[derive(Debug, Clone)]
enum Inside {
    Element(Element),
    Text(String),
}

impl Element {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), inside: Vec::new() }
    }

    /// An element that says one thing, in the attribute `w:val`.
    pub(crate) fn of(name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        Self::new(name).with("w:val", value)
    }

    /// An element with nothing but text in it.
    pub(crate) fn texting(name: &'static str, text: impl Into<String>) -> Self {
        Self::new(name).text(text)
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// An attribute that is a number.
    pub(crate) fn number(self, name: &'static str, value: impl Into<i64>) -> Self {
        let value: i64 = value.into();
        self.with(name, value.to_string())
    }

    pub(crate) fn child(mut self, element: Self) -> Self {
        self.inside.push(Inside::Element(element));
        self
    }

    pub(crate) fn children(mut self, elements: impl IntoIterator<Item = Self>) -> Self {
        self.inside.extend(elements.into_iter().map(Inside::Element));
        self
    }

    pub(crate) fn text(mut self, text: impl Into<String>) -> Self {
        self.inside.push(Inside::Text(text.into()));
        self
    }

    /// As a part of a package: with the declaration that begins it.
    pub(crate) fn document(&self) -> Vec<u8> {
        let mut out =
            String::from("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
        self.write(&mut out);
        out.into_bytes()
    }

    fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            push_escaped(out, value);
            out.push('"');
        }
        if self.inside.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        for inside in &self.inside {
            match inside {
                Inside::Element(element) => element.write(out),
                Inside::Text(text) => push_escaped(out, text),
            }
        }
        out.push_str("</");
        out.push_str(self.name);
        out.push('>');
    }
}

/// Text as XML has it. What XML cannot hold at all becomes the sign for that.
fn push_escaped(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A parser makes spaces of these in an attribute, and of the first a line's end.
            '\r' => out.push_str("&#13;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            letter if held_by_xml(letter) => out.push(letter),
            _ => out.push('\u{fffd}'),
        }
    }
}

/// Whether XML 1.0 can hold a character.
pub(super) const fn held_by_xml(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::Element;

    #[test]
    fn what_xml_cannot_hold_is_escaped_or_marked() {
        let element = Element::new("a").with("b", "\"<\n").text("x&y\u{1}\u{ffff}\r");
        let text = String::from_utf8(element.document()).unwrap();
        assert!(
            text.ends_with("<a b=\"&quot;&lt;&#10;\">x&amp;y\u{fffd}\u{fffd}&#13;</a>"),
            "{text}",
        );
    }
}
