//! All filter operators on the dryer, compared with the same condition on the CSV file.

use braincube_sim::Simulator;
use serde_json::{Value, json};

use crate::client::Client;
use crate::record::{
    BATCH, CLOCK_TIME, DATE, DIFFERENTIAL_PRESSURE, DRYER_TEMPERATURE, PHASE, Row, rows,
};

type Keeps = fn(&Row) -> bool;

/// Filters with the same condition in Rust. The limits are values of the record, so that a wrong inclusion is detected.
fn table() -> Vec<(Value, Keeps)> {
    vec![
        (json!({"EQUALS": ["mb20/d2000041", 0]}), |row| {
            row.value(CLOCK_TIME) == 0.0
        }),
        (json!({"EQUALS": ["mb20/d2000041", [0, "12.0"]]}), |row| {
            [0.0, 12.0].contains(&row.value(CLOCK_TIME))
        }),
        (json!({"EQUALS": ["mb20/d2000002", ["B07"]]}), |row| {
            row.text(BATCH) == "B07"
        }),
        (json!({"EQUALS": ["mb20/d2000003", "HOLDING"]}), |row| {
            row.text(PHASE) == "HOLDING"
        }),
        (
            json!({"EQUALS": ["mb20/d2000003", ["HOLDING", "DRYING", "?"]]}),
            |row| row.text(PHASE) != "COOLING",
        ),
        (
            json!({"EQUALS": ["mb20/d2000001", "20231004_123000"]}),
            |row| row.text(DATE) == "20231004_123000",
        ),
        (
            json!({"BETWEEN": ["mb20/d2000040", 20.247, 21.52]}),
            |row| (20.247..=21.52).contains(&row.value(DRYER_TEMPERATURE)),
        ),
        (
            json!({"BETWEEN": ["mb20/d2000032", -1.45, "-0.037"]}),
            |row| (-1.45..=-0.037).contains(&row.value(DIFFERENTIAL_PRESSURE)),
        ),
        (
            json!({"BETWEEN": ["mb20/d2000001", "20231003_060000", "20231003_063000"]}),
            |row| {
                let date = row.text(DATE);
                "20231003_060000" <= date.as_str() && date.as_str() <= "20231003_063000"
            },
        ),
        (json!({"LESS": ["mb20/d2000040", 20.247]}), |row| {
            row.value(DRYER_TEMPERATURE) < 20.247
        }),
        (json!({"LESS_EQUALS": ["mb20/d2000040", 20.247]}), |row| {
            row.value(DRYER_TEMPERATURE) <= 20.247
        }),
        (json!({"GREAT": ["mb20/d2000040", 20.247]}), |row| {
            row.value(DRYER_TEMPERATURE) > 20.247
        }),
        (json!({"GREAT_EQUALS": ["mb20/d2000040", 20.247]}), |row| {
            row.value(DRYER_TEMPERATURE) >= 20.247
        }),
        (
            json!({"GREAT_EQUALS": ["mb20/d2000001", "20231019_180000"]}),
            |row| row.text(BATCH) == "B71",
        ),
        (
            json!({"NOT": [{"EQUALS": ["mb20/d2000003", ["COOLING"]]}]}),
            |row| row.text(PHASE) != "COOLING",
        ),
        (
            json!({"Not": [{"BETWEEN": ["mb20/d2000041", 1, 500]}]}),
            |row| row.value(CLOCK_TIME) == 0.0,
        ),
        (
            json!({"AND": [
                {"AND": [
                    {"AND": [
                        {"GREAT": ["mb20/d2000040", 40]},
                        {"LESS": ["mb20/d2000041", 100]},
                    ]},
                    {"EQUALS": ["mb20/d2000003", ["DRYING"]]},
                ]},
                {"NOT": [{"EQUALS": ["mb20/d2000002", ["B01"]]}]},
            ]}),
            |row| {
                row.value(DRYER_TEMPERATURE) > 40.0
                    && row.value(CLOCK_TIME) < 100.0
                    && row.text(PHASE) == "DRYING"
                    && row.text(BATCH) != "B01"
            },
        ),
        (
            json!({"or": [
                {"EQUALS": ["mb20/d2000002", ["B03"]]},
                {"AND": [
                    {"GREAT": ["mb20/d2000040", 80]},
                    {"NOT": [{"EQUALS": ["mb20/d2000003", ["COOLING"]]}]},
                ]},
            ]}),
            |row| {
                row.text(BATCH) == "B03"
                    || (row.value(DRYER_TEMPERATURE) > 80.0 && row.text(PHASE) != "COOLING")
            },
        ),
    ]
}

#[tokio::test]
async fn a_filter_selects_the_same_rows_as_its_condition() {
    let simulator = Simulator::start().await.unwrap();
    let client = Client::new(&simulator);
    let rows = rows();
    for (filter, keeps) in table() {
        let expected: Vec<String> = rows
            .iter()
            .filter(|row| keeps(row))
            .map(|row| row.text(DATE))
            .collect();
        assert!(
            !expected.is_empty() && expected.len() < rows.len(),
            "{filter} shows nothing"
        );
        let response = client
            .extract(20, &[DATE, DRYER_TEMPERATURE], &filter)
            .await;
        assert!(response.cells("mb20/d2000001") == expected, "{filter}");
    }
}
