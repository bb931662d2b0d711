// Which tool the next call is of: the shortlist by words, then for each listed tool what the model
// finds of its name and what words say of it, weighed by the profile.
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agents/calling/call_drafter.h"
#include "agents/calling/calling_profile.h"
#include "agents/calling/request_coverage.h"
#include "agents/calling/tool_ranking.h"
#include "agents/calling/tool_schema.h"

namespace outpost::agents {

// One decision, as it was weighed: what a profile's `tool` weights are fitted to.
struct ToolStep {
  std::size_t calls = 0; // before it
  std::vector<std::string> tools;
  std::vector<ToolSigns> signs; // one for each
};

struct ToolChoice {
  const CallableTool* tool = nullptr;
  double log_odds = 0;       // of its name over none, or over done
  double margin = 0;         // before the next best tool, in the weights' log-odds
  double channel = 0;        // of the first choice: see FirstLook
  std::vector<double> state; // the same
  std::string clause;        // of several, the one that the call is about; else empty
  double words = 0;          // BM25's share of the part that was asked about
  double uncalled_words = 0; // of the words left over: the most of a tool that was not called yet
};

class ToolChooser {
public:
  // `tools` outlives this.
  ToolChooser(const std::vector<CallableTool>& tools, const CallingProfile& profile,
              std::string_view request);

  // Those that the model is to be told of.
  [[nodiscard]] const std::vector<const CallableTool*>& listed() const { return listed_; }

  // What has been done of the request.
  struct Progress {
    std::string_view left;                       // the part of it that the next call may be about
    const RequestCoverage& coverage;             // of its words
    std::span<const CallableTool* const> called; // the calls before
  };
  // The tool of the first call. Adds how it was weighed to steps(), as next() does.
  Result<ToolChoice> first(CallDrafter& drafter, std::string_view request, const Progress& progress,
                           const CancelToken& cancel);
  // The tool of one more call.
  Result<ToolChoice> next(CallDrafter& drafter, const Progress& progress,
                          const CancelToken& cancel);
  // The same without the model: log-odds are 0, and nothing is added.
  [[nodiscard]] ToolChoice by_words(const Progress& progress) const;

  [[nodiscard]] std::vector<ToolStep>& steps() { return steps_; }

private:
  // Of openings that the model is not asked about.
  [[nodiscard]] std::vector<double> no_scores() const {
    return std::vector<double>(openings_.size());
  }
  // `scores`: log p of the openings. decide() adds how they were weighed to steps().
  ToolChoice decide(std::span<const double> scores, const Progress& progress);
  [[nodiscard]] ToolChoice weigh(std::span<const double> scores, const Progress& progress,
                                 ToolStep& step) const;

  const CallingProfile& profile_;
  ToolRanking ranking_;
  std::vector<std::size_t> places_; // of the listed tools among all
  std::vector<const CallableTool*> listed_;
  std::vector<std::string> openings_; // of their calls, then none, done
  std::vector<ToolStep> steps_;
};

} // namespace outpost::agents
