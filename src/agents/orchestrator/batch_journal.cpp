#include "agents/orchestrator/batch_journal.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include "chat/json_value.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kJournalBytesMax = std::size_t{256} << 20U;

constexpr auto kStatuses =
    std::to_array<std::pair<BatchStatus, std::string_view>>({{BatchStatus::kDone, "done"},
                                                             {BatchStatus::kDeferred, "deferred"},
                                                             {BatchStatus::kRefused, "refused"},
                                                             {BatchStatus::kQuestion, "question"},
                                                             {BatchStatus::kFailed, "failed"},
                                                             {BatchStatus::kUnknown, "unknown"}});

tl::unexpected<Error> io_error(const char* doing) {
  return fail(ErrorCode::kIo, std::string("cannot ") + doing +
                                  " the journal of the batch: " + std::strerror(errno));
}

std::string text_of(const boost::json::object& line, std::string_view key) {
  const auto* value = line.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Result<std::string> read_all(int file) {
  std::string text;
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t count = ::read(file, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return io_error("read");
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > kJournalBytesMax) {
      return fail(ErrorCode::kLimitExceeded, "the journal of the batch is over 256 MiB");
    }
  }
}

} // namespace

std::string_view to_string(BatchStatus status) {
  for (const auto& [one, name] : kStatuses) {
    if (one == status) return name;
  }
  return "unknown";
}

Result<BatchJournal> BatchJournal::open(const std::filesystem::path& path) {
  platform::UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (file.get() < 0) return io_error("open");
  OUTPOST_TRY(const std::string text, read_all(file.get()));
  BatchJournal journal(std::move(file));
  OUTPOST_CHECK(journal.read(text));
  // A line that the power cut off says nothing, and what follows must not be taken for its rest.
  if (!text.empty() && text.back() != '\n') OUTPOST_CHECK(journal.append(""));
  return journal;
}

Status BatchJournal::read(const std::string& text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string::npos) return {};
    const std::string_view line = std::string_view(text).substr(at, end - at);
    at = end + 1;
    const auto value = chat::parse_json(line);
    if (!value || !value->is_object()) continue; // cut off
    const boost::json::object& object = value->get_object();
    BatchOutcome outcome{.id = text_of(object, "id"), .text = text_of(object, "text")};
    outcome.run_id = text_of(object, "run");
    outcome.deferred = text_of(object, "deferred");
    const std::string name = text_of(object, "status");
    for (const auto& [status, one] : kStatuses) {
      if (one == name) outcome.status = status;
    }
    const auto* tokens = object.if_contains("tokens");
    if (tokens != nullptr && tokens->is_int64()) {
      outcome.tokens = static_cast<std::uint32_t>(tokens->get_int64());
    }
    earlier_[outcome.id] = std::move(outcome);
  }
  return {};
}

Status BatchJournal::append(const std::string& line) {
  const std::string whole = line + "\n";
  std::string_view left = whole;
  while (!left.empty()) {
    const ssize_t count = ::write(file_.get(), left.data(), left.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return io_error("write");
    left.remove_prefix(static_cast<std::size_t>(count));
  }
  return ::fdatasync(file_.get()) == 0 ? Status() : io_error("write");
}

Status BatchJournal::begin(const std::string& id) {
  return append(chat::json_text(boost::json::object{{"id", id}, {"status", "started"}}));
}

Status BatchJournal::end(const BatchOutcome& outcome) {
  boost::json::object line{{"id", outcome.id},
                           {"status", to_string(outcome.status)},
                           {"text", outcome.text},
                           {"run", outcome.run_id},
                           {"tokens", outcome.tokens}};
  if (!outcome.deferred.empty()) line["deferred"] = outcome.deferred;
  return append(chat::json_text(line));
}

} // namespace outpost::agents
