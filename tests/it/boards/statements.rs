//! 語句: every statement of the boards, as the account of the boards runs it on a city, and the
//! figures of a bulletin beside those of the panels.

use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Column as _, Connection as _, Executor as _, PgConnection, Row as _};
use sqlx::{SqlSafeStr as _, Statement as _};
use tongjian::bulletin::draft::content;
use tongjian::runner::{REGISTRY, rebuild};

use super::{boards, queries, root};
use crate::acts::Fresh;
use crate::bulletin::{CITY, asked, city};

const FROM: &str = "2008-06-30T16:00:00Z";
const TO: &str = "2008-07-31T15:59:59.999Z";

/// A statement with what Grafana puts into it.
fn expanded(text: &str, counties: &[String], townships: &[String]) -> String {
    let listed = |values: &[String]| {
        let quoted: Vec<_> = values.iter().map(|value| format!("'{value}'")).collect();
        quoted.join(",")
    };
    text.replace("$__timeFrom()", &format!("'{FROM}'"))
        .replace("$__timeTo()", &format!("'{TO}'"))
        .replace("${county:sqlstring}", &listed(counties))
        .replace("${township:sqlstring}", &listed(townships))
}

async fn rows(connection: &mut PgConnection, sql: &str) -> Vec<PgRow> {
    let asked = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(connection).await;
    asked.unwrap_or_else(|error| panic!("{error}: {sql}"))
}

/// The values that a variable offers.
async fn offered(
    connection: &mut PgConnection,
    board: &Value,
    name: &str,
    up: &[String],
) -> Vec<String> {
    let variables = board["templating"]["list"].as_array().unwrap();
    let Some(variable) = variables.iter().find(|variable| variable["name"] == name) else {
        return Vec::new();
    };
    let sql = expanded(variable["query"].as_str().unwrap(), up, &[]);
    let offered = rows(connection, &sql).await;
    assert!(!offered.is_empty(), "{name} offers nothing");
    offered.iter().map(|row| row.get("__value")).collect()
}

/// A city on PostgreSQL, and a connection of the boards' account to it.
async fn as_the_boards_account() -> (Fresh, PgConnection) {
    let fresh = Fresh::postgres().await;
    city(&fresh.store).await;
    let text = std::fs::read_to_string(root().join("dashboards/grafana/role.sql")).unwrap();
    // `\if` is for psql; the password is none here.
    let plain =
        text.split("\\if").next().unwrap().to_owned() + text.split("\\endif").nth(1).unwrap();
    let mut owner = PgConnection::connect(&fresh.place()).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(plain)).execute(&mut owner).await.unwrap();
    let place = fresh.place().replace("user=postgres", "user=tongjian_boards");
    let connection = PgConnection::connect(&place).await.unwrap();
    (fresh, connection)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_runs_as_the_account_of_the_boards() {
    let (fresh, mut connection) = as_the_boards_account().await;
    for board in boards() {
        let counties = offered(&mut connection, &board, "county", &[]).await;
        let townships = offered(&mut connection, &board, "township", &counties).await;
        let annotations = board["annotations"]["list"].as_array().unwrap();
        for sql in annotations.iter().filter_map(|one| one["target"]["rawSql"].as_str()) {
            rows(&mut connection, &expanded(sql, &counties, &townships)).await;
        }
        let one = [board.clone()];
        for (_, panel, target) in queries(&one) {
            let Some(sql) = target["rawSql"].as_str() else { continue };
            let sql = expanded(sql, &counties, &townships);
            let made = (&mut connection).prepare(AssertSqlSafe(sql.clone()).into_sql_str()).await;
            let made = made.unwrap_or_else(|error| panic!("{}: {error}: {sql}", panel["title"]));
            let columns: Vec<&str> = made.columns().iter().map(|column| column.name()).collect();
            for overridden in panel["fieldConfig"]["overrides"].as_array().unwrap() {
                let name = overridden["matcher"]["options"].as_str().unwrap();
                assert!(columns.contains(&name), "{}: no column `{name}`", panel["title"]);
            }
            rows(&mut connection, &sql).await;
        }
    }
    // It reads nothing else, and writes nothing.
    for sql in [
        "select * from chronicle.acts",
        "select * from vault.applicant_keys",
        "select * from cabinet.kept",
        "insert into read_tables.checkpoints select * from read_tables.checkpoints",
        "delete from read_tables.cards",
    ] {
        let refused = sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await;
        assert!(refused.is_err(), "{sql}");
    }
    // What a rebuild makes anew is open to it too.
    let all: Vec<_> = REGISTRY.iter().collect();
    rebuild(&fresh.store, &all, &mut |_, _, _| {}).await.unwrap();
    let cards = rows(&mut connection, "select key from read_tables.cards").await;
    assert!(!cards.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_panels_say_what_the_bulletin_of_the_month_says() {
    let (fresh, mut connection) = as_the_boards_account().await;
    let july = content(&fresh.store, &asked("2008-07", CITY)).await.unwrap();
    let figures = serde_json::to_value(&july).unwrap()["figures"].clone();
    let boards = boards();
    let panel = |name: &str, chinese: &str| {
        let board = boards.iter().find(|board| board["uid"] == format!("tongjian-{name}")).unwrap();
        let panels = board["panels"].as_array().unwrap();
        let begins =
            |panel: &&Value| panel["title"].as_str().unwrap().starts_with(&format!("{chinese} · "));
        let panel = panels.iter().find(begins).unwrap_or_else(|| panic!("no panel {chinese}"));
        (board.clone(), panel["targets"][0]["rawSql"].as_str().unwrap().to_owned())
    };
    let mut compared = 0;
    for (board, chinese, figure) in [
        ("overview", "收件", "cases_received"),
        ("overview", "办结", "cases_finished"),
        ("cards", "黄牌", "cards_issued/yellow"),
        ("cards", "红牌", "cards_issued/red"),
        ("windows", "投诉", "complaints_received"),
        ("windows", "受理", "cases_accepted"),
    ] {
        let Some(told) = figures[figure]["value"].as_i64() else { continue };
        let (board, sql) = panel(board, chinese);
        let counties = offered(&mut connection, &board, "county", &[]).await;
        let found = rows(&mut connection, &expanded(&sql, &counties, &[])).await;
        assert_eq!(found[0].get::<i64, _>("number"), told, "{chinese}");
        compared += 1;
    }
    assert!(compared >= 4, "{:?}", figures.as_object().unwrap().keys());
    // By county: the rows of the table make up the whole.
    let (board, sql) = panel("overview", "县区对照");
    let counties = offered(&mut connection, &board, "county", &[]).await;
    let found = rows(&mut connection, &expanded(&sql, &counties, &[])).await;
    let received: i64 = found.iter().map(|row| row.get::<i64, _>("n0")).sum();
    assert_eq!(Some(received), figures["cases_received"]["value"].as_i64());
    for row in &found {
        let (place, number): (String, i64) = (row.get("place"), row.get("n0"));
        let figure = &figures[format!("cases_received:{place}")]["value"];
        if let Some(told) = figure.as_i64() {
            assert_eq!(number, told, "{place}");
        }
    }
}
