use super::*;

fn answer(status: u16, body: &'static str) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from_static(body.as_bytes()));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap();
    answer
}

const TOKEN: &str = "an-oauth2-token-canary";

fn read(answer: &Response<Bytes>) -> Result<HeaderValue, AuthError> {
    let question = Question::new("https://host", TOKEN.into()).unwrap();
    question.session_token(answer)
}

#[test]
fn the_question_is_that_of_the_python_package() {
    let table = [
        (
            "https://host",
            Door::New,
            "https://host/sso-server/ws/oauth2/session",
        ),
        (
            "https://host/",
            Door::Old,
            "https://host/sso-server/rest/session/openWithToken",
        ),
        (
            "http://[::1]:80/v1.0",
            Door::New,
            "http://[::1]:80/v1.0/sso-server/ws/oauth2/session",
        ),
    ];
    for (base, door, expected) in table {
        let request = Question::new(base, "an-oauth2-token".into())
            .unwrap()
            .request(door);
        assert_eq!(request.method(), Method::GET);
        assert_eq!(request.uri(), expected);
        assert_eq!(request.headers()[AUTHORIZATION], "Bearer an-oauth2-token");
        assert!(request.headers()[AUTHORIZATION].is_sensitive());
        assert!(request.body().is_empty());
    }
}

#[test]
fn what_cannot_be_asked_is_refused() {
    for base in [
        "",
        "host",
        "/path",
        "https://",
        "https://host?q",
        "https://ho st",
    ] {
        let error = Question::new(base, "a".into()).unwrap_err();
        assert!(
            matches!(error, AuthError::InvalidSsoBaseUrl),
            "{base}: {error}"
        );
    }
    let error = Question::new("https://host", "a\nb".into()).unwrap_err();
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
        let token = read(&answer(200, body)).unwrap();
        assert_eq!(token, "a-session", "{body}");
        assert!(token.is_sensitive());
    }
}

#[test]
fn h3_what_holds_no_session_token() {
    let refused = "no session: the SSO service refused the OAuth2 token";
    let no_json = "no session: the answer of the SSO service is no JSON with a session token in it";
    let table = [
        (401, "canary", refused),
        (403, "", refused),
        (302, "", "no session: the SSO service answered 302 Found"),
        (
            404,
            "",
            "no session: the SSO service answered 404 Not Found",
        ),
        (
            503,
            "canary",
            "no session: the SSO service answered 503 Service Unavailable",
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
            "no session: the answer of the SSO service has a session token that no header can carry",
        ),
        (
            200,
            "\"\"",
            "no session: the answer of the SSO service has a session token that no header can carry",
        ),
    ];
    for (status, body, expected) in table {
        let error = read(&answer(status, body)).unwrap_err();
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
fn h41_what_the_service_says_with_status_200_is_kept_apart() {
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
        let error = read(&answer(200, body)).unwrap_err();
        assert!(
            matches!(error, AuthError::UnexpectedAnswer { .. }),
            "{body}"
        );
        assert_eq!(error.detail(), expected, "{body}");
        let shown = format!("{error} {error:?}");
        assert!(
            expected.is_none_or(|words| !shown.contains(words)),
            "{shown}"
        );
    }
}

#[test]
fn an_answer_without_end_is_not_looked_at() {
    let long = format!("\"{}\"", "a".repeat(LIMIT));
    let error = read(&Response::new(Bytes::from(long))).unwrap_err();
    assert!(matches!(error, AuthError::UnexpectedAnswer { .. }));
}

#[test]
fn h3_the_services_own_words_are_kept_apart_and_without_the_token() {
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
        let error = read(&answer(status, body)).unwrap_err();
        assert_eq!(error.detail(), expected, "{body}");
        assert_eq!(error.status().unwrap().as_u16(), status);
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("canary"), "{shown}");
        let told = error.to_string();
        assert!(expected.is_none_or(|words| !told.contains(words)), "{told}");
    }
    let long = format!(r#"{{"message": "a", "more": "{}"}}"#, "a".repeat(LIMIT));
    let mut answer = Response::new(Bytes::from(long));
    *answer.status_mut() = StatusCode::UNAUTHORIZED;
    assert_eq!(read(&answer).unwrap_err().detail(), None);
}
