//! OAuth2 tokens: exchanged for a session, renewed, rejected.

use std::collections::BTreeSet;
use std::error::Error as _;

use braincube::{Client, Config, Entity as _, ErrorKind};
use braincube_sim::{LoggedRequest, OAuth2Server, Simulator};
use futures_util::future::join_all;

use crate::site::request_lines;

const SESSION: &str = "GET /sso-server/ws/oauth2/session";
const OPEN_WITH_TOKEN: &str = "GET /sso-server/rest/session/openWithToken";
const USER_ME: &str = "GET /sso-server/ws/user/me";

/// A client with an OAuth2 token, and the simulator that accepts it.
async fn site(server: OAuth2Server) -> (Client, Simulator) {
    let simulator = Simulator::builder().oauth2(server).start().await.unwrap();
    let config = Config::builder()
        .sso_base_url(simulator.sso_base_url())
        .api_base_url(simulator.api_base_url())
        .oauth2_token(simulator.oauth2_token());
    let client = Client::from_config(config.build().unwrap()).await.unwrap();
    (client, simulator)
}

fn count(simulator: &Simulator, line: &str) -> usize {
    request_lines(simulator)
        .iter()
        .filter(|lines| *lines == line)
        .count()
}

/// The distinct values of a header in all requests.
fn values(requests: &[LoggedRequest], name: &str) -> BTreeSet<String> {
    let values = requests.iter().filter_map(|request| request.header(name));
    values.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_session_is_opened_once_and_sent_with_every_request() {
    let (client, simulator) = site(OAuth2Server::new()).await;
    let dryer = client.braincube("demo").memory_base(20);
    assert_eq!(
        request_lines(&simulator),
        [""; 0],
        "no session is opened before it is needed"
    );

    let frame = dryer.data([2_000_034_u64]).fetch().await.unwrap();
    assert_eq!(frame.batch().num_rows(), 9_220);
    assert_eq!(client.braincubes().await.unwrap()[0].name(), Some("demo"));
    insta::assert_snapshot!(request_lines(&simulator).join("\n"), @r"
    GET /sso-server/ws/oauth2/session
    GET /braincube/demo/braindata/mb20/simple
    POST /braincube/demo/braindata/mb20/LF
    GET /sso-server/ws/user/me
    ");

    let requests = simulator.requests();
    let (exchange, others) = requests.split_first().unwrap();
    let bearer = format!("Bearer {}", simulator.oauth2_token());
    assert_eq!(exchange.header("authorization"), Some(&*bearer));
    assert_eq!(exchange.header("iplssotoken"), None);
    // The access token is sent to the exchange only.
    assert_eq!(values(others, "authorization"), BTreeSet::new());
    assert_eq!(values(others, "iplssotoken").len(), 1);
    assert_eq!(values(&requests, "x-api-key"), BTreeSet::new());
}

#[tokio::test]
async fn h1_a_session_that_expires_during_64_calls_is_renewed_once() {
    let (client, simulator) = site(OAuth2Server::new().sessions_of_requests(41)).await;
    client.braincubes().await.unwrap();
    assert_eq!(count(&simulator, SESSION), 1);

    // The session is valid for 40 of these; the others are rejected and sent again with the next one.
    let calls = join_all((0..64).map(|_| client.braincubes())).await;
    for call in calls {
        assert_eq!(call.unwrap()[0].name(), Some("demo"));
    }
    assert_eq!(count(&simulator, SESSION), 2, "exactly one new exchange");

    let requests = simulator.requests();
    let answered = |status| {
        let lists = requests
            .iter()
            .filter(|request| request.path_and_query().ends_with("/me"));
        lists
            .filter(|request| request.status() == Some(status))
            .count()
    };
    assert_eq!(answered(200), 65, "one successful response for each call");
    assert!((1..=24).contains(&answered(401)), "{}", answered(401));
    assert_eq!(values(&requests, "iplssotoken").len(), 2);
}

#[tokio::test]
async fn h1_a_session_that_expires_before_the_data_is_renewed_and_the_data_complete() {
    let (client, simulator) = site(OAuth2Server::new().sessions_of_requests(1)).await;
    let dryer = client.braincube("demo").memory_base(20);
    let frame = dryer.data([2_000_034_u64]).fetch().await.unwrap();
    assert_eq!(frame.batch().num_rows(), 9_220);
    let statuses: Vec<_> = simulator
        .requests()
        .iter()
        .map(LoggedRequest::status)
        .collect();
    insta::assert_snapshot!(request_lines(&simulator).join("\n"), @r"
    GET /sso-server/ws/oauth2/session
    GET /braincube/demo/braindata/mb20/simple
    POST /braincube/demo/braindata/mb20/LF
    GET /sso-server/ws/oauth2/session
    POST /braincube/demo/braindata/mb20/LF
    ");
    assert_eq!(statuses, [200, 200, 401, 200, 200].map(Some));
}

#[tokio::test]
async fn h1_a_new_session_that_is_rejected_is_an_error_without_a_loop() {
    let (client, simulator) = site(OAuth2Server::new().sessions_of_requests(0)).await;
    let error = client.braincubes().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert_eq!(count(&simulator, SESSION), 2);
    assert_eq!(count(&simulator, USER_ME), 2);
}

#[tokio::test]
async fn h3_a_revoked_token_is_an_unauthenticated_error() {
    let (client, simulator) = site(OAuth2Server::new()).await;
    simulator.revoke_oauth2();
    let error = client.braincubes().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    let said = format!("{error}\n{}", error.source().unwrap());
    insta::assert_snapshot!(said.replace(&simulator.url(), "URL"), @r"
    user_me: there is no credential to send the request with (GET /sso-server/ws/user/me at URL)
    no session: the SSO service refused the OAuth2 token (401 Unauthorized); request a new one, or use a personal access token
    ");
    assert_eq!(
        error.detail(),
        Some("no valid access token in the header Authorization")
    );
    assert_eq!(
        request_lines(&simulator),
        [SESSION],
        "a rejection is not retried"
    );
}

#[tokio::test]
async fn h3_64_calls_with_a_revoked_token_share_one_exchange() {
    let (client, simulator) = site(OAuth2Server::new()).await;
    simulator.revoke_oauth2();
    let calls = join_all((0..64).map(|_| client.braincubes())).await;
    for call in calls {
        assert_eq!(call.unwrap_err().kind(), ErrorKind::Unauthenticated);
    }
    assert_eq!(request_lines(&simulator), [SESSION]);
}

#[tokio::test]
async fn h3_a_token_revoked_during_its_session_is_an_error_as_well() {
    let (client, simulator) = site(OAuth2Server::new()).await;
    client.braincubes().await.unwrap();
    simulator.revoke_oauth2();
    let error = client.braincubes().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert_eq!(request_lines(&simulator)[2..], [USER_ME, SESSION]);
}

#[tokio::test]
async fn without_the_newer_path_a_session_is_opened_at_the_older_one() {
    let server = OAuth2Server::new()
        .without_session_path()
        .sessions_of_requests(1);
    let (client, simulator) = site(server).await;
    for _ in 0..2 {
        client.braincubes().await.unwrap();
    }
    // A missing newer path is not requested again.
    assert_eq!(
        request_lines(&simulator),
        [
            SESSION,
            OPEN_WITH_TOKEN,
            USER_ME,
            USER_ME,
            OPEN_WITH_TOKEN,
            USER_ME
        ]
    );
}
