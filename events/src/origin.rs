//! 由來: who acted, where it was entered and how, and what can be shown for it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::SiteCode;
use crate::shape::said_by_name;
use crate::values::{Code, Digest, Name, StaffId, Text, WindowId};

said_by_name!(Actor, Source, Evidence);

/// 行為人: who acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Actor {
    /// What kind of actor.
    pub kind: ActorKind,
    /// Its identifier.
    pub id: StaffId,
    /// 崗位: in which post or role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Name>,
    /// 代行: for whom, if for somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<StaffId>,
}

/// Kinds of actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// 工作人員: a member of staff at a window, a centre or a department.
    Staff,
    /// 監察人員: a member of the supervising body.
    Inspector,
    /// 接入系統: a connected system or an import.
    Machine,
    /// 本系統: the engine itself.
    System,
}

impl ActorKind {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Inspector => "inspector",
            Self::Machine => "machine",
            Self::System => "system",
        }
    }
}

/// 來源: where an act was entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Source {
    /// The site.
    pub site: SiteCode,
    /// The window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowId>,
    /// The device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Code>,
    /// The connected system; an import names its log here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<Name>,
    /// How it came in. Anything but `window` says that lateness has another cause.
    #[serde(default)]
    pub entry: Entry,
}

/// 錄入方式: how an act came in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// 窗口錄入: at the window, when it happened.
    #[default]
    Window,
    /// 系統對接: sent by a connected system.
    Connected,
    /// 離線補傳: kept on a device without a line and sent later.
    Offline,
    /// 補錄: declared as entered afterwards.
    BackEntry,
    /// 歷史導入: imported from an old log.
    Import,
    /// 系統生成: appended by the engine.
    Engine,
}

impl Entry {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Window => "window",
            Self::Connected => "connected",
            Self::Offline => "offline",
            Self::BackEntry => "back_entry",
            Self::Import => "import",
            Self::Engine => "engine",
        }
    }
}

/// 佐證材料: one thing that can be shown for an act; the thing itself is kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Evidence {
    /// What kind of thing: photo, scan, receipt.
    pub kind: Code,
    /// Its digest.
    pub digest: Digest,
    /// Where it is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Text>,
}
