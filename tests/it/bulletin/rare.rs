//! 生僻字: what an office's fonts lack is found before printing, and where.

use std::sync::Arc;

use tongjian::bulletin::content::{Block, TableCell};
use tongjian::bulletin::glyphs::{HeldBy, rare};
use tongjian::bulletin::letter::Script;

use super::sample;

#[test]
fn a_town_with_a_rare_name_is_found_in_every_place() {
    let found = rare(&sample::letter(), Script::Simplified).unwrap();
    let [town] = &found[..] else { panic!("{found:?}") };
    assert_eq!((town.ch, town.held_by), ('栟', HeldBy::Gbk));
    // One case and 60 rows of the annex.
    assert_eq!(town.places.len(), 61);
    assert_eq!(
        town.places[0].to_string(),
        "（一）如东县栟茶镇便民服务中心3号窗口工作日无人在岗: \
         如东县栟茶镇便民服务中心3号窗口工作日无人在岗"
    );
    assert_eq!(
        town.places[60].to_string(),
        "附件 各便民服务室办件情况, 表2　各便民服务室办件情况, row 60, column 便民服务室: \
         如东县栟茶镇第60便民服务室"
    );
    assert!(town.to_string().starts_with("栟 (U+681F) is in GBK and not in GB 2312; 61 places"));
}

#[test]
fn a_character_of_an_extension_is_found_in_either_script() {
    let mut letter = sample::letter();
    letter.recipients.push("𠮷祥鎮".into());
    let Block::Table(table) = &mut Arc::make_mut(&mut letter.content).sections[1].blocks[0] else {
        panic!()
    };
    table.rows[1][0] = TableCell::Text("𠮷祥鎮".into());
    for script in [Script::Simplified, Script::Traditional] {
        let found = rare(&letter, script).unwrap();
        let extension = found.iter().find(|rare| rare.ch == '𠮷').unwrap();
        assert_eq!((extension.held_by, extension.places.len()), (HeldBy::Gb18030, 2));
        assert_eq!(extension.places[0].part, "recipients");
        let inside = extension.places[1].inside.as_deref().unwrap();
        assert!(inside.contains("row 2"), "{inside}");
    }
    // A traditional letter needs a font of GBK at any rate; that holds the town's name.
    let found = rare(&letter, Script::Traditional).unwrap();
    assert!(found.iter().all(|rare| rare.ch != '栟'));
}
