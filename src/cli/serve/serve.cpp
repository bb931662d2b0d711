#include "cli/serve/serve.h"

#include <condition_variable>
#include <mutex>

#include <fmt/format.h>

#include "app/config/config_template.h"
#include "app/model_place.h"
#include "app/serving/model_server.h"
#include "app/serving/watched_file.h"
#include "cli/json.h"
#include "cli/run/bring_model.h"
#include "cli/serve/hangup.h"
#include "cli/serve/serve_options.h"

namespace outpost::cli {
namespace {

constexpr std::chrono::milliseconds kTick{100}; // between two looks at signals
constexpr int kTicksPerLook = 10;               // at files

std::string url_of(const app::ListenConfig& listen, std::uint16_t port) {
  const bool is_ipv6 = listen.host.find(':') != std::string::npos;
  const std::string host = is_ipv6 ? "[" + listen.host + "]" : listen.host;
  return fmt::format("{}://{}:{}", listen.tls ? "https" : "http", host, port);
}

void print_json(const Streams& streams, const app::ServerConfig& config,
                const app::ModelServer& server) {
  JsonObject object;
  object.add("url", url_of(config.listen, server.port()));
  if (server.ollama_port()) object.add("ollama_url", url_of(config.listen, *server.ollama_port()));
  object.add("model", config.models.front().name);
  if (server.first_key()) object.add("key", *server.first_key());
  streams.out << object.text() << std::endl;
}

void print_start(const Streams& streams, const app::ServerConfig& config,
                 const app::ModelServer& server) {
  if (config.log.format == app::LogFormat::kText) streams.err << server.plan_text();
  std::string names;
  for (const app::ModelConfig& model : config.models) {
    names += (names.empty() ? "" : ", ") + model.name;
  }
  streams.out << fmt::format("{} at {}/v1\n", styled(streams, Style::kBold, names),
                             url_of(config.listen, server.port()));
  if (server.ollama_port()) {
    streams.out << fmt::format("for Ollama's clients at {}\n",
                               url_of(config.listen, *server.ollama_port()));
  }
  if (server.first_key()) {
    streams.out << fmt::format("key: {}\n", *server.first_key())
                << "It is shown this once. Clients send it as \"Authorization: Bearer KEY\".\n";
  }
  if (!config.needs_key) {
    streams.out << "No key is asked for: any program of this machine may use it.\n";
  }
  streams.out << "Ctrl-C stops.\n" << std::flush;
}

// Takes the configuration up anew; a mistake in it changes nothing.
void reload(const ServeOptions& options, app::ModelServer& server) {
  const auto config = configuration(options);
  const Status done = config ? server.reload(*config) : Status(fail(config.error()));
  if (done) return;
  server.log().say(app::LogLevel::kError, "reload", {{"why", done.error().message}});
}

// Until a signal ends it. A signal can set a token but not notify anybody.
void watch(const CancelToken& cancel, const ServeOptions& options, app::WatchedFile& file,
           app::ModelServer& server) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  for (int tick = 1; !cancel.cancelled(); ++tick) {
    never.wait_for(lock, kTick);
    const bool looks = tick % kTicksPerLook == 0;
    if (take_hangup() || (looks && file.has_changed())) reload(options, server);
    if (looks) server.look_at_files();
  }
}

Status serve(const Invocation& invocation, const ServeOptions& options) {
  const Streams& streams = invocation.streams;
  app::ModelServerSettings settings;
  app::WatchedFile file(options.config_file); // from before it is read: no change is missed
  OUTPOST_TRY(settings.config, configuration(options));
  settings.version = OUTPOST_VERSION;
  settings.cancel = invocation.cancel.token();
  settings.log = [&streams](std::string_view line) { streams.err << line << std::flush; };
  if (!options.api_key.empty()) settings.api_key = options.api_key;
  if (!settings.api_key) settings.api_key = invocation.environment.api_key;
  settings.find_model = [&](const std::string& model) { return bring_model(invocation, model); };
  catch_hangup();
  OUTPOST_TRY(const auto server, app::ModelServer::start(settings, invocation.environment));
  if (options.json) {
    print_json(streams, settings.config, *server);
  } else {
    print_start(streams, settings.config, *server);
  }
  watch(settings.cancel, options, file, *server);
  server->drain(settings.config.limits.drain_time);
  return {};
}

Status check(const Invocation& invocation, const ServeOptions& options) {
  OUTPOST_TRY(const app::ServerConfig config, configuration(options));
  const auto find = [&](const std::string& model) {
    return app::model_file(model, invocation.environment);
  };
  OUTPOST_TRY(const std::string plan, app::check_server(config, find));
  invocation.streams.out << plan << "the configuration is right\n";
  return {};
}

Status print_template(const Streams& streams, const std::string& name) {
  OUTPOST_TRY(const std::string_view text, app::config_template(name));
  streams.out << text;
  return {};
}

Status run(const Invocation& invocation, const ServeOptions& options) {
  if (!options.template_name.empty()) {
    return print_template(invocation.streams, options.template_name);
  }
  return options.is_check ? check(invocation, options) : serve(invocation, options);
}

} // namespace

void add_serve(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App& command = add_command(
      parent, "serve", "Serve models to programs that speak OpenAI's, Ollama's or Anthropic's API",
      "outpost serve\n"
      "outpost serve qwen2.5-coder-0.5b --port 8642\n"
      "outpost serve model.gguf --no-key           # for clients that cannot send one\n"
      "outpost serve --init production-low > outpost.yaml\n"
      "outpost serve --config outpost.yaml --check\n"
      "curl -H \"Authorization: Bearer KEY\" http://127.0.0.1:8642/v1/models");
  add_serve_options(command, *options);
  command.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return run(invocation, *options); };
  });
}

} // namespace outpost::cli
