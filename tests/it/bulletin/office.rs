//! DOCX and XLSX as files: the same letter gives the same bytes, and can be read out of them.

use std::io::{Cursor, Read as _, Write as _};
use std::sync::Arc;

use tongjian::bulletin::letter::{Letter, Script};
use tongjian::bulletin::office::{OfficeError, embedded};
use tongjian::bulletin::{docx, xlsx};

use super::{files, sample};

type Write = fn(&Letter, Script) -> Result<Vec<u8>, OfficeError>;
const BOTH: [Write; 2] = [docx::write, xlsx::write];

/// The parts of a file, by their paths, in their order.
fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let count = zip.len();
    let part = |place| {
        let mut file = zip.by_index(place).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        (file.name().unwrap().into_owned(), bytes)
    };
    (0..count).map(part).collect()
}

fn part(bytes: &[u8], path: &str) -> String {
    let all = parts(bytes);
    let (_, bytes) = all.into_iter().find(|(name, _)| name == path).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_same_letter_gives_the_same_bytes() {
    for write in BOTH {
        let letter = sample::letter();
        let first = write(&letter, Script::Simplified).unwrap();
        let again: Letter = serde_json::from_str(&serde_json::to_string(&letter).unwrap()).unwrap();
        assert_eq!(write(&again, Script::Simplified).unwrap(), first);
        assert_ne!(write(&letter, Script::Traditional).unwrap(), first);
    }
}

#[test]
fn the_letter_is_read_back_out_of_the_file() {
    let mut bare = sample::letter();
    bare.content = Arc::new(files::bare(bare.content.as_ref().clone()));
    for letter in [sample::letter(), files::hostile(), bare] {
        for write in BOTH {
            let bytes = write(&letter, Script::Simplified).unwrap();
            assert_eq!(embedded(&bytes).unwrap(), letter);
        }
    }
}

#[test]
fn every_part_is_xml_and_every_relation_leads_somewhere() {
    for write in BOTH {
        let all = parts(&write(&files::hostile(), Script::Simplified).unwrap());
        for (path, bytes) in all.iter().filter(|(path, _)| !path.ends_with(".xlsx")) {
            let mut reader = quick_xml::Reader::from_reader(bytes.as_slice());
            while reader.read_event().unwrap_or_else(|error| panic!("{path}: {error}"))
                != quick_xml::events::Event::Eof
            {}
            let text = String::from_utf8(bytes.clone()).unwrap();
            let folder = path.split_once("_rels/").map(|(folder, _)| folder);
            for target in folder.iter().flat_map(|_| text.split("Target=\"").skip(1)) {
                let target = target.split('"').next().unwrap();
                let wanted = match target.strip_prefix("../") {
                    Some(rest) => {
                        let above = folder.unwrap().trim_end_matches('/').rsplit_once('/');
                        above.map_or_else(|| rest.into(), |(above, _)| format!("{above}/{rest}"))
                    }
                    None => format!("{}{target}", folder.unwrap()),
                };
                assert!(all.iter().any(|(path, _)| *path == wanted), "{path}: {wanted}");
            }
        }
    }
}

#[test]
fn a_file_that_is_not_ours_is_refused_by_name() {
    let whole = docx::write(&sample::letter(), Script::Simplified).unwrap();
    let cut = &whole[..whole.len() / 2];
    for bytes in [b"".as_slice(), b"%PDF-1.7", cut] {
        assert!(matches!(embedded(bytes), Err(OfficeError::Damaged(_))));
    }
    let with = |path: &str, part: &[u8]| {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file(path, zip::write::SimpleFileOptions::DEFAULT).unwrap();
        zip.write_all(part).unwrap();
        embedded(&zip.finish().unwrap().into_inner()).unwrap_err()
    };
    assert!(matches!(with("word/document.xml", b"<a/>"), OfficeError::NoLetter));
    let item = |part: &str| with("customXml/item1.xml", part.as_bytes());
    assert!(matches!(item("<b:Sources xmlns:b='x'/>"), OfficeError::NoLetter));
    assert!(matches!(item("<a xmlns='urn:tongjian:letter:1'>{"), OfficeError::NotXml(_)));
    assert!(matches!(item("<a xmlns='urn:tongjian:letter:1'>{}</a>"), OfficeError::NotALetter(_)));
    assert!(matches!(item("<a xmlns='urn:tongjian:letter:1'>&x;</a>"), OfficeError::NotXml(_)));
}

#[test]
fn a_changed_byte_of_the_letter_is_seen() {
    let letter = sample::letter();
    let whole = docx::write(&letter, Script::Simplified).unwrap();
    for place in (0..whole.len()).step_by(97) {
        let mut changed = whole.clone();
        changed[place] ^= 1;
        if let Ok(read) = embedded(&changed) {
            assert_eq!(read, letter, "byte {place}");
        }
    }
}

#[test]
fn headings_and_tables_are_real_ones() {
    let bytes = docx::write(&sample::letter(), Script::Simplified).unwrap();
    let styles = part(&bytes, "word/styles.xml");
    for level in 0..3 {
        assert!(styles.contains(&format!("<w:outlineLvl w:val=\"{level}\"/>")));
        assert!(styles.contains(&format!("<w:name w:val=\"heading {}\"/>", level + 1)));
    }
    let document = part(&bytes, "word/document.xml");
    assert_eq!(document.matches("<w:pStyle w:val=\"Heading1\"/>").count(), 3);
    assert_eq!(document.matches("<w:pStyle w:val=\"Heading2\"/>").count(), 2);
    assert_eq!(document.matches("<w:tblHeader/>").count(), 2);
    let rows = document.matches("<w:tr>").count();
    assert_eq!((rows, document.matches("<w:cantSplit/>").count()), (64, 64));
    let rare = "<w:rPr><w:rFonts w:hint=\"eastAsia\" w:ascii=\"宋体\" w:eastAsia=\"宋体\" \
                w:hAnsi=\"宋体\" w:cs=\"宋体\"/></w:rPr><w:t xml:space=\"preserve\">栟</w:t>";
    assert!(document.contains(rare));
    assert!(document.contains("w:linePitch=\"579\" w:charSpace=\"-847\""));
}

/// The sample with a trend of shares for its chart.
fn trend() -> Letter {
    let mut letter = sample::letter();
    for (name, value) in [("on_time:06", 9_988), ("on_time:07", 10_000)] {
        let mut figure = letter.content.figures["finished_on_time"].clone();
        figure.value = Some(value);
        Arc::make_mut(&mut letter.content).figures.insert(name.into(), figure);
    }
    let chart = serde_json::json!({"block": "chart", "code": "trend", "caption": "兌現率走勢",
        "shape": "line", "categories": ["2008-06", "2008-07"],
        "series": [{"name": "兌現率", "figures": ["on_time:06", "on_time:07"]}]});
    Arc::make_mut(&mut letter.content).sections[1].blocks[1] =
        serde_json::from_value(chart).unwrap();
    letter
}

#[test]
fn a_line_is_straight_and_no_share_is_above_100_percent() {
    let bytes = docx::write(&trend(), Script::Simplified).unwrap();
    let chart = part(&bytes, "word/charts/chart1.xml");
    for said in [
        "<c:smooth val=\"0\"/>",
        "<c:max val=\"100.00\"/>",
        "<c:numFmt formatCode=\"0.00\" sourceLinked=\"0\"/>",
        "<a:bodyPr rot=\"0\" vert=\"horz\"/>",
        // The numbers beside the points: with their decimals, and above the line.
        "<c:dLbls><c:numFmt formatCode=\"0.00\" sourceLinked=\"0\"/><c:dLblPos val=\"t\"/>",
    ] {
        assert!(chart.contains(said), "{said} in {chart}");
    }
    let bytes = docx::write(&sample::letter(), Script::Simplified).unwrap();
    let chart = part(&bytes, "word/charts/chart1.xml");
    let whole = "<c:numFmt formatCode=\"0\" sourceLinked=\"0\"/>";
    assert!(chart.contains(whole) && chart.contains("<c:majorUnit val=\"5\"/>"), "{chart}");
}

#[test]
fn a_caption_stands_above_its_table_and_below_its_chart() {
    let document =
        part(&docx::write(&sample::letter(), Script::Simplified).unwrap(), "word/document.xml");
    let place = |said: &str| document.find(said).unwrap_or_else(|| panic!("{said}"));
    assert!(place(">表1　") < place("<w:tbl>"));
    assert!(place("<w:drawing>") < place(">图1　"));
}

#[test]
fn every_table_has_narrow_sides_and_a_small_one_stays_together() {
    let document =
        part(&docx::write(&sample::letter(), Script::Simplified).unwrap(), "word/document.xml");
    let tables: Vec<_> = document.split("<w:tbl>").skip(1).collect();
    assert_eq!(tables.len(), 2);
    // All but the last of the small one; of the long one the head, two rows, and two before the last.
    for (table, kept_rows) in tables.iter().zip([2, 5]) {
        let table = table.split("</w:tbl>").next().unwrap();
        assert!(table.contains("<w:tblCellMar><w:left w:w=\"40\""), "{table}");
        let kept = table.split("<w:tr>").filter(|row| row.contains("<w:keepNext/>")).count();
        assert_eq!(kept, kept_rows);
    }
}

#[test]
fn cells_are_typed_and_nothing_is_a_formula() {
    let bytes = xlsx::write(&files::hostile(), Script::Traditional).unwrap();
    for (path, bytes) in parts(&bytes) {
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains("<f>") && !text.contains("<f "), "{path}");
    }
    let workbook = part(&bytes, "xl/workbook.xml");
    let names = workbook.split("<sheet name=\"").skip(1).map(|rest| rest.split('"').next());
    assert_eq!(
        names.flatten().collect::<Vec<_>>(),
        [
            "數據依據",
            "表1 各縣（市、區）五個不到位情況",
            "表2 = a",
            "表3 各便民服務室辦件情況",
            "figures"
        ],
    );
    let annex = part(&bytes, "xl/worksheets/sheet4.xml");
    // 15 July 2008 as a day, and the number of cases as a number.
    assert!(
        annex.contains("<c r=\"B2\" s=\"4\"><v>39644</v></c><c r=\"C2\" s=\"5\"><v>1177</v></c>")
    );
    assert!(annex.contains("state=\"frozen\""));
    // In print: lines between the cells, and the name of the table.
    let paper = "<printOptions gridLines=\"1\"/><pageSetup paperSize=\"9\"";
    assert!(annex.contains(paper) && annex.contains("<oddHeader>&amp;C&amp;A</oddHeader>"));
    let figures = part(&bytes, "xl/worksheets/sheet5.xml");
    let fees = "<v>12345.05</v>";
    let share = "s=\"7\"><v>0.9987</v>";
    assert!(figures.contains(fees) && figures.contains(share), "{figures}");
    let hostile = part(&bytes, "xl/worksheets/sheet3.xml");
    assert!(hostile.contains("<c r=\"A2\" s=\"3\" t=\"inlineStr\">"), "{hostile}");
}
