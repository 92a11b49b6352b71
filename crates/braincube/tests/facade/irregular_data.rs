//! Irregular data: texts in numeric columns, `NaN` outside quotes, names that look like ids.

use braincube::arrow_array::Array as _;
use braincube::arrow_array::cast::AsArray as _;
use braincube::arrow_array::types::Float64Type;
use braincube::arrow_schema::DataType;
use braincube::{Entity as _, ErrorKind, Filter, Frame, Label, Method, NameKey, OnBadCell, Split};
use braincube_sim::{Fault, Simulator};
use serde_json::Value;

use crate::site::{request_lines, site};

/// A response of status 200 with this body.
fn response(body: &str) -> Fault {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json";
    let length = body.len();
    Fault::raw(format!("{head}\r\ncontent-length: {length}\r\n\r\n{body}").into_bytes())
}

/// A response with these cells of the variables 2000034 and 2000036.
fn data(power: &str, moisture: &str) -> String {
    format!(
        r#"{{"datadefs":[{{"id":"mb20/d2000034","type":"NUMERIC","data":[{power}]}},
            {{"id":"mb20/d2000036","type":"NUMERIC","data":[{moisture}]}}]}}"#
    )
}

fn floats(frame: &Frame, column: usize) -> Vec<Option<f64>> {
    let values = frame.batch().column(column).as_primitive::<Float64Type>();
    values.iter().collect()
}

const WORDS: &str = r#""1","Bad Input"," N/A ","2""#;

