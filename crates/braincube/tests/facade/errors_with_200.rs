//! An error message in a response with status 200 is returned for every kind of request.

use braincube::{Client, Config, Error, ErrorKind, Method};
use braincube_sim::{Fault, OAuth2Server, Simulator};

use crate::site::site;

/// A response of status 200 with this body.
fn ok(body: &str) -> Fault {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
    let length = body.len();
    Fault::raw(format!("{head}\r\ncontent-length: {length}\r\n\r\n{body}").into_bytes())
}

/// The error of each kind of request if the server responds to all of them with `body`.
async fn errors(body: &str, token: &str) -> Vec<(&'static str, Error)> {
    let (client, simulator) = site(Simulator::builder().token(token)).await;
    simulator.add_fault(ok(body));
    let demo = client.braincube("demo");
    let dryer = demo.memory_base(20);
    let json = client.request(Method::GET, "braincube/demo/braindata/mb20/simple");
    vec![
        (
            "memory bases",
            demo.memory_bases().list().next().await.unwrap().err(),
        ),
        (
            "variables",
            dryer.variables().list().next().await.unwrap().err(),
        ),
        ("page", dryer.jobs().page(0).await.err()),
        ("variable", dryer.variables().get(2_000_034_u64).await.err()),
        ("job", dryer.jobs().get(573_u64).await.err()),
        ("memory base", dryer.describe().await.err()),
        ("user/me", client.braincubes().await.err()),
        ("simple", dryer.info().await.err()),
        ("data", dryer.data([2_000_034_u64]).fetch().await.err()),
        ("raw", json.json::<Vec<u8>>().await.err()),
    ]
    .into_iter()
    .map(|(kind, error)| (kind, error.unwrap_or_else(|| panic!("{kind} succeeded"))))
    .collect()
}

