use super::*;

const SECRET: &[u8] = b"canary/0123+456789=token";

#[test]
fn l2_any_encoding_of_a_part_of_the_secret_is_a_leak() {
    for text in [
        "no token begins with canary/0123+",
        "CANARY/0123+456789=TOKEN",
        "canary%2F0123%2B456789%3Dtoken",
        "%63%61%6E%61%72%79%2F%30%31%32%33%2B",
        "63616e6172792f303132332b34",
        "63616E6172792F303132332B34",
        // The secret alone, after `u:` and after `Bearer `.
        "Y2FuYXJ5LzAxMjMrNDU2Nzg5PXRva2Vu",
        "dTpjYW5hcnkvMDEyMys0NTY3ODk9dG9rZW4=",
        "QmVhcmVyIGNhbmFyeS8wMTIzKzQ1Njc4OT10b2tlbg==",
    ] {
        assert!(leaks_secret(text, SECRET), "{text}");
        assert!(leaks_secret(&format!("id={text};"), SECRET), "{text}");
    }
}

#[test]
fn ordinary_messages_are_not_leaks() {
    for text in [
        "",
        "token canary/0123 is unknown",
        "no such variable mb20/d2000034",
        "550e8400-e29b-41d4-a716-446655440000",
        "100%",
    ] {
        assert!(!leaks_secret(text, SECRET), "{text}");
        assert!(!leaks_secret(text, b""), "{text}");
        assert!(!leaks_secret(text, b"demo"), "{text}");
    }
}

#[test]
fn h6_the_message_is_found_where_services_put_it() {
    for (body, expected) in [
        (
            r#"{"error": {"message": "unknown variable mb20/d9", "code": 4}}"#,
            Some("unknown variable mb20/d9"),
        ),
        (
            r#"{"error": "invalid_grant", "error_description": "expired"}"#,
            Some("expired"),
        ),
        (
            r#"{"message": "no such memory base"}"#,
            Some("no such memory base"),
        ),
        (r#"{"error": "invalid_grant"}"#, Some("invalid_grant")),
        (r#"{"errors": [{"message": "first"}]}"#, Some("first")),
        (r#"{"detail": " padded "}"#, Some("padded")),
        (r#"{"Errors": ["first", "second"]}"#, Some("first; second")),
        (r#"{"Errors": [{"Message": "first"}, 5]}"#, Some("first")),
        (
            r#"{"title": "Bad", "errors": {"size": ["too large"], "id": ["unknown"]}}"#,
            Some("unknown; too large"),
        ),
        (r#"{"error": ["first"]}"#, Some("first")),
        (
            r#"{"message": "Bad Request", "error": {"message": "unknown filter"}}"#,
            Some("unknown filter"),
        ),
        (r#"{"errors": []}"#, None),
        (r#"{"items": [{"message": "of an item"}]}"#, None),
        (r#"[{"message": "of an item"}]"#, None),
        (r#""canary-session-token""#, None),
        (r#"{"error": 5}"#, None),
        (r#"{"message": ""}"#, None),
        (
            "\u{feff}{\"error\": \"behind a mark\"}",
            Some("behind a mark"),
        ),
        ("<html>error</html>", None),
        ("", None),
    ] {
        assert_eq!(find_message(body.as_bytes()).as_deref(), expected, "{body}");
    }
}
