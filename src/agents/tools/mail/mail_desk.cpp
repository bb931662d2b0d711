#include "agents/tools/mail/mail_desk.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <optional>

#include "agents/call/words.h"
#include "catalog/digest.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr std::size_t kDraftsSearched = 50; // the newest
constexpr std::string_view kMessageSign = "M-";
static_assert(kMailBytesMax == 256U << 10U); // find_draft says it

std::string sent_day(const MailMessage& message) {
  if (!message.sent_s) return "no date";
  const std::time_t seconds = *message.sent_s;
  std::tm parts{};
  if (::gmtime_r(&seconds, &parts) == nullptr) return "no date";
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &parts);
  return length == 0 ? "no date" : std::string(text.data(), length);
}

std::string author_of(const MailMessage& message) {
  if (message.from_name.empty()) return message.from.empty() ? "nobody" : message.from;
  return message.from_name + " <" + message.from + ">";
}

std::string domain_of(const std::string& address) { return address.substr(address.rfind('@') + 1); }

// The whole in one line, as far as it goes.
std::string shown_words(const std::string& text) {
  return clean_text(text, 80, false) + (text.size() > 80 ? "..." : "");
}

// Words of a wish to find mail that are about the finding.
constexpr auto kFindingWords = std::to_array<std::string_view>(
    {"about", "email", "emails", "find", "for", "from", "inbox", "look", "mail", "mails", "message",
     "messages", "search", "show", "wrote", "written", "sent"});
constexpr std::size_t kSearchedWordsMax = 8;

// What is looked for: a small model may hand over the whole request.
std::vector<std::string> telling_words(const std::string& text) {
  std::vector<std::string> words;
  for (const Word& word : split_words(text)) {
    const bool is_telling =
        !is_function_word(word.text) &&
        std::find(kFindingWords.begin(), kFindingWords.end(), word.text) == kFindingWords.end();
    if (!is_telling || words.size() == kSearchedWordsMax) continue;
    words.push_back(word.text.starts_with(word.stem) ? word.stem : word.text);
  }
  return words;
}

// What a user dictates, where the whole request was handed over: it follows a colon or "that".
// Calls that no request led to have none, and say what is meant.
std::string dictated(const std::string& text, const std::string& request) {
  if (request.empty() || text.find(request) == std::string::npos) return text;
  for (const std::string_view sign : {std::string_view(": "), std::string_view(" that ")}) {
    const std::size_t at = text.find(sign);
    if (at != std::string::npos && at + sign.size() < text.size()) {
      return text.substr(at + sign.size());
    }
  }
  return text;
}

} // namespace

std::string draft_name(std::string_view bytes) {
  const std::string hex = catalog::sha256_of(std::string(bytes)).hex().substr(0, 15);
  std::uint64_t number = 0;
  std::from_chars(hex.data(), hex.data() + hex.size(), number, 16);
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "D-%012llu",
                static_cast<unsigned long long>(number % 1'000'000'000'000ULL));
  return digits.data();
}

std::string MailDesk::folder_in(const Arguments& arguments) const {
  return arguments.text("folder").value_or(inbox());
}

Result<std::uint32_t> MailDesk::message_in(const Arguments& arguments) const {
  const std::string name = *arguments.text("message");
  std::uint32_t number = 0;
  const char* begin = name.data() + std::min(name.size(), kMessageSign.size());
  const auto read = std::from_chars(begin, name.data() + name.size(), number);
  if (read.ec == std::errc() && read.ptr == name.data() + name.size() && number > 0) return number;
  return fail(ErrorCode::kInvalidArgument, "'" + name + "' is no number of a message");
}

Result<json::value> MailDesk::tell(const std::vector<MailHead>& heads,
                                   const std::string& of_none) const {
  json::array list;
  std::string say;
  for (const MailHead& head : heads) {
    const std::string name = std::string(kMessageSign) + std::to_string(head.number);
    list.push_back(json::object{{"message", name},
                                {"from", head.message.from},
                                {"name", head.message.from_name},
                                {"subject", head.message.subject},
                                {"sent", sent_day(head.message)},
                                {"read", head.is_read},
                                {"flagged", head.is_flagged}});
    say += (say.empty() ? "" : "\n") + name + " " + author_of(head.message) + ": " +
           head.message.subject + " (" + sent_day(head.message) + (head.is_read ? "" : ", new") +
           (head.is_flagged ? ", flagged)" : ")");
  }
  return json::value(
      json::object{{"messages", std::move(list)}, {"say", say.empty() ? of_none : say}});
}