#[tokio::test]
async fn h40_the_message_of_an_error_object_with_status_200_is_returned() {
    for (body, expected) in [
        (r#"{"error": "no luck"}"#, "no luck"),
        (
            r#"{"error": {"type": "x", "message": "no luck"}}"#,
            "no luck",
        ),
        (r#"{"message": "no luck"}"#, "no luck"),
        (r#"{"Errors": ["no luck"]}"#, "no luck"),
        (r#"{"errors": [{"message": "no luck"}]}"#, "no luck"),
        (
            r#"{"error": "\u001b[31mno\nluck\u202e"}"#,
            "\\u{1b}[31mno\\u{a}luck\\u{202e}",
        ),
    ] {
        for (kind, error) in errors(body, "a-token").await {
            assert_eq!(error.kind(), ErrorKind::Decode, "{kind} {body}: {error}");
            assert_eq!(error.detail(), Some(expected), "{kind} {body}: {error}");
            assert!(!error.to_string().contains("luck"), "{kind}: {error}");
        }
    }
}

#[tokio::test]
async fn h40_the_message_of_the_server_is_shortened_and_redacted() {
    const TOKEN: &str = "canary-7f3a9c51d2e84b60";
    let echo = format!(r#"{{"error": {{"message": "bad token {TOKEN}"}}}}"#);
    for (kind, error) in errors(&echo, TOKEN).await {
        assert_eq!(error.detail(), Some("bad token [credential]"), "{kind}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("canary"), "{kind}: {shown}");
    }
    let piece = format!(r#"{{"message": "no token begins with {}"}}"#, &TOKEN[..14]);
    for (kind, error) in errors(&piece, TOKEN).await {
        assert_eq!(error.detail(), None, "{kind}");
    }
    let long = format!(r#"{{"error": "{}"}}"#, "long ".repeat(200));
    for (kind, error) in errors(&long, "a-token").await {
        let length = error.detail().map(str::len);
        assert!(
            length.is_some_and(|length| (200..=256).contains(&length)),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn h40_a_response_of_another_shape_without_a_message_is_an_error_without_a_detail() {
    for body in [
        r#"{"status": "ok"}"#,
        r#"{"error": 5}"#,
        r#"{"errors": []}"#,
    ] {
        for (kind, error) in errors(body, "a-token").await {
            assert_eq!(error.kind(), ErrorKind::Decode, "{kind} {body}: {error}");
            assert_eq!(error.detail(), None, "{kind} {body}");
        }
    }
}

#[tokio::test]
async fn h40_an_error_object_beside_the_data_is_an_error_with_its_message() {
    for error in [
        r#""error": "no luck""#,
        r#""errors": [{"message": "no luck"}]"#,
        r#""Errors": ["no luck"]"#,
    ] {
        for (key, data) in [
            ("items", "[]"),
            ("items", r#"[{"bcId": 1}]"#),
            ("accessList", "[]"),
            ("datadefs", "[]"),
            (
                "datadefs",
                r#"[{"id": "mb20/d2000034", "type": "NUMERIC", "data": ["1"]}]"#,
            ),
        ] {
            let before = format!("{{{error}, \"{key}\": {data}}}");
            let after = format!("{{\"{key}\": {data}, {error}}}");
            for body in [before, after] {
                let (client, simulator) = site(Simulator::builder()).await;
                let dryer = client.braincube("demo").memory_base(20);
                let error = match key {
                    "items" => {
                        simulator.add_fault(ok(&body));
                        let page = dryer.jobs().page(0).await.unwrap_err();
                        let listed = dryer.variables().list().into_vec().await;
                        assert_eq!(listed.unwrap_err().detail(), page.detail());
                        page
                    }
                    "accessList" => {
                        simulator.add_fault(ok(&body));
                        client.braincubes().await.unwrap_err()
                    }
                    _ => {
                        simulator.add_fault(ok(&body).on("/LF"));
                        dryer.data([2_000_034_u64]).fetch().await.unwrap_err()
                    }
                };
                assert_eq!(error.kind(), ErrorKind::Decode, "{body}: {error}");
                assert_eq!(error.detail(), Some("no luck"), "{body}: {error}");
                assert!(!error.to_string().contains("luck"), "{body}: {error}");
            }
        }
    }
}

#[tokio::test]
async fn h40_an_empty_error_object_beside_the_data_is_ignored() {
    for empty in ["null", "false", r#"" ""#, "[ ]", "{}"] {
        for key in ["error", "errors", "Errors"] {
            let (client, simulator) = site(Simulator::builder()).await;
            let dryer = client.braincube("demo").memory_base(20);
            let list = format!(r#"{{"items": [], "{key}": {empty}}}"#);
            simulator.add_fault(ok(&list).on("/jobs/"));
            let jobs = dryer.jobs().list().into_vec().await.unwrap();
            assert!(jobs.is_empty(), "{list}");
            let data = format!(
                r#"{{"{key}": {empty}, "datadefs": [{{"id": "mb20/d2000034", "type": "NUMERIC", "data": ["1"]}}]}}"#
            );
            simulator.add_fault(ok(&data).on("/LF"));
            let frame = dryer.data([2_000_034_u64]).fetch().await.unwrap();
            assert_eq!(frame.batch().num_rows(), 1, "{data}");
        }
    }
}

#[tokio::test]
async fn h41_a_session_rejected_with_status_200_is_an_error_with_the_message_of_the_server() {
    let builder = Simulator::builder().oauth2(OAuth2Server::new());
    let simulator = builder.start().await.unwrap();
    let token = simulator.oauth2_token().to_owned();
    for (body, expected) in [
        (
            r#"{"error": {"message": "the account is locked"}}"#.to_owned(),
            "the account is locked",
        ),
        (
            r#"{"Errors": ["the account is locked"]}"#.to_owned(),
            "the account is locked",
        ),
        (
            format!(r#"{{"message": "{token} has ended"}}"#),
            "[credential] has ended",
        ),
    ] {
        let config = Config::builder()
            .sso_base_url(simulator.sso_base_url())
            .api_base_url(simulator.api_base_url())
            .oauth2_token(token.as_str());
        let client = Client::from_config(config.build().unwrap()).await.unwrap();
        simulator.add_fault(ok(&body).on("/oauth2/session").times(1));
        let error = client.braincubes().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthenticated, "{error}");
        assert_eq!(error.detail(), Some(expected), "{error}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(&token), "{shown}");
    }
}
