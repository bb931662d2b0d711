// How many values of which kind a part of a request has, and whether a call could do with them.
#pragma once
#include <array>
#include <cstddef>
#include <numeric>

#include "agents/calling/request_outline.h"
#include "agents/calling/tool_schema.h"

namespace outpost::agents {

// How many texts, numbers, dates and lists are said.
struct Signature {
  std::array<std::size_t, 4> counts{};

  bool operator==(const Signature&) const = default;
  [[nodiscard]] Signature with(const Signature& other) const {
    Signature sum = *this;
    for (std::size_t i = 0; i < counts.size(); ++i) sum.counts[i] += other.counts[i];
    return sum;
  }
  [[nodiscard]] std::size_t size() const {
    return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
  }
  [[nodiscard]] std::size_t numbers() const { return counts[1]; }
  [[nodiscard]] std::size_t lists() const { return counts[3]; }
};

// Of what stands at a place of the request, or of the first `most` values there.
Signature signature_of(const Clause& place, const RequestOutline& outline,
                       std::size_t most = static_cast<std::size_t>(-1));

// Can values of that many kinds be all that a call of the tool must have?
bool suffices(const Signature& signature, const CallableTool& tool);

} // namespace outpost::agents
