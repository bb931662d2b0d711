// Which drafts were handed to a mail server: written down before it is done and after, so that none
// is sent twice, whoever asks and whatever dies in between.
#pragma once
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "store/database.h"

namespace outpost::agents {

// Thread-safe; several processes may use one file.
class SentBook {
public:
  static Result<std::unique_ptr<SentBook>> open(const std::filesystem::path& path);

  // Whom the wish with this key was sent to; none when nothing was sent for it.
  Result<std::optional<std::string>> sent_for(const std::string& key);
  // Before sending. kConflict: it was sent; kIo: whether it was sent is not known.
  Status begin(const std::string& digest, const std::string& key, const std::string& to,
               std::int64_t time_ms);
  // After begin(), once it is known.
  Status end(const std::string& digest, bool was_sent);

private:
  explicit SentBook(store::Database database) : database_(std::move(database)) {}
  std::mutex mutex_;
  store::Database database_;
};

} // namespace outpost::agents
