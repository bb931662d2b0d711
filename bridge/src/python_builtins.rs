//! What templates expect of Python and Jinja2 beyond what minijinja brings: methods of strings, lists and
//! dicts, and filters whose Jinja2 form takes more. What is not here is an error, never other bytes.

use minijinja::value::{Kwargs, Tuple, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State};

use crate::python_text::python_str;

/// A width beyond anything sensible must not become memory.
const WIDTH_MAX: usize = 10_000;

/// In Python a string and a dict are sequences too: they have a length and can be indexed.
fn is_sequence(value: &Value) -> bool {
    matches!(value.kind(), ValueKind::Seq | ValueKind::String | ValueKind::Map | ValueKind::Undefined)
}

fn is_iterable(value: &Value) -> bool {
    is_sequence(value) || value.kind() == ValueKind::Iterable
}

/// What is written `filter(value, default)` or `filter(default=value)`.
fn given<'a, T: minijinja::value::ArgType<'a, Output = T>>(
    positional: Option<T>,
    named: &'a Kwargs,
    name: &'a str,
) -> Result<Option<T>, Error> {
    match positional {
        Some(value) => Ok(Some(value)),
        None if named.has(name) => named.get(name).map(Some),
        None => Ok(None),
    }
}

/// What Python's `int()` reads: an integer, or the whole part of a float.
fn to_int(value: &Value) -> Option<i64> {
    if let Some(text) = value.as_str() {
        let text = text.trim();
        return text.parse().ok().or_else(|| text.parse::<f64>().ok().filter(|f| f.is_finite()).map(|f| f as i64));
    }
    match value.kind() {
        ValueKind::Bool => Some(i64::from(value.is_true())),
        _ => value.as_i64().or_else(|| f64::try_from(value.clone()).ok().map(|f| f as i64)),
    }
}

fn int(value: &Value, default: Option<i64>, named: Kwargs) -> Result<i64, Error> {
    let default = given(default, &named, "default")?.unwrap_or(0);
    named.assert_all_used()?;
    Ok(to_int(value).unwrap_or(default))
}

fn float(value: &Value, default: Option<f64>, named: Kwargs) -> Result<f64, Error> {
    let default = given(default, &named, "default")?.unwrap_or(0.0);
    named.assert_all_used()?;
    let read = match value.as_str() {
        Some(text) => text.trim().parse().ok(),
        None if value.kind() == ValueKind::Bool => Some(f64::from(u8::from(value.is_true()))),
        None => f64::try_from(value.clone()).ok(),
    };
    Ok(read.unwrap_or(default))
}

/// `default(value, default_value='', boolean=false)`.
fn default(value: &Value, other: Option<Value>, boolean: Option<Value>, named: Kwargs) -> Result<Value, Error> {
    let other = given(other, &named, "default_value")?.unwrap_or_else(|| Value::from(""));
    let boolean = given(boolean, &named, "boolean")?.is_some_and(|boolean| boolean.is_true());
    named.assert_all_used()?;
    Ok(if value.is_undefined() || (boolean && !value.is_true()) { other } else { value.clone() })
}

/// Jinja2's undefined value has a length, zero.
fn length(value: &Value) -> Result<usize, Error> {
    if value.is_undefined() {
        return Ok(0);
    }
    value.len().ok_or_else(|| {
        Error::new(ErrorKind::InvalidOperation, format!("a value of type {} has no length", value.kind()))
    })
}

/// `str.title()`: a capital after everything that is no letter, an apostrophe too.
fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_word = false;
    for c in text.chars() {
        if in_word {
            out.extend(c.to_lowercase());
        } else {
            out.extend(c.to_uppercase());
        }
        in_word = c.is_alphabetic();
    }
    out
}

fn text_of(value: &Value) -> Result<&str, Error> {
    value
        .as_str()
        .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("a string is expected, not {}", value.kind())))
}

/// The fill that brings `text` to a width, as `zfill`, `ljust` and `rjust` count it: in characters.
fn fill(text: &str, width: &Value, with: &str) -> Result<String, Error> {
    let width = usize::try_from(width.clone())?;
    if width > WIDTH_MAX {
        return Err(Error::new(ErrorKind::InvalidOperation, format!("a width of {width} is more than {WIDTH_MAX}")));
    }
    Ok(with.repeat(width.saturating_sub(text.chars().count())))
}

fn zero_filled(text: &str, width: &Value) -> Result<String, Error> {
    let zeros = fill(text, width, "0")?;
    let digits = text.trim_start_matches(['+', '-']);
    let sign = if text.len() - digits.len() == 1 { &text[..1] } else { "" };
    Ok(format!("{sign}{zeros}{}", &text[sign.len()..]))
}

fn partition(text: &str, separator: &str, parts: Option<(&str, &str)>, at_end: bool) -> Value {
    let tuple = match (parts, at_end) {
        (Some((before, after)), _) => vec![before, separator, after],
        (None, false) => vec![text, "", ""],
        (None, true) => vec!["", "", text],
    };
    Value::from(Tuple::from(tuple.into_iter().map(Value::from).collect::<Vec<_>>()))
}

/// What Python takes for white space: Unicode's and four more control characters.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

fn trim(value: &Value, of: Option<String>) -> Result<String, Error> {
    let text = python_str(value)?;
    Ok(match of {
        Some(of) => text.trim_matches(|c| of.contains(c)).into(),
        None => text.trim_matches(is_space).into(),
    })
}

