#include "api/openai/completions.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "api/collecting_writer.h"
#include "api/openai/chunk_stream.h"
#include "api/openai/errors.h"
#include "api/openai/usage.h"
#include "base/json_text.h"

namespace outpost::api::openai {
namespace {

constexpr std::size_t kPromptsMax = 64;

// A string, or an array of strings.
std::vector<std::string> read_prompts(Fields& fields) {
  std::vector<std::string> prompts;
  const boost::json::value* value = fields.any("prompt");
  const boost::json::array* array = value == nullptr ? nullptr : value->if_array();
  if (value != nullptr && value->is_string()) {
    prompts.emplace_back(value->get_string());
  } else if (array == nullptr || array->empty()) {
    fields.mistake("prompt", "must be a string or an array of strings");
  } else if (array->size() > kPromptsMax) {
    fields.mistake("prompt", fmt::format("has more than {} entries", kPromptsMax));
  } else {
    for (const boost::json::value& entry : *array) {
      if (!entry.is_string()) {
        fields.mistake("prompt", "must hold strings; tokens are not taken here");
        break;
      }
      prompts.emplace_back(entry.get_string());
    }
  }
  return prompts;
}

// More answers are made than are given back: those with the highest mean log-probability.
void read_best_of(Fields& fields, const ServiceSettings& settings, CompletionRequest& out) {
  GenerationRequest& generation = out.common.generation;
  out.returned = generation.choices;
  const auto best_of = fields.integer("best_of", 1, settings.choices_max);
  if (!best_of) return;
  if (*best_of < out.returned) return fields.mistake("best_of", "must not be less than n");
  if (*best_of > out.returned && out.common.streams) {
    return fields.mistake("best_of", "cannot be streamed when it is more than n");
  }
  generation.choices = static_cast<std::uint32_t>(*best_of);
  if (*best_of > out.returned) generation.chat.log_probabilities = true;
}

double mean_log_probability(const chat::Answer& answer) {
  double sum = 0;
  for (const auto& token : answer.log_probabilities) {
    sum += static_cast<double>(token.log_probability.value_or(0.0F));
  }
  return sum / static_cast<double>(std::max<std::size_t>(1, answer.log_probabilities.size()));
}

struct CompletionParts {
  AnswerFrame frame;
  std::shared_ptr<chat::ChatModel> model;
  std::uint32_t answers;          // in all
  std::uint32_t answers_per_text; // made
  std::uint32_t returned;         // n: of those, the best
  bool log_probabilities;
  bool stream_usage;
  std::vector<std::string> echoes; // [texts], what comes before each answer; empty: nothing

  [[nodiscard]] std::string_view echo(std::size_t answer) const {
    return echoes.empty() ? std::string_view() : echoes[answer / answers_per_text];
  }
  [[nodiscard]] bool is_first_of_text(std::size_t answer) const {
    return answer % answers_per_text == 0;
  }
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
  explicit WholeCompletion(CompletionParts parts)
      : CollectingWriter(parts.answers, false), parts_(std::move(parts)) {}

  void finish(http::Exchange& exchange) override {
    chat::Usage usage;
    JsonArray choices;
    for (std::size_t i = 0; i < answers().size(); ++i) {
      add_usage(usage, answers()[i].finished.usage, parts_.is_first_of_text(i));
    }
    std::size_t index = 0;
    for (const std::size_t i : returned()) {
      const chat::Answer& answer = answers()[i];
      const std::string logprobs =
          parts_.log_probabilities ? text_logprobs_json(answer.log_probabilities, *parts_.model, 0)
                                   : "null";
      choices.add_raw(choice_json(index++, std::string(parts_.echo(i)) + answer.text, logprobs,
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
  // Which answers are given back: of each text the best, in order.
  [[nodiscard]] std::vector<std::size_t> returned() const {
    std::vector<std::size_t> out;
    for (std::size_t first = 0; first < answers().size(); first += parts_.answers_per_text) {
      std::vector<std::pair<double, std::size_t>> ranked; // the best first, of equals the earlier
      for (std::size_t i = first; i < first + parts_.answers_per_text; ++i) {
        ranked.emplace_back(-mean_log_probability(answers()[i]), i);
      }
      if (parts_.returned < parts_.answers_per_text) std::ranges::sort(ranked);
      for (std::size_t i = 0; i < parts_.returned; ++i) out.push_back(ranked[i].second);
    }
    return out;
  }

  CompletionParts parts_;
};

class CompletionStream final : public ChunkStream {
public:
  explicit CompletionStream(CompletionParts parts)
      : ChunkStream("cmpl-", "text_completion", parts.frame, parts.stream_usage),
        parts_(std::move(parts)), offsets_(parts_.answers) {}

  void on_event(http::Exchange& exchange, std::uint32_t choice, const chat::Event& event) override {
    std::size_t& offset = offsets_[choice];
    const std::string_view echo = parts_.echo(choice);
    if (offset == 0 && !echo.empty()) {
      write_choice(exchange, choice_json(choice, echo, "null", ""));
      offset = echo.size();
    }
    if (const auto* delta = std::get_if<chat::TextDelta>(&event)) {
      const bool tells = parts_.log_probabilities && !delta->log_probabilities.empty();
      const std::string logprobs =
          tells ? text_logprobs_json(delta->log_probabilities, *parts_.model, offset) : "null";
      write_choice(exchange, choice_json(choice, delta->text, logprobs, ""));
      offset += delta->text.size();
    } else if (const auto* finished = std::get_if<chat::Finished>(&event)) {
      count(finished->usage, parts_.is_first_of_text(choice));
      write_choice(exchange, choice_json(choice, "", "null", finish_reason(finished->reason)));
    }
  }

private:
  CompletionParts parts_;
  std::vector<std::size_t> offsets_; // [answers], bytes of text written
};

} // namespace

tl::expected<CompletionRequest, Problem> read_completion_request(std::string_view body,
                                                                 const ServiceSettings& settings) {
  return read_body<CompletionRequest>(body, [&](Fields& fields, CompletionRequest& out) {
    chat::ChatRequest& chat = out.common.generation.chat;
    read_common(fields, settings, out.common);
    out.common.generation.texts = read_prompts(fields);
    out.echoes = fields.flag("echo").value_or(false);
    if (const auto count = fields.integer("logprobs", 0, 5)) {
      chat.log_probabilities = true;
      chat.top_log_probabilities = static_cast<std::uint32_t>(*count);
      out.tells_log_probabilities = true;
      if (out.echoes) fields.mistake("logprobs", "cannot be told of an echoed prompt");
    }
    read_best_of(fields, settings, out);
    chat.prompt.suffix = fields.text("suffix").value_or("");
  });
}

std::unique_ptr<AnswerWriter> make_completion_writer(const CompletionRequest& request,
                                                     const AnswerFrame& frame,
                                                     std::shared_ptr<chat::ChatModel> model) {
  const GenerationRequest& generation = request.common.generation;
  CompletionParts parts{frame,
                        std::move(model),
                        generation.answer_count(),
                        generation.choices,
                        request.returned,
                        request.tells_log_probabilities,
                        request.common.stream_usage,
                        request.echoes ? generation.texts : std::vector<std::string>()};
  if (request.common.streams) return std::make_unique<CompletionStream>(std::move(parts));
  return std::make_unique<WholeCompletion>(std::move(parts));
}

} // namespace outpost::api::openai
