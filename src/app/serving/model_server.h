// A server of models: pool, admission, APIs, keys and HTTP, put together.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/config/server_config.h"
#include "app/environment.h"
#include "app/serving/event_log.h"
#include "base/cancel.h"
#include "base/result.h"

namespace outpost::app {

// From what a configuration calls a model to its file; may fetch it.
using ModelFinder = std::function<Result<std::filesystem::path>(const std::string& model)>;

struct ModelServerSettings {
  ServerConfig config; // checked
  std::string version;
  std::optional<std::string> api_key; // the only key; none: those of the key file
  ModelFinder find_model;
  EventLog::Sink log; // where lines of the log go
  CancelToken cancel; // of the start
};

class ModelServer {
public:
  // Listens, then loads the models that are to be there. kResourceExhausted: they do not fit.
  static Result<std::unique_ptr<ModelServer>> start(const ModelServerSettings& settings,
                                                    const Environment& environment);
  virtual ~ModelServer() = default;

  [[nodiscard]] virtual std::uint16_t port() const = 0;
  [[nodiscard]] virtual std::optional<std::uint16_t> ollama_port() const = 0;
  // The key that was made because there was none: to be shown once.
  [[nodiscard]] virtual std::optional<std::string> first_key() const = 0;
  // What the models take, for people.
  [[nodiscard]] virtual const std::string& plan_text() const = 0;
  // From now on as `config` says; requests go on. What takes effect only at the next start is said
  // in the log. On an error all stays as it was.
  virtual Status reload(const ServerConfig& config) = 0;
  // Takes up keys and certificates that were changed on disk. To be called now and then.
  virtual void look_at_files() = 0;
  [[nodiscard]] virtual EventLog& log() = 0;
  // Finishes what was accepted, `patience` long. Returns whether all of it was finished.
  virtual bool drain(std::chrono::milliseconds patience) = 0;
};

// Whether a server could start so, without starting it: certificate, models, memory. Returns what
// the models will take, for people; errors as start().
Result<std::string> check_server(const ServerConfig& config, const ModelFinder& find_model);

} // namespace outpost::app
