//! 中心: bodies follow.
