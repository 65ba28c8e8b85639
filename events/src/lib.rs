//! 發生了什麼: every event of Tongjian, its envelope, and why an append is refused.
//!
//! A pure crate: no clock, no input or output, no randomness. [`catalog`] is its table of
//! contents; `events/README.md` is the glossary.

mod at_rest;
mod canonical;
mod shape;

pub mod applicant;
pub mod bulletin;
pub mod calendar;
pub mod card;
pub mod case;
pub mod catalog;
pub mod complaint;
pub mod ids;
pub mod inspection;
pub mod instant;
pub mod item;
pub mod origin;
pub mod policy;
pub mod recorded;
pub mod refusal;
pub mod site;
pub mod staff;
pub mod upcast;
pub mod values;
pub mod window;

pub use catalog::{CATALOG, Event, Row};
pub use ids::{SiteCode, StreamId, StreamKind};
pub use recorded::{Act, Actor, ActorKind, Entry, Place, Recorded, Source, Submission};
pub use refusal::Refusal;
pub use shape::by_name;
