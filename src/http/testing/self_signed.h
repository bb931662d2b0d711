// Certificates for tests, made on the spot.
#pragma once
#include <filesystem>

namespace outpost::http::testing {

struct Pair {
  std::filesystem::path certificate, key;
};

// A certificate for "localhost" that is valid for `seconds` from now (negative: it has expired),
// and its key, as PEM files in `folder`.
Pair make_self_signed(const std::filesystem::path& folder, long seconds = 3600);

} // namespace outpost::http::testing
