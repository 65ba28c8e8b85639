//! 規則: the rules of Prometheus, tried by its own tool.

use std::collections::BTreeSet;
use std::process::Command;

use super::root;

fn promtool(arguments: &[&str]) {
    let output = Command::new("promtool")
        .args(arguments)
        .current_dir(root().join("dashboards/prometheus"))
        .output()
        .expect("promtool is missing; `tests/run` installs it");
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
}

#[test]
fn the_configuration_and_the_rules_are_lawful() {
    promtool(&["check", "config", "prometheus.yml"]);
    promtool(&["check", "rules", "rules.yml"]);
}

#[test]
fn every_alert_fires_when_it_should_and_is_quiet_otherwise() {
    promtool(&["test", "rules", "rules_test.yml", "long_test.yml"]);
    let text = |name: &str| {
        std::fs::read_to_string(root().join("dashboards/prometheus").join(name)).unwrap()
    };
    let tests = text("rules_test.yml") + &text("long_test.yml");
    for alert in alerts(&text("rules.yml")) {
        let tried = tests.matches(&format!("alertname: {alert}\n")).count();
        assert!(tried >= 4, "{alert} is tried at {tried} moments");
    }
}

fn alerts(rules: &str) -> BTreeSet<String> {
    let names = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: "));
    names.map(str::to_owned).collect()
}

/// Prometheus asks the rules of one group in their order and groups in any: an alert that looks at
/// what another group records sees it now and again one evaluation late.
#[test]
fn what_is_recorded_is_looked_at_within_its_group() {
    let rules = std::fs::read_to_string(root().join("dashboards/prometheus/rules.yml")).unwrap();
    let mut looked = 0;
    for group in rules.split("\n  - name: ").skip(1) {
        let recorded: BTreeSet<&str> =
            group.lines().filter_map(|line| line.trim().strip_prefix("- record: ")).collect();
        let name = |c: char| !(c.is_ascii_alphanumeric() || c == ':' || c == '_');
        for word in group.split(name).filter(|word| word.starts_with("tongjian:")) {
            assert!(recorded.contains(word), "{word} is recorded in another group");
            looked += 1;
        }
    }
    assert!(looked > 12, "{looked}");
}

#[test]
fn every_alert_has_a_runbook_and_every_runbook_an_alert() {
    let rules = std::fs::read_to_string(root().join("dashboards/prometheus/rules.yml")).unwrap();
    let books: BTreeSet<String> = std::fs::read_dir(root().join("dashboards/runbooks"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let alerts = alerts(&rules);
    assert_eq!(books, alerts);
    for alert in alerts {
        assert!(rules.contains(&format!("runbook_url: runbooks/{alert}.md")), "{alert}");
    }
}
