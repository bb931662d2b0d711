// Many requests from a file, each with an outcome of its own, which is on the disk before whoever
// worked on it begins the next one. A batch that was cut off goes on where it stopped; a request
// that was begun and has no outcome is unknown, and is not done again unless somebody says so.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "agents/runner.h"
#include "base/result.h"

namespace outpost::agents {

struct BatchRequest {
  std::string id; // unique in the file
  std::string text;
};

enum class BatchStatus { kDone, kDeferred, kRefused, kQuestion, kFailed, kUnknown };
std::string_view to_string(BatchStatus status);

struct BatchOutcome {
  std::string id;
  BatchStatus status = BatchStatus::kUnknown;
  std::string text;     // the answer, the question, or the reason
  std::string run_id;   // empty where no run was begun
  std::string deferred; // the outbox's id
  std::uint32_t tokens = 0;
};

// One JSON object a line: {"request": "...", "id": "..."}; without an id the line's number is one.
// kInvalidArgument names the line; kLimitExceeded beyond 100,000 of them.
Result<std::vector<BatchRequest>> parse_batch(const std::string& text);

struct BatchOptions {
  chat::PrincipalId principal;
  CancelToken cancel;
  bool retries_unknown = false;
  std::size_t at_once = 1; // requests at work together; `runner` is thread-safe where it is more
  // Of requests that were done now, one at a time.
  std::function<void(const BatchOutcome&)> on_outcome{};
};

// What a whole batch came to, those of earlier rounds included, in the order of the requests.
// `journal` keeps outcomes, one JSON object a line, and is made when it is not there. Each request
// has a session of its own. Errors: kIo, kCorruptData (the journal), kCancelled.
Result<std::vector<BatchOutcome>> run_batch(const std::vector<BatchRequest>& requests,
                                            Runner& runner, const std::filesystem::path& journal,
                                            const BatchOptions& options);

} // namespace outpost::agents
