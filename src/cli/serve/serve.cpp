#include "cli/serve/serve.h"

#include <condition_variable>
#include <mutex>

#include <fmt/format.h>

#include "app/model_server.h"
#include "cli/json.h"
#include "cli/run/bring_model.h"

namespace outpost::cli {
namespace {

constexpr const char* kDefaultModel = "smollm2-135m";

struct ServeOptions {
  std::string model = kDefaultModel;
  std::string api_key;
  std::uint32_t drain_seconds = 30;
  bool no_key = false;
  bool json = false;
  app::ModelServerSettings settings;
};

void print_start(const Streams& streams, const ServeOptions& options,
                 const app::ModelServer& server) {
  const std::string& host = options.settings.host;
  const std::string shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
  const std::string url = fmt::format("http://{}:{}", shown, server.port());
  if (options.json) {
    JsonObject object;
    object.add("url", url);
    object.add("model", options.model);
    if (server.first_key()) object.add("key", *server.first_key());
    streams.out << object.text() << std::endl;
    return;
  }
  streams.err << server.plan_text();
  streams.out << fmt::format("{} is served at {}/v1\n",
                             styled(streams, Style::kBold, options.model), url);
  if (server.first_key()) {
    streams.out << fmt::format("key: {}\n", *server.first_key())
                << "It is shown this once. Clients send it as \"Authorization: Bearer KEY\".\n";
  }
  if (options.no_key)
    streams.out << "No key is asked for: any program of this machine may use it.\n";
  streams.out << "Ctrl-C stops.\n" << std::flush;
}

// A signal can set the token but not notify anybody.
void wait_for_cancel(const CancelToken& cancel) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  while (!cancel.cancelled()) never.wait_for(lock, std::chrono::milliseconds(50));
}

// A file is served under its name without folder and ending; requests may use all of it, too.
void name_model(const std::string& asked, app::ModelServerSettings::Model& model) {
  model.name = asked;
  if (asked.ends_with(".gguf")) {
    model.name = std::filesystem::path(asked).stem().string();
    model.aliases = {asked};
  }
}

Status serve(const Invocation& invocation, const ServeOptions& options) {
  const Streams& streams = invocation.streams;
  app::ModelServerSettings settings = options.settings;
  settings.version = OUTPOST_VERSION;
  settings.needs_key = !options.no_key;
  if (!options.api_key.empty()) settings.api_key = options.api_key;
  if (!settings.api_key) settings.api_key = invocation.environment.api_key;
  name_model(options.model, settings.model);
  OUTPOST_TRY(settings.model.path, bring_model(invocation, options.model));
  OUTPOST_TRY(const auto server, app::ModelServer::start(settings, invocation.environment));
  print_start(streams, options, *server);
  wait_for_cancel(invocation.cancel.token());
  streams.err << "stopping: finishing what was accepted\n";
  if (!server->drain(std::chrono::seconds(options.drain_seconds))) {
    streams.err << "some answers were cut\n";
  }
  return {};
}

void add_network_flags(CLI::App& command, ServeOptions& options) {
  app::ModelServerSettings& settings = options.settings;
  command.add_option("--host", settings.host, "the address to listen on")->capture_default_str();
  command.add_option("--port", settings.port, "0: any free one")->capture_default_str();
  command.add_option(
      "--api-key", options.api_key,
      "the only key that is taken (also OUTPOST_API_KEY); none: keys of this machine,"
      " one is made at the first start");
  command.add_flag("--no-key", options.no_key, "ask for no key; on loopback only");
  command.add_option("--allow-host", settings.hosts,
                     "another name that requests may be addressed to; may be repeated");
  command.add_option("--allow-origin", settings.origins,
                     "web pages of this origin may call; may be repeated");
}

} // namespace

void add_serve(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App& command =
      add_command(parent, "serve", "Serve a model to programs that speak OpenAI's API",
                  "outpost serve\n"
                  "outpost serve qwen2.5-coder-0.5b --port 8642\n"
                  "outpost serve model.gguf --no-key           # for clients that cannot send one\n"
                  "curl -H \"Authorization: Bearer KEY\" http://127.0.0.1:8642/v1/models");
  app::ModelServerSettings& settings = options->settings;
  command.add_option("model", options->model, "an alias or a file")->capture_default_str();
  add_network_flags(command, *options);
  command
      .add_option("--context", settings.context_tokens,
                  "tokens of one conversation; 0: the model's own")
      ->capture_default_str();
  command
      .add_option("--kv-tokens", settings.kv_tokens,
                  "tokens that all conversations and the cache share; 0: as memory allows")
      ->capture_default_str();
  command.add_option("--threads", settings.threads, "threads; 0 is one per core")
      ->capture_default_str();
  command.add_option("--queue", settings.waiting_max, "requests that may wait; more are refused")
      ->check(CLI::Range(1u, 100'000u))
      ->capture_default_str();
  command
      .add_option("--drain-seconds", options->drain_seconds,
                  "how long a stop waits for answers that are being made")
      ->check(CLI::Range(0u, 3600u))
      ->capture_default_str();
  command.add_flag("--json", options->json, "say where it listens as one JSON object");
  command.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return serve(invocation, *options); };
  });
}

} // namespace outpost::cli
