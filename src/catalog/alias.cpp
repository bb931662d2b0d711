#include "catalog/alias.h"

#include <algorithm>

#include "catalog/disk.h"
#include "catalog/json_text.h"
#include "catalog/source.h"
#include "catalog/source_kinds.h"

namespace outpost::catalog {
namespace {

namespace json = boost::json;
constexpr std::size_t kAliasFileBytesMax = 1 << 20;
constexpr std::size_t kAliasesMax = 1000;
constexpr std::size_t kSourcesMax = 32;

Result<std::vector<std::string>> read_sources(const json::object& entry, const std::string& where) {
  const json::array* list = array_member(entry, "sources");
  if (list == nullptr || list->empty() || list->size() > kSourcesMax) {
    return fail(ErrorCode::kCorruptData,
                where + ": 'sources' must be a list of 1 to " + std::to_string(kSourcesMax));
  }
  std::vector<std::string> sources;
  for (const auto& item : *list) {
    if (!item.is_string()) return fail(ErrorCode::kCorruptData, where + ": a source is no string");
    const std::string text(item.get_string());
    if (const auto source = parse_source(text); !source) {
      return fail(ErrorCode::kCorruptData, where + ": " + source.error().message,
                  source.error().hint);
    }
    sources.push_back(text);
  }
  return sources;
}

Result<Alias> read_alias(const json::object& entry, const std::string& where) {
  const auto name = string_member(entry, "name");
  if (!name || !is_plain_name(*name, "-_.")) {
    return fail(ErrorCode::kCorruptData,
                where + ": 'name' must be letters, digits, '-', '_' and '.'");
  }
  auto digest = Digest::parse(string_member(entry, "sha256").value_or(""));
  if (!digest) return fail(ErrorCode::kCorruptData, where + ": " + digest.error().message);
  OUTPOST_TRY(auto sources, read_sources(entry, where));
  return Alias{*name,
               string_member(entry, "title").value_or(""),
               string_member(entry, "license").value_or(""),
               size_member(entry, "bytes"),
               *digest,
               std::move(sources)};
}

} // namespace

Result<std::vector<Alias>> parse_aliases(std::string_view text, std::string_view what) {
  OUTPOST_TRY(const json::object object, parse_json_object(text, what));
  const json::array* list = array_member(object, "aliases");
  if (list == nullptr || list->size() > kAliasesMax) {
    return fail(ErrorCode::kCorruptData, std::string(what) +
                                             ": 'aliases' must be a list of at most " +
                                             std::to_string(kAliasesMax));
  }
  std::vector<Alias> aliases;
  for (const auto& item : *list) {
    const std::string where = std::string(what) + ", alias " + std::to_string(aliases.size() + 1);
    if (!item.is_object()) return fail(ErrorCode::kCorruptData, where + " is not an object");
    OUTPOST_TRY(Alias alias, read_alias(item.get_object(), where));
    aliases.push_back(std::move(alias));
  }
  return aliases;
}

Result<std::vector<Alias>> load_aliases(const std::filesystem::path& user_file) {
  OUTPOST_TRY(auto builtin, parse_aliases(builtin_aliases_json(), "the built-in list"));
  const auto text = read_small_file(user_file, kAliasFileBytesMax);
  if (!text && text.error().code == ErrorCode::kNotFound) return builtin;
  if (!text) return fail(text.error());
  OUTPOST_TRY(auto aliases, parse_aliases(*text, "'" + user_file.string() + "'"));
  for (auto& ours : builtin) {
    const bool replaced = std::any_of(aliases.begin(), aliases.end(), [&](const Alias& theirs) {
      return theirs.name == ours.name;
    });
    if (!replaced) aliases.push_back(std::move(ours));
  }
  return aliases;
}

} // namespace outpost::catalog
