#include "api/embedding.h"

#include <array>
#include <charconv>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "api/token_fields.h"

namespace outpost::api {
namespace {

constexpr std::int64_t kDimensionsMax = 1 << 16;

using Input = std::variant<std::string, std::vector<text::TokenId>>;

std::optional<Input> input_of(const boost::json::value& value) {
  if (value.is_string()) return Input(std::string(value.get_string()));
  if (!value.is_array()) return std::nullopt;
  auto tokens = tokens_of(value.get_array());
  if (!tokens) return std::nullopt;
  return Input(*std::move(tokens));
}

class EmbeddingWork final : public ModelWork {
public:
  EmbeddingWork(Service& service, EmbeddingRequest request, ServedModel served,
                EmbeddingShape shape)
      : service_(service), request_(std::move(request)), served_(std::move(served)),
        shape_(std::move(shape)) {}

  void run(http::Exchange& exchange) override {
    request_.embed.principal.value = exchange.request().principal;
    auto made = served_.model->embed(request_.embed, exchange.cancel());
    if (!made && exchange.cancel().cancelled()) {
      return fail(exchange, problem_of(exchange.cut_cause()));
    }
    if (!made) return fail(exchange, problem_of(made.error()));
    service_.metrics
        .counter("outpost_embedded_tokens_total", "Tokens of texts that were embedded.",
                 {{"model", served_.id}})
        .add(made->prompt_tokens);
    service_.charge(request_.embed.principal.value, made->prompt_tokens);
    for (chat::Embedding& vector : made->vectors) {
      if (request_.dimensions) chat::shorten(vector, *request_.dimensions);
    }
    exchange.respond(http::json_response(200, shape_.body(served_.id, *made)));
  }
  void fail(http::Exchange& exchange, const Problem& problem) override {
    exchange.respond(shape_.error(problem));
  }

private:
  Service& service_;
  EmbeddingRequest request_;
  ServedModel served_;
  EmbeddingShape shape_;
};

std::optional<Problem> dimensions_problem(const EmbeddingRequest& request,
                                          const ServedModel& served) {
  const std::uint32_t size = served.model->info().embedding_size;
  if (!request.dimensions || size == 0 || *request.dimensions <= size) return std::nullopt;
  Problem problem;
  problem.status = 400;
  problem.code = "invalid_argument";
  problem.parameter = "dimensions";
  problem.message =
      fmt::format("dimensions is {}, this model's embeddings have {}", *request.dimensions, size);
  return problem;
}

} // namespace

void read_embedding_inputs(Fields& fields, std::string_view key, EmbeddingRequest& out) {
  const boost::json::value* value = fields.any(key);
  if (value == nullptr) return fields.mistake(key, "is missing");
  const auto mistake = [&] {
    fields.mistake(key, "must be a string, an array of token ids, or an array of either");
  };
  const boost::json::array* array = value->if_array();
  const bool is_one = array == nullptr || (!array->empty() && array->front().is_number());
  if (is_one) {
    auto input = input_of(*value);
    if (!input) return mistake();
    out.embed.inputs.push_back(*std::move(input));
    return;
  }
  if (array->empty()) return fields.mistake(key, "is empty");
  if (array->size() > kEmbeddingInputsMax) {
    return fields.mistake(key, fmt::format("has more than {} entries", kEmbeddingInputsMax));
  }
  for (const boost::json::value& entry : *array) {
    auto input = input_of(entry);
    if (!input) return mistake();
    out.embed.inputs.push_back(*std::move(input));
  }
}

void read_dimensions(Fields& fields, EmbeddingRequest& out) {
  if (const auto count = fields.integer("dimensions", 1, kDimensionsMax)) {
    out.dimensions = static_cast<std::uint32_t>(*count);
  }
}

void start_embedding(Service& service, std::unique_ptr<http::Exchange> exchange,
                     EmbeddingRequest request, EmbeddingShape shape) {
  auto served = find_model(service, request.model);
  const auto problem = served ? dimensions_problem(request, *served) : served.error();
  if (problem) {
    exchange->respond(shape.error(*problem));
    return;
  }
  WorkRequest work;
  work.tokens = service.gate.likely_tokens(exchange->request().body.size(), 0);
  start_work(service, std::move(exchange), work,
             std::make_unique<EmbeddingWork>(service, std::move(request), *std::move(served),
                                             std::move(shape)));
}

std::string floats_json(const chat::Embedding& embedding) {
  std::string out = "[";
  for (const float value : embedding) {
    if (out.size() > 1) out += ", ";
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
  }
  return out + "]";
}

} // namespace outpost::api
