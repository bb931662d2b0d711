// Memory: what an agent keeps of its conversations with a principal. Code writes it and code reads
// it; a model only reads the few items that are put before it (small models that manage a memory by
// tool calls find under a tenth of what is in it: docs/agents.md). Whole turns are kept word for
// word, beside facts with the time they held and cases of what was done.
//
//   OUTPOST_CHECK(memory.remember({principal, "clinic"}, {session, request, answer, now, label}));
//   OUTPOST_TRY(const Recollection found, memory.recall({{principal, "clinic"}, request, 600,
//   now})); put_before_model(found.text());
//
// Nothing crosses principals: every function takes one and sees that one's entries only.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "chat/label.h"

namespace outpost::agents {

using MemoryId = std::int64_t; // never used again, whatever is forgotten

// Whose memory, with which agent. Facts belong to the principal whichever agent heard them; turns
// and cases to both.
struct MemoryScope {
  chat::PrincipalId principal;
  std::string agent;
};

// One exchange as it was said.
struct MemoryTurn {
  std::string session; // groups the turns of a conversation; may be empty
  std::string request;
  std::string answer; // may be empty
  std::int64_t time_ms = 0;
  chat::Label label;
  std::string run{}; // a run is remembered once; empty: it was none
};

// "user" "lives in" "Lyon", from then on, until something else is known.
struct MemoryFact {
  MemoryId id = 0; // given when stored
  std::string subject;
  std::string relation;
  std::string value;
  std::int64_t valid_from_ms = 0;
  std::optional<std::int64_t> valid_to_ms; // none: holds still
  MemoryId turn = 0;                       // that said so; 0: none
  double confidence = 1;
  // Another value of the same subject and relation ends this one ("lives in", not "likes").
  bool single_valued = true;
  chat::Label label;
};

// The subject of facts that are values of calls, not statements (conversation.h).
inline constexpr std::string_view kConversationSubject = "conversation";

// What was done about a request, for the next one like it.
struct MemoryCase {
  MemoryId id = 0;
  std::string request;
  std::string plan;       // the tool or the template that was chosen
  std::string calls;      // JSON array of {"tool", "arguments"}
  std::string outcome;    // ToolResult's words, or "failed"
  bool confirmed = false; // somebody, or a check of the final state, said that it was right
  std::int64_t time_ms = 0;
  chat::Label label;
};

struct MemoryItem {
  enum class Kind { kFact, kTurn, kCase };
  Kind kind = Kind::kTurn;
  MemoryId id = 0;
  std::string text;   // as a model reads it, with its date
  std::string source; // "turn 17", "fact 4 of turn 17"
  std::int64_t time_ms = 0;
  double score = 0; // fused rank; only its order means something
  chat::Label label;
};
std::string_view to_string(MemoryItem::Kind kind);

struct RecallRequest {
  MemoryScope scope;
  std::string request;
  std::uint32_t tokens_max = 600; // of all items' texts together
  std::int64_t now_ms = 0;
  std::size_t turns_max = 3;
  std::size_t cases_max = 0;
  CancelToken cancel;
};

// First the profile (facts that hold now), then turns and cases, the likeliest first.
struct Recollection {
  std::vector<MemoryItem> items;
  std::uint32_t tokens = 0; // of all texts, an upper estimate where no model counts

  // One line for each item; empty when there is nothing.
  [[nodiscard]] std::string text() const;
  // Join of all items' labels; an operator's when there are none.
  [[nodiscard]] chat::Label label() const;
};

struct ForgetRequest {
  chat::PrincipalId principal;
  std::string agent;                     // empty: of all agents
  std::optional<MemoryId> turn;          // this one and the facts it said
  std::optional<std::int64_t> before_ms; // what is older
  std::string containing;                // words that an entry must have all; empty: any
};

// Errors: kInvalidArgument (an empty or overlong text), kLimitExceeded (full and nothing may be
// dropped), kIo and others of the store. Thread-safe.
class Memory {
public:
  Memory() = default;
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  virtual ~Memory() = default;

  // Durable when it returns. Facts that the turn's words state outright are stored with it. Of a
  // run that is known already, the turn that is stored.
  virtual Result<MemoryId> remember(const MemoryScope& scope, const MemoryTurn& turn) = 0;
  // Ends what the same subject and relation had before, if single-valued. An equal fact that holds
  // already is not stored again; its id is given.
  virtual Result<MemoryId> remember(const MemoryScope& scope, const MemoryFact& fact) = 0;
  virtual Result<MemoryId> remember(const MemoryScope& scope, const MemoryCase& one) = 0;

  virtual Result<Recollection> recall(const RecallRequest& request) = 0;
  // Facts that held at `at_ms`, the newest first; with `at_ms` none, the whole history.
  virtual Result<std::vector<MemoryFact>> facts(const chat::PrincipalId& principal,
                                                std::optional<std::int64_t> at_ms) = 0;

  // How many entries are gone, from the file's free pages too. Without `turn`, `before_ms` and
  // `containing`: everything of the principal (and agent).
  virtual Result<std::size_t> forget(const ForgetRequest& request) = 0;
  // Everything of the principal as JSON Lines: {"kind": "turn" | "fact" | "case", ...}, oldest
  // first.
  virtual Result<std::string> export_lines(const chat::PrincipalId& principal) = 0;
};

} // namespace outpost::agents
