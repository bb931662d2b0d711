// A small shop for tests: an agent file's text and a database of a few rows, in a folder of its
// own.
#pragma once
#include <filesystem>
#include <string>

#include "agents/spec/agent_spec.h"

namespace outpost::agents::testing {

// Lives in the system's temporary folder and goes with the object.
class Shop {
public:
  Shop();
  Shop(const Shop&) = delete;
  Shop& operator=(const Shop&) = delete;
  ~Shop();

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::filesystem::path database() const { return folder_ / "shop.sqlite"; }
  [[nodiscard]] AgentSpec spec() const;
  // The first column of the first row of a query, as text.
  [[nodiscard]] std::string ask(const std::string& sql) const;

private:
  std::filesystem::path folder_;
};

// Tools: order_status, price (read); cancel_order (irreversible); note (reversible, free text).
std::string shop_agent_yaml();

} // namespace outpost::agents::testing
