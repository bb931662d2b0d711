// Reads YAML nodes into typed values: says where, what was expected, what is there, and the nearest
// known name when a key or word is misspelt.
#pragma once
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "yaml/yaml_node.h"

namespace outpost::yaml {

Result<std::string> read_text(const YamlNode& node, std::string_view origin);
Result<double> read_number(const YamlNode& node, std::string_view origin);
// A whole number within these bounds.
Result<std::uint64_t> read_count(const YamlNode& node, std::string_view origin, std::uint64_t least,
                                 std::uint64_t most);
Result<bool> read_flag(const YamlNode& node, std::string_view origin);
// Calls `one` with each item. `what` names them in messages: "tools".
Status read_each(const YamlNode& node, std::string_view origin, std::string_view what,
                 const std::function<Status(const YamlNode&)>& one);
Result<std::vector<std::string>> read_texts(const YamlNode& node, std::string_view origin);
// A name that code refers to: letters, digits, '_' and '-', at most 64 of them.
Result<std::string> read_name(const YamlNode& node, std::string_view origin);
// The index of the word in `words`.
Result<std::size_t> read_word(const YamlNode& node, std::string_view origin,
                              const std::vector<std::string_view>& words);

// One mapping. Fields are asked for by key into places that keep their default when the key is
// absent; finish() reports the first error and then any key that nobody asked for.
class YamlFields {
public:
  // `what` names the mapping in messages: "a tool".
  YamlFields(const YamlNode& node, std::string_view origin, std::string_view what);

  using Reader = std::function<Status(const YamlNode&)>;
  YamlFields& optional(std::string_view key, const Reader& reader);
  YamlFields& required(std::string_view key, const Reader& reader);

  // For the usual types.
  YamlFields& optional(std::string_view key, std::string& into);
  YamlFields& required(std::string_view key, std::string& into);
  YamlFields& optional(std::string_view key, std::vector<std::string>& into);
  YamlFields& optional(std::string_view key, bool& into);

  [[nodiscard]] Status finish();

private:
  const YamlNode* find(std::string_view key);
  void read(std::string_view key, const YamlNode& node, const Reader& reader);

  const YamlNode& node_;
  std::string_view origin_;
  std::string_view what_;
  std::vector<std::string> known_;
  Status status_;
};

} // namespace outpost::yaml
