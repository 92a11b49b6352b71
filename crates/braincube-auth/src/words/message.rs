//! Where services put what they have to say of a failure.

use serde_json::{Map, Value};

use crate::json;

/// The keys under which services put their message, best first; the case of their letters does not matter.
const KEYS: [&str; 6] = [
    "error_description",
    "message",
    "error",
    "errors",
    "detail",
    "title",
];

/// The message in a JSON body; no body of another kind than an object has one.
pub(super) fn find(body: &[u8]) -> Option<String> {
    let body: Map<String, Value> = json::read(body).ok()?;
    // An error that is an object says more than a word beside it.
    let error = value(&body, "error").filter(|error| !error.is_string());
    error.and_then(text).or_else(|| in_object(&body))
}

fn value<'v>(object: &'v Map<String, Value>, key: &str) -> Option<&'v Value> {
    let mut fields = object.iter();
    let field = fields.find(|(name, _)| name.eq_ignore_ascii_case(key))?;
    Some(field.1)
}

fn in_object(object: &Map<String, Value>) -> Option<String> {
    KEYS.iter().find_map(|key| match value(object, key)? {
        // Messages by the name of a field.
        Value::Object(fields) if *key == "errors" => joined(fields.values()),
        value => text(value),
    })
}

/// A text, the message of an object, or those of a list.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Array(values) => joined(values.iter()),
        Value::Object(object) => in_object(object),
        _ => None,
    }
}

fn joined<'v>(values: impl Iterator<Item = &'v Value>) -> Option<String> {
    let texts: Vec<String> = values.filter_map(text).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::find;

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
            assert_eq!(find(body.as_bytes()).as_deref(), expected, "{body}");
        }
    }
}
