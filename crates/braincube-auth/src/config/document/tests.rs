use super::*;

fn parse(text: &str) -> Result<Document, ConfigError> {
    let (document, read) = Document::parse(text, Path::new("config.json"));
    read.map(|()| document)
}

fn error(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn c2_the_samples_of_the_python_package_are_parsed() {
    let personal = r#"{"api_key":"<my_personal_access_token>", "domain":"mybraincube.com"}"#;
    let oauth2 = r#"{
    "client_id": "app id",
    "client_secret": "app key",
    "domain": "mybraincube.com",
    "verify": true,
    "oauth2_token": "token value"
}"#;
    let template =
        r#"{"client_secret": "", "client_id": "", "domain": "mybraincube.com", "verify": true}"#;

    let personal = parse(personal).unwrap();
    assert!(personal.flat.has(Key::PersonalAccessToken) && !personal.flat.has(Key::Oauth2Token));
    let oauth2 = parse(oauth2).unwrap();
    assert!(oauth2.flat.has(Key::Oauth2Token) && oauth2.flat.has(Key::ClientSecret));
    let template = parse(template).unwrap();
    assert!(!template.flat.has(Key::ClientSecret) && !template.flat.has(Key::ClientId));
    for document in [personal, oauth2, template] {
        let domain = document.flat.get(Key::Domain).unwrap();
        assert_eq!(domain.value.to_string(), "mybraincube.com");
        assert!(document.unknown.is_empty());
    }
}

#[test]
fn c4_c9_t5_an_invalid_value_is_an_error_with_line_and_key() {
    let table = [
        (
            "[1, 2]",
            r#"config.json, line 1: expected an object in braces"#,
        ),
        (
            r#""canary""#,
            r#"config.json, line 1: expected an object in braces"#,
        ),
        (
            "{\n\"api_key\": 5\n}",
            r#"config.json, line 2: "api_key" must be a text, but is a number"#,
        ),
        (
            r#"{"api_key": 1.5}"#,
            r#"config.json, line 1: "api_key" must be a text, but is a number"#,
        ),
        (
            r#"{"api_key": -1}"#,
            r#"config.json, line 1: "api_key" must be a text, but is a number"#,
        ),
        (
            r#"{"api_key": ["canary"]}"#,
            r#"config.json, line 1: "api_key" must be a text, but is a list"#,
        ),
        (
            r#"{"domain": []}"#,
            r#"config.json, line 1: "domain" must be a text, but is a list"#,
        ),
        (
            r#"{"domain": {"canary": 1}}"#,
            r#"config.json, line 1: "domain" must be a text, but is an object"#,
        ),
        (
            r#"{"domain": true}"#,
            r#"config.json, line 1: "domain" must be a text, but is true or false"#,
        ),
        (
            r#"{"verify": "canary"}"#,
            r#"config.json, line 1: "verify" must be true, false or the path of a CA bundle such as ./ca.pem, but is a text"#,
        ),
        (
            r#"{"verify": 0}"#,
            r#"config.json, line 1: "verify" must be true, false or the path of a CA bundle such as ./ca.pem, but is a number"#,
        ),
        (
            r#"{"verify": "false"}"#,
            r#"config.json, line 1: "verify" must be true, false or the path of a CA bundle such as ./ca.pem, but is a text"#,
        ),
        (
            r#"{"verify": "canary/with.a+slash"}"#,
            r#"config.json, line 1: "verify" must be true, false or the path of a CA bundle such as ./ca.pem, but is a text"#,
        ),
        (
            r#"{"allow_http": "/ca.pem"}"#,
            r#"config.json, line 1: "allow_http" must be true or false, but is a text"#,
        ),
        (
            "{\n\"api_key\": \" \"}",
            r#"config.json, line 2: "api_key" is empty; remove it if there is no value"#,
        ),
        (
            r#"{"profiles": {"a": null}}"#,
            r#"config.json, line 1: expected an object in braces"#,
        ),
        (
            "null",
            r#"config.json, line 1: expected an object in braces"#,
        ),
        (
            r#"{"profile": 1}"#,
            r#"config.json, line 1: "profile" must be a text, but is a number"#,
        ),
        (
            r#"{"profiles": "canary"}"#,
            r#"config.json, line 1: expected an object in braces"#,
        ),
        (
            "{\"profiles\":\n{\"a\": \"canary\"}}",
            r#"config.json, line 2: expected an object in braces"#,
        ),
        (
            "{\"profiles\": {\"a\":\n {\"api_key\": \"canary\\n2\"}}}",
            "config.json, line 2: \"api_key\" contains a line break, a control character or a \
             non-ASCII character, which a header cannot contain",
        ),
    ];
    for (text, expected) in table {
        assert_eq!(error(text), expected, "{text}");
    }
}

