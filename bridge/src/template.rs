//! Chat templates: minijinja behind C functions, set up as the transformers package sets up Jinja2
//! (`transformers.utils.chat_template_utils`): trim_blocks, lstrip_blocks, loop controls, `tojson`
//! as `json.dumps` without escapes, `raise_exception`, `strftime_now`, the `generation` tag.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use minijinja::value::{Kwargs, Serde, Value};
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, ErrorKind, State};

use crate::border::{boxed, free, guard, owned_text, Bytes, Failure, Outcome, Status, Text};
use crate::bounded::{run, Bounds, Quota};
use crate::python_builtins;
use crate::python_text::{python_str, JsonStyle};
use crate::strftime::strftime;

const NAME: &str = "chat";

#[repr(C)]
#[derive(Clone, Copy)]
pub struct TemplateLimits {
    pub fuel: u64,
    pub recursion_max: u32,
    pub output_bytes_max: usize,
    pub memory_bytes_max: u64,
    pub milliseconds_max: u32,
}

impl TemplateLimits {
    fn bounds(&self) -> Bounds {
        Bounds {
            memory_bytes: self.memory_bytes_max,
            time: Duration::from_millis(self.milliseconds_max.into()),
            stack_bytes: STACK_BYTES,
        }
    }
}

/// What the deepest template that the parser takes needs, with a wide margin.
const STACK_BYTES: usize = 16 << 20;

pub struct Template {
    environment: Arc<Environment<'static>>,
    limits: TemplateLimits,
    quota: Quota,
}

/// Takes bytes up to a bound.
struct BoundedText {
    bytes: Vec<u8>,
    bytes_max: usize,
}

