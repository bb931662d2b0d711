// `http:` of an agent file: requests to addresses on a list.
#pragma once
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "agents/spec/tool_fields.h"
#include "net/url.h"

namespace outpost::agents {

// Where requests may go: scheme, host and port as they are; '*' in the path stands for anything.
struct HttpPlace {
  std::string scheme;
  std::string host;
  int port = 0;
  std::string path;
  std::vector<std::string> methods;
  bool allows_private = false; // addresses of this machine and the network behind it
};

struct HttpTool {
  Tool tool;
  std::string method;
  std::string url; // {argument} stands for its value, percent-encoded
  std::vector<std::pair<std::string, std::string>> body;    // members of a JSON object, templates
  std::vector<std::pair<std::string, std::string>> extract; // column, JSON pointer (RFC 6901)
  std::vector<AnswerTemplate> answers;
  std::string no_rows; // what is said about 404
};

struct HttpSection {
  std::vector<HttpPlace> allow;
  std::vector<HttpTool> tools;
  std::chrono::milliseconds time_limit{std::chrono::seconds(10)};
  std::size_t bytes_max = 256U << 10U; // of an answer
};

Status read_http(const yaml::YamlNode& node, std::string_view origin, const ValueKinds& kinds,
                 HttpSection& into);

// The place that allows the request; null when none does.
const HttpPlace* find_place(const std::vector<HttpPlace>& allow, const net::Url& url,
                            std::string_view method);

} // namespace outpost::agents
