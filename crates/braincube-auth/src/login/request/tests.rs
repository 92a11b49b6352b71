use std::collections::BTreeMap;

use super::*;
use crate::login::CallbackProblem::{
    Duplicate, ImpossibleCode, MissingState, NoAddress, NoCode, OtherAddress, TooLong, WrongState,
};

const REDIRECT: &str = "https://localhost:5000/token";

fn request() -> AuthorizationRequest {
    let application = Application::new("https://sso.example/v1", "my app", None).unwrap();
    AuthorizationRequest::new(application, RedirectUri::parse(REDIRECT).unwrap()).unwrap()
}

fn parameters(request: &AuthorizationRequest) -> BTreeMap<String, String> {
    let url = Url::parse(&request.address()).unwrap();
    url.query_pairs().into_owned().collect()
}

fn state(request: &AuthorizationRequest) -> String {
    parameters(request)["state"].clone()
}

fn form(request: &Request<Bytes>) -> BTreeMap<String, String> {
    form_urlencoded::parse(request.body())
        .into_owned()
        .collect()
}

#[test]
fn o1_the_address_contains_a_state_and_a_pkce_challenge() {
    let request = request();
    assert!(request.address().starts_with(
        "https://sso.example/v1/sso-server/vendors/braincube/authorize.jsp?client_id=my%20app\
         &response_type=code&scope=BASE%20API&redirect_uri=https%3A%2F%2Flocalhost%3A5000%2Ftoken"
    ));
    let parameters = parameters(&request);
    assert_eq!(parameters["code_challenge_method"], "S256");
    assert_eq!(parameters["code_challenge"].len(), 43);
    assert_eq!(parameters["state"].len(), 43);
}

#[test]
fn o1_two_logins_share_no_secret() {
    let (one, other) = (parameters(&request()), parameters(&request()));
    assert_ne!(one["state"], other["state"]);
    assert_ne!(one["code_challenge"], other["code_challenge"]);
}

#[test]
fn o2_only_a_callback_with_one_code_and_the_right_state_is_accepted() {
    let request = request();
    let right = state(&request);
    let nearly = format!("{}A", &right[..42]);
    let other = if nearly == right { "B" } else { &nearly };
    let table = [
        (format!("code=c&state={right}"), None),
        (format!("state={right}&code=c&session_state=x#_=_"), None),
        (format!("code=c&state={other}"), Some(WrongState)),
        ("code=c&state=".to_owned(), Some(WrongState)),
        ("code=c".to_owned(), Some(MissingState)),
        (
            format!("code=c&state={right}&state={right}"),
            Some(Duplicate { name: "state" }),
        ),
        (
            format!("code=c&code=d&state={right}"),
            Some(Duplicate { name: "code" }),
        ),
        (format!("code=&state={right}"), Some(ImpossibleCode)),
        (format!("code=%FF&state={right}"), Some(ImpossibleCode)),
        (format!("code=a%0Ab&state={right}"), Some(ImpossibleCode)),
        (format!("state={right}"), Some(NoCode)),
        (format!("code=c&error=e&state={right}"), Some(NoCode)),
        // Without the state, not even a refusal is heard.
        ("error=access_denied".to_owned(), Some(MissingState)),
        (
            format!("error=access_denied&state={other}"),
            Some(WrongState),
        ),
    ];
    for (query, expected) in table {
        let found = request.read_callback(&format!(" {REDIRECT}?{query}\n"));
        let found = match found {
            Ok(_) => None,
            Err(LoginError::Callback(problem)) => Some(problem),
            Err(error) => panic!("{query}: {error}"),
        };
        assert_eq!(found, expected, "{query}");
    }
}

