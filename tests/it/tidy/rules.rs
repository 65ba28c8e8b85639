//! The rules of the house that one file can break. Each answers with the faults it finds, as
//! `path:line: what`, and knows nothing of the tree.

use super::source::{code, functions, has_word, without_tests};
use super::tree::File;

/// A file has fewer lines than this.
const FILE_LINES: usize = 400;
/// A function has fewer lines than this.
const FUNCTION_LINES: usize = 60;
/// A line has at most so many characters; a Chinese one counts as one.
const COLUMNS: usize = 100;

/// A size above the limit that is borne for a reason. It may only go down: where the real size is
/// below, the entry must follow it, and an entry that is not needed must go.
pub(super) struct Borne {
    pub(super) what: &'static str,
    pub(super) lines: usize,
    pub(super) reason: &'static str,
}

pub(super) fn sizes(file: &File, borne: &[Borne]) -> Vec<String> {
    let mut found = Vec::new();
    let mut weigh = |what: String, lines: usize, limit: usize| {
        let entry = borne.iter().find(|entry| entry.what == what);
        match entry {
            None if lines >= limit => {
                found.push(format!("{what}: {lines} lines, fewer than {limit} are allowed"));
            }
            Some(entry) if lines > entry.lines => {
                found.push(format!("{what}: grew from {} to {lines} lines", entry.lines));
            }
            Some(entry) if lines < limit || lines < entry.lines => {
                found.push(format!("{what}: {lines} lines; the entry borne must follow"));
            }
            Some(entry) if entry.reason.is_empty() => {
                found.push(format!("{what}: borne without a reason"));
            }
            _ => {}
        }
    };
    weigh(file.path.clone(), file.text.lines().count(), FILE_LINES);
    for function in functions(&code(&file.text)) {
        let what = format!("{}:{} fn {}", file.path, function.line, function.name);
        let known = format!("{} fn {}", file.path, function.name);
        let what = if borne.iter().any(|b| b.what == known) { known } else { what };
        weigh(what, function.lines, FUNCTION_LINES);
    }
    found
}

/// In a test the literals of a line do not count: a sample of a foreign file cannot be broken.
pub(super) fn columns(file: &File) -> Vec<String> {
    let code = code(&file.text);
    let mut found = Vec::new();
    for (at, (line, code)) in file.text.lines().zip(code.lines()).enumerate() {
        let counts = |(own, left): &(char, char)| !file.is_test() || own == left;
        let columns = line.chars().zip(code.chars()).filter(counts).count();
        if columns > COLUMNS {
            found.push(format!("{}:{}: {columns} columns of {COLUMNS}", file.path, at + 1));
        }
    }
    found
}

pub(super) fn first_line(file: &File) -> Vec<String> {
    if file.text.starts_with("//! ") {
        return Vec::new();
    }
    vec![format!("{}:1: the file does not begin by saying what it is (`//! …`)", file.path)]
}

/// Ways to stop where an answer is owed. A word of its own is looked for, then `(` or `!`.
const STOPS: [&str; 6] = [".unwrap()", ".expect(", "panic!", "todo!", "unimplemented!", "dbg!"];

