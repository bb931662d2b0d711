// All runs in one SQLite file, append-only: what was appended is on the disk when append() returns,
// and the database itself refuses to change or delete it. A run that was cut off shows what it had
// done; a call that was started and has no end shows as unknown, and nobody repeats it.
#pragma once
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agents/run/event.h"
#include "base/result.h"
#include "platform/byte_claim.h"
#include "store/database.h"

namespace outpost::agents {

struct RunSummary {
  std::string id;
  std::string agent;
  std::string principal;
  std::string request;
  std::int64_t started_ms = 0;
  std::string state; // a RunEnd, or "unfinished"
  std::string answer;
  std::uint32_t calls = 0;
  std::uint32_t unknown_calls = 0; // started, and no end is known
};

struct StoredEvent {
  std::uint64_t sequence = 0;
  std::int64_t time_ms = 0;
  std::string kind;
  std::string body;  // JSON
  std::string label; // JSON
};

// Thread-safe.
class RunLog {
public:
  static Result<RunLog> open(const std::filesystem::path& path);
  static Result<RunLog> open_in_memory();

  // Durable on return, all or none. kConflict when the run has one of these sequence numbers
  // already.
  Status append(std::span<const RunEvent> events);
  Status append(const RunEvent& event) { return append(std::span(&event, 1)); }

  // Texts that many runs share, by their digest.
  Status keep_values(const std::string& digest, std::string_view text);
  Result<std::string> values(const std::string& digest); // kNotFound

  // The newest first.
  Result<std::vector<RunSummary>> list(std::size_t most = 50);
  // All events of a run, by its id or the beginning of it. kNotFound; kConflict when several begin
  // so.
  Result<std::vector<StoredEvent>> show(const std::string& id);
  Result<RunSummary> summary(const std::string& id);

  // To be held by whoever works on a run: nobody else, in any process, goes on with it meanwhile.
  // kConflict: somebody does. A log in memory has nobody else and gives it always.
  Result<platform::ByteClaim> claim(const std::string& id) const;

private:
  RunLog(store::Database database, std::filesystem::path claims);
  Result<std::string> whole_id(const std::string& id);

  // Held by pointer, so that a log can be moved.
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
  store::Database database_;
  std::filesystem::path claims_; // the file that carries them; empty in memory
};

} // namespace outpost::agents
