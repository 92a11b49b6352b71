use super::{ResponseError, list, memory_base_info, one, user_me};
use crate::{Entity, Event, Job, MemoryBase, Metadata, Rule, Variable};

#[test]
fn j1_a_truncated_body_is_an_error() {
    let body = br#"{"items":[{"bcId":1,"name":"a\"\u00e9"},{"bcId":"2","size":[1,2.5e3]}]}"#;
    list::<Rule>(body).unwrap();
    for end in 1..body.len() {
        let error = list::<Rule>(&body[..end]).unwrap_err();
        assert!(
            matches!(error, ResponseError::Truncated { .. }),
            "{end}: {error}"
        );
    }
}

#[test]
fn j2_j22_a_body_that_is_not_json_is_an_error_with_a_position() {
    for (body, message) in [
        (
            &b"{\"items\":\xff}"[..],
            "the response is not UTF-8 at byte 9",
        ),
        (
            b"{\"items\":[]} x",
            "the response is not JSON at line 1, column 14",
        ),
        (
            b"{\"items\":[]}{}",
            "the response is not JSON at line 1, column 13",
        ),
        (
            b"<html>hunter2",
            "the response is not JSON at line 1, column 1",
        ),
        (
            b"{\"items\":[+1]}",
            "the response is not JSON at line 1, column 11",
        ),
    ] {
        assert_eq!(list::<Rule>(body).unwrap_err().to_string(), message);
    }
    let with_mark = b"\xEF\xBB\xBF{\"items\":[]}";
    assert!(list::<Rule>(with_mark).unwrap().is_empty());
}

#[test]
fn j3_a_lone_surrogate_is_an_error_of_its_item_and_nul_is_accepted() {
    let body = br#"{"items":[{"bcId":1,"name":"\ud800"},{"bcId":2,"name":"a\u0000b"}]}"#;
    let page = list::<Rule>(body).unwrap();
    let error = page.items[0].as_ref().unwrap_err().to_string();
    assert_eq!(
        error,
        "items[0].name, line 1, column 28: not a valid JSON string"
    );
    assert_eq!(page.items[1].as_ref().unwrap().name(), Some("a\0b"));
}

#[test]
fn j4_a_repeated_key_is_an_error_of_its_item() {
    let body = br#"{"items":[{"bcId":1,"bcId":2},{"bcId":3,"x":1,"x":2}]}"#;
    let page = list::<Rule>(body).unwrap();
    let error = page.items[0].as_ref().unwrap_err().to_string();
    assert!(
        error.contains("items[0].bcId") && error.contains("twice"),
        "{error}"
    );
    page.items[1].as_ref().unwrap();
}

