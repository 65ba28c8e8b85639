//! The files of the repository, as a clean clone holds them: what `.gitignore` leaves out is left
//! out here too, so that a chronicle made by hand in the folder disturbs no test.

use std::path::{Path, PathBuf};

/// One file: its path from the root with `/` between folders, and its text.
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
}

impl File {
    pub(super) fn new(path: &str, text: &str) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    pub(super) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Whether the file as a whole is for tests: outside `src`, or a module named `tests`.
    pub(super) fn is_test(&self) -> bool {
        let mut folders = self.path.split('/');
        let own = folders.any(|part| part == "tests" || part == "benches");
        own || self.path.ends_with("/tests.rs")
    }
}

pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below the root that holds text, in order of its path.
pub(super) fn files() -> Vec<File> {
    let ignored = ignored();
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for (name, is_folder) in entries(&folder) {
            let path = folder.join(&name);
            if ignored.iter().any(|pattern| leaves_out(pattern, &path)) {
                continue;
            }
            if is_folder {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(root().join(&path)) {
                files.push(File::new(&path.to_string_lossy(), &text));
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(files.len() > 200, "only {} files were found", files.len());
    files
}

/// The names at the top level.
pub(super) fn top_level() -> Vec<String> {
    let ignored = ignored();
    let names = entries(Path::new("")).into_iter().map(|(name, _)| name);
    names.filter(|n| !ignored.iter().any(|pattern| leaves_out(pattern, Path::new(n)))).collect()
}

pub(super) fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn entries(folder: &Path) -> Vec<(String, bool)> {
    let list = std::fs::read_dir(root().join(folder)).unwrap();
    let entry = |entry: std::io::Result<std::fs::DirEntry>| {
        let entry = entry.unwrap();
        (entry.file_name().to_string_lossy().into_owned(), entry.file_type().unwrap().is_dir())
    };
    list.map(entry).collect()
}

/// The patterns of `.gitignore`, and git's own folder.
fn ignored() -> Vec<String> {
    let mut patterns: Vec<String> = read(".gitignore")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(ToOwned::to_owned)
        .collect();
    patterns.push("/.git".into());
    patterns
}

/// Of git's patterns only those in use here: `/name` at the root, `*.end` and `name` anywhere.
fn leaves_out(pattern: &str, path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if let Some(rooted) = pattern.strip_prefix('/') {
        return path == Path::new(rooted.trim_end_matches('/'));
    }
    match pattern.split_once('*') {
        Some((begin, end)) => name.starts_with(begin) && name.ends_with(end),
        None => name == pattern.trim_end_matches('/'),
    }
}

#[test]
fn patterns_leave_out_what_git_leaves_out() {
    for (pattern, path, out) in [
        ("/target", "target", true),
        ("/target", "src/target", false),
        ("*.refused.ndjson", "logs/a.csv.refused.ndjson", true),
        ("*.db", "tongjian.db", true),
        ("*.db", "src/db.rs", false),
        ("name", "a/name", true),
    ] {
        assert_eq!(leaves_out(pattern, Path::new(path)), out, "{pattern} on {path}");
    }
}
