#include "prompt/partial_call.h"

#include <optional>

#include "prompt/call_body.h"

namespace outpost::prompt {
namespace {

constexpr std::size_t kOuterDepthMax = 8; // of what stands around the arguments
constexpr std::string_view kBetweenParts = " \t\r\n";

class Scanner {
public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::vector<PartialCall> calls() {
    const std::size_t begin = value_begin(text_);
    if (begin == std::string_view::npos) return {};
    at_ = begin;
    const std::string_view head = trimmed(text_.substr(0, begin));
    if (const auto name = name_before(head); !name.empty() && text_[begin] == '{') {
      take_arguments(std::string(name));
    } else if (head.empty()) {
      while (at_ < text_.size() && step()) {
      }
    }
    return std::move(calls_);
  }

private:
  // One object or list that is open.
  struct Level {
    bool is_object = false;
    bool is_key_next = false;
    std::string key, name;
  };

  // False: the rest is not certain.
  bool step() {
    const char c = text_[at_];
    switch (c) {
    case '{':
    case '[':
      if (levels_.size() == kOuterDepthMax) return false;
      levels_.push_back({c == '{', c == '{', {}, {}});
      break;
    case '}':
    case ']':
      if (levels_.empty()) return false;
      levels_.pop_back();
      break;
    case ',':
      if (!levels_.empty()) levels_.back().is_key_next = levels_.back().is_object;
      break;
    case ':': return take_value();
    case '"': return take_string();
    default: break; // white space, and values that do not matter
    }
    ++at_;
    return true;
  }

  bool take_string() {
    const std::size_t end = string_end(at_);
    if (end == std::string_view::npos) return false;
    const std::string_view inside = text_.substr(at_ + 1, end - at_ - 2);
    if (!levels_.empty()) {
      Level& level = levels_.back();
      if (level.is_key_next) {
        level.key = inside;
      } else if (level.key == "name") {
        level.name = inside;
      }
    }
    at_ = end;
    return true;
  }

  // Behind a colon.
  bool take_value() {
    if (levels_.empty()) return false;
    levels_.back().is_key_next = false;
    at_ = text_.find_first_not_of(kBetweenParts, at_ + 1);
    if (at_ == std::string_view::npos) return false;
    const Level& level = levels_.back();
    const bool are_arguments = level.key == "arguments" || level.key == "parameters";
    if (!are_arguments || level.name.empty() || text_[at_] != '{') return true;
    return take_arguments(level.name);
  }

  // From an opening brace to the one that closes it; false: that has not come.
  bool take_arguments(std::string name) {
    PartialCall& call = calls_.emplace_back();
    call.name = std::move(name);
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        const std::size_t end = std::min(string_end(at_), text_.size());
        call.arguments += text_.substr(at_, end - at_);
        at_ = end;
        continue;
      }
      ++at_;
      if (kBetweenParts.find(c) != std::string_view::npos) continue;
      call.arguments += c;
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) {
        call.is_whole = true;
        return true;
      }
    }
    return false;
  }

  // Behind the quote that closes the string at `begin`; npos: it has not come.
  [[nodiscard]] std::size_t string_end(std::size_t begin) const {
    for (std::size_t i = begin + 1; i < text_.size(); ++i) {
      if (text_[i] == '\\') {
        ++i;
      } else if (text_[i] == '"') {
        return i + 1;
      }
    }
    return std::string_view::npos;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Level> levels_;
  std::vector<PartialCall> calls_;
};

} // namespace

std::vector<PartialCall> partial_calls(std::string_view text) { return Scanner(text).calls(); }

} // namespace outpost::prompt
