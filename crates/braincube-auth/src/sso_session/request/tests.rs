use http::Method;

use super::*;

fn response(status: u16, body: &'static str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}

const TOKEN: &str = "an-oauth2-token-canary";

fn read(response: &Response<Bytes>) -> Result<HeaderValue, AuthError> {
    let request = SessionRequest::new("https://host", TOKEN.into()).unwrap();
    request.session_token(response)
}

#[test]
fn the_request_is_that_of_the_python_package() {
    let table = [
        (
            "https://host",
            SessionEndpoint::Current,
            "https://host/sso-server/ws/oauth2/session",
        ),
        (
            "https://host/",
            SessionEndpoint::Legacy,
            "https://host/sso-server/rest/session/openWithToken",
        ),
        (
            "http://[::1]:80/v1.0",
            SessionEndpoint::Current,
            "http://[::1]:80/v1.0/sso-server/ws/oauth2/session",
        ),
    ];
    for (base, endpoint, expected) in table {
        let request = SessionRequest::new(base, "an-oauth2-token".into())
            .unwrap()
            .build(endpoint);
        assert_eq!(request.method(), Method::GET);
        assert_eq!(request.uri(), expected);
        assert_eq!(request.headers()[AUTHORIZATION], "Bearer an-oauth2-token");
        assert!(request.headers()[AUTHORIZATION].is_sensitive());
        assert!(request.body().is_empty());
    }
}

#[test]
fn an_invalid_base_url_or_token_is_rejected() {
    for base in [
        "",
        "host",
        "/path",
        "https://",
        "https://host?q",
        "https://ho st",
    ] {
        let error = SessionRequest::new(base, "a".into()).unwrap_err();
        assert!(
            matches!(error, AuthError::InvalidSsoBaseUrl),
            "{base}: {error}"
        );
    }
    let error = SessionRequest::new("https://host", "a\nb".into()).unwrap_err();
    assert!(matches!(error, AuthError::InvalidToken { .. }));
}

#[test]
fn a_session_token_is_read_in_either_form() {
    let table = [
        r#"{"token": "a-session"}"#,
        r#"{"user": {"token": "other"}, "token": "a-session", "ttl": 3600}"#,
        r#""a-session""#,
        " \"a-session\"\n",
        "\u{feff}{\"token\": \"a-session\"}",
        "\u{feff}\"a-session\"",
    ];
    for body in table {
        let token = read(&response(200, body)).unwrap();
        assert_eq!(token, "a-session", "{body}");
        assert!(token.is_sensitive());
    }
}

#[test]
fn h3_responses_without_a_session_token_are_errors() {
    let refused = "no session: the SSO service refused the OAuth2 token";
    let no_json = "no session: the response of the SSO service is not JSON with a session token";
    let table = [
        (401, "canary", refused),
        (403, "", refused),
        (
            302,
            "",
            "no session: the SSO service responded with 302 Found",
        ),
        (
            404,
            "",
            "no session: the SSO service responded with 404 Not Found",
        ),
        (
            503,
            "canary",
            "no session: the SSO service responded with 503 Service Unavailable",
        ),
        (200, "", no_json),
        (200, "<html>canary</html>", no_json),
        (200, "{\"error\": \"canary\"}", no_json),
        (200, "{\"token\": null}", no_json),
        (200, "{\"token\": 5}", no_json),
        (
            200,
            "{\"token\": \"canary\", \"token\": \"canary\"}",
            no_json,
        ),
        (200, "\"canary\" \"canary\"", no_json),
        (
            200,
            "\"canary\\n2\"",
            "no session: the response of the SSO service has a session token that is not a valid header value",
        ),
        (
            200,
            "\"\"",
            "no session: the response of the SSO service has a session token that is not a valid header value",
        ),
    ];
    for (status, body, expected) in table {
        let error = read(&response(status, body)).unwrap_err();
        assert!(
            error.to_string().starts_with(expected),
            "{status} {body}: {error}"
        );
        assert!(
            !format!("{error} {error:?}").contains("canary"),
            "{error:?}"
        );
    }
}

#[test]
fn h41_the_message_of_a_response_with_status_200_is_separate() {
    for (body, expected) in [
        (
            r#"{"error": {"message": "the account is locked"}}"#,
            Some("the account is locked"),
        ),
        (r#"{"error": "expired"}"#, Some("expired")),
        (
            r#"{"Errors": ["an-oauth2-token-canary is unknown"]}"#,
            Some("[credential] is unknown"),
        ),
        (r#"{"message": "not an-oauth2-tok"}"#, None),
        (r#"{"session": "canary"}"#, None),
    ] {
        let error = read(&response(200, body)).unwrap_err();
        assert!(
            matches!(error, AuthError::UnexpectedResponse { .. }),
            "{body}"
        );
        assert_eq!(error.detail(), expected, "{body}");
        let shown = format!("{error} {error:?}");
        assert!(
            expected.is_none_or(|message| !shown.contains(message)),
            "{shown}"
        );
    }
}

#[test]
fn a_response_that_is_too_large_is_not_parsed() {
    let long = format!("\"{}\"", "a".repeat(LIMIT));
    let error = read(&Response::new(Bytes::from(long))).unwrap_err();
    assert!(matches!(error, AuthError::UnexpectedResponse { .. }));
}

#[test]
fn h3_the_message_of_the_service_is_separate_and_without_the_token() {
    for (status, body, expected) in [
        (
            401,
            r#"{"error": {"message": "the account is \u001b[31mlocked"}}"#,
            Some("the account is \\u{1b}[31mlocked"),
        ),
        (
            403,
            r#"{"error_description": "an-oauth2-token-canary has no scope SSO_READ"}"#,
            Some("[credential] has no scope SSO_READ"),
        ),
        (503, r#"{"message": "back at noon"}"#, Some("back at noon")),
        (401, r#"{"message": "not an-oauth2-tok"}"#, None),
        (401, "<html>canary</html>", None),
        (401, "", None),
    ] {
        let error = read(&response(status, body)).unwrap_err();
        assert_eq!(error.detail(), expected, "{body}");
        assert_eq!(error.status().unwrap().as_u16(), status);
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("canary"), "{shown}");
        let text = error.to_string();
        assert!(expected.is_none_or(|words| !text.contains(words)), "{text}");
    }
    let long = format!(r#"{{"message": "a", "more": "{}"}}"#, "a".repeat(LIMIT));
    let mut response = Response::new(Bytes::from(long));
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    assert_eq!(read(&response).unwrap_err().detail(), None);
}
