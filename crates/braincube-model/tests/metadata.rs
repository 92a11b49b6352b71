//! Entities keep their JSON unchanged.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use braincube_model::{
    Braincube, DataGroup, Entity, Event, Job, MemoryBase, Rule, Variable, response, serde_json,
};
use proptest::prelude::*;

/// Parses `json` as one entity and as an item of a list, and compares the results with it.
fn kept<T>(json: &str)
where
    T: Entity + serde::Serialize + serde::de::DeserializeOwned,
{
    let check = |entity: &T| {
        assert_eq!(entity.metadata().as_str(), json);
        assert_eq!(serde_json::to_string(entity).unwrap(), json);
        assert_eq!(serde_json::to_string(entity.metadata()).unwrap(), json);
    };
    check(&response::one(format!(" \n{json}\t").as_bytes()).unwrap());
    check(&serde_json::from_str(json).unwrap());
    let page = format!("{{\"total\": 2, \"items\": [ {json} ,{json}]}}");
    let page = response::list::<T>(page.as_bytes()).unwrap();
    assert_eq!(page.received(), 2);
    page.items
        .iter()
        .for_each(|item| check(item.as_ref().unwrap()));
}

fn kept_by_all(json: &str) {
    kept::<DataGroup>(json);
    kept::<Event>(json);
    kept::<Job>(json);
    kept::<MemoryBase>(json);
    kept::<Rule>(json);
    kept::<Variable>(json);
    let product = format!("{{\"x\":1e400, \"product\":{{\"name\":\"demo\"}} , \"y\":{json}}}");
    let me = format!("{{\"accessList\":[{product}]}}");
    let page = response::user_me(me.as_bytes()).unwrap();
    let product_read: &Braincube = page.items[0].as_ref().unwrap();
    assert_eq!(product_read.metadata().as_str(), product);
}

#[test]
fn j19_unusual_fields_are_kept_byte_for_byte() {
    for field in [
        r#""f" : 0.10"#,
        r#""f":1E400"#,
        r#""f":-0"#,
        r#""f":-0.0e-00"#,
        r#""f":123456789012345678901234567890.10"#,
        r#""f":"\u00e9\/\ud83e\udd80 🦀""#,
        // Not a valid string, in a field that is not read.
        r#""f":"\ud800""#,
        r#""f":"\u0000""#,
        r#""":null"#,
        r#""a.b[0]\"\\":[ ]"#,
        r#""f":1,"f":{"f":2,"f":3}"#,
        "\"f\"\r\n:\t[ 1 ,\n2 ]",
        r#""f":[[[[{"bcId":{}}]]]]"#,
        "\"f\":\"\u{2028}\u{7f}\"",
        r#""BCID":[],"bcid":{},"Name":5"#,
    ] {
        for json in [
            format!(r#"{{"bcId":7,{field}}}"#),
            format!("{{{field} ,\n \"bcId\" : \"7\" }}"),
        ] {
            kept_by_all(&json);
        }
    }
    // Keys may contain escapes.
    let json = r#"{"b\u0063Id":7,"n\u0061me":"A"}"#;
    kept_by_all(json);
    let rule: Rule = response::one(json.as_bytes()).unwrap();
    assert_eq!((rule.bcid().as_str(), rule.name()), ("7", Some("A")));
    assert_eq!(rule.metadata().keys(), ["bcId", "name"]);
}

fn space() -> impl Strategy<Value = String> {
    "[ \\n\\t\\r]{0,2}"
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        r#""(\\u[0-9a-fA-F]{4}|\\[nrtbf/"\\]|[a-z])*""#,
    ]
}

/// Any JSON in any notation.
fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        prop::sample::select(vec!["null", "true", "false"]).prop_map(str::to_owned),
        "-?(0|[1-9][0-9]{0,30})([.][0-9]{1,30})?([eE][+-]?[0-9]{1,4})?",
        text(),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let list = prop::collection::vec((space(), inner.clone(), space()), 0..4);
        let keys = any::<String>().prop_map(|key| serde_json::to_string(&key).unwrap());
        let entry = (space(), keys, space(), inner, space());
        let object = prop::collection::vec(entry, 0..4);
        prop_oneof![
            list.prop_map(|items| {
                let items: Vec<_> = items
                    .iter()
                    .map(|(a, item, b)| format!("{a}{item}{b}"))
                    .collect();
                format!("[{}]", items.join(","))
            }),
            object.prop_map(|entries| {
                let entries: Vec<_> = entries
                    .iter()
                    .map(|(a, key, b, value, c)| format!("{a}{key}{b}:{c}{value}"))
                    .collect();
                format!("{{{}}}", entries.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn j19_unknown_fields_are_kept(
        fields in prop::collection::vec((space(), any_json(), space()), 0..4),
        id in "[1-9][0-9]{0,40}",
        before in 0..4_usize,
    ) {
        let mut entries: Vec<_> = fields
            .iter()
            .enumerate()
            .map(|(n, (a, value, b))| format!("{a}\"x{n}\"{b}:{a}{value}{b}"))
            .collect();
        entries.insert(before.min(entries.len()), format!("\"bcId\":{id}"));
        kept_by_all(&format!("{{{}}}", entries.join(",")));
    }
}
