#include "agents/calling/request_coverage.h"

#include "agents/calling/tool_ranking.h"
#include "chat/json_value.h"

namespace outpost::agents {

namespace {

std::vector<Word> telling_words(std::string_view text) {
  std::vector<Word> words = split_words(text);
  std::erase_if(words, [](const Word& word) { return is_function_word(word.text); });
  return words;
}

} // namespace

RequestCoverage::RequestCoverage(std::string_view request) : words_(telling_words(request)) {}

void RequestCoverage::explain(const CallableTool& tool, const boost::json::object& arguments) {
  std::string text = tool.name + " " + tool.description;
  for (const SlotSchema& slot : tool.slots) text += " " + slot.name;
  text += " " + chat::json_text(arguments);
  for (std::string& stem : content_stems(text)) explained_.insert(std::move(stem));
}

std::string RequestCoverage::rest() const {
  std::string text;
  for (const Word& word : words_) {
    if (!explained_.contains(word.stem)) text += (text.empty() ? "" : " ") + word.text;
  }
  return text;
}

double RequestCoverage::share_left() const { return share_of(words_); }

double RequestCoverage::share_left(std::string_view part) const {
  return share_of(telling_words(part));
}

double RequestCoverage::share_of(const std::vector<Word>& words) const {
  double left = 0;
  for (const Word& word : words) left += explained_.contains(word.stem) ? 0 : 1;
  return words.empty() ? 0 : left / static_cast<double>(words.size());
}

} // namespace outpost::agents
