//! Authentication with a personal access token.

use braincube_sim::{DEMO_TOKEN, Simulator};

use crate::client::Client;

const PATHS: [&str; 3] = [
    "/sso-server/ws/user/me",
    "/braincube/demo/braincube/mb/all/summary",
    "/nowhere",
];

#[tokio::test]
async fn without_a_token_all_responses_are_401() {
    let simulator = Simulator::start().await.unwrap();
    let mut client = Client::new(&simulator);
    client.token = None;
    for path in PATHS {
        client.get(path).await.assert_problem(401, "X-api-key");
    }
}

#[tokio::test]
async fn a_wrong_token_is_401_and_not_in_the_response() {
    let simulator = Simulator::builder().token("right").start().await.unwrap();
    let mut client = Client::new(&simulator);
    for wrong in ["wrong-canary", "Right", "righ", "right2", ""] {
        client.token = Some(wrong.into());
        let response = client.get("/sso-server/ws/user/me?q=canary").await;
        response.assert_problem(401, "X-api-key");
        assert!(!String::from_utf8_lossy(&response.body).contains("canary"));
    }
    client.token = Some("right".into());
    assert_eq!(client.get("/sso-server/ws/user/me").await.status, 200);
    assert!(!format!("{simulator:?}{:?}", simulator.requests()).contains("wrong-canary"));
}

#[tokio::test]
async fn the_user_may_access_the_braincube_and_another_application() {
    let simulator = Simulator::start().await.unwrap();
    assert_eq!(simulator.token(), DEMO_TOKEN);
    let me = Client::new(&simulator)
        .get_json("/sso-server/ws/user/me")
        .await;
    let products: Vec<_> = me["accessList"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["product"])
        .collect();
    assert_eq!(products.len(), 2);
    assert_eq!(products[0]["name"], "demo");
    assert_eq!(products[0]["productId"], "123");
    assert_eq!(products[0]["type"], "braincube");
    assert!(!products[1]["type"].as_str().unwrap().contains("braincube"));
}
