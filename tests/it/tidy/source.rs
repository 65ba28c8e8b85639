//! Rust source as far as tidiness needs it: code without comments and literals, the functions in
//! it, the parts that are compiled for tests only.

/// The same text with comments, strings and characters blanked out; lines stay where they are.
pub(super) fn code(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = literal_end(&chars, at);
        if end > at {
            out.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            at = end;
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    out
}

/// Where the comment or literal that begins here ends; the same place where none begins.
fn literal_end(chars: &[char], at: usize) -> usize {
    let ahead = |offset: usize| chars.get(at + offset).copied().unwrap_or('\0');
    let inside_name = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
    match (chars[at], ahead(1)) {
        ('/', '/') => (at..chars.len()).find(|i| chars[*i] == '\n').unwrap_or(chars.len()),
        ('/', '*') => comment_end(chars, at),
        ('"', _) => string_end(chars, at + 1),
        ('b' | 'c', '"') if !inside_name => string_end(chars, at + 2),
        ('r', '"' | '#') if !inside_name => raw_end(chars, at + 1).unwrap_or(at),
        ('b' | 'c', 'r') if !inside_name => raw_end(chars, at + 2).unwrap_or(at),
        // A lifetime has no closing quote two characters on.
        ('\'', '\\') => (at + 3..chars.len()).find(|i| chars[*i] == '\'').map_or(at, |i| i + 1),
        ('\'', _) if ahead(2) == '\'' => at + 3,
        _ => at,
    }
}

fn comment_end(chars: &[char], at: usize) -> usize {
    let (mut depth, mut i) = (0, at);
    while i + 1 < chars.len() {
        match (chars[i], chars[i + 1]) {
            ('/', '*') => (depth, i) = (depth + 1, i + 2),
            ('*', '/') => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            return i;
        }
    }
    chars.len()
}

fn string_end(chars: &[char], from: usize) -> usize {
    let mut i = from;
    while i < chars.len() {
        match chars[i] {
            '\\' => i += 2,
            '"' => return i + 1,
            _ => i += 1,
        }
    }
    chars.len()
}

/// The end of a raw string whose `#`s or quote begin here; `None` where it is none, as in `r#fn`.
fn raw_end(chars: &[char], from: usize) -> Option<usize> {
    let hashes = chars[from..].iter().take_while(|c| **c == '#').count();
    if chars.get(from + hashes) != Some(&'"') {
        return None;
    }
    let closes = |i: &usize| {
        chars[*i] == '"' && chars[i + 1..].iter().take_while(|c| **c == '#').count() >= hashes
    };
    let quote = (from + hashes + 1..chars.len()).find(closes)?;
    Some(quote + 1 + hashes)
}

/// A function: its name, the line it begins on, and how many lines it has.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) lines: usize,
}

/// The functions of blanked code, from `fn` to the closing brace.
pub(super) fn functions(code: &str) -> Vec<Function> {
    let mut all = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let inside_name =
            code[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_');
        let rest = &code[at + 3..];
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if inside_name || name.is_empty() {
            continue;
        }
        let Some(open) = body(rest) else { continue };
        let end = closing(rest, open).unwrap_or(rest.len());
        let line = code[..at].matches('\n').count() + 1;
        all.push(Function { name, line, lines: rest[..end].matches('\n').count() + 1 });
    }
    all
}

/// Where the body of a function opens; `None` where a signature ends without one.
fn body(rest: &str) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, c) in rest.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '{' if depth == 0 => return Some(at),
            ';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The place after the brace that closes the one at `open`.
fn closing(code: &str, open: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, c) in code[open..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(open + at + 1);
        }
    }
    None
}

/// Blanked code without the modules that are compiled for tests only.
pub(super) fn without_tests(code: &str) -> String {
    let mut out = code.to_owned();
    let mark = "#[cfg(test)]";
    while let Some(at) = out.find(mark) {
        let end = match (out[at..].find('{'), out[at..].find(';')) {
            (Some(open), semicolon) if semicolon.is_none_or(|s| open < s) => {
                closing(&out, at + open).unwrap_or(out.len())
            }
            (_, semicolon) => semicolon.map_or(out.len(), |s| at + s + 1),
        };
        let blank: String =
            out[at..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        out.replace_range(at..end, &blank);
    }
    out
}

/// Whether a word stands in the text, not as a part of a longer one.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        !text[..at].chars().next_back().is_some_and(part)
            && !text[at + word.len()..].chars().next().is_some_and(part)
    })
}
