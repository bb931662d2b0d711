// The questions put to people and their answers, in SQLite: asked once, answered once by somebody
// who may, used once for exactly the bytes that were approved. What nobody answers in time is
// refused, and a refusal holds for the same call whoever asks again and however often.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "security/approval_request.h"
#include "store/database.h"

namespace outpost::security {

enum class ApprovalState {
  kWaiting,
  kApproved,
  kRefused,
  kExpired, // nobody answered in time: refused
  kUsed,    // approved, and the call was made: it can't be made again
};
std::string_view to_string(ApprovalState state);

struct StoredApproval {
  std::string id;
  ApprovalRequest request;
  ApprovalState state = ApprovalState::kWaiting;
  std::int64_t asked_ms = 0;
  std::string answered_by; // empty: nobody
  std::int64_t answered_ms = 0;
};

// Who answers: a name, and the role that policy may ask for.
struct Approver {
  std::string principal;
  std::string role;
};

// Thread-safe; several processes may hold the same file. Every change is on the disk on return.
class ApprovalBook {
public:
  static Result<ApprovalBook> open(const std::filesystem::path& path);
  static Result<ApprovalBook> open_in_memory();

  // The id. The same request again is the same question.
  Result<std::string> ask(const ApprovalRequest& request, std::int64_t now_ms);
  // By its id or the beginning of it. kNotFound; kConflict when several begin so.
  Result<StoredApproval> find(const std::string& id, std::int64_t now_ms);
  // The newest first; `waiting_only` leaves out what has an answer or has expired.
  Result<std::vector<StoredApproval>> list(bool waiting_only, std::int64_t now_ms,
                                           std::size_t most = 100);
  // kPermissionDenied: not this approver's to answer. kConflict: it has an answer or has expired.
  Status answer(const std::string& id, bool approves, const Approver& approver,
                std::int64_t now_ms);
  // Uses the approval up. kPermissionDenied, and nothing is used: not approved, expired, used, or
  // `request` is not byte by byte what was approved.
  Status spend(const std::string& id, const ApprovalRequest& request, std::int64_t now_ms);

private:
  explicit ApprovalBook(store::Database database) : database_(std::move(database)) {}
  Result<StoredApproval> find_locked(const std::string& id, std::int64_t now_ms);

  // Held by pointer, so that a book can be moved.
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
  store::Database database_;
};

} // namespace outpost::security