Result<json::value> MailDesk::list(const Arguments& arguments, const CallContext& context) const {
  const std::string folder = folder_in(arguments);
  OUTPOST_TRY(const auto mailbox, parts_.open(context.cancel));
  OUTPOST_TRY(const auto heads, mailbox->list(folder, {}, use_.messages_max));
  return tell(heads, folder + " is empty.");
}

Result<json::value> MailDesk::search(const Arguments& arguments, const CallContext& context) const {
  const std::vector<std::string> words = telling_words(*arguments.text("words"));
  if (words.empty()) return fail(ErrorCode::kInvalidArgument, "no word says what to look for");
  std::string shown;
  for (const std::string& word : words) shown += (shown.empty() ? "" : " ") + word;
  OUTPOST_TRY(const auto mailbox, parts_.open(context.cancel));
  OUTPOST_TRY(const auto heads, mailbox->list(folder_in(arguments), words, use_.messages_max));
  return tell(heads, "No message has the words '" + shown + "'.");
}

Result<json::value> MailDesk::read(const Arguments& arguments, const CallContext& context) const {
  OUTPOST_TRY(const std::uint32_t number, message_in(arguments));
  OUTPOST_TRY(const auto mailbox, parts_.open(context.cancel));
  OUTPOST_TRY(const std::string bytes, mailbox->read(folder_in(arguments), number));
  OUTPOST_TRY(const MailMessage message, read_mail(bytes));
  const std::string text = clean_text(message.text, use_.text_bytes_max, true);
  const bool is_cut = text.size() < message.text.size() || bytes.size() == kMailBytesMax;
  json::array attachments;
  std::string say = std::string(kMessageSign) + std::to_string(number) + " from " +
                    author_of(message) + ", " + message.subject + " (" + sent_day(message) +
                    "): " + (text.empty() ? "it has no text." : text) + (is_cut ? " [...]" : "");
  for (const std::string& name : message.attachments) {
    attachments.emplace_back(name);
    say += "\nAttached: " + name;
  }
  return json::value(json::object{{"from", message.from},
                                  {"name", message.from_name},
                                  {"subject", message.subject},
                                  {"sent", sent_day(message)},
                                  {"text", text},
                                  {"cut", is_cut},
                                  {"attachments", std::move(attachments)},
                                  {"say", std::move(say)}});
}

Result<json::value> MailDesk::flag(const Arguments& arguments, const CallContext& context) const {
  OUTPOST_TRY(const std::uint32_t number, message_in(arguments));
  OUTPOST_TRY(const auto mailbox, parts_.open(context.cancel));
  OUTPOST_CHECK(mailbox->flag(inbox(), number));
  const std::string name = std::string(kMessageSign) + std::to_string(number);
  return json::value(json::object{{"message", name}, {"say", name + " is flagged."}});
}

Result<json::value> MailDesk::file(const Arguments& arguments, const CallContext& context) const {
  OUTPOST_TRY(const std::uint32_t number, message_in(arguments));
  const std::string to = *arguments.text("folder");
  if (to == inbox()) return fail(ErrorCode::kInvalidArgument, "it is in " + to + " already");
  OUTPOST_TRY(const auto mailbox, parts_.open(context.cancel));
  OUTPOST_CHECK(mailbox->move(inbox(), number, to));
  const std::string name = std::string(kMessageSign) + std::to_string(number);
  return json::value(
      json::object{{"message", name}, {"folder", to}, {"say", name + " is in " + to + "."}});
}

Result<json::value> MailDesk::keep_draft(Mailbox& mailbox, MailDraft draft,
                                         const CallContext& context) const {
  draft.from = use_.address;
  draft.from_name = use_.name;
  draft.sent_s = parts_.clock.wall_ms() / 1000;
  // The same for every try of one wish, so that the receiver's side can tell copies.
  const std::string wish = context.idempotency_key.empty()
                               ? std::to_string(parts_.clock.wall_ms()) + draft.to + draft.text
                               : context.idempotency_key;
  draft.id = catalog::sha256_of(wish).hex().substr(0, 32) + "@" + domain_of(use_.address);
  OUTPOST_TRY(const std::string bytes, write_mail(draft));
  OUTPOST_CHECK(mailbox.add_draft(use_.drafts, bytes));
  const std::string name = draft_name(bytes);
  return json::value(
      json::object{{"draft", name},
                   {"to", draft.to},
                   {"subject", draft.subject},
                   {"say", "Draft " + name + " to " + draft.to + ", " + draft.subject + ": " +
                               shown_words(draft.text) + ". It is not sent."}});
}

