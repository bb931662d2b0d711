#include "mcp/http_endpoint.h"

#include "mcp/header_values.h"
#include "mcp/revision.h"

namespace outpost::mcp {
namespace {

namespace json = boost::json;

http::Response refusal(int status, const json::value& id, int code, const std::string& message) {
  return http::json_response(status, error_text(id, {code, message, nullptr}));
}

std::string text_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string revision_in_body(const Message& message) {
  const json::value* meta = message.params.if_contains("_meta");
  return meta == nullptr || !meta->is_object() ? "" : text_at(meta->get_object(), kMetaRevision);
}

// What the header fields of a modern request say must be what its body says: something on the way
// may have decided by them.
std::optional<std::string> header_fault(const http::Headers& headers, const Message& message,
                                        const std::string& revision) {
  const auto differs = [&](std::string_view field, const std::string& body) {
    return headers.find(field).value_or("") != header_text(body);
  };
  if (differs("MCP-Protocol-Version", revision)) return "MCP-Protocol-Version";
  if (differs("Mcp-Method", message.method)) return "Mcp-Method";
  if (message.method == "tools/call" && differs("Mcp-Name", text_at(message.params, "name"))) {
    return "Mcp-Name";
  }
  return std::nullopt;
}

// Statuses that the specification asks for beside an error.
int status_of(const std::string& answer, bool is_modern) {
  if (!is_modern) return 200;
  const auto message = parse_message(answer);
  if (!message || message->kind != Message::Kind::kError) return 200;
  const int code = message->error.code;
  if (code == kMethodNotFound) return 404;
  return code == kUnsupportedProtocolVersion || code == kMissingClientCapability ? 400 : 200;
}

} // namespace

http::Response answer_post(Server& server, const http::Request& request,
                           const CancelToken& cancel) {
  const auto message = parse_message(request.body);
  if (!message) {
    http::Response response = http::json_response(400, Server::refuse(message.error()));
    return response;
  }
  if (message->kind != Message::Kind::kRequest) return {202, "application/json", {}, {}};
  const std::string revision = revision_in_body(*message);
  const auto field = request.headers.find("MCP-Protocol-Version");
  if (!revision.empty()) {
    if (const auto fault = header_fault(request.headers, *message, revision)) {
      return refusal(400, message->id, kHeaderMismatch,
                     "the header field " + *fault + " does not say what the body says");
    }
  } else if (field && !is_handshake_revision(*field)) {
    return refusal(400, message->id, kInvalidRequest,
                   "the protocol version of the header field is not spoken without _meta");
  }
  const auto answer = server.handle(*message, {chat::PrincipalId{request.principal}, cancel});
  return http::json_response(status_of(*answer, !revision.empty()), *answer);
}

void add_routes(http::Router& router, Server& server) {
  http::Route route{"POST", "/mcp", {}, false, false};
  route.handler = [&server](std::unique_ptr<http::Exchange> exchange) {
    exchange->respond(answer_post(server, exchange->request(), exchange->cancel()));
  };
  router.add(std::move(route));
  router.set_error_shape("/mcp", [](int, std::string_view message) {
    return error_text(nullptr, {kInvalidRequest, std::string(message), nullptr});
  });
}

} // namespace outpost::mcp
