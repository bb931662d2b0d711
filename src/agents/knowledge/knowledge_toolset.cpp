#include "agents/knowledge/knowledge_toolset.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "agents/retrieval/days.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr std::string_view kToolName = "search_knowledge";
constexpr std::size_t kPassagesShown = 3;
constexpr std::size_t kStatementBytes = 400; // of the quoted text
// A passage with less than this of the request's telling words is about something else.
constexpr double kCoverageMin = 0.34;
// The next passages are named as sources when they fit nearly as well.
constexpr double kScoreShareOfBest = 0.6;

std::vector<std::string> split_sentences(const std::string& text) {
  std::vector<std::string> sentences;
  std::string sentence;
  for (std::size_t i = 0; i < text.size(); ++i) {
    sentence += text[i] == '\n' ? ' ' : text[i];
    const bool mark = text[i] == '.' || text[i] == '!' || text[i] == '?';
    const bool gap = i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\n';
    if ((mark && gap) || text[i] == '\n' || i + 1 == text.size()) {
      const std::size_t begin = sentence.find_first_not_of(' ');
      if (begin != std::string::npos) {
        sentences.push_back(sentence.substr(begin, sentence.find_last_not_of(' ') + 1 - begin));
      }
      sentence.clear();
    }
  }
  return sentences;
}

double words_in(const std::string& sentence, const std::vector<QueryTerm>& terms) {
  double found = 0;
  const std::vector<std::string> stems = passage_stems(sentence);
  for (const QueryTerm& term : terms) {
    double best = 0;
    for (const std::string& stem : stems) best = std::max(best, match_quality(term, stem));
    found += term.weight * best;
  }
  return found;
}

json::object hit_json(const KnowledgeHit& hit, std::int64_t now_ms) {
  return {{"source", hit.source()},         {"file", hit.file},
          {"heading", hit.passage.heading}, {"page", hit.passage.page},
          {"line", hit.passage.line},       {"age", age_text(hit.changed_ms, now_ms)},
          {"text", hit.passage.text}};
}

Tool knowledge_tool(const KnowledgeSpec& spec) {
  Tool tool;
  tool.name = kToolName;
  tool.description = spec.description;
  tool.examples = spec.examples;
  Parameter query;
  query.name = "query";
  query.kind.name = "search_words";
  query.kind.description = "what to look for, if not the request itself";
  query.kind.max_length = 500;
  tool.parameters.push_back(std::move(query));
  return tool;
}

} // namespace

std::string best_sentences(const std::string& passage, const std::string& query,
                           std::size_t bytes_max) {
  const std::vector<std::string> sentences = split_sentences(passage);
  const std::vector<QueryTerm> terms = query_terms(query);
  std::vector<std::tuple<double, std::size_t>> order; // the most telling first
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    // What follows a telling sentence often completes it.
    const double before = i == 0 ? 0 : words_in(sentences[i - 1], terms);
    order.emplace_back(-(words_in(sentences[i], terms) + 0.3 * before), i);
  }
  std::sort(order.begin(), order.end());
  std::vector<std::size_t> chosen;
  std::size_t bytes = 0;
  for (const auto& [unused, i] : order) {
    if (bytes + sentences[i].size() + 1 > bytes_max) break;
    bytes += sentences[i].size() + 1;
    chosen.push_back(i);
  }
  std::sort(chosen.begin(), chosen.end());
  std::string text;
  for (std::size_t c = 0; c < chosen.size(); ++c) {
    const bool gap = c != 0 && chosen[c] != chosen[c - 1] + 1;
    text += (c == 0 ? "" : gap ? " ... " : " ") + sentences[chosen[c]];
  }
  if (!text.empty() || sentences.empty()) return text;
  // One long sentence: its beginning.
  std::size_t end = sentences.front().rfind(' ', bytes_max);
  if (end == std::string::npos) end = 0;
  return sentences.front().substr(0, end) + " ...";
}

KnowledgeToolset::KnowledgeToolset(std::unique_ptr<KnowledgeBase> base, const KnowledgeSpec& spec,
                                   Clock& clock)
    : base_(std::move(base)), clock_(clock), tools_{knowledge_tool(spec)} {}

Result<ToolResult> KnowledgeToolset::call(const Call& call, const CallContext& context) {
  if (call.tool != kToolName) return fail(ErrorCode::kNotFound, "there is no tool " + call.tool);
  std::string query = context.request;
  if (const json::value* given = call.arguments.if_contains("query");
      given != nullptr && given->is_string()) {
    query = std::string(given->get_string());
  }
  OUTPOST_TRY(auto hits, base_->search(query, kPassagesShown, context.cancel));
  std::erase_if(hits, [](const KnowledgeHit& hit) { return hit.coverage < kCoverageMin; });
  ToolResult result;
  result.label = {chat::Source::kFile, "", chat::Trust::kUntrusted,
                  chat::Confidentiality::kInternal};
  if (hits.empty()) {
    result.outcome = ToolResult::Outcome::kNothing;
    result.statement = "The documents say nothing about that.";
    result.content = json::object{{"passages", json::array()}};
    return result;
  }
  const std::int64_t now = clock_.wall_ms();
  const KnowledgeHit& best = hits.front();
  result.label.origin = best.file;
  const std::string age = age_text(best.changed_ms, now);
  result.statement = best_sentences(best.passage.text, query, kStatementBytes) +
                     "\nSource: " + best.source() + (age.empty() ? "" : " (" + age + ")");
  json::array passages;
  for (const KnowledgeHit& hit : hits) {
    passages.push_back(hit_json(hit, now));
    const bool is_near = hit.score >= kScoreShareOfBest * best.score;
    if (&hit != &best && is_near) result.statement += "\nSee also: " + hit.source();
  }
  result.content = json::object{{"passages", std::move(passages)}};
  return result;
}

} // namespace outpost::agents
