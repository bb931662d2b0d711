// The audit log: who asked for which effect, and what came of it, in one SQLite file to which
// lines are only ever added. Each line has the SHA-256 of itself and of the line before it (a hash
// chain: Haber and Stornetta, "How to Time-Stamp a Digital Document", 1991), so that a line that
// was changed, taken out or put elsewhere shows. Cutting lines off the end shows only to who kept
// the last hash elsewhere.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/json_text.h"
#include "base/result.h"
#include "store/database.h"

namespace outpost::security {

struct AuditLine {
  std::int64_t number = 0; // from 1, without gaps
  std::int64_t time_ms = 0;
  std::string principal;
  std::string agent;
  std::string tool;
  std::string call;    // the call's id within its run
  std::string effect;  // read, reversible, irreversible
  std::string outcome; // "asked", then "done", "nothing", "refused" or an error's code
  std::string hash;    // hexadecimal
};

// All that a line says, without its hash: what is hashed and what is shown.
void add_fields(JsonObject& object, const AuditLine& line);

struct AuditProof {
  std::int64_t lines = 0;
  std::string last_hash; // to be kept elsewhere; empty without lines
  std::string broken;    // what does not hold, with the line's number; empty when all holds
};

// Thread-safe; several processes may add at once.
class AuditLog {
public:
  static Result<AuditLog> open(const std::filesystem::path& path);
  static Result<AuditLog> open_in_memory();

  // Durable on return. `number` and `hash` of the line are given here.
  Status add(AuditLine line);
  // The newest first.
  Result<std::vector<AuditLine>> list(std::size_t most);
  // Goes through all lines. `anchor`: a hash that was the last one at some time; empty: none.
  Result<AuditProof> verify(const std::string& anchor = {});

private:
  explicit AuditLog(store::Database database) : database_(std::move(database)) {}
  static Result<AuditLog> made_over(store::Database database);
  Result<AuditLine> last();

  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>(); // so that it can be moved
  store::Database database_;
};

} // namespace outpost::security
