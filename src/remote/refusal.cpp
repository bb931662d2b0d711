#include "remote/refusal.h"

#include <boost/json.hpp>

#include "chat/json_value.h"
#include "remote/token_guess.h"

namespace outpost::remote {
namespace {

// The usual error object: {"error": {"message": .., "code": ..}}; other texts are taken as they
// are.
struct Said {
  std::string message;
  std::string code;
};

std::string text_member(const boost::json::object& object, std::string_view key) {
  const boost::json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string());
}

Said what_was_said(const std::string& body) {
  const auto value = chat::parse_json(body);
  const boost::json::object* object = value ? value->if_object() : nullptr;
  const boost::json::value* error = object == nullptr ? nullptr : object->if_contains("error");
  if (error == nullptr || !error->is_object()) return {shown(body), {}};
  return {shown(text_member(error->get_object(), "message")),
          text_member(error->get_object(), "code")};
}

ErrorCode code_of(int status, const Said& said) {
  if (said.code == "context_length_exceeded" || status == 413) return ErrorCode::kLimitExceeded;
  switch (status) {
  case 401:
  case 403: return ErrorCode::kPermissionDenied;
  case 404: return ErrorCode::kNotFound;
  case 408:
  case 504: return ErrorCode::kTimeout;
  case 429: return ErrorCode::kUnavailable;
  default: break;
  }
  if (status >= 500) return ErrorCode::kUnavailable;
  return status >= 400 ? ErrorCode::kInvalidArgument : ErrorCode::kPermissionDenied;
}

std::string hint_for(int status, const std::optional<std::chrono::seconds>& wait) {
  if (wait) return "try again in " + std::to_string(wait->count()) + " s";
  if (status == 401 || status == 403) return "check the endpoint's key";
  if (status == 404) return "check the endpoint's address and the name of the model";
  if (status >= 300 && status <= 399) return "use the address that it redirects to";
  return status == 429 || status >= 500 ? "try again later" : "";
}

} // namespace

std::optional<std::chrono::seconds> retry_after(const net::HttpResponse& response) {
  constexpr std::uint64_t kMost = 3600;
  const auto seconds = response.headers.find_number("Retry-After");
  if (!seconds) return std::nullopt;
  return std::chrono::seconds(std::min(*seconds, kMost));
}

Error refusal(const Endpoint& endpoint, const net::HttpResponse& response) {
  const Said said = what_was_said(response.error_text);
  std::string message = "the endpoint '" + endpoint.name + "' answered with status " +
                        std::to_string(response.status);
  if (!said.message.empty()) message += ": " + said.message;
  return {code_of(response.status, said), std::move(message),
          hint_for(response.status, retry_after(response))};
}

} // namespace outpost::remote
