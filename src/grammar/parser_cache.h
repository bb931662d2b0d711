// Compiled grammars at their beginning, for the next request that asks for the same: as many and as
// many bytes as a limit allows, those used last. Not thread-safe. Private to this folder.
#pragma once
#include <list>
#include <string>
#include <string_view>

#include "base/result.h"
#include "grammar/bridge_handle.h"

namespace outpost::grammar {

class ParserCache {
public:
  ParserCache(std::size_t entries_max, std::size_t bytes_max)
      : entries_max_(entries_max), bytes_max_(bytes_max) {}

  // A copy of the parser for `text`, or null.
  Result<ParserHandle> find(outpost_grammar_kind kind, std::string_view text);
  // Keeps a copy of `parser`, which stands at the beginning of `text`'s grammar; one that is larger
  // than all there may be is not kept.
  Status keep(outpost_grammar_kind kind, std::string_view text, const outpost_parser& parser);

  // About what the kept ones take.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
  struct Entry {
    outpost_grammar_kind kind;
    std::string text;
    ParserHandle parser;
    std::size_t bytes;
  };

  std::size_t entries_max_;
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_; // most recently used first
};

} // namespace outpost::grammar
