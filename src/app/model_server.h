// A server of models: engine, admission, APIs, keys and HTTP, put together.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/environment.h"
#include "base/result.h"

namespace outpost::app {

struct ModelServerSettings {
  struct Model {
    std::filesystem::path path;
    std::string name;
    std::vector<std::string> aliases; // other names that requests may use
  };
  Model model;
  std::string version;
  std::string host = "127.0.0.1";
  std::uint16_t port = 8642;
  unsigned threads = 0;
  std::uint32_t context_tokens = 0;
  std::uint32_t kv_tokens = 0; // 0: as memory allows
  std::uint32_t waiting_max = 1000;
  std::optional<std::string> api_key; // the only key; none: those of the key file
  bool needs_key = true;
  std::vector<std::string> hosts;   // names it answers to beside its own
  std::vector<std::string> origins; // of pages that may call it
};

class ModelServer {
public:
  // Listens, then loads the model. kInvalidArgument: no key on an address that others can reach.
  static Result<std::unique_ptr<ModelServer>> start(const ModelServerSettings& settings,
                                                    const Environment& environment);
  virtual ~ModelServer() = default;

  [[nodiscard]] virtual std::uint16_t port() const = 0;
  // The key that was made because there was none: to be shown once.
  [[nodiscard]] virtual const std::optional<std::string>& first_key() const = 0;
  [[nodiscard]] virtual const std::string& plan_text() const = 0;
  // Finishes what was accepted, `patience` long. Returns whether all of it was finished.
  virtual bool drain(std::chrono::milliseconds patience) = 0;
};

} // namespace outpost::app
