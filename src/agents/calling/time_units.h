// Lengths of time in the unit that a slot asks for, and how often something is done in a year.
// Rules alone.
#pragma once
#include <optional>
#include <span>
#include <string_view>

#include "agents/call/numbers.h"
#include "agents/calling/tool_schema.h"

namespace outpost::agents {

// `value`, which the request gives in another unit than the slot asks for: 180 for "3 minutes"
// where the slot's note says "in seconds". None where the request does not say so of every such
// number, or the units are of different kinds: a month has no number of days.
std::optional<double> in_unit_of(const SlotSchema& slot, double value, std::string_view request,
                                 std::span<const RequestNumber> numbers);

// Is it a length of time of the request in some other unit?
bool is_said_time(double value, std::string_view request, std::span<const RequestNumber> numbers);

// Is it a length of time wherever the request has it ("3 nights"), and the slot's note speaks of
// none?
bool is_time_for_another(const SlotSchema& slot, double value, std::string_view request,
                         std::span<const RequestNumber> numbers);

// How many times a year, where the request says it in one word: 4 for "quarterly". None where it
// has several such words, or none.
std::optional<double> said_frequency(std::string_view request);

// Does the slot ask how many times a year interest is compounded?
bool asks_for_compounding(const SlotSchema& slot);

} // namespace outpost::agents
