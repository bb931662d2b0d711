#include "engine/stop_strings.h"

#include <algorithm>
#include <string_view>

#include "base/utf8.h"

namespace outpost::engine {
namespace {

Status check_strings(std::span<const std::string> strings) {
  if (strings.size() > kStopStringsMax) {
    return fail(ErrorCode::kLimitExceeded, std::to_string(strings.size()) +
                                               " stop strings are more than " +
                                               std::to_string(kStopStringsMax));
  }
  std::size_t bytes = 0;
  for (const std::string& string : strings) {
    if (string.empty()) return fail(ErrorCode::kInvalidArgument, "a stop string is empty");
    if (!is_utf8(string)) return fail(ErrorCode::kInvalidArgument, "a stop string is not UTF-8");
    bytes += string.size();
  }
  if (bytes <= kStopBytesMax) return {};
  return fail(ErrorCode::kLimitExceeded, "the stop strings have " + std::to_string(bytes) +
                                             " bytes, more than " + std::to_string(kStopBytesMax));
}

} // namespace

StopStrings::StopStrings() : next_(1, kStart), match_length_(1, 0), depth_(1, 0) {}

Result<StopStrings> StopStrings::make(std::span<const std::string> strings) {
  OUTPOST_CHECK(check_strings(strings));
  StopStrings out;
  out.number_classes(strings);
  out.next_.assign(out.class_count_, kStart);
  for (const std::string& string : strings) out.add(string);
  out.fill_transitions();
  return out;
}

void StopStrings::number_classes(std::span<const std::string> strings) {
  for (const std::string& string : strings) {
    for (const char byte : string) {
      std::uint8_t& byte_class = class_of_[static_cast<unsigned char>(byte)];
      if (byte_class == 0) byte_class = static_cast<std::uint8_t>(class_count_++);
    }
  }
}

// While the trie is built, transition kStart means "none": nothing leads back to the start in it.
void StopStrings::add(const std::string& string) {
  State state = kStart;
  for (const char byte : string) {
    const std::size_t edge = state * class_count_ + class_of_[static_cast<unsigned char>(byte)];
    if (next_[edge] == kStart) {
      const auto fresh = static_cast<State>(depth_.size());
      next_[edge] = fresh;
      depth_.push_back(static_cast<std::uint16_t>(depth_[state] + 1));
      match_length_.push_back(0);
      next_.resize(next_.size() + class_count_, kStart);
    }
    state = next_[edge];
  }
  match_length_[state] = static_cast<std::uint16_t>(string.size());
}

// Breadth first, so that a state's fallback (the longest proper end that is in the trie) is
// complete before the state itself.
void StopStrings::fill_transitions() {
  std::vector<State> fallback(depth_.size(), kStart);
  std::vector<State> order = {kStart};
  for (std::size_t i = 0; i < order.size(); ++i) {
    const State state = order[i];
    for (std::size_t c = 0; c < class_count_; ++c) {
      State& edge = next_[state * class_count_ + c];
      const State behind = state == kStart ? kStart : next_[fallback[state] * class_count_ + c];
      if (edge == kStart) {
        edge = behind;
        continue;
      }
      fallback[edge] = behind;
      match_length_[edge] = std::max(match_length_[edge], match_length_[behind]);
      order.push_back(edge);
    }
  }
}

} // namespace outpost::engine
