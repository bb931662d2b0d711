// What an agent works on while it is evaluated: copies of its database and its files in a folder
// of its own, gone with the object. What an agent only reads (documents of a knowledge base) is not
// copied. A program that an agent runs is not locked in: it starts in the copy, that is all.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "agents/spec/agent_spec.h"
#include "base/result.h"

namespace outpost::agents {

class Sandbox {
public:
  static constexpr std::uint64_t kFilesBytesMax = 64U << 20U; // that are copied

  // Below `scratch`. A database that is not there, or is older than the script beside it (NAME.sql
  // for NAME.sqlite), is made from the script. kLimitExceeded: the files are too large.
  static Result<std::unique_ptr<Sandbox>> make(const AgentSpec& spec,
                                               const std::filesystem::path& scratch);
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;
  ~Sandbox();

  // The agent over the copies.
  [[nodiscard]] const AgentSpec& spec() const { return spec_; }
  // For what the agent must not forget between two sessions.
  [[nodiscard]] std::filesystem::path data_folder() const { return folder_ / "data"; }

  Status execute(const std::vector<std::string>& statements);
  // The first column of the first row as text; empty for NULL and no row.
  [[nodiscard]] Result<std::string> value_of(const std::string& sql) const;
  // A file of the agent's folder; empty when it is not there.
  [[nodiscard]] Result<std::string> text_of(const std::string& file) const;
  // Of all rows of all tables, and of all files.
  [[nodiscard]] Result<std::uint64_t> fingerprint() const;

private:
  Sandbox(AgentSpec spec, std::filesystem::path folder)
      : spec_(std::move(spec)), folder_(std::move(folder)) {}
  Status copy_mailbox(const EmailSection& email);
  Status copy_database(const std::filesystem::path& original);
  Status copy_files(const std::filesystem::path& from, const std::filesystem::path& to);
  [[nodiscard]] std::filesystem::path files() const { return folder_ / "files"; }

  AgentSpec spec_;
  std::filesystem::path folder_;
  std::uint64_t copied_bytes_ = 0;
};

} // namespace outpost::agents
