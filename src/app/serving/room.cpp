#include "app/serving/room.h"

#include <algorithm>

namespace outpost::app {
namespace {

// Adds tenants of that kind to `leaving`, least recently used first, until at most `rest` of `used`
// bytes are left.
void add_leaving(std::span<const Tenant> tenants, bool busy, std::size_t rest, std::size_t& used,
                 std::vector<std::size_t>& leaving) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < tenants.size(); ++i) {
    if (!tenants[i].is_pinned && tenants[i].is_busy == busy) order.push_back(i);
  }
  std::ranges::sort(order, {}, [&](std::size_t i) { return tenants[i].last_used; });
  for (const std::size_t index : order) {
    if (used <= rest) return;
    used -= tenants[index].bytes;
    leaving.push_back(index);
  }
}

} // namespace

Room make_room(std::span<const Tenant> tenants, std::size_t budget_bytes,
               std::size_t needed_bytes) {
  if (needed_bytes > budget_bytes) return {Room::Kind::kNever, {}};
  const std::size_t rest = budget_bytes - needed_bytes; // what all others may hold
  std::size_t used = 0;
  for (const Tenant& tenant : tenants) used += tenant.bytes;
  Room room;
  add_leaving(tenants, false, rest, used, room.leaving);
  if (used <= rest) return room;
  std::vector<std::size_t> in_the_way;
  add_leaving(tenants, true, rest, used, in_the_way);
  if (used > rest) return {Room::Kind::kNever, {}};
  return {Room::Kind::kBusy, std::move(in_the_way)};
}

} // namespace outpost::app
