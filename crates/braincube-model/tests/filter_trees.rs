//! Filter trees of any size: balanced, or deeper than a stack.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use braincube_model::filter::Literal;
use braincube_model::request::{DataRequest, Endpoints, RequestError};
use braincube_model::{Filter, LongId, VariableFilter};
use proptest::prelude::*;

const V: LongId = LongId::variable(20, 3);

fn json(filter: &Filter) -> String {
    serde_json::to_string(filter).unwrap()
}

/// The depth of the deepest filters. A recursive function would exhaust a stack of 64 KiB after a few thousand calls, so the
/// smaller number proves the same. The debug build is about 30 times slower, therefore only the release build uses the
/// larger one.
const DEEP: usize = if cfg!(debug_assertions) {
    50_000
} else {
    1_000_000
};

/// The number of operands of the largest chains, for the same reason.
const LONG: usize = DEEP / 10;

/// Runs a test on a stack of 64 KiB, much less than the default.
fn on_a_small_stack(test: fn()) {
    let thread = std::thread::Builder::new().stack_size(64 << 10).spawn(test);
    thread.unwrap().join().unwrap();
}

#[test]
fn i9_nested_gates_do_not_exhaust_the_stack() {
    on_a_small_stack(nested_gates);
}

fn nested_gates() {
    let less = V.less_than(1).unwrap();
    let deep = (0..DEEP).fold(less.clone(), |filter, _| !filter);
    let copy = deep.clone();
    assert!(copy == deep);
    assert!(copy != !deep.clone(), "the depth differs by one");
    assert!(!deep == (!copy), "both are deeper by one");
    let deep = (0..DEEP).fold(less, |filter, _| !filter);
    assert_eq!(deep.depth(), DEEP);
    assert_eq!(deep.variables().collect::<Vec<_>>(), [V]);

    let text = deep.to_string();
    assert!(text.starts_with("not not ") && text.ends_with(" not mb20/d3 < 1"));
    assert!(text.parse::<Filter>().unwrap_err().is_too_deep());
    let json = deep.to_json();
    assert!(json.parse::<Filter>().unwrap_err().is_too_deep());
    assert_eq!(format!("{deep:?}").len(), "Filter()".len() + json.len());
    serde_json::to_string(&deep).unwrap_err();
    serde_json::to_value(&deep).unwrap_err();
    assert!(serde_json::from_str::<Filter>(&json).is_err());
}

#[test]
fn i9_a_deep_filter_in_a_request_does_not_exhaust_the_stack() {
    on_a_small_stack(a_deep_filter_within_a_request);
}

fn a_deep_filter_within_a_request() {
    let deep = (0..50_000).fold(V.less_than(1).unwrap(), |filter, _| !filter);
    let request = DataRequest::new(20, V, [V])
        .filter(deep.clone())
        .filter(deep);
    assert!(request.clone() == request);
    assert!(format!("{request:#?}").len() > 1_000_000);
    let endpoints = Endpoints::new("https://x.com", "https://api.x.com").unwrap();
    let error = endpoints.data("demo", &request).unwrap_err();
    assert!(matches!(error, RequestError::Filter(_)), "{error}");
}

#[test]
fn i9_deep_trees_of_and_and_or_do_not_exhaust_the_stack() {
    on_a_small_stack(deep_and_and_or_trees);
}

fn deep_and_and_or_trees() {
    for join in [
        |a: Filter, b: Filter| a & b,
        |a: Filter, b: Filter| b & a,
        |a: Filter, b: Filter| a | b,
        |a: Filter, b: Filter| b | a,
    ] {
        let deep = (0..LONG).fold(V.less_than(0).unwrap(), |filter, n| {
            join(filter, V.less_than(n as u64).unwrap())
        });
        assert!(deep == deep.clone());
        assert!(
            deep.to_string()
                .parse::<Filter>()
                .unwrap_err()
                .is_too_deep()
        );
        let balanced: Filter = deep.to_json().parse().unwrap();
        let levels = (LONG + 1).next_power_of_two().ilog2();
        assert_eq!(balanced.depth(), levels as usize);
        assert_eq!(balanced.variables().count(), LONG + 1);
        assert_eq!(deep.variables().count(), LONG + 1);
    }
}

