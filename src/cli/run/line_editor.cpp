#include "cli/run/line_editor.h"

#include <cstdlib>
#include <editline/readline.h>
#include <memory>
#include <system_error>

namespace outpost::cli {

LineEditor::LineEditor(const Streams& streams, std::filesystem::path history_file)
    : streams_(streams), history_file_(std::move(history_file)),
      edits_(streams.in_is_terminal && streams.out_is_terminal) {
  if (!edits_) return;
  std::error_code error; // a history that cannot be kept is no reason to stop
  std::filesystem::create_directories(history_file_.parent_path(), error);
  using_history();
  stifle_history(kHistoryMax);
  read_history(history_file_.c_str());
}

LineEditor::~LineEditor() {
  if (!edits_) return;
  write_history(history_file_.c_str());
  std::error_code error;
  // What somebody asked a model is nobody else's business.
  std::filesystem::permissions(
      history_file_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write,
      error);
}

std::optional<std::string> LineEditor::read(const std::string& prompt) {
  if (edits_) {
    const std::unique_ptr<char, decltype(&std::free)> line(readline(prompt.c_str()), &std::free);
    if (!line) return std::nullopt;
    if (*line != '\0') add_history(line.get());
    return std::string(line.get());
  }
  std::string line;
  if (!std::getline(streams_.in, line)) return std::nullopt;
  return line;
}

} // namespace outpost::cli
