#include "agents/call/request_planner.h"

#include <algorithm>
#include <array>
#include <set>

#include "agents/call/clauses.h"
#include "agents/call/reflex.h"

namespace outpost::agents {
namespace {

// A clause asks for something of its own when one tool is this likely for it alone.
constexpr double kAnchorProbability = 0.6;
constexpr double kAnchorOfChange = 0.85; // when the tool changes something
// A tool that only reads is taken instead of one that changes when it is nearly as likely.
constexpr double kSaferShare = 0.7;
// A request is one of the examples, but for its values, from this cosine on; those of other tools
// are not near when theirs is this much less.
constexpr double kAsInExample = 0.9;
constexpr double kFarFromExample = 0.15;
// Log odds by confirmed uses, beyond those of any tool that only reads.
constexpr double kClearlyUsed = 2;
// Below this a choice is open to what the conversation was about.
constexpr double kClearChoice = 0.6;
constexpr std::size_t kShortRequest = 4; // content words

constexpr auto kFollowUps =
    std::to_array<std::string_view>({"and", "or", "also", "what about", "how about"});

bool begins_like_follow_up(const Text& text) {
  const std::string lower = lower_case(text.raw.substr(0, 16));
  return std::any_of(kFollowUps.begin(), kFollowUps.end(), [&lower](std::string_view start) {
    return lower.starts_with(std::string(start) + " ");
  });
}

std::size_t content_words(const Text& text) {
  return static_cast<std::size_t>(
      std::count_if(text.words.begin(), text.words.end(),
                    [](const Word& word) { return !is_function_word(word.text); }));
}

std::vector<Mention> mentions_in(const std::vector<Mention>& mentions, std::size_t begin,
                                 std::size_t end) {
  std::vector<Mention> inside;
  for (Mention mention : mentions) {
    if (mention.begin < begin || mention.end > end) continue;
    mention.begin -= begin;
    mention.end -= begin;
    inside.push_back(std::move(mention));
  }
  return inside;
}

bool reads_only(const Candidate& candidate) {
  return candidate.kind == Candidate::Kind::kTool && candidate.effect == Effect::kRead;
}

// Confirmed uses speak so clearly for a change that can be undone, against all that only reads,
// that no single word has to.
bool used_like(const std::vector<Candidate>& candidates, const std::vector<Evidence>& evidence,
               std::size_t candidate) {
  if (candidates[candidate].effect != Effect::kReversible) return false;
  double least = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i].effect == Effect::kRead) least = std::max(least, evidence[i][Feature::kUses]);
  }
  return evidence[candidate][Feature::kUses] >= least + kClearlyUsed;
}

bool is_clear(const Mention& mention, std::string_view kind) {
  return mention.kind == kind && mention.strength >= kClearMention;
}

} // namespace

RequestPlanner::RequestPlanner(const std::vector<Tool>& tools, const std::vector<Reply>& replies,
                               const Recognisers& recognisers, const Settings& settings)
    : candidates_(make_candidates(tools, replies)), recognisers_(recognisers),
      index_(candidates_, recognisers), likelihood_(candidates_), settings_(settings) {}

std::optional<PlannedPart>
RequestPlanner::plan_by_rules(const std::vector<ReflexRule>& rules, const std::vector<Tool>& tools,
                              const Text& text, const std::vector<Mention>& mentions) const {
  for (const ReflexRule& rule : rules) {
    const auto used = std::find_if(candidates_.begin(), candidates_.end(),
                                   [&rule](const Candidate& c) { return c.name == rule.use; });
    if (used == candidates_.end() || !fits_rule(rule, text, mentions, recognisers_)) continue;
    const bool is_tool = used->kind == Candidate::Kind::kTool;
    if (is_tool && !has_all_values(tools[used->index], mentions)) continue;
    PlannedPart part{0, text.raw.size(), static_cast<std::size_t>(used - candidates_.begin()),
                     "rule", std::vector<double>(candidates_.size())};
    part.probabilities[part.candidate] = 1;
    return part;
  }
  return std::nullopt;
}

Result<std::vector<std::vector<Evidence>>>
RequestPlanner::weigh_all(const std::vector<Text>& texts,
                          const std::vector<std::vector<Mention>>& mentions, chat::ChatModel& model,
                          const chat::PrincipalId& principal, const CancelToken& cancel) {
  std::vector<std::vector<Evidence>> evidence;
  std::vector<std::string> raw;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    evidence.push_back(gather_evidence(texts[i], mentions[i], candidates_, index_));
    raw.push_back(texts[i].raw);
  }
  if (settings_.use_likelihood) {
    OUTPOST_CHECK(likelihood_.score(model, principal, raw, evidence, cancel));
  }
  return evidence;
}

