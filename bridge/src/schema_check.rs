//! What llguidance compiles although no answer can keep it: refused here, before the first token.

use serde_json::Value;

use crate::border::{Failure, Outcome, Status};

/// A text that must be longer than this never ends within any answer's limit.
const PATTERN_BYTES_MAX: usize = 1 << 16;

/// Keywords whose values are data, not schemas.
const DATA: [&str; 4] = ["const", "enum", "default", "examples"];
/// Keywords whose values hold schemas by names of the client's choosing.
const NAMED: [&str; 5] = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];

/// Refuses a regular expression that only texts too long for an answer match. What is no regular
/// expression is left to the compiler, which says where it is wrong.
pub fn check_pattern(pattern: &str) -> Outcome<()> {
    let Ok(parsed) = regex_syntax::parse(pattern) else {
        return Ok(());
    };
    match parsed.properties().minimum_len() {
        Some(bytes) if bytes > PATTERN_BYTES_MAX => Err(Failure {
            status: Status::Limit,
            message: format!(
                "the shortest text that matches the pattern has {bytes} bytes, the limit is {PATTERN_BYTES_MAX}"
            ),
        }),
        _ => Ok(()),
    }
}

fn check_keyword(keyword: &str, value: &Value) -> Outcome<()> {
    match (keyword, value) {
        ("multipleOf", Value::Number(number)) if number.as_f64().is_some_and(|n| n <= 0.0) => {
            Err(Failure::invalid(format!("multipleOf must be above 0, and is {number}")))
        }
        ("pattern", Value::String(pattern)) => check_pattern(pattern),
        ("patternProperties", Value::Object(named)) => named.keys().try_for_each(|p| check_pattern(p)),
        _ => Ok(()),
    }
}

/// Looks at all schemas inside `schema`; no recursion.
pub fn check_schema(schema: &Value) -> Outcome<()> {
    let mut waiting = vec![schema];
    while let Some(next) = waiting.pop() {
        match next {
            Value::Array(items) => waiting.extend(items),
            Value::Object(fields) => {
                for (keyword, value) in fields {
                    check_keyword(keyword, value)?;
                    match value {
                        Value::Object(named) if NAMED.contains(&keyword.as_str()) => waiting.extend(named.values()),
                        _ if DATA.contains(&keyword.as_str()) => {}
                        _ => waiting.push(value),
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn refuses_what_no_answer_can_keep() {
        for schema in [
            json!({"type": "integer", "multipleOf": -1}),
            json!({"items": {"multipleOf": 0}}),
            json!({"anyOf": [{"type": "string", "pattern": "(a{1000}){1000}"}]}),
            json!({"properties": {"const": {"multipleOf": -0.5}}}),
            json!({"patternProperties": {"^(ab{9}){9999}$": {}}}),
        ] {
            assert!(check_schema(&schema).is_err(), "{schema}");
        }
    }

    #[test]
    fn lets_data_and_names_be() {
        for schema in [
            json!({"const": {"multipleOf": -1}, "enum": [{"pattern": "(a{1000}){1000}"}]}),
            json!({"properties": {"multipleOf": {"type": "integer"}, "pattern": {"const": "x"}}}),
            json!({"type": "string", "pattern": "^(a{0,1000}){0,1000}$", "multipleOf": 0.01}),
            json!({"pattern": "("}),
        ] {
            assert!(check_schema(&schema).is_ok(), "{schema}");
        }
    }
}
