// A conversation with an agent: what was said and which values were used, for requests that lean on
// earlier ones ("and its price?"), and the question that still waits for an answer.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "agents/tools/toolset.h"

namespace outpost::agents {

// A value that a call of an earlier turn used, by its kind.
struct UsedValue {
  std::string kind;
  boost::json::value value;
};

struct Turn {
  std::string request;
  std::string answer;
  std::string tool; // the last one called; empty when none was
  std::vector<UsedValue> values;
  std::string agent{};                    // of a team, who took it; empty where there is one agent
  chat::Label label = chat::user_label(); // of all of it, so of the answer too
};

// A call that lacks an argument, or a yes.
struct PendingCall {
  Call call;
  std::string request;              // that led to it
  std::string parameter;            // that is asked for; empty when a yes is
  std::vector<std::string> options; // when the question was which of these
};

struct Session {
  // Turns before these are forgotten.
  static constexpr std::size_t kTurnsMax = 50;

  std::vector<Turn> turns;
  std::optional<PendingCall> pending;

  void add(Turn turn) {
    if (turns.size() == kTurnsMax) turns.erase(turns.begin());
    turns.push_back(std::move(turn));
  }
};

} // namespace outpost::agents
