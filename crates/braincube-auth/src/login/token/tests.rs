use std::time::UNIX_EPOCH;

use http::StatusCode;

use super::*;

const NOW: SystemTime = UNIX_EPOCH;

fn answer(status: u16, body: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::copy_from_slice(body.as_bytes()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}

fn read(status: u16, body: &str) -> Result<StoredToken, LoginError> {
    let form = "grant_type=authorization_code&code=CANARY%2Bcode-of-a-login&client_id=an-id\
                &client_secret=CANARY-client-secret&code_verifier=CANARY-verifier-of-pkce";
    read_token(&answer(status, body), form.as_bytes(), NOW)
}

#[test]
fn a_token_with_what_comes_beside_it() {
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
fn j2_a_byte_order_mark_stands_in_front_of_a_token_and_of_a_refusal() {
    let token = read(200, "\u{feff}{\"access_token\": \"an-access-token\"}").unwrap();
    assert!(secret::is(token.access_token(), "an-access-token"));
    let error = read(400, "\u{feff}{\"error\": \"invalid_grant\"}").unwrap_err();
    assert!(error.to_string().contains("invalid_grant"), "{error}");
}

#[test]
fn what_is_not_promised_may_be_missing_or_strange() {
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
fn refusals_give_their_word_in_either_form() {
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
        (
            400,
            r#"{"error": {"message": "m"}}"#,
            "with words of its own",
        ),
        (
            400,
            r#"{"error": ["invalid_grant"]}"#,
            "with words of its own",
        ),
        (400, r#"{"error": 17}"#, "17"),
        (400, r#"{"error": "two words"}"#, "with words of its own"),
    ] {
        match read(status, body) {
            Err(LoginError::Refused { error, .. }) => assert_eq!(error.as_str(), word, "{body}"),
            other => panic!("{body}: {other:?}"),
        }
    }
}

#[test]
fn a_refusal_says_why_in_the_words_of_the_service() {
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
        // L2: a piece of a secret, or a secret in another form, withholds all of it.
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
        (200, html, "is no JSON"),
        (200, "", "is no JSON"),
        (200, "[]", "is no JSON"),
        (200, r#""CANARY""#, "is no JSON"),
        (200, r#"{"access_token": 5}"#, "is no JSON"),
        (
            200,
            r#"{"access_token": "a", "access_token": "CANARY"}"#,
            "is no JSON",
        ),
        (200, "{}", "no \"access_token\""),
        (200, r#"{"access_token": null}"#, "no \"access_token\""),
        (200, r#"{"access_token": ""}"#, "no header can carry"),
        (
            200,
            r#"{"access_token": "CAN\nARY"}"#,
            "no header can carry",
        ),
        (
            200,
            r#"{"access_token": "CANARY", "token_type": "mac"}"#,
            "no bearer",
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
