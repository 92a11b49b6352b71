//! The literals of filters in the form of the variable's type, above all dates.

use std::cmp::Ordering;

use super::tree::{Node, Operator};
use super::{Filter, FilterError, Literal, Modalities, Number};
use crate::{DateTime, LongId, TimePoint, VariableType, WallClock};

impl Filter {
    /// Whether a literal is an instant if its variable is of type DATETIME: a date with an offset, or milliseconds since 1970.
    ///
    /// ```
    /// use braincube_model::Filter;
    ///
    /// assert!(Filter::parse("mb20/d1 >= 2023-10-28T21:00:00Z")?.has_instant());
    /// assert!(!Filter::parse("mb20/d1 >= 2023-10-28T21:00:00")?.has_instant());
    /// # Ok::<(), braincube_model::filter::ParseFilterError>(())
    /// ```
    pub fn has_instant(&self) -> bool {
        let literals = self
            .comparisons()
            .flat_map(|(_, comparison)| comparison.values());
        let is_instant = |text: String| text.parse().is_ok_and(TimePoint::is_instant);
        literals.flat_map(texts).any(is_instant)
    }

    /// The filter with the literals in the form in which the service writes values of the variable's type.
    ///
    /// A service may treat a comparison of different types as false, so that it selects no rows, or all rows under `NOT`.
    ///
    /// | type | literal | result |
    /// |---|---|---|
    /// | DATETIME | any form of [`TimePoint`] | the date; a day means all its seconds, as in [`Filter::parse`] |
    /// | NUMERIC | a number, also in quotes or in a list | the number |
    /// | DISCRETE | a number after `=` | the label with these digits |
    /// | any other, or unknown | any | unchanged |
    ///
    /// An instant is converted to the wall-clock time of the memory base; in the hour that occurs twice, the bound is moved
    /// so that no row is lost, also under `NOT`. `=` compares with the wall-clock time of the instant.
    ///
    /// ```
    /// use braincube_model::{Filter, VariableType, WallClock};
    ///
    /// let paris = WallClock::in_zone("Europe/Paris").unwrap();
    /// let filter = Filter::from_json(r#"{"GREAT_EQUALS": ["mb20/d1", "2023-10-28T19:00:00.000Z"]}"#)?;
    /// let filter = filter.with_types(&paris, |_| Some(VariableType::DateTime))?;
    /// assert_eq!(filter.to_json(), r#"{"GREAT_EQUALS":["mb20/d1","20231028_210000"]}"#);
    ///
    /// let filter = Filter::parse("mb20/d2 != 12")?.with_types(&paris, |_| Some(VariableType::Discrete))?;
    /// assert_eq!(filter.to_json(), r#"{"NOT":[{"EQUALS":["mb20/d2",["12"]]}]}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a literal cannot be a value of the variable's type, if labels are compared by order with a number or a date, or if
    /// a lower bound is above the upper one.
    pub fn with_types(
        &self,
        clock: &WallClock,
        type_of: impl Fn(LongId) -> Option<VariableType>,
    ) -> Result<Self, FilterError> {
        self.map_comparisons(|comparison, negated| {
            let (Node::Compare(_, variable, _) | Node::Between(variable, _)) = comparison.node()
            else {
                return Ok(comparison.clone());
            };
            match type_of(variable) {
                Some(VariableType::DateTime) => with_dates(comparison, clock, negated),
                Some(VariableType::Numeric) => with_numbers(comparison),
                Some(VariableType::Discrete | VariableType::Discret) => with_labels(comparison),
                Some(VariableType::Other(_)) | None => Ok(comparison.clone()),
            }
        })
    }
}

/// A comparison of a DATETIME variable.
fn with_dates(
    comparison: &Filter,
    clock: &WallClock,
    negated: bool,
) -> Result<Filter, FilterError> {
    let convert = |variable, literal| Seconds::of(variable, literal, clock);
    match comparison.node() {
        Node::Compare(Operator::Equals, variable, value) => equal(variable, value, clock),
        Node::Compare(operator, variable, value) => {
            let seconds = convert(variable, value)?;
            Ok(compare(variable, operator, &seconds, negated))
        }
        Node::Between(variable, [low, high]) => {
            let (low, high) = (convert(variable, low)?, convert(variable, high)?);
            between(variable, &low, &high, negated)
        }
        _ => Ok(comparison.clone()),
    }
}

