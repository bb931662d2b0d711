// Why a request is not answered, before it takes the shape of one API: status, words, the parameter
// at fault. Every API renders the same problems.
#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "base/error.h"
#include "http/outlet.h"

namespace outpost::api {

struct Problem {
  int status = 500;
  std::string code;      // stable, lower case: "invalid_argument", "model_not_found", "busy"
  std::string message;   // with the hint, if there is one
  std::string parameter; // which of the request's; may be empty
  std::optional<std::chrono::seconds> retry_after;
};

// The table of kinds of errors and HTTP statuses.
int http_status(ErrorCode code);
Problem problem_of(const Error& error);
// Of an answer that was cut (kDeadline: 504, kStopping: 503, otherwise nobody reads it).
Problem problem_of(http::CutCause cause);

} // namespace outpost::api
