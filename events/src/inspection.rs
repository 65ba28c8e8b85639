//! 督查: bodies follow.
