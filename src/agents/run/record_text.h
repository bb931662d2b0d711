// Reading a run's record: its events' JSON back into what the run took in. What is not there, or of
// another type, reads as empty; whether the record fits the run, the journal's comparison shows.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "agents/run/run_log.h"
#include "base/error.h"
#include "chat/label.h"

namespace outpost::agents {

std::string text_in(const boost::json::object& json, std::string_view key);
std::int64_t integer_in(const boost::json::object& json, std::string_view key);
boost::json::object object_in(const boost::json::object& json, std::string_view key);
boost::json::array array_in(const boost::json::object& json, std::string_view key);

// Doubles are kept as text: Boost.JSON 1.81 reads a number back to within its last bit only, and a
// sum of log-probabilities that differs there makes another record. (Floats have bits to spare.)
std::string exact_text(double value);
std::optional<double> exact_number(std::string_view text); // none where all of it is no number

// kCorruptData when it is none.
Result<boost::json::object> body_of(const StoredEvent& event);
chat::Label label_of(const StoredEvent& event);
ErrorCode error_code_of(std::string_view name); // kInternal for one that is none

// How long the run was at work: the time between its events, less what it spent waiting for a
// person or for a restart.
std::chrono::milliseconds working_time(const std::vector<StoredEvent>& record);

} // namespace outpost::agents