impl io::Write for BoundedText {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.bytes_max - self.bytes.len() {
            return Err(io::Error::other("the output is too long"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn failure_of(error: &Error) -> Failure {
    let status = match error.kind() {
        ErrorKind::OutOfFuel | ErrorKind::WriteFailure => Status::Limit,
        _ if error.to_string().contains("recursion limit") => Status::Limit,
        _ => Status::Invalid,
    };
    let mut message = error.detail().map_or_else(|| error.to_string(), str::to_string);
    if status == Status::Limit {
        message = match error.kind() {
            ErrorKind::OutOfFuel => "the template works for too long".into(),
            ErrorKind::WriteFailure => "the template writes too much".into(),
            _ => error.to_string(),
        };
    }
    if let Some(line) = error.line() {
        message.push_str(&format!(" (line {line} of the template)"));
    }
    Failure { status, message }
}

/// A panic inside minijinja is what this template does to it, not a state of ours: nothing of it is used
/// again. Told without the paths of the machine that built us.
fn blamed_on_template(failure: Failure) -> Failure {
    match failure.message.split_once("/minijinja-") {
        Some((_, place)) if failure.status == Status::Internal => {
            let what = place.split_once('\n').map_or("", |(_, what)| what);
            Failure::invalid(format!("the template engine cannot do this: {what}"))
        }
        _ => failure,
    }
}

/// Jinja2 reads every kind of line end as a line feed, inside strings too.
fn with_line_feeds(source: &str) -> String {
    source.replace("\r\n", "\n").replace('\r', "\n")
}

/// `{% generation %}` marks what the assistant wrote, for training, and prints its body in a scope of
/// its own. In minijinja that is what `with` does; only the tags' names are replaced.
fn without_generation_tags(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(open) = rest.find("{%") {
        let (before, tag) = rest.split_at(open + 2);
        out.push_str(before);
        let start = tag.find(|c: char| !(c.is_whitespace() || c == '-' || c == '+')).unwrap_or(tag.len());
        let size = tag[start..].find(|c: char| !c.is_alphanumeric() && c != '_');
        let end = size.map_or(tag.len(), |size| start + size);
        out.push_str(&tag[..start]);
        out.push_str(match &tag[start..end] {
            "generation" => "with",
            "endgeneration" => "endwith",
            name => name,
        });
        rest = &tag[end..];
    }
    out.push_str(rest);
    out
}

fn indent_of(value: Option<Value>) -> Option<String> {
    let value = value?;
    if value.is_none() || value.is_undefined() {
        return None;
    }
    if let Some(text) = value.as_str() {
        return Some(text.to_string());
    }
    // A width beyond anything sensible must not become memory.
    let width = usize::try_from(value).unwrap_or(0).min(16);
    Some(" ".repeat(width))
}

/// Python's signature is tojson(value, ensure_ascii, indent, separators, sort_keys).
fn tojson(value: &Value, ensure_ascii: Option<Value>, indent: Option<Value>, options: Kwargs) -> Result<Value, Error> {
    let indent = match indent {
        Some(indent) => Some(indent),
        None => options.get::<Option<Value>>("indent")?,
    };
    let indent = indent_of(indent);
    let separators = options.get::<Option<Vec<String>>>("separators")?;
    let (item, key) = match separators.as_deref() {
        Some([item, key]) => (item.clone(), key.clone()),
        Some(_) => return Err(Error::new(ErrorKind::InvalidOperation, "separators are two texts")),
        // json.dumps leaves no space at a line's end.
        None => ((if indent.is_some() { "," } else { ", " }).into(), ": ".into()),
    };
    let style = JsonStyle {
        indent,
        item_separator: item,
        key_separator: key,
        sort_keys: options.get::<Option<bool>>("sort_keys")?.unwrap_or(false),
        ensure_ascii: match ensure_ascii {
            Some(ensure_ascii) => ensure_ascii.is_true(),
            None => options.get::<Option<bool>>("ensure_ascii")?.unwrap_or(false),
        },
    };
    options.assert_all_used()?;
    let mut out = String::new();
    style.write(value, 0, &mut out)?;
    Ok(Value::from_safe_string(out))
}

fn raise_exception(message: String) -> Result<Value, Error> {
    Err(Error::new(ErrorKind::InvalidOperation, format!("the template refuses: {message}")))
}

fn strftime_now(state: &State, format: String) -> Result<String, Error> {
    let now = state.lookup("__now_ms").and_then(|now| i64::try_from(now).ok()).unwrap_or(0);
    Ok(strftime(&format, now))
}

fn environment(limits: &TemplateLimits) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_fuel(Some(limits.fuel));
    environment.set_recursion_limit(limits.recursion_max as usize);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_formatter(|out, _state, value| {
        out.write_str(&python_str(value)?).map_err(Error::from)
    });
    python_builtins::add_to(&mut environment);
    environment.add_filter("tojson", tojson);
    environment.add_function("raise_exception", raise_exception);
    environment.add_function("strftime_now", strftime_now);
    Ok(environment)
}

fn compile(source: &str, limits: TemplateLimits) -> Outcome<Template> {
    let source = without_generation_tags(&with_line_feeds(source));
    let quota = Quota::new();
    // Made here and not in the bounded thread: it fills the library's shared tables.
    let mut environment = environment(&limits).map_err(|error| failure_of(&error))?;
    let environment = run(limits.bounds(), &quota, move || {
        environment.add_template_owned(NAME, source).map_err(|error| failure_of(&error))?;
        Ok(environment)
    })
    .map_err(blamed_on_template)?;
    Ok(Template { environment: Arc::new(environment), limits, quota })
}

fn render(environment: &Environment, context_json: &str, now_ms: i64, bytes_max: usize) -> Outcome<String> {
    let mut context: serde_json::Value = serde_json::from_str(context_json)
        .map_err(|error| Failure::invalid(format!("the template's variables: {error}")))?;
    let Some(variables) = context.as_object_mut() else {
        return Err(Failure::invalid("the template's variables are not an object"));
    };
    variables.insert("__now_ms".into(), now_ms.into());
    let template = environment.get_template(NAME).map_err(|error| failure_of(&error))?;
    let mut out = BoundedText { bytes: Vec::new(), bytes_max };
    template
        .render_captured_to(Value::from(Serde(&context)), &mut out)
        .map_err(|error| failure_of(&error))?;
    String::from_utf8(out.bytes).map_err(|error| Failure::invalid(error.to_string()))
}

impl Template {
    fn render(&self, context_json: &str, now_ms: i64) -> Outcome<String> {
        let environment = Arc::clone(&self.environment);
        let context_json = context_json.to_string();
        let bytes_max = self.limits.output_bytes_max;
        run(self.limits.bounds(), &self.quota, move || {
            render(&environment, &context_json, now_ms, bytes_max)
        })
        .map_err(blamed_on_template)
    }
}

/// # Safety
/// The pointers are valid; `source` lives for the call.
#[no_mangle]
pub unsafe extern "C" fn outpost_template_new(
    source: Bytes,
    limits: *const TemplateLimits,
    template: *mut *mut Template,
    error: *mut *mut Text,
) -> Status {
    let limits = *limits;
    guard(template, error, || Ok(boxed(compile(source.as_str()?, limits)?)))
}

/// # Safety
/// `template` is live, the other pointers are valid.
#[no_mangle]
pub unsafe extern "C" fn outpost_template_render(
    template: *const Template,
    context_json: Bytes,
    now_ms: i64,
    text: *mut *mut Text,
    error: *mut *mut Text,
) -> Status {
    let template = &*template;
    guard(text, error, || Ok(owned_text(template.render(context_json.as_str()?, now_ms)?)))
}

/// # Safety
/// `template` came from [`outpost_template_new`] and is not used again, or is null.
#[no_mangle]
pub unsafe extern "C" fn outpost_template_free(template: *mut Template) {
    free(template);
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: TemplateLimits = TemplateLimits {
        fuel: 100_000,
        recursion_max: 50,
        output_bytes_max: 10_000,
        memory_bytes_max: 8 << 20,
        milliseconds_max: 10_000,
    };

    fn rendered(source: &str, context: &str) -> Outcome<String> {
        compile(source, LIMITS)?.render(context, 1_700_000_000_000)
    }

    fn text(source: &str) -> String {
        rendered(source, r#"{"d": {"b": 1.0, "a": "é<&'\""}, "x": 1e-05, "y": 1e16, "t": true}"#)
            .unwrap_or_else(|failure| failure.message)
    }

    #[test]
    fn prints_as_python_does() {
        assert_eq!(text("{{ d }} {{ x }} {{ y }} {{ t }} {{ none }}"),
            "{'b': 1.0, 'a': 'é<&\\'\"'} 1e-05 1e+16 True None");
        assert_eq!(text("{{ d | tojson }}"), "{\"b\": 1.0, \"a\": \"é<&'\\\"\"}");
        assert_eq!(text("{{ [1, {}] | tojson(indent=2) }}"), "[\n  1,\n  {}\n]");
        assert_eq!(text("{{ d | tojson(separators=(',', ':'), sort_keys=true) }}"),
            "{\"a\":\"é<&'\\\"\",\"b\":1.0}");
    }

    #[test]
    fn knows_what_templates_use() {
        assert_eq!(text("{% for i in range(5) %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}"),
            "012");
        assert_eq!(text("{{ strftime_now('%d %b %Y %-H') }}"), "14 Nov 2023 22");
        assert_eq!(text("a\n{%- generation %}b{% endgeneration -%}\n c"), "abc");
        assert_eq!(text("{{ 'a-b'.split('-')[0].upper() }}{{ ' x '.strip() }}"), "Ax");
    }

    #[test]
    fn fails_in_bounds() {
        assert_eq!(rendered("{{ raise_exception('no') }}", "{}").unwrap_err().message,
            "the template refuses: no (line 1 of the template)");
        let status = |source| rendered(source, "{}").unwrap_err().status;
        assert_eq!(status("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"),
            Status::Limit);
        assert_eq!(status("{% for i in range(2000) %}{{ 'xxxxxxxxxx' }}{% endfor %}"), Status::Limit);
        assert_eq!(status("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"), Status::Limit);
        assert_eq!(status("{% if %}"), Status::Invalid);
        // minijinja 3.0.5 panics here.
        let failure = rendered("{{ ''[::-1] }}", "{}").unwrap_err();
        assert_eq!(failure.status, Status::Invalid);
        assert!(!failure.message.contains(".rs"), "{}", failure.message);
        // A string doubled forty times, and a constant that is large before anything runs.
        let doubled = "{% set ns = namespace(s='x') %}{% for i in range(40) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}";
        assert_eq!(status(doubled), Status::Limit);
        assert_eq!(status("{% set s = 'x' * 90000000 %}"), Status::Limit);
    }
}
