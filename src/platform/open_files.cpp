#include "platform/open_files.h"

#include <algorithm>
#include <sys/resource.h>

namespace outpost::platform {
namespace {

constexpr rlim_t kUsual = 1024; // FD_SETSIZE

} // namespace

std::size_t allow_open_files(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kUsual;
  if (limit.rlim_cur < wanted) {
    const rlimit raised{std::min<rlim_t>(wanted, limit.rlim_max), limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  return static_cast<std::size_t>(limit.rlim_cur);
}

void restore_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= kUsual) return;
  limit.rlim_cur = kUsual;
  (void)::setrlimit(RLIMIT_NOFILE, &limit); // refused: the program runs with more than it expects
}

} // namespace outpost::platform
