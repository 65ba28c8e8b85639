//! Mappings: what is refused, and what they say.

use super::*;

fn failure(text: &str) -> String {
    Mapping::parse(Path::new("a-mapping.toml"), text).unwrap_err().to_string()
}

#[test]
fn a_mapping_that_breaks_a_rule_names_file_key_and_rule() {
    for (from, to, key, rule) in [
        ("[acts]", "[acts]\nacceptence = []", "`acceptence = []`", "unknown field `acceptence`"),
        ("[acts]", "[axts]", "line 8, at `[axts]`", "unknown field `axts`"),
        ("name = \"a-log\"", "", "`[log]`", "missing field `name`"),
        ("\"a-log\"", "\"\"", "`log.name`", "the text is empty"),
        ("Europe/Amsterdam", "Europe/Atlantis", "`log.time_zone`", "no IANA time zone"),
        (
            "monday_to_friday",
            "sundays",
            "`working_days = \"sundays\"`",
            "unknown variant `sundays`",
        ),
        ("site = \"hall\"", "", "`log.site`", "name a site"),
        ("\"hall\"", "\"a hall\"", "`log.site`", "no site code"),
        (
            "site = \"hall\"",
            "site_attribute = \"case:s\"\nderive_sites = true",
            "`log.derive_sites`",
            "list every site",
        ),
        ("[acts]", "[sites]\n\"x\" = \"y\"\n[acts]", "`log.site_attribute`", "missing"),
        ("[\"Grant\"]", "[\"Accept\"]", "`acts.decision`", "`Accept` is named twice"),
        ("item = \"a-permit\"", "", "`limits.item`", "missing"),
        (
            "= 20",
            "= 20\nstatutory_working_days = 10",
            "`limits.promised_working_days`",
            "longer than the statutory 10",
        ),
        ("= 20", "= -1", "`limits.promised_working_days`", "outside 0..=1000"),
        (
            "[acts]",
            "[columns]\ndelimiter = \"\\\"\"\n[acts]",
            "`columns.delimiter`",
            "cannot part columns",
        ),
        (
            "[acts]",
            "[lifecycle]\nstarted = [\"Complete\"]\n[acts]",
            "`lifecycle.started`",
            "`complete` is in",
        ),
        ("[log]", "[log", "line 2", "unclosed table"),
    ] {
        let said = failure(&MAPPING.replacen(from, to, 1));
        assert!(said.starts_with("the mapping `a-mapping.toml`"), "{said}");
        assert!(said.contains(key) && said.contains(rule), "{to}: {said}");
    }
    let said = Mapping::load(Path::new("no/such.toml")).unwrap_err().to_string();
    assert!(said.starts_with("the mapping `no/such.toml` cannot be read"), "{said}");
}

#[test]
fn each_site_is_given_its_calendar_before_the_first_act() {
    let text = MAPPING
        .replace("site = \"hall\"", "site = \"hall\"\nsite_attribute = \"case:s\"")
        .replace("[acts]", "[sites]\n\"A b\" = \"a\"\n\"B\" = \"b\"\n\"B2\" = \"b\"\n[acts]");
    let (one, again) = (mapping(&text), mapping(&text));
    let sites: Vec<_> = one.preamble().iter().map(body).collect();
    assert_eq!(
        sites,
        ["a", "b", "hall"].map(|site| format!(
            concat!(
                r#"{{"site":"{}","time_zone":"Europe/Amsterdam","#,
                r#""working_days":"monday_to_friday","reason":"imported log a-log"}}"#
            ),
            site
        ))
    );
    assert!(one.preamble().iter().map(envelope).eq(again.preamble().iter().map(envelope)));
    let other = mapping(&text.replace("monday_to_friday", "state_council"));
    assert_ne!(one.preamble()[0].submission().id, other.preamble()[0].submission().id);
    let land = MAPPING
        .replace("Europe/Amsterdam", "Asia/Shanghai")
        .replace("monday_to_friday", "state_council");
    assert!(mapping(&land).preamble().is_empty());
}

