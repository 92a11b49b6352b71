//! Filters on a memory base of four rows; those on the dryer are in `tests/wire/filters.rs`.

use serde_json::value::RawValue;

use crate::column::Column;
use crate::filter::{Filter, Step};
use crate::memory_base::{MemoryBase, Variable, VariableType};
use crate::problem::Problem;

fn variable(bc_id: u64, variable_type: VariableType) -> Variable {
    Variable {
        bc_id,
        variable_type,
        standard: String::new(),
        tag: String::new(),
        local: String::new(),
        unit: None,
        is_broken: false,
    }
}

/// d1: a date, d2: a number, d3: a label.
fn base() -> MemoryBase {
    let dates = ["2023-01-01", "2023-01-02", "", "2023-01-04"];
    let numbers = ["-1", "0.1", "nan", "10"];
    let labels = [Some("A"), Some("é \""), None, Some("10")];
    let content = vec![
        (
            variable(1, VariableType::Datetime),
            Column::datetime(dates.into_iter()),
        ),
        (
            variable(2, VariableType::Numeric),
            Column::numeric(numbers.into_iter()),
        ),
        (
            variable(3, VariableType::Discrete),
            Column::discrete(labels.into_iter()),
        ),
    ];
    MemoryBase::new(7, "four", content, 0)
}

fn compile(json: &str) -> Result<Filter, Problem> {
    Filter::compile(serde_json::from_str::<&RawValue>(json).unwrap(), &base())
}

fn kept(json: &str) -> Vec<usize> {
    compile(json).unwrap().rows(&base())
}

fn reason(json: &str) -> String {
    match compile(json) {
        Err(Problem::BadRequest(reason)) => reason,
        other => panic!("{json}: {other:?}"),
    }
}

