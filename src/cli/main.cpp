// The program: reads the environment, wires Ctrl-C, hands over to cli/program.
#include <csignal>
#include <iostream>
#include <unistd.h>

#include "app/environment.h"
#include "cli/program.h"

namespace {

// Reached by the signal handler; CancelSource::cancel is one relaxed atomic store.
const outpost::CancelSource& interrupt() {
  static const outpost::CancelSource source;
  return source;
}

extern "C" void on_interrupt(int) {
  // The second Ctrl-C means it.
  if (interrupt().token().cancelled()) _exit(130);
  interrupt().cancel();
}

} // namespace

int main(int argc, char** argv) {
  using outpost::cli::Streams;
  (void)interrupt(); // made before the handler can run
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  std::signal(SIGPIPE, SIG_IGN);
  const auto environment = outpost::app::read_environment();
  if (!environment) {
    std::cerr << "outpost: " << environment.error().message << "\n  " << environment.error().hint
              << "\n";
    return 2;
  }
  Streams streams{std::cout, std::cerr, std::cin};
  streams.out_is_terminal = isatty(STDOUT_FILENO) == 1;
  streams.err_is_terminal = isatty(STDERR_FILENO) == 1;
  streams.in_is_terminal = isatty(STDIN_FILENO) == 1;
  streams.colour = streams.out_is_terminal && streams.err_is_terminal && !environment->no_colour;
  return outpost::cli::run_program({argv + 1, argv + argc}, *environment, streams, interrupt());
}
