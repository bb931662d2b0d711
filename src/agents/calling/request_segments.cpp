#include "agents/calling/request_segments.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <utility>

#include "agents/call/words.h"
#include "agents/calling/request_outline.h"
#include "agents/calling/request_parallels.h"
#include "agents/calling/request_signature.h"
#include "agents/calling/tool_ranking.h"
#include "agents/calling/wish_clauses.h"

namespace outpost::agents {
namespace {

// In the units of ToolRanking::scores: a word that one of two tools alone has counts some 0.7.
constexpr double kSwitchAtMark = 0.6;
constexpr double kSwitchAtSentence = 1.2;
constexpr double kSwitchWithin = 1.0;

// "Secondly", "Then": what follows is another wish.
bool marks_wish(const Word& word) {
  static constexpr auto kMarks = std::to_array<std::string_view>(
      {"additionally", "after", "afterwards", "also", "finally", "furthermore", "last", "lastly",
       "later", "moreover", "next", "plus", "second", "secondly", "then", "third", "thirdly"});
  return is_one_of(word.text, kMarks);
}

std::string_view part_of(std::string_view request, const Clause& place) {
  return request.substr(place.begin, place.end - place.begin);
}

// Does the clause begin a sentence of the request?
bool begins_sentence(std::string_view request, const Clause& unit) {
  std::size_t before = unit.begin;
  while (before > 0 && (request[before - 1] == ' ' || request[before - 1] == '\n')) --before;
  return before == 0 ||
         std::string_view(".?!;:").find(request[before - 1]) != std::string_view::npos;
}

double switch_cost(std::string_view request, const Clause& unit) {
  const std::vector<Word> words = split_words(part_of(request, unit));
  const std::size_t looked_at = std::min<std::size_t>(2, words.size());
  const bool is_marked =
      std::any_of(words.begin(), words.begin() + std::ptrdiff_t(looked_at), marks_wish);
  if (is_marked) return kSwitchAtMark;
  return begins_sentence(request, unit) ? kSwitchAtSentence : kSwitchWithin;
}

// The label of each unit.
std::vector<std::size_t> label(const std::vector<std::vector<double>>& scores,
                               const std::vector<double>& costs) {
  const std::size_t tools = scores.front().size();
  std::vector<double> best = scores.front();
  std::vector<std::vector<std::size_t>> from(scores.size(), std::vector<std::size_t>(tools));
  for (std::size_t u = 1; u < scores.size(); ++u) {
    const auto top = static_cast<std::size_t>(std::ranges::max_element(best) - best.begin());
    std::vector<double> next(tools);
    for (std::size_t i = 0; i < tools; ++i) {
      const bool stays = best[i] >= best[top] - costs[u];
      from[u][i] = stays ? i : top;
      next[i] = scores[u][i] + (stays ? best[i] : best[top] - costs[u]);
    }
    best = std::move(next);
  }
  std::vector<std::size_t> labels(scores.size());
  labels.back() = static_cast<std::size_t>(std::ranges::max_element(best) - best.begin());
  for (std::size_t u = scores.size() - 1; u > 0; --u) labels[u - 1] = from[u][labels[u]];
  return labels;
}

// Clauses of one tool that follow each other.
struct Run {
  std::vector<Clause> units;
  std::size_t tool = 0;
  bool asks = false;
  std::string text = {}; // where it is not what stands at its place

