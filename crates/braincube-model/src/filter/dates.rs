//! Dates in filters: which literals may be dates, and how those of a DATETIME variable are sent.

use super::{Filter, FilterError, Literal};
use crate::{DateTime, LongId, TimePoint, WallClock};

/// A literal that is a date if its variable is of type DATETIME.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DateCandidate {
    /// The variable that is compared with it.
    pub variable: LongId,
    /// The date; `None` if it cannot be parsed, so that it is an error if the variable is a date.
    pub point: Option<TimePoint>,
}

/// The operators that compare an order.
#[derive(Clone, Copy)]
enum Order {
    Less,
    LessEquals,
    Great,
    GreatEquals,
}

/// A point in time on the clock of the memory base.
struct Shown {
    /// The first second of the point, and the last.
    first: DateTime,
    last: DateTime,
    /// The same, so that bounds lose no row where the clock is put back.
    earliest: DateTime,
    latest: DateTime,
}

impl Filter {
    /// The literals that are sent differently if their variable is of type DATETIME: texts and numbers that read as
    /// dates or look like one, and all texts that are compared by order.
    ///
    /// A date in the service's own form is not among them: it is sent unchanged for every type.
    ///
    /// ```
    /// use braincube_model::Filter;
    ///
    /// let filter = Filter::parse("mb20/d1 >= 20231028 and mb20/d2 = \"B01\" and mb20/d3 < 5")?;
    /// let variables: Vec<_> = filter.date_candidates().map(|one| one.variable.to_string()).collect();
    /// assert_eq!(variables, ["mb20/d1"]);
    /// # Ok::<(), braincube_model::filter::ParseFilterError>(())
    /// ```
    pub fn date_candidates(&self) -> impl Iterator<Item = DateCandidate> {
        self.comparisons().flat_map(|(variable, comparison)| {
            let is_ordered = !matches!(comparison, Self::Equals { .. });
            let texts = comparison.values().flat_map(texts);
            texts
                .filter(move |text| is_ordered && text.is_quoted || looks_like_date(&text.text))
                .map(move |text| DateCandidate {
                    variable,
                    point: text.text.parse().ok(),
                })
        })
    }

    /// Whether a literal that is not a date in the service's own form is compared with this variable.
    pub fn needs_type_of(&self, variable: LongId) -> bool {
        let mut comparisons = self.comparisons();
        comparisons.any(|(compared, comparison)| {
            compared == variable && comparison.values().flat_map(texts).next().is_some()
        })
    }

    /// The filter with the literals of DATETIME variables as the service writes dates.
    ///
    /// Every form of [`TimePoint`] is converted. A day stands for all its seconds, as in [`Filter::parse`]; an instant is
    /// converted to the wall-clock time of the memory base. In the hour that occurs twice, its bound is moved so that no
    /// row is lost, whichever way the filter is negated; `=` compares with what the clock shows at the instant.
    ///
    /// ```
    /// use braincube_model::{Filter, WallClock};
    ///
    /// let paris = WallClock::in_zone("Europe/Paris").unwrap();
    /// let filter = Filter::from_json(r#"{"GREAT_EQUALS": ["mb20/d1", "2023-10-28T19:00:00.000Z"]}"#)?;
    /// let filter = filter.with_dates(&paris, |_| true)?;
    /// assert_eq!(filter.to_json(), r#"{"GREAT_EQUALS":["mb20/d1","20231028_210000"]}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a literal that is compared with a DATETIME variable is not a date, or a lower bound is above the upper one.
    pub fn with_dates(
        &self,
        clock: &WallClock,
        is_date: impl Fn(LongId) -> bool,
    ) -> Result<Self, FilterError> {
        self.rebuilt(|comparison, negated| match comparison.variable() {
            Some(variable) if is_date(variable) => convert(comparison, variable, clock, negated),
            _ => Ok(comparison.clone()),
        })
    }
}

/// A literal as a text that may be a date, and whether it was a text.
struct Candidate {
    text: String,
    is_quoted: bool,
}