/// A comparison of a NUMERIC variable.
fn with_numbers(comparison: &Filter) -> Result<Filter, FilterError> {
    let number = |variable: LongId, literal: &Literal| {
        let number = match literal {
            Literal::Number(number) => Some(number.clone()),
            Literal::Text(text) => Number::parse(text.as_str()),
            Literal::Date(_) | Literal::Modalities(_) => None,
        };
        number
            .map(Literal::Number)
            .ok_or_else(|| FilterError::NotANumber {
                variable,
                value: literal.clone(),
            })
    };
    match comparison.node() {
        Node::Compare(Operator::Equals, variable, Literal::Modalities(list)) => {
            let each = list
                .iter()
                .map(|text| number(variable, &Literal::from(text)));
            let each: Vec<Literal> = each.collect::<Result<_, _>>()?;
            let each = each
                .into_iter()
                .map(|value| Operator::Equals.filter(variable, value));
            Filter::any(each).ok_or(FilterError::NoModality)
        }
        Node::Compare(operator, variable, value) => {
            Ok(operator.filter(variable, number(variable, value)?))
        }
        Node::Between(variable, [low, high]) => Ok(Filter::Between {
            variable,
            low: number(variable, low)?,
            high: number(variable, high)?,
        }),
        _ => Ok(comparison.clone()),
    }
}

/// A comparison of a DISCRETE variable.
fn with_labels(comparison: &Filter) -> Result<Filter, FilterError> {
    let by_order = |variable: LongId, literals: &[&Literal]| {
        let mut literals = literals.iter();
        let other = literals.find(|one| matches!(one, Literal::Number(_) | Literal::Date(_)));
        match other {
            None => Ok(comparison.clone()),
            Some(literal) => Err(FilterError::NotALabel {
                variable,
                value: (*literal).clone(),
            }),
        }
    };
    match comparison.node() {
        Node::Compare(Operator::Equals, variable, Literal::Number(number)) => {
            let label = Literal::Modalities(Modalities::one(number.to_string()));
            Ok(Operator::Equals.filter(variable, label))
        }
        Node::Compare(Operator::Equals, ..) => Ok(comparison.clone()),
        Node::Compare(_, variable, value) => by_order(variable, &[value]),
        Node::Between(variable, [low, high]) => by_order(variable, &[low, high]),
        _ => Ok(comparison.clone()),
    }
}

/// The texts of a literal that may be dates. None for a date.
fn texts(literal: &Literal) -> Vec<String> {
    match literal {
        Literal::Date(_) => Vec::new(),
        Literal::Number(number) => vec![number.to_string()],
        Literal::Text(text) => vec![text.as_str().to_owned()],
        Literal::Modalities(list) => list.iter().map(String::from).collect(),
    }
}

/// A point in time on the wall clock of the memory base.
struct Seconds {
    /// The first second of the point.
    first: DateTime,
    /// The last second of the point.
    last: DateTime,
    /// As `first`, but moved back to the beginning of an hour that occurs twice.
    earliest: DateTime,
    /// As `last`, but moved forward to the end of an hour that occurs twice.
    latest: DateTime,
}

impl Seconds {
    fn of(variable: LongId, literal: &Literal, clock: &WallClock) -> Result<Self, FilterError> {
        let point = match literal {
            Literal::Date(date) => Some(TimePoint::from(*date)),
            other => match &*texts(other) {
                [text] => text.parse().ok(),
                _ => None,
            },
        };
        let seconds = point.and_then(|point: TimePoint| {
            Some(Self {
                first: point.first_shown(clock)?,
                last: point.last_shown(clock)?,
                earliest: point.first_second(clock)?,
                latest: point.last_second(clock)?,
            })
        });
        seconds.ok_or_else(|| FilterError::NotADate {
            variable,
            value: literal.clone(),
        })
    }
}

