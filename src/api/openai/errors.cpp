#include "api/openai/errors.h"

#include "base/json_text.h"

namespace outpost::api::openai {
namespace {

std::string_view error_type(int status) {
  switch (status) {
  case 401: return "authentication_error";
  case 403: return "permission_error";
  case 404: return "not_found_error";
  case 429: return "rate_limit_error";
  case 503: return "overloaded_error";
  case 504: return "timeout_error";
  default: return status < 500 ? "invalid_request_error" : "server_error";
  }
}

} // namespace

std::string error_body(const Problem& problem) {
  JsonObject inner;
  inner.add("message", problem.message);
  inner.add("type", error_type(problem.status));
  if (problem.parameter.empty()) {
    inner.add_raw("param", "null");
  } else {
    inner.add("param", problem.parameter);
  }
  inner.add("code", problem.code);
  JsonObject outer;
  outer.add_raw("error", inner.text());
  return outer.text();
}

http::Response error_response(const Problem& problem) {
  http::Response response = http::json_response(problem.status, error_body(problem));
  if (problem.retry_after) {
    response.headers.add("Retry-After", std::to_string(problem.retry_after->count()));
  }
  return response;
}

} // namespace outpost::api::openai
