//! The textual and the JSON form of filters.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use braincube_model::filter::{FilterError, IntoFilter, Literal, Modalities};
use braincube_model::{DateTime, Filter, LongId, VariableFilter};
use proptest::prelude::*;

const V: LongId = LongId::variable(20, 3);

fn json(filter: &Filter) -> String {
    serde_json::to_string(filter).unwrap()
}

#[test]
fn json_may_be_in_any_case_with_any_number_of_operands() {
    let [a, b, c] = [1, 2, 3].map(|n| V.less_than(n).unwrap());
    let (a_json, b_json, c_json) = (a.to_json(), b.to_json(), c.to_json());
    for (text, filter) in [
        (format!(r#"{{"Not":[{a_json}]}}"#), !a.clone()),
        (
            format!(r#"{{"and":[{a_json}, {b_json}]}}"#),
            a.clone() & b.clone(),
        ),
        (format!(r#"{{"And":[{a_json}]}}"#), a.clone()),
        (
            format!("\n {{\"oR\": [{a_json},{b_json},\t{c_json}] }}\n"),
            (a.clone() | b) | c,
        ),
        (r#"{"less":["mb20/d3",1]}"#.into(), a),
    ] {
        assert_eq!(text.parse::<Filter>(), Ok(filter), "{text}");
    }
}

#[test]
fn numbers_keep_their_form_on_the_wire() {
    for number in [
        "0",
        "-1",
        "2.0",
        "-0.5",
        "1e300",
        "9007199254740993",
        "-9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "9007199254740993.5",
        "0.1",
    ] {
        let wire = format!(r#"{{"GREAT":["mb20/d3",{number}]}}"#);
        assert_eq!(json(&wire.parse().unwrap()), wire);
    }
}

#[test]
fn the_textual_form_accepts_all_notations() {
    for (text, wire) in [
        ("mb20/d3 = 2.0", r#"{"EQUALS":["mb20/d3",2.0]}"#),
        ("mb20/d3==2", r#"{"EQUALS":["mb20/d3",2]}"#),
        ("d3 >= -1.5e3", r#"{"GREAT_EQUALS":["mb20/d3",-1500.0]}"#),
        ("d3<=0", r#"{"LESS_EQUALS":["mb20/d3",0]}"#),
        (r#"d3 = "A""#, r#"{"EQUALS":["mb20/d3",["A"]]}"#),
        (r#"d3 = ["A","B"]"#, r#"{"EQUALS":["mb20/d3",["A","B"]]}"#),
        (r#"d3 = TEXT "A""#, r#"{"EQUALS":["mb20/d3","A"]}"#),
        (r#"d3 < "A""#, r#"{"LESS":["mb20/d3","A"]}"#),
        (r#"d3 = "A\"\u00e9""#, r#"{"EQUALS":["mb20/d3",["A\"é"]]}"#),
        (
            "d3 > 20201127_124000",
            r#"{"GREAT":["mb20/d3","20201127_124000"]}"#,
        ),
        (
            "d3 > 2020-11-27",
            r#"{"GREAT":["mb20/d3","20201127_235959"]}"#,
        ),
        (
            "d3 > 2020-11-27T12:40",
            r#"{"GREAT":["mb20/d3","20201127_124000"]}"#,
        ),
        (
            r#"d3 > "20201127_124000""#,
            r#"{"GREAT":["mb20/d3","20201127_124000"]}"#,
        ),
        ("d3 BETWEEN -1 AND 1", r#"{"BETWEEN":["mb20/d3",-1,1]}"#),
        ("d3 != 1", r#"{"NOT":[{"EQUALS":["mb20/d3",1]}]}"#),
        (
            "d3 not in [1, 2]",
            r#"{"NOT":[{"OR":[{"EQUALS":["mb20/d3",1]},{"EQUALS":["mb20/d3",2]}]}]}"#,
        ),
        (r#"d3 in ["A"]"#, r#"{"EQUALS":["mb20/d3",["A"]]}"#),
        (
            "d3=1 or d3=2 and not d3=3",
            r#"{"OR":[{"EQUALS":["mb20/d3",1]},{"AND":[{"EQUALS":["mb20/d3",2]},{"NOT":[{"EQUALS":["mb20/d3",3]}]}]}]}"#,
        ),
        (
            "((d3=1) or (d3=2)) And NOT(d3=3 and d3=4)",
            r#"{"AND":[{"OR":[{"EQUALS":["mb20/d3",1]},{"EQUALS":["mb20/d3",2]}]},{"NOT":[{"AND":[{"EQUALS":["mb20/d3",3]},{"EQUALS":["mb20/d3",4]}]}]}]}"#,
        ),
        (
            "not not (not d3=1)",
            r#"{"NOT":[{"NOT":[{"NOT":[{"EQUALS":["mb20/d3",1]}]}]}]}"#,
        ),
        ("mb21/d4 = 1", r#"{"EQUALS":["mb21/d4",1]}"#),
        ("MB20/D3 > 1", r#"{"GREAT":["mb20/d3",1]}"#),
        ("D3\t<>\n1", r#"{"NOT":[{"EQUALS":["mb20/d3",1]}]}"#),
        ("d3 > 1E+5", r#"{"GREAT":["mb20/d3",100000.0]}"#),
        (
            "(d3>-1)and(d3<1)",
            r#"{"AND":[{"GREAT":["mb20/d3",-1]},{"LESS":["mb20/d3",1]}]}"#,
        ),
        (
            "d3 NOT BETWEEN 1 and 2",
            r#"{"NOT":[{"BETWEEN":["mb20/d3",1,2]}]}"#,
        ),
        (
            "d3 In ('A', \"B\")",
            r#"{"OR":[{"EQUALS":["mb20/d3",["A"]]},{"EQUALS":["mb20/d3",["B"]]}]}"#,
        ),
        ("(d3 not in (1))", r#"{"NOT":[{"EQUALS":["mb20/d3",1]}]}"#),
        (
            r#"d3 = 'C:\new "x"'"#,
            r#"{"EQUALS":["mb20/d3",["C:\\new \"x\""]]}"#,
        ),
        ("d3 = ''", r#"{"EQUALS":["mb20/d3",[""]]}"#),
        (
            "d3 >= 2023-10-28 12:40",
            r#"{"GREAT_EQUALS":["mb20/d3","20231028_124000"]}"#,
        ),
        (
            "d3 between 2023-10-28 12:40:01 and '2023-10-29'",
            r#"{"BETWEEN":["mb20/d3","20231028_124001","20231029_235959"]}"#,
        ),
        (
            r#"d3 < "2023-10-28 12:40""#,
            r#"{"LESS":["mb20/d3","20231028_124000"]}"#,
        ),
        // A modality may look like a date, and `text` sends a text unchanged.
        (
            r#"d3 = "2023-10-28""#,
            r#"{"EQUALS":["mb20/d3",["2023-10-28"]]}"#,
        ),
        (
            r#"d3 < text "2023-10-28""#,
            r#"{"LESS":["mb20/d3","2023-10-28"]}"#,
        ),
    ] {
        let filter = Filter::parse_in(text, 20).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(json(&filter), wire, "{text}");
    }
}

#[test]
fn a_day_means_all_its_seconds() {
    let day = r#"{"BETWEEN":["mb20/d3","20240331_000000","20240331_235959"]}"#;
    for (text, wire) in [
        (
            "d3 <= 2024-03-31",
            r#"{"LESS_EQUALS":["mb20/d3","20240331_235959"]}"#,
        ),
        (
            "d3 < 2024-03-31",
            r#"{"LESS":["mb20/d3","20240331_000000"]}"#,
        ),
        (
            "d3 > '2024-03-31'",
            r#"{"GREAT":["mb20/d3","20240331_235959"]}"#,
        ),
        (
            "d3 >= 2024-03-31",
            r#"{"GREAT_EQUALS":["mb20/d3","20240331_000000"]}"#,
        ),
        ("d3 = 2024-03-31", day),
        ("d3 in [2024-03-31]", day),
        ("d3 between 2024-03-31 and 2024-03-31", day),
        (
            "d3 between 2024-02-29 and 2024-03-31",
            r#"{"BETWEEN":["mb20/d3","20240229_000000","20240331_235959"]}"#,
        ),
        // A date with a time of day is a single second.
        (
            "d3 = 2024-03-31 00:00",
            r#"{"EQUALS":["mb20/d3","20240331_000000"]}"#,
        ),
        (
            "d3 > 20240331_000000",
            r#"{"GREAT":["mb20/d3","20240331_000000"]}"#,
        ),
        (
            "d3 > 2024-03-31T00:00:00",
            r#"{"GREAT":["mb20/d3","20240331_000000"]}"#,
        ),
        // In quotes after `=` it is a modality, and `text` sends it unchanged.
        (
            "d3 = '2024-03-31'",
            r#"{"EQUALS":["mb20/d3",["2024-03-31"]]}"#,
        ),
        (
            "d3 = '2024-03-31 00:06:00'",
            r#"{"EQUALS":["mb20/d3",["2024-03-31 00:06:00"]]}"#,
        ),
        (
            "d3 <= text '2024-03-31'",
            r#"{"LESS_EQUALS":["mb20/d3","2024-03-31"]}"#,
        ),
    ] {
        let filter = Filter::parse_in(text, 20).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(json(&filter), wire, "{text}");
        assert_eq!(filter.to_string().parse(), Ok(filter), "{text}");
    }
    let negated = Filter::parse_in("d3 != 2024-03-31", 20).unwrap();
    assert_eq!(json(&negated), format!(r#"{{"NOT":[{day}]}}"#));
    Filter::parse_in("d3 between 2024-04-01 and 2024-03-31", 20).unwrap_err();
}

#[test]
fn only_the_necessary_brackets_are_displayed() {
    let f = |n: i32| V.equal_to(n).unwrap();
    for (filter, text) in [
        (f(1) & f(2) & f(3), "1 and 2 and 3"),
        (f(1) & (f(2) & f(3)), "1 and (2 and 3)"),
        ((f(1) & f(2)) & (f(3) & f(4)), "1 and 2 and 3 and 4"),
        (f(1) & f(2) & f(3) & f(4), "(1 and 2 and 3) and 4"),
        ((f(1) | f(2)) & f(3), "(1 or 2) and 3"),
        (f(1) & f(2) | f(3), "(1 and 2) or 3"),
        (!(f(1) | f(2)), "not (1 or 2)"),
        (!f(1) | !!f(2), "not 1 or not not 2"),
    ] {
        assert_eq!(filter.to_string().replace("mb20/d3 = ", ""), text);
        assert_eq!(filter.to_string().parse(), Ok(filter));
    }
}

#[test]
fn i12_an_empty_range_is_parsed_from_displayed_text_only() {
    let (variable, low, high) = (V, 2.into(), 1.into());
    let empty = Filter::Between {
        variable,
        low,
        high,
    };
    assert_eq!(empty.to_string().parse(), Ok(empty.clone()));
    assert_eq!(empty.to_json().parse(), Ok(empty.clone()));
    // In a text from the user, it is an error.
    assert_eq!(
        Filter::parse(&empty.to_string()).unwrap_err().to_string(),
        "column 17: no value is between 2 and 1: give the lower bound first"
    );
    Filter::parse_in("d3 not between 2020-11-28 and 2020-11-27", 20).unwrap_err();
    empty.to_string().as_str().into_filter_in(20).unwrap_err();
    empty.to_json().as_str().into_filter_in(20).unwrap_err();
}

#[test]
fn into_filter_accepts_filters_results_and_texts() {
    let filter = V.less_than(5).unwrap();
    assert_eq!(filter.clone().into_filter_in(20), Ok(filter.clone()));
    assert_eq!(V.less_than(5).into_filter_in(20), Ok(filter.clone()));
    assert_eq!(
        Filter::parse("mb20/d3 < 5").into_filter_in(20),
        Ok(filter.clone())
    );
    assert_eq!(r#"{"LESS":["mb20/d3",5]}"#.into_filter_in(20), Ok(filter));
    assert!(matches!(
        "mb20/d3 <".into_filter_in(20),
        Err(FilterError::Parse(_))
    ));
}

#[test]
fn each_range_has_its_operator() {
    for (filter, wire) in [
        (V.within(1..=2), r#"{"BETWEEN":["mb20/d3",1,2]}"#),
        (V.within(..2), r#"{"LESS":["mb20/d3",2]}"#),
        (V.within(..=2), r#"{"LESS_EQUALS":["mb20/d3",2]}"#),
        (V.within(1..), r#"{"GREAT_EQUALS":["mb20/d3",1]}"#),
        (V.within(1.0..), r#"{"GREAT_EQUALS":["mb20/d3",1.0]}"#),
        (
            V.within("20200101_000000"..),
            r#"{"GREAT_EQUALS":["mb20/d3","20200101_000000"]}"#,
        ),
    ] {
        assert_eq!(json(&filter.unwrap()), wire);
    }
}

#[test]
fn a_filter_round_trips_through_a_json_value() {
    let filter = !(V.between(-1, 2.5).unwrap() & V.equal_to("A").unwrap());
    let tree = serde_json::to_value(&filter).unwrap();
    assert_eq!(tree["NOT"][0]["AND"][0]["BETWEEN"][2], 2.5);
    assert_eq!(serde_json::from_value::<Filter>(tree).unwrap(), filter);
}

fn literal() -> impl Strategy<Value = Literal> {
    let text = || {
        prop_oneof![
            "\\PC{0,6}",
            any::<String>(),
            Just("20201127_124000".to_owned()),
            "2020-1[12]-[0-3][0-9]([T ][0-2][0-9]:00(:00)?)?",
        ]
    };
    prop_oneof![
        any::<i64>().prop_map(Literal::from),
        any::<u64>().prop_map(Literal::from),
        any::<f64>().prop_filter_map("not finite", |float| float.try_into().ok()),
        text().prop_map(Literal::from),
        (0_i64..253_402_300_799).prop_map(|seconds| {
            DateTime::from_epoch_milliseconds(seconds * 1000)
                .unwrap()
                .into()
        }),
        prop::collection::vec(text(), 1..4).prop_map(|list| Modalities::new(list).unwrap().into()),
    ]
}

fn comparison() -> impl Strategy<Value = Filter> {
    let variable = (any::<u64>(), any::<u64>()).prop_map(|(base, id)| LongId::variable(base, id));
    (variable, literal(), literal(), 0..6).prop_map(|(variable, value, high, operator)| {
        match operator {
            0 => Filter::Equals { variable, value },
            1 => Filter::Less { variable, value },
            2 => Filter::LessEquals { variable, value },
            3 => Filter::Great { variable, value },
            4 => Filter::GreatEquals { variable, value },
            _ => Filter::Between {
                variable,
                low: value,
                high,
            },
        }
    })
}

fn filter() -> impl Strategy<Value = Filter> {
    comparison().prop_recursive(8, 48, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|filter| !filter),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| left & right),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| left | right),
            prop::collection::vec(inner.clone(), 1..6).prop_map(|v| Filter::all(v).unwrap()),
            prop::collection::vec(inner, 1..6).prop_map(|v| Filter::any(v).unwrap()),
        ]
    })
}

proptest! {
    #[test]
    fn a_filter_round_trips_through_json(filter in filter()) {
        let text = json(&filter);
        prop_assert_eq!(serde_json::from_str::<Filter>(&text).unwrap(), filter.clone());
        prop_assert_eq!(text.parse::<Filter>().unwrap(), filter);
    }

    #[test]
    fn a_filter_round_trips_through_text(filter in filter()) {
        let text = filter.to_string();
        prop_assert_eq!(text.parse::<Filter>().unwrap(), filter);
    }

    #[test]
    fn a_clone_is_equal_and_a_negation_is_not(filter in filter()) {
        prop_assert_eq!(&filter.clone(), &filter);
        prop_assert_ne!(!filter.clone(), filter);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "(\\PC|mb2/d3 |and |not |[()]|= |in |between |2020-11-27 |12:40 |[\\[{\"',]){0,40}") {
        let _ = text.parse::<Filter>();
        let _ = Filter::from_json(&text);
    }
}
