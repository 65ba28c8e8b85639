//! 紅黃牌: bodies follow.
