// Fills a tool's parameters in the order of its schema. Values come from the request, then from
// earlier turns, then, where the tool only reads, from what the user is known to have said; a model
// chooses between values that are both there and puts free text into words, and what it writes must
// be made of words of the request. What is missing is asked for, never guessed.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agents/call/mention.h"
#include "agents/run/session.h"
#include "agents/spec/tool.h"
#include "chat/chat_model.h"

namespace outpost::agents {

struct Slot {
  std::string parameter;
  std::string kind;
  boost::json::value value;
  std::string origin; // "request", "turn 3", "fact 4 of turn 17", "model"
  chat::Label label;
};

// A value in a fact that came to mind.
struct RecalledValue {
  std::string kind;
  boost::json::value value;
  std::string source; // "fact 4 of turn 17"
  chat::Label label;
};

// Where values may come from.
struct SlotSources {
  const Text& request;
  const std::vector<Mention>& mentions; // of the whole request
  std::size_t begin = 0;                // the part of the request this call is about
  std::size_t end = 0;
  const Session& session;
  const std::vector<Slot>& refused;          // values that were tried and did not hold
  std::span<const RecalledValue> recalled{}; // the most fitting first
};

// What keeps a call from being made: a question to the user.
struct MissingSlot {
  std::string parameter;
  std::string question;
  std::vector<std::string> options; // when the question is which of these
};

struct FilledSlots {
  std::vector<Slot> slots;
  std::optional<MissingSlot> missing;
  [[nodiscard]] boost::json::object arguments() const;
};

class SlotFiller {
public:
  // All outlive this. `instructions` is what the model is told when it writes.
  SlotFiller(chat::ChatModel& model, const std::string& instructions,
             const chat::PrincipalId& principal, const CancelToken& cancel)
      : model_(model), instructions_(instructions), principal_(principal), cancel_(cancel) {}

  Result<FilledSlots> fill(const Tool& tool, const SlotSources& sources);

private:
  struct Found {
    std::optional<Slot> slot;
    std::vector<std::string> options; // more than one: the user is asked which
  };
  Result<Found> find(const Tool& tool, const Parameter& parameter, const SlotSources& sources,
                     std::vector<const Mention*>& used);
  Result<const Mention*> choose(const Parameter& parameter, const SlotSources& sources,
                                const std::vector<const Mention*>& options);
  Result<Found> choose_fixed(const Tool& tool, const Parameter& parameter,
                             const SlotSources& sources);
  Result<Found> put_into_words(const Parameter& parameter, const SlotSources& sources);

  chat::ChatModel& model_;
  const std::string& instructions_;
  const chat::PrincipalId& principal_;
  const CancelToken& cancel_;
};

// How a user is asked for a parameter.
std::string question_for(const Parameter& parameter);

// The option that `text` singles out by a word of its own ("the 3P"); nothing when none or several
// are.
std::optional<std::string> pick_option(const std::vector<std::string>& options, const Text& text);

} // namespace outpost::agents
