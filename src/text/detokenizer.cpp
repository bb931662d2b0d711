#include <algorithm>

#include "text/tokenizer.h"
#include "text/unicode.h"

namespace outpost::text {
namespace {

// Moves what is certain from `pending` to `out`: whole characters, and U+FFFD for what can never
// become one. What stays is the beginning of a character, three bytes at most.
void take_certain(std::string& pending, std::string& out) {
  std::size_t at = 0;
  while (at < pending.size()) {
    const Utf8 c = decode_utf8(std::string_view(pending).substr(at));
    if (c.state == Utf8::State::kCutShort) break;
    if (c.state == Utf8::State::kWhole) {
      out.append(pending, at, c.size_bytes);
    } else {
      append_utf8(kReplacement, out);
    }
    at += c.size_bytes;
  }
  pending.erase(0, at);
}

} // namespace

Detokenizer::Detokenizer(const Tokenizer& tokenizer, bool strip_leading_space,
                         std::span<const TokenId> spelled)
    : tokenizer_(tokenizer), strip_next_space_(strip_leading_space), spelled_(spelled) {}

std::string Detokenizer::push(TokenId token) {
  std::string_view bytes = tokenizer_.bytes(token);
  const bool is_spelled = bytes.empty() && std::ranges::find(spelled_, token) != spelled_.end();
  if (is_spelled) bytes = tokenizer_.spelling(token);
  if (strip_next_space_ && !bytes.empty()) {
    if (bytes.front() == ' ') bytes.remove_prefix(1);
    strip_next_space_ = false;
  }
  pending_.append(bytes);
  std::string out;
  take_certain(pending_, out);
  return out;
}

std::string Detokenizer::finish() {
  std::string out;
  if (!pending_.empty()) append_utf8(kReplacement, out);
  pending_.clear();
  return out;
}

} // namespace outpost::text
