#include "api/openai/completions.h"

#include <utility>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "api/collecting_writer.h"
#include "api/openai/chunk_stream.h"
#include "api/openai/errors.h"
#include "api/openai/usage.h"
#include "base/json_text.h"

namespace outpost::api::openai {
namespace {

// One prompt a request: a string, or an array of one.
std::string read_prompt(Fields& fields) {
  const boost::json::value* value = fields.any("prompt");
  if (value != nullptr && value->is_array() && value->get_array().size() == 1) {
    value = &value->get_array()[0];
  }
  if (value != nullptr && value->is_string()) return std::string(value->get_string());
  fields.mistake("prompt", "must be one string; send a request for each prompt");
  return {};
}

struct WriterParts {
  AnswerFrame frame;
  std::shared_ptr<chat::ChatModel> model;
  std::uint32_t choices;
  bool log_probabilities;
  bool stream_usage;
  std::string echo; // what comes before each answer
};

std::string choice_json(std::size_t index, std::string_view text, std::string_view logprobs,
                        std::string_view reason) {
  JsonObject out;
  out.add("index", index);
  out.add("text", text);
  out.add_raw("logprobs", logprobs);
  out.add_raw("finish_reason", reason.empty() ? "null" : json_string(reason));
  return out.text();
}

class WholeCompletion final : public CollectingWriter {
public:
  explicit WholeCompletion(WriterParts parts)
      : CollectingWriter(parts.choices, false), parts_(std::move(parts)) {}

  void finish(http::Exchange& exchange) override {
    chat::Usage usage;
    JsonArray choices;
    for (std::size_t i = 0; i < answers().size(); ++i) {
      const chat::Answer& answer = answers()[i];
      add_usage(usage, answer.finished.usage);
      const std::string logprobs =
          parts_.log_probabilities
              ? text_logprobs_json(answer.log_probabilities, *parts_.model, parts_.echo.size())
              : "null";
      choices.add_raw(choice_json(i, parts_.echo + answer.text, logprobs,
                                  finish_reason(answer.finished.reason)));
    }
    JsonObject out = answer_object("cmpl-", "text_completion", parts_.frame);
    out.add_raw("choices", choices.text());
    out.add_raw("usage", usage_json(usage));
    exchange.respond(http::json_response(200, out.text()));
  }

  void fail(http::Exchange& exchange, const Problem& problem) override {
    exchange.respond(error_response(problem));
  }

private:
  WriterParts parts_;
};

class CompletionStream final : public ChunkStream {
public:
  explicit CompletionStream(WriterParts parts)
      : ChunkStream("cmpl-", "text_completion", parts.frame, parts.stream_usage),
        parts_(std::move(parts)), offsets_(parts_.choices) {}

  void on_event(http::Exchange& exchange, std::uint32_t choice, const chat::Event& event) override {
    std::size_t& offset = offsets_[choice];
    if (offset == 0 && !parts_.echo.empty()) {
      write_choice(exchange, choice_json(choice, parts_.echo, "null", ""));
      offset = parts_.echo.size();
    }
    if (const auto* delta = std::get_if<chat::TextDelta>(&event)) {
      const bool tells = parts_.log_probabilities && !delta->log_probabilities.empty();
      const std::string logprobs =
          tells ? text_logprobs_json(delta->log_probabilities, *parts_.model, offset) : "null";
      write_choice(exchange, choice_json(choice, delta->text, logprobs, ""));
      offset += delta->text.size();
    } else if (const auto* finished = std::get_if<chat::Finished>(&event)) {
      count(finished->usage);
      write_choice(exchange, choice_json(choice, "", "null", finish_reason(finished->reason)));
    }
  }

private:
  WriterParts parts_;
  std::vector<std::size_t> offsets_; // [choices], bytes of text written
};

} // namespace

tl::expected<CompletionRequest, Problem> read_completion_request(std::string_view body,
                                                                 const ServiceSettings& settings) {
  return read_body<CompletionRequest>(body, [&](Fields& fields, CompletionRequest& out) {
    chat::ChatRequest& chat = out.common.generation.chat;
    read_common(fields, settings, out.common);
    chat.prompt.text = read_prompt(fields);
    out.echoes = fields.flag("echo").value_or(false);
    if (const auto count = fields.integer("logprobs", 0, 5)) {
      chat.log_probabilities = true;
      chat.top_log_probabilities = static_cast<std::uint32_t>(*count);
      if (out.echoes) fields.mistake("logprobs", "cannot be told of an echoed prompt");
    }
    const auto best_of = fields.integer("best_of", 1, settings.choices_max);
    if (best_of && *best_of != out.common.generation.choices) {
      fields.mistake("best_of", "must equal n");
    }
    if (!fields.text("suffix").value_or("").empty()) {
      fields.mistake("suffix", "is not supported");
    }
  });
}

std::unique_ptr<AnswerWriter> make_completion_writer(const CompletionRequest& request,
                                                     const AnswerFrame& frame,
                                                     std::shared_ptr<chat::ChatModel> model) {
  const GenerationRequest& generation = request.common.generation;
  WriterParts parts{frame,
                    std::move(model),
                    generation.choices,
                    generation.chat.log_probabilities,
                    request.common.stream_usage,
                    request.echoes ? generation.chat.prompt.text : std::string()};
  if (request.common.streams) return std::make_unique<CompletionStream>(std::move(parts));
  return std::make_unique<WholeCompletion>(std::move(parts));
}

} // namespace outpost::api::openai
