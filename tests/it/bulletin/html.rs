//! HTML: what it says, that it stands alone, and that no name can say something else with it.

use std::sync::Arc;

use tongjian::bulletin::content::{Block, TableCell};
use tongjian::bulletin::html;
use tongjian::bulletin::letter::{Letter, Script, Standing};

use super::sample;

fn file(letter: &Letter) -> String {
    html::file(letter, Script::Simplified).unwrap()
}

#[test]
fn a_letter_has_real_headings_tables_and_figures() {
    let file = file(&sample::letter());
    for part in [
        "<html lang=\"zh-Hans-CN\">",
        "<h1 class=\"title\"><span class=\"whole\">关于</span><span class=\"whole\">2008年</span>\
         <span class=\"whole\">7月份</span>全市便民服务窗口<span class=\"whole\">电子监察</span>\
         <span class=\"whole\">情况</span>的<span class=\"whole\">通报</span></h1>",
        "<h2 id=\"section-basics\">一、基本情况</h2>",
        "<h3>（一）如东县栟茶镇便民服务中心3号窗口工作日无人在岗</h3>",
        "<data value=\"99.87\" data-figure=\"finished_on_time\" \
         title=\"finished_on_time 2008-07-01/2008-07-31 320600000000\">99.87%</data>",
        "<caption>表1　各县（市、区）五个不到位情况</caption>",
        "<th scope=\"col\">场所（项）</th>",
        "<th scope=\"row\">启东市</th>",
        "<time datetime=\"2008-07-15\">2008-07-15</time>",
        "<span class=\"label\">主题词：</span>行政审批　电子监察　通报",
    ] {
        assert!(file.contains(part), "{part} is not in\n{file}");
    }
    assert!(!file.contains("<p class=\"watermark\""));
    assert_eq!(file.matches("<svg").count(), 1);
    for figure in sample::content().figures.keys() {
        assert!(file.contains(&format!("data-figure=\"{figure}\"")), "{figure}");
    }
}

#[test]
fn it_loads_nothing_and_runs_nothing() {
    let file = file(&sample::letter());
    let data = "<script type=\"application/json\" id=\"letter\">";
    assert_eq!(file.matches("<script").count(), 1);
    assert_eq!(file.matches(data).count(), 1);
    let away =
        ["src=", "href=", "@import", "url(http", "http://", "https://", " onload", " onclick"];
    for away in away {
        let found = file.replace("http://www.w3.org/2000/svg", "");
        assert!(!found.contains(away), "{away}");
    }
}

#[test]
fn the_same_letter_gives_the_same_bytes_and_is_carried_whole() {
    for script in [Script::Simplified, Script::Traditional] {
        let letter = sample::letter();
        let file = html::file(&letter, script).unwrap();
        assert_eq!(file, html::file(&letter, script).unwrap());
        assert_eq!(html::embedded(&file), Some(letter));
    }
    assert_eq!(html::embedded("<p>"), None);
}

#[test]
fn a_draft_says_so_on_every_page() {
    let letter = Letter { standing: Standing::Drafted, number: None, ..sample::letter() };
    let file = file(&letter);
    assert!(file.contains("<p class=\"watermark\" role=\"note\">草稿</p>"));
    assert!(file.contains("<p class=\"number\">（未编号）</p>"));
}

#[test]
fn a_hostile_name_is_a_name() {
    let mut letter = sample::letter();
    let name = "</script><script>alert(1)</script><!-- \" ' & \u{202e}\n-->";
    Arc::make_mut(&mut letter.content).title = name.into();
    Arc::make_mut(&mut letter.content).sections[0].code = "\"><b>".into();
    letter.recipients = vec![name.into()];
    let Block::Table(table) = &mut Arc::make_mut(&mut letter.content).sections[1].blocks[0] else {
        panic!()
    };
    table.rows[0][0] = TableCell::Text(name.into());
    let Block::Chart(chart) = &mut Arc::make_mut(&mut letter.content).sections[1].blocks[1] else {
        panic!()
    };
    chart.categories[0] = name.into();
    chart.series[0].name = name.into();
    chart.code = name.into();
    let file = file(&letter);
    assert_eq!(file.matches("<script").count(), 1);
    assert_eq!(file.matches("</script").count(), 1);
    assert_eq!(file.matches("<!--").count(), 0);
    assert!(file.contains("&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;!-- &quot; "));
    assert!(file.contains("id=\"section-&quot;&gt;&lt;b&gt;\""));
    assert_eq!(html::embedded(&file), Some(letter));
}
