#include "agents/tools/mail/imap_mailbox.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "agents/tools/mail/imap_session.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kHeaderBytes = 16U << 10U; // of the fields that a list needs
constexpr const char* kListed = "(UID FLAGS BODY.PEEK[HEADER.FIELDS (FROM SUBJECT DATE)]<0.16384>)";
static_assert(kHeaderBytes == 16384 && kMailBytesMax == 262144);
constexpr const char* kWhole = "(UID BODY.PEEK[]<0.262144>)";

std::optional<std::uint32_t> number_in(const ImapToken& token) {
  std::uint32_t number = 0;
  const char* end = token.text.data() + token.text.size();
  const auto read = std::from_chars(token.text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end || number == 0) return std::nullopt;
  return number;
}

struct FetchedMail {
  std::uint32_t number = 0;
  std::vector<std::string> flags;
  std::string bytes; // of the section that was asked for
};

// "12 FETCH (UID 105 FLAGS (\Seen) BODY[...]<0> ...)": pairs of a name and a value, in any order.
std::optional<FetchedMail> read_fetched(const ImapAnswer& answer) {
  if (answer.size() < 3 || answer[1].text != "FETCH" || answer[2].kind != ImapToken::Kind::kOpen) {
    return std::nullopt;
  }
  FetchedMail mail;
  for (std::size_t at = 3; at + 1 < answer.size();) {
    const std::string& name = answer[at].text;
    const ImapToken& value = answer[at + 1];
    if (name == "UID") mail.number = number_in(value).value_or(0);
    if (name.starts_with("BODY[") && value.kind == ImapToken::Kind::kText) mail.bytes = value.text;
    at += 2;
    if (value.kind != ImapToken::Kind::kOpen) continue;
    for (std::size_t depth = 1; at < answer.size() && depth > 0; ++at) {
      if (answer[at].kind == ImapToken::Kind::kOpen) ++depth;
      if (answer[at].kind == ImapToken::Kind::kClose) --depth;
      if (name == "FLAGS" && depth == 1) mail.flags.push_back(answer[at].text);
    }
  }
  if (mail.number == 0) return std::nullopt;
  return mail;
}

bool has_flag(const FetchedMail& mail, std::string_view flag) {
  return std::find(mail.flags.begin(), mail.flags.end(), flag) != mail.flags.end();
}

std::string numbers_text(const std::vector<std::uint32_t>& numbers) {
  std::string text;
  for (const std::uint32_t number : numbers) {
    text += (text.empty() ? "" : ",") + std::to_string(number);
  }
  return text;
}

class ImapMailbox final : public Mailbox {
public:
  explicit ImapMailbox(std::unique_ptr<net::ByteLine> line) : session_(std::move(line)) {}