#[test]
fn o8_only_the_whole_redirect_address_is_a_callback() {
    let request = request();
    let state = state(&request);
    let table = [
        ("https://localhost:5000/token", None),
        ("HTTPS://LOCALHOST:5000/token", None),
        ("http://localhost:5000/token", Some(OtherAddress)),
        ("https://localhost:5001/token", Some(OtherAddress)),
        ("https://localhost/token", Some(OtherAddress)),
        ("https://127.0.0.1:5000/token", Some(OtherAddress)),
        (
            "https://localhost.evil.example:5000/token",
            Some(OtherAddress),
        ),
        ("https://localhost:5000/token/", Some(OtherAddress)),
        ("https://localhost:5000/Token", Some(OtherAddress)),
        ("https://user@localhost:5000/token", Some(OtherAddress)),
        ("https://localhost:5000/to\nken", Some(NoAddress)),
        ("", Some(NoAddress)),
        ("localhost", Some(NoAddress)),
    ];
    for (place, expected) in table {
        let found = request.read_callback(&format!("{place}?code=c&state={state}"));
        match (found, expected) {
            (Ok(_), None) => {}
            (Err(LoginError::Callback(problem)), Some(expected)) => {
                assert_eq!(problem, expected, "{place}");
            }
            (found, _) => panic!("{place}: {found:?}"),
        }
    }
    // A bare code, or a query without its address, is no callback.
    for text in ["a-code", "code=c&state=s", "?code=c"] {
        let refused = request.read_callback(text);
        assert!(
            matches!(refused, Err(LoginError::Callback(NoAddress))),
            "{text}"
        );
    }
    let long = format!("{REDIRECT}?code={}", "c".repeat(9000));
    let refused = request.read_callback(&long);
    assert!(matches!(refused, Err(LoginError::Callback(TooLong))));
}

#[test]
fn o9_a_refusal_with_the_right_state_ends_the_login() {
    let request = request();
    for (error, word) in [
        ("access_denied", "access_denied"),
        ("a%20sentence%20of%20theirs", "with words of its own"),
        ("", "with words of its own"),
    ] {
        let address = format!("{REDIRECT}?error={error}&state={}", state(&request));
        let Err(LoginError::Denied { error, .. }) = request.read_callback(&address) else {
            panic!("{error} is no refusal");
        };
        assert_eq!(error.as_str(), word);
    }
}

#[test]
fn a_refusal_says_why_without_the_state() {
    let request = request();
    let state = state(&request);
    for (said, detail) in [
        (
            "&error_description=not%20today%1b",
            Some("not today\\u{1b}"),
        ),
        (
            &*format!("&error_description=no+{state}"),
            Some("no [credential]"),
        ),
        ("&error_description=", None),
        ("&error_description=a&error_description=b", None),
        ("", None),
    ] {
        let address = format!("{REDIRECT}?error=access_denied{said}&state={state}");
        let denied = request.read_callback(&address).unwrap_err();
        assert_eq!(denied.detail(), detail, "{said}");
    }
}

#[test]
fn a_percent_encoded_code_is_decoded_once_and_encoded_again() {
    let request = request();
    let address = format!("{REDIRECT}?code=a%2Fb%2Bc%2525&state={}", state(&request));
    let code = request.read_callback(&address).unwrap();
    let request = request.into_token_request(code);
    assert_eq!(form(&request)["code"], "a/b+c%25");
}

#[test]
fn o1_the_token_request_contains_the_pkce_verifier_of_this_login() {
    let request = request();
    let challenge = parameters(&request)["code_challenge"].clone();
    let address = format!("{REDIRECT}?code=c&state={}", state(&request));
    let code = request.read_callback(&address).unwrap();
    let request = request.into_token_request(code);
    assert_eq!(
        request.uri(),
        "https://sso.example/v1/sso-server/ws/oauth2/token"
    );
    let form = form(&request);
    assert_eq!(form["grant_type"], "authorization_code");
    assert_eq!(form["redirect_uri"], REDIRECT);
    assert_eq!(form["client_id"], "my app");
    let verifier = SecretString::from(form["code_verifier"].as_str());
    assert_eq!(secret::challenge(&verifier), challenge);
    assert!(!form.contains_key("client_secret") && !form.contains_key("state"));
}

#[test]
fn o10_an_optional_state_may_be_missing_but_not_wrong() {
    let request = request().with_optional_state();
    let read = |query: &str| request.read_callback(&format!("{REDIRECT}?{query}"));
    assert!(read("code=c").is_ok());
    assert!(read("code=c&state=wrong").is_err());
}

#[test]
fn l1_debug_shows_no_secret_of_the_login() {
    let request = request();
    let address = format!("{REDIRECT}?code=CANARY&state={}", state(&request));
    let code = request.read_callback(&address).unwrap();
    let text = format!("{request:?} {code:?}");
    assert!(!text.contains(&state(&request)) && !text.contains("CANARY"));
}
