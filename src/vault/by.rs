//! 經辦: who seals, opens or destroys details: the holder of a grant, or an operator on the machine.

use tongjian_events::policy::Role;
use tongjian_events::values::StaffId;
use tongjian_events::{Actor, ActorKind, Entry, Refusal, SiteCode, StreamKind};

use crate::access::{Grant, Right};

/// 經辦.
#[derive(Debug, Clone)]
pub struct By {
    id: StaffId,
    grant: Option<Grant>,
}

impl By {
    /// One who came through the service, with what the grant allows.
    #[must_use]
    pub fn holder(id: StaffId, grant: Grant) -> Self {
        Self { id, grant: Some(grant) }
    }

    /// One who works on the machine itself, and has the chronicle and the keys in hand.
    #[must_use]
    pub fn operator(id: StaffId) -> Self {
        Self { id, grant: None }
    }

    pub(super) fn id(&self) -> &StaffId {
        &self.id
    }

    pub(super) fn actor(&self, kind: ActorKind) -> Actor {
        Actor { kind, id: self.id.clone(), role: None, on_behalf_of: None }
    }

    pub(super) fn entry(&self) -> Entry {
        Entry::Window
    }

    /// Whoever sends an applicant's cases may send the details.
    pub(super) fn may_seal(&self, site: &SiteCode) -> Result<(), Refusal> {
        let allowed = |grant: &Grant| appends(grant) && grant.covers(site);
        self.is(allowed, &format!("seals no details of applicants at {site}"))
    }

    pub(super) fn may_disclose(&self) -> Result<(), Refusal> {
        self.is(|grant| grant.has(Right::Disclose), "opens no details of applicants")
    }

    pub(super) fn may_destroy(&self) -> Result<(), Refusal> {
        let bureau = |grant: &Grant| grant.role.is_none_or(|role| role == Role::Bureau);
        let allowed = |grant: &Grant| appends(grant) && bureau(grant) && grant.has(Right::Disclose);
        self.is(allowed, "destroys no details of applicants")
    }

    /// Whether the grant reaches what was sealed at a site.
    pub(super) fn reaches(&self, site: &SiteCode) -> bool {
        self.grant.as_ref().is_none_or(|grant| grant.covers(site))
    }

    fn is(&self, allowed: impl FnOnce(&Grant) -> bool, otherwise: &str) -> Result<(), Refusal> {
        match &self.grant {
            Some(grant) if !allowed(grant) => {
                let rule = format!("the token `{}` {otherwise}", grant.token);
                Err(Refusal::Unauthorised { rule })
            }
            _ => Ok(()),
        }
    }
}

fn appends(grant: &Grant) -> bool {
    grant.may_append.contains(&StreamKind::Applicant)
}
