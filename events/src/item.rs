//! 事項: bodies follow.
