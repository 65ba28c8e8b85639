//! 對照: the file that says what a foreign log means: which activity is which act, whose time
//! zone and working days hold, which attribute names the post. Nothing is guessed from a log.
//!
//! Attributes are named as XES names them; `case:` leads those of the trace, as it does in the
//! columns of a CSV file. So one mapping serves every form of a log.

mod checked;
mod written;

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use chrono_tz::Tz;
use tongjian_events::case::{Channel, Handling};
use tongjian_events::values::{ItemCode, Limits, Name, StaffId};
use tongjian_events::{Act, SiteCode};

use super::error::MappingError;

/// 對照: what a log's activities and attributes mean, read from a TOML file.
#[derive(Debug)]
pub struct Mapping {
    log: Log,
    zone: Tz,
    zone_of_bare_times: Option<Tz>,
    sites: Sites,
    columns: Columns,
    lifecycle: Lifecycle,
    acts: HashMap<String, Kind>,
    attributes: Attributes,
    names: Vec<(String, Arc<str>)>,
    channels: BTreeMap<String, Channel>,
    default_channel: Option<Channel>,
    item: Option<ItemCode>,
    handling: Handling,
    limits: Limits,
    preamble: Vec<Act>,
}

/// The log's name in the two shapes that an envelope asks for.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) name: Name,
    pub(super) actor: StaffId,
}

/// Where a log's acts happened.
#[derive(Debug)]
pub(super) struct Sites {
    /// The attribute that names the site.
    pub(super) attribute: Option<Arc<str>>,
    /// The code of each of its values.
    pub(super) codes: BTreeMap<String, SiteCode>,
    /// The site of records without that attribute.
    pub(super) otherwise: Option<SiteCode>,
    /// Whether a value that is not listed gives a code by itself.
    pub(super) derived: bool,
}

/// The columns of a CSV file.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) case_id: String,
    pub(super) activity: String,
    pub(super) timestamp: String,
    pub(super) lifecycle: String,
    /// Whether the mapping names it; if not it may be missing.
    pub(super) lifecycle_named: bool,
    pub(super) delimiter: u8,
}

/// Which transitions say that a step began, and which that it was done. In small letters.
#[derive(Debug)]
struct Lifecycle {
    started: Vec<String>,
    completed: Vec<String>,
}

/// What a transition says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transition {
    Started,
    Completed,
}

/// What the attributes are that an act takes something from.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    pub(super) post: Option<Arc<str>>,
    pub(super) window: Option<Arc<str>>,
    pub(super) channel: Option<Arc<str>>,
    pub(super) started_at: Option<Arc<str>>,
    pub(super) due_at: Option<Arc<str>>,
    pub(super) ended_at: Option<Arc<str>>,
    pub(super) absent: Vec<String>,
}

/// Which act an activity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Receipt,
    Notice,
    Supplement,
    PartialSupplement,
    Acceptance,
    NonAcceptance,
    Decision,
    NegativeDecision,
    CollectionNotice,
    Delivery,
    ReturnOfCase,
    Withdrawal,
    Closing,
    /// Every activity that the mapping does not name.
    Step,
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// [`MappingError`] with file, key and rule.
    pub fn load(path: &Path) -> Result<Self, MappingError> {
        let text = fs::read_to_string(path)
            .map_err(|source| MappingError::Read { path: path.into(), source })?;
        Self::parse(path, &text)
    }

    /// Reads a mapping from its text; `path` is how errors call it.
    ///
    /// # Errors
    /// [`MappingError`] with file, key and rule.
    pub fn parse(path: &Path, text: &str) -> Result<Self, MappingError> {
        let written: written::Written = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let line = text.get(..start).unwrap_or_default().matches('\n').count();
            let key = text.lines().nth(line).unwrap_or_default().trim().to_owned();
            let rule = error.message().to_owned();
            MappingError::Toml { path: path.into(), line: line + 1, key, rule }
        })?;
        checked::mapping(written).map_err(|(key, rule)| MappingError::Value {
            path: path.into(),
            key,
            rule,
        })
    }

    /// 前置: what must be appended before any act of the log: one `calendar.JurisdictionSet` a
    /// site, in the stream `calendar/jurisdictions`, unless Asia/Shanghai and the State Council's
    /// notices hold anyway. The same mapping gives the same acts with the same ids.
    #[must_use]
    pub fn preamble(&self) -> &[Act] {
        &self.preamble
    }

    /// The log's name, from which ids derive.
    #[must_use]
    pub fn log_name(&self) -> &str {
        self.log.name.as_str()
    }

    pub(super) fn log(&self) -> &Log {
        &self.log
    }

    pub(super) fn zone(&self) -> Tz {
        self.zone
    }

    pub(super) fn assumed_zone(&self) -> Option<Tz> {
        self.zone_of_bare_times
    }

    pub(super) fn sites(&self) -> &Sites {
        &self.sites
    }

    pub(super) fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The attributes that are read, each with the key that names it first.
    pub(super) fn attribute_names(&self) -> &[(String, Arc<str>)] {
        &self.names
    }

    pub(super) fn attributes(&self) -> &Attributes {
        &self.attributes
    }

    /// Which act an activity is.
    pub(super) fn kind(&self, activity: &str) -> Kind {
        self.acts.get(activity).copied().unwrap_or(Kind::Step)
    }

    /// The activities that the mapping names, in order.
    pub(super) fn named_activities(&self) -> Vec<&str> {
        let mut named: Vec<_> = self.acts.keys().map(String::as_str).collect();
        named.sort_unstable();
        named
    }

    /// What a transition says; a record without one says that something was done.
    pub(super) fn transition(&self, lifecycle: Option<&str>) -> Result<Transition, String> {
        let Some(written) = lifecycle else { return Ok(Transition::Completed) };
        let small = written.to_lowercase();
        if self.lifecycle.completed.contains(&small) {
            Ok(Transition::Completed)
        } else if self.lifecycle.started.contains(&small) {
            Ok(Transition::Started)
        } else {
            Err(format!(
                "the transition `{written}` is neither in lifecycle.started ({}) nor in \
                 lifecycle.completed ({})",
                self.lifecycle.started.join(", "),
                self.lifecycle.completed.join(", ")
            ))
        }
    }

    /// The channel of an application; `written` is the attribute's value.
    pub(super) fn channel(&self, written: Option<&str>) -> Result<Channel, String> {
        match written {
            Some(value) => self.channels.get(value).copied().ok_or_else(|| {
                format!("`{value}` is not in [channels], so its channel is not known")
            }),
            None => self.default_channel.ok_or_else(|| {
                "the record names no channel and limits.channel names none either".to_owned()
            }),
        }
    }

    pub(super) fn item(&self) -> Option<&ItemCode> {
        self.item.as_ref()
    }

    pub(super) fn handling(&self) -> Handling {
        self.handling
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }
}