// To the author, whatever the message says about where answers should go: what the user read of is
// whom they answer.
Result<json::value> MailDesk::reply(const Arguments& arguments, const CallContext& context) const {
  OUTPOST_TRY(const std::uint32_t number, message_in(arguments));
  OUTPOST_TRY(const auto mailbox, parts_.open(context.cancel));
  OUTPOST_TRY(const std::string bytes, mailbox->read(folder_in(arguments), number));
  OUTPOST_TRY(const MailMessage message, read_mail(bytes));
  MailDraft draft;
  draft.to = message.from;
  draft.subject = message.subject.starts_with("Re: ") ? message.subject : "Re: " + message.subject;
  draft.text = dictated(*arguments.text("text"), context.request);
  draft.answers = message.id;
  return keep_draft(*mailbox, std::move(draft), context);
}

Result<json::value> MailDesk::draft(const Arguments& arguments, const CallContext& context) const {
  OUTPOST_TRY(const auto mailbox, parts_.open(context.cancel));
  MailDraft draft;
  draft.to = *arguments.text("to");
  draft.text = dictated(*arguments.text("text"), context.request);
  draft.subject = shown_words(draft.text);
  return keep_draft(*mailbox, std::move(draft), context);
}

Result<MailDesk::FiledDraft> MailDesk::find_draft(Mailbox& mailbox, const std::string& name) const {
  OUTPOST_TRY(const auto heads, mailbox.list(use_.drafts, {}, kDraftsSearched));
  std::optional<FiledDraft> found;
  for (const MailHead& head : heads) {
    OUTPOST_TRY(std::string bytes, mailbox.read(use_.drafts, head.number));
    if (draft_name(bytes) != name) continue;
    if (found && found->bytes != bytes) {
      return fail(ErrorCode::kConflict, "two drafts are called " + name);
    }
    if (!found) found = FiledDraft{head.number, std::move(bytes)};
  }
  if (found && found->bytes.size() >= kMailBytesMax) {
    return fail(ErrorCode::kUnsupported, "a draft of 256 KiB and more is not sent from here");
  }
  if (found) return *std::move(found);
  return fail(ErrorCode::kNotFound,
              "there is no draft " + name + " any more: it was changed, sent or deleted");
}

Result<json::value> MailDesk::send(const Arguments& arguments, const CallContext& context) const {
  const std::string name = *arguments.text("draft");
  const auto told = [&](const std::string& to, const std::string& more) {
    return json::value(json::object{
        {"draft", name}, {"to", to}, {"say", name + " is sent to " + to + "." + more}});
  };
  OUTPOST_TRY(const auto earlier, parts_.sent.sent_for(context.idempotency_key));
  if (earlier) return told(*earlier, "");
  OUTPOST_TRY(const auto mailbox, parts_.open(context.cancel));
  OUTPOST_TRY(const FiledDraft draft, find_draft(*mailbox, name));
  OUTPOST_TRY(const std::string to, recipient_of(draft.bytes));
  if (!may_receive(use_.recipients, to)) {
    return fail(ErrorCode::kPermissionDenied,
                "'" + clean_text(to, 254, false) + "' may not be written to",
                "`email: recipients:` of the agent file has the list");
  }
  const std::string digest = catalog::sha256_of(draft.bytes).hex();
  OUTPOST_CHECK(parts_.sent.begin(digest, context.idempotency_key, to, parts_.clock.wall_ms()));
  const Status sent = parts_.send ? parts_.send(to, draft.bytes, context.cancel) : Status();
  // What may have gone out stays in the book as it is: not known, and never repeated.
  if (sent || !may_have_happened(sent.error().code)) {
    OUTPOST_CHECK(parts_.sent.end(digest, sent.has_value()));
  }
  OUTPOST_CHECK(sent);
  const Status filed = mailbox->move(use_.drafts, draft.number, use_.sent);
  return told(to, filed ? "" : " It is still among the drafts: " + filed.error().message + ".");
}

} // namespace outpost::agents
