//! 檢視: looks the chronicle over for those who run it: what was looked at, what was found, and what
//! to do. Reading and judging are apart: a judgement is a function of what was read.

use std::io::{self, Write};

use serde::Serialize;

mod judge;
mod readings;

pub use judge::judge;
pub use readings::{Files, Folded, Readings, read};

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Nothing to do.
    Fine,
    /// To be looked after soon.
    Warning,
    /// To be looked after now.
    Trouble,
}

impl Grade {
    /// 0, 1 or 2.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Warning => 1,
            Self::Trouble => 2,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Warning => "warning",
            Self::Trouble => "trouble",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How grave it is.
    pub grade: Grade,
    /// What was looked at.
    pub looked_at: String,
    /// What was found.
    pub found: String,
    /// What to do, where something is to be done.
    #[serde(rename = "do", skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl Finding {
    fn new(looked_at: impl Into<String>, found: impl Into<String>) -> Self {
        Self { grade: Grade::Fine, looked_at: looked_at.into(), found: found.into(), advice: None }
    }

    /// The graver one of two grades holds, with its advice.
    fn but(self, grade: Grade, advice: impl Into<String>) -> Self {
        if grade > self.grade { Self { grade, advice: Some(advice.into()), ..self } } else { self }
    }
}

/// Everything that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The gravest of all.
    pub grade: Grade,
    /// One by one.
    pub findings: Vec<Finding>,
}

impl Report {
    /// A report of these findings.
    #[must_use]
    pub fn of(findings: Vec<Finding>) -> Self {
        let grade = findings.iter().map(|finding| finding.grade).max().unwrap_or(Grade::Fine);
        Self { grade, findings }
    }

    /// A chronicle that cannot be used at all.
    #[must_use]
    pub fn unusable(error: &anyhow::Error) -> Self {
        let finding = Finding::new("the chronicle", format!("{error:#}"));
        let advice = "it takes no acts in this state; docs/operate.md, `Verify` and `Back up`";
        Self::of(vec![finding.but(Grade::Trouble, advice)])
    }

    /// One page of text.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for Finding { grade, looked_at, found, advice } in &self.findings {
            writeln!(out, "{:8} {looked_at}: {found}", grade.as_str())?;
            if let Some(advice) = advice {
                writeln!(out, "         do: {advice}")?;
            }
        }
        Ok(())
    }
}
