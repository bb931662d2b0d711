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

namespace outpost::security {

struct StoredKey {
  std::string name;
  std::string sha256; // hexadecimal
  std::int64_t created_ms = 0;
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
  Status add(const std::string& name, std::string_view key, std::int64_t now_ms);
  // kNotFound.
  Status remove(std::string_view name);
  // For its owner only, replaced as a whole.
  [[nodiscard]] Status save(const std::filesystem::path& path) const;

  [[nodiscard]] const std::vector<StoredKey>& keys() const { return keys_; }
  // The name of the key, if it is one of these.
  [[nodiscard]] std::optional<std::string> find(std::string_view key) const;

private:
  std::vector<StoredKey> keys_;
};

} // namespace outpost::security
