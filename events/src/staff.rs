//! 人員: bodies follow.
