//! 事实: whether an event has the given fields.
//!
//! Numbers are equal by value, `null` also matches an absent field, of an object only the given keys are looked at, and
//! of a list only the given elements, each of which must match some element.

use serde_json::{Map, Number, Value};
use std::cmp::Ordering;

/// A field in which an event differs from what is expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The field.
    pub field: String,
    /// What was expected.
    pub wanted: Value,
    /// What is there; `None` when the field is absent.
    pub had: Option<Value>,
}

/// Whether `event` has all of the `wanted` fields.
pub fn matches(wanted: &Map<String, Value>, event: &Map<String, Value>) -> bool {
    wanted.iter().all(|(field, value)| fits(value, event.get(field)))
}

/// The fields in which `event` differs, in the order of `wanted`.
pub fn differences(wanted: &Map<String, Value>, event: &Map<String, Value>) -> Vec<Difference> {
    let differing = wanted.iter().filter(|(field, value)| !fits(value, event.get(*field)));
    differing
        .map(|(field, value)| Difference {
            field: field.clone(),
            wanted: value.clone(),
            had: event.get(field).cloned(),
        })
        .collect()
}

fn fits(wanted: &Value, had: Option<&Value>) -> bool {
    match (wanted, had) {
        (Value::Null, None | Some(Value::Null)) => true,
        (Value::Number(wanted), Some(Value::Number(had))) => equal(wanted, had),
        (Value::Object(wanted), Some(Value::Object(had))) => matches(wanted, had),
        (Value::Array(wanted), Some(Value::Array(had))) => {
            wanted.iter().all(|wanted| had.iter().any(|had| fits(wanted, Some(had))))
        }
        (wanted, Some(had)) => wanted == had,
        (_, None) => false,
    }
}

fn equal(a: &Number, b: &Number) -> bool {
    if let (Some(a), Some(b)) = (a.as_i64(), b.as_i64()) {
        return a == b;
    }
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a.partial_cmp(&b) == Some(Ordering::Equal),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(fields) => fields,
            other => panic!("{other} is no object"),
        }
    }

    #[test]
    fn given_fields_must_be_equal_and_others_may_be_there() {
        let event = json!({
            "kind": "report.filed", "late": false, "days": 0.5, "fen": -3000, "to": null,
            "figures": {"对话": 50, "预约": 8}, "missing": ["phone", "age"],
            "rows": [{"place": 1, "person": "张三"}, {"place": 2, "person": "李四"}]
        });
        let cases = [
            (json!({}), true),
            (json!({"kind": "report.filed", "late": false}), true),
            (json!({"late": true}), false),
            (json!({"late": "false"}), false),
            (json!({"fen": -3000.0}), true),
            (json!({"fen": 3000}), false),
            (json!({"days": 0.5}), true),
            (json!({"days": 0.50001}), false),
            (json!({"days": "0.5"}), false),
            (json!({"to": null}), true),
            (json!({"absent": null}), true),
            (json!({"late": null}), false),
            (json!({"absent": 0}), false),
            (json!({"figures": {"对话": 50.0}}), true),
            (json!({"figures": {"到诊": null}}), true),
            (json!({"figures": {"对话": 51}}), false),
            (json!({"figures": 50}), false),
            (json!({"missing": []}), true),
            (json!({"missing": ["age"]}), true),
            (json!({"missing": ["age", "phone"]}), true),
            (json!({"missing": ["name"]}), false),
            (json!({"missing": "age"}), false),
            (json!({"rows": [{"person": "李四"}]}), true),
            (json!({"rows": [{"person": "李四", "place": 1}]}), false),
        ];
        let event = object(event);
        for (wanted, expected) in cases {
            assert_eq!(matches(&object(wanted.clone()), &event), expected, "{wanted}");
            assert_eq!(differences(&object(wanted.clone()), &event).is_empty(), expected, "{wanted}");
        }
    }

    #[test]
    fn the_differing_field_is_named_with_both_values() {
        let wanted = object(json!({"kind": "k", "late": true, "rule": "R-001"}));
        let event = object(json!({"kind": "k", "late": false}));
        let found = differences(&wanted, &event);
        assert_eq!(
            found,
            [
                Difference { field: "late".to_owned(), wanted: json!(true), had: Some(json!(false)) },
                Difference { field: "rule".to_owned(), wanted: json!("R-001"), had: None },
            ]
        );
    }
}
