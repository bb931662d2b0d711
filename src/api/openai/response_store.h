// Answers of the Responses API that were stored, by id: the conversation up to and with them, so
// that the next request need not send it again. In memory, the oldest given up first; each belongs
// to the principal that made it, and to nobody else it exists.
#pragma once
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/chat.h"
#include "http/outlet.h"

namespace outpost::api::openai {

struct StoredResponse {
  std::string id;
  std::string principal;
  std::vector<chat::Message> conversation; // without instructions, which do not carry over
  std::string json;                        // as it was answered
  std::string input_items = "[]";          // JSON, as they were sent
  // While it is made in the background: what ends that.
  std::shared_ptr<http::Outlet> making = nullptr;
};

struct ResponseStoreLimits {
  std::size_t count = 1000;
  std::size_t bytes = std::size_t{64} << 20; // of all texts together
};

// Thread-safe.
class ResponseStore {
public:
  explicit ResponseStore(const ResponseStoreLimits& limits = {}) : limits_(limits) {}

  // Replaces what has the same id.
  void put(StoredResponse response);
  // A copy, which makes it the youngest.
  [[nodiscard]] std::optional<StoredResponse> find(std::string_view id, std::string_view principal);
  // False when there is none.
  bool remove(std::string_view id, std::string_view principal);

private:
  using Entries = std::list<StoredResponse>;
  void erase(Entries::iterator entry);
  [[nodiscard]] Entries::iterator entry_of(std::string_view id, std::string_view principal);

  ResponseStoreLimits limits_;
  std::mutex mutex_;
  // All below are guarded by mutex_.
  Entries entries_; // the oldest first
  std::map<std::string, Entries::iterator, std::less<>> by_id_;
  std::size_t bytes_ = 0;
};

} // namespace outpost::api::openai
