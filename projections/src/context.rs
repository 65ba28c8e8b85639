//! 語境: what every judgement is made under: the notices of the calendar, the rules in force, and
//! which calendar holds where. Folded from the chronicle like everything else.

use tongjian_events::Recorded;

/// The calendar, the rules and the jurisdictions, as far as the chronicle has told them.
#[derive(Debug, Clone, Default)]
pub struct Context {}

impl Context {
    /// Whether an act belongs to the context.
    #[must_use]
    pub fn reads(_act: &Recorded) -> bool {
        false
    }

    /// Takes an act in.
    pub fn apply(&mut self, _act: &Recorded) {}

    /// The days on which an act of the context may change a judgement; `None` for no day.
    #[must_use]
    pub fn bears_on(_act: &Recorded) -> Option<crate::Span> {
        None
    }
}
