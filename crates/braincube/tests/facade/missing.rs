//! Columns that the server cannot give.

use braincube::arrow_array::Array as _;
use braincube::arrow_schema::DataType;
use braincube::{ErrorKind, LongId};
use braincube_sim::Simulator;

use crate::site::site;

const BROKEN: u64 = 2_000_041;

#[tokio::test]
async fn j7_a_column_without_data_is_all_null_of_its_type_and_told() {
    let (client, _simulator) = site(Simulator::builder().broken_variable(20, BROKEN)).await;
    let dryer = client.braincube("demo").memory_base(20);
    let frame = dryer.data([2_000_034, BROKEN]).fetch().await.unwrap();
    let column = frame.batch().column(1);
    assert_eq!(column.data_type(), &DataType::Float64);
    assert_eq!(column.null_count(), frame.batch().num_rows());
    let missing: Vec<_> = frame.report().missing().collect();
    assert_eq!(missing, [LongId::variable(20, BROKEN)]);
}

#[tokio::test]
async fn j7_a_column_without_data_is_an_error_where_strict() {
    let (client, _simulator) = site(Simulator::builder().broken_variable(20, BROKEN)).await;
    let dryer = client.braincube("demo").memory_base(20);
    let error = dryer
        .data([2_000_034, BROKEN])
        .strict(true)
        .fetch()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Partial);
    assert!(error.to_string().contains("mb20/d2000041"), "{error}");
}
