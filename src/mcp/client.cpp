#include "mcp/client.h"

#include <algorithm>
#include <set>

#include "mcp/header_values.h"
#include "mcp/revision.h"

namespace outpost::mcp {
namespace {

namespace json = boost::json;

constexpr std::size_t kShownNameBytesMax = 200;

std::string short_text(const json::value* value) {
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text).substr(0, kShownNameBytesMax);
}

std::string name_in(const json::object& holder, std::string_view key) {
  const json::value* info = holder.if_contains(key);
  const json::object* object = info == nullptr ? nullptr : info->if_object();
  return object == nullptr ? std::string() : short_text(object->if_contains("name"));
}

bool lists(const json::value* list, std::string_view wanted) {
  const json::array* array = list == nullptr ? nullptr : list->if_array();
  return array != nullptr && std::any_of(array->begin(), array->end(), [&](const json::value& one) {
           return one.is_string() && one.get_string() == wanted;
         });
}

Error as_error(const std::string& method, const RpcError& error) {
  const ErrorCode code = error.code == kInvalidParams || error.code == kInvalidRequest
                             ? ErrorCode::kInvalidArgument
                         : error.code == kMethodNotFound ? ErrorCode::kUnsupported
                                                         : ErrorCode::kUnavailable;
  return {code,
          "the MCP server refused " + method + ": " + error.message + " (" +
              std::to_string(error.code) + ")",
          ""};
}

std::optional<Progress> read_progress(const Message& notification, const json::value& token) {
  if (notification.method != "notifications/progress") return std::nullopt;
  const json::object& params = notification.params;
  const json::value* whose = params.if_contains("progressToken");
  const json::value* done = params.if_contains("progress");
  if (whose == nullptr || *whose != token || done == nullptr || !done->is_number()) {
    return std::nullopt;
  }
  Progress progress{done->to_number<double>(), {}, short_text(params.if_contains("message"))};
  const json::value* total = params.if_contains("total");
  if (total != nullptr && total->is_number()) progress.total = total->to_number<double>();
  return progress;
}

} // namespace

Result<std::unique_ptr<Client>> Client::connect(std::unique_ptr<Channel> channel,
                                                ClientOptions options, const CancelToken& cancel) {
  std::unique_ptr<Client> client(new Client(std::move(channel), std::move(options)));
  const std::string& only = client->options_.revision;
  if (only.empty() || only == kModernRevision) {
    OUTPOST_TRY(const bool is_modern, client->discover(cancel));
    if (is_modern) return client;
    if (!only.empty()) {
      return fail(ErrorCode::kUnsupported,
                  "the MCP server does not speak revision " + std::string(kModernRevision));
    }
  }
  OUTPOST_CHECK(client->initialize(cancel));
  return client;
}

bool Client::is_modern() const { return revision_ == kModernRevision; }

json::object Client::client_info() const {
  return {{"name", options_.name}, {"version", options_.version}};
}

Outgoing Client::request(std::string method, json::object params) {
  Outgoing out;
  out.id = ++last_id_;
  out.method = std::move(method);
  out.revision = revision_;
  if (is_modern()) {
    json::object meta;
    if (const json::value* given = params.if_contains("_meta")) meta = given->as_object();
    meta[kMetaRevision] = revision_;
    meta[kMetaCapabilities] = json::object();
    meta[kMetaClient] = client_info();
    params["_meta"] = std::move(meta);
  }
  out.params = std::move(params);
  return out;
}

// False: not a server of a modern revision, as far as it says. Which error comes from an old server
// nobody can know, nor whether any does, so all of them count, and silence too.
Result<bool> Client::discover(const CancelToken& cancel) {
  revision_ = kModernRevision;
  const auto answer = channel_->exchange(request("server/discover", {}),
                                         {options_.probe_time, cancel}, [](const Message&) {});
  revision_.clear();
  if (!answer && answer.error().code == ErrorCode::kTimeout) return false;
  if (!answer) return fail(answer.error());
  if (answer->kind == Message::Kind::kError) {
    const json::object* data = answer->error.data.if_object();
    const json::value* supported = data == nullptr ? nullptr : data->if_contains("supported");
    if (answer->error.code != kUnsupportedProtocolVersion || supported == nullptr) return false;
    for (const std::string_view old : kHandshakeRevisions) {
      if (lists(supported, old)) return false;
    }
    return fail(ErrorCode::kUnsupported, "the MCP server speaks none of the revisions " +
                                             std::string(kModernRevision) + " and " +
                                             std::string(kHandshakeRevision));
  }
  if (!lists(answer->result.if_contains("supportedVersions"), kModernRevision)) return false;
  revision_ = kModernRevision;
  const json::value* meta = answer->result.if_contains("_meta");
  if (meta != nullptr && meta->is_object()) server_name_ = name_in(meta->get_object(), kMetaServer);
  return true;
}