#[test]
fn each_operator_selects_its_rows() {
    for (json, rows) in [
        // Numbers, as JSON numbers and as texts.
        (r#"{"EQUALS":["mb7/d2",10.0]}"#, vec![3]),
        (r#"{"EQUALS":["mb7/d2","0.1"]}"#, vec![1]),
        (r#"{"EQUALS":["mb7/d2",[10,-1]]}"#, vec![0, 3]),
        (r#"{"BETWEEN":["mb7/d2",-1,0.1]}"#, vec![0, 1]),
        (r#"{"BETWEEN":["mb7/d2",5,-5]}"#, vec![]),
        (r#"{"LESS":["mb7/d2",0.1]}"#, vec![0]),
        (r#"{"LESS_EQUALS":["mb7/d2","1e-1"]}"#, vec![0, 1]),
        (r#"{"GREAT":["mb7/d2",0.1]}"#, vec![3]),
        (r#"{"GREAT_EQUALS":["mb7/d2",0.1]}"#, vec![1, 3]),
        // Dates.
        (r#"{"EQUALS":["mb7/d1","20230102_000000"]}"#, vec![1]),
        (
            r#"{"BETWEEN":["mb7/d1","20230102_000000","20230104_000000"]}"#,
            vec![1, 3],
        ),
        (r#"{"GREAT":["mb7/d1","20230101_235959"]}"#, vec![1, 3]),
        (r#"{"LESS":["mb7/d1","20230102_000000"]}"#, vec![0]),
        // Labels.
        (r#"{"EQUALS":["mb7/d3",["A"]]}"#, vec![0]),
        (r#"{"EQUALS":["mb7/d3","é \""]}"#, vec![1]),
        (r#"{"EQUALS":["mb7/d3",["A","none","é \""]]}"#, vec![0, 1]),
        (r#"{"EQUALS":["mb7/d3",10]}"#, vec![3]),
        (r#"{"EQUALS":["mb7/d3","?"]}"#, vec![]),
        // Gates, in any case. The missing cells of row 2 fail a comparison and pass its NOT.
        (r#"{"NOT":[{"LESS":["mb7/d2",0]}]}"#, vec![1, 2, 3]),
        (r#"{"Not":[{"EQUALS":["mb7/d3",["A"]]}]}"#, vec![1, 2, 3]),
        (
            r#"{"not":[{"great":["mb7/d1","19000101_000000"]}]}"#,
            vec![2],
        ),
        (
            r#"{"AND":[{"GREAT":["mb7/d2",-2]},{"LESS":["mb7/d2",5]}]}"#,
            vec![0, 1],
        ),
        (
            r#"{"Or":[{"GREAT":["mb7/d2",5]},{"EQUALS":["mb7/d3",["A"]]}]}"#,
            vec![0, 3],
        ),
        // Differs from `NOT[AND[a, b]]` and from `AND[a, NOT[b]]`.
        (
            r#"{"AND":[{"NOT":[{"EQUALS":["mb7/d3",["A"]]}]},{"LESS":["mb7/d2",5]}]}"#,
            vec![1],
        ),
    ] {
        assert_eq!(kept(json), rows, "{json}");
    }
}

#[test]
fn an_invalid_filter_is_rejected_with_a_reason() {
    for (json, expected) in [
        ("[]", "filter: expected an object with one key"),
        ("{}", "filter: expected an object with one key"),
        (
            r#"{"LESS":["mb7/d2",1],"GREAT":["mb7/d2",0]}"#,
            "filter: expected an object with one key",
        ),
        (
            r#"{"NOT":{"LESS":["mb7/d2",1]}}"#,
            "filter: expected an object with one key",
        ),
        (r#"{"XOR":[{},{}]}"#, "filter: unknown operator \"XOR\""),
        (r#"{"NOT":[]}"#, "filter: NOT has 0 operands; expected 1"),
        (
            r#"{"AND":[{"LESS":["mb7/d2",1]}]}"#,
            "filter: AND has 1 operands; expected 2",
        ),
        (
            r#"{"OR":[{},{},{}]}"#,
            "filter: OR has 3 operands; expected 2",
        ),
        (
            r#"{"BETWEEN":["mb7/d2",1]}"#,
            "filter: BETWEEN has 2 operands; expected 3",
        ),
        (
            r#"{"LESS":[2,1]}"#,
            "filter: the first operand of LESS must be the long id of a variable",
        ),
        (
            r#"{"LESS":["mb7/d9",1]}"#,
            "the memory base mb7 has no variable \"mb7/d9\"",
        ),
        (
            r#"{"LESS":["mb8/d2",1]}"#,
            "the memory base mb7 has no variable \"mb8/d2\"",
        ),
        (
            r#"{"LESS":["mb7/d2","x"]}"#,
            "filter: mb7/d2 must be compared with a finite number, not with \"x\"",
        ),
        (
            r#"{"LESS":["mb7/d2","inf"]}"#,
            "filter: mb7/d2 must be compared with a finite number",
        ),
        (
            r#"{"LESS":["mb7/d2",1e999]}"#,
            "filter: mb7/d2 must be compared with a finite number",
        ),
        (
            r#"{"LESS":["mb7/d2",null]}"#,
            "filter: mb7/d2 must be compared with a finite number",
        ),
        (
            r#"{"LESS":["mb7/d2",[1]]}"#,
            "filter: mb7/d2 must be compared with a finite number",
        ),
        (
            r#"{"LESS":["mb7/d1","2023-01-01"]}"#,
            "filter: mb7/d1 must be compared with a date",
        ),
        (
            r#"{"LESS":["mb7/d1",20230101]}"#,
            "filter: mb7/d1 must be compared with a date",
        ),
        (r#"{"LESS":["mb7/d3","A"]}"#, "filter: mb7/d3 is DISCRETE"),
        (
            r#"{"EQUALS":["mb7/d3",[]]}"#,
            "filter: mb7/d3 is compared with an empty list",
        ),
        (
            r#"{"EQUALS":["mb7/d3",[["A"]]]}"#,
            "filter: mb7/d3 must be compared with labels",
        ),
        (
            r#"{"EQUALS":["mb7/d3",true]}"#,
            "filter: mb7/d3 must be compared with labels",
        ),
    ] {
        let reason = reason(json);
        assert!(reason.starts_with(expected), "{json}: {reason}");
    }
}

#[test]
fn operands_precede_their_gate() {
    let filter = compile(r#"{"AND":[{"NOT":[{"LESS":["mb7/d2",1]}]},{"LESS":["mb7/d2",2]}]}"#);
    let steps = filter.unwrap().steps;
    assert!(
        matches!(
            &steps[..],
            [
                Step::Compare { .. },
                Step::Compare { .. },
                Step::Not,
                Step::And
            ]
        ) || matches!(
            &steps[..],
            [
                Step::Compare { .. },
                Step::Not,
                Step::Compare { .. },
                Step::And
            ]
        ),
        "{steps:?}"
    );
}

#[test]
fn a_deep_filter_is_evaluated_and_one_beyond_the_maximum_rejected() {
    let nested = |depth: usize| {
        let (open, close) = (r#"{"NOT":["#.repeat(depth - 1), "]}".repeat(depth - 1));
        format!(r#"{open}{{"LESS":["mb7/d2",0]}}{close}"#)
    };
    assert_eq!(kept(&nested(500)), [1, 2, 3]);
    assert_eq!(kept(&nested(499)), [0]);
    assert_eq!(
        reason(&nested(501)),
        "filter: nested more than 500 levels deep"
    );
    assert_eq!(
        reason(&nested(100_000)),
        "filter: nested more than 500 levels deep"
    );
}

#[test]
fn blocks_of_rows_are_evaluated_without_a_gap() {
    let numbers: Vec<String> = (0..10_000).map(|row| row.to_string()).collect();
    let column = Column::numeric(numbers.iter().map(String::as_str));
    let base = MemoryBase::new(
        7,
        "long",
        vec![(variable(2, VariableType::Numeric), column)],
        0,
    );
    let json = r#"{"BETWEEN":["mb7/d2",4095,8192]}"#;
    let filter = Filter::compile(serde_json::from_str(json).unwrap(), &base).unwrap();
    assert_eq!(filter.rows(&base), (4_095..=8_192).collect::<Vec<_>>());
}
