// The picture of a report. Plain shapes and text; colours follow the reader's light or dark page.
#include <algorithm>

#include <fmt/format.h>

#include "cli/bench/report.h"

namespace outpost::cli {
namespace {

constexpr int kWidth = 720;
constexpr int kRowHeight = 20;
constexpr int kTop = 56;
constexpr int kBottom = 28;
constexpr int kBarLeft = 150;
constexpr int kBarWidth = 400; // of 100 %
constexpr int kBarHeight = 12;
constexpr int kTextLift = 10; // from the top of a row to its base line

constexpr std::string_view kStyle = R"(<style>
text{font:12px system-ui,sans-serif;fill:#24292f}.h{font-weight:600;font-size:14px}
.d{fill:#57606a}.e{text-anchor:end}.t{fill:#d8dee4}.c{fill:#0969da}.m{fill:#1a7f37}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.d{fill:#8d96a0}.t{fill:#30363d}
.c{fill:#4493f8}.m{fill:#3fb950}}
</style>
)";

// For text between tags.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string text_at(int x, int y, std::string_view css_class, std::string_view text) {
  return fmt::format("<text x=\"{}\" y=\"{}\" class=\"{}\">{}</text>\n", x, y, css_class,
                     escaped(text));
}

std::string bar(int y, int width, std::string_view css_class) {
  return fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"2\" class=\"{}\"/>\n",
                     kBarLeft, y, width, kBarHeight, css_class);
}

std::string row(int y, const Measured& measured) {
  const double share = std::clamp(measured.share, 0.0, 1.0);
  std::string out = text_at(kBarLeft - 8, y + kTextLift, "e", measured.workload.name());
  out += bar(y, kBarWidth, "t");
  out += bar(y, static_cast<int>(share * kBarWidth), measured.roof == "int8" ? "c" : "m");
  out += text_at(kBarLeft + kBarWidth + 8, y + kTextLift, "",
                 fmt::format("{:.0f} %", measured.share * 100));
  out += text_at(kWidth - 8, y + kTextLift, "d e",
                 fmt::format("{:.0f} tokens/s", measured.tokens_per_second));
  return out;
}

} // namespace

std::string report_svg(const BenchReport& report) {
  const auto& rows = report.measurements.measured;
  const int height = kTop + kBottom + static_cast<int>(rows.size()) * kRowHeight;
  std::string out = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" "
                                "height=\"{1}\" viewBox=\"0 0 {0} {1}\">\n",
                                kWidth, height);
  out += kStyle;
  out += text_at(8, 20, "h", report.model);
  out += text_at(
      8, 38, "d",
      fmt::format("{}, {} threads, {} kernels", report.processor, report.threads, report.isa));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out += row(kTop + static_cast<int>(i) * kRowHeight, rows[i]);
  }
  const int y = height - 10;
  out += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"10\" height=\"10\" class=\"c\"/>\n", kBarLeft,
                     y - 9);
  out += text_at(kBarLeft + 16, y, "d", "share of the int8 peak");
  out += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"10\" height=\"10\" class=\"m\"/>\n",
                     kBarLeft + 180, y - 9);
  out += text_at(kBarLeft + 196, y, "d", "share of the read bandwidth");
  return out + "</svg>\n";
}

} // namespace outpost::cli