/// A comparison that loses no row. If it is negated, it excludes as few rows as possible.
fn compare(variable: LongId, operator: Operator, seconds: &Seconds, negated: bool) -> Filter {
    use Operator::{Great, GreatEquals, Less, LessEquals};
    let Seconds {
        first,
        last,
        earliest,
        latest,
    } = *seconds;
    let (operator, date) = match (operator, negated) {
        (GreatEquals, false) => (GreatEquals, earliest),
        (Great, false) if earliest < first => (GreatEquals, earliest),
        (Great, false) => (Great, last),
        (LessEquals, false) => (LessEquals, latest),
        (Less, false) if latest > last => (LessEquals, latest),
        (Less, false) => (Less, first),
        // Each is the opposite of the result for the opposite operator.
        (GreatEquals, true) if latest > last => (Great, latest),
        (GreatEquals, true) => (GreatEquals, first),
        (Great, true) => (Great, latest),
        (LessEquals, true) if earliest < first => (Less, earliest),
        (LessEquals, true) => (LessEquals, last),
        (Less, true) => (Less, earliest),
        (Operator::Equals, _) => (Operator::Equals, first),
    };
    operator.filter(variable, date.into())
}

fn between(
    variable: LongId,
    low: &Seconds,
    high: &Seconds,
    negated: bool,
) -> Result<Filter, FilterError> {
    if low.earliest > high.latest {
        return Err(FilterError::EmptyRange {
            low: low.first.into(),
            high: high.last.into(),
        });
    }
    let is_exact =
        |seconds: &Seconds| seconds.earliest == seconds.first && seconds.latest == seconds.last;
    if negated && !(is_exact(low) && is_exact(high)) {
        let from = compare(variable, Operator::GreatEquals, low, true);
        return Ok(from & compare(variable, Operator::LessEquals, high, true));
    }
    Ok(Filter::Between {
        variable,
        low: low.earliest.into(),
        high: high.latest.into(),
    })
}

/// Compares with any of the dates of a literal.
fn equal(variable: LongId, literal: &Literal, clock: &WallClock) -> Result<Filter, FilterError> {
    let one = |literal: &Literal| {
        let Seconds { first, last, .. } = Seconds::of(variable, literal, clock)?;
        match first.cmp(&last) {
            Ordering::Equal => Ok(Operator::Equals.filter(variable, first.into())),
            Ordering::Less => Ok(Filter::Between {
                variable,
                low: first.into(),
                high: last.into(),
            }),
            Ordering::Greater => Err(FilterError::NotWholeSecond {
                variable,
                value: literal.clone(),
            }),
        }
    };
    let Literal::Modalities(list) = literal else {
        return one(literal);
    };
    let each: Result<Vec<_>, _> = list.iter().map(|text| one(&Literal::from(text))).collect();
    Filter::any(each?).ok_or(FilterError::NoModality)
}

#[cfg(test)]
mod tests {
    use crate::{Filter, LongId, VariableFilter as _, VariableType, WallClock};

    const DATE: LongId = LongId::variable(20, 1);
    const NUMBER: LongId = LongId::variable(20, 8);
    const LABEL: LongId = LongId::variable(20, 9);

    /// The filter with the literals of its types, in the time zone of Paris.
    fn converted(filter: &Filter) -> Result<String, String> {
        let paris = WallClock::in_zone("Europe/Paris").unwrap();
        let filter = filter.with_types(&paris, |variable| match variable {
            DATE => Some(VariableType::DateTime),
            NUMBER => Some(VariableType::Numeric),
            LABEL => Some(VariableType::Discrete),
            _ => None,
        });
        let filter = filter.map_err(|error| error.to_string())?;
        Ok(filter.to_string())
    }

