#include "cli/ps/ps.h"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include "base/clock.h"
#include "catalog/units.h"
#include "net/http_client.h"

namespace outpost::cli {
namespace {

namespace json = boost::json;

struct Options {
  std::string url = "http://127.0.0.1:8642";
  std::string key;
  bool json = false;
};

Result<std::string> ask(const Options& options, const Invocation& invocation) {
  OUTPOST_TRY(net::Url url, net::Url::parse(options.url + "/api/ps"));
  net::HttpRequest request{.url = std::move(url)};
  const std::string key =
      options.key.empty() ? invocation.environment.api_key.value_or("") : options.key;
  if (!key.empty()) request.headers.emplace_back("Authorization", "Bearer " + key);
  SystemClock clock;
  net::HttpClient client(clock);
  Result<std::string> answer = client.fetch_text(request, invocation.cancel.token());
  if (!answer && answer.error().code == ErrorCode::kPermissionDenied) {
    answer.error().hint = "give it a key of the server: --api-key or OUTPOST_API_KEY";
  }
  return answer;
}

std::string text_of(const json::object& object, const char* key) {
  const json::value* field = object.if_contains(key);
  return field != nullptr && field->is_string() ? std::string(field->get_string()) : "?";
}

std::uint64_t number_of(const json::object& object, const char* key) {
  const json::value* field = object.if_contains(key);
  json::error_code error;
  return field != nullptr && field->is_number() ? field->to_number<std::uint64_t>(error) : 0;
}

std::string leaves_when(const json::object& model) {
  const json::value* stays = model.if_contains("stays_loaded");
  if (stays != nullptr && stays->is_bool() && stays->get_bool()) return "stays loaded";
  return "until " + printable(text_of(model, "expires_at"));
}

Status run(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(const std::string text, ask(options, invocation));
  const Streams& streams = invocation.streams;
  if (options.json) {
    streams.out << text << "\n";
    return {};
  }
  json::error_code error;
  const json::value value = json::parse(text, error);
  const json::object* root = error ? nullptr : value.if_object();
  const json::value* models = root != nullptr ? root->if_contains("models") : nullptr;
  if (models == nullptr || !models->is_array()) {
    return fail(ErrorCode::kCorruptData, options.url + " does not answer as Outpost does");
  }
  for (const json::value& entry : models->get_array()) {
    const json::object* model = entry.if_object();
    if (model == nullptr) continue;
    streams.out << fmt::format("{:<24} {:>10}  context {:>6}  {}\n",
                               printable(text_of(*model, "name")),
                               catalog::format_bytes(number_of(*model, "memory_bytes")),
                               number_of(*model, "context_length"), leaves_when(*model));
  }
  if (models->get_array().empty()) streams.err << "no model is in memory\n";
  return {};
}

} // namespace

void add_ps(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  CLI::App& command =
      add_command(parent, "ps", "Show the models that a running server holds in memory",
                  "outpost ps\noutpost ps --url https://outpost.example.org:8642");
  command.add_option("--url", options->url, "of the server")->capture_default_str();
  command.add_option("--api-key", options->key, "a key of the server (also OUTPOST_API_KEY)");
  command.add_flag("--json", options->json, "print the server's JSON");
  command.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return run(invocation, *options); };
  });
}

} // namespace outpost::cli