  [[nodiscard]] Clause place() const { return {units.front().begin, units.back().end}; }
};

std::vector<Run> runs_of(std::string_view request, const std::vector<Clause>& units,
                         const std::vector<std::size_t>& labels) {
  std::vector<Run> runs;
  bool asks = false;
  for (std::size_t u = 0; u < units.size(); ++u) {
    // "... and the population of Peru" asks as what it goes on with does.
    asks = (asks && !begins_sentence(request, units[u])) ||
           asks_for_something(part_of(request, units[u]));
    if (runs.empty() || runs.back().tool != labels[u]) runs.push_back({{}, labels[u], false});
    runs.back().units.push_back(units[u]);
    runs.back().asks = runs.back().asks || asks;
  }
  return runs;
}

// The run as sentences.
std::vector<Run> sentences_of(std::string_view request, const Run& run) {
  std::vector<Run> sentences;
  for (const Clause& unit : run.units) {
    if (sentences.empty() || begins_sentence(request, unit)) sentences.push_back({{}, run.tool});
    sentences.back().units.push_back(unit);
    sentences.back().asks |= asks_for_something(part_of(request, unit));
  }
  return sentences;
}

// "The first triangle", "Another circle", "For the last one".
bool numbers_off(std::string_view text) {
  static constexpr auto kNumbers = std::to_array<std::string_view>(
      {"another", "fifth", "final", "first", "fourth", "last", "other", "second", "third"});
  const std::vector<Word> words = split_words(text);
  return std::any_of(words.begin(),
                     words.begin() + std::ptrdiff_t(std::min<std::size_t>(3, words.size())),
                     [](const Word& word) { return is_one_of(word.text, kNumbers); });
}

// A run that numbers off what it wants ("The first circle has ... The second has ...") is cut
// there, where each has enough for a call and nothing is said of them all.
std::vector<Run> cut_numbered(const std::vector<Run>& sentences, std::string_view request,
                              const RequestOutline& outline, const CallableTool& tool) {
  std::vector<Run> parts;
  for (const Run& sentence : sentences) {
    const Signature signature = signature_of(sentence.place(), outline);
    const bool is_numbered = numbers_off(part_of(request, sentence.place()));
    if (is_numbered && signature.size() > 0) {
      parts.push_back(sentence);
      parts.back().asks = true;
    } else if (signature.size() > 0) {
      return {};
    } else if (!parts.empty()) {
      std::ranges::copy(sentence.units, std::back_inserter(parts.back().units));
    }
  }
  const bool are_calls = std::ranges::all_of(
      parts, [&](const Run& part) { return suffices(signature_of(part.place(), outline), tool); });
  return are_calls ? parts : std::vector<Run>();
}

// Questions of one tool, one after the other, the later ones with as many values as each other: two
// that are alike and have enough for a call each, or more, of which the first has: "... And what if
// it is 30 degrees? And at 40?".
std::vector<Run> cut_asking(const std::vector<Run>& sentences, const RequestOutline& outline,
                            const CallableTool& tool) {
  std::vector<Run> parts;
  for (const Run& sentence : sentences) {
    const bool is_open = parts.empty() || (parts.back().asks &&
                                           signature_of(parts.back().place(), outline).size() > 0);
    if (!is_open || (!parts.empty() && !sentence.asks)) {
      std::ranges::copy(sentence.units, std::back_inserter(parts.back().units));
      parts.back().asks |= sentence.asks;
    } else {
      parts.push_back(sentence);
    }
  }
  if (parts.size() < 2) return {};
  const Signature first = signature_of(parts[0].place(), outline);
  const Signature second = signature_of(parts[1].place(), outline);
  if (!suffices(first, tool) || (parts.size() == 2 && first != second)) return {};
  const bool are_alike = std::all_of(parts.begin() + 1, parts.end(), [&](const Run& part) {
    return part.asks && second.size() > 0 && signature_of(part.place(), outline) == second;
  });
  return are_alike ? parts : std::vector<Run>();
}

// A run one of whose sentences says in parallel what its calls take.
std::vector<Run> cut_parallel(std::string_view request, const Run& run,
                              const RequestOutline& outline, const CallableTool& tool) {
  std::vector<Run> parts;
  for (const ParallelPart& part : find_parallels(request, run.place(), outline, tool)) {
    parts.push_back({{part.place}, run.tool, true, part.text});
  }
  return parts;
}

// A run that wants several calls of its tool, one for each of the parts.
std::vector<Run> cut(std::string_view request, const Run& run, const RequestOutline& outline,
                     const CallableTool& tool) {
  const std::vector<Run> sentences = sentences_of(request, run);
  std::vector<Run> parts = cut_numbered(sentences, request, outline, tool);
  if (parts.size() < 2) parts = cut_asking(sentences, outline, tool);
  if (parts.size() < 2) parts = cut_parallel(request, run, outline, tool);
  const bool is_cut = parts.size() > 1 && parts.size() <= kSegmentsMax;
  return is_cut ? parts : std::vector<Run>{run};
}

} // namespace

std::vector<RequestSegment> segment_request(std::string_view request,
                                            const std::vector<CallableTool>& tools) {
  const std::vector<Clause> units = split_wishes(request);
  if (units.size() < 2 || tools.empty()) return {};
  const ToolRanking ranking(tools);
  std::vector<std::vector<double>> scores;
  std::vector<double> costs;
  for (const Clause& unit : units) {
    scores.push_back(ranking.scores(part_of(request, unit)));
    costs.push_back(switch_cost(request, unit));
  }
  const RequestOutline outline(request);
  std::vector<Run> runs;
  for (const Run& run : runs_of(request, units, label(scores, costs))) {
    std::ranges::move(cut(request, run, outline, tools[run.tool]), std::back_inserter(runs));
  }
  std::vector<RequestSegment> segments;
  std::vector<RequestSegment> told; // not asked for yet
  for (const Run& run : runs) {
    const Clause place = run.place();
    const std::string text = run.text.empty() ? std::string(part_of(request, place)) : run.text;
    const auto same = std::ranges::find(told, run.tool, &RequestSegment::tool);
    const bool is_known =
        std::ranges::find(segments, run.tool, &RequestSegment::tool) != segments.end();
    if (is_known && !outline.has(place, false)) { // "Can you find this for me?"
      segments.back().text += text;
    } else if (!run.asks || segments.size() == kSegmentsMax) {
      if (same == told.end())
        told.push_back({text, run.tool, place.end});
      else
        same->text += text;
    } else {
      segments.push_back({text, run.tool, place.end});
      if (same == told.end()) continue;
      segments.back().text = same->text + text;
      told.erase(same);
    }
  }
  // What is told of a tool goes with its last wish, else it is one: "3 eggs and the price of milk".
  for (RequestSegment& rest : told) {
    const auto last =
        std::ranges::find(segments.rbegin(), segments.rend(), rest.tool, &RequestSegment::tool);
    if (last != segments.rend())
      last->text += rest.text;
    else
      segments.push_back(std::move(rest));
  }
  if (segments.size() < 2) segments.clear();
  std::ranges::sort(segments, {}, &RequestSegment::end);
  return segments;
}

} // namespace outpost::agents
