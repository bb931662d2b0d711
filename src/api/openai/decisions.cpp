#include "api/openai/decisions.h"

#include <algorithm>
#include <cmath>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "api/openai/errors.h"
#include "api/openai/input_items.h"
#include "api/openai/messages.h"
#include "base/json_text.h"

namespace outpost::api::openai {
namespace {

constexpr std::size_t kQuestionsMax = 400;
constexpr std::size_t kOptionsMax = 255;

DecisionOption read_decision_choice(Fields& fields) {
  DecisionOption option;
  const boost::json::value* value = fields.any("value");
  if (value != nullptr && value->is_bool()) {
    option.is_flag = true;
    option.text = value->get_bool() ? "true" : "false";
  } else if (value != nullptr && value->is_string() && !value->get_string().empty()) {
    option.text = std::string(value->get_string());
  } else {
    fields.mistake("value", "must be a string or a boolean");
  }
  option.description = fields.text("description").value_or("");
  return option;
}

DecisionOption read_level(Fields& fields) {
  DecisionOption option{fields.required_text("label"), "", false};
  if (option.text.empty()) fields.mistake("label", "must not be empty");
  option.description = fields.text("description").value_or("");
  return option;
}

void read_options(Fields& fields, std::string_view key, DecisionOption (*read)(Fields&),
                  std::vector<DecisionOption>& options) {
  const boost::json::array* array = fields.array(key);
  if (array == nullptr || array->size() < 2 || array->size() > kOptionsMax) {
    return fields.mistake(key, fmt::format("must have 2 to {} entries", kOptionsMax));
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    const boost::json::object* object = (*array)[i].if_object();
    if (object == nullptr) return fields.mistake(key, "must hold objects");
    Fields option(*object, fields.path_of(fmt::format("{}[{}]", key, i)), fields.mistakes());
    options.push_back(read(option));
    const auto same = [&](const DecisionOption& other) {
      return other.text == options.back().text && other.is_flag == options.back().is_flag;
    };
    if (std::ranges::count_if(options, same) > 1) fields.mistake(key, "must be unique");
  }
}

DecisionQuestion read_question(Fields& fields) {
  DecisionQuestion question;
  question.name = fields.text("name");
  question.instructions = read_content(fields, "instructions");
  if (question.instructions.empty()) fields.mistake("instructions", "is missing");
  const std::string type = fields.required_text("type");
  if (type == "predicate") {
    question.options = {{"yes", "", false}, {"no", "", false}};
  } else if (type == "choice") {
    question.kind = DecisionQuestion::Kind::kChoice;
    read_options(fields, "choices", read_decision_choice, question.options);
  } else if (type == "score") {
    question.kind = DecisionQuestion::Kind::kScore;
    read_options(fields, "levels", read_level, question.options);
  } else {
    fields.mistake("type", "must be predicate, choice or score");
  }
  return question;
}

std::string question_text(const DecisionQuestion& question) {
  if (question.kind == DecisionQuestion::Kind::kPredicate) {
    return question.instructions + "\nIs this true? Answer yes or no.";
  }
  std::string text = question.instructions + "\nAnswer with one of:";
  for (const DecisionOption& option : question.options) {
    text += "\n- " + option.text;
    if (!option.description.empty()) text += ": " + option.description;
  }
  return text;
}

// The question follows the input in one turn where the input ends with the user's: few templates
// take two in a row.
std::vector<chat::Message> asked(const std::vector<chat::Message>& input,
                                 const DecisionQuestion& question) {
  std::vector<chat::Message> messages = input;
  if (!messages.empty() && messages.back().role == chat::Role::kUser) {
    messages.back().text += "\n\n" + question_text(question);
  } else {
    messages.push_back(chat::user_message(question_text(question)));
  }
  return messages;
}

// exp(score) of each, to the sum of 1.
std::vector<double> probabilities(const chat::Score* scores, std::size_t count) {
  double highest = scores[0].log_probability;
  for (std::size_t i = 1; i < count; ++i) highest = std::max(highest, scores[i].log_probability);
  std::vector<double> out;
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(std::exp(scores[i].log_probability - highest));
    sum += out.back();
  }
  for (double& value : out) value /= sum;
  return out;
}

std::string value_json(const DecisionOption& option) {
  return option.is_flag ? option.text : json_string(option.text);
}

void add_choice(JsonObject& out, const DecisionQuestion& question,
                const std::vector<double>& chances) {
  const auto best = std::ranges::max_element(chances) - chances.begin();
  JsonArray list;
  for (std::size_t i = 0; i < chances.size(); ++i) {
    JsonObject entry;
    entry.add("probability", chances[i]);
    entry.add_raw("value", value_json(question.options[i]));
    list.add_raw(entry.text());
  }
  out.add_raw("choice", value_json(question.options[static_cast<std::size_t>(best)]));
  out.add("confidence", chances[static_cast<std::size_t>(best)]);
  out.add_raw("probabilities", list.text());
}

// Levels count from 0; the score is the one to be expected.
void add_score(JsonObject& out, const DecisionQuestion& question,
               const std::vector<double>& chances) {
  double expected = 0;
  JsonArray list;
  for (std::size_t i = 0; i < chances.size(); ++i) {
    expected += chances[i] * static_cast<double>(i);
    JsonObject entry;
    entry.add("label", question.options[i].text);
    entry.add("probability", chances[i]);
    entry.add("value", i);
    list.add_raw(entry.text());
  }
  out.add("confidence", *std::ranges::max_element(chances));
  out.add_raw("probabilities", list.text());
  out.add("score", expected);
}

std::string answer_json(const DecisionQuestion& question, const std::vector<double>& chances) {
  JsonObject out;
  out.add_raw("name", question.name ? json_string(*question.name) : "null");
  switch (question.kind) {
  case DecisionQuestion::Kind::kPredicate:
    out.add("type", "predicate");
    out.add("probability", chances[0]);
    break;
  case DecisionQuestion::Kind::kChoice:
    out.add("type", "choice");
    add_choice(out, question, chances);
    break;
  case DecisionQuestion::Kind::kScore:
    out.add("type", "score");
    add_score(out, question, chances);
    break;
  }
  return out.text();
}

class DecisionWork final : public ModelWork {
public:
  DecisionWork(Service& service, DecisionRequest request, ServedModel served)
      : service_(service), request_(std::move(request)), served_(std::move(served)) {}

