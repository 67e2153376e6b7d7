//! An event as one flat object, with people by their labels.

use domain::Calendar;
use serde_json::{Map, Value};
use store::{Directory, Event};

/// The key under which a person stands in an event's body.
const PERSON: &str = "$p";

/// The event as `play --json` prints it and 事实 sees it: `kind`, `at`, `actor`, `subject`, `seq` and the body's fields.
pub fn flat(event: &Event, directory: &Directory, calendar: &Calendar) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("kind".to_owned(), event.kind.as_str().into());
    fields.insert("at".to_owned(), calendar.rfc3339(event.at).into());
    fields.insert("actor".to_owned(), event.actor.map(|id| directory.label(id)).into());
    fields.insert("subject".to_owned(), event.subject.as_deref().into());
    fields.insert("seq".to_owned(), event.seq.into());
    for (field, value) in &event.body {
        fields.entry(field.as_str()).or_insert_with(|| named(value, directory));
    }
    fields
}

fn named(value: &Value, directory: &Directory) -> Value {
    match value {
        Value::Object(fields) => match person(fields) {
            Some(id) => directory.label(id).into(),
            None => fields.iter().map(|(field, value)| (field.clone(), named(value, directory))).collect(),
        },
        Value::Array(items) => items.iter().map(|item| named(item, directory)).collect(),
        other => other.clone(),
    }
}

fn person(fields: &Map<String, Value>) -> Option<i64> {
    if fields.len() == 1 { fields.get(PERSON)?.as_i64() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn people_stand_by_label_wherever_they_are() {
        let body =
            json!({"to": {"$p": 7}, "rows": [{"place": 1, "person": {"$p": 8}}], "kind": "x", "note": "$p"});
        let Value::Object(body) = body else { panic!("an object") };
        let event = Event { seq: 3, at: 0, kind: "k".to_owned(), actor: Some(7), subject: None, body };
        let flat = flat(&event, &Directory::default(), &Calendar::default());
        assert_eq!(
            Value::Object(flat),
            json!({
                "kind": "k", "at": "1970-01-01T08:00:00+08:00", "actor": "?7", "subject": null, "seq": 3,
                "to": "?7", "rows": [{"place": 1, "person": "?8"}], "note": "$p"
            })
        );
    }
}
