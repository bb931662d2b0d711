// Bounds on what a client may ask to have compiled and followed. A constraint beyond one of them is
// kLimitExceeded before the first token.
#pragma once
#include <cstddef>
#include <cstdint>

namespace outpost::grammar {

struct Limits {
  // Checked here, before the text reaches the grammar library.
  std::size_t text_bytes_max = 256u << 10;
  std::size_t nesting_max = 60; // of brackets, whatever the kind; the library recurses along them
  std::size_t json_values_max = 20'000;
  std::size_t lark_rules_max = 1'000; // the library recurses along chains of rules
  // Given to the library.
  std::uint32_t grammar_symbols_max = 100'000;
  std::uint32_t lexer_states_max = 30'000;  // 30 to 60 MB
  std::uint32_t compile_work_max = 500'000; // about 10 ms of lexer nodes
  std::uint32_t step_work_max = 100'000;    // about 7 ms of them for one mask
  std::uint32_t step_items_max = 25'000;
  // Of what a grammar forces, how much is given at once; the rest comes with the next call.
  std::size_t forced_tokens_max = 1024;
  // Compiled grammars kept for the next request that asks for the same: as many, and as many bytes.
  std::size_t cache_entries_max = 256;
  std::size_t cache_bytes_max = 64u << 20;
};

} // namespace outpost::grammar
