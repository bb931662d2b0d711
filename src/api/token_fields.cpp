#include "api/token_fields.h"

#include <boost/json/value.hpp>

namespace outpost::api {

std::optional<std::vector<text::TokenId>> tokens_of(const boost::json::array& array) {
  std::vector<text::TokenId> tokens;
  tokens.reserve(array.size());
  for (const boost::json::value& entry : array) {
    boost::json::error_code error;
    const auto token = entry.is_number() ? entry.to_number<text::TokenId>(error) : -1;
    if (error || token < 0) return std::nullopt;
    tokens.push_back(token);
  }
  return tokens;
}

} // namespace outpost::api
