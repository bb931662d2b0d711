// Runs another program to its end: an argument vector and never a shell, in a process group of its
// own, with bounds on time, memory and output. Nothing of it survives: the group is killed when the
// program ends, when the caller cancels, when a bound is reached and when this process dies, even
// by kill -9.
#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

#include "base/cancel.h"
#include "base/result.h"
#include "platform/child_process.h"

namespace outpost::platform {

struct ProcessRequest : Program {
  std::string input; // for its standard input; what it does not read is dropped
  std::chrono::milliseconds time_limit{std::chrono::minutes(10)};
  std::size_t output_limit_bytes = 1 << 20; // beyond it the program is ended
  // Called about every 100 ms while the program runs, from the calling thread; an error ends the
  // program and is returned. May be empty.
  std::function<Status()> on_tick;
};

struct ProcessResult {
  int exit_code = 0;  // 128 + signal if a signal ended it, as shells say it
  std::string output; // standard output and standard error, as they came
};

// Blocks the calling thread until the program has ended. A program that ran and failed is a result,
// not an error. Errors: kNotFound (no such program), kPermissionDenied, kCancelled (within about
// 100 ms), kTimeout, kLimitExceeded (output), kResourceExhausted (no process could be made).
Result<ProcessResult> run_process(const ProcessRequest& request, const CancelToken& cancel = {});

// The file of the running program. kNotFound where the system does not tell.
Result<std::filesystem::path> program_path();

} // namespace outpost::platform
