#include "mcp/message.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <climits>

#include "chat/json_value.h"

namespace outpost::mcp {
namespace {

namespace json = boost::json;

constexpr std::size_t kMethodBytesMax = 128;
constexpr std::size_t kErrorBytesMax = 2000; // of a peer's words in an error

tl::unexpected<Error> no_message(const char* why) {
  return fail(ErrorCode::kInvalidArgument, std::string("not a JSON-RPC message: ") + why);
}

bool is_id(const json::value& value) {
  return value.is_string() || value.is_int64() || value.is_uint64();
}

// The member when it is an object; an empty one when it is absent; nothing when it is another type.
std::optional<json::object> object_of(const json::object& message, std::string_view key) {
  const json::value* value = message.if_contains(key);
  if (value == nullptr) return json::object();
  const json::object* object = value->if_object();
  return object == nullptr ? std::nullopt : std::optional(*object);
}

Result<RpcError> read_error(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr) return no_message("its error is no object");
  const json::value* code = object->if_contains("code");
  const json::value* message = object->if_contains("message");
  if (code == nullptr || !code->is_int64() || message == nullptr || !message->is_string()) {
    return no_message("its error has no code or no message");
  }
  RpcError error;
  error.code = static_cast<int>(std::clamp<std::int64_t>(code->get_int64(), INT_MIN, INT_MAX));
  error.message = std::string(message->get_string()).substr(0, kErrorBytesMax);
  if (const json::value* data = object->if_contains("data")) error.data = *data;
  return error;
}

Result<Message> read_call(const json::object& object, Message message) {
  const json::value* method = object.if_contains("method");
  if (!method->is_string() || method->get_string().empty() ||
      method->get_string().size() > kMethodBytesMax) {
    return no_message("its method is no short text");
  }
  message.method = std::string(method->get_string());
  auto params = object_of(object, "params");
  if (!params) return no_message("its params are no object");
  message.params = std::move(*params);
  if (!object.contains("id")) return message;
  if (!is_id(message.id)) return no_message("its id is neither a text nor a whole number");
  message.kind = Message::Kind::kRequest;
  return message;
}

json::object frame() { return json::object{{"jsonrpc", "2.0"}}; }

} // namespace

Result<Message> parse_message(std::string_view text, const MessageLimits& limits) {
  OUTPOST_TRY(const json::value value, chat::parse_json(text, {limits.bytes, limits.depth}));
  const json::object* object = value.if_object();
  if (object == nullptr) return no_message("it is no object");
  const json::value* version = object->if_contains("jsonrpc");
  if (version == nullptr || *version != "2.0") return no_message("its jsonrpc is not \"2.0\"");
  Message message;
  if (const json::value* id = object->if_contains("id")) message.id = *id;
  if (object->contains("method")) return read_call(*object, std::move(message));
  const bool has_result = object->contains("result");
  if (has_result == object->contains("error")) {
    return no_message("it needs a method, a result or an error, and one of them only");
  }
  if (!has_result) {
    message.kind = Message::Kind::kError;
    if (!message.id.is_null() && !is_id(message.id)) return no_message("its id has a wrong type");
    OUTPOST_TRY(message.error, read_error(object->at("error")));
    return message;
  }
  message.kind = Message::Kind::kResult;
  if (!is_id(message.id)) return no_message("a result needs the id of its request");
  auto result = object_of(*object, "result");
  if (!result) return no_message("its result is no object");
  message.result = std::move(*result);
  return message;
}

std::string request_text(const json::value& id, std::string_view method, json::object params) {
  json::object out = frame();
  out["id"] = id;
  out["method"] = method;
  out["params"] = std::move(params);
  return chat::json_text(out);
}

std::string notification_text(std::string_view method, json::object params) {
  json::object out = frame();
  out["method"] = method;
  if (!params.empty()) out["params"] = std::move(params);
  return chat::json_text(out);
}

std::string result_text(const json::value& id, json::object result) {
  json::object out = frame();
  out["id"] = id;
  out["result"] = std::move(result);
  return chat::json_text(out);
}

std::string error_text(const json::value& id, const RpcError& error) {
  json::object out = frame();
  if (!id.is_null()) out["id"] = id;
  json::object body{{"code", error.code}, {"message", error.message}};
  if (!error.data.is_null()) body["data"] = error.data;
  out["error"] = std::move(body);
  return chat::json_text(out);
}

} // namespace outpost::mcp
