//! Parses the values of `--filter`.

use braincube::Filter;
use braincube::model::filter::IntoFilter as _;
use serde_json::value::RawValue;

use crate::exit::{Failure, chain};

/// The length to which a filter is cut in an error message, in characters.
const MAX_SHOWN: usize = 64;

/// Parses a filter as text or JSON, or a JSON array of filters. In text, `d2000034` is a variable of memory base `base`.
pub(super) fn parse(text: &str, base: u64) -> Result<Vec<Filter>, Failure> {
    let wrong = |error: String| {
        let excerpt: String = text.chars().take(MAX_SHOWN).collect();
        Failure::Usage(format!("--filter {excerpt:?}: {error}"))
    };
    if text.trim_start().starts_with('[') {
        let filters: Vec<&RawValue> =
            serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        let parse = |(filter, index): (&&RawValue, usize)| {
            let parsed = Filter::from_json(filter.get());
            parsed.map_err(|error| wrong(format!("[{index}]: {error}")))
        };
        return filters.iter().zip(0..).map(parse).collect();
    }
    let filter = text.into_filter_in(base);
    Ok(vec![filter.map_err(|error| wrong(chain(&error)))?])
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn texts(text: &str) -> Vec<String> {
        let filters = parse(text, 20).unwrap();
        filters.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_argument_is_one_filter_or_an_array_of_filters() {
        assert_eq!(texts("d3 < 1"), ["mb20/d3 < 1"]);
        assert_eq!(texts(r#" {"LESS":["mb20/d3",1]}"#), ["mb20/d3 < 1"]);
        let two = r#" [ {"LESS":["mb20/d3",1]},
            {"GREAT":["mb20/d4",2.0]} ]"#;
        assert_eq!(texts(two), ["mb20/d3 < 1", "mb20/d4 > 2.0"]);
        assert_eq!(texts("[]"), [""; 0]);
    }

    #[test]
    fn an_error_in_text_names_the_column() {
        for (text, expected) in [
            ("d3 >= ten", "column 7: expected a number"),
            (r#"{"AND":[]}"#, "column 1: expected at least one filter"),
            ("", "column 1: "),
        ] {
            let error = format!("{:?}", parse(text, 20).unwrap_err());
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn an_error_in_an_array_names_the_index() {
        for (text, expected) in [
            (r#"[{"LESS":["mb20/d3",1]},{"LESS":[1]}]"#, "[1]: "),
            (r#"["d3 < 1"]"#, "[0]: "),
            ("[{", "EOF"),
        ] {
            let error = format!("{:?}", parse(text, 20).unwrap_err());
            assert!(error.contains(expected), "{error}");
        }
    }
}
