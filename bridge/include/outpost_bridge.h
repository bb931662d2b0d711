/* What Outpost takes from the Rust world, as a C library: constrained decoding (llguidance) and
 * chat templates (minijinja). Everything behind it may be called from any thread; one parser
 * belongs to one thread at a time.
 *
 * Rules of the border: texts are bytes with a size; panics on the other side are caught and come
 * back as OUTPOST_BRIDGE_INTERNAL; whatever a call gives through a pointer to a pointer is the
 * caller's and goes back by the *_free of its type, which take NULL too. On failure, `error` holds
 * a message. Callbacks must not throw. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum outpost_bridge_status {
  OUTPOST_BRIDGE_OK = 0,
  OUTPOST_BRIDGE_INVALID = 1,  /* the input is wrong; the message says where */
  OUTPOST_BRIDGE_LIMIT = 2,    /* size, depth or work beyond a bound */
  OUTPOST_BRIDGE_INTERNAL = 3, /* a bug on the other side, caught */
} outpost_bridge_status;

typedef struct outpost_bytes {
  const uint8_t* data;
  size_t size;
} outpost_bytes;

/* A UTF-8 text owned by the bridge. */
typedef struct outpost_text outpost_text;
outpost_bytes outpost_text_bytes(const outpost_text* text);
void outpost_text_free(outpost_text* text);

/* --- Constrained decoding ------------------------------------------------------------------- */

/* Where a callee puts tokens, as often as it likes. */
typedef struct outpost_token_sink {
  void* context;
  void (*append)(void* context, const uint32_t* tokens, size_t count);
} outpost_token_sink;

typedef struct outpost_vocabulary_spec {
  /* The bytes of each token; empty: the token can never be produced. */
  const outpost_bytes* tokens;
  /* Not zero: a control token, which only a Lark grammar can name, by its spelling `tokens[i]`. */
  const uint8_t* is_control;
  size_t token_count;
  const uint32_t* end_tokens; /* at least one */
  size_t end_token_count;
  /* The model's own tokenisation, without parsing control tokens. Thread-safe; outlives everything
   * made from the vocabulary. */
  void* tokenizer;
  void (*tokenize)(void* tokenizer, outpost_bytes text, outpost_token_sink sink);
} outpost_vocabulary_spec;

typedef struct outpost_grammar_limits {
  uint32_t grammar_symbols_max; /* size of the grammar once expanded */
  uint32_t lexer_states_max;    /* 1 to 2 kB each */
  uint32_t compile_work_max;    /* lexer nodes while compiling; about 50,000 a millisecond */
  uint32_t step_work_max;       /* lexer nodes for one mask; about 14,000 a millisecond */
  uint32_t step_items_max;      /* Earley items for one mask; about 20,000 a millisecond */
} outpost_grammar_limits;

/* A vocabulary with its token tree and limits; what grammars are compiled against. */
typedef struct outpost_vocabulary outpost_vocabulary;
outpost_bridge_status outpost_vocabulary_new(const outpost_vocabulary_spec* spec,
                                             const outpost_grammar_limits* limits,
                                             outpost_vocabulary** vocabulary, outpost_text** error);
void outpost_vocabulary_free(outpost_vocabulary* vocabulary);

typedef enum outpost_grammar_kind {
  OUTPOST_GRAMMAR_JSON_SCHEMA = 0, /* no white space outside strings */
  OUTPOST_GRAMMAR_JSON_SCHEMA_SPACED = 1,
  OUTPOST_GRAMMAR_REGEX = 2,
  OUTPOST_GRAMMAR_LARK = 3, /* %json in it: no white space outside strings */
  OUTPOST_GRAMMAR_LARK_SPACED = 4,
} outpost_grammar_kind;

/* The state of one constrained text. After an error every further call on it fails. */
typedef struct outpost_parser outpost_parser;
outpost_bridge_status outpost_parser_new(const outpost_vocabulary* vocabulary,
                                         outpost_grammar_kind kind, outpost_bytes grammar,
                                         outpost_parser** parser, outpost_text** error);
void outpost_parser_free(outpost_parser* parser);

/* A second state at the same place; the two share what they learn of the lexer. */
outpost_bridge_status outpost_parser_fork(const outpost_parser* parser, outpost_parser** fork,
                                          outpost_text** error);
/* The same, sharing nothing: what one costs does not count against the other's limits. */
outpost_bridge_status outpost_parser_copy(const outpost_parser* parser, outpost_parser** copy,
                                          outpost_text** error);
/* Most of what it took in memory when it was compiled: its lexer. Large patterns have large ones. */
size_t outpost_parser_bytes(const outpost_parser* parser);
/* `words`: one bit a token, (token_count + 31) / 32 words. */
outpost_bridge_status outpost_parser_mask(outpost_parser* parser, uint32_t* words,
                                          size_t word_count, outpost_text** error);
outpost_bridge_status outpost_parser_accept(outpost_parser* parser, uint32_t token,
                                            outpost_text** error);
/* Tokens that are the only way on; does not move the state. */
outpost_bridge_status outpost_parser_forced(outpost_parser* parser, outpost_token_sink sink,
                                            outpost_text** error);
/* 1: nothing more can follow. */
int outpost_parser_is_finished(const outpost_parser* parser);
/* `may_end`: 1 when the text so far is a sentence of the grammar. */
outpost_bridge_status outpost_parser_may_end(outpost_parser* parser, int* may_end,
                                             outpost_text** error);

/* --- Chat templates -------------------------------------------------------------------------- */

typedef struct outpost_template_limits {
  uint64_t fuel;             /* instructions of one rendering */
  uint32_t recursion_max;    /* of macros */
  size_t output_bytes_max;   /* of one rendering */
  uint64_t memory_bytes_max; /* held at once while compiling or rendering */
  uint32_t milliseconds_max; /* for compiling or rendering */
} outpost_template_limits;

/* A compiled template. May be rendered from any thread. */
typedef struct outpost_template outpost_template;
outpost_bridge_status outpost_template_new(outpost_bytes source,
                                           const outpost_template_limits* limits,
                                           outpost_template** compiled, outpost_text** error);
void outpost_template_free(outpost_template* compiled);
/* `context_json`: an object of the template's variables. `now_ms`: what strftime_now tells, UTC. */
outpost_bridge_status outpost_template_render(const outpost_template* compiled,
                                              outpost_bytes context_json, int64_t now_ms,
                                              outpost_text** text, outpost_text** error);

#ifdef __cplusplus
}
#endif
