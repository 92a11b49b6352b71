//! Queries for data.

use braincube::arrow_schema::{DataType, TimeUnit};
use braincube::{ErrorKind, Label, NameKey, VariableFilter as _};
use braincube_sim::Simulator;

use crate::site::{request_lines, site};

#[tokio::test]
async fn columns_are_in_the_order_of_the_query_with_their_declared_types() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let frame = dryer
        .data(["2000034", "2000001", "2000002"])
        .fetch()
        .await
        .unwrap();
    let schema = frame.batch().schema();
    let fields: Vec<_> = schema
        .fields()
        .iter()
        .map(|field| (field.name().as_str(), field.data_type().clone()))
        .collect();
    let labels = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let dates = DataType::Timestamp(TimeUnit::Millisecond, None);
    assert_eq!(
        fields,
        [
            ("2000034", DataType::Float64),
            ("2000001", dates),
            ("2000002", labels)
        ]
    );
    assert_eq!(frame.batch().num_rows(), 9_220);
}

#[tokio::test]
async fn i7_a_duplicate_variable_is_one_column() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let frame = dryer
        .data(["2000034", "mb20/d2000034", "2000001"])
        .fetch()
        .await
        .unwrap();
    let schema = frame.batch().schema();
    let names: Vec<_> = schema.fields().iter().map(|field| field.name()).collect();
    assert_eq!(names, ["2000034", "2000001"]);
}

#[tokio::test]
async fn i5_a_query_without_variables_is_rejected_before_a_request() {
    let (client, simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let error = dryer.data(Vec::<u64>::new()).fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input);
    assert_eq!(request_lines(&simulator), [""; 0]);
}

#[tokio::test]
async fn i11_nan_as_a_bound_is_rejected_before_data_is_requested() {
    let (client, simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let filter = dryer.variable(2_000_034).unwrap().less_than(f64::NAN);
    let error = dryer
        .data([2_000_034_u64])
        .filter(filter)
        .fetch()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input);
    assert!(
        request_lines(&simulator)
            .iter()
            .all(|line| !line.starts_with("POST"))
    );
}

#[tokio::test]
async fn fields_have_the_names_and_ids_of_variables_as_metadata() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let power = dryer.variables().get(2_000_034).await.unwrap();
    let standard = braincube::Entity::name(&power).unwrap();
    let query = dryer
        .data([2_000_034_u64])
        .label(Label::Name(NameKey::Standard));
    let frame = query.fetch().await.unwrap();
    let schema = frame.batch().schema();
    let field = schema.field(0);
    assert_eq!(field.name(), standard);
    assert_eq!(field.metadata()["braincube:id"], "mb20/d2000034");
    assert_eq!(field.metadata()["braincube:type"], "NUMERIC");
    assert_eq!(field.metadata()["braincube:standard"], standard);
}

#[tokio::test]
async fn several_filters_are_combined_with_and() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let power = dryer.variable(2_000_034).unwrap();
    let one = dryer
        .data([2_000_034_u64])
        .filter(power.between(20, 40))
        .fetch()
        .await
        .unwrap();
    let two = dryer
        .data([2_000_034_u64])
        .filter(power.greater_or_equal(20))
        .filter("mb20/d2000034 <= 40")
        .fetch()
        .await
        .unwrap();
    assert_eq!(one.batch(), two.batch());
    assert!(one.batch().num_rows() > 0);
}

#[tokio::test]
async fn variables_with_the_same_name_are_two_columns() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("twins.csv");
    std::fs::write(&file, "Date,Speed,Speed\n2024-01-01,1,2\n").unwrap();
    let (client, _simulator) = site(Simulator::builder().csv(&file)).await;
    let base = client.braincube("demo").memory_base(21);
    let query = base.all_data().label(Label::Name(NameKey::Standard));
    let frame = query.fetch().await.unwrap();
    let schema = frame.batch().schema();
    let names: Vec<_> = schema
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .collect();
    assert_eq!(names, ["Date", "Speed (2100002)", "Speed (2100003)"]);
    let labels: Vec<_> = frame
        .report()
        .columns()
        .iter()
        .map(|one| one.label())
        .collect();
    assert_eq!(labels, names);
    let standard = |column: usize| schema.field(column).metadata()["braincube:standard"].clone();
    assert_eq!((standard(1), standard(2)), ("Speed".into(), "Speed".into()));
}

#[tokio::test]
async fn a_frame_is_a_record_batch_reader_and_an_arrow_c_stream() {
    use arrow::ffi_stream::{ArrowArrayStreamReader, FFI_ArrowArrayStream};

    let (client, _simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let query = dryer.data([2_000_001, 2_000_002, 2_000_034_u64]);
    let frame = query.fetch().await.unwrap();
    let batch = frame.batch().clone();
    let stream = FFI_ArrowArrayStream::new(Box::new(frame.into_reader()));
    let reader = ArrowArrayStreamReader::try_new(stream).unwrap();
    let read: Vec<_> = reader.map(Result::unwrap).collect();
    assert_eq!(read, [batch]);
}
