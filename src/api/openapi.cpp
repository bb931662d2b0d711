// The description of an API is made from its routes, so that it cannot fall behind them.
#include <map>
#include <vector>

#include "api/operations.h"
#include "base/json_text.h"

namespace outpost::api {
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
    parameter.add_raw("schema", R"({"type": "string", "minLength": 1})");
    out.add_raw(parameter.text());
  }
  return out.text();
}

std::string responses_json(bool is_open) {
  const std::string error = R"({"description": "the error, with a message", "content": )"
                            R"({"application/json": {"schema": {"type": "object"}}}})";
  JsonObject out;
  out.add_raw("200", R"({"description": "the answer"})");
  for (const char* status : {"400", "404", "413", "429", "503"}) out.add_raw(status, error);
  if (!is_open) out.add_raw("401", error);
  return out.text();
}

std::string operation_json(const http::Route& route, const std::string& path) {
  JsonObject out;
  out.add("operationId", route.method + path);
  out.add_raw("parameters", parameters_json(path));
  if (route.method == "POST") {
    out.add_raw("requestBody", R"({"required": true, "content": {"application/json": )"
                               R"({"schema": {"type": "object"}}}})");
  }
  out.add_raw("responses", responses_json(route.is_open));
  if (route.is_open) out.add_raw("security", "[]");
  return out.text();
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

} // namespace

std::string openapi_json(const http::Router& router, const std::string& version) {
  std::map<std::string, JsonObject> by_path;
  for (const http::Route& route : router.routes()) {
    const std::string path = described_path(route.pattern);
    by_path[path].add_raw(lower(route.method), operation_json(route, path));
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
  out.add_raw("components",
              R"({"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}, )"
              R"("key": {"type": "apiKey", "in": "header", "name": "x-api-key"}}})");
  return out.text();
}

} // namespace outpost::api