#[test]
fn j4_a_repeated_list_is_an_error_and_its_key_may_be_escaped() {
    let twice = list::<Rule>(br#"{"items":[{"bcId":1}],"items":[]}"#).unwrap_err();
    let ResponseError::Structure(place) = twice else {
        panic!("{twice}");
    };
    assert_eq!(
        place.to_string(),
        "items, line 1, column 31: the key occurs twice"
    );
    let escaped = br#" {"a":{"items":7},"it\u0065ms":[{"bcId":1}],"b":[1,[2]]} "#;
    assert_eq!(list::<Rule>(escaped).unwrap().received(), 1);
}

#[test]
fn j5_deep_json_does_not_exhaust_the_stack() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let body = format!(r#"{{"items":[{{"bcId":1,"deep":{deep}}},{deep}]}}"#);
    let page = list::<Rule>(body.as_bytes()).unwrap();
    assert_eq!(
        page.items[0].as_ref().unwrap().metadata().get("deep"),
        Some(&*deep)
    );
    page.items[1].as_ref().unwrap_err();
    list::<Rule>("[".repeat(1_000_000).as_bytes()).unwrap_err();
}

#[test]
fn j20_errors_of_items_contain_the_position_but_no_content() {
    for (item, message) in [
        (
            "5",
            "items[0], line 2, column 1: expected an object, found a number",
        ),
        (
            "{}",
            "items[0].bcId, line 2, column 1: the value is missing",
        ),
        (
            r#"{"bcId":null}"#,
            "items[0].bcId, line 2, column 1: the value is missing",
        ),
        (
            r#"{"bcId":true}"#,
            "items[0].bcId, line 2, column 9: expected a bcId, a number or a text that is not \
             empty, found a boolean",
        ),
        (
            r#"{"bcId":1,"name":["hunter2"]}"#,
            "items[0].name, line 2, column 18: expected a text, found a list",
        ),
        (
            r#"{"bcId":1,"conditions":{}}"#,
            "items[0].conditions, line 2, column 24: expected a list, found an object",
        ),
        (
            r#"{"bcId":1,"modelEntries":[{},{"conditions":[{"variable":{"bcId":"hunter\n2"}}]}]}"#,
            "items[0].modelEntries[1].conditions[0].variable.bcId, line 2, column 65: expected a \
             bcId, a number or a text that is not empty, found a text",
        ),
        (
            r#"{"bcId":1,"events":{"positiveEvents":[{"bcId":1},7]}}"#,
            "items[0].events.positiveEvents[1], line 2, column 50: expected an object, found a \
             number",
        ),
        (
            r#"{"bcId":1,"conditions":[{"positive":"yes"}]}"#,
            "items[0].conditions[0].positive, line 2, column 37: expected true or false, found a \
             text",
        ),
        (
            r#"{"bcId":1,"conditions":[{"minimum":1e999}]}"#,
            "items[0].conditions[0].minimum, line 2, column 36: expected a number that a float \
             can hold, found a number",
        ),
    ] {
        let body = format!("{{\"items\":[\n{item},\n{{\"bcId\":2}}]}}");
        let page = list::<Job>(body.as_bytes()).unwrap();
        assert_eq!(page.items[0].as_ref().unwrap_err().to_string(), message);
        assert_eq!(page.items[1].as_ref().unwrap().bcid().as_str(), "2");
    }
}

#[test]
fn p8_a_response_without_a_list_is_an_error() {
    for body in [
        "{}",
        r#"{"items":null}"#,
        r#"{"items":{}}"#,
        "[]",
        "5",
        "null",
        r#"{"error":"hunter2"}"#,
        r#"{"items":[],"accessList":[],"error":"hunter2"}"#,
        r#"{"items":[{"bcId":1}],"accessList":[],"errors":[{"message":"hunter2"}]}"#,
    ] {
        let error = list::<Rule>(body.as_bytes()).expect_err(body);
        let ResponseError::Structure(item) = &error else {
            panic!("{error}");
        };
        assert!(!item.to_string().contains("hunter2"));
        user_me(body.as_bytes()).expect_err(body);
    }
}

#[test]
fn h23_an_empty_body_is_an_empty_page_but_not_an_entity() {
    for body in ["", " \r\n"] {
        assert!(list::<Rule>(body.as_bytes()).unwrap().is_empty());
        assert_eq!(one::<Rule>(body.as_bytes()), Err(ResponseError::Empty));
        assert_eq!(memory_base_info(body.as_bytes()), Err(ResponseError::Empty));
    }
}

#[test]
fn the_order_variable_is_the_reference_else_the_order() {
    for (body, order) in [
        (
            r#"{"reference":"mb20/d1","order":"mb20/d2"}"#,
            Some("mb20/d1"),
        ),
        (r#"{"order":"mb20/d2"}"#, Some("mb20/d2")),
        (r#"{"reference":null,"order":"mb20/d2"}"#, Some("mb20/d2")),
        (r#"{"reference":"","order":"mb20/d2"}"#, Some("mb20/d2")),
        (r#"{"name":"mb20"}"#, None),
        (r#"{"reference":"mb20","order":"mb20/d2"}"#, None),
        (r#"{"reference":"first"}"#, None),
    ] {
        let info = memory_base_info(body.as_bytes()).unwrap();
        let found = info.order_variable().map(|id| id.to_string()).ok();
        assert_eq!(found.as_deref(), order, "{body}");
    }
    for other in ["{}", r#"{"error":"busy"}"#, r#"{"name":null}"#] {
        let error = memory_base_info(other.as_bytes()).unwrap_err();
        assert!(
            matches!(error, ResponseError::Structure(_)),
            "{other}: {error}"
        );
    }
    let info = memory_base_info(br#"{"name":"mb20","referenceDate":"mb20/d1"}"#).unwrap();
    assert_eq!(
        info.order_variable().unwrap_err().to_string(),
        "memory base mb20 has neither a \"reference\" nor an \"order\" variable, so its data \
         cannot be ordered"
    );
}

#[test]
fn j19_metadata_is_unchanged_byte_for_byte() {
    let json = r#"{ "bcId": 1e30,  "n":123456789012345678901, "f": 0.10, "t": "\u00e9", "o": {"a":null} }"#;
    let base: MemoryBase = one(json.as_bytes()).unwrap();
    assert_eq!(base.metadata().as_str(), json);
    assert_eq!(serde_json::to_string(&base).unwrap(), json);
    assert_eq!(serde_json::from_str::<MemoryBase>(json).unwrap(), base);
    assert_eq!(base.bcid().as_str(), "1e30");
    base.long_id().unwrap_err();
    assert_eq!(base.metadata().get("t"), Some(r#""\u00e9""#));
    assert_eq!(base.metadata().get("nothing"), None);
    assert_eq!(
        base.metadata().read::<String>("t").unwrap().as_deref(),
        Some("é")
    );
    let tree: serde_json::Value = base.metadata().to().unwrap();
    assert_eq!(tree["o"]["a"], serde_json::Value::Null);
    let whole: &Metadata = base.metadata();
    assert_eq!(format!("{whole:?}"), json);
}

#[test]
fn entities_and_errors_are_send_and_sync() {
    fn check<T: Clone + Send + Sync + std::fmt::Debug + 'static>() {}
    check::<MemoryBase>();
    check::<Variable>();
    check::<Event>();
    check::<Job>();
    check::<ResponseError>();
}

#[test]
fn j25_a_list_with_bare_words_is_parsed_and_its_errors_have_positions() {
    let body = br#"{"items":[{"bcId":1,"gain":NaN,"note":"NaN"},
 {"gain":-Infinity,"bcId":[]}]}"#;
    let mut items = list::<Rule>(body).unwrap().items.into_iter();
    let rule = items.next().unwrap().unwrap();
    assert_eq!(rule.metadata().get("gain"), Some(r#""NaN""#));
    let error = items.next().unwrap().unwrap_err().to_string();
    assert!(error.contains("line 2"), "{error}");
    // A truncated body with bare words is still recognized as truncated.
    let cut = list::<Rule>(br#"{"items":[{"bcId":1,"gain":NaN},"#).unwrap_err();
    assert!(matches!(cut, ResponseError::Truncated { .. }), "{cut}");
}
