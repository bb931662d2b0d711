// A knowledge base as a tool: search_knowledge answers with the passage that fits best, word for
// word, where it stands and how old its file is. What documents say is data from outside and
// labelled so; nothing fits unless it has enough of the request's words.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "agents/knowledge/knowledge_base.h"
#include "agents/spec/knowledge_section.h"
#include "agents/tools/toolset.h"
#include "base/clock.h"

namespace outpost::agents {

class KnowledgeToolset final : public Toolset {
public:
  // `clock` outlives the toolset.
  KnowledgeToolset(std::unique_ptr<KnowledgeBase> base, const KnowledgeSpec& spec, Clock& clock);

  [[nodiscard]] const std::vector<Tool>& tools() const override { return tools_; }
  // Without the argument "query" the request's own words are searched for.
  Result<ToolResult> call(const Call& call, const CallContext& context) override;

private:
  std::unique_ptr<KnowledgeBase> base_;
  Clock& clock_;
  std::vector<Tool> tools_;
};

// The sentences of a passage that have most of the query's words, in their order, at most
// `bytes_max` of them.
std::string best_sentences(const std::string& passage, const std::string& query,
                           std::size_t bytes_max);

} // namespace outpost::agents
