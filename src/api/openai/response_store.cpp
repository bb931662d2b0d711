#include "api/openai/response_store.h"

namespace outpost::api::openai {
namespace {

std::size_t size_of(const StoredResponse& response) {
  std::size_t bytes = response.json.size() + response.input_items.size() + sizeof response;
  for (const chat::Message& message : response.conversation) {
    bytes += message.text.size() + sizeof message;
    for (const chat::ToolCall& call : message.tool_calls) {
      bytes += call.arguments.size() + call.name.size() + sizeof call;
    }
  }
  return bytes;
}

} // namespace

ResponseStore::Entries::iterator ResponseStore::entry_of(std::string_view id,
                                                         std::string_view principal) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end() || found->second->principal != principal) return entries_.end();
  return found->second;
}

void ResponseStore::erase(Entries::iterator entry) {
  bytes_ -= size_of(*entry);
  by_id_.erase(entry->id);
  entries_.erase(entry);
}

void ResponseStore::put(StoredResponse response) {
  const std::lock_guard lock(mutex_);
  if (const auto same = by_id_.find(response.id); same != by_id_.end()) erase(same->second);
  bytes_ += size_of(response);
  entries_.push_back(std::move(response));
  by_id_[entries_.back().id] = std::prev(entries_.end());
  while (!entries_.empty() && (entries_.size() > limits_.count || bytes_ > limits_.bytes)) {
    erase(entries_.begin());
  }
}

std::optional<StoredResponse> ResponseStore::find(std::string_view id, std::string_view principal) {
  const std::lock_guard lock(mutex_);
  const auto entry = entry_of(id, principal);
  if (entry == entries_.end()) return std::nullopt;
  entries_.splice(entries_.end(), entries_, entry);
  return *entry;
}

bool ResponseStore::remove(std::string_view id, std::string_view principal) {
  const std::lock_guard lock(mutex_);
  const auto entry = entry_of(id, principal);
  if (entry == entries_.end()) return false;
  erase(entry);
  return true;
}

} // namespace outpost::api::openai
