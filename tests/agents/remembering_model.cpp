#include "agents/remembering_model.h"

#include <sstream>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

// Keys are hashes: a file of questions holds some ten thousand.
std::string key_of(char kind, const chat::Prompt& prompt, const std::string& rest) {
  std::string all(1, kind);
  for (const chat::Message& message : prompt.messages) {
    all += std::string(chat::to_string(message.role)) + '\x1f' + message.text + '\x1e';
  }
  all += prompt.text + '\x1d' + rest;
  return std::to_string(std::hash<std::string>{}(all)) + "." + std::to_string(all.size());
}

// Of read-outs: of what they read alone scores depend, too.
std::string digest_of(const std::vector<std::vector<float>>& readouts) {
  std::string bytes;
  for (const std::vector<float>& readout : readouts) {
    const auto raw = std::as_bytes(std::span(readout));
    bytes.append(reinterpret_cast<const char*>(raw.data()), raw.size());
  }
  return " read " + std::to_string(std::hash<std::string>{}(bytes));
}

json::object answer_json(const chat::Answer& answer) {
  json::array tokens;
  for (const auto& token : answer.log_probabilities) {
    tokens.push_back(json::array{
        token.text, token.log_probability ? json::value(*token.log_probability) : json::value()});
  }
  return {{"text", answer.text},
          {"tokens", std::move(tokens)},
          {"prompt", answer.finished.usage.prompt_tokens},
          {"completion", answer.finished.usage.completion_tokens}};
}

chat::Answer answer_of(const json::object& object) {
  chat::Answer answer;
  answer.text = object.at("text").as_string();
  for (const json::value& entry : object.at("tokens").as_array()) {
    chat::TokenLogProbability token;
    token.text = entry.at(0).as_string();
    if (!entry.at(1).is_null()) token.log_probability = entry.at(1).to_number<float>();
    answer.log_probabilities.push_back(std::move(token));
  }
  answer.finished.usage.prompt_tokens = object.at("prompt").to_number<std::uint32_t>();
  answer.finished.usage.completion_tokens = object.at("completion").to_number<std::uint32_t>();
  return answer;
}

} // namespace

RememberingModel::RememberingModel(chat::ChatModel& model, const std::filesystem::path& file)
    : model_(model) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const auto space = line.find(' ');
    if (space != std::string::npos) known_[line.substr(0, space)] = line.substr(space + 1);
  }
  file_.open(file, std::ios::app);
}

void RememberingModel::remember(const std::string& key, const std::string& value) {
  known_[key] = value;
  file_ << key << " " << value << std::endl;
}

Status RememberingModel::chat(const chat::ChatRequest& request, const chat::EventSink& sink,
                              const CancelToken& cancel) {
  const std::string key =
      key_of('c', request.prompt, request.constraint ? request.constraint->text : std::string());
  auto at = known_.find(key);
  if (at == known_.end()) {
    OUTPOST_TRY(const chat::Answer answer, chat::complete(model_, request, cancel));
    remember(key, chat::json_text(answer_json(answer)));
    at = known_.find(key);
  }
  OUTPOST_TRY(const json::value value, chat::parse_json(at->second));
  chat::Answer answer = answer_of(value.as_object());
  sink(chat::TextDelta{answer.text, answer.log_probabilities});
  sink(answer.finished);
  return {};
}

Result<std::vector<chat::Score>> RememberingModel::score(const chat::ScoreRequest& request,
                                                         const CancelToken& cancel) {
  chat::ScoreRequest unknown;
  unknown.principal = request.principal;
  unknown.readouts = request.readouts;
  std::vector<std::string> keys;
  std::vector<std::string> asked;
  for (const chat::ScoreItem& item : request.items) {
    const bool reads = item.reads_state && !request.readouts.empty();
    keys.push_back(
        key_of('s', item.prompt, item.continuation + (reads ? digest_of(request.readouts) : "")));
    if (known_.contains(keys.back())) continue;
    unknown.items.push_back(item);
    asked.push_back(keys.back());
  }
  if (!unknown.items.empty()) {
    OUTPOST_TRY(const auto scores, model_.score(unknown, cancel));
    for (std::size_t i = 0; i < asked.size(); ++i) {
      std::string value = std::to_string(scores[i].log_probability);
      for (const double readout : scores[i].readouts) value += fmt::format(" {:.7g}", readout);
      remember(asked[i], value);
    }
  }
  std::vector<chat::Score> out;
  for (const std::string& key : keys) {
    std::istringstream values(known_[key]);
    chat::Score& score = out.emplace_back();
    values >> score.log_probability;
    for (double readout = 0; values >> readout;) score.readouts.push_back(readout);
  }
  return out;
}

} // namespace outpost::agents
