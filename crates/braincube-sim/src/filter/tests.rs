//! Filters on a memory base of four rows that shows every case; the dryer's are in `tests/filters.rs`.

use serde_json::value::RawValue;

use crate::column::Column;
use crate::filter::{Filter, Step};
use crate::memory_base::MemoryBase;
use crate::problem::Problem;
use crate::variable::{Variable, VariableType};

fn variable(bc_id: u64, variable_type: VariableType) -> Variable {
    Variable {
        bc_id,
        variable_type,
        standard: String::new(),
        tag: String::new(),
        local: String::new(),
        unit: None,
        broken: false,
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
fn every_form_keeps_its_rows() {
    for (json, rows) in [
        // Numbers, as numbers and as text; ends as documented.
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
        // Gates, in any case; the missing cells of row 2 fail what is compared and pass its NOT.
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
        // Not the same as `NOT[AND[a, b]]`, nor as `AND[b, NOT[a]]` with a and b exchanged.
        (
            r#"{"AND":[{"NOT":[{"EQUALS":["mb7/d3",["A"]]}]},{"LESS":["mb7/d2",5]}]}"#,
            vec![1],
        ),
    ] {
        assert_eq!(kept(json), rows, "{json}");
    }
}

#[test]
fn what_is_wrong_with_a_filter_is_said() {
    for (json, expected) in [
        ("[]", "filter: must be an object with one key"),
        ("{}", "filter: must be an object with one key"),
        (
            r#"{"LESS":["mb7/d2",1],"GREAT":["mb7/d2",0]}"#,
            "filter: must be an object with one key",
        ),
        (
            r#"{"NOT":{"LESS":["mb7/d2",1]}}"#,
            "filter: must be an object with one key",
        ),
        (
            r#"{"XOR":[{},{}]}"#,
            "filter: has an unknown operator \"XOR\"",
        ),
        (r#"{"NOT":[]}"#, "filter: NOT takes 1 operands, not 0"),
        (
            r#"{"AND":[{"LESS":["mb7/d2",1]}]}"#,
            "filter: AND takes 2 operands, not 1",
        ),
        (r#"{"OR":[{},{},{}]}"#, "filter: OR takes 2 operands, not 3"),
        (
            r#"{"BETWEEN":["mb7/d2",1]}"#,
            "filter: BETWEEN takes 3 operands, not 2",
        ),
        (
            r#"{"LESS":[2,1]}"#,
            "filter: LESS must have the long id of a variable",
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
            "filter: mb7/d2 is compared with a finite number, \"x\" is none",
        ),
        (
            r#"{"LESS":["mb7/d2","inf"]}"#,
            "filter: mb7/d2 is compared with a finite number",
        ),
        (
            r#"{"LESS":["mb7/d2",1e999]}"#,
            "filter: mb7/d2 is compared with a finite number",
        ),
        (
            r#"{"LESS":["mb7/d2",null]}"#,
            "filter: mb7/d2 is compared with a finite number",
        ),
        (
            r#"{"LESS":["mb7/d2",[1]]}"#,
            "filter: mb7/d2 is compared with a finite number",
        ),
        (
            r#"{"LESS":["mb7/d1","2023-01-01"]}"#,
            "filter: mb7/d1 is compared with a date",
        ),
        (
            r#"{"LESS":["mb7/d1",20230101]}"#,
            "filter: mb7/d1 is compared with a date",
        ),
        (r#"{"LESS":["mb7/d3","A"]}"#, "filter: mb7/d3 is DISCRETE"),
        (
            r#"{"EQUALS":["mb7/d3",[]]}"#,
            "filter: mb7/d3 is compared with an empty list",
        ),
        (
            r#"{"EQUALS":["mb7/d3",[["A"]]]}"#,
            "filter: mb7/d3 is compared with labels",
        ),
        (
            r#"{"EQUALS":["mb7/d3",true]}"#,
            "filter: mb7/d3 is compared with labels",
        ),
    ] {
        let reason = reason(json);
        assert!(reason.starts_with(expected), "{json}: {reason}");
    }
}

#[test]
fn operands_stand_before_their_gate() {
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
fn a_deep_filter_is_run_and_a_bottomless_one_refused() {
    let nested = |depth: usize| {
        let (open, close) = (r#"{"NOT":["#.repeat(depth - 1), "]}".repeat(depth - 1));
        format!(r#"{open}{{"LESS":["mb7/d2",0]}}{close}"#)
    };
    assert_eq!(kept(&nested(500)), [1, 2, 3]);
    assert_eq!(kept(&nested(499)), [0]);
    assert_eq!(reason(&nested(501)), "filter: is nested more than 500 deep");
    assert_eq!(
        reason(&nested(100_000)),
        "filter: is nested more than 500 deep"
    );
}

#[test]
fn blocks_of_rows_join_without_a_seam() {
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
