// Amounts in two units, as people write them: "5 ft 10 in", 3'4", "2 kg 300 g", "1 hour and 30
// minutes". Rules alone.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "agents/calling/tool_schema.h"

namespace outpost::agents {

enum class MeasureKind { kLength, kMass, kVolume, kTime, kCalendar };

struct CompoundAmount {
  std::size_t begin = 0; // bytes of the request
  std::size_t end = 0;
  double larger = 0; // the two numbers as they stand
  double smaller = 0;
  double total = 0; // in the kind's smallest unit
  double rest = 0;  // of it, what the smaller number says
  MeasureKind kind = MeasureKind::kLength;
};

// In order of place: a whole number of a unit, then less than one of it in a smaller unit.
std::vector<CompoundAmount> find_compounds(std::string_view request);

// The whole amount, in the one unit that the slot asks for, where `value` is one of the parts that
// the request writes it with, in its unit or the slot's: 70 for 5, 60 or 10 of "5 ft 10 in" in
// inches. None where two amounts have that part, or another slot of the tool asks for the kind in
// another unit: for feet and inches apart.
std::optional<double> whole_amount(const CallableTool& tool, const SlotSchema& slot, double value,
                                   const std::vector<CompoundAmount>& amounts);

// Is it one of the amounts in some unit?
bool is_whole_amount(double value, const std::vector<CompoundAmount>& amounts);

} // namespace outpost::agents
