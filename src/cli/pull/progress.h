// Draws the progress of a pull: one line that is redrawn on a terminal, lines elsewhere.
#pragma once
#include "catalog/progress.h"
#include "cli/streams.h"

namespace outpost::cli {

class ProgressLine {
public:
  explicit ProgressLine(const Streams& streams) : streams_(streams) {}
  void show(const catalog::Progress& progress);
  // Ends the line, so that what follows begins on its own.
  void finish();

private:
  void draw(const catalog::Progress& progress);

  const Streams& streams_;
  std::optional<catalog::Phase> last_phase_;
  bool drawn_ = false;
};

} // namespace outpost::cli
