//! Grammars and the parsers that follow a text through them: llguidance behind C functions.

use std::slice;

use llguidance::api::{GrammarWithLexer, TopLevelGrammar};
use llguidance::{Matcher, TokenParser};
use serde_json::{json, Value};

use crate::border::{boxed, free, guard, Bytes, Failure, Outcome, Status, Text};
use crate::lark_json::with_schemas;
use crate::schema_check::{check_pattern, check_schema};
use crate::vocabulary::{TokenSink, Vocabulary};

const KIND_JSON_SCHEMA: i32 = 0;
const KIND_JSON_SCHEMA_SPACED: i32 = 1;
const KIND_REGEX: i32 = 2;
const KIND_LARK: i32 = 3;
const KIND_LARK_SPACED: i32 = 4;

/// Compiling recurses along nested schemas and chains of rules; both are bounded before they get here,
/// and this is what their bounds need with a wide margin, whatever stack the caller has.
const COMPILE_STACK_BYTES: usize = 256 << 20;

pub struct Parser {
    matcher: Matcher,
    token_count: usize,
    lexer_bytes: usize, // of the lexer, when it was compiled
}

fn failure_of(error: impl ToString) -> Failure {
    let mut message = error.to_string();
    if let Some(at) = message.find("<non-verbose/>") {
        message.truncate(at);
    }
    message.truncate(message.trim_end().len());
    if message == "NoExtensionBias" {
        message = "no text can go on from here and satisfy it".to_string();
    }
    // llguidance has no codes; these are its words for its limits, fuel and grammar size.
    let beyond_limit = ["too large", "too many", "too complex", "too big", "fuel", "limit"]
        .iter()
        .any(|words| message.to_lowercase().contains(words));
    let status = match (message.starts_with("panic"), beyond_limit) {
        (true, _) => Status::Internal,
        (_, true) => Status::Limit,
        _ => Status::Invalid,
    };
    Failure { status, message }
}

/// llguidance takes options from inside a schema, `lenient` among them, which drops what it does not
/// support. Whatever the client wrote there is replaced.
fn with_options(mut schema: Value, spaced: bool) -> Outcome<Value> {
    check_schema(&schema)?;
    if schema.is_boolean() {
        schema = json!({ "allOf": [schema] });
    }
    let Some(object) = schema.as_object_mut() else {
        return Err(Failure::invalid("a JSON Schema is an object, true or false"));
    };
    object.insert(
        "x-guidance".to_string(),
        json!({ "whitespace_flexible": spaced, "lenient": false, "coerce_one_of": false }),
    );
    Ok(schema)
}

fn json_schema_grammar(text: &str, spaced: bool) -> Outcome<TopLevelGrammar> {
    let schema: Value =
        serde_json::from_str(text).map_err(|e| Failure::invalid(format!("not JSON: {e}")))?;
    Ok(TopLevelGrammar::from_json_schema(with_options(schema, spaced)?))
}

fn lark_grammar(text: &str, spaced: bool) -> Outcome<TopLevelGrammar> {
    let text = with_schemas(text, |schema| with_options(schema, spaced))?;
    Ok(TopLevelGrammar::from_grammar(GrammarWithLexer::from_lark(text)))
}

fn grammar_of(kind: i32, text: &str) -> Outcome<TopLevelGrammar> {
    match kind {
        KIND_JSON_SCHEMA => json_schema_grammar(text, false),
        KIND_JSON_SCHEMA_SPACED => json_schema_grammar(text, true),
        KIND_REGEX => check_pattern(text).map(|()| TopLevelGrammar::from_regex(text)),
        KIND_LARK => lark_grammar(text, false),
        KIND_LARK_SPACED => lark_grammar(text, true),
        other => Err(Failure::invalid(format!("grammar kind {other}"))),
    }
}

fn compile(vocabulary: &Vocabulary, kind: i32, text: &str) -> Outcome<Parser> {
    let grammar = grammar_of(kind, text)?;
    let parser: TokenParser = vocabulary.factory.create_parser(grammar).map_err(failure_of)?;
    let lexer = parser.parser.clone(); // shares the lexer, so it sees what the first mask adds
    let mut matcher = Matcher::new(Ok(parser));
    // A grammar that no text satisfies compiles and gives an empty first mask; it is refused here.
    matcher.compute_mask_or_eos().map_err(failure_of)?;
    let lexer_bytes = lexer.lexer_stats().num_bytes;
    Ok(Parser { matcher, token_count: vocabulary.token_count, lexer_bytes })
}

/// [`compile`] on a thread with a stack of known size.
fn compile_apart(vocabulary: &Vocabulary, kind: i32, text: &str) -> Outcome<Parser> {
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .name("grammar".into())
            .stack_size(COMPILE_STACK_BYTES)
            .spawn_scoped(scope, || compile(vocabulary, kind, text))
            .map_err(|e| Failure {
                status: Status::Limit,
                message: format!("no thread to compile the grammar on: {e}"),
            })?
            .join()
            .unwrap_or_else(|_| {
                Err(Failure { status: Status::Internal, message: "panic while compiling".into() })
            })
    })
}