    #[test]
    fn i17_every_form_of_a_date_is_converted_in_every_form_of_a_filter() {
        for literal in [
            r#""2023-10-28T19:00:00.000Z""#,
            r#""2023-10-28T21:00:00+02:00""#,
            r#""2023-10-28T21:00:00""#,
            r#""2023-10-28 21:00""#,
            r#""20231028_210000""#,
            r#""1698519600000""#,
            "1698519600000",
        ] {
            let json = format!(r#"{{"GREAT_EQUALS":["mb20/d1",{literal}]}}"#);
            let text = format!("mb20/d1 >= {literal}");
            let bare = format!("mb20/d1 >= {}", literal.trim_matches('"'));
            let mut filters = vec![
                Filter::from_json(&json).unwrap(),
                Filter::parse(&text).unwrap(),
                Filter::parse(&bare).unwrap(),
                DATE.greater_or_equal(literal.trim_matches('"')).unwrap(),
            ];
            if let Ok(number) = literal.parse::<i64>() {
                filters.push(DATE.greater_or_equal(number).unwrap());
            }
            for filter in filters {
                let expected = Ok("mb20/d1 >= 20231028_210000".into());
                assert_eq!(converted(&filter), expected, "{filter}");
            }
        }
    }

    #[test]
    fn i17_a_day_means_all_its_seconds_for_every_operator() {
        for (given, sent) in [
            ("mb20/d1 >= 20231028", "mb20/d1 >= 20231028_000000"),
            ("mb20/d1 > 20231028", "mb20/d1 > 20231028_235959"),
            ("mb20/d1 <= 20231028", "mb20/d1 <= 20231028_235959"),
            ("mb20/d1 < 20231028", "mb20/d1 < 20231028_000000"),
            (
                "mb20/d1 = \"2023-10-28\"",
                "mb20/d1 between 20231028_000000 and 20231028_235959",
            ),
            (
                "mb20/d1 between 20231027 and 20231028",
                "mb20/d1 between 20231027_000000 and 20231028_235959",
            ),
            (
                "mb20/d1 in [\"2023-10-28T21:00\", \"20231029\"]",
                "mb20/d1 = 20231028_210000 or mb20/d1 between 20231029_000000 and 20231029_235959",
            ),
        ] {
            let filter = Filter::parse(given).unwrap();
            assert_eq!(converted(&filter).unwrap(), sent);
        }
    }

    #[test]
    fn i17_a_bound_in_the_hour_that_occurs_twice_loses_no_row() {
        // 00:30 and 01:30 UTC are both 02:30 in Paris.
        for (given, sent) in [
            (
                "mb20/d1 >= 2023-10-29T00:30:00Z",
                "mb20/d1 >= 20231029_020000",
            ),
            (
                "mb20/d1 > 2023-10-29T00:30:00Z",
                "mb20/d1 >= 20231029_020000",
            ),
            (
                "mb20/d1 > 2023-10-29T01:30:00Z",
                "mb20/d1 > 20231029_023000",
            ),
            (
                "mb20/d1 <= 2023-10-29T01:30:00Z",
                "mb20/d1 <= 20231029_025959",
            ),
            (
                "mb20/d1 < 2023-10-29T01:30:00Z",
                "mb20/d1 <= 20231029_025959",
            ),
            (
                "mb20/d1 < 2023-10-29T00:30:00Z",
                "mb20/d1 < 20231029_023000",
            ),
            (
                "mb20/d1 = 2023-10-29T00:30:00Z",
                "mb20/d1 = 20231029_023000",
            ),
            (
                "not mb20/d1 >= 2023-10-29T01:30:00Z",
                "not mb20/d1 > 20231029_025959",
            ),
            (
                "not mb20/d1 <= 2023-10-29T00:30:00Z",
                "not mb20/d1 < 20231029_020000",
            ),
            (
                "not (not mb20/d1 >= 2023-10-29T00:30:00Z)",
                "not (not mb20/d1 >= 20231029_020000)",
            ),
            (
                "mb20/d1 between 2023-10-29T00:30:00Z and 2023-10-29T01:30:00Z",
                "mb20/d1 between 20231029_020000 and 20231029_025959",
            ),
            (
                "mb20/d1 not between 2023-10-29T01:30:00Z and 2023-10-29T04:00:00Z",
                "not (mb20/d1 > 20231029_025959 and mb20/d1 <= 20231029_050000)",
            ),
        ] {
            let filter = Filter::parse(given).unwrap();
            let sent: Filter = sent.parse().unwrap();
            assert_eq!(converted(&filter).unwrap(), sent.to_string(), "{given}");
        }
    }

    #[test]
    fn i17_a_literal_that_is_not_a_date_is_an_error_only_for_a_date_variable() {
        for literal in [
            "5",
            "1698526800",
            "20231028210000",
            "text \"B01\"",
            "\"28/10/2023\"",
        ] {
            let filter = Filter::parse(&format!("mb20/d1 >= {literal}")).unwrap();
            let error = converted(&filter).unwrap_err();
            assert!(
                error.starts_with("cannot compare mb20/d1, a DATETIME"),
                "{error}"
            );
            assert!(error.contains("2023-10-28T21:00:00+02:00"), "{error}");
            let other = Filter::parse(&format!("mb20/d2 >= {literal}")).unwrap();
            assert_eq!(converted(&other).unwrap(), other.to_string());
        }
        let fraction = Filter::parse("mb20/d1 = \"2023-10-28T21:00:00.5\"").unwrap();
        assert!(converted(&fraction).unwrap_err().contains("whole seconds"));
        let reversed = r#"{"BETWEEN":["mb20/d1","2023-10-31","2023-10-01"]}"#;
        let error = converted(&Filter::from_json(reversed).unwrap()).unwrap_err();
        assert!(error.starts_with("no value is between"), "{error}");
    }

    #[test]
    fn i16_a_date_with_an_offset_and_milliseconds_are_instants() {
        for (filter, has_instant) in [
            (
                "mb20/d1 >= 2023-10-28 and mb20/d1 <= 2023-10-29T12:00",
                false,
            ),
            ("mb20/d2 = \"B01\" or mb20/d2 in [\"12\", \"34\"]", false),
            ("mb20/d3 between 20 and 40 and mb20/d3 < 99999999", false),
            (
                "mb20/d2 = \"2023-10-28\" or mb20/d2 = \"28/10/2023\"",
                false,
            ),
            ("mb20/d1 >= 2023-10-28T21:00:00Z", true),
            ("mb20/d1 >= 20231028 or mb20/d1 >= 1698519600000", true),
            ("mb20/d2 in [\"A\", \"2023-10-28T21:00:00+02:00\"]", true),
        ] {
            let filter = Filter::parse(filter).unwrap();
            assert_eq!(filter.has_instant(), has_instant, "{filter}");
        }
    }

    #[test]
    fn i21_literals_have_the_form_of_the_type_of_the_variable() {
        for (given, sent) in [
            (r#"{"EQUALS":["mb20/d8","5"]}"#, "mb20/d8 = 5"),
            (r#"{"LESS":["mb20/d8","1.50"]}"#, "mb20/d8 < 1.5"),
            (
                r#"{"NOT":[{"EQUALS":["mb20/d8",["5","7"]]}]}"#,
                "not (mb20/d8 = 5 or mb20/d8 = 7)",
            ),
            (r#"{"EQUALS":["mb20/d9",12]}"#, "mb20/d9 = \"12\""),
            (
                r#"{"EQUALS":["mb20/d9",["A",  "B"]]}"#,
                "mb20/d9 = [\"A\",\"B\"]",
            ),
            (r#"{"EQUALS":["mb20/d7","5"]}"#, "mb20/d7 = text \"5\""),
        ] {
            let filter = Filter::from_json(given).unwrap();
            assert_eq!(converted(&filter).unwrap(), sent, "{given}");
        }
        for (given, reason) in [
            (
                "mb20/d8 != \"B01\"",
                "cannot compare mb20/d8, a NUMERIC variable, with \"B01\"; expected a number",
            ),
            (
                "mb20/d8 >= 2025-03-01",
                "cannot compare mb20/d8, a NUMERIC variable, with \"20250301_000000\"; expected a number",
            ),
            (
                "not mb20/d9 between 1 and 2",
                "cannot compare mb20/d9, a DISCRETE variable, by order with 1; expected = or in, with labels in quotes",
            ),
        ] {
            let filter = Filter::parse(given).unwrap();
            assert_eq!(converted(&filter).unwrap_err(), reason, "{given}");
        }
    }
}
