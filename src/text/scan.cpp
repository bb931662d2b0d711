#include "text/scan.h"

namespace outpost::text {
namespace {

constexpr std::string_view kLongS = "\xC5\xBF"; // U+017F

char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

// A run of spaces from `at`, with what the alternatives for spaces look at.
struct SpaceRun {
  std::size_t end;
  std::size_t last;                     // where its last character begins
  std::optional<std::size_t> lines_end; // after its last newline
};

SpaceRun space_run(std::string_view text, std::size_t at) {
  SpaceRun run{at, at, std::nullopt};
  while (run.end < text.size()) {
    const Character c = character_at(text, run.end);
    if (!c.is(kSpace)) break;
    run.last = run.end;
    run.end += c.size_bytes;
    if (is_newline(c)) run.lines_end = run.end;
  }
  return run;
}

std::size_t end_without_last(const SpaceRun& run, std::string_view text, std::size_t at) {
  const bool something_follows = run.end < text.size();
  return something_follows && run.last > at ? run.last : run.end;
}

} // namespace

std::size_t contraction_end(std::string_view text, std::size_t at, bool any_case) {
  const auto letter = [&](std::size_t offset) {
    const std::size_t i = at + offset;
    if (i >= text.size()) return '\0';
    return any_case ? lower_ascii(text[i]) : text[i];
  };
  const char first = letter(1);
  if (first == 's' || first == 't' || first == 'm' || first == 'd') return at + 2;
  const char second = letter(2);
  if ((first == 'r' || first == 'v') && second == 'e') return at + 3;
  if (first == 'l' && second == 'l') return at + 3;
  if (any_case && text.substr(at + 1).starts_with(kLongS)) return at + 1 + kLongS.size();
  return at;
}

std::size_t spaces_end(std::string_view text, std::size_t at) {
  return end_without_last(space_run(text, at), text, at);
}

std::size_t spaces_or_lines_end(std::string_view text, std::size_t at) {
  const SpaceRun run = space_run(text, at);
  return run.lines_end ? *run.lines_end : end_without_last(run, text, at);
}

std::size_t digits_end(std::string_view text, std::size_t at, int count) {
  for (int i = 0; i < count && at < text.size(); ++i) {
    const Character c = character_at(text, at);
    if (!c.is(kNumber)) break;
    at += c.size_bytes;
  }
  return at;
}

} // namespace outpost::text