pub(super) fn stops(file: &File) -> Vec<String> {
    if file.is_test() {
        return Vec::new();
    }
    faults(file, &STOPS, |line, stop| match stop.strip_suffix('!') {
        Some(_) => line.match_indices(stop).any(|(at, _)| {
            !line[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_')
        }),
        None => line.contains(stop),
    })
}

/// Names of traits that no decision here needs: a decision is a function, time is an argument, a
/// backend is a variant.
const NO_TRAITS: [&str; 7] =
    ["EventStore", "Repository", "Aggregate", "CommandHandler", "EventBus", "Clock", "Service"];

pub(super) fn traits(file: &File) -> Vec<String> {
    faults(file, &NO_TRAITS, |line, name| has_word(line, &format!("trait {name}")))
}

/// An error whose text holds its cause and that gives it as a source too: whoever tells the chain
/// of causes says it twice.
pub(super) fn said_twice(file: &File) -> Vec<String> {
    let lines = file.text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    let mut found = Vec::new();
    let mut holds_it = false;
    for (at, line) in lines.filter(|(_, line)| !line.starts_with("//")) {
        if line.starts_with("#[error(") {
            holds_it = line.contains("{0}") || line.contains("{source}");
        } else if holds_it && (line.contains("#[from]") || line.starts_with("source:")) {
            found.push(format!("{}:{at}: the cause is in the text too", file.path));
        } else if line == "}" {
            holds_it = false;
        }
    }
    found
}

/// What only the outside may name.
const OUTSIDE: [&str; 6] = ["sqlx", "actix_web", "actix", "tokio", "reqwest", "rusqlite"];

pub(super) fn outside(file: &File) -> Vec<String> {
    faults(file, &OUTSIDE, has_word)
}

/// What only the store may name.
pub(super) fn databases(file: &File) -> Vec<String> {
    faults(file, &["sqlx"], has_word)
}

fn faults(file: &File, of: &[&str], is: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let code = without_tests(&code(&file.text));
    let mut found = Vec::new();
    for (at, line) in code.lines().enumerate() {
        for one in of.iter().filter(|one| is(line, one)) {
            found.push(format!("{}:{}: `{one}` does not belong here", file.path, at + 1));
        }
    }
    found
}

/// Paths of one machine and hosts of registries. Written in two parts: this file is read too.
const PLACES: [&str; 14] = [
    concat!("/wo", "rk/"),
    concat!("/tm", "p/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Use", "rs/"),
    concat!("C:\\", "Users"),
    concat!("crates", ".io"),
    concat!("static.", "rust-lang"),
    concat!("py", "pi."),
    concat!("npm", "js"),
    concat!("unp", "kg"),
    concat!("jsde", "livr"),
    concat!("docker", ".io"),
    concat!("gh", "cr.io"),
];

pub(super) fn places(file: &File) -> Vec<String> {
    let mut found = Vec::new();
    for (at, line) in file.text.lines().enumerate() {
        for place in PLACES.iter().filter(|place| line.contains(**place)) {
            found.push(format!("{}:{}: names `{place}`", file.path, at + 1));
        }
    }
    found
}

/// One statement a file, lower case. A file holds one piece of a statement where a batch is put
/// together from several.
pub(super) fn sql(file: &File) -> Vec<String> {
    let mut found = Vec::new();
    let text = sql_code(&file.text);
    let statements = text.split(';').filter(|part| !part.trim().is_empty()).count();
    if statements != 1 {
        found.push(format!("{}: {statements} statements; one a file", file.path));
    }
    if let Some((at, _)) = text.lines().enumerate().find(|(_, l)| l.chars().any(char::is_uppercase))
    {
        found.push(format!("{}:{}: upper case; SQL is lower case here", file.path, at + 1));
    }
    found
}

/// SQL without comments and quoted parts.
fn sql_code(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut quote = None;
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            match quote {
                None if c == '-' && chars.peek() == Some(&'-') => break,
                None if c == '\'' || c == '"' => quote = Some(c),
                None => out.push(c),
                Some(open) if open == c => quote = None,
                Some(_) => {}
            }
        }
        out.push('\n');
    }
    out
}

/// Links of a document that lead to no file. Addresses and anchors are not followed.
pub(super) fn links(file: &File, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut found = Vec::new();
    for (at, line) in file.text.lines().enumerate() {
        for target in line.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = target.split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            let mut path: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
            for part in target.split('/').filter(|part| !part.is_empty() && *part != ".") {
                if part == ".." {
                    path.pop();
                } else {
                    path.push(part);
                }
            }
            if !exists(&path.join("/")) {
                found.push(format!("{}:{}: `{target}` is not there", file.path, at + 1));
            }
        }
    }
    found
}

/// The events that a file's code outside its tests takes apart, by name: `Event::Name(…)`.
pub(super) fn events_named(file: &File) -> Vec<String> {
    let code = without_tests(&code(&file.text));
    let after = code.split("Event::").skip(1);
    let names = after.filter_map(|rest| rest.split_once('('));
    let whole = |name: &str| name.chars().all(char::is_alphanumeric);
    names.filter(|(name, _)| whole(name)).map(|(name, _)| name.to_owned()).collect()
}
