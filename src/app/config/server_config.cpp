#include "app/config/server_config.h"

#include <algorithm>
#include <set>

namespace outpost::app {
namespace {

Status check_names(const std::vector<ModelConfig>& models) {
  std::set<std::string> names = {"default"}; // the first model's second name
  const auto take = [&](const std::string& name) -> Status {
    if (names.insert(name).second) return {};
    return fail(ErrorCode::kInvalidArgument, "two models would answer to '" + name + "'",
                "give each its own name and aliases; \"default\" is the first model");
  };
  for (const ModelConfig& model : models) {
    OUTPOST_CHECK(take(model.name));
    for (const std::string& alias : model.aliases) OUTPOST_CHECK(take(alias));
  }
  return {};
}

} // namespace

void set_power(PowerMode mode, std::size_t cores, ServerConfig& config) {
  const bool is_low = mode == PowerMode::kLow;
  config.power = mode;
  config.threads = is_low ? static_cast<unsigned>(std::max<std::size_t>(1, cores / 2)) : 0;
  config.sequences = is_low ? 8 : 64;
  config.kept_bytes = std::uint64_t{is_low ? 16U : 128U} << 20;
  switch (mode) {
  case PowerMode::kPerformance: config.idle_unload = {}; break;
  case PowerMode::kBalanced: config.idle_unload = std::chrono::minutes(10); break;
  case PowerMode::kLow: config.idle_unload = std::chrono::minutes(1); break;
  }
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

Status check_config(const ServerConfig& config) {
  if (!config.needs_key && !is_loopback(config.listen.host)) {
    return fail(ErrorCode::kInvalidArgument,
                "without a key the server listens on loopback only, not on " + config.listen.host,
                "ask for keys, or leave the host out");
  }
  if (config.listen.announces && is_loopback(config.listen.host)) {
    return fail(ErrorCode::kInvalidArgument,
                "the local network would be told of " + config.listen.host +
                    ", where nobody else can reach it",
                "listen on another address, or do not announce");
  }
  const auto& other = config.listen.ollama_port;
  if (other && *other != 0 && *other == config.listen.port) {
    return fail(ErrorCode::kInvalidArgument,
                "port and ollama port are both " + std::to_string(*other));
  }
  if (config.models.empty()) {
    return fail(ErrorCode::kInvalidArgument, "there is no model to serve");
  }
  return check_names(config.models);
}

} // namespace outpost::app
