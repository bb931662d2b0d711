// A program that runs beside this one, spoken to over its standard input and output: started from
// an argument vector and never a shell, in a process group of its own. Nothing of it survives: the
// group is killed when the object goes, and when this process dies, even by kill -9.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"

namespace outpost::platform {

struct Program {
  std::vector<std::string> arguments; // [0] is the program, looked up in PATH when it has no '/'
  // Added to (or replacing) what this process was started with; all that there is when
  // `inherits_environment` is off.
  std::vector<std::pair<std::string, std::string>> environment;
  bool inherits_environment = true;
  bool discards_errors = false;         // standard error goes nowhere, else with standard output
  std::filesystem::path folder;         // where it starts; empty: where this process is
  std::uint64_t memory_limit_bytes = 0; // of its address space; 0: none
};

class ChildProcess {
public:
  // Errors: kNotFound (no such program or folder), kPermissionDenied, kResourceExhausted (no
  // process could be made), kIo. `has_input` off: it reads nothing.
  static Result<std::unique_ptr<ChildProcess>> start(const Program& program, bool has_input);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  // Kills what is left of the group.
  ~ChildProcess();

  // What there is to read, up to 16 KiB; empty when nothing came within `wait`. kUnavailable at the
  // end of the output.
  Result<std::string> read(std::chrono::milliseconds wait);
  // All of it, within `limit`. kUnavailable when the program no longer reads, kTimeout, kCancelled.
  Status write(std::string_view bytes, std::chrono::milliseconds limit,
               const CancelToken& cancel = {});
  // As much as goes without waiting; the count of bytes. kUnavailable as above.
  Result<std::size_t> write_some(std::string_view bytes);
  // The program sees the end of its input.
  void close_input();

  // Waits until there is output, or room for input when `for_input`, or `wait` has passed.
  void await(std::chrono::milliseconds wait, bool for_input) const;
  [[nodiscard]] bool exited() const;
  // Kills what is left of the group, reaps the program and returns its exit code: 128 + signal if a
  // signal ended it, as shells say it. To be called once.
  int end();

private:
  struct State;
  explicit ChildProcess(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

} // namespace outpost::platform
