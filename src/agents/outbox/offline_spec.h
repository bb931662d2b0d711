// The `offline:` section of an agent file: which tools need a line, and how their calls wait for
// it.
//
//   offline:
//     probe: https://orders.example.com/health     # what is asked to see whether the line is there
//     tools:
//       place_order: {repeatable: true, order_by: customer, expires: 2 d}
//       track_parcel: {}                           # reads: refused without a line
#pragma once
#include <string>

#include "agents/outbox/deferring_toolset.h"
#include "yaml/yaml_node.h"

namespace outpost::agents {

struct OfflineSpec {
  std::string probe; // an address that answers; empty: any network interface counts as a line
  DeferringToolset::Rules tools;
};

// Messages have the place in the file.
Status read_offline(const yaml::YamlNode& node, std::string_view origin, OfflineSpec& into);

} // namespace outpost::agents
