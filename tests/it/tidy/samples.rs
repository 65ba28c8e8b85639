//! The rules on small texts: each must find what breaks it, and let pass what only looks like it.

use super::rules::{self, Borne};
use super::source::{Function, code, functions, has_word, without_tests};
use super::tree::File;

fn file(text: &str) -> File {
    File::new("src/sample.rs", text)
}

#[test]
fn comments_and_literals_are_no_code() {
    let text = r##"let a = "fn x() { \" }"; // fn y
/* fn /* z */ */ let b = '{'; let c = '\''; let d = r#"fn "w" {"#; fn f<'a>(x: &'a str) {}"##;
    let code = code(text);
    assert_eq!(code.lines().count(), 2);
    assert!(!code.contains('"') && !code.contains(" y") && !code.contains('w'), "{code}");
    assert_eq!(functions(&code), [Function { name: "f".into(), line: 2, lines: 1 }]);
}

#[test]
fn functions_are_measured_from_their_name_to_their_closing_brace() {
    let text =
        "trait T { fn a(&self) -> [u8; 2]; }\nfn b(f: fn(u8) -> u8) {\n    fn c() {\n    }\n}\n";
    let found: Vec<_> = functions(text).into_iter().map(|f| (f.name, f.line, f.lines)).collect();
    assert_eq!(found, [("b".into(), 2, 4), ("c".into(), 3, 2)]);
}

#[test]
fn a_long_file_and_a_long_function_are_found() {
    let long = format!("fn f() {{\n{}}}\n", "    x();\n".repeat(58));
    assert_eq!(rules::sizes(&file(&long), &[]).len(), 1);
    let short = format!("fn f() {{\n{}}}\n", "    x();\n".repeat(57));
    assert_eq!(rules::sizes(&file(&short), &[]), [""; 0]);
    assert_eq!(rules::sizes(&file(&"x\n".repeat(400)), &[]).len(), 1);
    assert_eq!(rules::sizes(&file(&"x\n".repeat(399)), &[]), [""; 0]);
}

#[test]
fn a_cause_in_the_text_and_as_a_source_is_found() {
    let error = |text: &str, variant: &str| file(&format!("#[error({text})]\n/// Why.\n{variant}"));
    assert_eq!(rules::said_twice(&error("\"no: {0}\"", "A(#[from] B),")).len(), 1);
    assert_eq!(rules::said_twice(&error("\"no: {source}\"", "A {\n    source: B,\n},")).len(), 1);
    assert_eq!(rules::said_twice(&error("transparent", "A(#[from] B),")), [""; 0]);
    assert_eq!(rules::said_twice(&error("\"no: {0}\"", "A(String),")), [""; 0]);
    assert_eq!(rules::said_twice(&error("\"no\"", "A(#[from] B),")), [""; 0]);
}

#[test]
fn a_size_that_is_borne_may_not_grow_and_must_be_followed_down() {
    let borne = |lines| [Borne { what: "src/sample.rs", lines, reason: "one table" }];
    let text = file(&"x\n".repeat(410));
    assert_eq!(rules::sizes(&text, &borne(410)), [""; 0]);
    assert!(rules::sizes(&text, &borne(409))[0].contains("grew from 409 to 410"));
    assert!(rules::sizes(&text, &borne(411))[0].contains("must follow"));
    assert!(rules::sizes(&file("x\n"), &borne(410))[0].contains("must follow"));
    let silent = [Borne { what: "src/sample.rs", lines: 410, reason: "" }];
    assert!(rules::sizes(&text, &silent)[0].contains("without a reason"));
}

#[test]
fn a_function_that_is_borne_is_known_by_its_name() {
    let long = format!("fn f() {{\n{}}}\n", "    x();\n".repeat(70));
    let borne = [Borne { what: "src/sample.rs fn f", lines: 72, reason: "one table" }];
    assert_eq!(rules::sizes(&file(&long), &borne), [""; 0]);
}

#[test]
fn columns_count_a_chinese_character_as_one() {
    assert_eq!(rules::columns(&file(&"鑑".repeat(100))), [""; 0]);
    assert_eq!(rules::columns(&file(&"鑑".repeat(101))).len(), 1);
    let sample = format!("let a = \"{}\";", "x".repeat(100));
    assert_eq!(rules::columns(&file(&sample)).len(), 1);
    assert_eq!(rules::columns(&File::new("tests/it/a.rs", &sample)), [""; 0]);
}

