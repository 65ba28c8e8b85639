//! 投訴: bodies follow.
