#include "agents/calling/tool_ranking.h"

#include <algorithm>
#include <cmath>

#include "agents/call/dates.h"
#include "agents/call/words.h"

namespace outpost::agents {
namespace {

constexpr double kSaturation = 1.2;  // BM25's k1
constexpr double kLengthShare = 0.5; // BM25's b: notes are short, their length says little
constexpr double kNameWeight = 3;    // a word of the name counts as much as three of the text
constexpr double kParameterWeight = 0.5;

// get_userInfo -> get user Info
std::string spaced(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool is_capital = name[i] >= 'A' && name[i] <= 'Z';
    const bool after_small = i > 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z';
    if (is_capital && after_small) out += ' ';
    out += name[i] == '_' || name[i] == '.' ? ' ' : name[i];
  }
  return out;
}

} // namespace

std::vector<std::string> content_stems(std::string_view text) {
  std::vector<std::string> stems;
  for (Word& word : split_words(spaced(text))) {
    if (!is_function_word(word.text)) stems.push_back(std::move(word.stem));
  }
  return stems;
}

ToolRanking::ToolRanking(const std::vector<CallableTool>& tools) {
  double total = 0;
  for (const CallableTool& tool : tools) {
    Counts counts;
    double length = 0;
    const auto add = [&](std::string_view text, double weight) {
      for (const std::string& stem : content_stems(text)) {
        counts[stem] += weight;
        length += weight;
      }
    };
    add(tool.name, kNameWeight);
    add(tool.description, 1);
    for (const SlotSchema& slot : tool.slots) {
      add(slot.name, kParameterWeight);
      add(slot.description, kParameterWeight);
      for (const boost::json::value& choice : slot.choices) {
        if (choice.is_string()) add(choice.get_string(), kParameterWeight);
      }
    }
    for (const auto& [stem, count] : counts) document_counts_[stem] += 1;
    total += length;
    lengths_.push_back(length);
    notes_.push_back(std::move(counts));
  }
  mean_length_ = std::max(1.0, total / static_cast<double>(std::max<std::size_t>(1, tools.size())));
}

// A request with a date in it says "date", where some of the tools take one.
void ToolRanking::name_values(std::string_view request, std::vector<std::string>& stems) const {
  const std::string date = stem("date");
  const auto known = document_counts_.find(date);
  const bool tells =
      known != document_counts_.end() && known->second < static_cast<double>(notes_.size());
  if (tells && !find_dates(request).empty()) stems.push_back(date);
}

double ToolRanking::add_scores(std::string_view request, std::vector<double>& scores) const {
  std::vector<std::string> stems = content_stems(request);
  name_values(request, stems);
  std::ranges::sort(stems);
  stems.erase(std::unique(stems.begin(), stems.end()), stems.end());
  const auto count = static_cast<double>(notes_.size());
  double most = 0;
  for (const std::string& stem : stems) {
    const auto known = document_counts_.find(stem);
    const double documents = known == document_counts_.end() ? 0 : known->second;
    const double weight = std::log(1 + (count - documents + 0.5) / (documents + 0.5));
    most += weight;
    for (std::size_t i = 0; i < notes_.size(); ++i) {
      const auto at = notes_[i].find(stem);
      if (at == notes_[i].end()) continue;
      const double scale = 1 - kLengthShare + kLengthShare * lengths_[i] / mean_length_;
      scores[i] += weight * at->second * (kSaturation + 1) / (at->second + kSaturation * scale);
    }
  }
  return most * (kSaturation + 1);
}

std::vector<double> ToolRanking::shares(std::string_view request) const {
  std::vector<double> scores(notes_.size());
  const double most = add_scores(request, scores);
  for (double& score : scores) score = most > 0 ? score / most : 0;
  return scores;
}

std::vector<double> ToolRanking::scores(std::string_view request) const {
  std::vector<double> scores(notes_.size());
  add_scores(request, scores);
  return scores;
}

} // namespace outpost::agents
