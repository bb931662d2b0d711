//! Values as Python writes them: `str()`, `repr()` and `json.dumps(ensure_ascii=False)`. Templates were
//! written for Jinja2, and a model sees every byte of what they print.

use std::fmt::Write;

use minijinja::value::{Value, ValueKind};

/// Values inside values; a template that builds deeper ones is cut off with an error.
const DEPTH_MAX: usize = 64;

type Written = Result<(), minijinja::Error>;

fn too_deep() -> minijinja::Error {
    minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, "the value is nested too deeply")
}

fn push(out: &mut String, text: &str) -> Written {
    out.push_str(text);
    Ok(())
}

/// Of two shortest texts that a number lies halfway between, Python takes the one with the even digit, as
/// exact formatting with as many digits does.
fn closest(exact: String, shortest: String, value: f64) -> String {
    if exact.parse() == Ok(value) {
        exact
    } else {
        shortest
    }
}

/// Python's `repr(float)`: the shortest digits that read back, with an exponent below 1e-4 and from 1e16.
fn float_repr(value: f64) -> String {
    if value.is_nan() {
        return "nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf".into() } else { "-inf".into() };
    }
    let shortest = format!("{value:e}");
    let (digits, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let places = digits.split_once('.').map_or(0, |(_, places)| places.len());
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if value != 0.0 && !(-4..16).contains(&exponent) {
        let text = closest(format!("{value:.places$e}"), shortest.clone(), value);
        let digits = text.split_once('e').map_or(text.as_str(), |(digits, _)| digits);
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.abs());
    }
    let decimals = usize::try_from(places as i32 - exponent).unwrap_or(0).max(1);
    closest(format!("{value:.decimals$}"), format!("{value:?}"), value)
}

fn number_text(value: &Value) -> String {
    if value.is_integer() {
        return value.to_string();
    }
    f64::try_from(value.clone()).map_or_else(|_| value.to_string(), float_repr)
}

/// Python's `str.isprintable()`. Rust's escapes follow the same rule (all but Other and Separator, and
/// the space) for a character that is not the first of its text.
fn is_printable(c: char) -> bool {
    let mut buffer = [b'a', 0, 0, 0, 0];
    let size = c.encode_utf8(&mut buffer[1..]).len();
    let text = std::str::from_utf8(&buffer[..=size]).unwrap_or_default();
    matches!(c, '\'' | '"' | '\\') || text.escape_debug().eq(text.chars())
}

/// `repr(str)`: single quotes unless only they occur; control characters escaped.
fn string_repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if !is_printable(c) => {
                let _ = match c as u32 {
                    code @ 0..=0xff => write!(out, "\\x{code:02x}"),
                    code @ 0x100..=0xffff => write!(out, "\\u{code:04x}"),
                    code => write!(out, "\\U{code:08x}"),
                };
            }
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

fn write_repr(value: &Value, depth: usize, out: &mut String) -> Written {
    if depth > DEPTH_MAX {
        return Err(too_deep());
    }
    match value.kind() {
        ValueKind::String => push(out, &string_repr(value.as_str().unwrap_or_default())),
        ValueKind::Map => {
            out.push('{');
            for (i, key) in value.try_iter()?.enumerate() {
                push(out, if i == 0 { "" } else { ", " })?;
                write_repr(&key, depth + 1, out)?;
                out.push_str(": ");
                write_repr(&value.get_item(&key)?, depth + 1, out)?;
            }
            push(out, "}")
        }
        ValueKind::Seq | ValueKind::Iterable => {
            let is_tuple = value.is_tuple();
            out.push(if is_tuple { '(' } else { '[' });
            let mut count = 0;
            for item in value.try_iter()? {
                push(out, if count == 0 { "" } else { ", " })?;
                write_repr(&item, depth + 1, out)?;
                count += 1;
            }
            push(out, match (is_tuple, count) {
                (true, 1) => ",)",
                (true, _) => ")",
                (false, _) => "]",
            })
        }
        ValueKind::Undefined => push(out, "Undefined"),
        _ => push(out, &python_str(value)?),
    }
}

