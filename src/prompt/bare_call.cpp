#include "prompt/bare_call.h"

#include <algorithm>
#include <array>

#include "prompt/call_body.h"

namespace outpost::prompt {
namespace {

constexpr std::string_view kCodeFence = "```";
constexpr std::string_view kCallSpace = " \t\r\n";
constexpr std::size_t kLanguageMax = 16; // bytes between a fence and the end of its line
constexpr std::array<std::string_view, 8> kKeys = {
    "name", "tool_calls", "response", "function", "arguments", "parameters", "type", "id"};

std::string_view without_space(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kCallSpace), text.size()));
  return text;
}

// `text` follows an opening brace.
Likeness by_first_key(std::string_view text) {
  text = without_space(text);
  if (text.empty()) return Likeness::kMaybe;
  if (text.front() != '"') return Likeness::kNo;
  const auto end = text.find('"', 1);
  const std::string_view key = text.substr(1, end - 1);
  const auto fits = [&](std::string_view one) {
    return end == std::string_view::npos ? one.starts_with(key) : one == key;
  };
  if (std::ranges::none_of(kKeys, fits)) return Likeness::kNo;
  return end == std::string_view::npos ? Likeness::kMaybe : Likeness::kYes;
}

// `text` follows an opening bracket.
Likeness by_first_item(std::string_view text, std::span<const std::string> tool_names) {
  text = without_space(text);
  if (text.empty()) return Likeness::kMaybe;
  if (text.front() == '{') return by_first_key(text.substr(1));
  const auto end = text.find('(');
  const std::string_view name = trimmed(text.substr(0, end));
  const bool is_whole = end != std::string_view::npos;
  const auto fits = [&](const std::string& one) {
    return is_whole ? name == one : one.starts_with(name);
  };
  if (std::ranges::none_of(tool_names, fits)) return Likeness::kNo;
  return is_whole ? Likeness::kYes : Likeness::kMaybe;
}

} // namespace

Likeness likeness_to_call(std::string_view text, std::span<const std::string> tool_names) {
  if (text.empty()) return Likeness::kMaybe;
  if (text.front() == '{') return by_first_key(text.substr(1));
  if (text.front() == '[') return by_first_item(text.substr(1), tool_names);
  if (!text.starts_with(kCodeFence)) {
    return kCodeFence.starts_with(text) ? Likeness::kMaybe : Likeness::kNo;
  }
  const auto line_end = text.find('\n');
  if (line_end == std::string_view::npos) {
    return text.size() <= kCodeFence.size() + kLanguageMax ? Likeness::kMaybe : Likeness::kNo;
  }
  const std::string_view inside = without_space(text.substr(line_end));
  if (inside.starts_with('`')) return Likeness::kNo; // an empty fence
  return likeness_to_call(inside, tool_names);
}

std::string_view without_fence(std::string_view text) {
  text = trimmed(text);
  if (!text.starts_with(kCodeFence) || text.size() < 2 * kCodeFence.size()) return text;
  const auto line_end = text.find('\n');
  if (line_end == std::string_view::npos || !text.ends_with(kCodeFence)) return text;
  return trimmed(text.substr(line_end, text.size() - line_end - kCodeFence.size()));
}

} // namespace outpost::prompt
