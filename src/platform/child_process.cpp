#include "platform/child_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/assert.h"
#include "platform/open_files.h"
#include "platform/unique_fd.h"

namespace outpost::platform {
namespace {

constexpr std::size_t kReadBytesMax = 16U << 10U;
constexpr int kPollMs = 100; // how soon a cancel is seen

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

Result<Pipe> make_pipe() {
  int ends[2] = {};
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return fail(ErrorCode::kResourceExhausted,
                std::string("cannot make a pipe: ") + std::strerror(errno));
  }
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// What the child needs, made before the fork: between fork and exec only async-signal-safe calls
// are allowed, so no allocation.
struct Launch {
  const char* folder = nullptr; // null: stays where it is
  rlim_t memory_limit_bytes = 0;
  bool discards_errors = false;
  std::vector<std::string> environment_strings;
  std::vector<char*> arguments;
  std::vector<char*> environment;
};

Launch prepare(const Program& program) {
  Launch launch;
  if (!program.folder.empty()) launch.folder = program.folder.c_str();
  launch.memory_limit_bytes = program.memory_limit_bytes;
  launch.discards_errors = program.discards_errors;
  for (const auto& [name, value] : program.environment) {
    launch.environment_strings.push_back(name + "=" + value);
  }
  char** inherited = program.inherits_environment ? ::environ : nullptr;
  for (; inherited != nullptr && *inherited != nullptr; ++inherited) {
    const std::string_view entry = *inherited;
    const bool replaced = std::any_of(
        program.environment.begin(), program.environment.end(), [&](const auto& variable) {
          return entry.starts_with(variable.first) && entry.size() > variable.first.size() &&
                 entry[variable.first.size()] == '=';
        });
    if (!replaced) launch.environment.push_back(*inherited);
  }
  for (auto& text : launch.environment_strings) launch.environment.push_back(text.data());
  launch.environment.push_back(nullptr);
  for (const auto& argument : program.arguments) {
    launch.arguments.push_back(const_cast<char*>(argument.c_str())); // exec does not write to it
  }
  launch.arguments.push_back(nullptr);
  return launch;
}

// Async-signal-safe, so fit for the time after a fork.
void close_from(int first) {
#ifdef __linux__
  if (::close_range(static_cast<unsigned>(first), ~0U, 0) == 0) return; // Linux 5.9
#endif
  for (long fd = first; fd < ::sysconf(_SC_OPEN_MAX); ++fd) ::close(static_cast<int>(fd));
}

// The keeper leads the group and does nothing but wait for the end of this process, however it
// comes: then the other end of the lifeline closes, and the keeper kills the group. (A death signal
// to the child would not do: what runs may be a script that started the real program. Linux also
// sends that signal when the thread that forked ends, which is sooner.)
[[noreturn]] void keep(int lifeline) {
  ::setpgid(0, 0);
  ::dup2(lifeline, STDIN_FILENO);
  close_from(STDIN_FILENO + 1); // nothing of ours, locks and pipes least, may stay open through it
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) < 0 && errno == EINTR) {
  }
  ::kill(0, SIGKILL);
  ::_exit(127);
}

// What a started program has as its standard streams.
struct Streams {
  int input = -1; // none: /dev/null
  int output = -1;
  int exec_error = -1;
};

void limit_memory(rlim_t bytes) {
  if (bytes == 0) return;
  const rlimit limit{bytes, bytes};
  ::setrlimit(RLIMIT_AS, &limit);
}

// Between fork and exec: async-signal-safe calls only.
[[noreturn]] void become(const Launch& launch, pid_t group, const Streams& streams) {
  if (::setpgid(0, group) != 0) ::_exit(127); // no keeper any more: the parent died meanwhile
  const int null_device = ::open("/dev/null", O_RDWR);
  ::dup2(streams.input >= 0 ? streams.input : null_device, STDIN_FILENO);
  ::dup2(streams.output, STDOUT_FILENO);
  ::dup2(launch.discards_errors ? null_device : streams.output, STDERR_FILENO);
  if (null_device > STDERR_FILENO) ::close(null_device);
  ::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  limit_memory(launch.memory_limit_bytes);
  restore_open_files();
  if (launch.folder == nullptr || ::chdir(launch.folder) == 0) {
    ::execvpe(launch.arguments[0], launch.arguments.data(), launch.environment.data());
  }
  const int error = errno;
  [[maybe_unused]] const auto written = ::write(streams.exec_error, &error, sizeof error);
  ::_exit(127);
}

