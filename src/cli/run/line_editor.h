// Reading lines from a person: editing and history on a terminal (libedit), plain lines otherwise.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "cli/streams.h"

namespace outpost::cli {

class LineEditor {
public:
  // History is read from `history_file` and written back, the newest kHistoryMax lines of it.
  LineEditor(const Streams& streams, std::filesystem::path history_file);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  // The next line without its end; nothing at end of input.
  std::optional<std::string> read(const std::string& prompt);

private:
  static constexpr int kHistoryMax = 1000;
  const Streams& streams_;
  std::filesystem::path history_file_;
  bool edits_;
};

} // namespace outpost::cli
