// Documents cut into passages (document.h).
#include <algorithm>

#include "agents/call/letters.h"
#include "agents/knowledge/document.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kHeadingBytesMax = 80;
constexpr std::size_t kHeadingLevels = 6;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  return text;
}

bool is_in_capitals(std::string_view line) {
  std::size_t capitals = 0;
  for (const char c : line) {
    if (c >= 'a' && c <= 'z') return false;
    capitals += is_capital(c) ? 1 : 0;
  }
  return capitals >= 4;
}

// "2.1 Deadlines": numbered, and no sentence.
bool is_numbered(std::string_view line) {
  std::size_t at = 0;
  while (at < line.size() && (is_digit(line[at]) || line[at] == '.')) ++at;
  const bool has_title =
      at + 1 < line.size() && line[at] == ' ' && line[at + 1] >= 'A' && line[at + 1] <= 'Z';
  return at > 0 && is_digit(line[0]) && has_title && line.back() != '.' && line.back() != ',';
}

struct Heading {
  std::size_t level = 0; // 0: the line is none
  std::string_view title;
};

Heading read_heading(std::string_view line) {
  std::size_t marks = 0;
  while (marks < line.size() && line[marks] == '#') ++marks;
  if (marks > 0 && marks <= kHeadingLevels && marks < line.size() && line[marks] == ' ') {
    return {marks, trimmed(line.substr(marks))};
  }
  if (line.size() > kHeadingBytesMax || line.empty()) return {};
  if (is_numbered(line)) {
    const auto dots = static_cast<std::size_t>(std::count(
        line.begin(), line.begin() + static_cast<std::ptrdiff_t>(line.find(' ') - 1), '.'));
    return {std::min(dots + 1, kHeadingLevels), line};
  }
  return is_in_capitals(line) ? Heading{1, line} : Heading{};
}

// Where a text that is too long is best cut: after a sentence, else between words, else at the
// limit between characters.
std::size_t cutting_place(std::string_view text) {
  for (std::size_t at = kPassageBytes; at > kPassageBytes / 2; --at) {
    const bool ends = text[at - 1] == '.' || text[at - 1] == '!' || text[at - 1] == '?';
    if (ends && text[at] == ' ') return at;
  }
  const std::size_t space = text.rfind(' ', kPassageBytes);
  if (space != std::string_view::npos && space > 0) return space;
  std::size_t at = kPassageBytes;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) --at;
  return std::max<std::size_t>(at, 1);
}

class Cutter {
public:
  std::vector<Passage> cut(const Document& document) {
    for (std::size_t page = 0; page < document.pages.size(); ++page) {
      page_ = document.has_pages ? static_cast<std::uint32_t>(page + 1) : 0;
      cut_page(document.pages[page]);
      finish();
    }
    return std::move(passages_);
  }

private:
  void cut_page(std::string_view text) {
    std::uint32_t number = 0;
    bool in_code = false;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      const std::string_view line = trimmed(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
      ++number;
      if (line.substr(0, 3) == "```") in_code = !in_code;
      const Heading heading = in_code ? Heading{} : read_heading(line);
      if (heading.level != 0) {
        finish();
        enter(heading);
      } else if (line.empty()) {
        end_paragraph();
      } else {
        add_line(line, number);
      }
    }
  }

  void enter(const Heading& heading) {
    levels_.resize(heading.level);
    levels_.back() = heading.title;
  }

  void add_line(std::string_view line, std::uint32_t number) {
    if (paragraph_.empty()) paragraph_line_ = number;
    paragraph_ += (paragraph_.empty() ? "" : " ") + std::string(line);
    while (paragraph_.size() > kPassageBytes) {
      const std::size_t at = cutting_place(paragraph_);
      std::string rest(trimmed(std::string_view(paragraph_).substr(at)));
      paragraph_.resize(at);
      end_paragraph();
      paragraph_ = std::move(rest);
      paragraph_line_ = number;
    }
  }

  void end_paragraph() {
    if (paragraph_.empty()) return;
    if (!text_.empty() && text_.size() + paragraph_.size() > kPassageBytes) flush();
    if (text_.empty()) line_ = paragraph_line_;
    text_ += (text_.empty() ? "" : "\n") + paragraph_;
    paragraph_.clear();
  }

  void flush() {
    if (text_.empty()) return;
    std::string heading;
    for (const std::string& level : levels_) {
      if (!level.empty()) heading += (heading.empty() ? "" : " > ") + level;
    }
    passages_.push_back({std::move(heading), page_, line_, std::move(text_)});
    text_.clear();
  }

  void finish() {
    end_paragraph();
    flush();
  }

  std::vector<Passage> passages_;
  std::vector<std::string> levels_; // the headings that a line stands under, outermost first
  std::string paragraph_;
  std::string text_; // of the passage at hand
  std::uint32_t page_ = 0;
  std::uint32_t line_ = 0;
  std::uint32_t paragraph_line_ = 0;
};

} // namespace

std::vector<Passage> split_passages(const Document& document) { return Cutter().cut(document); }

} // namespace outpost::agents
