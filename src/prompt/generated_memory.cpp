#include "prompt/generated_memory.h"

#include <utility>

namespace outpost::prompt {

std::size_t GeneratedMemory::bytes_of(const Key& key, const std::vector<text::TokenId>& tokens) {
  constexpr std::size_t kOverhead = 256; // nodes of map and list, strings' own
  return 2 * (key.first.size() + key.second.size()) + tokens.size() * sizeof(text::TokenId) +
         kOverhead;
}

void GeneratedMemory::remember(const chat::PrincipalId& principal, const std::string& text,
                               std::vector<text::TokenId> tokens) {
  if (text.empty()) return;
  Key key{principal.value, text};
  const std::size_t bytes = bytes_of(key, tokens);
  if (bytes > bytes_max_) return; // then it is tokenised again, as before
  const std::lock_guard lock(mutex_);
  if (const auto old = entries_.find(key); old != entries_.end()) forget(old);
  while (bytes_ + bytes > bytes_max_) forget(entries_.find(uses_.back()));
  uses_.push_front(key);
  entries_.emplace(std::move(key), Entry{std::move(tokens), uses_.begin()});
  bytes_ += bytes;
}

std::optional<std::vector<text::TokenId>> GeneratedMemory::find(const chat::PrincipalId& principal,
                                                                const std::string& text) {
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(Key{principal.value, text});
  if (entry == entries_.end()) return std::nullopt;
  uses_.splice(uses_.begin(), uses_, entry->second.use);
  return entry->second.tokens;
}

void GeneratedMemory::forget(std::map<Key, Entry>::iterator entry) {
  bytes_ -= bytes_of(entry->first, entry->second.tokens);
  uses_.erase(entry->second.use);
  entries_.erase(entry);
}

} // namespace outpost::prompt
