//! A model's vocabulary as llguidance wants it: a tree over token bytes, and the model's own
//! tokenisation for text that the grammar forces.

use std::ffi::c_void;
use std::slice;
use std::sync::Arc;

use llguidance::api::ParserLimits;
use llguidance::earley::SlicedBiasComputer;
use llguidance::ParserFactory;
use toktrie::{InferenceCapabilities, TokEnv, TokRxInfo, TokTrie, TokenId, TokenizerEnv};

use crate::border::{boxed, free, guard, Bytes, Failure, Outcome, Status, Text};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct TokenSink {
    context: *mut c_void,
    append: extern "C" fn(*mut c_void, *const u32, usize),
}

impl TokenSink {
    pub fn append(&self, tokens: &[TokenId]) {
        (self.append)(self.context, tokens.as_ptr(), tokens.len());
    }
}

type Tokenize = extern "C" fn(*mut c_void, Bytes, TokenSink);

#[repr(C)]
pub struct VocabularySpec {
    tokens: *const Bytes,
    is_control: *const u8,
    token_count: usize,
    end_tokens: *const u32,
    end_token_count: usize,
    tokenizer: *mut c_void,
    tokenize: Tokenize,
}

#[repr(C)]
pub struct GrammarLimits {
    grammar_symbols_max: u32,
    lexer_states_max: u32,
    compile_work_max: u32,
    step_work_max: u32,
    step_items_max: u32,
}

pub struct Vocabulary {
    pub factory: ParserFactory,
    pub token_count: usize,
}

struct ModelTokenizer {
    trie: TokTrie,
    tokenizer: *mut c_void,
    tokenize: Tokenize,
}

// SAFETY: the header demands that `tokenize` may be called from any thread.
unsafe impl Send for ModelTokenizer {}
unsafe impl Sync for ModelTokenizer {}

extern "C" fn append_to_vec(context: *mut c_void, tokens: *const u32, count: usize) {
    // SAFETY: `context` is the vector of `tokenize_bytes` below, which waits for the call's end.
    unsafe {
        let out = &mut *context.cast::<Vec<TokenId>>();
        if count > 0 {
            out.extend_from_slice(slice::from_raw_parts(tokens, count));
        }
    }
}

impl TokenizerEnv for ModelTokenizer {
    fn tok_trie(&self) -> &TokTrie {
        &self.trie
    }

    fn tokenize_bytes(&self, text: &[u8]) -> Vec<TokenId> {
        let mut tokens: Vec<TokenId> = Vec::new();
        let sink =
            TokenSink { context: (&mut tokens as *mut Vec<TokenId>).cast(), append: append_to_vec };
        (self.tokenize)(self.tokenizer, Bytes { data: text.as_ptr(), size: text.len() }, sink);
        tokens
    }
}

/// The tree's nodes count their depth in 10 bits.
const TOKEN_BYTES_MAX: usize = 1000;
/// The tree's nodes count their subtree in 22 bits.
const TOKEN_COUNT_MAX: usize = 1 << 20;

/// A token's bytes in the tree: control tokens behind a marker byte that no UTF-8 text holds.
fn tree_bytes(bytes: &[u8], is_control: bool) -> Vec<u8> {
    if is_control {
        let mut marked = vec![TokTrie::SPECIAL_TOKEN_MARKER];
        marked.extend_from_slice(bytes);
        return marked;
    }
    // An ordinary token that begins with the marker would be taken for a control token; it can't be
    // part of valid text, so it is left out.
    if bytes.first() == Some(&TokTrie::SPECIAL_TOKEN_MARKER) {
        return Vec::new();
    }
    bytes.to_vec()
}

/// # Safety
/// The pointers of `spec` hold as many elements as it says.
unsafe fn build_trie(spec: &VocabularySpec) -> Outcome<TokTrie> {
    if spec.token_count == 0 || spec.token_count > TOKEN_COUNT_MAX || spec.end_token_count == 0 {
        return Err(Failure::invalid(format!(
            "a vocabulary of {} tokens with {} end tokens",
            spec.token_count, spec.end_token_count
        )));
    }
    let tokens = slice::from_raw_parts(spec.tokens, spec.token_count);
    let controls = slice::from_raw_parts(spec.is_control, spec.token_count);
    let end_tokens = slice::from_raw_parts(spec.end_tokens, spec.end_token_count);
    if let Some(end) = end_tokens.iter().find(|&&end| end as usize >= spec.token_count) {
        return Err(Failure::invalid(format!("end token {end} is outside the vocabulary")));
    }
    let words: Vec<Vec<u8>> = tokens
        .iter()
        .zip(controls)
        .map(|(token, &control)| tree_bytes(token.as_slice(), control != 0))
        .map(|word| if word.len() > TOKEN_BYTES_MAX { Vec::new() } else { word })
        .collect();
    let info = TokRxInfo::new(spec.token_count as u32, end_tokens[0]);
    Ok(TokTrie::from(&info, &words).with_eos_tokens(end_tokens))
}

fn parser_limits(limits: &GrammarLimits) -> ParserLimits {
    ParserLimits {
        max_items_in_row: 1000,
        initial_lexer_fuel: limits.compile_work_max.into(),
        step_lexer_fuel: limits.step_work_max.into(),
        step_max_items: limits.step_items_max as usize,
        max_lexer_states: limits.lexer_states_max as usize,
        max_grammar_size: limits.grammar_symbols_max as usize,
        precompute_large_lexemes: true,
        verbose_errors: false, // they would repeat the text generated so far
    }
}

/// # Safety
/// As the header says.
unsafe fn build(spec: &VocabularySpec, limits: &GrammarLimits) -> Outcome<*mut Vocabulary> {
    let environment: TokEnv = Arc::new(ModelTokenizer {
        trie: build_trie(spec)?,
        tokenizer: spec.tokenizer,
        tokenize: spec.tokenize,
    });
    let capabilities = InferenceCapabilities { ff_tokens: true, ..Default::default() };
    let mut factory =
        ParserFactory::new(&environment, capabilities, &SlicedBiasComputer::general_slices())
            .map_err(|e| Failure::invalid(e.to_string()))?;
    factory.quiet();
    *factory.limits_mut() = parser_limits(limits);
    Ok(boxed(Vocabulary { factory, token_count: spec.token_count }))
}

/// # Safety
/// As the header says.
#[no_mangle]
pub unsafe extern "C" fn outpost_vocabulary_new(
    spec: *const VocabularySpec,
    limits: *const GrammarLimits,
    vocabulary: *mut *mut Vocabulary,
    error: *mut *mut Text,
) -> Status {
    guard(vocabulary, error, || build(&*spec, &*limits))
}

/// # Safety
/// As the header says.
#[no_mangle]
pub unsafe extern "C" fn outpost_vocabulary_free(vocabulary: *mut Vocabulary) {
    free(vocabulary);
}
