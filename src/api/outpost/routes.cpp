#include "api/outpost/routes.h"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "api/fields.h"
#include "api/model_work.h"
#include "api/openai/errors.h"
#include "api/token_fields.h"
#include "base/json_text.h"

namespace outpost::api::own {
namespace {

using ExchangePtr = std::unique_ptr<http::Exchange>;

struct TokenRequest {
  std::string model;
  std::string content;
  std::vector<text::TokenId> tokens;
};

std::vector<text::TokenId> read_tokens(Fields& fields) {
  std::vector<text::TokenId> tokens;
  const boost::json::array* array = fields.array("tokens");
  if (array == nullptr) {
    fields.mistake("tokens", "is missing");
    return tokens;
  }
  auto read = tokens_of(*array);
  if (!read) fields.mistake("tokens", "must hold token ids, whole numbers from 0");
  if (read) tokens = *std::move(read);
  return tokens;
}

tl::expected<TokenRequest, Problem> read_request(std::string_view body, bool has_content) {
  return read_body<TokenRequest>(body, [&](Fields& fields, TokenRequest& out) {
    out.model = fields.text("model").value_or("default");
    if (has_content) {
      out.content = fields.required_text("content");
    } else {
      out.tokens = read_tokens(fields);
    }
  });
}

Result<std::string> tokenized(chat::ChatModel& model, const TokenRequest& request) {
  OUTPOST_TRY(const auto tokens, model.tokenize(request.content));
  JsonArray list;
  for (const text::TokenId token : tokens) list.add_raw(std::to_string(token));
  JsonObject out;
  out.add("count", tokens.size());
  out.add_raw("tokens", list.text());
  return out.text();
}

Result<std::string> detokenized(chat::ChatModel& model, const TokenRequest& request) {
  OUTPOST_TRY(const auto text, model.detokenize(request.tokens));
  JsonObject out;
  out.add("content", text);
  return out.text();
}

void answer(Service& service, http::Exchange& exchange, bool has_content) {
  const auto fail = [&](const Problem& problem) {
    exchange.respond(openai::error_response(problem));
  };
  const auto request = read_request(exchange.request().body, has_content);
  if (!request) return fail(request.error());
  const auto served = find_model(service, request->model);
  if (!served) return fail(served.error());
  const auto body =
      has_content ? tokenized(*served->model, *request) : detokenized(*served->model, *request);
  if (!body) return fail(problem_of(body.error()));
  exchange.respond(http::json_response(200, *body));
}

} // namespace

void add_routes(http::Router& router, Service& service) {
  router.add({"POST", "/tokenize",
              [&service](ExchangePtr exchange) { answer(service, *exchange, true); }});
  router.add({"POST", "/detokenize",
              [&service](ExchangePtr exchange) { answer(service, *exchange, false); }});
}

} // namespace outpost::api::own
