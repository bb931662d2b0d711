#include "agents/spec/mcp_section.h"

#include <algorithm>

#include "agents/spec/section.h"
#include "net/url.h"

namespace outpost::agents {
namespace {

using yaml::YamlNode;

// Texts, or lists of texts, by name.
template <class Take>
yaml::YamlFields::Reader by_name(std::string_view origin, Take take) {
  return [origin, take](const YamlNode& node) -> Status {
    if (node.kind != YamlNode::Kind::kMapping) {
      return yaml_error(origin, node.place, "expected names and what belongs to them");
    }
    for (const auto& [key, value] : entries_of(node)) OUTPOST_CHECK(take(key.scalar, value));
    return {};
  };
}

Result<McpServerSpec> read_server(const YamlNode& node, std::string_view origin) {
  McpServerSpec made;
  std::uint32_t seconds = 60;
  yaml::YamlFields fields(node, origin, "an MCP server");
  fields.required("name", name_into(made.name, origin))
      .optional("run", made.run)
      .optional("url",
                [&](const YamlNode& value) -> Status {
                  OUTPOST_TRY(made.url, read_text(value, origin));
                  const auto url = net::Url::parse(made.url);
                  return url ? Status() : yaml_error(origin, value.place, url.error().message);
                })
      .optional("environment",
                by_name(origin,
                        [&](const std::string& key, const YamlNode& value) -> Status {
                          OUTPOST_TRY(std::string text, read_text(value, origin));
                          made.environment.emplace_back(key, std::move(text));
                          return {};
                        }))
      .optional("key_variable", name_into(made.key_variable, origin))
      .optional("prefix", name_into(made.prefix, origin))
      .optional("only", made.only)
      .optional("reads", made.reads)
      .optional("reversible", made.reversible)
      .optional("examples", by_name(origin,
                                    [&](const std::string& key, const YamlNode& value) -> Status {
                                      OUTPOST_TRY(made.examples[key], read_texts(value, origin));
                                      return {};
                                    }))
      .optional("trust",
                [&](const YamlNode& value) -> Status {
                  OUTPOST_TRY(const std::size_t word,
                              read_word(value, origin, {"first_use", "nothing"}));
                  made.trusts_first_use = word == 0;
                  return {};
                })
      .optional("revision",
                [&](const YamlNode& value) -> Status {
                  OUTPOST_CHECK(read_word(value, origin, {"2026-07-28", "2025-11-25"}));
                  made.revision = value.scalar;
                  return {};
                })
      .optional("seconds", count_into(seconds, 3600, origin));
  OUTPOST_CHECK(fields.finish());
  made.time_limit = std::chrono::seconds(seconds);
  if (made.run.empty() == made.url.empty()) {
    return yaml_error(origin, node.place,
                      "MCP server '" + made.name + "' needs a program to `run` or a `url`");
  }
  return made;
}

} // namespace

Status read_mcp(const YamlNode& node, std::string_view origin, std::vector<McpServerSpec>& into) {
  return read_each(node, origin, "MCP servers", [&](const YamlNode& item) -> Status {
    OUTPOST_TRY(McpServerSpec made, read_server(item, origin));
    const bool is_known = std::any_of(into.begin(), into.end(), [&](const McpServerSpec& other) {
      return other.name == made.name;
    });
    if (is_known) {
      return yaml_error(origin, item.place, "there are two MCP servers '" + made.name + "'");
    }
    into.push_back(std::move(made));
    return {};
  });
}

} // namespace outpost::agents
