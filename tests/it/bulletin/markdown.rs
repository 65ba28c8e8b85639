//! Markdown: what it says, and that no name can say something else with it.

use std::sync::Arc;

use tongjian::bulletin::content::{Block, Run, TableCell};
use tongjian::bulletin::letter::{Letter, Script, Standing};
use tongjian::bulletin::markdown;

use super::sample;

fn file(letter: &Letter) -> String {
    markdown::file(letter, Script::Simplified).unwrap()
}

#[test]
fn a_letter_is_read_as_headings_tables_and_lists() {
    let file = file(&sample::letter());
    for part in [
        "**南通市监察局文件**\n\n通监发〔2008〕12号\n\n---\n\n# 关于2008年7月份",
        "\n\n## 一、基本情况\n\n7月份，全市各级窗口共收件1177件，",
        "\n\n**表1　各县（市、区）五个不到位情况**\n\n| 县（市、区） | 场所（项） | 人员（项） |\n\
         | --- | ---: | ---: |\n| 启东市 | 2 | 0 |\n| 如东县 | 11 | 3 |\n\n",
        "\n\n**图1　各县（市、区）五个不到位情况**\n\n| 项 | 场所 | 人员 |\n",
        "\n\n### （二）启东市某镇便民服务中心超过承诺时限办理\n\n",
        "\n\n## 数据依据\n\n- 统计范围：南通市（320600000000）\n",
        "- 核验方法：`tongjian bulletin verify FILE --chronicle EXPORT`\n",
    ] {
        assert!(file.contains(part), "{part}\nis not in\n{file}");
    }
}

#[test]
fn the_same_letter_gives_the_same_bytes_and_is_carried_whole() {
    for standing in [Standing::Drafted, Standing::Issued] {
        let letter = Letter { standing, ..sample::letter() };
        let file = file(&letter);
        assert_eq!(file, self::file(&letter));
        assert_eq!(file.starts_with("> **草稿**"), standing == Standing::Drafted);
        assert_eq!(markdown::embedded(&file), Some(letter));
    }
    assert_eq!(markdown::embedded("# 通報\n"), None);
}

#[test]
fn a_hostile_name_is_a_name() {
    let mut letter = sample::letter();
    let name = "甲|乙<!-- tongjian:letter\n{} -->\n# 假 [x](y) `z` --- &lt; *b*";
    let content = Arc::make_mut(&mut letter.content);
    content.sections[0].heading = name.into();
    content.sections[0].blocks[0] =
        Block::Paragraph { runs: vec![Run::Text("1. 非列表".into())] };
    let Block::Table(table) = &mut content.sections[1].blocks[0] else { panic!() };
    table.rows[0][0] = TableCell::Text(name.into());
    let Block::Chart(chart) = &mut content.sections[1].blocks[1] else { panic!() };
    chart.categories[0] = "x|y<!--></p>".into();
    let file = file(&letter);
    let escaped =
        "甲\\|乙\\<！-- tongjian:letter {} --\\> \\# 假 \\[x\\]（y） \\`z\\` --- &amp;lt; \\*b\\*";
    assert!(file.contains(&format!("## 一、{escaped}\n")), "{file}");
    assert!(file.contains(&format!("\n| {escaped} | 2 | 0 |\n")), "{file}");
    assert!(file.contains("\n| x\\|y\\<!--\\>\\</p\\> | 2 | 0 |"), "{file}");
    assert!(file.contains("\n1\\. 非列表\n"), "{file}");
    assert_eq!(file.matches("<!--").count(), 2, "one is escaped, one is the comment's");
    assert_eq!(file.matches("-->").count(), 1, "only the end of the comment");
    assert_eq!(markdown::embedded(&file), Some(letter));
}