Result<std::vector<Evidence>> RequestPlanner::weigh(const Text& text,
                                                    const std::vector<Mention>& mentions,
                                                    chat::ChatModel& model,
                                                    const chat::PrincipalId& principal,
                                                    const CancelToken& cancel) {
  OUTPOST_TRY(auto evidence, weigh_all({text}, {mentions}, model, principal, cancel));
  return std::move(evidence.front());
}

std::size_t RequestPlanner::safer(const std::vector<double>& probabilities,
                                  std::size_t best) const {
  if (candidates_[best].kind != Candidate::Kind::kTool || reads_only(candidates_[best]))
    return best;
  std::size_t chosen = best;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    if (!reads_only(candidates_[i]) || probabilities[i] < kSaferShare * probabilities[best])
      continue;
    if (chosen == best || probabilities[i] > probabilities[chosen]) chosen = i;
  }
  return chosen;
}

// A tool that changes something is chosen only when a word asks for it: no likelihood stands in for
// one. What hands the user's own words to a person needs none, complaints have no word in common.
bool RequestPlanner::may_choose(std::size_t candidate, const Text& text,
                                const std::vector<Mention>& mentions) const {
  const Candidate& one = candidates_[candidate];
  const bool changes = one.kind == Candidate::Kind::kTool && one.effect != Effect::kRead;
  return !changes || one.takes_free_text || index_.asks_for(candidate, text, mentions);
}

std::optional<std::size_t>
RequestPlanner::as_in_example(const std::vector<Evidence>& evidence) const {
  const auto likeness = [&evidence](std::size_t i) { return evidence[i][Feature::kExample]; };
  std::size_t nearest = 0;
  for (std::size_t i = 1; i < evidence.size(); ++i) {
    if (likeness(i) > likeness(nearest)) nearest = i;
  }
  const bool is_tool = candidates_[nearest].kind == Candidate::Kind::kTool;
  if (!is_tool || likeness(nearest) < kAsInExample) return std::nullopt;
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    if (i != nearest && likeness(i) > likeness(nearest) - kFarFromExample) return std::nullopt;
  }
  return nearest;
}

PlannedPart RequestPlanner::decide(Clause range, const Text& text,
                                   const std::vector<Mention>& mentions,
                                   const std::vector<Evidence>& evidence) const {
  PlannedPart part{range.begin, range.end, 0, "scored",
                   choice_probabilities(evidence, settings_.weights)};
  // Whoever wrote the example has said what such a request asks for, whatever words it has.
  const auto example = as_in_example(evidence);
  double open = 0; // "none" is always open, so never 0
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    const bool may =
        i == example || used_like(candidates_, evidence, i) || may_choose(i, text, mentions);
    if (!may) part.probabilities[i] = 0;
    open += part.probabilities[i];
  }
  for (double& probability : part.probabilities) probability /= open;
  const auto most = std::max_element(part.probabilities.begin(), part.probabilities.end());
  part.candidate = static_cast<std::size_t>(most - part.probabilities.begin());
  if (part.candidate != example) part.candidate = safer(part.probabilities, part.candidate);
  return part;
}

Result<std::vector<PlannedPart>>
RequestPlanner::plan(const Text& text, const std::vector<Mention>& mentions, const Session& session,
                     chat::ChatModel& model, const chat::PrincipalId& principal,
                     const CancelToken& cancel) {
  std::vector<Clause> ranges{{0, text.raw.size()}};
  std::vector<Clause> protect;
  for (const Mention& mention : mentions) protect.push_back({mention.begin, mention.end});
  const std::vector<Clause> clauses = split_clauses(text.raw, protect);
  if (clauses.size() > 1) ranges.insert(ranges.end(), clauses.begin(), clauses.end());

  std::vector<Text> texts;
  std::vector<std::vector<Mention>> inside;
  for (const Clause& range : ranges) {
    texts.emplace_back(text.raw.substr(range.begin, range.end - range.begin));
    inside.push_back(mentions_in(mentions, range.begin, range.end));
  }
  OUTPOST_TRY(const auto evidence, weigh_all(texts, inside, model, principal, cancel));
  PlannedPart whole = decide(ranges.front(), text, mentions, evidence.front());
  std::vector<PlannedPart> decided;
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    decided.push_back(decide(ranges[i], texts[i], inside[i], evidence[i]));
  }
  std::vector<PlannedPart> parts = join_parts(std::move(decided), text, mentions);
  if (parts.size() < 2) {
    follow_up(text, mentions, session, whole);
    parts = {std::move(whole)};
  }
  split_by_value(mentions, parts);
  return parts;
}

