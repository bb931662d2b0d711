// YAML as a bounded tree of plain nodes with their places. Only what a configuration file needs:
// scalars, sequences, mappings. Anchors, aliases and tags are refused, so a small file stays small.
#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace outpost::yaml {

struct YamlPlace {
  std::size_t line = 0; // from 1
  std::size_t column = 0;
};

struct YamlNode {
  enum class Kind { kNull, kScalar, kSequence, kMapping };
  Kind kind = Kind::kNull;
  YamlPlace place;
  std::string scalar;
  bool quoted = false;         // "1" is a text, 1 a number
  std::vector<YamlNode> items; // of a sequence; the values of a mapping
  std::vector<YamlNode> keys;  // of a mapping: one for each item, scalars, no two alike
};

struct YamlEntry {
  const YamlNode& key;
  const YamlNode& value;
};
// Of a mapping, in order; they borrow from it.
std::vector<YamlEntry> entries_of(const YamlNode& mapping);

struct YamlLimits {
  std::size_t bytes = 256U << 10U;
  std::size_t depth = 16;
  std::size_t nodes = 20'000;
};

// The text of a file for parse_yaml(). Links are followed: orchestrators mount configuration so.
// kNotFound, kLimitExceeded, kIo.
Result<std::string> read_yaml_file(const std::filesystem::path& path,
                                   const YamlLimits& limits = {});

// One document. `origin` (a file name) begins every message: "agent.yaml:3:7: ...".
Result<YamlNode> parse_yaml(const std::string& text, std::string_view origin,
                            const YamlLimits& limits = {});

// "origin:line:column: message" as kInvalidArgument.
tl::unexpected<Error> yaml_error(std::string_view origin, YamlPlace place,
                                 const std::string& message, std::string hint = {});

} // namespace outpost::yaml
