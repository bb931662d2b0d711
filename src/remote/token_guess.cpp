#include "remote/token_guess.h"

#include "base/utf8.h"

namespace outpost::remote {

std::string shown(std::string_view foreign) {
  constexpr std::size_t kBytesMax = 300;
  constexpr std::size_t kCharacterBytesMax = 4;
  std::string text;
  while (!foreign.empty() && text.size() + kCharacterBytesMax <= kBytesMax) {
    const Utf8 next = decode_utf8(foreign);
    // C0 and C1 controls: terminals obey them.
    const bool control = next.value < 0x20 || (next.value >= 0x7f && next.value < 0xa0);
    append_utf8(control ? U' ' : next.value, text);
    foreign.remove_prefix(next.size_bytes);
  }
  return text;
}

} // namespace outpost::remote