#[tokio::test]
async fn v22_the_error_lists_all_columns_with_bad_cells() {
    let body = data(WORDS, r#""None","1","2","3""#);
    let (client, _simulator) = site(Simulator::builder().fault(response(&body).on("/LF"))).await;
    let dryer = client.braincube("demo").memory_base(20);
    let error = dryer
        .data([2_000_034, 2_000_036])
        .fetch()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    let bad = error.bad_cells().iter();
    let ids: Vec<_> = bad
        .map(|(id, cells)| (id.to_string(), cells.count()))
        .collect();
    let expected = [
        ("mb20/d2000034".to_owned(), 2),
        ("mb20/d2000036".to_owned(), 1),
    ];
    assert_eq!(ids, expected);
    let text = error.to_string();
    assert!(
        text.contains("3 cells in 2 columns cannot be read"),
        "{text}"
    );
    assert!(
        text.contains("\"Bad Input\"") && text.contains("\"None\""),
        "{text}"
    );
}

#[tokio::test]
async fn v22_the_error_of_a_split_query_lists_the_columns_of_all_parts() {
    let part = |variable: u64, cells: &str| {
        response(&format!(
            r#"{{"datadefs":[{{"id":"mb20/d2000001","type":"DATETIME","data":["20231001_000000"]}},
                {{"id":"mb20/d{variable}","type":"NUMERIC","data":[{cells}]}}]}}"#
        ))
    };
    let parts = [
        (2_000_034, r#""x""#),
        (2_000_036, r#""1""#),
        (2_000_037, r#""y""#),
    ];
    let builder = parts
        .iter()
        .zip(0..)
        .fold(Simulator::builder(), |builder, (part_of, place)| {
            let fault = part(part_of.0, part_of.1);
            builder.fault(fault.on("/LF").after(place).times(1))
        });
    let (client, simulator) = site(builder).await;
    let dryer = client.braincube("demo").memory_base(20);
    let query = dryer.data(parts.map(|(variable, _)| variable));
    let query = query.split(Split::default().columns(1).concurrency(1));
    let error = query.fetch().await.unwrap_err();
    let ids: Vec<_> = error
        .bad_cells()
        .iter()
        .map(|(id, _)| id.to_string())
        .collect();
    assert_eq!(ids, ["mb20/d2000034", "mb20/d2000037"]);
    let posts = request_lines(&simulator)
        .iter()
        .filter(|line| line.starts_with("POST"))
        .count();
    assert_eq!(posts, 3);
}

#[tokio::test]
async fn v23_v25_bad_cells_are_null_with_the_options() {
    let body = data(WORDS, r#""nan","1","2","3""#);
    let (client, _simulator) = site(Simulator::builder().fault(response(&body).on("/LF"))).await;
    let dryer = client.braincube("demo").memory_base(20);
    let query = dryer.data([2_000_034, 2_000_036]);
    let power = [Some(1.0), None, None, Some(2.0)];

    let frame = query
        .clone()
        .on_bad_cell(OnBadCell::Null)
        .fetch()
        .await
        .unwrap();
    assert_eq!(floats(&frame, 0), power);
    let report = frame.report().columns();
    let bad = report[0].bad_cells();
    assert_eq!((bad.count(), bad.examples()[1].text()), (2, " N/A "));
    assert_eq!(report[1].bad_cells().count(), 0);

    let frame = query
        .clone()
        .nulls(["Bad Input", "N/A"])
        .fetch()
        .await
        .unwrap();
    assert_eq!(floats(&frame, 0), power);
    assert_eq!(frame.report().columns()[0].nulls().token, 2);

    let frame = query
        .nulls(["Bad Input", "N/A"])
        .keep_nan(true)
        .fetch()
        .await
        .unwrap();
    assert!(floats(&frame, 1)[0].is_some_and(f64::is_nan));
}

#[tokio::test]
async fn v26_labels_are_plain_text_with_the_option() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let query = client.braincube("demo").memory_base(20).data([2_000_002]);
    let dictionary = query.clone().fetch().await.unwrap();
    let text = query.text_labels(true).fetch().await.unwrap();
    assert!(matches!(
        dictionary.batch().column(0).data_type(),
        DataType::Dictionary(..)
    ));
    assert_eq!(text.batch().column(0).data_type(), &DataType::Utf8);
}

#[tokio::test]
async fn v24_nan_and_infinity_outside_quotes_in_data_are_texts() {
    let body = data("1.5,NaN,Infinity", r#""1",-Infinity,"?""#);
    let (client, _simulator) = site(Simulator::builder().fault(response(&body).on("/LF"))).await;
    let dryer = client.braincube("demo").memory_base(20);
    let frame = dryer.data([2_000_034, 2_000_036]).fetch().await.unwrap();
    assert_eq!(floats(&frame, 0), [Some(1.5), None, Some(f64::INFINITY)]);
    assert_eq!(
        floats(&frame, 1),
        [Some(1.0), Some(f64::NEG_INFINITY), None]
    );
}

#[tokio::test]
async fn j25_nan_and_infinity_outside_quotes_in_metadata_are_texts() {
    let me = r#"{"accessList":[{"quota":NaN,"product":{"name":"demo","productId":"1","type":"braincube"}}]}"#;
    let job = r#"{"bcId":573,"name":"job","score":-Infinity,"conditions":[
        {"variable":{"bcId":2000034},"minimum":NaN,"maximum":20.5}]}"#;
    let builder = Simulator::builder()
        .fault(response(me).on("/user/me"))
        .fault(response(job).on("/jobs/573/"));
    let (client, _simulator) = site(builder).await;
    let braincubes = client.braincubes().await.unwrap();
    assert_eq!(braincubes[0].name(), Some("demo"));
    let described = client
        .braincube("demo")
        .memory_base(20)
        .job(573)
        .describe()
        .await
        .unwrap();
    assert_eq!(described.metadata().get("score"), Some(r#""-Infinity""#));
    let conditions: Vec<_> = described.conditions().iter().collect();
    assert!(conditions[0].minimum().is_none() && conditions[0].maximum().is_some());
    let path = "braincube/demo/braincube/mb/20/jobs/573/extended";
    let value: Value = client.request(Method::GET, path).json().await.unwrap();
    assert_eq!(value["score"], "-Infinity");
}

#[tokio::test]
async fn i40_a_deeply_nested_filter_of_the_python_package_is_balanced() {
    let label = |number: usize| format!(r#"{{"EQUALS":["mb20/d2000002",["{number}"]]}}"#);
    let chain = (1..=257).fold(label(0), |chain, number| {
        format!(r#"{{"OR":[{chain},{}]}}"#, label(number))
    });
    let filter = Filter::from_json(&chain).unwrap();
    let (client, simulator) = site(Simulator::builder()).await;
    let query = client.braincube("demo").memory_base(20).data([2_000_034]);
    query.filter(filter).fetch().await.unwrap();
    let requests = simulator.requests();
    let data = requests.iter().find(|one| one.method() == Method::POST);
    let body = std::str::from_utf8(data.unwrap().body())
        .unwrap()
        .to_owned();
    assert_eq!(body.matches("EQUALS").count(), 258);
    assert!(!body.contains(&r#"{"OR":["#.repeat(10)), "it is balanced");
}

#[tokio::test]
async fn i42_the_name_of_a_variable_may_be_the_id_of_the_order_variable() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plant.csv");
    let rows = "when,mb21/d2100001,speed\n2023-10-28,1.5,7\n2023-10-29,2.5,8\n";
    std::fs::write(&path, rows).unwrap();
    let (client, simulator) = site(Simulator::builder().csv(path)).await;
    let plant = client.braincube("demo").memory_base(21);
    let query = plant
        .data([2_100_002, 2_100_003])
        .label(Label::Name(NameKey::Standard));
    let whole = query.clone().fetch().await.unwrap();
    let split = query
        .split(Split::default().columns(1))
        .fetch()
        .await
        .unwrap();
    assert_eq!(split.batch(), whole.batch());
    assert_eq!(floats(&split, 0), [Some(1.5), Some(2.5)]);
    assert_eq!(split.batch().schema().field(0).name(), "mb21/d2100001");
    let posts = request_lines(&simulator)
        .iter()
        .filter(|line| line.starts_with("POST"))
        .count();
    assert_eq!(posts, 3, "one request for all columns, then one per column");
}
