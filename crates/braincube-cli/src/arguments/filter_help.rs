//! What `braincube data --help` says of filters and dates.

/// The grammar in examples; whole, it stands at [`braincube::Filter::parse`].
pub(super) const FILTER_HELP: &str = include_str!("filter_help.txt");

/// The forms of a date, as [`braincube::TimePoint`] documents them.
pub(super) const FROM_HELP: &str = include_str!("from_help.txt");

#[cfg(test)]
mod tests {
    use braincube::{Filter, TimePoint};

    use super::{FILTER_HELP, FROM_HELP};

    #[test]
    fn i16_every_example_of_a_date_is_read() {
        let examples = FROM_HELP
            .lines()
            .filter_map(|line| line.strip_prefix("    "));
        let examples: Vec<_> = examples
            .filter_map(|line| line.split("   ").next())
            .filter(|example| !example.is_empty())
            .collect();
        assert_eq!(examples.len(), 8, "{examples:?}");
        for example in examples {
            let point: Result<TimePoint, _> = example.parse();
            point.unwrap_or_else(|error| panic!("{error}"));
        }
    }

    #[test]
    fn every_example_of_the_help_is_a_filter() {
        let examples: Vec<_> = FILTER_HELP
            .lines()
            .filter_map(|line| line.strip_prefix("    "))
            .map(|line| line.split("   ").next().unwrap())
            .filter(|example| !example.is_empty())
            .collect();
        assert_eq!(examples.len(), 9, "{examples:?}");
        for example in examples {
            Filter::parse_in(example, 20).unwrap_or_else(|error| panic!("{example}: {error}"));
        }
        let json = FILTER_HELP.split("such as ").last().unwrap();
        let json = &json[..=json.find('}').unwrap()];
        assert_eq!(Filter::from_json(json).unwrap().to_json(), json);
    }
}
