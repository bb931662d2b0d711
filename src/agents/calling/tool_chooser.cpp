#include "agents/calling/tool_chooser.h"

#include <algorithm>
#include <numeric>

namespace outpost::agents {
namespace {

// The right one is among the first three for 99 of 100 requests (reference figures of the Berkeley
// questions); each more costs the model a note to read.
constexpr std::size_t kShortlist = 4;

} // namespace

ToolChooser::ToolChooser(const std::vector<CallableTool>& tools, const CallingProfile& profile,
                         std::string_view request)
    : profile_(profile), ranking_(tools), places_(tools.size()) {
  const std::vector<double> shares = ranking_.shares(request);
  std::iota(places_.begin(), places_.end(), std::size_t{0});
  std::ranges::sort(places_, [&shares](std::size_t a, std::size_t b) {
    return shares[a] != shares[b] ? shares[a] > shares[b] : a < b;
  });
  if (places_.size() > kShortlist) places_.resize(kShortlist);
  std::ranges::sort(places_);
  for (const std::size_t place : places_) {
    listed_.push_back(&tools[place]);
    openings_.push_back(named_call(profile.syntax, tools[place]));
  }
  openings_.emplace_back(kNoneWord);
  openings_.emplace_back(kDoneWord);
}

Result<ToolChoice> ToolChooser::choose(CallDrafter& drafter, std::string_view text,
                                       const RequestCoverage& coverage,
                                       std::span<const CallableTool* const> called,
                                       const CancelToken& cancel) {
  if (neutral_.empty()) {
    OUTPOST_TRY(neutral_, drafter.score_neutral(openings_, cancel));
  }
  OUTPOST_TRY(const auto scores, drafter.score(openings_, cancel));
  const std::vector<double> shares = ranking_.shares(text);
  const std::vector<double> left = ranking_.shares(coverage.rest());
  ToolStep step;
  step.calls = called.size();
  ToolChoice choice;
  std::size_t best = 0;
  double most = -1e300;
  for (std::size_t i = 0; i < listed_.size(); ++i) {
    const bool is_called = std::ranges::find(called, listed_[i]) != called.end();
    const double names = profile_.scores_names ? 1 : 0;
    const ToolSigns signs{names * scores[i], names * neutral_[i], shares[places_[i]],
                          left[places_[i]], is_called ? 1.0 : 0.0};
    const double score = std::inner_product(signs.begin(), signs.end(), profile_.tool.begin(), 0.0);
    if (score > most) {
      most = score;
      best = i;
    }
    if (!is_called) choice.uncalled_words = std::max(choice.uncalled_words, left[places_[i]]);
    step.tools.push_back(listed_[i]->name);
    step.signs.push_back(signs);
  }
  steps_.push_back(std::move(step));
  choice.tool = listed_[best];
  choice.log_odds = scores[best] - scores[listed_.size() + (called.empty() ? 0 : 1)];
  choice.neutral_log_odds = neutral_[best] - neutral_[listed_.size()];
  choice.words = shares[places_[best]];
  return choice;
}

} // namespace outpost::agents
