#include "api/ollama/routes.h"

#include "api/fields.h"
#include "api/model_work.h"
#include "api/ollama/chat_request.h"
#include "api/ollama/embed.h"
#include "api/ollama/load.h"
#include "api/ollama/shelf.h"
#include "api/ollama/writer.h"
#include "api/wall_time.h"
#include "base/json_text.h"

namespace outpost::api::ollama {
namespace {

using ExchangePtr = std::unique_ptr<http::Exchange>;

void generate(Service& service, ExchangePtr exchange,
              const tl::expected<OllamaRequest, Problem>& request) {
  if (!request) {
    exchange->respond(error_response(request.error()));
    return;
  }
  if (request->keep_alive) service.models.keep(request->generation.model, request->keep_alive);
  if (request->is_load) return start_load(service, std::move(exchange), *request);
  start_generation(service, std::move(exchange), request->generation,
                   [&](const AnswerFrame& frame, const ServedModel&) {
                     return make_writer(*request, frame, service.clock);
                   });
}

std::string details_json(const ServedModel& served) {
  JsonObject details;
  details.add("parent_model", "");
  details.add("format", "gguf");
  details.add("family", served.model->info().tool_format);
  details.add_raw("families", "[]");
  details.add("parameter_size", "");
  details.add("quantization_level", "");
  return details.text();
}

JsonObject entry(const ServedModel& served) {
  JsonObject out;
  out.add("name", served.id);
  out.add("model", served.id);
  out.add("size", served.file_bytes);
  out.add("digest", served.digest);
  out.add_raw("details", details_json(served));
  return out;
}

void tags(Service& service, ExchangePtr exchange) {
  JsonArray models;
  for (const ServedModel& served : service.models.list()) {
    JsonObject out = entry(served);
    out.add("modified_at", utc_time(served.loaded_ms));
    models.add_raw(out.text());
  }
  exchange->respond(http::json_response(200, "{\"models\": " + models.text() + "}"));
}

// What stays expires in a far future for Ollama's clients, which expect a time.
void ps(Service& service, ExchangePtr exchange) {
  JsonArray models;
  for (const ServedModel& served : service.models.list()) {
    if (!served.is_loaded) continue;
    JsonObject out = entry(served);
    out.add("expires_at",
            served.expires_ms ? utc_time(*served.expires_ms) : "2999-01-01T00:00:00Z");
    out.add("stays_loaded", !served.expires_ms.has_value());
    out.add("size_vram", 0);
    out.add("memory_bytes", served.memory_bytes);
    out.add("context_length", served.model->info().context_tokens);
    models.add_raw(out.text());
  }
  exchange->respond(http::json_response(200, "{\"models\": " + models.text() + "}"));
}

std::string show_json(const ServedModel& served) {
  const chat::ModelInfo info = served.model->info();
  JsonArray capabilities;
  if (info.generates) capabilities.add("completion");
  if (info.embedding_size > 0) capabilities.add("embedding");
  if (info.has_chat_template) capabilities.add("tools");
  JsonObject model_info;
  model_info.add("general.basename", info.name);
  model_info.add("outpost.context_length", info.context_tokens);
  model_info.add("outpost.embedding_length", info.embedding_size);
  model_info.add("outpost.pooling", to_string(info.pooling));
  JsonObject out;
  out.add("modelfile", "");
  out.add("parameters", "");
  out.add("template", "");
  out.add_raw("details", details_json(served));
  out.add_raw("model_info", model_info.text());
  out.add_raw("capabilities", capabilities.text());
  out.add("modified_at", utc_time(served.loaded_ms));
  return out.text();
}

void show(Service& service, ExchangePtr exchange) {
  const auto object = parse_body(exchange->request().body);
  Mistakes mistakes;
  std::string name;
  if (object) {
    Fields fields(*object, "", mistakes);
    const auto old_name = fields.text("name"); // before "model", the API said so
    name = model_name(old_name ? *old_name : fields.required_text("model"));
    fields.ignore({"model", "verbose"});
  }
  if (!object || mistakes.first()) {
    exchange->respond(error_response(object ? *mistakes.first() : object.error()));
    return;
  }
  const auto served = find_model(service, name);
  exchange->respond(served ? http::json_response(200, show_json(*served))
                           : error_response(served.error()));
}

} // namespace

void add_routes(http::Router& router, Service& service) {
  const auto add = [&](const char* method, const char* pattern, auto handler,
                       http::Admission admit = {}) {
    router.add({.method = method,
                .pattern = pattern,
                .handler = [&service, handler](ExchangePtr e) { handler(service, std::move(e)); },
                .admit = std::move(admit)});
  };
  const http::Admission when_there_is_room = admission(service, error_response);
  add(
      "POST", "/api/chat",
      [](Service& s, ExchangePtr exchange) {
        const auto request = read_chat_request(exchange->request().body, s.settings);
        generate(s, std::move(exchange), request);
      },
      when_there_is_room);
  add(
      "POST", "/api/generate",
      [](Service& s, ExchangePtr exchange) {
        const auto request = read_generate_request(exchange->request().body, s.settings);
        generate(s, std::move(exchange), request);
      },
      when_there_is_room);
  add("POST", "/api/embed", embed, when_there_is_room);
  add("POST", "/api/embeddings", embed_one, when_there_is_room);
  add("GET", "/api/tags", tags);
  add("GET", "/api/ps", ps);
  add("POST", "/api/show", show);
  add("GET", "/api/version", [](Service& s, ExchangePtr exchange) {
    JsonObject out;
    out.add("version", s.settings.version);
    exchange->respond(http::json_response(200, out.text()));
  });
  add_shelf_routes(router, service);
  router.set_error_shape("/api", [](int, std::string_view message) { return error_body(message); });
}

} // namespace outpost::api::ollama
