// The description of an API is made from its routes, so that it cannot fall behind them, and of the
// schemas in schemas.json.
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "api/operations.h"
#include "base/json_text.h"
#include "chat/json_value.h"

namespace outpost::api {

// Of schemas.cpp, which CMake makes of schemas.json beside this file.
extern const std::string_view kSchemasJson;

namespace {

// "/v1/models/{model...}" is "/v1/models/{model}" there.
std::string described_path(std::string path) {
  const std::size_t dots = path.find("...}");
  if (dots != std::string::npos) path.erase(dots, 3);
  return path;
}

std::string parameters_json(const std::string& path) {
  JsonArray out;
  for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1)) {
    JsonObject parameter;
    parameter.add("name", path.substr(at + 1, path.find('}', at) - at - 1));
    parameter.add("in", "path");
    parameter.add("required", true);
    parameter.add_raw("schema", R"({"type": "string", "pattern": "^[A-Za-z0-9._:-]+$"})");
    out.add_raw(parameter.text());
  }
  return out.text();
}

// The schemas of requests and answers, by operation ("POST /v1/embeddings").
class Schemas {
public:
  Schemas() : file_(boost::json::parse(kSchemasJson)) {}

  // The component's name; none where an operation has no body, or one of any shape.
  [[nodiscard]] std::optional<std::string> of(const std::string& operation,
                                              std::string_view side) const {
    const auto* entry = file_.at("operations").get_object().if_contains(operation);
    const auto* name = entry == nullptr ? nullptr : entry->get_object().if_contains(side);
    if (name == nullptr) return std::nullopt;
    return std::string(name->get_string());
  }
  [[nodiscard]] std::string components() const { return chat::json_text(file_.at("schemas")); }

private:
  boost::json::value file_;
};

std::string json_content(const std::optional<std::string>& schema) {
  const std::string any = R"({"type": "object"})";
  const std::string named = "{\"$ref\": \"#/components/schemas/" + schema.value_or("") + "\"}";
  return R"({"application/json": {"schema": )" + (schema ? named : any) + "}}";
}

std::string error_schema(const std::string& path) {
  if (path.starts_with("/api/")) return "OllamaError";
  return path.starts_with("/v1/messages") ? "AnthropicError" : "Error";
}

std::string responses_json(const http::Route& route, const std::string& path,
                           const Schemas& schemas) {
  JsonObject error;
  error.add("description", "the error, with a message");
  error.add_raw("content", json_content(error_schema(path)));
  const auto answer = schemas.of(route.method + " " + path, "response");
  JsonObject done;
  done.add("description", "the answer; a stream where one was asked for");
  if (answer) {
    std::string content = json_content(answer);
    content.insert(content.size() - 1, R"(, "text/event-stream": {}, "application/x-ndjson": {})");
    done.add_raw("content", content);
  }
  JsonObject out;
  out.add_raw("200", done.text());
  if (route.is_open) {
    out.add_raw("503", R"({"description": "not ready yet"})");
    return out.text();
  }
  for (const char* status :
       {"400", "401", "403", "404", "405", "408", "413", "415", "429", "500", "503", "504"}) {
    out.add_raw(status, error.text());
  }
  return out.text();
}

std::string operation_json(const http::Route& route, const std::string& path,
                           const Schemas& schemas) {
  JsonObject out;
  out.add("operationId", route.method + path);
  out.add_raw("parameters", parameters_json(path));
  if (const auto request = schemas.of(route.method + " " + path, "request")) {
    out.add_raw("requestBody", R"({"required": true, "content": )" + json_content(request) + "}");
  }
  out.add_raw("responses", responses_json(route, path, schemas));
  if (route.is_open) out.add_raw("security", "[]");
  return out.text();
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

} // namespace

std::string openapi_json(const http::Router& router, const std::string& version) {
  const Schemas schemas;
  std::map<std::string, JsonObject> by_path;
  for (const http::Route& route : router.routes()) {
    const std::string path = described_path(route.pattern);
    by_path[path].add_raw(lower(route.method), operation_json(route, path, schemas));
  }
  JsonObject paths;
  for (const auto& [path, operations] : by_path) paths.add_raw(path, operations.text());
  JsonObject info;
  info.add("title", "Outpost");
  info.add("version", version);
  JsonObject out;
  out.add("openapi", "3.1.0");
  out.add_raw("info", info.text());
  out.add_raw("security", R"([{"bearer": []}, {"key": []}])");
  out.add_raw("paths", paths.text());
  JsonObject components;
  components.add_raw("securitySchemes",
                     R"({"bearer": {"type": "http", "scheme": "bearer"}, )"
                     R"("key": {"type": "apiKey", "in": "header", "name": "x-api-key"}})");
  components.add_raw("schemas", schemas.components());
  out.add_raw("components", components.text());
  return out.text();
}

} // namespace outpost::api
