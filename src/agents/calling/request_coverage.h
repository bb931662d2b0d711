// Which words of a request its calls explain so far: those of their tools' notes and of their
// arguments. What is left over says whether one more call is due, and of which tool.
#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "agents/call/words.h"
#include "agents/calling/tool_schema.h"

namespace outpost::agents {

class RequestCoverage {
public:
  explicit RequestCoverage(std::string_view request);

  void explain(const CallableTool& tool, const boost::json::object& arguments);

  // The words that nothing explains, in their order, with blanks between.
  [[nodiscard]] std::string rest() const;
  // Their share of all that say something, 0 to 1; of a part of the request likewise.
  [[nodiscard]] double share_left() const;
  [[nodiscard]] double share_left(std::string_view part) const;

private:
  [[nodiscard]] double share_of(const std::vector<Word>& words) const;

  std::vector<Word> words_; // of the request, in order, but those that say little
  std::set<std::string, std::less<>> explained_;
};

} // namespace outpost::agents
