#include "engine/scope.h"

namespace outpost::engine {

ScopeId ScopeTable::scope_of(const chat::PrincipalId& principal) {
  if (const auto found = scopes_.find(principal.value); found != scopes_.end()) {
    return found->second;
  }
  if (scopes_.size() >= principals_max_) scopes_.clear();
  return scopes_.emplace(principal.value, next_++).first->second;
}

std::optional<std::string> ScopeTable::principal_of(ScopeId scope) const {
  for (const auto& [principal, its] : scopes_) {
    if (its == scope) return principal;
  }
  return std::nullopt;
}

} // namespace outpost::engine
