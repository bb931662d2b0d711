#include "engine/grammar_closer.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace outpost::engine {

using text::TokenId;

Result<std::optional<std::vector<TokenId>>>
GrammarCloser::path(const grammar::Constraint& constraint, std::uint32_t budget) {
  const std::unique_ptr<grammar::Constraint> probe = constraint.fork();
  std::vector<TokenId> path;
  while (!probe->is_finished() && !probe->may_end()) {
    OUTPOST_TRY(std::vector<TokenId> next, probe->forced_tokens());
    if (next.empty()) {
      std::ranges::fill(mask_, 0u);
      OUTPOST_CHECK(probe->fill_mask(mask_));
      const auto picked = order_.pick(mask_);
      if (!picked) return std::optional<std::vector<TokenId>>();
      next.push_back(*picked);
    }
    if (path.size() + next.size() > budget) return std::optional<std::vector<TokenId>>();
    for (const TokenId token : next) OUTPOST_CHECK(probe->accept(token));
    path.insert(path.end(), next.begin(), next.end());
  }
  return std::optional(std::move(path));
}

} // namespace outpost::engine
