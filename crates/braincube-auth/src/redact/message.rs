//! Finds the error message in a JSON response.

use serde_json::Value;

use crate::json;

/// Where services put their message in a JSON body, best first.
const PLACES: [&str; 6] = [
    "/error/message",
    "/error_description",
    "/message",
    "/error",
    "/errors/0/message",
    "/detail",
];

/// The message in a JSON body; no body of another kind has one.
pub(super) fn find(body: &[u8]) -> Option<String> {
    let body: Value = json::read(body).ok()?;
    let texts = PLACES
        .iter()
        .filter_map(|place| body.pointer(place)?.as_str());
    let text = texts.map(str::trim).find(|text| !text.is_empty());
    text.map(str::to_owned)
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
