//! L5: the position of a credential in requests. The tests of the facade cover other origins.

use crate::planted::{ACCESS, CLIENT, Credential, PERSONAL, canaries, simulator};
use crate::traffic;

#[tokio::test]
async fn l5_a_credential_is_sent_in_its_header_only() {
    let simulator = simulator().await;
    for credential in Credential::BOTH {
        let client = traffic::client(credential.config(&simulator.url())).await;
        traffic::ask(&client).await;
    }
    let canaries = canaries([&simulator]);
    let requests = simulator.requests();
    for request in &requests {
        canaries.assert_absent("an address", request.path_and_query());
        canaries.assert_absent("a body", request.body());
        // All headers except those of credentials; `Referer` and `Cookie` would be included.
        canaries.assert_absent_from_debug("the other headers", request);
        let shown = ["x-api-key", "iplssotoken", "authorization"]
            .map(|name| request.header(name))
            .into_iter()
            .flatten()
            .count();
        assert_eq!(shown, 1, "one credential per request: {request:?}");
        assert_ne!(request.header("x-api-key"), Some(CLIENT));
    }
    let shown = |name, value: &str| {
        let mut values = requests.iter().filter_map(|request| request.header(name));
        values.any(|shown| shown == value)
    };
    assert!(shown("x-api-key", PERSONAL));
    assert!(shown("authorization", &format!("Bearer {ACCESS}")));
}
