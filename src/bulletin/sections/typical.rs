//! 九、典型問題: what was seen, where, when and how much of it; persons by their post, never by
//! name or number.

use super::super::content::{Block, Run, Section};
use super::super::gathered::Gathered;
use super::{named, words};

pub(super) fn section(gathered: &Gathered) -> Section {
    let told = gathered.typical.iter().map(|case| Block::Point {
        heading: case.heading.clone(),
        runs: vec![Run::Text(case.text.clone())],
    });
    let mut blocks: Vec<Block> = told.collect();
    if blocks.is_empty() {
        blocks.push(words("本期沒有需要通報的典型問題。"));
    }
    named("typical_cases", "典型問題", blocks)
}
