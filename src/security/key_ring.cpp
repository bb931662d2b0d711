#include "security/key_ring.h"

#include <algorithm>
#include <limits>
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

// Of a whole number that is there; none otherwise.
std::optional<std::int64_t> number(const json::object& object, const char* key) {
  const json::value* field = object.if_contains(key);
  return field != nullptr && field->is_int64() ? std::optional(field->get_int64()) : std::nullopt;
}

std::string text(const json::object& object, const char* key) {
  const json::value* field = object.if_contains(key);
  return field != nullptr && field->is_string() ? std::string(field->get_string()) : "";
}

std::optional<KeyLimits> read_limits(const json::object& object) {
  const auto requests = number(object, "requests_per_minute");
  const auto tokens = number(object, "tokens_per_minute");
  if (!requests && !tokens) return std::nullopt;
  const auto limit = [](std::optional<std::int64_t> value) {
    constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(value.value_or(0), 0, kMost));
  };
  return KeyLimits{limit(requests), limit(tokens)};
}

std::optional<StoredKey> read_key(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr) return std::nullopt;
  StoredKey key;
  key.name = text(*object, "name");
  key.sha256 = text(*object, "sha256");
  key.created_ms = number(*object, "created_ms").value_or(0);
  key.expires_ms = number(*object, "expires_ms");
  key.limits = read_limits(*object);
  // The first version of the file knew no roles: its keys could do everything.
  const auto role =
      object->contains("role") ? parse_role(text(*object, "role")) : std::optional(Role::kAdmin);
  if (!role || !is_name(key.name) || !catalog::Digest::parse(key.sha256)) return std::nullopt;
  key.role = *role;
  const auto work_class = object->contains("class") ? chat::parse_work_class(text(*object, "class"))
                                                    : std::optional(chat::WorkClass::kInteractive);
  if (!work_class) return std::nullopt;
  key.work_class = *work_class;
  return key;
}

std::string key_json(const StoredKey& key) {
  JsonObject entry;
  entry.add("name", key.name);
  entry.add("sha256", key.sha256);
  entry.add("role", to_string(key.role));
  entry.add("class", chat::to_string(key.work_class));
  entry.add("created_ms", key.created_ms);
  if (key.expires_ms) entry.add("expires_ms", *key.expires_ms);
  if (key.limits) {
    entry.add("requests_per_minute", key.limits->requests_per_minute);
    entry.add("tokens_per_minute", key.limits->tokens_per_minute);
  }
  return entry.text();
}

constexpr std::string_view kRoles[] = {"user", "monitor", "admin"}; // as Role

} // namespace

std::string_view to_string(Role role) { return kRoles[static_cast<std::size_t>(role)]; }

std::optional<Role> parse_role(std::string_view name) {
  const auto at = std::ranges::find(kRoles, name);
  if (at == std::end(kRoles)) return std::nullopt;
  return static_cast<Role>(at - std::begin(kRoles));
}

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

Status KeyRing::add(StoredKey entry, std::string_view key) {
  if (!is_name(entry.name)) {
    return fail(ErrorCode::kInvalidArgument, "'" + entry.name + "' is no name for a key",
                "use 1 to 64 letters, digits, '-', '_' or '.'");
  }
  if (std::ranges::find(keys_, entry.name, &StoredKey::name) != keys_.end()) {
    return fail(ErrorCode::kConflict, "there is a key named '" + entry.name + "' already");
  }
  entry.sha256 = catalog::sha256_of(key).hex();
  keys_.push_back(std::move(entry));
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
  for (const StoredKey& key : keys_) list.add_raw(key_json(key));
  JsonObject file;
  file.add_raw("keys", list.text());
  OUTPOST_CHECK(catalog::make_folder(path.parent_path()));
  return catalog::write_file_atomically(path, file.text() + "\n");
}

std::optional<StoredKey> KeyRing::find(std::string_view key, std::int64_t now_ms) const {
  const std::string digest = catalog::sha256_of(key).hex();
  const StoredKey* found = nullptr;
  for (const StoredKey& stored : keys_) { // all of them, so that time tells nothing
    if (CRYPTO_memcmp(stored.sha256.data(), digest.data(), digest.size()) == 0) found = &stored;
  }
  if (found == nullptr || (found->expires_ms && *found->expires_ms <= now_ms)) return std::nullopt;
  return *found;
}

} // namespace outpost::security
