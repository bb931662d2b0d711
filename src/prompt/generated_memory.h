// What was generated is kept as tokens. A client sends an answer back as text in the next turn, and
// text may tokenise differently from what the model wrote: the prefix cache would miss and the
// model would read something it never said. Here the text finds its tokens again.
#pragma once
#include <cstddef>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "chat/label.h"
#include "text/tokenizer.h"

namespace outpost::prompt {

// Bounded, least recently used out first; thread-safe. One principal never finds another's.
class GeneratedMemory {
public:
  explicit GeneratedMemory(std::size_t bytes_max = 16u << 20) : bytes_max_(bytes_max) {}

  void remember(const chat::PrincipalId& principal, const std::string& text,
                std::vector<text::TokenId> tokens);
  std::optional<std::vector<text::TokenId>> find(const chat::PrincipalId& principal,
                                                 const std::string& text);

private:
  using Key = std::pair<std::string, std::string>; // principal, text
  struct Entry {
    std::vector<text::TokenId> tokens;
    std::list<Key>::iterator use;
  };
  static std::size_t bytes_of(const Key& key, const std::vector<text::TokenId>& tokens);
  void forget(std::map<Key, Entry>::iterator entry);

  std::mutex mutex_;
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::map<Key, Entry> entries_;
  std::list<Key> uses_; // most recent first
};

} // namespace outpost::prompt
