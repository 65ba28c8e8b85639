//! 內容: figures agree with each other, with an independent recount, after a rebuild, on both
//! backends, and at a position of the past.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use tongjian::bulletin::asked::Asked;
use tongjian::bulletin::content::{Block, Content, Measure, Over};
use tongjian::bulletin::contents::{Contents, Makes};
use tongjian::bulletin::draft::{DraftError, content};
use tongjian::bulletin::term::Term;
use tongjian::bulletin::trace::{Page, Sought, trace};
use tongjian::runner::{self, REGISTRY, Runner};
use tongjian::simulate::{self, Plan};
use tongjian::store::Store;
use tongjian::watch;
use tongjian_events::SiteCode;

use crate::acts::Fresh;

crate::acts::on_both! {
    one_range_gives_one_content_whatever_happens_later
}

pub(crate) const CITY: &str = "320600000000";
const LONG: Duration = Duration::from_secs(300);

pub(crate) fn asked(text: &str, scope: &str) -> Asked {
    text.parse::<Term>().unwrap().asked(SiteCode::new(scope).unwrap()).unwrap()
}

fn instant(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

/// A city of two months, watched until August.
pub(crate) async fn city(store: &Store) {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let (from, to) = (day("2008-06-01"), day("2008-07-31"));
    let plan = Plan { seed: 7, sites: 12, faults_times: 20, from, to, ..Plan::default() };
    simulate::run(store, &plan, Utc::now(), |_, _| {}).await.unwrap();
    look(store, "2008-08-04T09:00:00+08:00").await;
}

pub(super) async fn look(store: &Store, at: &str) {
    let runner = Runner::spawn(store, REGISTRY).unwrap();
    let head = store.head().await.unwrap().position;
    runner.wait_for(head, LONG).await.unwrap();
    watch::look(store, &runner, instant(at)).await.unwrap();
    runner.wait_for(store.head().await.unwrap().position, LONG).await.unwrap();
    runner.stop().await;
}

fn value(content: &Content, name: &str) -> i64 {
    let figure = content.figure(name).unwrap_or_else(|| panic!("there is no figure `{name}`"));
    figure.value.unwrap_or_else(|| panic!("`{name}` has no value"))
}

async fn one_range_gives_one_content_whatever_happens_later(fresh: Fresh) {
    city(&fresh.store).await;
    let july = asked("2008-07", CITY);
    let first = content(&fresh.store, &july).await.unwrap();
    assert!(value(&first, "cases_received") > 300, "{}", value(&first, "cases_received"));
    assert_eq!(first.body, "南通市监察局");
    sections_agree(&first);
    speaks_as_offices_do(&first);
    recounted(&fresh, &first).await;
    traced(&fresh.store, &first).await;
    let text = serde_json::to_string_pretty(&first).unwrap();
    assert_eq!(serde_json::from_str::<Content>(&text).unwrap(), *first);

    // More is recorded, and watched.
    let position = first.basis.until_position.0;
    look(&fresh.store, "2008-09-20T09:00:00+08:00").await;
    assert!(fresh.store.head().await.unwrap().position > position, "something fell due");
    let (contents, makes) = (Contents::default(), Makes::quietly());
    let again = contents.made(&fresh.store, &july, position, &makes).await.unwrap();
    assert_eq!(serde_json::to_string_pretty(&again).unwrap(), text);

    // The tables are made anew.
    let all: Vec<_> = REGISTRY.iter().collect();
    let later = content(&fresh.store, &july).await.unwrap();
    runner::rebuild(&fresh.store, &all, &mut |_, _, _| {}).await.unwrap();
    runner::judge_dockets(&fresh.store).await.unwrap();
    assert_eq!(content(&fresh.store, &july).await.unwrap(), later);
}

/// What is said twice is the same, and parts are the whole.
fn sections_agree(content: &Content) {
    let of = |name: &str| value(content, name);
    assert_eq!(
        of("cases_carried_over") + of("cases_received"),
        of("cases_finished") + of("cases_open"),
        "what was there and what came is what went and what is there"
    );
    assert_eq!(
        of("promised_limits/early+on_time"),
        of("promised_limits/early") + of("promised_limits/on_time")
    );
    assert_eq!(
        of("card_answers"),
        ["in_time", "late", "unanswered"]
            .map(|p| of(&format!("card_answers/{p}")))
            .iter()
            .sum::<i64>()
    );
    // Every total of a table over places is the sum of its rows, where it counts or adds.
    let mut totals = 0;
    for table in content.all_sections().flat_map(|section| &section.blocks) {
        let Block::Table(table) = table else { continue };
        if !table.code.ends_with("_by_place") {
            continue;
        }
        let Some((total, rows)) = table.rows.split_last() else { continue };
        for at in 1..table.columns.len() {
            let number = |row: &[tongjian::bulletin::content::TableCell]| match &row[at] {
                tongjian::bulletin::content::TableCell::Figure(name) => content.figure(name),
                _ => None,
            };
            let whole = number(total).unwrap();
            if matches!(whole.measure, Measure::Count | Measure::Sum) {
                let parts: i64 = rows.iter().filter_map(|row| number(row)?.value).sum();
                assert_eq!(Some(parts), whole.value, "{} column {at}", table.code);
                totals += 1;
            }
        }
    }
    assert!(totals > 20, "{totals}");
    for (name, figure) in &content.figures {
        assert!(figure.over != Over::Current || figure.period == content.basis.period, "{name}");
    }
}

/// The names of places, of periods on an axis, and how a period is compared.
fn speaks_as_offices_do(content: &Content) {
    let blocks = || content.sections.iter().flat_map(|section| &section.blocks);
    let (mut compared, mut scored) = (false, false);
    for block in blocks() {
        match block {
            Block::Table(table) if table.code.ends_with("_by_place") => {
                let own = content.cell(&table.rows[0][0], &content.body);
                assert_eq!(own, "南通市本級", "{}", table.code);
            }
            Block::Chart(chart) if chart.code == "deadline_trend" => {
                assert_eq!(chart.categories, ["2008年6月", "2008年7月"]);
            }
            Block::Paragraph { runs } => {
                let said: String =
                    runs.iter().map(|run| content.words(run, &content.body)).collect();
                compared |= said.starts_with("與上期相比:收件由");
                scored |= said.starts_with("得分為當月考核得分,");
                assert!(!said.contains(".00個工作日") && !said.contains('—'), "{said}");
                let latin = said.split(|c: char| !c.is_ascii_lowercase());
                assert!(latin.clone().all(|word| word.len() < 3), "not in Chinese: {said}");
            }
            _ => {}
        }
    }
    assert!(compared && scored, "{:?}", blocks().next());
}

/// Every figure of the text leads to as many lines as it counts, and these to acts.
async fn traced(store: &Store, content: &Content) {
    let (contents, makes) = (Contents::default(), Makes::quietly());
    let (of, position) = ((store, &contents, &makes), content.basis.until_position.0);
    for name in ["cases_received", "cards_issued/warning", "sites_network/township/planned"] {
        let figure = content.figure(name).unwrap_or_else(|| panic!("no `{name}`"));
        let (mut lines, mut skip) = (Vec::new(), 0);
        loop {
            let page = Page { skip, limit: 100 };
            let sought = Sought { content, name, position };
            let traced = trace(of, sought, page).await.unwrap().unwrap();
            lines.extend(traced.lines);
            match traced.next {
                Some(next) => skip = next,
                None => break,
            }
        }
        assert_eq!(lines.len() as u64, figure.lines, "{name}");
        assert!(lines.iter().all(|line| !line.acts.is_empty()), "{name}");
    }
    let page = Page { skip: 0, limit: 1 };
    let none = Sought { content, name: "cases_recieved", position };
    assert!(trace(of, none, page).await.unwrap().is_none());
}

/// The cases of July, counted from the acts themselves.
async fn recounted(fresh: &Fresh, content: &Content) {
    let mut cases: BTreeMap<String, Vec<(NaiveDate, String)>> = BTreeMap::new();
    let mut at = 0;
    loop {
        let page = fresh.store.after(at, 5_000).await.unwrap();
        let Some(last) = page.last() else { break };
        at = last.position;
        for act in page {
            let act = act.read().unwrap();
            let stream = act.submission.stream.to_string();
            if stream.starts_with("case/") {
                let on = act.submission.occurred_at.with_timezone(&chrono_tz::Asia::Shanghai);
                let told = (on.date_naive(), act.submission.event.clone());
                cases.entry(stream).or_default().push(told);
            }
        }
    }
    let Asked { period, .. } = asked("2008-07", CITY);
    let in_july = |day: &NaiveDate| (period.from_on..=period.until_on).contains(day);
    let received = cases
        .values()
        .filter(|acts| {
            let first = acts.iter().find(|(_, event)| event == "case.ApplicationReceived");
            first.is_some_and(|(on, _)| in_july(on))
        })
        .count();
    assert_eq!(value(content, "cases_received"), received as i64);
    let decided = cases
        .values()
        .filter(|acts| {
            let first = acts.iter().find(|(_, event)| event == "case.DecisionMade");
            first.is_some_and(|(on, _)| in_july(on))
        })
        .count();
    let granted = value(content, "cases_finished");
    assert!(granted >= decided as i64 && decided > 200, "{granted} {decided}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_content_is_refused_by_name() {
    let fresh = Fresh::sqlite().await;
    city(&fresh.store).await;
    let empty = asked("2007-03", CITY);
    let refused = content(&fresh.store, &empty).await.unwrap_err();
    assert!(matches!(refused, DraftError::NoRules { .. }), "{refused}");
    let stranger = asked("2008-07", "330100000000");
    let refused = content(&fresh.store, &stranger).await.unwrap_err();
    assert!(matches!(refused, DraftError::NoSuchSite { .. }), "{refused}");
    // A county alone is a bulletin, too, and says less than the city.
    let county = asked("2008-07", "320681000000");
    let whole = content(&fresh.store, &asked("2008-07", CITY)).await;
    let (whole, part) = (whole.unwrap(), content(&fresh.store, &county).await.unwrap());
    let levels = |content: &Content| {
        let tables = content.sections.iter().flat_map(|section| &section.blocks);
        let table = tables.filter_map(|block| match block {
            Block::Table(table) if table.code == "network" => Some(table),
            _ => None,
        });
        let rows = &table.collect::<Vec<_>>()[0].rows;
        rows.iter().map(|row| content.cell(&row[0], "")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(levels(&whole), "市級 縣(市、區)級 鄉(鎮)級 村(社區)級 合計");
    assert_eq!(levels(&part), "縣(市、區)級 鄉(鎮)級 村(社區)級 合計");
    let name = "cases_received:320681000000";
    assert_eq!(value(&whole, name), value(&part, "cases_received"));
}

/// Three cases came and none ended, in a month, and in a week without a whole month in it.
#[tokio::test(flavor = "multi_thread")]
async fn a_share_or_a_mean_of_nothing_is_told_in_words() {
    let fresh = Fresh::sqlite().await;
    let desk = super::desk::Desk::open(fresh.store.clone()).await;
    for (period, told) in [
        ("2008-07", &["無可計兌現率的辦件", "收到評價0次,不計滿意率"][..]),
        (
            "2008-W27",
            &["期內沒有已計分的完整月份,不計月度數據質量。", "期內沒有已計分的完整月份,不作排名。"],
        ),
    ] {
        let content = content(&fresh.store, &asked(period, CITY)).await.unwrap();
        let mut said = String::new();
        for block in content.sections.iter().flat_map(|section| &section.blocks) {
            let Block::Paragraph { runs } = block else { continue };
            said.extend(runs.iter().map(|run| content.words(run, &content.body)));
        }
        for words in told {
            assert!(said.contains(words), "{words} in {said}");
        }
        assert!(!said.contains('—') && !said.contains("平均超期"), "{said}");
    }
    desk.close().await;
}

#[tokio::test]
async fn a_year_is_ranked_by_its_own_score_and_a_quarter_by_its_months() {
    use sqlx::{Connection as _, Executor as _, Row as _};
    let mut tables = sqlx::SqliteConnection::connect("sqlite::memory:").await.unwrap();
    tables
        .execute(
            "create table score_totals (key, site, period, period_kind, arises_on, ranked,
               total_hundredths);
             insert into score_totals values
               ('a', 'A', '2008-03', 'month', '2008-04-01', 1, 9000),
               ('b', 'A', '2008-04', 'month', '2008-05-01', 1, 8000),
               ('c', 'A', '2008-12', 'month', '2009-01-01', 1, 7000),
               ('d', 'A', '2008-H1', 'half_year', '2008-07-01', null, 8500),
               ('e', 'A', '2008-H2', 'half_year', '2009-01-01', null, 7001),
               ('f', 'A', '2008', 'year', '2009-01-01', null, 6000)",
        )
        .await
        .unwrap();
    let query = tongjian::bulletin::queries::named("unit_scores").unwrap().sql;
    let query = query.replace("read_tables.", "");
    for (period, scores) in [
        ("2008-03", vec![9000]),
        ("2008-Q1", vec![9000]),
        ("2008-Q2", vec![8000]),
        ("2008-02-15..2008-04-30", vec![9000, 8000]),
        ("2008-03-02..2008-04-29", vec![]),
        ("2008-H1", vec![8500]),
        ("2008-H2", vec![7001]),
        ("2008", vec![6000]),
        ("2007", vec![]),
    ] {
        let days = asked(period, CITY).period;
        let rows = sqlx::query(sqlx::AssertSqlSafe(query.clone()))
            .bind(days.from_on.to_string())
            .bind(days.until_on.to_string())
            .bind(days.until_on.succ_opt().unwrap().to_string())
            .fetch_all(&mut tables)
            .await
            .unwrap();
        let found: Vec<i64> = rows.iter().map(|row| row.get("amount")).collect();
        assert_eq!(found, scores, "{period}");
    }
}
