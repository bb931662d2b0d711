#include "grammar/parser_cache.h"

namespace outpost::grammar {
namespace {

// Of a parser beside its lexer and text, about.
constexpr std::size_t kEntryBytes = 16 << 10;

// Shares nothing: the lexer states that one request's text needs are charged to it alone.
Result<ParserHandle> copy(const outpost_parser& parser) {
  outpost_parser* made = nullptr;
  OUTPOST_CHECK(bridge_status(
      [&](outpost_text** error) { return outpost_parser_copy(&parser, &made, error); }));
  return ParserHandle(made);
}

} // namespace

Result<ParserHandle> ParserCache::find(outpost_grammar_kind kind, std::string_view text) {
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (entry->kind != kind || entry->text != text) continue;
    entries_.splice(entries_.begin(), entries_, entry);
    return copy(*entry->parser);
  }
  return ParserHandle();
}

Status ParserCache::keep(outpost_grammar_kind kind, std::string_view text,
                         const outpost_parser& parser) {
  const std::size_t bytes = kEntryBytes + text.size() + outpost_parser_bytes(&parser);
  if (entries_max_ == 0 || bytes > bytes_max_) return {};
  OUTPOST_TRY(ParserHandle pristine, copy(parser));
  entries_.push_front({kind, std::string(text), std::move(pristine), bytes});
  bytes_ += bytes;
  while (entries_.size() > entries_max_ || bytes_ > bytes_max_) {
    bytes_ -= entries_.back().bytes;
    entries_.pop_back();
  }
  return {};
}

} // namespace outpost::grammar
