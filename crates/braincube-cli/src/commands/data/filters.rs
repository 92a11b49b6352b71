//! What `--filter` takes: a filter as text or as JSON, or an array of filters.

use braincube::Filter;
use braincube::model::filter::IntoFilter as _;
use serde_json::value::RawValue;

use crate::failure::{Failure, chain};

/// The filters of one argument. A bare `d2000034` in a text is a variable of this memory base.
pub(super) fn read(text: &str, base: u64) -> Result<Vec<Filter>, Failure> {
    let wrong = |error: String| {
        let excerpt: String = text.chars().take(64).collect();
        Failure::Usage(format!("--filter {excerpt:?}: {error}"))
    };
    if text.trim_start().starts_with('[') {
        let filters: Vec<&RawValue> =
            serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        return filters
            .iter()
            .zip(0..)
            .map(|(filter, place)| {
                let read = Filter::from_json(filter.get());
                read.map_err(|error| wrong(format!("[{place}]: {error}")))
            })
            .collect();
    }
    let filter = text.into_filter_in(base);
    Ok(vec![filter.map_err(|error| wrong(chain(&error)))?])
}

#[cfg(test)]
mod tests {
    use super::read;

    fn texts(text: &str) -> Vec<String> {
        let filters = read(text, 20).unwrap();
        filters.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_argument_is_one_filter_or_an_array_of_them() {
        assert_eq!(texts("d3 < 1"), ["mb20/d3 < 1"]);
        assert_eq!(texts(r#" {"LESS":["mb20/d3",1]}"#), ["mb20/d3 < 1"]);
        let two = r#" [ {"LESS":["mb20/d3",1]},
            {"GREAT":["mb20/d4",2.0]} ]"#;
        assert_eq!(texts(two), ["mb20/d3 < 1", "mb20/d4 > 2.0"]);
        assert_eq!(texts("[]"), [""; 0]);
    }

    #[test]
    fn what_is_wrong_in_a_text_is_told_by_its_column() {
        for (text, expected) in [
            ("d3 >= ten", "column 7: expected a number"),
            (r#"{"AND":[]}"#, "column 1: AND takes"),
            ("", "column 1: "),
        ] {
            let told = format!("{:?}", read(text, 20).unwrap_err());
            assert!(told.contains(expected), "{told}");
        }
    }

    #[test]
    fn what_is_wrong_in_an_array_is_told_by_its_place() {
        for (text, expected) in [
            (r#"[{"LESS":["mb20/d3",1]},{"LESS":[1]}]"#, "[1]: "),
            (r#"["d3 < 1"]"#, "[0]: "),
            ("[{", "EOF"),
        ] {
            let told = format!("{:?}", read(text, 20).unwrap_err());
            assert!(told.contains(expected), "{told}");
        }
    }
}
