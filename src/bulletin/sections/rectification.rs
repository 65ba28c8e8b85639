//! 十、整改要求: who has to put what right by when, and report to whom.

use super::super::content::{Block, Run, Section, Table, TableCell};
use super::super::figures::{Book, count};
use super::super::gathered::{Gathered, Order};
use super::super::terms::said;
use super::{named, paragraph, text_column};

/// How many orders stand in the text; all of them stand in the annex.
const IN_TEXT: usize = 20;

pub(super) fn section(book: &mut Book, gathered: &Gathered) -> Section {
    let standing = |part: &str| count("orders_standing").of(&[part]);
    let text = "期末尚有責令整改{}未完成,其中逾期{}、未到期{}。";
    let wanted = vec![count("orders_standing"), standing("overdue"), standing("not_due")];
    let mut blocks = vec![paragraph(book.sentence(text, wanted))];
    let first = gathered.orders.get(..IN_TEXT.min(gathered.orders.len())).unwrap_or(&[]);
    if !first.is_empty() {
        blocks.push(Block::Table(table("rectification", "限期整改事項", first)));
    }
    let text = "各有關單位要高度重視,舉一反三,按期整改,並將整改情況書面報";
    let runs = vec![Run::Text(text.into()), Run::Issuer, Run::Text("。".into())];
    blocks.push(Block::Paragraph { runs });
    named("rectification", "整改要求", blocks)
}

/// 附件: all orders, where the text does not hold them.
pub(super) fn annex(gathered: &Gathered) -> Section {
    let heading = "限期整改事項";
    let mut blocks = Vec::new();
    if gathered.orders.len() > IN_TEXT {
        let all = table("rectification_all", heading, &gathered.orders);
        blocks.push(Block::Table(all));
    }
    named("rectification_all", heading, blocks)
}

fn table(code: &str, caption: &str, orders: &[Order]) -> Table {
    let row = |order: &Order| {
        vec![
            TableCell::Text(order.site_name.clone()),
            TableCell::Text(match &order.flag {
                Some(flag) => format!("{}不到位", said(flag)),
                None => "其他事項".into(),
            }),
            order.ordered_on.map_or(TableCell::Empty, TableCell::Day),
            order.due_on.map_or(TableCell::Empty, TableCell::Day),
            TableCell::Issuer,
        ]
    };
    Table {
        code: code.into(),
        caption: caption.into(),
        columns: vec![
            text_column("單位", 5),
            text_column("事項", 3),
            text_column("責令日期", 3),
            text_column("整改期限", 3),
            text_column("報送", 4),
        ],
        rows: orders.iter().map(row).collect(),
    }
}