int reap(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// The keeper of a group. Kills the group, itself included, when it goes out of scope.
class Group {
public:
  static Result<std::unique_ptr<Group>> make() {
    OUTPOST_TRY(Pipe lifeline, make_pipe());
    const pid_t pid = ::fork();
    if (pid < 0) {
      return fail(ErrorCode::kResourceExhausted,
                  std::string("cannot make a process: ") + std::strerror(errno));
    }
    if (pid == 0) keep(lifeline.read_end.get());
    ::setpgid(pid, pid); // here as well: whoever is first, the group exists before it is needed
    return std::unique_ptr<Group>(new Group(pid, std::move(lifeline.write_end)));
  }
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;
  ~Group() {
    kill_all();
    reap(id_);
  }

  [[nodiscard]] pid_t id() const { return id_; }
  void kill_all() const { ::kill(-id_, SIGKILL); }

private:
  Group(pid_t id, UniqueFd lifeline) : id_(id), lifeline_(std::move(lifeline)) {}
  pid_t id_;
  UniqueFd lifeline_;
};

Error exec_failure(const std::string& program, int error) {
  const ErrorCode code = error == ENOENT   ? ErrorCode::kNotFound
                         : error == EACCES ? ErrorCode::kPermissionDenied
                                           : ErrorCode::kIo;
  return Error{code, "cannot start '" + program + "': " + std::strerror(error), ""};
}

// Null when exec succeeded: the pipe closes by itself then, so this read ends either way.
std::optional<int> exec_error_of(int fd) {
  int error = 0;
  ssize_t count = 0;
  do {
    count = ::read(fd, &error, sizeof error);
  } while (count < 0 && errno == EINTR);
  return count == static_cast<ssize_t>(sizeof error) ? std::optional(error) : std::nullopt;
}

// write() to a pipe whose reader is gone, without the signal that would end this process: it is
// held back in this thread for the call and taken off if it came.
ssize_t write_quietly(int fd, std::string_view bytes) {
  sigset_t pipe_signal;
  sigset_t before;
  ::sigemptyset(&pipe_signal);
  ::sigaddset(&pipe_signal, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
  const ssize_t count = ::write(fd, bytes.data(), bytes.size());
  const int error = errno;
  if (count < 0 && error == EPIPE && ::sigismember(&before, SIGPIPE) == 0) {
    const timespec at_once{};
    ::sigtimedwait(&pipe_signal, nullptr, &at_once);
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return count;
}

} // namespace

struct ChildProcess::State {
  std::string name;
  pid_t pid = 0;
  std::unique_ptr<Group> group;
  UniqueFd input;
  UniqueFd output;
  bool reaped = false;
};

ChildProcess::ChildProcess(std::unique_ptr<State> state) : state_(std::move(state)) {}

ChildProcess::~ChildProcess() {
  if (!state_->reaped) (void)end();
}

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(const Program& program, bool has_input) {
  OUTPOST_ASSERT(!program.arguments.empty());
  OUTPOST_TRY(auto group, Group::make());
  OUTPOST_TRY(Pipe output, make_pipe());
  OUTPOST_TRY(Pipe exec_error, make_pipe());
  Pipe input;
  if (has_input) {
    OUTPOST_TRY(input, make_pipe());
  }
  const Launch launch = prepare(program);
  const pid_t pid = ::fork();
  if (pid < 0) {
    return fail(ErrorCode::kResourceExhausted,
                std::string("cannot make a process: ") + std::strerror(errno));
  }
  if (pid == 0) {
    become(launch, group->id(),
           {input.read_end.get(), output.write_end.get(), exec_error.write_end.get()});
  }
  ::fcntl(output.read_end.get(), F_SETFL, O_NONBLOCK);
  if (has_input) ::fcntl(input.write_end.get(), F_SETFL, O_NONBLOCK);
  auto state = std::make_unique<State>();
  state->name = program.arguments.front();
  state->pid = pid;
  state->group = std::move(group);
  state->input = std::move(input.write_end);
  state->output = std::move(output.read_end);
  std::unique_ptr<ChildProcess> child(new ChildProcess(std::move(state)));
  exec_error.write_end.reset();
  if (const auto error = exec_error_of(exec_error.read_end.get())) {
    return fail(exec_failure(program.arguments.front(), *error));
  }
  return child;
}

void ChildProcess::await(std::chrono::milliseconds wait, bool for_input) const {
  std::array<pollfd, 2> waiting{pollfd{state_->output.get(), POLLIN, 0},
                                pollfd{state_->input.get(), POLLOUT, 0}};
  ::poll(waiting.data(), for_input && state_->input.valid() ? 2 : 1,
         static_cast<int>(wait.count()));
}

Result<std::string> ChildProcess::read(std::chrono::milliseconds wait) {
  if (wait.count() > 0) await(wait, false);
  std::array<char, kReadBytesMax> buffer;
  const ssize_t count = ::read(state_->output.get(), buffer.data(), buffer.size());
  if (count > 0) return std::string(buffer.data(), static_cast<std::size_t>(count));
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return std::string();
  return fail(ErrorCode::kUnavailable, "'" + state_->name + "' has closed its output");
}

Result<std::size_t> ChildProcess::write_some(std::string_view bytes) {
  const ssize_t count = write_quietly(state_->input.get(), bytes);
  if (count >= 0) return static_cast<std::size_t>(count);
  if (errno == EAGAIN || errno == EINTR) return std::size_t{0};
  return fail(ErrorCode::kUnavailable, "'" + state_->name + "' does not read its input any more");
}

Status ChildProcess::write(std::string_view bytes, std::chrono::milliseconds limit,
                           const CancelToken& cancel) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (true) {
    OUTPOST_TRY(const std::size_t count, write_some(bytes));
    bytes.remove_prefix(count);
    if (bytes.empty()) return {};
    if (cancel.cancelled()) return fail(ErrorCode::kCancelled, "writing was cancelled");
    if (std::chrono::steady_clock::now() >= deadline) {
      return fail(ErrorCode::kTimeout, "'" + state_->name + "' did not read its input within " +
                                           std::to_string(limit.count()) + " ms");
    }
    pollfd waiting{state_->input.get(), POLLOUT, 0};
    ::poll(&waiting, 1, kPollMs);
  }
}

void ChildProcess::close_input() { state_->input.reset(); }

bool ChildProcess::exited() const {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(state_->pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == state_->pid;
}

int ChildProcess::end() {
  state_->group->kill_all();
  state_->reaped = true;
  return reap(state_->pid);
}

} // namespace outpost::platform
