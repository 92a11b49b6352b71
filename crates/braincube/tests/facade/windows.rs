//! Queries window by window, and their progress.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use arrow::compute::concat_batches;
use braincube::{
    Client, DataQuery, DateTime, ErrorKind, MemoryBaseHandle, Period, Progress, Split,
};
use braincube_sim::{Fault, Simulator};

use crate::site::{config, request_lines, site};

const DAY: Duration = Duration::from_secs(86_400);

fn date(text: &str) -> DateTime {
    text.parse().unwrap()
}

/// The 18 days of the data.
fn all_days() -> Period {
    Period::starting(date("20231002_000000")).and_ending(date("20231019_235959"))
}

fn query(dryer: &MemoryBaseHandle) -> DataQuery {
    dryer
        .data([2_000_001, 2_000_034_u64])
        .filter("mb20/d2000034 > 5")
}

#[tokio::test]
async fn the_windows_contain_all_rows() {
    let (client, simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let whole = query(&dryer).fetch().await.unwrap().into_batch();
    let before = request_lines(&simulator).len();
    let mut days = query(&dryer).period(all_days()).fetch_stream(DAY).unwrap();
    let mut batches = Vec::new();
    while let Some(day) = days.next().await {
        let day = day.unwrap();
        assert!(day.start() < day.end());
        batches.push(day.into_frame().into_batch());
    }
    assert_eq!((batches.len(), days.next_start()), (18, None));
    assert_eq!(concat_batches(&whole.schema(), &batches).unwrap(), whole);
    let requests = request_lines(&simulator).split_off(before);
    let posts = requests
        .iter()
        .filter(|line| line.starts_with("POST"))
        .count();
    assert_eq!(
        (posts, requests.len()),
        (18, 21),
        "the preparation is requested once"
    );
}

#[tokio::test]
async fn a_stream_continues_where_another_stopped() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let mut days = query(&dryer).period(all_days()).fetch_stream(DAY).unwrap();
    let mut rows = 0;
    for _ in 0..5 {
        rows += days
            .next()
            .await
            .unwrap()
            .unwrap()
            .frame()
            .batch()
            .num_rows();
    }
    let start = days.next_start().unwrap();
    assert_eq!(start, date("20231007_000000").into());
    drop(days);
    let rest = Period::starting(start).and_ending(date("20231019_235959"));
    let mut rest = query(&dryer).period(rest).fetch_stream(DAY).unwrap();
    while let Some(day) = rest.next().await {
        rows += day.unwrap().frame().batch().num_rows();
    }
    let whole = query(&dryer).fetch().await.unwrap();
    assert_eq!(rows, whole.batch().num_rows());
}

#[tokio::test]
async fn an_error_ends_the_stream_and_its_window_can_be_read_again() {
    let simulator = Simulator::start().await.unwrap();
    let without_retries = Client::builder(config(&simulator)).retry_for(Duration::ZERO);
    let client = without_retries.build().unwrap();
    let dryer = client.braincube("demo").memory_base(20);
    let mut days = query(&dryer).period(all_days()).fetch_stream(DAY).unwrap();
    days.next().await.unwrap().unwrap();
    simulator.shutdown().await;
    let error = days.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert_eq!(days.next_start(), Some(date("20231003_000000").into()));
    assert!(days.next().await.is_none());
}

#[tokio::test]
async fn a_stream_that_failed_continues_without_losing_rows() {
    let rejection = Fault::status(403).on("/LF").after(7).times(1);
    let (client, _simulator) = site(Simulator::builder().fault(rejection)).await;
    let dryer = client.braincube("demo").memory_base(20);
    let (mut period, mut batches, mut failures) = (all_days(), Vec::new(), 0);
    loop {
        let mut days = query(&dryer)
            .period(period.clone())
            .fetch_stream(DAY)
            .unwrap();
        while let Some(Ok(day)) = days.next().await {
            batches.push(day.into_frame().into_batch());
        }
        let Some(start) = days.next_start() else {
            break;
        };
        failures += 1;
        period = Period::starting(start).and_ending(date("20231019_235959"));
    }
    assert_eq!((batches.len(), failures), (18, 1));
    let whole = query(&dryer).fetch().await.unwrap().into_batch();
    assert_eq!(concat_batches(&whole.schema(), &batches).unwrap(), whole);
}

#[tokio::test]
async fn the_progress_of_a_stream_is_that_of_all_its_windows() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let reported: Arc<Mutex<Progress>> = Arc::default();
    let sink = Arc::clone(&reported);
    let query = query(&dryer).period(all_days());
    let query = query.on_progress(move |progress| *sink.lock().unwrap() = progress);
    let mut days = query.fetch_stream(DAY).unwrap();
    let (mut rows, mut bytes) = (0, 0);
    while let Some(day) = days.next().await {
        let day = day.unwrap();
        rows += day.frame().batch().num_rows() as u64;
        bytes += day.frame().report().json_bytes();
        let reported = *reported.lock().unwrap();
        assert_eq!((reported.rows, reported.bytes), (rows, bytes));
    }
    assert_eq!(reported.lock().unwrap().responses, 18);
}

#[tokio::test]
async fn a_stream_needs_a_start_and_a_window() {
    let (client, simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let error = query(&dryer).fetch_stream(DAY).unwrap_err();
    assert!(
        error.to_string().contains("a stream needs a start"),
        "{error}"
    );
    let query = query(&dryer).period(all_days());
    assert!(query.fetch_stream(Duration::from_millis(999)).is_err());
    assert_eq!(request_lines(&simulator), [""; 0]);
}

#[tokio::test]
async fn progress_is_reported_as_data_arrives() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let reported: Arc<Mutex<Vec<Progress>>> = Arc::default();
    let sink = Arc::clone(&reported);
    let query = dryer.all_data().split(Split::default().columns(7));
    let query = query.on_progress(move |progress| sink.lock().unwrap().push(progress));
    let frame = query.fetch().await.unwrap();
    let reported = reported.lock().unwrap();
    assert!(reported.len() > 10, "{} reports", reported.len());
    assert!(
        reported
            .windows(2)
            .all(|pair| pair[0].bytes <= pair[1].bytes)
    );
    let last = reported.last().unwrap();
    assert_eq!((last.responses, last.rows), (2, 9_220));
    assert_eq!(last.columns, 15, "14, and the order variable once more");
    assert_eq!(last.bytes, frame.report().json_bytes());
}

#[tokio::test]
async fn x3_streams_and_lists_outlive_their_client() {
    let (client, simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let whole = query(&dryer).fetch().await.unwrap();
    let mut days = query(&dryer).period(all_days()).fetch_stream(DAY).unwrap();
    let mut variables = dryer.variables().list();
    let mut rows = days
        .next()
        .await
        .unwrap()
        .unwrap()
        .frame()
        .batch()
        .num_rows();
    variables.next().await.unwrap().unwrap();
    drop((client, dryer));
    let before = request_lines(&simulator).len();
    while let Some(day) = days.next().await {
        rows += day.unwrap().frame().batch().num_rows();
    }
    assert_eq!(rows, whole.batch().num_rows());
    assert_eq!(variables.into_vec().await.unwrap().len(), 13);
    assert!(
        request_lines(&simulator).len() >= before + 17,
        "17 days were left"
    );
}
