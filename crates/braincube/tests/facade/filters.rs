//! Filters on variables that do not exist.

use braincube::ErrorKind;
use braincube_sim::{Fault, Simulator};

use crate::site::{request_lines, site};

fn posts(requests: &[String]) -> usize {
    requests
        .iter()
        .filter(|line| line.starts_with("POST"))
        .count()
}

#[tokio::test]
async fn i20_a_filter_on_a_variable_that_does_not_exist_is_named_before_data_is_requested() {
    let (client, simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let query = dryer.data([2_000_034_u64]).filter("d2000034 > 1");
    let error = query
        .filter("d2000 < 1 or d7 = 2")
        .fetch()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let expected = "data of memory base 20 of \"demo\": the filter mb20/d2000 < 1 or mb20/d7 = 2: no variable \"2000\"";
    assert!(error.to_string().starts_with(expected), "{error}");
    assert_eq!(posts(&request_lines(&simulator)), 0);
}

#[tokio::test]
async fn i20_the_filters_of_a_group_or_a_window_are_named_too() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let query = dryer.data_group(11).data().filter("d7 < 1");
    let text = query.fetch().await.unwrap_err().to_string();
    assert!(
        text.starts_with("data group 11 of memory base 20"),
        "{text}"
    );
    assert!(
        text.contains("the filter mb20/d7 < 1: no variable \"7\""),
        "{text}"
    );
}

#[tokio::test]
async fn i20_for_all_variables_the_filters_are_checked_before_data_is_requested() {
    let (client, simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let error = dryer.all_data().filter("d7 < 1").fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let text = error.to_string();
    assert!(
        text.contains("the filter mb20/d7 < 1: no variable \"7\""),
        "{text}"
    );
    assert_eq!(posts(&request_lines(&simulator)), 0);
}

#[tokio::test]
async fn h6_a_filter_on_another_memory_base_is_checked_by_the_server() {
    let (client, simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let error = dryer
        .all_data()
        .filter("mb21/d7 < 1")
        .fetch()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    assert_eq!(posts(&request_lines(&simulator)), 1);
}

#[tokio::test]
async fn i10_one_filter_is_sent_in_the_same_form_alone_and_in_a_list() {
    let (client, simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let filter = "d2000041 < 10";
    for query in [
        dryer.data([2_000_034_u64]).filter(filter),
        dryer.data([2_000_034_u64]).filters([filter]),
        dryer.data([2_000_034_u64]).filters(Some(filter)),
    ] {
        query.fetch().await.unwrap();
    }
    let requests = simulator.requests();
    let mut bodies = requests
        .iter()
        .filter(|request| request.method() == "POST")
        .map(braincube_sim::LoggedRequest::body);
    let first = bodies.next().unwrap();
    assert!(first.windows(4).any(|window| window == b"LESS"));
    assert_eq!(bodies.collect::<Vec<_>>(), [first; 2]);
}

#[tokio::test]
async fn i20_a_variable_that_only_the_list_describes_is_found() {
    let unavailable = || Fault::status(404).on("/extended");
    let (client, _simulator) = site(Simulator::builder().fault(unavailable())).await;
    let dryer = client.braincube("demo").memory_base(20);
    let query = dryer.data([2_000_034_u64]).filter("d2000041 < 10");
    let frame = query.clone().fetch().await.unwrap();
    assert!(frame.batch().num_rows() > 0);
    let error = query.filter("d7 < 1").fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert!(
        error.to_string().contains("the filter mb20/d7 < 1"),
        "{error}"
    );
}
