// The support desk's requests with what they call for (tests/data/support-desk/wordings.jsonl), and
// how an agent does on them. Half of the file was kept apart while the agent was developed
// ("held_out").
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "agents/agent.h"
#include "base/result.h"
#include "chat/chat_model.h"

namespace outpost::agents {

struct Wording {
  std::string id;
  std::string split;   // "dev" or "held_out"
  std::string outcome; // "call", "ask", "answer", "none"
  std::string request;
  boost::json::array calls; // {"tool", "arguments"}; an argument "*" may be anything
};

Result<std::vector<Wording>> load_wordings(const std::filesystem::path& path);

// A fresh copy of the example's shop, made at build time, in `folder`.
Result<AgentSpec> support_desk(const std::filesystem::path& folder);

// A model that finds everything equally likely and has no words: what rules and words carry alone.
class WordlessModel final : public chat::ChatModel {
public:
  [[nodiscard]] chat::ModelInfo info() const override { return {"wordless", 1024, false, ""}; }
  Status chat(const chat::ChatRequest&, const chat::EventSink&, const CancelToken&) override {
    return fail(ErrorCode::kUnsupported, "no grammars");
  }
  Result<std::vector<chat::Score>> score(const chat::ScoreRequest& request,
                                         const CancelToken&) override {
    return std::vector<chat::Score>(request.items.size());
  }
  Result<std::uint32_t> count_tokens(const chat::Prompt&) override { return 1; }
};

struct WordingResult {
  bool right = false;
  bool calls_valid = true; // every call holds under its tool's schema
  std::string chosen;      // what was called and said, for a person
};

// Runs one request in a session of its own.
Result<WordingResult> judge(Agent& agent, const Wording& wording);

// Right and all, by outcome and tool ("call get_price"), and "total".
struct Tally {
  std::map<std::string, std::pair<int, int>> by_kind;
  int invalid_calls = 0;
  std::vector<std::string> wrong; // one line each
  [[nodiscard]] double share(const std::string& kind) const;
  [[nodiscard]] std::string table() const;
};
Result<Tally> judge_all(Agent& agent, const std::vector<Wording>& wordings,
                        const std::function<bool(const Wording&)>& wanted);

} // namespace outpost::agents
