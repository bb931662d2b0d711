// What the command line and the environment say about a server, over what a file says.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/config/server_config.h"
#include "cli/invocation.h"

namespace outpost::cli {

struct ServeOptions {
  std::string config_file;
  std::vector<std::string> models; // instead of the file's
  std::vector<std::string> agents; // beside the file's
  std::optional<std::string> host;
  std::optional<std::uint16_t> port, ollama_port;
  std::optional<unsigned> threads;
  std::optional<std::uint32_t> context_tokens, kv_tokens, waiting, drain_seconds;
  std::vector<std::string> hosts, origins;
  std::string api_key;
  bool no_key = false;
  bool is_check = false;
  bool json = false;
  std::string template_name;
};

void add_serve_options(CLI::App& command, ServeOptions& options);

// The file, if there is one, with the options over it; the default model when none is named. The
// errors of app/config.
Result<app::ServerConfig> configuration(const ServeOptions& options);

} // namespace outpost::cli