  void run(http::Exchange& exchange) override {
    const auto body = decide(exchange);
    if (!body && exchange.cancel().cancelled()) {
      return fail(exchange, problem_of(exchange.cut_cause()));
    }
    exchange.respond(body ? http::json_response(200, *body)
                          : error_response(problem_of(body.error())));
  }
  void fail(http::Exchange& exchange, const Problem& problem) override {
    exchange.respond(error_response(problem));
  }

private:
  Result<std::string> decide(http::Exchange& exchange) {
    chat::ScoreRequest scoring = score_request(request_);
    scoring.principal.value = exchange.request().principal;
    OUTPOST_TRY(const auto scores, served_.model->score(scoring, exchange.cancel()));
    std::uint32_t tokens = 0;
    for (const DecisionQuestion& question : request_.questions) {
      chat::Prompt prompt;
      prompt.messages = asked(request_.input, question);
      OUTPOST_TRY(const std::uint32_t count, served_.model->count_tokens(prompt));
      tokens += count;
    }
    service_.charge(scoring.principal.value, tokens);
    return decision_json(request_, served_.id, scores, tokens);
  }

  Service& service_;
  DecisionRequest request_;
  ServedModel served_;
};

} // namespace

tl::expected<DecisionRequest, Problem> read_decision_request(std::string_view body) {
  return read_body<DecisionRequest>(body, [&](Fields& fields, DecisionRequest& out) {
    out.model = fields.required_text("model");
    read_input(fields, out.input);
    fields.ignore({"prompt_cache_key", "prompt_cache_options", "safety_identifier"});
    const boost::json::array* array = fields.array("questions");
    if (array == nullptr || array->empty() || array->size() > kQuestionsMax) {
      fields.mistake("questions", fmt::format("must be 1 to {} questions", kQuestionsMax));
      array = nullptr;
    }
    for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
      const boost::json::object* entry = (*array)[i].if_object();
      if (entry == nullptr) {
        fields.mistake("questions", "must hold objects");
        break;
      }
      Fields question(*entry, fmt::format("questions[{}]", i), fields.mistakes());
      out.questions.push_back(read_question(question));
    }
  });
}

chat::ScoreRequest score_request(const DecisionRequest& request) {
  chat::ScoreRequest out;
  for (const DecisionQuestion& question : request.questions) {
    for (const DecisionOption& option : question.options) {
      chat::ScoreItem item;
      item.prompt.messages = asked(request.input, question);
      item.continuation = option.text;
      out.items.push_back(std::move(item));
    }
  }
  return out;
}

std::string decision_json(const DecisionRequest& request, const std::string& model,
                          const std::vector<chat::Score>& scores, std::uint32_t prompt_tokens) {
  JsonArray answers;
  std::size_t at = 0;
  for (const DecisionQuestion& question : request.questions) {
    answers.add_raw(
        answer_json(question, probabilities(scores.data() + at, question.options.size())));
    at += question.options.size();
  }
  JsonObject usage;
  usage.add("input_tokens", prompt_tokens);
  usage.add_raw("input_tokens_details", R"({"cache_write_tokens": 0, "cached_tokens": 0})");
  usage.add("output_tokens", 0);
  usage.add_raw("output_tokens_details", R"({"reasoning_tokens": 0})");
  usage.add("total_tokens", prompt_tokens);
  JsonObject out;
  out.add("model", model);
  out.add_raw("answers", answers.text());
  out.add_raw("usage", usage.text());
  return out.text();
}

void start_decision(Service& service, std::unique_ptr<http::Exchange> exchange) {
  auto request = read_decision_request(exchange->request().body);
  if (!request) {
    exchange->respond(error_response(request.error()));
    return;
  }
  auto served = find_model(service, request->model);
  if (!served) {
    exchange->respond(error_response(served.error()));
    return;
  }
  WorkRequest work;
  work.tokens = service.gate.likely_tokens(exchange->request().body.size(), 0);
  start_work(service, std::move(exchange), work,
             std::make_unique<DecisionWork>(service, *std::move(request), *std::move(served)));
}

} // namespace outpost::api::openai
