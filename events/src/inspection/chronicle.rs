//! 存證核驗: the inspection of the chronicle itself: its chain, its backups.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::shape::bodies;
use crate::values::{Code, Digest, Minutes, Position, Text};

bodies! {
    /// 核驗存證鏈: the chain was computed again and agrees.
    ChainVerified {
        /// From this position.
        from_position: Position,
        /// To this one.
        until_position: Position,
        /// The chain at the end.
        chain: Digest,
    }

    /// 存證鏈斷裂: the chain was computed again and does not agree.
    ChainBreakFound {
        /// The first position where it differs.
        position: Position,
        /// What is stored.
        stored: Digest,
        /// What was computed.
        computed: Digest,
    }

    /// 備份核驗: a backup was read and agrees with the chronicle.
    BackupVerified {
        /// Which one.
        backup: Code,
        /// The last position it holds.
        until_position: Position,
        /// The chain there.
        chain: Digest,
        /// Where it is kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<Text>,
    }

    /// 恢復演練: a chronicle was restored from a backup, for practice.
    RestoreDrilled {
        /// Which one.
        backup: Code,
        /// The last position restored.
        until_position: Position,
        /// Whether the restored chronicle agreed.
        succeeded: bool,
        /// How long it took.
        took_minutes: Minutes,
    }
}
