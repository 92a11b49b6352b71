//! What a process engineer would make of the dryer: which variables belong together, which situations matter, what is
//! studied, and what was found.
//!
//! bcIds and references are numbers here and text there, as the services give them.

use serde_json::{Map, Value, json};

use crate::study::{Kind, Study};

/// 2023-10-01T23:59:59.999Z, as the first week begins, in milliseconds since the epoch. Bounds that are no whole seconds
/// occur; the record begins on the Monday.
const FIRST_MONDAY: u64 = 1_696_204_799_999;

/// 2023-10-06T00:00:00Z, the Friday of that week.
const FIRST_FRIDAY: u64 = 1_696_550_400_000;

/// 2023-10-08T23:59:59.999Z, the end of that week.
const FIRST_SUNDAY: u64 = 1_696_809_599_999;

/// The study that comes with the dryer.
pub(super) fn study() -> Study {
    let mut study = Study::default();
    let lists = [
        (Kind::DataGroup, data_groups()),
        (Kind::Event, events()),
        (Kind::Job, jobs()),
        (Kind::Rule, rules()),
    ];
    for (kind, list) in lists {
        for (bc_id, entity) in list {
            study.add(kind, bc_id, object(entity));
        }
    }
    study
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn data_groups() -> Vec<(u64, Value)> {
    let group = |name: &str, description: &str, variables: Value| json!({"name": name, "description": description, "variables": variables});
    vec![
        (
            10,
            group(
                "Temperatures",
                "What the jacket is asked for and what the product gets",
                json!([{"bcId": 2_000_037}, {"bcId": "2000038"}, {"bcId": 2_000_039}, {"bcId": "2000040"}]),
            ),
        ),
        (
            11,
            group(
                "Agitator",
                "The load tells how wet the cake still is",
                json!([{"bcId": "2000034"}, {"bcId": "2000035"}, {"bcId": "2000036"}]),
            ),
        ),
        (
            12,
            group(
                "Vacuum and solvent",
                "How the solvent leaves and where it is collected",
                json!([{"bcId": 2_000_031}, {"bcId": 2_000_032}, {"bcId": 2_000_033}]),
            ),
        ),
        (13, group("Still empty", "To be filled", json!([]))),
    ]
}

fn labels(variable: u64, modalities: &[&str], positive: bool) -> Value {
    json!({
        "variable": {"bcId": variable, "type": "DISCRETE"},
        "minimum": null,
        "maximum": null,
        "modalities": modalities,
        "positive": positive,
    })
}

fn range(variable: u64, minimum: Value, maximum: Value, positive: bool) -> Value {
    json!({
        "variable": {"bcId": variable.to_string()},
        "minimum": minimum,
        "maximum": maximum,
        "modalities": [],
        "positive": positive,
    })
}

fn events() -> Vec<(u64, Value)> {
    let event = |name: &str, conditions: Value| json!({"name": name, "conditions": conditions});
    vec![
        (
            100,
            event(
                "Under vacuum",
                json!([labels(2_000_003, &["DRYING"], true)]),
            ),
        ),
        (
            101,
            event(
                "Agitator at rest",
                json!([range(2_000_036, Value::Null, json!(1), true)]),
            ),
        ),
        (
            102,
            event(
                "First week",
                json!([range(
                    2_000_001,
                    json!(FIRST_MONDAY),
                    json!(FIRST_SUNDAY),
                    true
                )]),
            ),
        ),
        (
            103,
            event(
                "Charging",
                json!([
                    range(2_000_041, json!(0), json!(10), true),
                    range(2_000_040, json!(60), Value::Null, false),
                ]),
            ),
        ),
        (104, event("Still to be defined", json!([]))),
        (
            105,
            event(
                "After the first week",
                json!([range(2_000_001, json!(FIRST_SUNDAY), Value::Null, true)]),
            ),
        ),
        (
            106,
            event(
                "From the first Friday on",
                json!([range(2_000_001, Value::Null, json!(FIRST_FRIDAY), false)]),
            ),
        ),
        (
            107,
            event(
                "Neither drying nor holding",
                json!([labels(2_000_003, &["DRYING", "HOLDING"], false)]),
            ),
        ),
        // Somebody wants to see these variables, and has not said which values.
        (
            108,
            event(
                "Watched alone",
                json!([
                    range(2_000_034, Value::Null, Value::Null, true),
                    range(2_000_036, Value::Null, Value::Null, false),
                    labels(2_000_003, &[], false),
                ]),
            ),
        ),
        (
            109,
            event(
                "At any time",
                json!([range(2_000_001, json!(0), Value::Null, true)]),
            ),
        ),
        // What goes without saying is not said.
        (
            110,
            event(
                "Hot product",
                json!([{"variable": {"bcId": 2_000_040}, "minimum": 60}]),
            ),
        ),
        // A condition has lost its variable.
        (
            111,
            event(
                "Hot, whatever that was",
                json!([
                    range(2_000_040, json!(60), Value::Null, true),
                    {"minimum": 1, "maximum": null, "positive": true},
                ]),
            ),
        ),
    ]
}

fn jobs() -> Vec<(u64, Value)> {
    vec![
        (
            573,
            json!({
                "name": "Dryer temperature under vacuum",
                "conditions": [
                    range(2_000_041, json!(10), Value::Null, true),
                    labels(2_000_002, &["B01", "B02", "B03"], false),
                ],
                "events": {
                    "positiveEvents": [{"bcId": 100}],
                    "negativeEvents": [{"bcId": "101"}, {"bcId": 103}],
                },
                "modelEntries": [
                    {"name": "good", "conditions": [range(2_000_040, json!(50), Value::Null, true)]},
                    {"name": "bad", "conditions": [
                        range(2_000_040, Value::Null, json!(50), true),
                        {"minimum": null, "maximum": null, "positive": true},
                    ]},
                ],
                "dataGroups": [{"bcId": 10}, {"bcId": "11"}],
            }),
        ),
        (
            574,
            json!({
                "name": "Agitator load while drying",
                "conditions": [
                    labels(2_000_003, &["DRYING", "HOLDING"], true),
                    range(2_000_034, json!(5), json!(150), true),
                ],
                "events": {"positiveEvents": [{"bcId": 102}], "negativeEvents": []},
                "modelEntries": [
                    {"name": "light", "conditions": [range(2_000_035, Value::Null, json!(20), true)]},
                    {"name": "heavy", "conditions": [range(2_000_035, json!(20), Value::Null, true)]},
                ],
                "dataGroups": [{"bcId": 11}],
            }),
        ),
        // A draft: what nobody has filled in is not there.
        (
            575,
            json!({"name": "Solvent recovery, draft", "dataGroups": [{"bcId": 12}]}),
        ),
        (
            576,
            json!({
                "name": "Second week against the first",
                "conditions": [
                    range(2_000_041, json!(0), json!(400), true),
                    range(2_000_034, json!(150), Value::Null, false),
                    labels(2_000_002, &["B01"], false),
                ],
                "events": {
                    "positiveEvents": [{"bcId": 106}, {"bcId": 108}],
                    "negativeEvents": [{"bcId": 103}, {"bcId": 107}],
                },
                "modelEntries": [
                    {"name": "second week", "conditions": [range(2_000_001, json!(FIRST_SUNDAY), Value::Null, true)]},
                    {"name": "first week", "conditions": [
                        range(2_000_001, Value::Null, json!(FIRST_SUNDAY), true),
                        labels(2_000_003, &["DRYING"], true),
                    ]},
                ],
                "dataGroups": [{"bcId": 12}, {"bcId": 10}, {"bcId": 13}, {"bcId": 12}],
            }),
        ),
        // It leaves out an event that nobody has defined.
        (
            577,
            json!({
                "name": "All but what is still to be defined",
                "conditions": [],
                "events": {"positiveEvents": [], "negativeEvents": [{"bcId": 104}]},
                "modelEntries": [{"name": "all", "conditions": [range(2_000_034, Value::Null, Value::Null, true)]}],
                "dataGroups": [],
            }),
        ),
    ]
}

fn rules() -> Vec<(u64, Value)> {
    let rule = |name: &str, job: Value, conditions: Value, covered: f64, precision: f64| {
        json!({
            "name": name,
            "job": {"bcId": job},
            "conditions": conditions,
            "covered": covered,
            "precision": precision,
        })
    };
    vec![
        (
            200,
            rule(
                "Hot jacket",
                json!(573),
                json!([range(2_000_038, json!(60), Value::Null, true)]),
                0.62,
                0.91,
            ),
        ),
        (
            201,
            rule(
                "Deep vacuum",
                json!("573"),
                json!([range(2_000_033, Value::Null, json!(100), true)]),
                0.48,
                0.87,
            ),
        ),
        (
            202,
            rule(
                "Slow agitator",
                json!(574),
                json!([range(2_000_036, json!(1), json!(6), true)]),
                0.21,
                0.79,
            ),
        ),
    ]
}
