#include "platform/process.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/assert.h"
#include "platform/unique_fd.h"

namespace outpost::platform {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr int kTickMs = 100;

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
  std::vector<std::string> environment_strings;
  std::vector<char*> arguments;
  std::vector<char*> environment;
};

Launch prepare(const ProcessRequest& request) {
  Launch launch;
  for (const auto& [name, value] : request.environment) {
    launch.environment_strings.push_back(name + "=" + value);
  }
  for (char** inherited = ::environ; inherited != nullptr && *inherited != nullptr; ++inherited) {
    const std::string_view entry = *inherited;
    const bool replaced = std::any_of(
        request.environment.begin(), request.environment.end(), [&](const auto& variable) {
          return entry.starts_with(variable.first) && entry.size() > variable.first.size() &&
                 entry[variable.first.size()] == '=';
        });
    if (!replaced) launch.environment.push_back(*inherited);
  }
  for (auto& text : launch.environment_strings) launch.environment.push_back(text.data());
  launch.environment.push_back(nullptr);
  for (const auto& argument : request.arguments) {
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

[[noreturn]] void become(const Launch& launch, pid_t group, int output, int exec_error) {
  if (::setpgid(0, group) != 0) ::_exit(127); // no keeper any more: the parent died meanwhile
  const int null_device = ::open("/dev/null", O_RDONLY);
  ::dup2(null_device, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  ::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execvpe(launch.arguments[0], launch.arguments.data(), launch.environment.data());
  const int error = errno;
  [[maybe_unused]] const auto written = ::write(exec_error, &error, sizeof error);
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

// A started program in its group. Nothing of either is left when this goes out of scope.
class Child {
public:
  Child(pid_t pid, std::unique_ptr<Group> group, UniqueFd output)
      : pid_(pid), group_(std::move(group)), output_(std::move(output)) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (!reaped_) (void)end();
  }

  [[nodiscard]] int output() const { return output_.get(); }

  [[nodiscard]] bool exited() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid_;
  }

  // Kills what is left of the group, reaps the program and returns its exit code.
  int end() {
    group_->kill_all();
    reaped_ = true;
    return reap(pid_);
  }

private:
  pid_t pid_;
  std::unique_ptr<Group> group_;
  UniqueFd output_;
  bool reaped_ = false;
};

Error exec_failure(const std::string& program, int error) {
  const ErrorCode code = error == ENOENT   ? ErrorCode::kNotFound
                         : error == EACCES ? ErrorCode::kPermissionDenied
                                           : ErrorCode::kIo;
  return Error{code, "cannot start '" + program + "': " + std::strerror(error), ""};
}

Result<std::unique_ptr<Child>> start(const ProcessRequest& request) {
  OUTPOST_TRY(auto group, Group::make());
  OUTPOST_TRY(Pipe output, make_pipe());
  OUTPOST_TRY(Pipe exec_error, make_pipe());
  const Launch launch = prepare(request);
  const pid_t pid = ::fork();
  if (pid < 0) {
    return fail(ErrorCode::kResourceExhausted,
                std::string("cannot make a process: ") + std::strerror(errno));
  }
  if (pid == 0) {
    become(launch, group->id(), output.write_end.get(), exec_error.write_end.get());
  }
  ::fcntl(output.read_end.get(), F_SETFL, O_NONBLOCK);
  auto child = std::make_unique<Child>(pid, std::move(group), std::move(output.read_end));
  output.write_end.reset();
  exec_error.write_end.reset();
  // The pipe closes by itself when exec succeeds, so this read ends either way.
  int error = 0;
  ssize_t count = 0;
  do {
    count = ::read(exec_error.read_end.get(), &error, sizeof error);
  } while (count < 0 && errno == EINTR);
  if (count == static_cast<ssize_t>(sizeof error)) {
    return fail(exec_failure(request.arguments.front(), error));
  }
  return child;
}

// Takes what can be read without waiting.
Status drain(int fd, std::size_t limit_bytes, std::string& output) {
  std::array<char, 8192> buffer;
  for (;;) {
    const ssize_t count = ::read(fd, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return {};
    const auto size = static_cast<std::size_t>(count);
    if (size > limit_bytes - output.size()) {
      return fail(ErrorCode::kLimitExceeded, "the program wrote more than " +
                                                 std::to_string(limit_bytes) + " bytes of output");
    }
    output.append(buffer.data(), size);
  }
}

} // namespace

Result<ProcessResult> run_process(const ProcessRequest& request, const CancelToken& cancel) {
  OUTPOST_ASSERT(!request.arguments.empty());
  OUTPOST_TRY(const std::unique_ptr<Child> child, start(request));
  const auto deadline = SteadyClock::now() + request.time_limit;
  ProcessResult result;
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
      next_tick = SteadyClock::now() + std::chrono::milliseconds(kTickMs);
    }
    // A program that closed its output but still runs would make poll() return at once.
    pollfd waiting{child->output(), POLLIN, 0};
    ::poll(&waiting, 1, kTickMs);
    if ((waiting.revents & POLLHUP) != 0 && (waiting.revents & POLLIN) == 0) {
      ::usleep(2000); // tidy: allow sleep, because nothing is left to wait on but the child's end
    }
    OUTPOST_CHECK(drain(child->output(), request.output_limit_bytes, result.output));
  }
  result.exit_code = child->end();
  OUTPOST_CHECK(drain(child->output(), request.output_limit_bytes, result.output));
  return result;
}

Result<std::filesystem::path> program_path() {
  std::error_code error;
  auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return fail(ErrorCode::kNotFound, "the system does not tell which program runs");
  return path;
}

} // namespace outpost::platform
