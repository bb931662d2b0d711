#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace outpost {

void assertion_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "outpost: bug: assertion '%s' failed at %s:%d\n", expression, file, line);
  std::abort();
}

} // namespace outpost
