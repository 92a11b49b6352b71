use super::{BcId, LongId};

#[test]
fn j17_j18_ids_serialize_unchanged() {
    for json in [
        "0",
        "10",
        r#""10""#,
        "-1",
        "1e30",
        "1E+30",
        "18446744073709551616",
        "123456789012345678901234567890",
        "5.0",
        r#""007""#,
        r#""été \"x\"""#,
    ] {
        let id: BcId = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), json);
    }
}

#[test]
fn j17_only_a_u64_is_a_number() {
    for (json, number) in [
        ("0", Some(0)),
        (r#""2000034""#, Some(2_000_034)),
        ("18446744073709551615", Some(u64::MAX)),
        ("18446744073709551616", None),
        ("1e30", None),
        ("5.0", None),
        ("-1", None),
        (r#""007""#, None),
        (r#""+7""#, None),
        (r#""٣""#, None),
    ] {
        let id: BcId = serde_json::from_str(json).unwrap();
        assert_eq!(id.number().ok(), number, "{json}");
    }
}

#[test]
fn j18_a_number_and_its_text_are_the_same_id() {
    let number = BcId::from(10);
    let text: BcId = "10".parse().unwrap();
    assert_eq!(number, text);
    let set = std::collections::HashSet::from([number, text]);
    assert_eq!(set.len(), 1);
}

#[test]
fn i3_invalid_ids_are_errors() {
    for json in ["null", "true", "[1]", "{}", r#""""#, r#""a\nb""#] {
        serde_json::from_str::<BcId>(json).expect_err(json);
    }
    let error = "".parse::<BcId>().unwrap_err().to_string();
    assert!(error.starts_with(r#""" is not a bcId"#), "{error}");
    let error = "abc".parse::<BcId>().unwrap().number().unwrap_err();
    assert!(error.to_string().contains(r#""abc""#), "{error}");
}

#[test]
fn an_id_deserializes_from_a_json_value() {
    let tree = serde_json::json!({"bcId": 10});
    let id: BcId = serde_json::from_value(tree["bcId"].clone()).unwrap();
    assert_eq!(format!("{id:?}"), "BcId(10)");
}

#[test]
fn j12_invalid_long_ids_are_errors() {
    for text in [
        "",
        "x",
        "mb",
        "mb1/dabc",
        "mb1/d",
        "mb1/d2/d3",
        "mb1/2",
        "mb-1",
        "mb+1",
        "mb01",
        "mb1/d02",
        "MB1",
        " mb1",
        "mb1 ",
        "mb99999999999999999999",
        "mb٣",
    ] {
        let error = text.parse::<LongId>().expect_err(text);
        assert!(error.to_string().contains(&format!("{text:?}")), "{error}");
    }
}

#[test]
fn a_parsed_long_id_is_displayed_unchanged() {
    for text in [
        "mb0",
        "mb20",
        "mb20/d0",
        "mb20/d2000034",
        "mb18446744073709551615/d1",
    ] {
        assert_eq!(text.parse::<LongId>().unwrap().to_string(), text);
    }
}
