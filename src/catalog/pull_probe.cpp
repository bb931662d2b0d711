// A process that pulls one model, for tests that kill it: pull_probe HOME NAME [PIP...]
#include <cstdio>
#include <unistd.h>

#include "catalog/catalog.h"

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  outpost::SystemClock clock;
  outpost::net::HttpClient http(clock);
  outpost::catalog::Endpoints endpoints;
  if (argc > 3) endpoints.pip.assign(argv + 3, argv + argc);
  outpost::catalog::Catalog catalog(argv[1], endpoints, http, clock);
  const auto show = [](const outpost::catalog::Progress& progress) {
    const auto done = static_cast<unsigned long long>(progress.done);
    const auto total = static_cast<unsigned long long>(progress.total.value_or(0));
    if (::isatty(STDERR_FILENO) != 0) {
      std::fprintf(stderr, "%d %s %llu/%llu %s\n", static_cast<int>(progress.phase),
                   progress.subject.c_str(), done, total, progress.note.c_str());
    }
  };
  const auto outcome = catalog.pull(argv[2], show);
  if (!outcome) {
    std::fprintf(stderr, "%s\n%s\n", outcome.error().message.c_str(), outcome.error().hint.c_str());
    return 1;
  }
  return 0;
}
