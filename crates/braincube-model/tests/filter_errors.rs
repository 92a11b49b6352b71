//! The errors of filters and their messages.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use braincube_model::filter::{FilterError, Number};
use braincube_model::{Filter, LongId, VariableFilter};

const V: LongId = LongId::variable(20, 3);

#[test]
fn i11_nan_and_infinities_are_errors() {
    for float in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(V.equal_to(float), Err(FilterError::NotFinite));
        assert_eq!(V.within(0.0..=float), Err(FilterError::NotFinite));
        Number::try_from(float).unwrap_err();
    }
    for text in [
        "mb20/d3 < nan",
        "mb20/d3 < inf",
        "mb20/d3 < 1e999",
        r#"{"LESS":["mb20/d3",1e999]}"#,
    ] {
        text.parse::<Filter>().expect_err(text);
    }
}

#[test]
fn i12_empty_gates_and_ranges_are_errors() {
    assert_eq!(V.one_of::<&str>([]), Err(FilterError::NoModality));
    assert!(matches!(
        V.between(1, 0),
        Err(FilterError::EmptyRange { .. })
    ));
    assert!(matches!(
        V.within(1.5..=1.0),
        Err(FilterError::EmptyRange { .. })
    ));
    assert!(matches!(
        V.between("20200102_000000", "20200101_000000"),
        Err(FilterError::EmptyRange { .. })
    ));
    V.between(1, 1).unwrap();
    assert_eq!(Filter::all([]), None);
    assert_eq!(Filter::any([]), None);
    for text in [
        r#"{"AND":[]}"#,
        r#"{"OR":[]}"#,
        r#"{"NOT":[]}"#,
        r#"{"EQUALS":["mb20/d3",[]]}"#,
        "{}",
        "mb20/d3 in []",
        "mb20/d3 = []",
        "()",
        "",
    ] {
        text.parse::<Filter>().expect_err(text);
    }
}

#[test]
fn a_memory_base_cannot_be_compared() {
    let base = LongId::memory_base(20);
    assert_eq!(base.less_than(1), Err(FilterError::NotAVariable(base)));
    for text in [r#"{"LESS":["mb20",1]}"#, "mb20 < 1"] {
        text.parse::<Filter>().expect_err(text);
    }
}

