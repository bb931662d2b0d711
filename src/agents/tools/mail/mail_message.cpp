#include "agents/tools/mail/mail_message.h"

#include <algorithm>
#include <gmime/gmime.h>
#include <memory>

#include "agents/tools/mail/html_text.h"
#include "base/utf8.h"

namespace outpost::agents {
namespace {

// A part that holds parts needs a field "Content-Type", every part a line that begins with "--":
// counted before anything is parsed, they bound how deep and how wide GMime can be led.
constexpr std::size_t kTypesMax = 200;
constexpr std::size_t kBoundariesMax = 1000;
constexpr std::size_t kLineBytesMax = 300; // of a subject, a name, a file name
constexpr std::size_t kAttachmentsMax = 20;

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

struct FreeText {
  void operator()(char* text) const { g_free(text); }
};
using OwnedText = std::unique_ptr<char, FreeText>;

struct FreeIterator {
  void operator()(GMimePartIter* iterator) const { g_mime_part_iter_free(iterator); }
};
struct FreeFormat {
  void operator()(GMimeFormatOptions* format) const { g_mime_format_options_free(format); }
};
struct UnrefDate {
  void operator()(GDateTime* date) const { g_date_time_unref(date); }
};

void start_gmime() {
  [[maybe_unused]] static const bool started = [] {
    g_mime_init();
    return true;
  }();
}

std::string_view view(const char* text) { return text == nullptr ? std::string_view() : text; }

char lower_byte(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::size_t count_types(std::string_view bytes) {
  constexpr std::string_view kField = "content-type";
  std::size_t count = 0;
  auto at = bytes.begin();
  while (true) {
    at = std::search(at, bytes.end(), kField.begin(), kField.end(),
                     [](char a, char b) { return lower_byte(a) == b; });
    if (at == bytes.end()) return count;
    ++count;
    at += static_cast<std::ptrdiff_t>(kField.size());
  }
}

std::size_t count_boundaries(std::string_view bytes) {
  std::size_t count = bytes.starts_with("--") ? 1 : 0;
  for (std::size_t at = 0; (at = bytes.find("\n--", at)) != std::string_view::npos; at += 3)
    ++count;
  return count;
}

Status check_parts(std::string_view bytes) {
  if (bytes.size() > kMailBytesMax) {
    return fail(ErrorCode::kLimitExceeded, "a message of " + std::to_string(bytes.size()) +
                                               " bytes; the limit is " +
                                               std::to_string(kMailBytesMax));
  }
  if (count_types(bytes) > kTypesMax || count_boundaries(bytes) > kBoundariesMax) {
    return fail(ErrorCode::kLimitExceeded, "the message has more parts than one is read with");
  }
  return {};
}

// Null when there is nothing that a message could begin with.
Owned<GMimeMessage> parse_message(std::string_view bytes) {
  start_gmime();
  const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  return Owned<GMimeMessage>(g_mime_parser_construct_message(parser.get(), nullptr));
}

void read_author(GMimeMessage* message, MailMessage& into) {
  InternetAddressList* list = g_mime_message_get_from(message);
  if (list == nullptr || internet_address_list_length(list) < 1) return;
  InternetAddress* first = internet_address_list_get_address(list, 0);
  into.from_name = clean_text(view(internet_address_get_name(first)), kLineBytesMax, false);
  if (!INTERNET_ADDRESS_IS_MAILBOX(first)) return;
  const char* address = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(first));
  into.from = clean_text(view(address), kLineBytesMax, false);
}

// A part that is read as text, or else is told of.
void read_leaf(GMimePart* part, MailMessage& into, std::string& html) {
  const char* file = g_mime_part_get_filename(part);
  GMimeContentType* type = g_mime_object_get_content_type(GMIME_OBJECT(part));
  const bool is_text = GMIME_IS_TEXT_PART(part) && !g_mime_part_is_attachment(part);
  const bool is_plain = is_text && g_mime_content_type_is_type(type, "text", "plain") != 0;
  const bool is_html = is_text && g_mime_content_type_is_type(type, "text", "html") != 0;
  if ((is_plain && into.text.empty()) || (is_html && html.empty())) {
    const OwnedText text(g_mime_text_part_get_text(GMIME_TEXT_PART(part)));
    (is_plain ? into.text : html) = view(text.get());
  } else if ((!is_text || file != nullptr) && into.attachments.size() < kAttachmentsMax) {
    const OwnedText kind(g_mime_content_type_get_mime_type(type));
    into.attachments.push_back(
        clean_text(file != nullptr ? view(file) : view(kind.get()), kLineBytesMax, false));
  }
}

void read_parts(GMimeMessage* message, MailMessage& into) {
  GMimeObject* top = g_mime_message_get_mime_part(message);
  if (top == nullptr) return;
  std::string html;
  if (GMIME_IS_PART(top)) {
    read_leaf(GMIME_PART(top), into, html);
  } else {
    const std::unique_ptr<GMimePartIter, FreeIterator> at(g_mime_part_iter_new(top));
    while (g_mime_part_iter_is_valid(at.get()) != 0) {
      GMimeObject* part = g_mime_part_iter_get_current(at.get());
      if (GMIME_IS_PART(part)) read_leaf(GMIME_PART(part), into, html);
      if (g_mime_part_iter_next(at.get()) == 0) break;
    }
  }
  if (into.text.empty()) into.text = text_of_html(html);
  into.text = clean_text(into.text, kMailBytesMax, true);
}

// What shows nothing and can make two texts look alike, or hide one in another: marks of direction,
// spaces without width, letters of "tags". U+200C and U+200D are in how words are spelt.
bool is_unseen(char32_t value) {
  return value == 0x061c || value == 0x200b || value == 0x200e || value == 0x200f ||
         value == 0x2060 || value == 0xfeff || (value >= 0xe0000 && value <= 0xe007f);
}

} // namespace

std::string clean_text(std::string_view text, std::size_t bytes_max, bool keeps_lines) {
  std::string out;
  while (!text.empty()) {
    const Utf8 character = decode_utf8(text);
    const bool is_whole = character.state == Utf8::State::kWhole;
    const bool is_line_end = character.value == '\n' && keeps_lines;
    // Also what turns the direction of writing round, so that nothing looks other than it is.
    const bool is_control = character.value < 0x20 ||
                            (character.value >= 0x7f && character.value < 0xa0) ||
                            character.value == 0x2028 || character.value == 0x2029 ||
                            (character.value >= 0x202a && character.value <= 0x202e) ||
                            (character.value >= 0x2066 && character.value <= 0x2069);
    std::string piece;
    if (is_whole && is_control && !is_line_end) {
      if (character.value != '\r' || !keeps_lines) piece = " ";
    } else if (!is_whole || !is_unseen(character.value)) {
      append_utf8(is_whole ? character.value : kReplacement, piece);
    }
    if (out.size() + piece.size() > bytes_max) break;
    out += piece;
    text.remove_prefix(character.size_bytes);
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == '\n')) out.pop_back();
  return out;
}

