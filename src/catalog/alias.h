// Aliases: short names that people type, each an ordered list of sources and the one digest that
// decides. Ours are built in; HOME/aliases.json adds the user's, in the same form:
//
//   {"aliases": [{"name": "my-model", "title": "...", "license": "MIT", "bytes": 123, "sha256":
//   "...",
//                 "sources": ["hf://org/repo/file.gguf", "https://..."]}]}
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/digest.h"

namespace outpost::catalog {

struct Alias {
  std::string name;
  std::string title;
  std::string license;
  std::optional<std::uint64_t> bytes;
  Digest digest;
  std::vector<std::string> sources; // each of a form that parse_source accepts
};

// kCorruptData names the entry and the member; `what` names the text.
Result<std::vector<Alias>> parse_aliases(std::string_view json, std::string_view what);

// The built-in ones and those of the file, if there is one; the file's replace built-in ones of the
// same name.
Result<std::vector<Alias>> load_aliases(const std::filesystem::path& user_file);

std::string_view builtin_aliases_json();

} // namespace outpost::catalog