  Result<std::vector<MailHead>> list(const std::string& folder,
                                     const std::vector<std::string>& words,
                                     std::size_t most) override {
    OUTPOST_TRY(const std::uint32_t count, select(folder, "EXAMINE "));
    if (count == 0) return std::vector<MailHead>();
    std::string command;
    if (words.empty()) {
      const auto shown = static_cast<std::uint32_t>(std::min<std::size_t>(most, count));
      command = "FETCH " + std::to_string(count - shown + 1) + ":" + std::to_string(count) + " ";
    } else {
      OUTPOST_TRY(std::vector<std::uint32_t> found, search(words));
      if (found.empty()) return std::vector<MailHead>();
      std::sort(found.begin(), found.end());
      if (found.size() > most) {
        found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(most));
      }
      command = "UID FETCH " + numbers_text(found) + " ";
    }
    OUTPOST_TRY(const auto answers, session_.command({command + kListed}));
    std::vector<MailHead> heads;
    for (const ImapAnswer& answer : answers) {
      const auto mail = read_fetched(answer);
      if (!mail || mail->bytes.size() > kHeaderBytes) continue;
      auto message = read_mail(mail->bytes);
      if (!message) continue;
      heads.push_back({mail->number, *std::move(message), has_flag(*mail, "\\Seen"),
                       has_flag(*mail, "\\Flagged")});
    }
    std::sort(heads.begin(), heads.end(),
              [](const MailHead& a, const MailHead& b) { return a.number > b.number; });
    if (heads.size() > most) heads.resize(most);
    return heads;
  }

  Result<std::string> read(const std::string& folder, std::uint32_t number) override {
    OUTPOST_CHECK(select(folder, "EXAMINE "));
    OUTPOST_TRY(FetchedMail mail, fetch(folder, number, kWhole));
    if (mail.bytes.size() > kMailBytesMax) mail.bytes.resize(kMailBytesMax);
    return std::move(mail.bytes);
  }

  Status flag(const std::string& folder, std::uint32_t number) override {
    OUTPOST_CHECK(find_to_change(folder, number));
    return run("UID STORE " + std::to_string(number) + " +FLAGS.SILENT (\\Flagged)");
  }

  // A server that cannot move (RFC 6851) copies, and marks the old one to be deleted: whoever
  // empties the folder deletes it.
  Status move(const std::string& folder, std::uint32_t number, const std::string& to) override {
    OUTPOST_CHECK(find_to_change(folder, number));
    OUTPOST_TRY(const auto abilities, session_.command({"CAPABILITY"}));
    const bool moves = std::any_of(abilities.begin(), abilities.end(), [](const ImapAnswer& one) {
      return std::any_of(one.begin(), one.end(),
                         [](const ImapToken& token) { return token.text == "MOVE"; });
    });
    const std::string what = std::to_string(number) + " " + imap_quoted(to);
    if (moves) return run("UID MOVE " + what);
    OUTPOST_CHECK(run("UID COPY " + what));
    const Status marked = run("UID STORE " + std::to_string(number) + " +FLAGS.SILENT (\\Deleted)");
    if (marked) return {};
    // With a code of may_have_happened: there is a copy now.
    return fail(ErrorCode::kIo,
                "it was copied to " + to +
                    ", and the old one could not be marked: " + marked.error().message);
  }

  Status add_draft(const std::string& folder, std::string_view bytes) override {
    const auto added = session_.command(
        {"APPEND " + imap_quoted(folder) + " (\\Draft \\Seen) ", std::string(bytes)});
    if (!added) return fail(added.error());
    return {};
  }

private:
  Status run(const std::string& command) {
    const auto answers = session_.command({command});
    if (!answers) return fail(answers.error());
    return {};
  }

  // How many messages the folder has.
  Result<std::uint32_t> select(const std::string& folder, const std::string& how) {
    const auto answers = session_.command({how + imap_quoted(folder)});
    if (!answers && answers.error().code == ErrorCode::kInvalidArgument) {
      return fail(ErrorCode::kNotFound,
                  "there is no mail folder '" + folder + "': " + answers.error().message);
    }
    if (!answers) return fail(answers.error());
    for (const ImapAnswer& answer : *answers) {
      if (answer.size() != 2 || answer[1].text != "EXISTS") continue;
      return number_in(answer[0]).value_or(0);
    }
    return fail(ErrorCode::kCorruptData,
                "the mail server does not say how much '" + folder + "' holds");
  }

  Result<FetchedMail> fetch(const std::string& folder, std::uint32_t number,
                            const std::string& what) {
    OUTPOST_TRY(const auto answers,
                session_.command({"UID FETCH " + std::to_string(number) + " " + what}));
    for (const ImapAnswer& answer : answers) {
      auto mail = read_fetched(answer);
      if (mail && mail->number == number) return *std::move(mail);
    }
    return fail(ErrorCode::kNotFound, folder + " has no message M-" + std::to_string(number));
  }

  // A server says OK to changes of what is not there.
  Status find_to_change(const std::string& folder, std::uint32_t number) {
    OUTPOST_CHECK(select(folder, "SELECT "));
    const auto found = fetch(folder, number, "(UID)");
    if (!found) return fail(found.error());
    return {};
  }

  Result<std::vector<std::uint32_t>> search(const std::vector<std::string>& words) {
    std::vector<std::string> command;
    for (const std::string& word : words) {
      command.push_back(command.empty() ? "UID SEARCH CHARSET UTF-8 TEXT " : " TEXT ");
      command.push_back(word);
    }
    OUTPOST_TRY(const auto answers, session_.command(command));
    std::vector<std::uint32_t> found;
    for (const ImapAnswer& answer : answers) {
      if (answer.front().text != "SEARCH") continue;
      for (std::size_t i = 1; i < answer.size(); ++i) {
        if (const auto number = number_in(answer[i])) found.push_back(*number);
      }
    }
    return found;
  }

  ImapSession session_;
};

} // namespace

std::unique_ptr<Mailbox> make_imap_mailbox(std::unique_ptr<net::ByteLine> line) {
  return std::make_unique<ImapMailbox>(std::move(line));
}

} // namespace outpost::agents