Result<MailMessage> read_mail(std::string_view bytes) {
  OUTPOST_CHECK(check_parts(bytes));
  const Owned<GMimeMessage> message = parse_message(bytes);
  MailMessage read;
  if (!message) return read;
  read_author(message.get(), read);
  read.subject = clean_text(view(g_mime_message_get_subject(message.get())), kLineBytesMax, false);
  read.id = clean_text(view(g_mime_message_get_message_id(message.get())), kLineBytesMax, false);
  if (GDateTime* date = g_mime_message_get_date(message.get())) {
    read.sent_s = g_date_time_to_unix(date);
  }
  read_parts(message.get(), read);
  return read;
}

Result<std::string> recipient_of(std::string_view bytes) {
  OUTPOST_CHECK(check_parts(bytes));
  const Owned<GMimeMessage> message = parse_message(bytes);
  const Owned<InternetAddressList> all(message ? g_mime_message_get_all_recipients(message.get())
                                               : nullptr);
  if (all && internet_address_list_length(all.get()) == 1) {
    InternetAddress* one = internet_address_list_get_address(all.get(), 0);
    if (INTERNET_ADDRESS_IS_MAILBOX(one)) {
      return std::string(view(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one))));
    }
  }
  return fail(ErrorCode::kInvalidArgument, "the message is not for exactly one address");
}

Result<std::string> write_mail(const MailDraft& draft) {
  const auto is_one_address = [](std::string_view address) {
    return std::count(address.begin(), address.end(), '@') == 1 && address.size() <= 254 &&
           std::all_of(address.begin(), address.end(), [](char c) {
             return c > 0x20 && c < 0x7f && c != '<' && c != '>' && c != ',' && c != ';' &&
                    c != ':';
           });
  };
  if (!is_one_address(draft.from) || !is_one_address(draft.to)) {
    return fail(ErrorCode::kInvalidArgument,
                "'" + clean_text(draft.to, kLineBytesMax, false) + "' is no address to write to");
  }
  start_gmime();
  const Owned<GMimeMessage> message(g_mime_message_new(TRUE));
  const std::string name = clean_text(draft.from_name, kLineBytesMax, false);
  g_mime_message_add_mailbox(message.get(), GMIME_ADDRESS_TYPE_FROM,
                             name.empty() ? nullptr : name.c_str(), draft.from.c_str());
  g_mime_message_add_mailbox(message.get(), GMIME_ADDRESS_TYPE_TO, nullptr, draft.to.c_str());
  g_mime_message_set_subject(message.get(), clean_text(draft.subject, kLineBytesMax, false).c_str(),
                             "utf-8");
  const std::unique_ptr<GDateTime, UnrefDate> date(g_date_time_new_from_unix_utc(draft.sent_s));
  if (date) g_mime_message_set_date(message.get(), date.get());
  g_mime_message_set_message_id(message.get(), clean_text(draft.id, kLineBytesMax, false).c_str());
  if (!draft.answers.empty()) {
    const std::string id = "<" + clean_text(draft.answers, kLineBytesMax, false) + ">";
    for (const char* field : {"In-Reply-To", "References"}) {
      g_mime_object_set_header(GMIME_OBJECT(message.get()), field, id.c_str(), "utf-8");
    }
  }
  const Owned<GMimeTextPart> text(g_mime_text_part_new());
  g_mime_text_part_set_charset(text.get(), "utf-8");
  g_mime_text_part_set_text(text.get(),
                            (clean_text(draft.text, kMailBytesMax, true) + "\n").c_str());
  g_mime_message_set_mime_part(message.get(), GMIME_OBJECT(text.get()));
  g_mime_object_encode(GMIME_OBJECT(message.get()), GMIME_ENCODING_CONSTRAINT_7BIT);
  const std::unique_ptr<GMimeFormatOptions, FreeFormat> format(g_mime_format_options_new());
  g_mime_format_options_set_newline_format(format.get(), GMIME_NEWLINE_FORMAT_DOS);
  const OwnedText whole(g_mime_object_to_string(GMIME_OBJECT(message.get()), format.get()));
  return std::string(view(whole.get()));
}

} // namespace outpost::agents
