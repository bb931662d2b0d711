// Scopes keep what one principal's requests left in memory from every other principal's requests.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "chat/label.h"

namespace outpost::engine {

// Names whose pages they are. Never used twice.
using ScopeId = std::uint64_t;
// What the operator declared to be for everybody.
inline constexpr ScopeId kSharedScope = 0;

// Gives each principal its scope. Not thread-safe.
class ScopeTable {
public:
  // `principals_max`: how many are remembered. Beyond it all are forgotten at once: those who come
  // back get a new scope and find their old pages no more, which costs time and never privacy.
  explicit ScopeTable(std::size_t principals_max = 4096) : principals_max_(principals_max) {}
  ScopeId scope_of(const chat::PrincipalId& principal);
  // Whose scope it is; nothing when that is forgotten.
  [[nodiscard]] std::optional<std::string> principal_of(ScopeId scope) const;

private:
  std::size_t principals_max_;
  ScopeId next_ = kSharedScope + 1;
  std::unordered_map<std::string, ScopeId> scopes_;
};

} // namespace outpost::engine
