//! Options for the JSON Schemas inside a Lark grammar (`%json {...}`). llguidance takes them only from
//! inside each schema, so they are written there before it reads the text.

use serde_json::{Deserializer, Value};

use crate::border::{Failure, Outcome};

/// The bytes of the string, regular expression or control token at the beginning of `text`, by the forms
/// that llguidance's lexer knows; none where something else begins.
fn quoted_size(text: &str) -> Option<usize> {
    let open = text.chars().next()?;
    let close = match open {
        '"' | '/' => open,
        '<' => '>',
        _ => return None,
    };
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if open != '<' => is_escaped = true,
            _ if c == close => return Some(at + 1),
            '\n' if open != '/' => return None,
            c if open == '<' && (c == '<' || c.is_whitespace()) => return None,
            _ => {}
        }
    }
    None
}

/// The JSON value at the beginning of `text` and its size, white space before it included.
fn json_prefix(text: &str) -> Outcome<(Value, usize)> {
    let mut stream = Deserializer::from_str(text).into_iter::<Value>();
    match stream.next() {
        Some(Ok(value)) => Ok((value, stream.byte_offset())),
        Some(Err(error)) => Err(Failure::invalid(format!("JSON in the grammar: {error}"))),
        None => Err(Failure::invalid("JSON is missing in the grammar")),
    }
}

/// `text` with each schema of it passed through `with_options`.
pub fn with_schemas(text: &str, with_options: impl Fn(Value) -> Outcome<Value>) -> Outcome<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let size = if rest.starts_with("//") || c == '#' {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(size) = quoted_size(rest) {
            size
        } else if let Some(keyword) = ["%json", "%regex", "%llguidance"].iter().find(|k| rest.starts_with(**k)) {
            let (value, size) = json_prefix(&rest[keyword.len()..])?;
            if *keyword == "%json" {
                out.push_str("%json ");
                out.push_str(&with_options(value)?.to_string());
                rest = &rest[keyword.len() + size..];
                continue;
            }
            keyword.len() + size
        } else {
            c.len_utf8()
        };
        out.push_str(&rest[..size]);
        rest = &rest[size..];
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str) -> String {
        with_schemas(text, |_| Ok(Value::from("S"))).unwrap_or_else(|failure| failure.message)
    }

    #[test]
    fn finds_schemas_and_nothing_else() {
        assert_eq!(marked("a: %json {\"x\": [1, \"}\"]}\nb: %json{}c"), "a: %json \"S\"\nb: %json \"S\"c");
        for text in [
            "a: \"%json {}\" /%json {}\\/ %json {}/ <%json{}>",
            "# %json {}\n// %json {}\na: b",
            "a: %regex {\"x\": \"%json {}\"}\n%llguidance {\"y\": \"%json {}\"}",
            "a: \"\\\"%json {}\"",
        ] {
            assert_eq!(marked(text), text);
        }
        assert_eq!(marked("a: \"x\" %json {}"), "a: \"x\" %json \"S\"");
        assert_eq!(marked("a: < b > %json {}"), "a: < b > %json \"S\"");
        assert!(marked("a: %json {").contains("JSON"));
        assert!(marked("a: %json").contains("JSON"));
    }
}
