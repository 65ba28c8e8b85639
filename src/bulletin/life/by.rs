//! 經辦: who does something with a bulletin: a person with a grant, or the engine.

use tongjian_events::values::StaffId;
use tongjian_events::{Actor, ActorKind, Entry, Refusal, SiteCode, StreamKind};

use super::LifeError;
use crate::access::{Grant, roles};

/// 經辦: who does something with a bulletin.
#[derive(Debug, Clone)]
pub struct By {
    pub(super) actor: Actor,
    pub(super) entry: Entry,
    pub(super) grant: Option<Grant>,
}

impl By {
    /// The engine itself.
    ///
    /// # Errors
    /// None: the name is a lawful one.
    pub fn engine() -> Result<Self, LifeError> {
        let id = StaffId::new("tongjian").map_err(LifeError::Unlawful)?;
        let actor = Actor { kind: ActorKind::System, id, role: None, on_behalf_of: None };
        Ok(Self { actor, entry: Entry::Engine, grant: None })
    }

    /// A person, with what the person may append.
    #[must_use]
    pub fn person(id: StaffId, grant: Grant) -> Self {
        let kind = grant.role.map_or(ActorKind::Inspector, roles::actor);
        let actor = Actor { kind, id, role: None, on_behalf_of: None };
        Self { actor, entry: Entry::Window, grant: Some(grant) }
    }

    /// Whether what one does reaches a site.
    pub(super) fn covers(&self, scope: &SiteCode) -> bool {
        self.grant.as_ref().is_none_or(|grant| grant.covers(scope))
    }

    /// Whether one may do something with a bulletin about a site: asked before anything is told.
    pub(super) fn may(&self, scope: &SiteCode) -> Result<(), Refusal> {
        let Some(grant) = &self.grant else { return Ok(()) };
        if grant.covers(scope) && grant.may_append.contains(&StreamKind::Bulletin) {
            return Ok(());
        }
        let token = &grant.token;
        let rule = format!("the token `{token}` does nothing with bulletins about {scope}");
        Err(Refusal::Unauthorised { rule })
    }
}