#[test]
fn sites_come_from_the_table_or_lawfully_from_the_text() {
    let rows = "case:concept:name,concept:name,time:timestamp,s\n\
                1,Look,2011-10-11 13:45:40Z,Hall 1\n2,Look,2011-10-11 13:45:40Z,A\n\
                3,Look,2011-10-11 13:45:40Z,Hall+1\n4,Look,2011-10-11 13:45:40Z,\n";
    let text = "[log]\nname = \"l\"\ntime_zone = \"Asia/Shanghai\"\nsite_attribute = \"s\"\n\
                derive_sites = true\n[sites]\n\"A\" = \"a-hall\"\n";
    let outcome = outcome(reader(Format::Csv, rows.as_bytes(), Some(mapping(text))));
    let sites: Vec<_> =
        outcome.acts.iter().map(|(_, act)| act.submission().source.site.as_str()).collect();
    assert_eq!(sites, ["Hall-1", "a-hall"]);
    let said: Vec<_> = outcome.refused.iter().map(|refused| refused.reason.as_str()).collect();
    assert!(said[0].contains("would be the site `Hall-1`, as another value is"), "{said:?}");
    assert!(said[1].contains("names no site"), "{said:?}");
}

#[test]
fn every_kind_of_act_can_be_named() {
    let text = "[log]\nname = \"l\"\ntime_zone = \"Asia/Shanghai\"\nsite = \"hall\"\n[acts]\n\
        receipt = [\"a\"]\nnotice = [\"b\"]\nsupplement = [\"c\"]\npartial_supplement = [\"d\"]\n\
        acceptance = [\"e\"]\nnon_acceptance = [\"f\"]\ndecision = [\"g\"]\n\
        negative_decision = [\"h\"]\ncollection_notice = [\"i\"]\ndelivery = [\"j\"]\n\
        return_of_case = [\"k\"]\nwithdrawal = [\"l\"]\nclosing = [\"m\", \"never\"]\n\
        [attributes]\nchannel = \"case:channel\"\nwindow = \"w\"\nabsent = [\"EMPTY\"]\n\
        [channels]\n\"Desk\" = \"counter\"\n[limits]\nitem = \"i\"\n";
    let rows: String = "abcdefghijklmn"
        .chars()
        .map(|name| format!("1,{name},2011-10-11 13:45:40Z,Desk,EMPTY\n"))
        .collect();
    let csv = format!(
        "case:concept:name,concept:name,time:timestamp,case:channel,w\n{rows}\
                       2,a,2011-10-11 13:45:40Z,Pigeon,3\n2,n,2011-10-11 13:45:40Z,Desk,3\n"
    );
    let mut reader = reader(Format::Csv, csv.as_bytes(), Some(mapping(text)));
    let lines: Vec<_> = reader.by_ref().collect();
    assert_eq!(reader.activities_never_seen(), ["never"]);
    let events: Vec<_> = lines
        .iter()
        .filter_map(|line| match line {
            Ok(Line::Act { act, .. }) => Some(act.submission().event.trim_start_matches("case.")),
            _ => None,
        })
        .collect();
    assert_eq!(
        events,
        [
            "ApplicationReceived",
            "OneOffNoticeGiven",
            "SupplementReceived",
            "SupplementReceived",
            "ApplicationAccepted",
            "ApplicationNotAccepted",
            "DecisionMade",
            "DecisionMade",
            "CollectionNoticeGiven",
            "ResultDelivered",
            "CaseReturned",
            "ApplicationWithdrawn",
            "CaseClosed",
            "StepCompleted",
            "StepCompleted",
        ]
    );
    let windows: Vec<_> = lines
        .iter()
        .filter_map(|line| match line {
            Ok(Line::Act { act, .. }) => act.submission().source.window.as_ref(),
            _ => None,
        })
        .map(|window| window.as_str())
        .collect();
    assert_eq!(windows, ["3"], "EMPTY is no window");
    let Some(Ok(Line::Refused(refused))) = lines.get(14) else { panic!("{lines:?}") };
    assert!(refused.reason.contains("`Pigeon` is not in [channels]"));
}