/// What `{{ value }}` prints.
pub fn python_str(value: &Value) -> Result<String, minijinja::Error> {
    Ok(match value.kind() {
        ValueKind::Undefined => String::new(),
        ValueKind::None => "None".into(),
        ValueKind::Bool => (if value.is_true() { "True" } else { "False" }).into(),
        ValueKind::Number => number_text(value),
        ValueKind::Map | ValueKind::Seq => {
            let mut out = String::new();
            write_repr(value, 0, &mut out)?;
            out
        }
        _ => value.to_string(),
    })
}

/// The choices of `json.dumps`.
pub struct JsonStyle {
    pub indent: Option<String>,
    pub item_separator: String,
    pub key_separator: String,
    pub sort_keys: bool,
    pub ensure_ascii: bool,
}

impl JsonStyle {
    fn write_string(&self, text: &str, out: &mut String) {
        out.push('"');
        for c in text.chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '\u{8}' => out.push_str("\\b"),
                '\u{c}' => out.push_str("\\f"),
                c if (c as u32) < 0x20 => {
                    let _ = write!(out, "\\u{:04x}", c as u32);
                }
                c if self.ensure_ascii && c >= '\u{7f}' => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        let _ = write!(out, "\\u{unit:04x}");
                    }
                }
                c => out.push(c),
            }
        }
        out.push('"');
    }

    fn new_line(&self, depth: usize, out: &mut String) {
        if let Some(indent) = &self.indent {
            out.push('\n');
            for _ in 0..depth {
                out.push_str(indent);
            }
        }
    }

    /// A key as `json.dumps` takes it: strings, and what it turns into strings.
    fn write_key(&self, key: &Value, out: &mut String) -> Written {
        match key.kind() {
            ValueKind::String => self.write_string(key.as_str().unwrap_or_default(), out),
            ValueKind::Bool => self.write_string(if key.is_true() { "true" } else { "false" }, out),
            ValueKind::None => self.write_string("null", out),
            ValueKind::Number => self.write_string(&number_text(key), out),
            _ => {
                return Err(minijinja::Error::new(
                    minijinja::ErrorKind::InvalidOperation,
                    "keys must be str, int, float, bool or None",
                ))
            }
        }
        Ok(())
    }

    fn write_map(&self, value: &Value, depth: usize, out: &mut String) -> Written {
        let mut keys: Vec<Value> = value.try_iter()?.collect();
        if self.sort_keys {
            keys.sort();
        }
        out.push('{');
        for (i, key) in keys.iter().enumerate() {
            push(out, if i == 0 { "" } else { &self.item_separator })?;
            self.new_line(depth + 1, out);
            self.write_key(key, out)?;
            out.push_str(&self.key_separator);
            self.write(&value.get_item(key)?, depth + 1, out)?;
        }
        if !keys.is_empty() {
            self.new_line(depth, out);
        }
        push(out, "}")
    }

    fn write_list(&self, value: &Value, depth: usize, out: &mut String) -> Written {
        let mut is_empty = true;
        out.push('[');
        for item in value.try_iter()? {
            push(out, if is_empty { "" } else { &self.item_separator })?;
            is_empty = false;
            self.new_line(depth + 1, out);
            self.write(&item, depth + 1, out)?;
        }
        if !is_empty {
            self.new_line(depth, out);
        }
        push(out, "]")
    }

    pub fn write(&self, value: &Value, depth: usize, out: &mut String) -> Written {
        if depth > DEPTH_MAX {
            return Err(too_deep());
        }
        match value.kind() {
            ValueKind::None => push(out, "null"),
            ValueKind::Bool => push(out, if value.is_true() { "true" } else { "false" }),
            ValueKind::Number => push(out, &number_text(value)),
            ValueKind::String => {
                self.write_string(value.as_str().unwrap_or_default(), out);
                Ok(())
            }
            ValueKind::Map => self.write_map(value, depth, out),
            ValueKind::Seq | ValueKind::Iterable => self.write_list(value, depth, out),
            kind => Err(minijinja::Error::new(
                minijinja::ErrorKind::InvalidOperation,
                format!("Object of type {kind} is not JSON serializable"),
            )),
        }
    }
}