// Does this clause ask for something by itself: a likely tool that more than its values speak for,
// and whose compulsory values are in the clause or at least somewhere in the request?
bool RequestPlanner::is_anchor(const PlannedPart& part, const Text& text,
                               const std::vector<Mention>& mentions) const {
  const Candidate& candidate = candidates_[part.candidate];
  const double least = candidate.effect == Effect::kRead ? kAnchorProbability : kAnchorOfChange;
  if (candidate.kind != Candidate::Kind::kTool || part.probability() < least) return false;
  const Text clause(text.raw.substr(part.begin, part.end - part.begin));
  if (!index_.shares_telling_word(part.candidate, clause,
                                  mentions_in(mentions, part.begin, part.end))) {
    return false;
  }
  return std::all_of(candidate.required_kinds.begin(), candidate.required_kinds.end(),
                     [&](const std::string& kind) {
                       return std::any_of(mentions.begin(), mentions.end(),
                                          [&](const Mention& m) { return is_clear(m, kind); });
                     });
}

// Clauses between two that ask belong to the one before, those before the first to the first.
// Nothing comes back when fewer than two different tools are asked for: the request is then one
// whole.
std::vector<PlannedPart> RequestPlanner::join_parts(std::vector<PlannedPart> clauses,
                                                    const Text& text,
                                                    const std::vector<Mention>& mentions) const {
  std::vector<PlannedPart> parts;
  std::set<std::size_t> tools;
  const std::size_t start = clauses.empty() ? 0 : clauses.front().begin;
  for (PlannedPart& clause : clauses) {
    const bool anchors = is_anchor(clause, text, mentions);
    if (anchors) tools.insert(clause.candidate);
    const bool continues =
        !parts.empty() && (!anchors || parts.back().candidate == clause.candidate);
    if (continues) {
      parts.back().end = clause.end;
    } else if (anchors) {
      if (parts.empty()) clause.begin = start;
      parts.push_back(std::move(clause));
    }
  }
  if (tools.size() < 2) parts.clear();
  return parts;
}

// "Are X and Y in stock?": a reading tool with one compulsory value is called for each value there
// is.
void RequestPlanner::split_by_value(const std::vector<Mention>& mentions,
                                    std::vector<PlannedPart>& parts) const {
  std::vector<PlannedPart> all;
  for (PlannedPart& part : parts) {
    const Candidate& candidate = candidates_[part.candidate];
    const bool reads = reads_only(candidate) && candidate.required_kinds.size() == 1;
    std::vector<const Mention*> values;
    for (const Mention& mention : mentions) {
      const bool inside = mention.begin >= part.begin && mention.end <= part.end;
      if (!reads || !inside || !is_clear(mention, candidate.required_kinds.front())) continue;
      const bool again =
          std::any_of(values.begin(), values.end(),
                      [&mention](const Mention* other) { return other->value == mention.value; });
      if (!again) values.push_back(&mention);
    }
    for (std::size_t i = 0; i + 1 < values.size(); ++i) {
      all.push_back(part);
      all.back().end = values[i]->end;
      part.begin = values[i]->end;
    }
    all.push_back(std::move(part));
  }
  parts = std::move(all);
}

// "And the Fjord Fleece?" asks what was asked before, about something else.
void RequestPlanner::follow_up(const Text& text, const std::vector<Mention>& mentions,
                               const Session& session, PlannedPart& part) const {
  if (session.turns.empty() || session.turns.back().tool.empty()) return;
  const bool leans = begins_like_follow_up(text) || content_words(text) <= kShortRequest;
  const bool clear = candidates_[part.candidate].kind == Candidate::Kind::kTool &&
                     part.probability() >= kClearChoice;
  if (!leans || clear) return;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    const Candidate& candidate = candidates_[i];
    if (candidate.kind != Candidate::Kind::kTool || candidate.name != session.turns.back().tool)
      continue;
    const bool about_it =
        std::any_of(mentions.begin(), mentions.end(), [&](const Mention& mention) {
          return std::any_of(candidate.value_kinds.begin(), candidate.value_kinds.end(),
                             [&](const std::string& kind) { return is_clear(mention, kind); });
        });
    if (!about_it) return;
    part.candidate = i;
    part.why = "follow-up";
  }
}

} // namespace outpost::agents
