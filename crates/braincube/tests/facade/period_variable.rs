//! The variable to which a period applies.

use braincube::{Client, ErrorKind, Period, TimePoint};
use braincube_sim::{Fault, Simulator};

use crate::site::{request_lines, site};

const DATE: &str = "mb20/d2000001";
const POWER: &str = "mb20/d2000034";

/// A site whose data service returns these properties of memory base 20.
async fn described(simple: &str) -> (Client, Simulator) {
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{simple}",
        simple.len()
    );
    let described = Fault::raw(answer.into_bytes()).on("/simple");
    site(Simulator::builder().fault(described)).await
}

fn october_2() -> Period {
    let day: TimePoint = "2023-10-02".parse().unwrap();
    Period::starting(day).and_ending(day)
}

#[tokio::test]
async fn a_period_applies_to_the_first_candidate_of_type_datetime() {
    for simple in [
        format!(r#"{{"name": "mb20", "reference": "{DATE}", "order": "{POWER}"}}"#),
        format!(r#"{{"name": "mb20", "reference": "{POWER}", "referenceDate": "{DATE}"}}"#),
        format!(r#"{{"name": "mb20", "reference": "{POWER}", "order": "{DATE}"}}"#),
        // A reference date that is not a date, or that does not exist, is skipped.
        format!(
            r#"{{"name": "mb20", "reference": "{POWER}", "referenceDate": "{POWER}", "order": "{DATE}"}}"#
        ),
        format!(
            r#"{{"name": "mb20", "reference": "{POWER}", "referenceDate": "mb20/d7", "order": "{DATE}"}}"#
        ),
    ] {
        let (client, simulator) = described(&simple).await;
        let dryer = client.braincube("demo").memory_base(20);
        let query = dryer.data([2_000_002]).period(october_2());
        let frame = query.fetch().await.unwrap();
        assert!((1..9_220).contains(&frame.batch().num_rows()), "{simple}");
        let sent = simulator.requests();
        let body = sent.last().unwrap().body().to_vec();
        let body = String::from_utf8(body).unwrap();
        let filter = format!(r#"{{"GREAT_EQUALS":["{DATE}","20231002_000000"]}}"#);
        assert!(body.contains(&filter), "{simple}: {body}");
    }
}

#[tokio::test]
async fn a_period_without_a_datetime_variable_is_rejected() {
    let simple = format!(r#"{{"name": "mb20", "reference": "{POWER}", "order": "{POWER}"}}"#);
    let (client, simulator) = described(&simple).await;
    let dryer = client.braincube("demo").memory_base(20);
    let query = dryer.data([2_000_002]).period(october_2());
    let error = query.fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input, "{error}");
    assert!(error.to_string().contains(POWER), "{error}");
    assert!(
        !request_lines(&simulator)
            .iter()
            .any(|line| line.starts_with("POST"))
    );
}
