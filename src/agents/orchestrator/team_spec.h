// A team file: several agents behind one name, and how requests find theirs.
//
//   name: shop
//   orchestrator:
//     agents:
//       - name: orders
//         file: orders/agent.yaml          # relative to this file
//         description: where an order is, cancel or change it
//         examples: ["Where is my order?", "I want to cancel A-20417"]
//         always: [order status]           # phrases that decide, whatever else is said
//         concurrency: 10
//         stand_ins: [front-desk]          # who takes over when it is full; the least loaded
//     fallback: front-desk                 # for requests that are for nobody
//     panel: [manual, notes]               # asked all at once; the likeliest answer is given
//     nobody: "I can help with orders and returns."   # or what is said to them
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "agents/orchestrator/agent_pool.h"
#include "agents/orchestrator/router.h"
#include "base/result.h"

namespace outpost::agents {

struct TeamMemberSpec {
  Route route;
  std::filesystem::path file;               // of the agent
  std::optional<std::uint32_t> concurrency; // none: as the agent's file says
  std::vector<std::string> stand_ins;
};

struct TeamSpec {
  std::string name;
  std::vector<TeamMemberSpec> members;
  std::string fallback; // a member; empty: `nobody` is said
  std::string nobody = "None of us can help with that.";
  // Members, two or more: a request that is for one of them is put to each, and the best answer is
  // given. They may only read.
  std::vector<std::string> panel;
  bool fans_out = true; // requests with parts for several agents are given to each of them
};

// Whether a YAML file is a team's rather than an agent's: it has an `orchestrator:` section.
// Errors as load_agent_file.
Result<bool> is_team_file(const std::filesystem::path& path);
Result<TeamSpec> load_team_file(const std::filesystem::path& path);
Result<TeamSpec> parse_team(const std::string& text, const std::string& origin,
                            const std::filesystem::path& folder);

} // namespace outpost::agents
