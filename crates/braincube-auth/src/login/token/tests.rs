use std::time::UNIX_EPOCH;

use http::StatusCode;

use super::*;

const NOW: SystemTime = UNIX_EPOCH;

fn response(status: u16, body: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::copy_from_slice(body.as_bytes()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}

fn read(status: u16, body: &str) -> Result<StoredToken, LoginError> {
    let form = "grant_type=authorization_code&code=CANARY%2Bcode-of-a-login&client_id=an-id\
                &client_secret=CANARY-client-secret&code_verifier=CANARY-verifier-of-pkce";
    read_token(&response(status, body), form.as_bytes(), NOW)
}

#[test]
fn a_token_response_with_all_fields_is_parsed() {
    let body = r#"{"access_token": "an-access-token", "token_type": "Bearer", "expires_in": 3600,
                   "refresh_token": "a-refresh-token", "scope": "BASE API", "more": {"a": [1]}}"#;
    let token = read(200, body).unwrap();
    assert!(secret::is(token.access_token(), "an-access-token"));
    assert!(secret::is(
        token.refresh_token().unwrap(),
        "a-refresh-token"
    ));
    assert_eq!(token.expires_at(), Some(NOW + Duration::from_secs(3600)));
}

#[test]
fn j2_a_byte_order_mark_before_a_token_or_an_error_is_skipped() {
    let token = read(200, "\u{feff}{\"access_token\": \"an-access-token\"}").unwrap();
    assert!(secret::is(token.access_token(), "an-access-token"));
    let error = read(400, "\u{feff}{\"error\": \"invalid_grant\"}").unwrap_err();
    assert!(error.to_string().contains("invalid_grant"), "{error}");
}

