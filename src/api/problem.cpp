#include "api/problem.h"

namespace outpost::api {

int http_status(ErrorCode code) {
  switch (code) {
  case ErrorCode::kInvalidArgument:
  case ErrorCode::kUnsupported:
  case ErrorCode::kLimitExceeded: return 400;
  case ErrorCode::kPermissionDenied: return 403;
  case ErrorCode::kNotFound: return 404;
  case ErrorCode::kConflict: return 409;
  case ErrorCode::kUnavailable:
  case ErrorCode::kResourceExhausted: return 503;
  case ErrorCode::kTimeout: return 504;
  case ErrorCode::kCancelled: return 499; // nginx's number for a client that has left
  case ErrorCode::kCorruptData:
  case ErrorCode::kIo:
  case ErrorCode::kInternal: break;
  }
  return 500;
}

Problem problem_of(const Error& error) {
  Problem problem;
  problem.status = http_status(error.code);
  problem.code = std::string(to_string(error.code));
  problem.message = error.hint.empty() ? error.message : error.message + "; " + error.hint;
  if (problem.status == 503) problem.retry_after = std::chrono::seconds(1);
  return problem;
}

Problem problem_of(http::CutCause cause) {
  if (cause == http::CutCause::kStopping) {
    return problem_of(Error{ErrorCode::kUnavailable, "the server is stopping", "try again later"});
  }
  if (cause == http::CutCause::kDeadline) {
    return problem_of(Error{ErrorCode::kTimeout, "the answer was not ready within its time", ""});
  }
  return problem_of(Error{ErrorCode::kCancelled, "the client has left", ""});
}

} // namespace outpost::api
