#include "cli/serve/serve_options.h"

#include "app/config/config_file.h"

namespace outpost::cli {
namespace {

constexpr const char* kDefaultModel = "smollm2-135m";

// A file is served under its name without folder and ending; requests may use all of it, too.
app::ModelConfig model_of(const std::string& asked, const app::ServerConfig& config) {
  app::ModelConfig model;
  model.sequences = config.sequences;
  model.model = model.name = asked;
  if (asked.ends_with(".gguf")) {
    model.name = std::filesystem::path(asked).stem().string();
    model.aliases = {asked};
  }
  return model;
}

template <class T>
void put(const std::optional<T>& value, auto& into) {
  if (value) into = *value;
}

void put_models(const ServeOptions& options, app::ServerConfig& config) {
  if (!options.models.empty()) config.models.clear();
  for (const std::string& model : options.models) config.models.push_back(model_of(model, config));
  if (config.models.empty()) config.models.push_back(model_of(kDefaultModel, config));
  for (app::ModelConfig& model : config.models) {
    put(options.context_tokens, model.context_tokens);
    put(options.kv_tokens, model.kv_tokens);
  }
}

void add_network_options(CLI::App& command, ServeOptions& options) {
  command.add_option("--host", options.host, "the address to listen on; 127.0.0.1")
      ->envname("OUTPOST_HOST");
  command.add_option("--port", options.port, "8642; 0: any free one")->envname("OUTPOST_PORT");
  command
      .add_option("--ollama-port", options.ollama_port,
                  "listen here as well, where Ollama's clients look: 11434")
      ->envname("OUTPOST_OLLAMA_PORT");
  command.add_option(
      "--api-key", options.api_key,
      "the only key that is taken (also OUTPOST_API_KEY); none: keys of this machine,"
      " one is made at the first start");
  command.add_flag("--no-key", options.no_key, "ask for no key; on loopback only");
  command.add_option("--allow-host", options.hosts,
                     "another name that requests may be addressed to; may be repeated");
  command.add_option("--allow-origin", options.origins,
                     "web pages of this origin may call; may be repeated");
}

void add_model_options(CLI::App& command, ServeOptions& options) {
  command.add_option("models,-m,--model", options.models,
                     "aliases or files, instead of the configuration's; may be repeated");
  command.add_option("--agent", options.agents,
                     "an agent file, served as the model agent:NAME; may be repeated");
  command.add_option("--context", options.context_tokens,
                     "tokens of one conversation; 0: the model's own");
  command.add_option("--kv-tokens", options.kv_tokens,
                     "tokens that all conversations and the cache share; 0: as memory allows");
  command.add_option("--threads", options.threads, "threads; 0 is one per core")
      ->envname("OUTPOST_THREADS");
}

} // namespace

Result<app::ServerConfig> configuration(const ServeOptions& options) {
  app::ServerConfig config;
  if (!options.config_file.empty()) {
    OUTPOST_TRY(config, app::load_config(options.config_file));
  }
  put(options.host, config.listen.host);
  put(options.port, config.listen.port);
  put(options.ollama_port, config.listen.ollama_port);
  put(options.threads, config.threads);
  put(options.waiting, config.limits.waiting);
  if (options.drain_seconds) {
    config.limits.drain_time = std::chrono::seconds(*options.drain_seconds);
  }
  if (!options.hosts.empty()) config.listen.hosts = options.hosts;
  if (!options.origins.empty()) config.listen.origins = options.origins;
  if (options.no_key) config.needs_key = false;
  config.agents.insert(config.agents.end(), options.agents.begin(), options.agents.end());
  put_models(options, config);
  OUTPOST_CHECK(app::check_config(config));
  return config;
}

void add_serve_options(CLI::App& command, ServeOptions& options) {
  command.add_option("-c,--config", options.config_file, "an outpost.yaml; flags go over it")
      ->envname("OUTPOST_CONFIG");
  command.add_flag("--check", options.is_check, "check the configuration, say what it takes, end");
  command.add_option("--init", options.template_name,
                     "print a configuration to begin with: development, staging, production-low, "
                     "production-high, enterprise");
  add_model_options(command, options);
  add_network_options(command, options);
  command.add_option("--queue", options.waiting, "requests that may wait; more are refused; 1000")
      ->check(CLI::Range(1u, 100'000u));
  command
      .add_option("--drain-seconds", options.drain_seconds,
                  "how long a stop waits for answers that are being made; 30")
      ->check(CLI::Range(0u, 3600u));
  command.add_flag("--json", options.json, "say where it listens as one JSON object");
}

} // namespace outpost::cli