#[test]
fn optional_fields_may_be_missing_or_malformed() {
    for (fields, expires) in [
        ("", None),
        (r#", "token_type": "BEARER""#, None),
        (r#", "token_type": null, "refresh_token": null"#, None),
        (r#", "refresh_token": """#, None),
        (r#", "expires_in": "60""#, Some(60)),
        (r#", "expires_in": "soon""#, None),
        (r#", "expires_in": -1"#, None),
        (r#", "expires_in": 1.5"#, None),
        (r#", "expires_in": 18446744073709551615"#, None),
        (r#", "error": null"#, None),
    ] {
        let token = read(200, &format!("{{\"access_token\": \"a\"{fields}}}"));
        let token = token.unwrap_or_else(|error| panic!("{fields}: {error}"));
        assert!(token.refresh_token().is_none(), "{fields}");
        let expires = expires.map(|seconds| NOW + Duration::from_secs(seconds));
        assert_eq!(token.expires_at(), expires, "{fields}");
    }
}

#[test]
fn error_codes_are_read_from_either_form() {
    for (status, body, word) in [
        (400, r#"{"error": "invalid_grant"}"#, "invalid_grant"),
        (
            401,
            r#"{"error": {"type": "invalid_client", "message": "m", "code": 7}}"#,
            "invalid_client",
        ),
        (
            200,
            r#"{"error": "invalid_grant", "access_token": "a"}"#,
            "invalid_grant",
        ),
        (400, r#"{"error": {"message": "m"}}"#, "unspecified error"),
        (400, r#"{"error": ["invalid_grant"]}"#, "unspecified error"),
        (400, r#"{"error": 17}"#, "17"),
        (400, r#"{"error": "two words"}"#, "unspecified error"),
    ] {
        match read(status, body) {
            Err(LoginError::Rejected { error, .. }) => assert_eq!(error.as_str(), word, "{body}"),
            other => panic!("{body}: {other:?}"),
        }
    }
}

#[test]
fn the_description_of_an_error_is_kept() {
    let long = format!(
        r#"{{"error": "e", "error_description": "{}"}}"#,
        "é".repeat(500)
    );
    let cut = "é".repeat(128);
    for (body, detail) in [
        (
            r#"{"error": "invalid_grant", "error_description": " the code has\u001b[2m expired\n"}"#,
            Some("the code has\\u{1b}[2m expired"),
        ),
        (
            r#"{"error": {"type": "invalid_client", "message": "unknown application", "code": 7}}"#,
            Some("unknown application"),
        ),
        (r#"{"error": "two words"}"#, Some("two words")),
        (r#"{"error": "invalid_grant"}"#, None),
        (
            r#"{"error": "invalid_grant", "error_description": 5}"#,
            None,
        ),
        (
            r#"{"error": "invalid_grant", "error_description": ""}"#,
            None,
        ),
        (r#"{"error": {"type": "a", "message": ["b"]}}"#, None),
        (
            r#"{"error": "invalid_grant", "error_description": "CANARY+code-of-a-login is used"}"#,
            Some("[credential] is used"),
        ),
        // L2: a part of a secret, or a secret in another form, withholds the whole text.
        (
            r#"{"error": "a", "error_description": "not CANARY-client-s"}"#,
            None,
        ),
        (
            r#"{"error": {"message": "CANARY%2Bcode%2Dof-a-login"}}"#,
            None,
        ),
        (r#"{"error": "no canary-verifier-of-pkce"}"#, None),
        (&long, Some(&*cut)),
    ] {
        let error = read(400, body).unwrap_err();
        assert_eq!(error.detail(), detail, "{body}");
        assert!(
            !format!("{error} {error:?}").contains("CANARY"),
            "{error:?}"
        );
        let shown = detail.is_some_and(|detail| error.to_string().contains(detail));
        assert!(!shown, "{error}");
    }
}

#[test]
fn o12_a_response_without_a_token_is_refused_without_its_text() {
    let html = "<html>CANARY</html>";
    let long = format!("{{\"access_token\": \"{}\"}}", "C".repeat(LIMIT));
    let table = [
        (200, html, "is not JSON"),
        (200, "", "is not JSON"),
        (200, "[]", "is not JSON"),
        (200, r#""CANARY""#, "is not JSON"),
        (200, r#"{"access_token": 5}"#, "is not JSON"),
        (
            200,
            r#"{"access_token": "a", "access_token": "CANARY"}"#,
            "is not JSON",
        ),
        (200, "{}", "no \"access_token\""),
        (200, r#"{"access_token": null}"#, "no \"access_token\""),
        (200, r#"{"access_token": ""}"#, "not a valid header value"),
        (
            200,
            r#"{"access_token": "CAN\nARY"}"#,
            "not a valid header value",
        ),
        (
            200,
            r#"{"access_token": "CANARY", "token_type": "mac"}"#,
            "not a bearer",
        ),
        (200, &long, "too large"),
        (500, html, "500"),
        (302, "", "302"),
        (403, "{}", "403"),
    ];
    for (status, body, expected) in table {
        let error = read(status, body).unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(text.contains(expected), "{text}");
        assert!(!text.contains("CANARY") && !text.contains("CCC"), "{text}");
    }
}

#[test]
fn the_message_of_a_response_without_an_oauth2_error_is_kept_without_secrets() {
    for (status, body, detail) in [
        (500, r#"{"message": "back at noon"}"#, Some("back at noon")),
        (
            503,
            r#"{"title": "CANARY-client-secret is busy"}"#,
            Some("[credential] is busy"),
        ),
        (
            200,
            r#"{"message": "the account is locked"}"#,
            Some("the account is locked"),
        ),
        (
            200,
            r#"{"detail": "CANARY-verifier-of-pkce is wrong"}"#,
            Some("[credential] is wrong"),
        ),
        (200, r#"{"message": "not CANARY-client-s"}"#, None),
        (500, "<html>CANARY</html>", None),
    ] {
        let error = read(status, body).unwrap_err();
        let is_expected = match &error {
            LoginError::UnexpectedStatus { .. } => status != 200,
            LoginError::UnexpectedResponse { .. } => status == 200,
            _ => false,
        };
        assert!(is_expected, "{body}: {error:?}");
        assert_eq!(error.detail(), detail, "{body}");
        assert!(!error.to_string().contains("CANARY"), "{error}");
    }
}