#[test]
fn a_file_without_a_first_word_is_found() {
    assert_eq!(rules::first_line(&file("use std::fmt;\n")).len(), 1);
    assert_eq!(rules::first_line(&file("//! What it is.\n")), [""; 0]);
}

#[test]
fn stops_are_found_in_code_and_only_there() {
    assert_eq!(rules::stops(&file("fn f() { g().unwrap(); }")).len(), 1);
    assert_eq!(rules::stops(&file("fn f() { g().expect(\"x\"); }")).len(), 1);
    assert_eq!(rules::stops(&file("fn f() { panic!(\"x\") }\nfn g() { todo!() }")).len(), 2);
    for fine in [
        "fn f() { g().unwrap_or(1); }",
        "// panic! is not used\nfn f() {}",
        "fn f() -> &'static str { \"panic!\" }",
        "fn f() {}\n#[cfg(test)]\nmod tests {\n    fn g() { h().unwrap(); }\n}",
    ] {
        assert_eq!(rules::stops(&file(fine)), [""; 0], "{fine}");
    }
    let test = File::new("src/cli/tests.rs", "fn f() { g().unwrap(); }");
    assert_eq!(rules::stops(&test), [""; 0]);
}

#[test]
fn what_follows_a_test_module_is_still_read() {
    let text = "#[cfg(test)]\nmod tests;\nfn f() { g().unwrap(); }\n\
                #[cfg(test)]\nmod t { fn a() {} }\nfn h() {}";
    let code = without_tests(&code(text));
    assert!(code.contains("unwrap") && code.contains("fn h") && !code.contains("fn a"), "{code}");
}

#[test]
fn traits_that_no_decision_needs_are_found_by_their_whole_name() {
    assert_eq!(rules::traits(&file("pub trait EventStore {}")).len(), 1);
    assert_eq!(rules::traits(&file("trait Clock { fn now(&self); }")).len(), 1);
    assert_eq!(rules::traits(&file("struct Clock; trait Clocks {} // trait Service")), [""; 0]);
}

#[test]
fn the_outside_is_found_inside() {
    assert_eq!(rules::outside(&file("use sqlx::Row;")).len(), 1);
    assert_eq!(rules::databases(&file("use sqlx::Row;\nuse tokio::time;")).len(), 1);
    assert_eq!(rules::outside(&file("async fn f() { tokio::task::yield_now().await }")).len(), 1);
    assert_eq!(rules::outside(&file("/// Not `tokio`.\nfn tokio_free() {}")), [""; 0]);
}

#[test]
fn places_of_one_machine_are_found() {
    for place in [concat!("see /ho", "me/me/x"), concat!("from crates", ".io")] {
        assert_eq!(rules::places(&file(place)).len(), 1, "{place}");
    }
    assert_eq!(rules::places(&file("/v1/acts, a homely workplace")), [""; 0]);
}

#[test]
fn sql_of_two_statements_or_in_upper_case_is_found() {
    assert_eq!(rules::sql(&file("select 1;\nselect 2;\n")).len(), 1);
    assert_eq!(rules::sql(&file("SELECT 1;\n")).len(), 1);
    assert_eq!(rules::sql(&file("-- nothing\n")).len(), 1);
    let fine = "-- One; Two\nselect 'A;B' as \"Name\" from t where x = ?;\n";
    assert_eq!(rules::sql(&file(fine)), [""; 0]);
}

#[test]
fn links_are_followed_from_the_document_that_holds_them() {
    let page = File::new("docs/a.md", "[x](b.md#y) [z](../README.md) [w](https://e.org) [k](c.md)");
    let exists = |path: &str| ["docs/b.md", "README.md"].contains(&path);
    assert_eq!(rules::links(&page, exists), ["docs/a.md:1: `c.md` is not there"]);
}

#[test]
fn words_are_whole() {
    assert!(has_word("use sqlx::x", "sqlx") && !has_word("my_sqlx", "sqlx"));
}

#[test]
fn events_are_named_where_code_takes_them_apart_and_not_in_words_about_them() {
    let text = "// Event::FeePaid(_)\nfn f() { matches!(e, Event::CaseVoided(_)); Event::from(x); }\n\
                #[cfg(test)]\nmod tests { fn g() { Event::CaseClosed(y); } }";
    assert_eq!(rules::events_named(&file(text)), ["CaseVoided", "from"]);
}
