// OUTPOST_ASSERT: for our own mistakes only. Nothing that comes from a file, a request or a model
// may reach one. On in every build; prints the expression and the place, then aborts.
#pragma once

namespace outpost {
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);
}

#define OUTPOST_ASSERT(condition)                                                                  \
  (static_cast<bool>(condition) ? static_cast<void>(0)                                             \
                                : ::outpost::assertion_failed(#condition, __FILE__, __LINE__))
