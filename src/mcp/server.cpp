#include "mcp/server.h"

#include <algorithm>

#include "chat/json_value.h"
#include "mcp/revision.h"

namespace outpost::mcp {
namespace {

namespace json = boost::json;

constexpr std::size_t kShownMax = 64; // of a peer's text in messages

tl::unexpected<RpcError> refused(int code, std::string message, json::value data = nullptr) {
  return tl::unexpected(RpcError{code, std::move(message), std::move(data)});
}

const json::object* meta_of(const Message& message) {
  const json::value* meta = message.params.if_contains("_meta");
  return meta == nullptr ? nullptr : meta->if_object();
}

// The revision that a request says it is of; nothing from those that shook hands before.
const json::value* stated_revision(const Message& message) {
  const json::object* meta = meta_of(message);
  return meta == nullptr ? nullptr : meta->if_contains(kMetaRevision);
}

std::optional<RpcError> fault_of_modern(const Message& message) {
  const json::value* revision = stated_revision(message);
  if (!revision->is_string()) {
    return RpcError{kInvalidParams, "the protocol version in _meta is no text", nullptr};
  }
  if (revision->get_string() != kModernRevision) {
    json::array supported;
    supported.emplace_back(kModernRevision);
    for (const std::string_view old : kHandshakeRevisions) supported.emplace_back(old);
    return RpcError{kUnsupportedProtocolVersion, "Unsupported protocol version",
                    json::object{{"supported", std::move(supported)}, {"requested", *revision}}};
  }
  const json::value* capabilities = meta_of(message)->if_contains(kMetaCapabilities);
  if (capabilities == nullptr || !capabilities->is_object()) {
    return RpcError{kInvalidParams, "_meta has no " + std::string(kMetaCapabilities), nullptr};
  }
  return std::nullopt;
}

json::object tool_json(const agents::Tool& tool) {
  json::object out{{"name", tool.name}, {"description", tool.description}};
  const auto schema = chat::parse_json(agents::parameters_schema(tool));
  out["inputSchema"] = schema ? *schema : json::value(json::object{{"type", "object"}});
  const bool reads = tool.effect == agents::Effect::kRead;
  out["annotations"] =
      json::object{{"readOnlyHint", reads},
                   {"destructiveHint", tool.effect == agents::Effect::kIrreversible},
                   {"openWorldHint", false}};
  return out;
}

json::object text_answer(const std::string& text, bool is_error) {
  json::array content;
  content.push_back(json::object{{"type", "text"}, {"text", text}});
  return {{"content", std::move(content)}, {"isError", is_error}};
}

// Where a page begins: the cursor is a count of tools, which is all the state there is.
std::optional<std::size_t> page_start(const Message& request, std::size_t tools) {
  const json::value* cursor = request.params.if_contains("cursor");
  if (cursor == nullptr) return 0;
  const json::string* text = cursor->if_string();
  if (text == nullptr || text->empty() || text->size() > 6) return std::nullopt;
  std::size_t start = 0;
  for (const char c : *text) {
    if (c < '0' || c > '9') return std::nullopt;
    start = 10 * start + static_cast<std::size_t>(c - '0');
  }
  return start > 0 && start < tools ? std::optional(start) : std::nullopt;
}

} // namespace

Server::Server(agents::Toolset& tools, ServerInfo info) : tools_(tools), info_(std::move(info)) {}

std::string Server::refuse(const Error& error) {
  const int code = error.code == ErrorCode::kInvalidArgument ? kInvalidRequest : kParseError;
  return error_text(nullptr, {code, error.message, nullptr});
}

std::optional<std::string> Server::handle(const Message& message, const Peer& peer) {
  if (message.kind != Message::Kind::kRequest) return std::nullopt;
  const bool is_modern = stated_revision(message) != nullptr;
  if (is_modern) {
    if (const auto fault = fault_of_modern(message)) return error_text(message.id, *fault);
  }
  auto result = answer(message, peer, is_modern);
  if (!result) return error_text(message.id, result.error());
  if (is_modern) {
    (*result)["resultType"] = "complete";
    (*result)["_meta"] = json::object{{kMetaServer, server_info()}};
  }
  return result_text(message.id, *std::move(result));
}

Server::Answer Server::answer(const Message& request, const Peer& peer, bool is_modern) {
  const std::string& method = request.method;
  if (method == "tools/call") return call(request, peer);
  if (method == "tools/list") {
    auto listed = list(request);
    if (listed && is_modern) {
      (*listed)["ttlMs"] = 60'000;
      (*listed)["cacheScope"] = "private"; // a key may be shown other tools than the next
    }
    return listed;
  }
  if (is_modern && method == "server/discover") return discover();
  if (!is_modern && method == "initialize") return initialize(request);
  if (!is_modern && method == "ping") return json::object();
  return refused(kMethodNotFound, "there is no method '" + method.substr(0, kShownMax) + "'");
}

json::object Server::server_info() const {
  return {{"name", info_.name}, {"version", info_.version}};
}

json::object Server::initialize(const Message& request) const {
  const json::value* wanted = request.params.if_contains("protocolVersion");
  const bool is_spoken =
      wanted != nullptr && wanted->is_string() && is_handshake_revision(wanted->get_string());
  json::object out{
      {"protocolVersion", is_spoken ? std::string_view(wanted->get_string()) : kHandshakeRevision},
      {"capabilities", {{"tools", json::object()}}},
      {"serverInfo", server_info()}};
  if (!info_.instructions.empty()) out["instructions"] = info_.instructions;
  return out;
}

json::object Server::discover() const {
  json::array versions;
  versions.emplace_back(kModernRevision);
  for (const std::string_view old : kHandshakeRevisions) versions.emplace_back(old);
  json::object out{{"supportedVersions", std::move(versions)},
                   {"capabilities", {{"tools", json::object()}}},
                   {"ttlMs", 3'600'000},
                   {"cacheScope", "private"}};
  if (!info_.instructions.empty()) out["instructions"] = info_.instructions;
  return out;
}

Server::Answer Server::list(const Message& request) const {
  const std::vector<agents::Tool>& tools = tools_.tools();
  const auto start = page_start(request, tools.size());
  if (!start) return refused(kInvalidParams, "the cursor is none of ours");
  const std::size_t end = std::min(tools.size(), *start + kPageTools);
  json::array page;
  for (std::size_t i = *start; i < end; ++i) page.push_back(tool_json(tools[i]));
  json::object out{{"tools", std::move(page)}};
  if (end < tools.size()) out["nextCursor"] = std::to_string(end);
  return out;
}

Server::Answer Server::call(const Message& request, const Peer& peer) {
  const json::value* name = request.params.if_contains("name");
  if (name == nullptr || !name->is_string()) return refused(kInvalidParams, "no tool is named");
  const json::value* arguments = request.params.if_contains("arguments");
  if (arguments != nullptr && !arguments->is_object()) {
    return refused(kInvalidParams, "the arguments are no object");
  }
  agents::Call call;
  call.tool = std::string(name->get_string());
  if (agents::find_tool(tools_, call.tool) == nullptr) {
    return refused(kInvalidParams, "there is no tool '" + call.tool.substr(0, kShownMax) + "'");
  }
  if (arguments != nullptr) call.arguments = arguments->get_object();
  call.id = "m" + std::to_string(++calls_);
  const auto result = tools_.call(call, {peer.principal, {}, peer.cancel});
  // What a tool could not do is an answer, so that a model can do better (MCP, "Error handling").
  if (!result) return text_answer(result.error().message, true);
  json::object out =
      text_answer(result->statement, result->outcome == agents::ToolResult::Outcome::kRefused);
  if (result->content.is_object()) out["structuredContent"] = result->content;
  return out;
}

} // namespace outpost::mcp
