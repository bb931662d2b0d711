#include "agents/tools/http/http_toolset.h"

#include <utility>

#include "agents/tools/answer_template.h"
#include "chat/json_value.h"
#include "net/public_address.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

class TextSink final : public net::BodySink {
public:
  Status begin(const net::HttpResponse&) override { return {}; }
  Status write(std::span<const std::byte> bytes) override {
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  }
  std::string text;
};

// {name} as a part of an address: nothing in it can end the part that it stands in.
std::string fill_url(std::string_view pattern, const json::object& arguments) {
  json::object encoded;
  for (const auto& [key, value] : arguments) {
    encoded[key] = net::percent_encode(plain_text(value));
  }
  return fill_template(pattern, encoded, {});
}

// Is there a part ".." in the path, as servers read it that decode %2F before they look?
bool climbs(std::string path) {
  for (const std::string_view slash : {"%2F", "%2f", "%5C", "%5c", "\\"}) {
    for (std::size_t at = 0; (at = path.find(slash, at)) != std::string::npos;) {
      path.replace(at, slash.size(), "/");
    }
  }
  return (path + "/").find("/../") != std::string::npos;
}

// A template that is one {name} alone keeps the argument's type.
json::value fill_member(const std::string& pattern, const json::object& arguments) {
  if (pattern.size() > 2 && pattern.front() == '{' && pattern.back() == '}') {
    const std::string name = pattern.substr(1, pattern.size() - 2);
    if (const json::value* value = arguments.if_contains(name)) return *value;
  }
  return json::value(fill_template(pattern, arguments, {}));
}

net::HttpOptions options(bool public_only) {
  net::HttpOptions made;
  made.public_only = public_only;
  return made;
}

// A receiver that says no has not done it; what is odd (3xx, 5xx) leaves that open.
Status check_answer(const net::HttpResponse& response) {
  const Status status = net::check_status(response);
  const bool says_no = response.status >= 400 && response.status < 500;
  if (status || !says_no || status.error().code != ErrorCode::kCorruptData) return status;
  return fail(ErrorCode::kInvalidArgument, status.error().message, status.error().hint);
}

} // namespace

HttpToolset::HttpToolset(HttpSection section, Clock& clock)
    : section_(std::move(section)), public_(clock, options(true)), private_(clock, options(false)) {
  for (const HttpTool& tool : section_.tools) tools_.push_back(tool.tool);
}

Result<net::HttpRequest> HttpToolset::request_for(const HttpTool& tool, const Call& call,
                                                  const std::string& idempotency_key) const {
  OUTPOST_TRY(auto url, net::Url::parse(fill_url(tool.url, call.arguments)));
  net::HttpRequest request{.url = std::move(url)};
  request.method = tool.method;
  request.headers = {{"Accept", "application/json"}};
  if (tool.method != "GET" && !idempotency_key.empty()) {
    // A string in quotes: draft-ietf-httpapi-idempotency-key-header-06.
    request.headers.emplace_back("Idempotency-Key", '"' + idempotency_key + '"');
  }
  if (tool.method != "GET" && !tool.body.empty()) {
    json::object body;
    for (const auto& [key, pattern] : tool.body) body[key] = fill_member(pattern, call.arguments);
    request.body = chat::json_text(body);
    request.headers.emplace_back("Content-Type", "application/json");
  }
  request.limits.body_bytes = section_.bytes_max;
  request.limits.redirects = 0;
  request.limits.connect_timeout = section_.time_limit;
  request.limits.idle_timeout = section_.time_limit;
  request.redirects = net::RedirectPolicy::kSameOrigin;
  return request;
}

Result<ToolResult> HttpToolset::call(const Call& call, const CallContext& context) {
  const Tool* tool = find_tool(*this, call.tool);
  if (tool == nullptr) {
    return fail(ErrorCode::kNotFound, "there is no tool '" + call.tool.substr(0, 64) + "'");
  }
  const HttpTool& made = section_.tools[static_cast<std::size_t>(tool - tools_.data())];
  OUTPOST_TRY(const net::HttpRequest request, request_for(made, call, context.idempotency_key));
  const HttpPlace* place = find_place(section_.allow, request.url, request.method);
  if (place == nullptr || climbs(request.url.path()) ||
      (!place->allows_private && !net::is_public_host(request.url.host()))) {
    return fail(ErrorCode::kPermissionDenied,
                call.tool + ": " + request.url.shown() + " is not on the list of addresses",
                "`http: allow:` of the agent file has the list");
  }
  TextSink sink;
  const auto response =
      (place->allows_private ? private_ : public_).fetch(request, sink, context.cancel);
  if (!response) {
    ErrorCode code = response.error().code;
    // An answer that is too long, or a redirect (as often follows what was done), is an answer.
    const bool is_answer =
        code == ErrorCode::kLimitExceeded || code == ErrorCode::kPermissionDenied;
    if (is_answer) code = ErrorCode::kCorruptData;
    return fail(code, call.tool + ": " + response.error().message);
  }
  if (response->status == 404 && !made.no_rows.empty()) {
    ToolResult nothing;
    nothing.outcome = ToolResult::Outcome::kNothing;
    nothing.statement = fill_template(made.no_rows, call.arguments, {});
    nothing.label = chat::tool_label(call.tool);
    return nothing;
  }
  OUTPOST_CHECK(check_answer(*response));
  return result_from(made, call, sink.text);
}

Result<ToolResult> HttpToolset::result_from(const HttpTool& tool, const Call& call,
                                            const std::string& body) const {
  ToolResult result;
  result.label = chat::tool_label(call.tool);
  if (tool.extract.empty()) {
    result.content = body;
    result.statement =
        tool.answers.empty() ? body : state_row(tool.answers, {{"body", body}}, call.arguments);
    return result;
  }
  OUTPOST_TRY(const json::value parsed, chat::parse_json(body, {section_.bytes_max, 32}));
  json::object row;
  for (const auto& [column, pointer] : tool.extract) {
    boost::system::error_code error;
    const json::value* value = parsed.find_pointer(pointer, error);
    if (value == nullptr) {
      return fail(ErrorCode::kCorruptData,
                  call.tool + ": the answer has nothing at " + pointer + " (" + column + ")");
    }
    row[column] = *value;
  }
  result.statement =
      tool.answers.empty() ? chat::json_text(row) : state_row(tool.answers, row, call.arguments);
  result.content = std::move(row);
  return result;
}

} // namespace outpost::agents
