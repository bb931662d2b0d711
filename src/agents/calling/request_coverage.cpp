#include "agents/calling/request_coverage.h"

#include "agents/calling/tool_ranking.h"
#include "chat/json_value.h"

namespace outpost::agents {

RequestCoverage::RequestCoverage(std::string_view request) {
  for (Word& word : split_words(request)) {
    if (!is_function_word(word.text)) words_.push_back(std::move(word));
  }
}

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

double RequestCoverage::share_left() const {
  double left = 0;
  for (const Word& word : words_) left += explained_.contains(word.stem) ? 0 : 1;
  return words_.empty() ? 0 : left / static_cast<double>(words_.size());
}

} // namespace outpost::agents
