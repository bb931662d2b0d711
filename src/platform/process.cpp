#include "platform/process.h"

#include <unistd.h>

#include "base/assert.h"

namespace outpost::platform {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kTick{100};

// Moves what can be moved without waiting: input to the program, output from it.
class Exchange {
public:
  Exchange(ChildProcess& child, const ProcessRequest& request)
      : child_(child), unsent_(request.input), limit_bytes_(request.output_limit_bytes) {}

  Status step() {
    OUTPOST_CHECK(send());
    while (!ended_) {
      const auto bytes = child_.read({});
      ended_ = !bytes;
      if (!bytes || bytes->empty()) break;
      if (bytes->size() > limit_bytes_ - output.size()) {
        return fail(ErrorCode::kLimitExceeded, "the program wrote more than " +
                                                   std::to_string(limit_bytes_) +
                                                   " bytes of output");
      }
      output += *bytes;
    }
    return {};
  }

  // A program that closed its output but still runs would make poll() return at once.
  void wait() const {
    if (!ended_) return child_.await(kTick, !unsent_.empty());
    ::usleep(2000); // tidy: allow sleep, because nothing is left to wait on but the child's end
  }

  std::string output;

private:
  Status send() {
    if (closed_) return {};
    if (!unsent_.empty()) {
      const auto count = child_.write_some(unsent_);
      // A program need not read all of its input.
      unsent_.remove_prefix(count ? *count : unsent_.size());
    }
    if (!unsent_.empty()) return {};
    child_.close_input();
    closed_ = true;
    return {};
  }

  ChildProcess& child_;
  std::string_view unsent_;
  std::size_t limit_bytes_;
  bool ended_ = false;
  bool closed_ = false;
};

} // namespace

Result<ProcessResult> run_process(const ProcessRequest& request, const CancelToken& cancel) {
  OUTPOST_ASSERT(!request.arguments.empty());
  OUTPOST_TRY(const auto child, ChildProcess::start(request, !request.input.empty()));
  const auto deadline = SteadyClock::now() + request.time_limit;
  Exchange exchange(*child, request);
  auto next_tick = SteadyClock::now();
  while (!child->exited()) {
    if (cancel.cancelled()) {
      return fail(ErrorCode::kCancelled, "'" + request.arguments.front() + "' was cancelled");
    }
    if (SteadyClock::now() >= deadline) {
      return fail(ErrorCode::kTimeout, "'" + request.arguments.front() +
                                           "' ran longer than its limit of " +
                                           std::to_string(request.time_limit.count()) + " ms");
    }
    if (request.on_tick && SteadyClock::now() >= next_tick) {
      OUTPOST_CHECK(request.on_tick());
      next_tick = SteadyClock::now() + kTick;
    }
    exchange.wait();
    OUTPOST_CHECK(exchange.step());
  }
  ProcessResult result;
  result.exit_code = child->end();
  OUTPOST_CHECK(exchange.step());
  result.output = std::move(exchange.output);
  return result;
}

Result<std::filesystem::path> program_path() {
  std::error_code error;
  auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return fail(ErrorCode::kNotFound, "the system does not tell which program runs");
  return path;
}

} // namespace outpost::platform
