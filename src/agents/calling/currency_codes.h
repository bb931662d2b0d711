// Currencies by the names that people use, as ISO 4217 codes.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace outpost::agents {

// "Canadian dollars", "euro", "canadian_dollars", "yen"; a code is its own. A name that several
// countries have ("dollars") is what `request` says more of it ("200 US dollars"), else that of the
// country whose it is first of all. None where that cannot be told.
std::optional<std::string> currency_code(std::string_view name, std::string_view request);

// Does the request name the currency of that code, in words?
bool names_currency(std::string_view request, std::string_view code);

} // namespace outpost::agents
