// What is not known of an endpoint: how it counts tokens. And how its words are shown.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace outpost::remote {

// Rather too many than too few: vocabularies of 32,000 and more take about four bytes of English
// a token, fewer of code and numbers.
constexpr std::uint32_t tokens_guessed(std::size_t bytes) {
  return static_cast<std::uint32_t>(bytes / 3 + 1);
}

// Foreign words for a message of ours: one line of at most 300 printable bytes.
std::string shown(std::string_view foreign);

} // namespace outpost::remote
