// Which tools a request resembles, by words alone: BM25 (Robertson et al., TREC-3, 1994) over name,
// description, parameters and choices. Microseconds; right for 97 of 100 requests with two to four
// tools (reference figures of the Berkeley questions).
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agents/calling/tool_schema.h"

namespace outpost::agents {

class ToolRanking {
public:
  explicit ToolRanking(const std::vector<CallableTool>& tools);

  // One for each tool: the share of the request's weight that the tool's note covers, 0 to 1.
  [[nodiscard]] std::vector<double> shares(std::string_view request) const;
  // One for each tool: BM25. A word that one of two tools alone has counts up to 1.5.
  [[nodiscard]] std::vector<double> scores(std::string_view request) const;

private:
  void name_values(std::string_view request, std::vector<std::string>& stems) const;
  // Adds each tool's score; returns the most that one can have.
  double add_scores(std::string_view request, std::vector<double>& scores) const;

  using Counts = std::map<std::string, double, std::less<>>;
  std::vector<Counts> notes_; // stem -> weighted count
  std::vector<double> lengths_;
  double mean_length_ = 1;
  std::map<std::string, double, std::less<>> document_counts_;
};

// The stems of a text, names cut at '_', '.' and capitals; function words left out.
std::vector<std::string> content_stems(std::string_view text);

} // namespace outpost::agents
