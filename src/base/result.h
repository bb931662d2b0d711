// Result<T>: a value or an Error, never silently dropped. A thin [[nodiscard]] class over
// tl::expected with std::expected's member names, so that C++23 makes it a `using`.
//
//   Result<File> open(path);
//   OUTPOST_TRY(File file, open(path));   // declares file, or returns the error
//   OUTPOST_CHECK(file.verify());         // for Result<void>
#pragma once
#include <string>
#include <utility>

#include <tl/expected.hpp>

#include "base/error.h"

namespace outpost {

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
public:
  using tl::expected<T, Error>::expected;
};

using Status = Result<void>;

// return fail(ErrorCode::kNotFound, "no model 'x'", "outpost list shows what is here");
inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string hint = {}) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::move(hint)});
}

inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

} // namespace outpost

#define OUTPOST_CONCAT_INNER(a, b) a##b
#define OUTPOST_CONCAT(a, b) OUTPOST_CONCAT_INNER(a, b)
#define OUTPOST_TRY_INNER(result, declaration, expression)                                         \
  auto result = (expression);                                                                      \
  if (!result) return ::tl::unexpected<::outpost::Error>(std::move(result).error());               \
  declaration = *std::move(result)
#define OUTPOST_TRY(declaration, expression)                                                       \
  OUTPOST_TRY_INNER(OUTPOST_CONCAT(try_result_, __LINE__), declaration, expression)
#define OUTPOST_CHECK(expression)                                                                  \
  do {                                                                                             \
    if (auto check_result = (expression); !check_result)                                           \
      return ::tl::unexpected<::outpost::Error>(std::move(check_result).error());                  \
  } while (false)
