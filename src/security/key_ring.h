// The API keys of a server: who each belongs to. Only SHA-256 digests are kept; a key is 256 random
// bits, so a slow hash would add nothing. Comparing takes the same time wherever two keys differ.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "chat/chat.h"
#include "security/key_limits.h"

namespace outpost::security {

// What its holder may do: call models; read metrics and the list of models; everything.
enum class Role { kUser, kMonitor, kAdmin };
std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view name);

struct StoredKey {
  std::string name;
  std::string sha256; // hexadecimal
  std::int64_t created_ms = 0;
  Role role = Role::kUser;
  std::optional<std::int64_t> expires_ms;                     // wall time; none: never
  std::optional<KeyLimits> limits;                            // none: the server's for all keys
  chat::WorkClass work_class = chat::WorkClass::kInteractive; // how soon its answers are needed
};

// "op-" and 64 hexadecimal digits.
std::string new_key();

class KeyRing {
public:
  // No file is an empty ring. kCorruptData: the file is there and is no list of keys.
  static Result<KeyRing> load(const std::filesystem::path& path);
  // A ring in memory only.
  KeyRing() = default;

  // kConflict: there is one of that name. kInvalidArgument: a name is 1 to 64 letters, digits, '-',
  // '_' or '.'.
  // The digest of `key` is put into `entry`.
  Status add(StoredKey entry, std::string_view key);
  // kNotFound.
  Status remove(std::string_view name);
  // For its owner only, replaced as a whole.
  [[nodiscard]] Status save(const std::filesystem::path& path) const;

  [[nodiscard]] const std::vector<StoredKey>& keys() const { return keys_; }
  // The entry of the key, if it is one of these and has not expired.
  [[nodiscard]] std::optional<StoredKey> find(std::string_view key, std::int64_t now_ms) const;

private:
  std::vector<StoredKey> keys_;
};

} // namespace outpost::security
