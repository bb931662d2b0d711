#include "base/error.h"

namespace outpost {

std::string_view to_string(ErrorCode code) {
  switch (code) {
  case ErrorCode::kInvalidArgument: return "invalid_argument";
  case ErrorCode::kNotFound: return "not_found";
  case ErrorCode::kCorruptData: return "corrupt_data";
  case ErrorCode::kUnsupported: return "unsupported";
  case ErrorCode::kLimitExceeded: return "limit_exceeded";
  case ErrorCode::kConflict: return "conflict";
  case ErrorCode::kPermissionDenied: return "permission_denied";
  case ErrorCode::kUnavailable: return "unavailable";
  case ErrorCode::kResourceExhausted: return "resource_exhausted";
  case ErrorCode::kTimeout: return "timeout";
  case ErrorCode::kCancelled: return "cancelled";
  case ErrorCode::kIo: return "io";
  case ErrorCode::kInternal: return "internal";
  }
  return "internal";
}

} // namespace outpost
