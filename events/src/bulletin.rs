//! 通報: bodies follow.