/// `str.splitlines()`: more ends of lines than the line feed.
fn lines(text: &str) -> Vec<&str> {
    const ENDS: [char; 10] =
        ['\n', '\r', '\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}', '\u{2029}'];
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some((line, after)) = rest.split_once(ENDS) {
        lines.push(line);
        let at = line.len();
        rest = if rest[at..].starts_with("\r\n") { &rest[at + 2..] } else { after };
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines
}

/// `indent(value, width=4, first=false, blank=false)`; the width is a number or the indentation itself.
fn indent(
    value: &Value,
    width: Option<Value>,
    first: Option<Value>,
    blank: Option<Value>,
    named: Kwargs,
) -> Result<String, Error> {
    let indentation = match given(width, &named, "width")? {
        None => " ".repeat(4),
        Some(width) if width.as_str().is_some() => text_of(&width)?.to_string(),
        Some(width) => fill("", &width, " ")?,
    };
    let first = given(first, &named, "first")?.is_some_and(|first| first.is_true());
    let blank = given(blank, &named, "blank")?.is_some_and(|blank| blank.is_true());
    named.assert_all_used()?;
    let text = format!("{}\n", python_str(value)?); // the end of the last line is Jinja2's, too
    let mut out = String::new();
    for (i, line) in lines(&text).into_iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        if if i == 0 { first } else { blank || !line.is_empty() } {
            out.push_str(&indentation);
        }
        out.push_str(line);
    }
    Ok(out)
}

/// `replace(value, old, new, count)`.
fn replace(value: &Value, old: String, new: String, count: Option<i64>) -> Result<String, Error> {
    let text = python_str(value)?;
    Ok(match count.map(usize::try_from) {
        Some(Ok(count)) => text.replacen(&old, &new, count),
        _ => text.replace(&old, &new),
    })
}

/// `str.rsplit(separator, times)`.
fn rsplit(text: &str, separator: &Value, times: Option<&Value>) -> Result<Value, Error> {
    let separator = text_of(separator)?;
    if separator.is_empty() {
        return Err(Error::new(ErrorKind::InvalidOperation, "empty separator"));
    }
    let times = times.map_or(Ok(-1), |times| i64::try_from(times.clone()))?;
    let parts_max = usize::try_from(times).map_or(usize::MAX, |times| times.saturating_add(1));
    let mut parts: Vec<Value> = text.rsplitn(parts_max, separator).map(Value::from).collect();
    parts.reverse();
    Ok(Value::from(parts))
}

fn string_method(text: &str, method: &str, args: &[Value]) -> Result<Option<Value>, Error> {
    Ok(Some(match (method, args) {
        ("title", []) => Value::from(title(text)),
        ("strip", []) => Value::from(text.trim_matches(is_space)),
        ("lstrip", []) => Value::from(text.trim_start_matches(is_space)),
        ("rstrip", []) => Value::from(text.trim_end_matches(is_space)),
        ("splitlines", []) => lines(text).into_iter().map(Value::from).collect(),
        ("rsplit", [separator]) => rsplit(text, separator, None)?,
        ("rsplit", [separator, times]) => rsplit(text, separator, Some(times))?,
        ("removeprefix", [prefix]) => Value::from(text.strip_prefix(text_of(prefix)?).unwrap_or(text)),
        ("removesuffix", [suffix]) => Value::from(text.strip_suffix(text_of(suffix)?).unwrap_or(text)),
        ("partition", [separator]) => {
            let separator = text_of(separator)?;
            partition(text, separator, text.split_once(separator), false)
        }
        ("rpartition", [separator]) => {
            let separator = text_of(separator)?;
            partition(text, separator, text.rsplit_once(separator), true)
        }
        ("zfill", [width]) => Value::from(zero_filled(text, width)?),
        ("ljust", [width]) => Value::from(format!("{text}{}", fill(text, width, " ")?)),
        ("rjust", [width]) => Value::from(format!("{}{text}", fill(text, width, " ")?)),
        _ => return Ok(None),
    }))
}

fn python_method(state: &mut State, value: &Value, method: &str, args: &[Value]) -> Result<Value, Error> {
    let known = match (value.kind(), method, args) {
        (ValueKind::String, _, _) => string_method(value.as_str().unwrap_or_default(), method, args)?,
        // Values never change in a sandboxed template, so a copy is the value itself.
        (ValueKind::Map | ValueKind::Seq, "copy", []) => Some(value.clone()),
        _ => None,
    };
    match known {
        Some(result) => Ok(result),
        None => minijinja_contrib::pycompat::unknown_method_callback(state, value, method, args),
    }
}

pub fn add_to(environment: &mut Environment) {
    environment.set_unknown_method_callback(python_method);
    environment.add_filter("int", int);
    environment.add_filter("float", float);
    environment.add_filter("default", default);
    environment.add_filter("d", default);
    environment.add_filter("length", length);
    environment.add_filter("count", length);
    environment.add_filter("trim", trim);
    environment.add_filter("indent", indent);
    environment.add_filter("replace", replace);
    environment.add_filter("string", |value: &Value| python_str(value));
    environment.add_test("sequence", is_sequence);
    environment.add_test("iterable", is_iterable);
    environment.add_function("joiner", minijinja_contrib::globals::joiner);
}
