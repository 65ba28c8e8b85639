//! 帳戶: the people who log in, and the roles they have. Passwords are no part of an act.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::SiteCode;
use crate::shape::{bodies, words};
use crate::values::{Name, StaffId, Text};

words! {
    /// 角色: what somebody who logs in is there for. Each does only what is its own.
    Role {
        /// 監察員: inspects, orders rectification, investigates complaints.
        Inspector,
        /// 監察局: does all that an inspector does, decides appeals, signs and issues bulletins,
        /// adopts rules.
        Bureau,
        /// 中心: keeps sites, windows, posts and cases, answers slips and cards.
        Centre,
        /// 部門: keeps cases and items, answers slips and cards, appeals.
        Department,
        /// 審計: reads everything, who read what too, and writes nothing.
        Auditor,
        /// 管理員: opens and closes accounts and tokens, and sees no case.
        Administrator,
    }
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] = [
        Self::Inspector,
        Self::Bureau,
        Self::Centre,
        Self::Department,
        Self::Auditor,
        Self::Administrator,
    ];

    /// The word as bodies write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inspector => "inspector",
            Self::Bureau => "bureau",
            Self::Centre => "centre",
            Self::Department => "department",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }

    /// 中文名.
    #[must_use]
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Inspector => "監察員",
            Self::Bureau => "監察局",
            Self::Centre => "中心",
            Self::Department => "部門",
            Self::Auditor => "審計",
            Self::Administrator => "管理員",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| {
            let known = Self::ALL.map(Self::as_str).join(", ");
            format!("`{text}` is no role; the roles are {known}")
        })
    }
}

bodies! {
    /// 開立帳戶: somebody may log in, with this role, for these sites. A later act of the same
    /// account takes the place of an earlier one.
    AccountOpened {
        /// The name to log in with, and by which acts are signed.
        account: StaffId,
        /// The post that holds it.
        holder: Name,
        /// What it is there for.
        role: Role,
        /// The sites whose subtrees it covers; none named means the whole network.
        sites: Vec<SiteCode>,
        /// The last day on which it holds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until_on: Option<NaiveDate>,
    }

    /// 關閉帳戶: somebody may log in no longer.
    AccountClosed {
        /// The account.
        account: StaffId,
        /// Why.
        reason: Text,
    }
}