Status Client::initialize(const CancelToken& cancel) {
  const std::string wanted =
      options_.revision.empty() ? std::string(kHandshakeRevision) : options_.revision;
  OUTPOST_TRY(const json::object result,
              result_of(request("initialize", {{"protocolVersion", wanted},
                                               {"capabilities", json::object()},
                                               {"clientInfo", client_info()}}),
                        {options_.start_time, cancel}));
  const std::string spoken = short_text(result.if_contains("protocolVersion"));
  if (!is_handshake_revision(spoken)) {
    return fail(ErrorCode::kUnsupported,
                "the MCP server speaks revision '" + spoken + "', which is not spoken here");
  }
  revision_ = spoken;
  server_name_ = name_in(result, "serverInfo");
  Outgoing ready;
  ready.method = "notifications/initialized";
  ready.revision = revision_;
  return channel_->notify(ready);
}

Result<json::object> Client::result_of(const Outgoing& out, const CallBounds& bounds,
                                       const ProgressSink& progress) {
  const auto take = [&](const Message& notification) {
    if (notification.method == "notifications/tools/list_changed") tools_changed_ = true;
    const auto step = read_progress(notification, out.id);
    if (step && progress) progress(*step);
  };
  OUTPOST_TRY(Message answer, channel_->exchange(out, bounds, take));
  if (answer.kind == Message::Kind::kError) return fail(as_error(out.method, answer.error));
  const json::value* type = answer.result.if_contains("resultType");
  if (type == nullptr || *type == "complete") return std::move(answer.result);
  return fail(ErrorCode::kUnsupported, "the MCP server answered " + out.method +
                                           " with a result of type '" + short_text(type) +
                                           "'; only complete results are taken");
}

Status Client::ping(const CallBounds& bounds) {
  OUTPOST_CHECK(result_of(request(is_modern() ? "server/discover" : "ping", {}), bounds));
  return {};
}

Result<ToolList> Client::list_tools(const CallBounds& bounds) {
  ToolList list;
  std::set<std::string> cursors;
  std::set<std::string> names;
  json::object params;
  tools_changed_ = false;
  for (std::size_t page = 0; page < options_.pages_max; ++page) {
    OUTPOST_TRY(const json::object result, result_of(request("tools/list", params), bounds));
    const json::value* tools = result.if_contains("tools");
    if (tools == nullptr || !tools->is_array()) {
      return fail(ErrorCode::kCorruptData, "the MCP server answered tools/list without tools");
    }
    for (const json::value& one : tools->get_array()) {
      auto tool = read_tool_definition(one);
      if (tool && channel_->repeats_values()) {
        const auto marks = header_values(tool->input_schema, {});
        if (!marks)
          tool = fail(ErrorCode::kInvalidArgument,
                      "tool '" + tool->name + "': " + marks.error().message);
      }
      if (tool && !names.insert(tool->name).second) {
        tool = fail(ErrorCode::kInvalidArgument, "there are two tools '" + tool->name + "'");
      }
      if (tool)
        list.tools.push_back(*std::move(tool));
      else
        list.refused.push_back(tool.error().message);
      if (list.tools.size() + list.refused.size() > options_.tools_max) {
        return fail(ErrorCode::kLimitExceeded, "the MCP server has more than " +
                                                   std::to_string(options_.tools_max) + " tools");
      }
    }
    const json::value* next = result.if_contains("nextCursor");
    if (next == nullptr || next->is_null()) return list;
    if (!next->is_string() || !cursors.insert(std::string(next->get_string())).second) {
      return fail(ErrorCode::kCorruptData, "the MCP server's list of tools goes in circles");
    }
    params["cursor"] = *next;
  }
  return fail(ErrorCode::kLimitExceeded, "the MCP server's list of tools has more than " +
                                             std::to_string(options_.pages_max) + " pages");
}

Result<ToolAnswer> Client::call_tool(const ToolDefinition& tool, json::object arguments,
                                     const CallBounds& bounds, const ProgressSink& progress) {
  json::object params{{"name", tool.name}, {"arguments", arguments}};
  if (progress) params["_meta"] = json::object{{"progressToken", last_id_ + 1}};
  Outgoing out = request("tools/call", std::move(params));
  out.name = tool.name;
  if (is_modern() && channel_->repeats_values()) {
    OUTPOST_TRY(out.header_values, header_values(tool.input_schema, arguments));
  }
  OUTPOST_TRY(const json::object result, result_of(out, bounds, progress));
  return read_tool_answer(result);
}

} // namespace outpost::mcp
