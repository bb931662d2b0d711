#include "agents/spec/http_section.h"

#include <algorithm>

namespace outpost::agents {
namespace {

using yaml::YamlFields;
using yaml::YamlNode;

constexpr const char* kMethods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

// '*' for any characters. Greedy with one way back, so the time is bounded by pattern x text.
bool matches_glob(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      resume = i;
    } else if (at < pattern.size() && pattern[at] == text[i]) {
      ++at;
      ++i;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      i = ++resume;
    } else {
      return false;
    }
  }
  while (at < pattern.size() && pattern[at] == '*') ++at;
  return at == pattern.size();
}

Result<std::string> read_method(const YamlNode& node, std::string_view origin) {
  OUTPOST_TRY(
      const std::size_t word,
      read_word(node, origin, {kMethods[0], kMethods[1], kMethods[2], kMethods[3], kMethods[4]}));
  return std::string(kMethods[word]);
}

YamlFields::Reader pairs_into(std::vector<std::pair<std::string, std::string>>& into,
                              std::string_view origin) {
  return [&into, origin](const YamlNode& node) -> Status {
    if (node.kind != YamlNode::Kind::kMapping) {
      return yaml_error(origin, node.place, "expected names and texts");
    }
    for (const auto& [key, value] : entries_of(node)) {
      OUTPOST_TRY(std::string text, read_text(value, origin));
      into.emplace_back(key.scalar, std::move(text));
    }
    return {};
  };
}

Result<HttpPlace> read_place(const YamlNode& node, std::string_view origin) {
  HttpPlace made;
  YamlFields fields(node, origin, "a place");
  fields
      .required("url",
                [&](const YamlNode& value) -> Status {
                  OUTPOST_TRY(const std::string text, read_text(value, origin));
                  const auto url = net::Url::parse(text);
                  if (!url) return yaml_error(origin, value.place, url.error().message);
                  made.scheme = url->scheme();
                  made.host = url->host();
                  made.port = url->port();
                  made.path = url->path();
                  return {};
                })
      .optional("methods",
                [&](const YamlNode& list) {
                  return read_each(list, origin, "methods", [&](const YamlNode& item) -> Status {
                    OUTPOST_TRY(std::string method, read_method(item, origin));
                    made.methods.push_back(std::move(method));
                    return {};
                  });
                })
      .optional("private", made.allows_private);
  OUTPOST_CHECK(fields.finish());
  if (made.methods.empty()) made.methods = {"GET"};
  return made;
}

// What stands before the path must not come from an argument.
Status check_url(const YamlNode& node, std::string_view origin, const HttpSection& section,
                 const HttpTool& made) {
  const std::size_t authority = made.url.find("://");
  const std::size_t path =
      authority == std::string::npos ? authority : made.url.find('/', authority + 3);
  const std::size_t brace = made.url.find('{');
  if (brace < path || path == std::string::npos) {
    return yaml_error(origin, node.place,
                      "the url of '" + made.tool.name +
                          "' needs a scheme, a host and a path, with {arguments} after the host");
  }
  const auto url = net::Url::parse(made.url.substr(0, path + 1));
  if (!url) return yaml_error(origin, node.place, url.error().message);
  const bool is_listed =
      std::any_of(section.allow.begin(), section.allow.end(), [&](const HttpPlace& place) {
        return place.scheme == url->scheme() && place.host == url->host() &&
               place.port == url->port() &&
               std::find(place.methods.begin(), place.methods.end(), made.method) !=
                   place.methods.end();
      });
  if (is_listed) return {};
  return yaml_error(origin, node.place,
                    "no place of `allow` takes the " + made.method + " of '" + made.tool.name +
                        "' to " + url->shown());
}

Result<HttpTool> read_tool(const YamlNode& node, std::string_view origin, const ValueKinds& kinds,
                           const HttpSection& section) {
  HttpTool made;
  made.method = "GET";
  YamlFields fields(node, origin, "a request");
  add_tool_fields(fields, origin, kinds, made.tool);
  fields.required("url", made.url)
      .optional("method",
                [&](const YamlNode& value) -> Status {
                  OUTPOST_TRY(made.method, read_method(value, origin));
                  return {};
                })
      .optional("body", pairs_into(made.body, origin))
      .optional("extract", pairs_into(made.extract, origin))
      .optional("answer",
                [&](const YamlNode& value) { return read_answers(value, origin, made.answers); })
      .optional("no_rows", made.no_rows);
  OUTPOST_CHECK(fields.finish());
  if ((made.method == "GET") != (made.tool.effect == Effect::kRead)) {
    return yaml_error(origin, node.place,
                      "'" + made.tool.name +
                          "': a GET has the effect 'read', and nothing else has");
  }
  OUTPOST_CHECK(check_url(node, origin, section, made));
  return made;
}

} // namespace

Status read_http(const YamlNode& node, std::string_view origin, const ValueKinds& kinds,
                 HttpSection& into) {
  std::uint32_t seconds = 10;
  const YamlNode* tools = nullptr;
  YamlFields fields(node, origin, "http");
  fields
      .required("allow",
                [&](const YamlNode& list) {
                  return read_each(list, origin, "places", [&](const YamlNode& item) -> Status {
                    OUTPOST_TRY(HttpPlace place, read_place(item, origin));
                    into.allow.push_back(std::move(place));
                    return {};
                  });
                })
      .required("tools",
                [&](const YamlNode& list) -> Status {
                  tools = &list;
                  return {};
                })
      .optional("seconds", count_into(seconds, 600, origin))
      .optional("bytes", count_into(into.bytes_max, 16U << 20U, origin));
  OUTPOST_CHECK(fields.finish());
  into.time_limit = std::chrono::seconds(seconds);
  return read_each(*tools, origin, "requests", [&](const YamlNode& item) -> Status {
    OUTPOST_TRY(HttpTool tool, read_tool(item, origin, kinds, into));
    into.tools.push_back(std::move(tool));
    return {};
  });
}

const HttpPlace* find_place(const std::vector<HttpPlace>& allow, const net::Url& url,
                            std::string_view method) {
  const auto at = std::find_if(allow.begin(), allow.end(), [&](const HttpPlace& place) {
    return place.scheme == url.scheme() && place.host == url.host() && place.port == url.port() &&
           matches_glob(place.path, url.path()) &&
           std::find(place.methods.begin(), place.methods.end(), method) != place.methods.end();
  });
  return at == allow.end() ? nullptr : &*at;
}

} // namespace outpost::agents