#[test]
fn i9_a_filter_of_the_maximum_depth_is_parsed() {
    let at = |depth| (0..depth).fold(V.equal_to("A").unwrap(), |filter, _| !filter);
    let (fine, deep) = (at(Filter::MAX_DEPTH), at(Filter::MAX_DEPTH + 1));
    assert!(json(&fine).parse::<Filter>().unwrap() == fine);
    assert!(fine.to_string().parse::<Filter>().unwrap() == fine);
    for text in [deep.to_json(), deep.to_string()] {
        let error = text.parse::<Filter>().unwrap_err();
        assert!(error.is_too_deep(), "{error}");
    }
    let brackets = "(".repeat(300) + "mb20/d3 = 1" + &")".repeat(300);
    assert!(brackets.parse::<Filter>().unwrap_err().is_too_deep());
    let brackets = "(".repeat(200) + "mb20/d3 = 1" + &")".repeat(200);
    assert_eq!(brackets.parse::<Filter>(), Ok(V.equal_to(1).unwrap()));
    let bomb = "[".repeat(DEEP);
    assert!(Filter::from_json(&bomb).is_err());
    let bomb = format!("{}{}", "[".repeat(DEEP), "]".repeat(DEEP));
    assert!(Filter::from_json(&bomb).is_err());
    let bomb = format!(r#"{{"EQUALS":["mb20/d3",{bomb}]}}"#);
    assert!(Filter::from_json(&bomb).is_err());
}

/// An `OR` of `count` comparisons, nested to the left like modalities in the Python package, or to the right.
fn chain(count: usize, to_the_left: bool) -> String {
    let one = |number: usize| format!(r#"{{"EQUALS":["mb20/d3",{number}]}}"#);
    let gate = r#"{"OR":["#;
    let close = "]}".repeat(count - 1);
    if to_the_left {
        let rest: String = (1..count)
            .map(|number| format!(",{}]}}", one(number)))
            .collect();
        return gate.repeat(count - 1) + &one(0) + &rest;
    }
    let first: String = (0..count - 1)
        .map(|number| format!("{gate}{},", one(number)))
        .collect();
    first + &one(count - 1) + &close
}

#[test]
fn i40_chains_are_balanced_before_their_depth_is_checked() {
    on_a_small_stack(|| {
        for count in [258, 10_000] {
            for to_the_left in [true, false] {
                let filter = Filter::from_json(&chain(count, to_the_left)).unwrap();
                assert_eq!(filter.variables().count(), count);
                assert!(filter.depth() <= 14, "{}", filter.depth());
                // The order of the operands is unchanged.
                let expected = Filter::any((0..count).map(|n| V.equal_to(n as u64).unwrap()));
                assert!(Some(filter) == expected);
            }
        }
    });
}

#[test]
fn i40_a_chain_within_the_limit_is_unchanged() {
    let text = chain(200, true);
    assert_eq!(Filter::from_json(&text).unwrap().to_json(), text);
}

#[test]
fn i40_a_filter_that_balancing_cannot_flatten_is_an_error() {
    on_a_small_stack(|| {
        let less = V.less_than(1).unwrap().to_json();
        let nots = r#"{"NOT":["#.repeat(10_000) + &less + &"]}".repeat(10_000);
        assert!(Filter::from_json(&nots).unwrap_err().is_too_deep());
        // Alternating gates are not a chain.
        let turns = r#"{"AND":[{"OR":["#.repeat(200);
        let turns = turns + &less + &format!(",{less}]}},{less}]}}").repeat(200);
        assert!(Filter::from_json(&turns).unwrap_err().is_too_deep());
    });
}

#[test]
fn i41_the_error_of_a_list_of_numbers_gives_advice() {
    for list in ["[0.1,0.2]", "[7]", r#"["A",7]"#] {
        let json = format!(r#"{{"EQUALS":["mb20/d3",{list}]}}"#);
        let error = Filter::from_json(&json).unwrap_err();
        assert_eq!(error.column(), 22);
        let text = error.to_string();
        assert!(text.contains("numbers are compared one by one"), "{text}");
        assert!(
            text.contains(r#"write {"OR":[{"EQUALS":["mb20/d2",0.1]}"#),
            "{text}"
        );
    }
}

fn holds(filter: &Filter, row: i128) -> bool {
    let number = |literal: &Literal| match literal {
        Literal::Number(number) => number.as_integer().unwrap(),
        other => panic!("{other} in a row of integers"),
    };
    match filter {
        Filter::Equals { value, .. } => row == number(value),
        Filter::Between { low, high, .. } => (number(low)..=number(high)).contains(&row),
        Filter::Less { value, .. } => row < number(value),
        Filter::LessEquals { value, .. } => row <= number(value),
        Filter::Great { value, .. } => row > number(value),
        Filter::GreatEquals { value, .. } => row >= number(value),
        Filter::Not(operand) => !holds(operand, row),
        Filter::And(left, right) => holds(left, row) && holds(right, row),
        Filter::Or(left, right) => holds(left, row) || holds(right, row),
    }
}

#[test]
fn i8_ten_thousand_filters_have_a_depth_of_fourteen_and_the_same_meaning() {
    let differ = (0..10_000).map(|n| !V.equal_to(n).unwrap());
    let all = Filter::all(differ).unwrap();
    assert_eq!(all.depth(), 14 + 1, "and the NOT of each");
    let any = Filter::any((0..10_000).map(|n| V.equal_to(n).unwrap())).unwrap();
    assert_eq!(any.depth(), 14);
    for (row, outside) in [
        (-1, true),
        (0, false),
        (5_000, false),
        (9_999, false),
        (10_000, true),
    ] {
        assert_eq!(
            (holds(&all, row), holds(&any, row)),
            (outside, !outside),
            "{row}"
        );
    }
    assert!(json(&all).parse::<Filter>().unwrap() == all);
    assert!(all.to_string().parse::<Filter>().unwrap() == all);
}

#[test]
fn i8_three_filters_nest_as_in_the_python_package() {
    let shape = |count: i32| {
        let all = Filter::all((0..count).map(|n| V.less_than(n).unwrap()))?;
        let shape = json(&all)
            .replace(r#"{"LESS":["mb20/d3","#, "")
            .replace("]}", "]");
        Some(shape.replace(r#"{"AND":"#, ""))
    };
    for (count, expected) in [
        (0, None),
        (1, Some("0]")),
        (2, Some("[0],1]]")),
        (3, Some("[[0],1]],2]]")),
        (4, Some("[[0],1]],[2],3]]]")),
        (5, Some("[[[0],1]],2]],[3],4]]]")),
    ] {
        assert_eq!(shape(count).as_deref(), expected, "{count}");
    }
}

proptest! {
    #[test]
    fn all_and_any_keep_their_meaning(numbers in prop::collection::vec(-5..5_i32, 1..40), row in -6..6_i128) {
        let each = |n: &i32| V.less_than(*n).unwrap();
        let all = Filter::all(numbers.iter().map(each)).unwrap();
        let any = Filter::any(numbers.iter().map(each)).unwrap();
        let less = |n: &i32| row < i128::from(*n);
        prop_assert_eq!(holds(&all, row), numbers.iter().all(less));
        prop_assert_eq!(holds(&any, row), numbers.iter().any(less));
    }
}
