#include "agents/calling/tool_chooser.h"

#include <algorithm>
#include <numeric>

#include "agents/calling/wish_clauses.h"

namespace outpost::agents {
namespace {

// The right one is among the first three for 99 of 100 requests (reference figures of the Berkeley
// questions); each more costs the model a note to read.
constexpr std::size_t kShortlist = 4;
constexpr double kFar = 1e3;         // log-odds that no weights reach
constexpr double kUnexplained = 0.3; // share of a clause's words from which on it is still open
constexpr double kResembles = 0.15;  // BM25's share from which on a clause is about a tool

// Of several clauses that resemble different tools, the first that is not mostly explained: what is
// asked first is called first. Before any call, all of the text where they resemble one tool alone:
// "and the weather in Paris" has a wish before it that it shares words with.
std::string_view leading_clause(const ToolRanking& ranking, const ToolChooser::Progress& progress) {
  std::string_view first;
  std::ptrdiff_t first_tool = 0;
  for (const Clause& clause : split_wishes(progress.left)) {
    const std::string_view part = progress.left.substr(clause.begin, clause.end - clause.begin);
    const std::vector<double> shares = ranking.shares(part);
    const auto best = std::ranges::max_element(shares);
    if (best == shares.end() || *best < kResembles) continue;
    if (progress.coverage.share_left(part) < kUnexplained) continue;
    const std::ptrdiff_t tool = best - shares.begin();
    if (!first.empty() && tool != first_tool) return first;
    if (!first.empty()) continue;
    first = part;
    first_tool = tool;
  }
  return progress.called.empty() || first.empty() ? progress.left : first;
}

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

Result<ToolChoice> ToolChooser::first(CallDrafter& drafter, std::string_view request,
                                      const Progress& progress, const CancelToken& cancel) {
  if (!profile_.scores_names) {
    ToolChoice choice = decide(no_scores(), progress);
    if (profile_.describes) {
      OUTPOST_TRY(choice.channel, drafter.channel(*choice.tool, request, cancel));
    }
    return choice;
  }
  const std::span<const std::string> openings(openings_.data(), openings_.size() - 1); // not done
  // The words are mostly right, so that one pass mostly is enough.
  const CallableTool* likely = profile_.describes ? by_words(progress).tool : nullptr;
  OUTPOST_TRY(FirstLook look, drafter.look(openings, likely, request, cancel));
  ToolChoice choice = decide(look.openings, progress);
  choice.channel = look.channel;
  choice.state = std::move(look.state);
  if (likely != nullptr && choice.tool != likely) {
    OUTPOST_TRY(choice.channel, drafter.channel(*choice.tool, request, cancel));
  }
  return choice;
}

Result<ToolChoice> ToolChooser::next(CallDrafter& drafter, const Progress& progress,
                                     const CancelToken& cancel) {
  if (!profile_.scores_names) return decide(no_scores(), progress);
  OUTPOST_TRY(const auto scores, drafter.score(openings_, cancel));
  return decide(scores, progress);
}

ToolChoice ToolChooser::decide(std::span<const double> scores, const Progress& progress) {
  ToolStep step;
  ToolChoice choice = weigh(scores, progress, step);
  steps_.push_back(std::move(step));
  return choice;
}

ToolChoice ToolChooser::by_words(const Progress& progress) const {
  ToolStep step;
  return weigh(no_scores(), progress, step);
}

ToolChoice ToolChooser::weigh(std::span<const double> scores, const Progress& progress,
                              ToolStep& step) const {
  const std::string_view clause = leading_clause(ranking_, progress);
  const std::vector<double> lead = ranking_.shares(clause);
  const std::vector<double> shares = ranking_.shares(progress.left);
  const std::vector<double> left = ranking_.shares(progress.coverage.rest());
  step.calls = progress.called.size();
  ToolChoice choice;
  std::size_t best = 0;
  double most = -kFar;
  double second = -kFar;
  for (std::size_t i = 0; i < listed_.size(); ++i) {
    const std::size_t place = places_[i];
    const bool is_called = std::ranges::find(progress.called, listed_[i]) != progress.called.end();
    const ToolSigns signs{scores[i], lead[place], shares[place], left[place],
                          is_called ? 1.0 : 0.0};
    const double score = std::inner_product(signs.begin(), signs.end(), profile_.tool.begin(), 0.0);
    if (score > most) best = i;
    second = std::max(second, std::min(score, most));
    most = std::max(most, score);
    if (!is_called) choice.uncalled_words = std::max(choice.uncalled_words, left[place]);
    step.tools.push_back(listed_[i]->name);
    step.signs.push_back(signs);
  }
  choice.tool = listed_[best];
  choice.log_odds = scores[best] - scores[listed_.size() + (progress.called.empty() ? 0 : 1)];
  choice.margin = most - second;
  choice.words = shares[places_[best]];
  if (clause.size() < progress.left.size() && lead[places_[best]] >= kResembles) {
    choice.clause = clause;
  }
  return choice;
}

} // namespace outpost::agents
