// The IMAP that a mailbox needs (RFC 3501, 6851), over a line that is logged in: commands out,
// answers in as tokens. Literals are read by their length, so nothing that a message says can be
// taken for the server's words. Everything that comes is bounded.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/byte_line.h"

namespace outpost::agents {

struct ImapToken {
  enum class Kind { kAtom, kText, kOpen, kClose };
  Kind kind = Kind::kAtom;
  std::string text; // kText: a quoted string or a literal, without quotes
};

// One answer of the server: "* 12 FETCH (UID 105 FLAGS (\Seen))" without its star. Never empty.
using ImapAnswer = std::vector<ImapToken>;

// Belongs to one thread.
class ImapSession {
public:
  static constexpr std::size_t kAnswerBytesMax = 4U << 20U; // to one command
  static constexpr std::size_t kAnswersMax = 20'000;        // to one command
  static constexpr std::size_t kTokensMax = 200'000;        // to one command: each is 40 bytes
  static constexpr std::size_t kLineBytesMax = 1U << 20U;

  explicit ImapSession(std::unique_ptr<net::ByteLine> line) : line_(std::move(line)) {}

  // `parts`: text, literal, text, literal, ... in turn. What the server told before it said OK.
  // kInvalidArgument when it says NO or BAD, with its words; kLimitExceeded, kCorruptData, and
  // those of the line.
  Result<std::vector<ImapAnswer>> command(const std::vector<std::string>& parts);

private:
  Status send(const std::vector<std::string>& parts, const std::string& tag);
  Result<ImapAnswer> read_answer();
  Result<std::string> read_line();
  Result<std::string> read_bytes(std::size_t count);
  Status fill(std::size_t count);

  std::unique_ptr<net::ByteLine> line_;
  std::string buffer_;     // came, and is not read yet
  std::size_t taken_ = 0;  // bytes of the answers to this command
  std::size_t tokens_ = 0; // of its lines; literals come with a word each
  std::uint32_t commands_ = 0;
};

// A text as it stands in a command: quoted. REQUIRES: no control characters, quotes or backslashes.
std::string imap_quoted(std::string_view text);

} // namespace outpost::agents
