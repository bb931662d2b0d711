#include "agents/learning/learned_state.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

#include <boost/json.hpp>

#include "base/json_text.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t kStateBytesMax = 4U << 20U;
constexpr std::size_t kRequestBytesMax = 8U << 10U;

Result<std::string> read_file(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return std::string();
  const auto size = fs::file_size(path, error);
  if (error) return fail(ErrorCode::kIo, path.string() + ": " + error.message());
  if (size > kLearnedFileBytesMax) {
    return fail(ErrorCode::kLimitExceeded, path.string() + " has " + std::to_string(size) +
                                               " bytes; the limit is " +
                                               std::to_string(kLearnedFileBytesMax));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::kIo, "cannot read " + path.string());
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Status write_file(const fs::path& path, const std::string& bytes) {
  const fs::path fresh = path.string() + ".new";
  std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
  file << bytes;
  file.close();
  if (!file) return fail(ErrorCode::kIo, "cannot write " + fresh.string());
  std::error_code error;
  fs::rename(fresh, path, error);
  if (error)
    return fail(ErrorCode::kIo, "cannot rename " + fresh.string() + ": " + error.message());
  return {};
}

std::string line_of(const LearnedState& state) {
  JsonArray examples;
  for (const ConfirmedUse& use : state.examples) {
    JsonObject one;
    one.add("tool", use.tool);
    one.add("request", use.request);
    examples.add_raw(one.text());
  }
  JsonObject line;
  line.add("version", state.version);
  line.add("made_ms", state.made_ms);
  line.add("questions", state.questions);
  line.add("right_before", state.right_before);
  line.add("right_after", state.right_after);
  line.add_raw("examples", examples.text());
  return line.text() + "\n";
}

std::uint64_t count_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_int64() || value->get_int64() < 0) return 0;
  return static_cast<std::uint64_t>(value->get_int64());
}

std::string text_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::optional<LearnedState> read_state(std::string_view line) {
  const auto parsed = chat::parse_json(line, {kStateBytesMax, 8});
  if (!parsed || !parsed->is_object()) return std::nullopt;
  const json::object& object = parsed->get_object();
  const json::value* examples = object.if_contains("examples");
  LearnedState state{count_at(object, "version"),
                     static_cast<std::int64_t>(count_at(object, "made_ms")),
                     {},
                     count_at(object, "questions"),
                     count_at(object, "right_before"),
                     count_at(object, "right_after")};
  if (state.version == 0 || examples == nullptr || !examples->is_array()) return std::nullopt;
  if (examples->get_array().size() > kLearnedExamplesMax) return std::nullopt;
  for (const json::value& one : examples->get_array()) {
    if (!one.is_object()) return std::nullopt;
    ConfirmedUse use{text_at(one.get_object(), "request"), text_at(one.get_object(), "tool")};
    const bool sound =
        !use.tool.empty() && !use.request.empty() && use.request.size() <= kRequestBytesMax;
    if (!sound) return std::nullopt;
    state.examples.push_back(std::move(use));
  }
  return state;
}

// Where the last line begins; npos in an empty file.
std::size_t last_line(const std::string& bytes) {
  if (bytes.empty()) return std::string::npos;
  const std::size_t before =
      bytes.size() < 2 ? std::string::npos : bytes.rfind('\n', bytes.size() - 2);
  return before == std::string::npos ? 0 : before + 1;
}

void add_use(std::vector<std::string>& uses, const std::string& request) {
  if (std::find(uses.begin(), uses.end(), request) == uses.end()) uses.push_back(request);
}

} // namespace

fs::path learned_path(const fs::path& agent_file) { return agent_file.string() + ".learned.jsonl"; }

Result<LearnedState> read_learned(const fs::path& agent_file) {
  const fs::path path = learned_path(agent_file);
  OUTPOST_TRY(const std::string bytes, read_file(path));
  const std::size_t begin = last_line(bytes);
  if (begin == std::string::npos) return LearnedState{};
  auto state = read_state(std::string_view(bytes).substr(begin));
  if (!state) {
    const auto line =
        std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(begin), '\n') + 1;
    return fail(ErrorCode::kCorruptData,
                path.string() + ":" + std::to_string(line) + ": not a learned state",
                "outpost agent learn FILE --undo takes it off");
  }
  return *std::move(state);
}

Status push_learned(const fs::path& agent_file, const LearnedState& state) {
  const fs::path path = learned_path(agent_file);
  OUTPOST_TRY(std::string bytes, read_file(path));
  bytes += line_of(state);
  if (bytes.size() > kLearnedFileBytesMax) {
    return fail(ErrorCode::kLimitExceeded,
                path.string() + " would pass " + std::to_string(kLearnedFileBytesMax) + " bytes",
                "its oldest lines may be deleted");
  }
  return write_file(path, bytes);
}

Status pop_learned(const fs::path& agent_file) {
  const fs::path path = learned_path(agent_file);
  OUTPOST_TRY(std::string bytes, read_file(path));
  const std::size_t begin = last_line(bytes);
  if (begin == std::string::npos) {
    return fail(ErrorCode::kNotFound,
                agent_file.string() + " has learnt nothing that could be undone");
  }
  bytes.resize(begin);
  if (!bytes.empty()) return write_file(path, bytes);
  std::error_code error;
  fs::remove(path, error);
  if (error) return fail(ErrorCode::kIo, "cannot remove " + path.string() + ": " + error.message());
  return {};
}

void add_learned(const LearnedState& state, AgentSpec& spec) {
  for (const ConfirmedUse& use : state.examples) {
    for (SqlTool& one : spec.tools) {
      if (one.tool.name == use.tool) add_use(one.tool.uses, use.request);
    }
    for (Reply& reply : spec.replies) {
      if (reply.name == use.tool) add_use(reply.uses, use.request);
    }
  }
}

} // namespace outpost::agents
