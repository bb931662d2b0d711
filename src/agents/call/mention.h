// Mentions: places in a text where a value of a known kind is written, found by rules and lookups
// alone. They are what arguments are made of: a model may choose among them, never add to them.
#pragma once
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "agents/call/words.h"
#include "agents/spec/tool.h"
#include "base/result.h"

namespace outpost::agents {

struct Mention {
  std::string kind;
  boost::json::value value; // in the kind's normal form
  std::size_t begin = 0;    // bytes of the text
  std::size_t end = 0;
  double strength = 0;                   // 0 to 1: how sure it is that this is one
  std::vector<std::string> alternatives; // other known values that fit the same words as well
  bool attached = false;                 // a number that counts the thing mentioned after it
};

// From this strength on a mention is taken for what it looks like.
inline constexpr double kClearMention = 0.45;

struct Text {
  explicit Text(std::string_view written) : raw(written), words(split_words(raw)) {}
  std::string raw;
  std::vector<Word> words;
};

// Finds the mentions of one kind. Immutable, thread-safe.
class Recogniser {
public:
  virtual ~Recogniser() = default;
  virtual void find(const Text& text, std::vector<Mention>& found) const = 0;
};

// The one that fits the kind; null for kinds that are not recognised by their looks (free text).
// `known`: values from the kind's lookup.
Result<std::unique_ptr<Recogniser>> make_recogniser(const ValueKind& kind,
                                                    const std::vector<std::string>& known);

// All kinds of an agent.
class Recognisers {
public:
  Status add(const ValueKind& kind, const std::vector<std::string>& known);
  // In order of place, without overlaps: the stronger, then the longer mention stands.
  [[nodiscard]] std::vector<Mention> find(const Text& text) const;
  // Is `value` what somebody who wrote `text` may have meant, for this kind? (Grounding.)
  [[nodiscard]] bool supports(std::string_view kind, const boost::json::value& value,
                              const Text& text) const;

private:
  std::map<std::string, std::unique_ptr<Recogniser>, std::less<>> by_kind_;
};

} // namespace outpost::agents
