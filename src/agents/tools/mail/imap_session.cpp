#include "agents/tools/mail/imap_session.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "agents/tools/mail/mail_message.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kShownBytes = 200; // of a server's words in an error

tl::unexpected<Error> against_protocol(const std::string& what) {
  return fail(ErrorCode::kCorruptData, "the mail server did not answer as IMAP asks: " + what);
}

// "{12}" at the end of a line announces so many bytes after it.
std::optional<std::size_t> announced(std::string_view line) {
  if (!line.ends_with('}')) return std::nullopt;
  const std::size_t open = line.rfind('{');
  if (open == std::string_view::npos) return std::nullopt;
  const std::string_view digits = line.substr(open + 1, line.size() - open - 2);
  std::size_t count = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return std::nullopt;
  return count;
}

// A quoted string at the beginning of `text`: what it says goes into `out`, its length comes back.
std::size_t read_quoted(std::string_view text, std::string& out) {
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '"') return at + 1;
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    out += text[at];
  }
  return text.size();
}

// How long the atom at the beginning of `text` is; "BODY[HEADER.FIELDS (FROM)]<0>" is one.
std::size_t length_of_atom(std::string_view text) {
  bool in_brackets = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '[') in_brackets = true;
    if (c == ']') in_brackets = false;
    const bool ends = c == ' ' || c == '(' || c == ')' || c == '"';
    if (ends && !in_brackets) return std::max<std::size_t>(at, 1);
  }
  return text.size();
}

// Up to `most` of them; false when there are more.
bool read_tokens(std::string_view line, std::size_t most, ImapAnswer& into) {
  const std::size_t full = into.size() + most;
  while (!line.empty()) {
    const char c = line.front();
    if (c != ' ' && into.size() == full) return false;
    std::size_t length = 1;
    if (c == '(' || c == ')') {
      into.push_back({c == '(' ? ImapToken::Kind::kOpen : ImapToken::Kind::kClose, {}});
    } else if (c == '"') {
      std::string text;
      length = read_quoted(line, text);
      into.push_back({ImapToken::Kind::kText, std::move(text)});
    } else if (c != ' ') {
      length = length_of_atom(line);
      into.push_back({ImapToken::Kind::kAtom, std::string(line.substr(0, length))});
    }
    line.remove_prefix(length);
  }
  return true;
}

bool is_state(std::string_view word) {
  return word == "OK" || word == "NO" || word == "BAD" || word == "BYE" || word == "PREAUTH";
}

} // namespace

std::string imap_quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

Status ImapSession::fill(std::size_t count) {
  while (buffer_.size() < count) {
    OUTPOST_TRY(const std::string more, line_->read());
    taken_ += more.size();
    if (taken_ > kAnswerBytesMax) {
      return fail(ErrorCode::kLimitExceeded, "the mail server answers with more than " +
                                                 std::to_string(kAnswerBytesMax >> 20U) + " MiB");
    }
    buffer_ += more;
  }
  return {};
}

Result<std::string> ImapSession::read_bytes(std::size_t count) {
  if (count > kAnswerBytesMax) {
    return fail(ErrorCode::kLimitExceeded,
                "the mail server announces " + std::to_string(count) + " bytes");
  }
  OUTPOST_CHECK(fill(count));
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return bytes;
}

Result<std::string> ImapSession::read_line() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n", end)) == std::string::npos) {
    if (buffer_.size() > kLineBytesMax) return against_protocol("a line has no end");
    end = buffer_.empty() ? 0 : buffer_.size() - 1; // its '\r' may have come already
    OUTPOST_CHECK(fill(buffer_.size() + 1));
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

Result<ImapAnswer> ImapSession::read_answer() {
  ImapAnswer answer;
  while (true) {
    OUTPOST_TRY(std::string line, read_line());
    if (answer.empty()) {
      // Words of the server, in which anything may stand: "A1 OK it's done".
      const std::size_t first = line.find(' ');
      const std::size_t second = first == std::string::npos ? first : line.find(' ', first + 1);
      const std::string word =
          first == std::string::npos ? std::string() : line.substr(first + 1, second - first - 1);
      if (is_state(word) || line.starts_with('+')) {
        answer.push_back({ImapToken::Kind::kAtom, line.substr(0, first)});
        answer.push_back({ImapToken::Kind::kAtom, word});
        answer.push_back({ImapToken::Kind::kText,
                          second == std::string::npos ? std::string() : line.substr(second + 1)});
        return answer;
      }
    }
    const auto literal = announced(line);
    if (literal) line.resize(line.rfind('{'));
    const std::size_t earlier = answer.size();
    if (!read_tokens(line, kTokensMax - tokens_, answer)) {
      return fail(ErrorCode::kLimitExceeded, "the mail server answers with more than " +
                                                 std::to_string(kTokensMax) + " words");
    }
    tokens_ += answer.size() - earlier;
    if (answer.empty()) return against_protocol("an empty line");
    if (!literal) return answer;
    OUTPOST_TRY(std::string bytes, read_bytes(*literal));
    answer.push_back({ImapToken::Kind::kText, std::move(bytes)});
  }
}

Status ImapSession::send(const std::vector<std::string>& parts, const std::string& tag) {
  std::string text = tag + " ";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i % 2 == 0) {
      text += parts[i];
      continue;
    }
    text += "{" + std::to_string(parts[i].size()) + "}\r\n";
    OUTPOST_CHECK(line_->write(text));
    while (true) { // what it tells meanwhile is nothing that was asked
      OUTPOST_TRY(const ImapAnswer answer, read_answer());
      if (answer.front().text == "+") break;
      if (answer.front().text != "*") {
        return fail(ErrorCode::kInvalidArgument,
                    "the mail server refuses: " +
                        clean_text(answer.back().text, kShownBytes, false));
      }
    }
    text = parts[i];
  }
  return line_->write(text + "\r\n");
}

Result<std::vector<ImapAnswer>> ImapSession::command(const std::vector<std::string>& parts) {
  const std::string tag = "o" + std::to_string(++commands_);
  taken_ = buffer_.size();
  tokens_ = 0;
  OUTPOST_CHECK(send(parts, tag));
  std::vector<ImapAnswer> answers;
  while (true) {
    OUTPOST_TRY(ImapAnswer answer, read_answer());
    const std::string& first = answer.front().text;
    const std::string word = answer.size() > 1 ? answer[1].text : std::string();
    if (first == tag && word == "OK") return answers;
    if (first == tag) {
      return fail(ErrorCode::kInvalidArgument,
                  "the mail server refuses: " + clean_text(answer.back().text, kShownBytes, false));
    }
    if (first != "*") return against_protocol("it answers what was not asked");
    if (answer.size() < 2) return against_protocol("an answer without words");
    if (word == "BYE") {
      return fail(ErrorCode::kUnavailable,
                  "the mail server ends: " + clean_text(answer.back().text, kShownBytes, false));
    }
    if (answers.size() == kAnswersMax) {
      return fail(ErrorCode::kLimitExceeded,
                  "the mail server gives more than " + std::to_string(kAnswersMax) + " answers");
    }
    answer.erase(answer.begin());
    answers.push_back(std::move(answer));
  }
}

} // namespace outpost::agents
