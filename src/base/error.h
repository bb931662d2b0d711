// Error: what went wrong, in words a user can act on. Travels in Result<T> (result.h).
#pragma once
#include <string>
#include <string_view>

namespace outpost {

// The kinds of expected failure. cli/ maps them to exit codes, api/ to HTTP status: the kind says
// who can mend it, the message says what happened.
enum class ErrorCode {
  kInvalidArgument,   // the caller's input is wrong
  kNotFound,          // a named thing does not exist
  kCorruptData,       // foreign bytes break their own format
  kUnsupported,       // well formed, but not something this build can do
  kLimitExceeded,     // beyond a stated bound (size, depth, time, tokens)
  kConflict,          // somebody else holds or changed it
  kPermissionDenied,  // policy or the operating system says no
  kUnavailable,       // network, peer or model is not there now; later may work
  kResourceExhausted, // memory, disk or pages are used up
  kTimeout,           // the deadline passed
  kCancelled,         // the caller asked to stop
  kIo,                // the disk or a pipe failed
  kInternal,          // a bug of ours, reported instead of hidden
};

// Stable lower-case name, for JSON and logs ("invalid_argument").
std::string_view to_string(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message; // what happened, with which value and which limit
  std::string hint;    // what to do about it; may be empty
};

} // namespace outpost
