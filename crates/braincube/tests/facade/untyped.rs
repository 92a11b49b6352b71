//! Responses without the types of their columns.

use braincube::arrow_schema::DataType;
use braincube::{DataQuery, Frame, Label, NameKey, Split};
use braincube_sim::{Fault, Simulator};

use crate::site::{request_lines, site};

fn types(frame: &Frame) -> Vec<DataType> {
    let schema = frame.batch().schema();
    let fields = schema.fields().iter();
    fields.map(|field| field.data_type().clone()).collect()
}

#[tokio::test]
async fn j8_types_do_not_depend_on_the_labels() {
    let (typed, _simulator) = site(Simulator::builder()).await;
    let (untyped, simulator) = site(Simulator::builder().without_types()).await;
    let query = |client: &braincube::Client| {
        let dryer = client.braincube("demo").memory_base(20);
        dryer.data([2_000_001, 2_000_002, 2_000_034])
    };
    let expected = query(&typed).fetch().await.unwrap();
    let standard = Label::Name(NameKey::Standard);
    let by_name = query(&untyped).label(standard).fetch().await.unwrap();
    assert_eq!(types(&by_name), types(&expected));
    let before = request_lines(&simulator).len();
    let by_number = query(&untyped).fetch().await.unwrap();
    assert_eq!(by_number.batch(), expected.batch());
    assert_eq!(by_number.report().columns(), expected.report().columns());
    let mut requests = request_lines(&simulator).split_off(before);
    requests.sort();
    assert_eq!(
        requests.len(),
        1 + 3 + 2,
        "the order, three types, the data twice: {requests:?}"
    );
    assert!(requests[5].ends_with("/LF"), "{requests:?}");
}

#[tokio::test]
async fn j8_parts_without_types_are_joined_and_the_types_requested_once() {
    let (typed, _simulator) = site(Simulator::builder()).await;
    let (untyped, simulator) = site(Simulator::builder().without_types()).await;
    let query = |client: &braincube::Client| -> DataQuery {
        let dryer = client.braincube("demo").memory_base(20);
        let bcids = (2_000_031..=2_000_038).chain([2_000_002]);
        dryer.data(bcids).split(Split::default().columns(3))
    };
    let expected = query(&typed).fetch().await.unwrap();
    let frame = query(&untyped).fetch().await.unwrap();
    assert_eq!(frame.batch(), expected.batch());
    let lists = request_lines(&simulator);
    let lists = lists.iter().filter(|line| line.contains("/summary"));
    assert_eq!(lists.count(), 1);
}

#[tokio::test]
async fn j8_strict_accepts_responses_without_types() {
    let (client, _simulator) = site(Simulator::builder().without_types()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let query = dryer.data([2_000_001, 2_000_034]).strict(true);
    let frame = query.fetch().await.unwrap();
    assert_eq!(types(&frame)[1], DataType::Float64);
}

#[tokio::test]
async fn j8_a_column_without_a_type_in_its_description_is_text_and_requested_once() {
    let described = r#"{"bcId": 2000034, "standard": "Power"}"#;
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{described}",
        described.len()
    );
    let described = Fault::raw(answer.into_bytes()).on("/variables/2000034/");
    let builder = Simulator::builder().without_types().fault(described);
    let (client, simulator) = site(builder).await;
    let dryer = client.braincube("demo").memory_base(20);
    let query = dryer.data([2_000_034]);
    let by_name = query.clone().label(Label::Name(NameKey::Standard));
    let by_name = by_name.fetch().await.unwrap();
    let log = request_lines(&simulator);
    assert_eq!(log.len(), 3, "its name, the order and the data: {log:?}");
    let by_number = query.fetch().await.unwrap();
    for frame in [by_name, by_number] {
        assert_eq!(types(&frame), [DataType::Utf8]);
    }
}
