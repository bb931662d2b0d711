#include "security/key_ring.h"

#include <algorithm>
#include <openssl/crypto.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/json_text.h"
#include "base/random.h"
#include "catalog/digest.h"
#include "catalog/disk.h"

namespace outpost::security {
namespace {

namespace json = boost::json;

constexpr std::size_t kFileBytesMax = std::size_t{4} << 20;
constexpr std::size_t kNameMax = 64;

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameMax && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

std::optional<StoredKey> read_key(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr) return std::nullopt;
  const auto text = [&](const char* key) -> std::string {
    const json::value* field = object->if_contains(key);
    return field != nullptr && field->is_string() ? std::string(field->get_string()) : "";
  };
  StoredKey key{text("name"), text("sha256"), 0};
  if (const json::value* created = object->if_contains("created_ms")) {
    key.created_ms = created->is_int64() ? created->get_int64() : 0;
  }
  if (!is_name(key.name) || !catalog::Digest::parse(key.sha256)) return std::nullopt;
  return key;
}

} // namespace

std::string new_key() {
  std::string bytes;
  for (int i = 0; i < 4; ++i) {
    const std::uint64_t part = random_seed();
    bytes.append(reinterpret_cast<const char*>(&part), sizeof part);
  }
  // The digest of the random bytes is as random as they are, and already written in hexadecimal.
  return "op-" + catalog::sha256_of(bytes).hex();
}

Result<KeyRing> KeyRing::load(const std::filesystem::path& path) {
  KeyRing ring;
  const auto text = catalog::read_small_file(path, kFileBytesMax);
  if (!text && text.error().code == ErrorCode::kNotFound) return ring;
  if (!text) return fail(text.error());
  json::error_code error;
  const json::value value = json::parse(*text, error);
  const json::object* object = error ? nullptr : value.if_object();
  const json::value* keys = object != nullptr ? object->if_contains("keys") : nullptr;
  const auto damaged = [&] {
    return fail(ErrorCode::kCorruptData, "'" + path.string() + "' is no list of keys",
                "remove it to begin with a new key");
  };
  if (keys == nullptr || !keys->is_array()) return damaged();
  for (const json::value& entry : keys->get_array()) {
    auto key = read_key(entry);
    if (!key) return damaged();
    ring.keys_.push_back(*std::move(key));
  }
  return ring;
}

Status KeyRing::add(const std::string& name, std::string_view key, std::int64_t now_ms) {
  if (!is_name(name)) {
    return fail(ErrorCode::kInvalidArgument, "'" + name + "' is no name for a key",
                "use 1 to 64 letters, digits, '-', '_' or '.'");
  }
  if (std::ranges::find(keys_, name, &StoredKey::name) != keys_.end()) {
    return fail(ErrorCode::kConflict, "there is a key named '" + name + "' already");
  }
  keys_.push_back({name, catalog::sha256_of(key).hex(), now_ms});
  return {};
}

Status KeyRing::remove(std::string_view name) {
  const auto found = std::ranges::find(keys_, name, &StoredKey::name);
  if (found == keys_.end()) {
    return fail(ErrorCode::kNotFound, "there is no key named '" + std::string(name) + "'");
  }
  keys_.erase(found);
  return {};
}

Status KeyRing::save(const std::filesystem::path& path) const {
  JsonArray list;
  for (const StoredKey& key : keys_) {
    JsonObject entry;
    entry.add("name", key.name);
    entry.add("sha256", key.sha256);
    entry.add("created_ms", key.created_ms);
    list.add_raw(entry.text());
  }
  JsonObject file;
  file.add_raw("keys", list.text());
  OUTPOST_CHECK(catalog::make_folder(path.parent_path()));
  return catalog::write_file_atomically(path, file.text() + "\n");
}

std::optional<std::string> KeyRing::find(std::string_view key) const {
  const std::string digest = catalog::sha256_of(key).hex();
  std::optional<std::string> found;
  for (const StoredKey& stored : keys_) {
    if (CRYPTO_memcmp(stored.sha256.data(), digest.data(), digest.size()) == 0) found = stored.name;
  }
  return found;
}

} // namespace outpost::security
