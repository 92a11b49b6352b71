use super::{
    Condition, ConditionError, ConditionFilters, DataGroup, Entity, Event, Job, Rule, Variable,
};
use crate::{BcId, Filter, LongId, VariableType, response};

const V: LongId = LongId::variable(20, 2);

fn condition(json: &str) -> Condition {
    let event = format!(r#"{{"bcId":1,"conditions":[{json}]}}"#);
    let event: Event = response::one(event.as_bytes()).unwrap();
    event.conditions()[0].clone()
}

fn filter(json: &str, kind: &str) -> Result<Option<String>, ConditionError> {
    let filter = condition(json).to_filter(V, &VariableType::from(kind))?;
    Ok(filter.map(|filter| filter.to_json()))
}

/// The results of the Python package 2.8.0. `conditions_that_differ_from_the_python_package` tests the intended differences.
#[test]
fn conditions_become_the_filters_of_the_python_package() {
    for (json, kind, expected) in [
        (
            r#"{"modalities":["A","B","C"],"positive":true}"#,
            "DISCRETE",
            Some(
                r#"{"OR":[{"OR":[{"EQUALS":["mb20/d2",["A"]]},{"EQUALS":["mb20/d2",["B"]]}]},{"EQUALS":["mb20/d2",["C"]]}]}"#,
            ),
        ),
        (
            r#"{"modalities":["A"],"minimum":1,"positive":false}"#,
            "DISCRETE",
            Some(r#"{"NOT":[{"EQUALS":["mb20/d2",["A"]]}]}"#),
        ),
        (r#"{"modalities":[],"positive":false}"#, "DISCRETE", None),
        (r#"{"positive":true}"#, "DISCRETE", None),
        (
            r#"{"minimum":-1,"maximum":1.0,"modalities":["A"],"positive":true}"#,
            "NUMERIC",
            Some(r#"{"BETWEEN":["mb20/d2",-1,1.0]}"#),
        ),
        (
            r#"{"minimum":0,"maximum":null,"positive":true}"#,
            "NUMERIC",
            Some(r#"{"GREAT":["mb20/d2",0]}"#),
        ),
        (
            r#"{"maximum":0,"positive":true}"#,
            "NUMERIC",
            Some(r#"{"LESS":["mb20/d2",0]}"#),
        ),
        (
            r#"{"maximum":0,"positive":false}"#,
            "SPECTRUM",
            Some(r#"{"NOT":[{"LESS":["mb20/d2",0]}]}"#),
        ),
        (
            r#"{"minimum":2,"maximum":1,"positive":true}"#,
            "NUMERIC",
            Some(r#"{"BETWEEN":["mb20/d2",2,1]}"#),
        ),
        (
            r#"{"minimum":null,"maximum":null,"positive":false}"#,
            "NUMERIC",
            None,
        ),
        (
            r#"{"minimum":1606480800000,"maximum":1606480801000,"positive":true}"#,
            "DATETIME",
            Some(r#"{"BETWEEN":["mb20/d2","20201127_124000","20201127_124001"]}"#),
        ),
        (
            r#"{"minimum":1606480800999.5,"positive":true}"#,
            "DATETIME",
            Some(r#"{"GREAT":["mb20/d2","20201127_124000"]}"#),
        ),
    ] {
        assert_eq!(filter(json, kind).unwrap().as_deref(), expected, "{json}");
    }
}

#[test]
fn conditions_that_differ_from_the_python_package() {
    for (json, kind, expected) in [
        // The package ignores a bound at the epoch.
        (
            r#"{"minimum":0,"maximum":1000,"positive":true}"#,
            "DATETIME",
            Some(r#"{"BETWEEN":["mb20/d2","19700101_000000","19700101_000001"]}"#),
        ),
        // The package removes the milliseconds of every bound; data has whole seconds.
        (
            r#"{"maximum":-1}"#,
            "DATETIME",
            Some(r#"{"LESS":["mb20/d2","19700101_000000"]}"#),
        ),
        (
            r#"{"maximum":1711839780999}"#,
            "DATETIME",
            Some(r#"{"LESS":["mb20/d2","20240330_230301"]}"#),
        ),
        (
            r#"{"maximum":1711839780000.5}"#,
            "DATETIME",
            Some(r#"{"LESS":["mb20/d2","20240330_230301"]}"#),
        ),
        (
            r#"{"minimum":1606480800001,"maximum":1606480801999}"#,
            "DATETIME",
            Some(r#"{"BETWEEN":["mb20/d2","20201127_124001","20201127_124001"]}"#),
        ),
        // The last second that the service can write.
        (
            r#"{"maximum":253402300799999}"#,
            "DATETIME",
            Some(r#"{"LESS":["mb20/d2","99991231_235959"]}"#),
        ),
        // The package knows one spelling of a discrete variable.
        (
            r#"{"modalities":["A"],"positive":true}"#,
            "DISCRET",
            Some(r#"{"EQUALS":["mb20/d2",["A"]]}"#),
        ),
        // The package raises without `positive`, and for modalities that are null.
        (
            r#"{"minimum":0}"#,
            "NUMERIC",
            Some(r#"{"GREAT":["mb20/d2",0]}"#),
        ),
        (
            r#"{"minimum":0,"positive":null}"#,
            "NUMERIC",
            Some(r#"{"GREAT":["mb20/d2",0]}"#),
        ),
        (r#"{"modalities":null,"positive":true}"#, "DISCRETE", None),
        // The package sends a modality that is a number as a number; the service expects texts.
        (
            r#"{"modalities":[1,2.50]}"#,
            "DISCRETE",
            Some(r#"{"OR":[{"EQUALS":["mb20/d2",["1"]]},{"EQUALS":["mb20/d2",["2.50"]]}]}"#),
        ),
    ] {
        assert_eq!(filter(json, kind).unwrap().as_deref(), expected, "{json}");
    }
}

#[test]
fn invalid_bounds_of_dates_are_errors() {
    for bound in [
        "1e30",
        "253402300800000",
        "-62167219200001",
        "\"yesterday\"",
        "9223372036854775808",
    ] {
        let error = filter(&format!(r#"{{"minimum":{bound}}}"#), "DATETIME").unwrap_err();
        assert!(matches!(error, ConditionError::NoDate { .. }), "{error}");
    }
    let dates = filter(r#"{"minimum":"20201127_124000"}"#, "DATETIME").unwrap();
    assert_eq!(dates.unwrap(), r#"{"GREAT":["mb20/d2","20201127_124000"]}"#);
}

const JOB: &str = r#"{"bcId":573,
  "conditions":[{"variable":{"bcId":1},"minimum":0},{"variable":{"bcId":2},"modalities":["A"]}],
  "modelEntries":[
    {"name":"good","conditions":[{"variable":{"bcId":9}},{"note":"no variable"},{"variable":{"bcId":"3"}}]},
    {"name":"bad","conditions":[{"variable":{"bcId":3}}]}, {"name":"none"}],
  "dataGroups":[{"bcId":10}],
  "events":{"positiveEvents":[{"bcId":5}],"negativeEvents":[{"bcId":6},{"bcId":7}]}}"#;

fn event(json: &str) -> Event {
    response::one(json.as_bytes()).unwrap()
}

fn types(id: &BcId) -> Option<VariableType> {
    match id.as_str() {
        "1" | "4" => Some(VariableType::Numeric),
        "2" => Some(VariableType::Discrete),
        _ => None,
    }
}

#[test]
fn a_job_combines_its_conditions_with_negated_and_positive_events() {
    let job: Job = response::one(JOB.as_bytes()).unwrap();
    let positive = event(
        r#"{"bcId":5,"conditions":[{"variable":{"bcId":4},"maximum":1},{"variable":{"bcId":2},"modalities":["B"]}]}"#,
    );
    let negative = event(
        r#"{"bcId":6,"conditions":[{"variable":{"bcId":1},"minimum":5},{"variable":{"bcId":4},"minimum":6}]}"#,
    );
    // The Python package sends `{"NOT": []}`.
    let nothing = event(r#"{"bcId":7,"conditions":[{"variable":{"bcId":1}}]}"#);

    let filters = job
        .filters(20, types, [&positive], [&negative, &nothing])
        .unwrap();
    assert_eq!(filters.unsupported, []);
    let filters = filters.filters;
    let texts: Vec<_> = filters.iter().map(Filter::to_string).collect();
    assert_eq!(
        texts,
        [
            "mb20/d1 > 0",
            r#"mb20/d2 = "A""#,
            "not (mb20/d1 > 5 and mb20/d4 > 6)",
            "mb20/d4 < 1",
            r#"mb20/d2 = "B""#,
        ]
    );
    assert_eq!(Filter::all(filters).unwrap().depth(), 3 + 1);
    assert_eq!(job.own_filters(20, types).unwrap().filters.len(), 2);
    assert_eq!(job.filters(20, types, [], []).unwrap().filters.len(), 2);

    let needed = job.condition_variables([&positive, &negative]);
    assert_eq!(
        needed,
        ["1", "2", "4"]
            .map(|id| id.parse::<BcId>().unwrap())
            .each_ref()
    );
    let error = job.own_filters(20, |_| None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the type of variable 1 in a condition is unknown"
    );
}

#[test]
fn i12_a_negative_event_without_conditions_excludes_no_rows() {
    let job: Job = response::one(br#"{"bcId":1}"#).unwrap();
    for json in [
        r#"{"bcId":7}"#,
        r#"{"bcId":7,"conditions":null}"#,
        r#"{"bcId":7,"conditions":[]}"#,
        r#"{"bcId":7,"conditions":[{"variable":{"bcId":1}}]}"#,
    ] {
        let nothing = event(json);
        let filters = job.filters(20, types, [&nothing], [&nothing]);
        assert_eq!(filters, Ok(ConditionFilters::default()), "{json}");
    }
}

#[test]
fn a_condition_without_a_variable_is_an_error_with_its_position() {
    let filled = r#"{"variable":{"bcId":1},"minimum":1}"#;
    let no_variable = r#"{"minimum":1,"maximum":null,"positive":true}"#;
    let conditions = format!(r#""conditions":[{filled},{no_variable}]"#);
    let event = event(&format!(r#"{{"bcId":5,{conditions}}}"#));
    let job: Job = response::one(format!(r#"{{"bcId":7,{conditions}}}"#).as_bytes()).unwrap();
    let empty: Job = response::one(br#"{"bcId":8}"#).unwrap();
    for (owner, found) in [
        ("event 5", event.filters(20, types)),
        ("event 5", empty.filters(20, types, [&event], [])),
        ("event 5", empty.filters(20, types, [], [&event])),
        ("job 7", job.own_filters(20, types)),
        ("job 7", job.filters(20, types, [], [])),
    ] {
        let error = found.unwrap_err().to_string();
        let expected = format!("conditions[1] of {owner} has no variable");
        assert!(error.starts_with(&expected), "{error}");
    }
}

#[test]
fn a_condition_without_a_filter_is_reported() {
    let job: Job = response::one(
        br#"{"bcId":7,"conditions":[
            {"variable":{"bcId":1},"modalities":["A"]},
            {"variable":{"bcId":1},"minimum":0,"modalities":["A"]},
            {"variable":{"bcId":2},"minimum":0},
            {"variable":{"bcId":2},"modalities":[]}]}"#,
    )
    .unwrap();
    let negative = event(r#"{"bcId":5,"conditions":[{"variable":{"bcId":2},"maximum":0}]}"#);
    let found = job.filters(20, types, [], [&negative]).unwrap();
    let filters: Vec<_> = found.filters.iter().map(Filter::to_string).collect();
    assert_eq!(filters, ["mb20/d1 > 0"]);
    let told: Vec<_> = found.unsupported.iter().map(ToString::to_string).collect();
    let [modalities, bounds] = ["modalities but no bounds", "bounds but no modalities"];
    let line = |place: &str, variable: &str, has: &str| {
        format!("{place} cannot be expressed as a filter: {variable}, and the condition has {has}")
    };
    assert_eq!(
        told,
        [
            line("conditions[0] of job 7", "mb20/d1 is NUMERIC", modalities),
            line("conditions[2] of job 7", "mb20/d2 is DISCRETE", bounds),
            line("conditions[0] of event 5", "mb20/d2 is DISCRETE", bounds),
        ]
    );
}

#[test]
fn the_variables_of_a_job_are_unique_in_order_of_first_appearance() {
    let job: Job = response::one(JOB.as_bytes()).unwrap();
    let group: DataGroup =
        response::one(br#"{"bcId":10,"variables":[{"bcId":8},{"bcId":"9"},{"bcId":1}]}"#).unwrap();
    let variables: Vec<_> = job
        .variables([&group])
        .into_iter()
        .map(BcId::as_str)
        .collect();
    assert_eq!(variables, ["9", "3", "8", "1"]);
    let category = &job.categories()[0];
    assert_eq!(
        category
            .metadata()
            .read::<String>("name")
            .unwrap()
            .as_deref(),
        Some("good")
    );
}

#[test]
fn the_uuid_is_the_part_after_the_first_underscore() {
    for (json, uuid) in [
        (r#"{"bcId":1,"uuid":"rule_7d444840"}"#, Some("7d444840")),
        (r#"{"bcId":1,"uuid":"rule_7d_44"}"#, Some("7d_44")),
        (r#"{"bcId":1,"uuid":"7d444840"}"#, Some("7d444840")),
        (r#"{"bcId":1,"uuid":null}"#, None),
        (r#"{"bcId":1}"#, None),
    ] {
        assert_eq!(
            response::one::<Rule>(json.as_bytes()).unwrap().uuid(),
            uuid,
            "{json}"
        );
    }
}

#[test]
fn a_variable_without_a_type_is_valid() {
    let variable: Variable = response::one(br#"{"id":"x","local":"L"}"#).unwrap();
    assert_eq!(variable.variable_type(), None);
    variable.long_id(20).unwrap_err();
}