impl Parser {
    fn with_matcher(&self, matcher: Matcher) -> Self {
        Parser { matcher, token_count: self.token_count, lexer_bytes: self.lexer_bytes }
    }

    fn fill_mask(&mut self, words: &mut [u32]) -> Outcome<()> {
        let needed = self.token_count.div_ceil(32);
        if words.len() < needed {
            return Err(Failure::invalid(format!(
                "a mask of {} words for {} tokens",
                words.len(),
                self.token_count
            )));
        }
        let mask = self.matcher.compute_mask_or_eos().map_err(failure_of)?;
        let bits = &mask.as_slice()[..needed];
        words[..needed].copy_from_slice(bits);
        words[needed..].fill(0);
        let used = self.token_count % 32;
        if used != 0 {
            words[needed - 1] &= (1u32 << used) - 1;
        }
        Ok(())
    }

    fn accept(&mut self, token: u32) -> Outcome<()> {
        if token as usize >= self.token_count {
            return Err(Failure::invalid(format!("token {token} is outside the vocabulary")));
        }
        let ends = self.matcher.tok_env().map_err(failure_of)?.tok_trie().eos_tokens().contains(&token);
        if ends && self.matcher.is_stopped() && !self.matcher.is_error() {
            return Ok(());
        }
        self.matcher.consume_token(token).map_err(failure_of)
    }

    fn forced(&mut self) -> Outcome<Vec<u32>> {
        if self.matcher.is_stopped() && !self.matcher.is_error() {
            return Ok(Vec::new());
        }
        let tokens = self.matcher.compute_ff_tokens();
        match self.matcher.get_error() {
            Some(message) => Err(failure_of(message)),
            None => Ok(tokens),
        }
    }

    fn may_end(&mut self) -> Outcome<i32> {
        if self.matcher.is_stopped() && !self.matcher.is_error() {
            return Ok(1);
        }
        self.matcher.is_accepting().map(i32::from).map_err(failure_of)
    }
}

/// # Safety
/// As the header says.
#[no_mangle]
pub unsafe extern "C" fn outpost_parser_new(
    vocabulary: *const Vocabulary,
    kind: i32,
    grammar: Bytes,
    parser: *mut *mut Parser,
    error: *mut *mut Text,
) -> Status {
    guard(parser, error, || compile_apart(&*vocabulary, kind, grammar.as_str()?).map(boxed))
}

/// # Safety
/// As the header says.
#[no_mangle]
pub unsafe extern "C" fn outpost_parser_free(parser: *mut Parser) {
    free(parser);
}

/// # Safety
/// As the header says.
#[no_mangle]
pub unsafe extern "C" fn outpost_parser_fork(
    parser: *const Parser,
    fork: *mut *mut Parser,
    error: *mut *mut Text,
) -> Status {
    let parser = &*parser;
    guard(fork, error, || {
        Ok(boxed(parser.with_matcher(parser.matcher.clone())))
    })
}

/// # Safety
/// As the header says.
#[no_mangle]
pub unsafe extern "C" fn outpost_parser_copy(
    parser: *const Parser,
    copy: *mut *mut Parser,
    error: *mut *mut Text,
) -> Status {
    let parser = &*parser;
    guard(copy, error, || {
        Ok(boxed(parser.with_matcher(parser.matcher.deep_clone())))
    })
}

/// # Safety
/// As the header says.
#[no_mangle]
pub unsafe extern "C" fn outpost_parser_bytes(parser: *const Parser) -> usize {
    (*parser).lexer_bytes
}

/// # Safety
/// As the header says.
#[no_mangle]
pub unsafe extern "C" fn outpost_parser_mask(
    parser: *mut Parser,
    words: *mut u32,
    word_count: usize,
    error: *mut *mut Text,
) -> Status {
    guard(&mut (), error, || (*parser).fill_mask(slice::from_raw_parts_mut(words, word_count)))
}

/// # Safety
/// As the header says.
#[no_mangle]
pub unsafe extern "C" fn outpost_parser_accept(
    parser: *mut Parser,
    token: u32,
    error: *mut *mut Text,
) -> Status {
    guard(&mut (), error, || (*parser).accept(token))
}

/// # Safety
/// As the header says.
#[no_mangle]
pub unsafe extern "C" fn outpost_parser_forced(
    parser: *mut Parser,
    sink: TokenSink,
    error: *mut *mut Text,
) -> Status {
    guard(&mut (), error, || (*parser).forced().map(|tokens| sink.append(&tokens)))
}

/// # Safety
/// As the header says.
#[no_mangle]
pub unsafe extern "C" fn outpost_parser_is_finished(parser: *const Parser) -> i32 {
    let matcher = &(*parser).matcher;
    i32::from(matcher.is_stopped() && !matcher.is_error())
}

/// # Safety
/// As the header says.
#[no_mangle]
pub unsafe extern "C" fn outpost_parser_may_end(
    parser: *mut Parser,
    may_end: *mut i32,
    error: *mut *mut Text,
) -> Status {
    guard(may_end, error, || (*parser).may_end())
}