#[test]
fn errors_contain_the_line_and_the_column() {
    for (text, line, column, says) in [
        ("", 1, 1, "expected a variable"),
        ("mb20/d3", 1, 8, "expected one of = "),
        ("mb20/d3 >", 1, 10, "found the end"),
        ("mb20/d3 > x", 1, 11, "found \"x\""),
        ("mb20/d3 > 1 2", 1, 13, "\"and\", \"or\""),
        ("mb20/d3 > 1 and", 1, 16, "expected a variable"),
        ("(mb20/d3 > 1", 1, 1, "not closed"),
        ("not (\n (mb20/d3 > 1)", 1, 5, "not closed"),
        ("mb20/d3 = \"a", 1, 11, "not closed"),
        ("mb20/d3 = \"\\x\"", 1, 11, "escape"),
        ("mb20/d3 between 1 or 2", 1, 19, "upper bound"),
        ("mb20/d3 not 5", 1, 13, "\"in\""),
        ("mb20/d3 in 5", 1, 12, "a list"),
        ("mb20/d3 in [1 2]", 1, 15, "\",\""),
        ("mb20/d3 in [\"a\",]", 1, 17, "found \"]\""),
        ("d3 > 1", 1, 1, "which memory base"),
        ("mb20/d3 > 1\nand ?", 2, 5, "unexpected character"),
        ("é > 1", 1, 1, "expected a variable"),
        ("mb20/d3 = \"é\" é", 1, 15, "\"and\", \"or\""),
        ("mb20/d3 > 1_000", 1, 11, "expected a number"),
        ("mb20/d3 > +1", 1, 11, "expected a number"),
        ("mb20/d3 > .5", 1, 11, "expected a number"),
        ("mb20/d3 > 1.", 1, 11, "expected a number"),
        ("mb20/d3 > 007", 1, 11, "expected a number"),
        ("mb20/d3 > 28/10/2023", 1, 11, "expected a number"),
        ("mb20/d3 = A", 1, 11, "a text in quotes"),
        ("mb20/d3 > 1e999", 1, 11, "finite"),
        ("mb20/d3 = -inf", 1, 11, "finite"),
        ("mb20/d3 = 'A", 1, 11, "not closed"),
        ("mb20/d3 = “A”", 1, 11, "write the text as"),
        ("mb20/d3 =< 1", 1, 9, "found \"=<\""),
        ("mb20/d3 => 1", 1, 9, "found \"=>\""),
        ("mb20/d3 ≥ 1", 1, 9, "write >="),
        ("mb20/d3 ≤ 1", 1, 9, "write <="),
        ("mb20/d3 ≠ 1", 1, 9, "write !="),
        ("mb20/d3 > 1 && mb20/d3 < 2", 1, 13, "\"and\""),
        ("mb20/d3 > 1 || mb20/d3 < 2", 1, 13, "\"or\""),
        ("!(mb20/d3 > 1)", 1, 1, "\"not\""),
        ("mb20/d3 > 1)", 1, 12, "no bracket is open"),
        ("(mb20/d3 > 1 2)", 1, 14, "\")\""),
        ("1 < mb20/d3", 1, 1, "begins with its variable"),
        ("2000034 > 1", 1, 1, "begins with its variable"),
        (
            "mb20/d3 = \"A\" or \"B\"",
            1,
            18,
            "begins with its variable",
        ),
        ("mb20/d3 > mb20/d4", 1, 11, "another variable"),
        ("mb20/d3 > d4", 1, 11, "another variable"),
        (
            "mb20/d3 > 2020-11-27T12:40X",
            1,
            11,
            "2020-11-27T12:40:00+01:00",
        ),
        ("mb20/d3 > 2020-11-27 25:00", 1, 11, "no such time of day"),
        ("mb20/d3 between 2 and 1", 1, 17, "lower bound first"),
        ("mb20/d3 in (1, 2]", 1, 17, "end of the list"),
        ("mb20/d3 in ()", 1, 12, "at least one"),
        ("mb20 > 1", 1, 1, "expected a variable"),
        (
            "mb20/d3 > 20190229_000000",
            1,
            11,
            "expected a number, a date",
        ),
        (r#"{"LESS":["mb20/d3",1]"#, 1, 21, "not JSON"),
        (r#"{"LESS":["mb20/d3",1]} x"#, 1, 24, "not JSON"),
        (r#"{"LES":["mb20/d3",1]}"#, 1, 1, "unknown operator \"LES\""),
        ("{\"NOT\":[\n {\"LESS\":[\"x\",1]}]}", 2, 11, "long id"),
        (r#"{"LESS":["mb20/d3"]}"#, 1, 1, "found 1"),
        (r#"{"BETWEEN":["mb20/d3",1]}"#, 1, 1, "two values"),
        (
            r#" {"NOT":[{"BETWEEN":["mb20/d3",2,1]}]}"#,
            1,
            2,
            "lower bound first",
        ),
        (r#"{"LESS":["mb20/d3",null]}"#, 1, 20, "found null"),
        (r#"{"LESS":["mb20/d3",[1]]}"#, 1, 20, "a list of texts"),
        (r#"{"LESS":{}}"#, 1, 9, "operands in a list"),
        (r#"{"LESS":["mb20/d3",1],"NOT":[]}"#, 1, 1, "one operator"),
        (
            r#"{"NOT":[{"LESS":["mb20/d3",1]},{"LESS":["mb20/d3",1]}]}"#,
            1,
            1,
            "found 2",
        ),
        (r#"{"NOT":[5]}"#, 1, 9, "found a number"),
    ] {
        let read = if text.trim_start().starts_with('{') {
            Filter::from_json(text)
        } else {
            Filter::parse(text)
        };
        let error = read.expect_err(text);
        assert_eq!(
            (error.line(), error.column()),
            (line, column),
            "{text}: {error}"
        );
        assert!(error.to_string().contains(says), "{text}: {error}");
    }
}

#[test]
fn i18_a_reversed_between_is_an_error_in_json_and_in_text() {
    for (json, text) in [
        (r#"{"BETWEEN":["mb20/d3",2,1]}"#, "mb20/d3 between 2 and 1"),
        (
            r#"{"BETWEEN":["mb20/d3","20231031_000000","20231001_000000"]}"#,
            "mb20/d3 between 2023-10-31 and 2023-10-01",
        ),
        (
            r#"{"OR":[{"LESS":["mb20/d3",0]},{"BETWEEN":["mb20/d3",2.5,1]}]}"#,
            "mb20/d3 < 0 or mb20/d3 between 2.5 and 1",
        ),
    ] {
        for error in [Filter::from_json(json), Filter::parse(text)] {
            let error = error.expect_err(json).to_string();
            assert!(error.contains("give the lower bound first"), "{error}");
        }
        // Deserialization accepts it, because the service may store it.
        let stored: Filter = serde_json::from_str(json).unwrap();
        assert_eq!(stored.to_json(), json);
    }
}