#[test]
fn c20_null_and_an_empty_text_count_as_not_set() {
    for value in ["null", "\"\""] {
        for &key in Key::ALL {
            let text = format!("{{\"{}\": {value}}}", key.name());
            let document = parse(&text).unwrap();
            assert!(document.flat.0.is_empty(), "{text}");
            assert!(document.unknown.is_empty(), "{text}");
        }
        let text =
            format!("{{\"profile\": {value}, \"profiles\": {{\"a\": {{\"domain\": {value}}}}}}}");
        let document = parse(&text).unwrap();
        assert!(document.profile.is_none(), "{text}");
        assert!(document.profiles["a"].0.is_empty(), "{text}");
    }
    assert!(parse(r#"{"profiles": null}"#).unwrap().profiles.is_empty());
}

#[test]
fn c22_the_unknown_keys_before_an_error_are_returned() {
    let text = r#"{"domian": "a.example", "api_key": 5, "verfy": true}"#;
    let (document, read) = Document::parse(text, Path::new("config.json"));
    assert!(read.is_err());
    assert_eq!(document.unknown, ["domian"]);
}

#[test]
fn c11_a_duplicate_key_is_an_error() {
    let table = [
        (
            "{\"api_key\": \"a\",\n \"api_key\": \"b\"}",
            "line 2: duplicate key \"api_key\"",
        ),
        ("{\"x\": 1, \"x\": 1}", "line 1: duplicate key \"x\""),
        ("{\"x\": 1, \"\\u0078\": 1}", "line 1: duplicate key \"x\""),
        (
            "{\"profiles\": {\"a\": {},\n\"a\": {}}}",
            "line 2: duplicate key \"a\"",
        ),
        (
            "{\"profiles\": {\"a\": {\"verify\": true, \"verify\": true}}}",
            "line 1: duplicate key \"verify\"",
        ),
    ];
    for (text, expected) in table {
        assert_eq!(error(text), format!("config.json, {expected}"), "{text}");
    }
}

#[test]
fn c12_unknown_keys_are_collected() {
    let document = parse(
        r#"{"api_keyy": "x", "timeouts": {"api_key": 1}, "profiles": {"a": {"profile": "b"}}}"#,
    );
    assert_eq!(
        document.unwrap().unknown,
        ["api_keyy", "timeouts", "profile"]
    );
}

#[test]
fn c17_a_syntax_error_has_line_and_column_and_no_content() {
    let table = [
        ("", "line 1, column 0"),
        ("{\n  \"api_key\": \"canary\n\"}", "line 3, column 0"),
        ("{\n  \"api_key\": canary}", "line 2, column 14"),
        ("{'api_key': 'canary'}", "line 1, column 2"),
        ("{\"api_key\": \"canary\",}", "line 1, column 22"),
        ("{\"api_key\": \"canary\"} {}", "line 1, column 23"),
        ("{\"api_key\": \"\\ud800\"}", "line 1, column 20"),
        ("{\"x\": 1, \"canary\"}", "line 1, column 18"),
    ];
    for (text, expected) in table {
        let error = parse(text).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("config.json, {expected}: not valid JSON"),
            "{text}"
        );
        assert!(std::error::Error::source(&error).is_none());
        assert!(!format!("{error:?}").contains("canary"));
    }
}

#[test]
fn c17_a_truncated_file_is_an_error() {
    let whole = r#"{"domain": "a.example", "profiles": {"é": {"api_key": "canary", "x": [{}]}}}"#;
    assert!(parse(whole).is_ok());
    for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
        let error = parse(&whole[..end]).unwrap_err();
        assert!(
            matches!(error, ConfigError::Syntax { .. }),
            "{end}: {error}"
        );
    }
}

#[test]
fn the_depth_is_limited() {
    let deep = format!("{{\"x\": {}", "[".repeat(60_000));
    assert!(matches!(parse(&deep), Err(ConfigError::Syntax { .. })));
}
