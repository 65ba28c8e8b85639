//! 窗口: bodies follow.
