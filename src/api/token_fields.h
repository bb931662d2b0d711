// Token ids in requests.
#pragma once
#include <optional>
#include <vector>

#include <boost/json/array.hpp>

#include "text/tokenizer.h"

namespace outpost::api {

// None when an entry is not a whole number from 0. Whether the vocabulary has them the model says.
std::optional<std::vector<text::TokenId>> tokens_of(const boost::json::array& array);

} // namespace outpost::api
