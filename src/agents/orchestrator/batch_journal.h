// The file that a batch's outcomes go to. Internal to batch.
#pragma once
#include <filesystem>
#include <map>
#include <string>

#include "agents/orchestrator/batch.h"
#include "platform/unique_fd.h"

namespace outpost::agents {

class BatchJournal {
public:
  static Result<BatchJournal> open(const std::filesystem::path& path);

  // What earlier rounds left, by request; kUnknown for those that were begun only.
  [[nodiscard]] const std::map<std::string, BatchOutcome>& earlier() const { return earlier_; }

  // Each is on the disk on return.
  Status begin(const std::string& id);
  Status end(const BatchOutcome& outcome);

private:
  explicit BatchJournal(platform::UniqueFd file) : file_(std::move(file)) {}
  Status read(const std::string& text);
  Status append(const std::string& line);

  platform::UniqueFd file_;
  std::map<std::string, BatchOutcome> earlier_;
};

} // namespace outpost::agents