/// The texts of a literal that is not a date already.
fn texts(literal: &Literal) -> Vec<Candidate> {
    let quoted = |text: &str| Candidate {
        text: text.into(),
        is_quoted: true,
    };
    match literal {
        Literal::Date(_) => Vec::new(),
        Literal::Number(number) => vec![Candidate {
            text: number.to_string(),
            is_quoted: false,
        }],
        Literal::Text(text) => vec![quoted(text.as_str())],
        Literal::Modalities(list) => list.iter().map(quoted).collect(),
    }
}

/// Whether a text is a date, or was most likely meant to be one: `28/10/2023`, or seconds since 1970.
fn looks_like_date(text: &str) -> bool {
    if text.parse::<TimePoint>().is_ok() {
        return true;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits == text.len() {
        return matches!(digits, 10 | 14);
    }
    let is_part = |byte: u8| byte.is_ascii_digit() || b"-/:. TZ+".contains(&byte);
    let has_separator = text.bytes().any(|byte| b"-/:".contains(&byte));
    digits >= 6 && has_separator && !text.starts_with('-') && text.bytes().all(is_part)
}

fn convert(
    comparison: &Filter,
    variable: LongId,
    clock: &WallClock,
    negated: bool,
) -> Result<Filter, FilterError> {
    let shown = |literal: &Literal| shown(variable, literal, clock);
    let ordered = |order, literal| Ok(compare(variable, order, &shown(literal)?, negated));
    match comparison {
        Filter::Less { value, .. } => ordered(Order::Less, value),
        Filter::LessEquals { value, .. } => ordered(Order::LessEquals, value),
        Filter::Great { value, .. } => ordered(Order::Great, value),
        Filter::GreatEquals { value, .. } => ordered(Order::GreatEquals, value),
        Filter::Equals { value, .. } => equal(variable, value, clock),
        Filter::Between { low, high, .. } => {
            between(variable, &shown(low)?, &shown(high)?, negated)
        }
        Filter::Not(_) | Filter::And(..) | Filter::Or(..) => Ok(comparison.clone()),
    }
}

/// A comparison by order that loses no row: of a negated one, the rows that it leaves out are as few as may be.
fn compare(variable: LongId, order: Order, shown: &Shown, negated: bool) -> Filter {
    let Shown {
        first,
        last,
        earliest,
        latest,
    } = *shown;
    let (order, date) = match (order, negated) {
        (Order::GreatEquals, false) => (Order::GreatEquals, earliest),
        (Order::Great, false) if earliest < first => (Order::GreatEquals, earliest),
        (Order::Great, false) => (Order::Great, last),
        (Order::LessEquals, false) => (Order::LessEquals, latest),
        (Order::Less, false) if latest > last => (Order::LessEquals, latest),
        (Order::Less, false) => (Order::Less, first),
        // The opposite of what the opposite operator becomes.
        (Order::GreatEquals, true) if latest > last => (Order::Great, latest),
        (Order::GreatEquals, true) => (Order::GreatEquals, first),
        (Order::Great, true) => (Order::Great, latest),
        (Order::LessEquals, true) if earliest < first => (Order::Less, earliest),
        (Order::LessEquals, true) => (Order::LessEquals, last),
        (Order::Less, true) => (Order::Less, earliest),
    };
    let value = date.into();
    match order {
        Order::Less => Filter::Less { variable, value },
        Order::LessEquals => Filter::LessEquals { variable, value },
        Order::Great => Filter::Great { variable, value },
        Order::GreatEquals => Filter::GreatEquals { variable, value },
    }
}

fn between(
    variable: LongId,
    low: &Shown,
    high: &Shown,
    negated: bool,
) -> Result<Filter, FilterError> {
    if low.earliest > high.latest {
        return Err(FilterError::EmptyRange {
            low: low.first.into(),
            high: high.last.into(),
        });
    }
    let is_exact = |shown: &Shown| shown.earliest == shown.first && shown.latest == shown.last;
    if negated && !(is_exact(low) && is_exact(high)) {
        let from = compare(variable, Order::GreatEquals, low, true);
        return Ok(from & compare(variable, Order::LessEquals, high, true));
    }
    Ok(Filter::Between {
        variable,
        low: low.earliest.into(),
        high: high.latest.into(),
    })
}

/// Any of the dates of a literal.
fn equal(variable: LongId, literal: &Literal, clock: &WallClock) -> Result<Filter, FilterError> {
    let one = |literal: &Literal| {
        let Shown { first, last, .. } = shown(variable, literal, clock)?;
        match first.cmp(&last) {
            std::cmp::Ordering::Equal => Ok(Filter::Equals {
                variable,
                value: first.into(),
            }),
            std::cmp::Ordering::Less => Ok(Filter::Between {
                variable,
                low: first.into(),
                high: last.into(),
            }),
            std::cmp::Ordering::Greater => Err(FilterError::NotWholeSecond {
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

fn shown(variable: LongId, literal: &Literal, clock: &WallClock) -> Result<Shown, FilterError> {
    let point = match literal {
        Literal::Date(date) => Some(TimePoint::from(*date)),
        other => match &*texts(other) {
            [one] => one.text.parse().ok(),
            _ => None,
        },
    };
    let shown = point.and_then(|point| {
        Some(Shown {
            first: point.first_shown(clock)?,
            last: point.last_shown(clock)?,
            earliest: point.first_second(clock)?,
            latest: point.last_second(clock)?,
        })
    });
    shown.ok_or_else(|| FilterError::NotADate {
        variable,
        value: literal.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::looks_like_date;
    use crate::{Filter, LongId, VariableFilter as _, WallClock};

    const DATE: LongId = LongId::variable(20, 1);

    /// The filter with its dates, where `mb20/d1` is a date and Paris the zone.
    fn converted(filter: &Filter) -> Result<String, String> {
        let paris = WallClock::in_zone("Europe/Paris").unwrap();
        let filter = filter.with_dates(&paris, |variable| variable == DATE);
        let filter = filter.map_err(|error| error.to_string())?;
        Ok(filter.to_string())
    }

    #[test]
    fn i17_every_form_of_a_date_is_converted_in_filters_of_all_three_kinds() {
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
                DATE.great_equals(literal.trim_matches('"')).unwrap(),
            ];
            if let Ok(number) = literal.parse::<i64>() {
                filters.push(DATE.great_equals(number).unwrap());
            }
            for filter in filters {
                let expected = Ok("mb20/d1 >= 20231028_210000".into());
                assert_eq!(converted(&filter), expected, "{filter}");
            }
        }
    }

    #[test]
    fn i17_a_day_stands_for_all_its_seconds_whatever_the_operator() {
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
    fn i17_a_bound_within_the_hour_that_occurs_twice_loses_no_row() {
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
    fn i17_what_is_not_a_date_is_refused_for_a_date_alone() {
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
    fn i17_the_type_of_a_variable_matters_only_where_a_literal_may_be_a_date() {
        let candidates = |text: &str| Filter::parse(text).unwrap().date_candidates().count();
        for (filter, count) in [
            ("mb20/d1 >= 2023-10-28 and mb20/d1 <= 2023-10-29T12:00", 0),
            ("mb20/d2 = \"B01\" or mb20/d2 in [\"12\", \"34\"]", 0),
            ("mb20/d3 between 20 and 40 and mb20/d3 < 99999999", 0),
            ("mb20/d1 >= 2023-10-28T21:00:00Z", 1),
            ("mb20/d1 >= 20231028 or mb20/d1 >= 1698519600000", 2),
            ("mb20/d2 = \"2023-10-28\" or mb20/d2 = \"28/10/2023\"", 2),
            ("mb20/d2 >= text \"B01\"", 1),
        ] {
            assert_eq!(candidates(filter), count, "{filter}");
        }
        for text in [
            "B01", "12345", "1.2.3", "-10.5", "2023", "COOLING", "12345678",
        ] {
            assert!(!looks_like_date(text), "{text}");
        }
    }
}
