// What `outpost bench MODEL` found: as a table, as JSON, as a picture.
#pragma once
#include <optional>
#include <ostream>
#include <string>

#include "cli/bench/copy.h"
#include "cli/bench/measure.h"

namespace outpost::cli {

struct BenchReport {
  std::string model; // the file's name
  std::string isa;
  std::string processor;
  unsigned threads = 0;
  Measurements measurements;
  std::vector<MeasuredCopy> copies;
  std::optional<double> warm_seconds;  // first token of 32 new tokens after 2048 cached ones
  std::optional<double> start_seconds; // process start to first token
};

// One object: tokens a second under each workload's name, and "shares" with the same names.
std::string report_json(const BenchReport& report);
void print_heading(std::ostream& out, const BenchReport& report);
void print_row(std::ostream& out, const Measured& measured);
void print_end(std::ostream& out, const BenchReport& report);

// A bar for each workload, as long as its share of the roof. Readable on light and dark pages.
std::string report_svg(const BenchReport& report);

} // namespace outpost::cli
