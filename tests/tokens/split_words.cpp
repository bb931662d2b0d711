// split_words PRE_TOKENIZER: cuts texts into words, for check_pretokenizers.py. Reads and writes
// little-endian 32-bit numbers: stdin holds, for each text, its length and its bytes; stdout gets,
// for each text, the number of its words and the length of each.
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/pretokenizer.h"

namespace {

std::optional<std::uint32_t> read_number() {
  unsigned char bytes[4];
  if (std::fread(bytes, 1, sizeof bytes, stdin) != sizeof bytes) return std::nullopt;
  return static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8 |
         static_cast<std::uint32_t>(bytes[2]) << 16 | static_cast<std::uint32_t>(bytes[3]) << 24;
}

void write_number(std::size_t number) {
  for (int shift = 0; shift < 32; shift += 8)
    std::putchar(static_cast<int>(number >> shift & 0xFF));
}

void write_words(const outpost::text::WordEnds& ends) {
  write_number(ends.size());
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    write_number(end - begin);
    begin = end;
  }
}

void write_classes() {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) std::putchar(outpost::text::class_of(c));
}

} // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--classes") {
    write_classes();
    return 0;
  }
  const auto* style = argc == 2 ? outpost::text::find_pretokenizer(argv[1]) : nullptr;
  if (style == nullptr) {
    std::fputs("usage: split_words PRE_TOKENIZER < texts; one of:", stderr);
    for (const auto& known : outpost::text::known_pretokenizers()) {
      std::fprintf(stderr, " %.*s", static_cast<int>(known.name.size()), known.name.data());
    }
    std::fputs("\n", stderr);
    return 2;
  }
  while (const auto size = read_number()) {
    std::string text(*size, '\0');
    if (std::fread(text.data(), 1, text.size(), stdin) != text.size()) return 1;
    outpost::text::WordEnds ends;
    style->split(text, ends);
    write_words(ends);
  }
  return 0;
}
