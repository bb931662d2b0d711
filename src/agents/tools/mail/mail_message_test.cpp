// Mail as anybody may send it: what is read of it is plain text, bounded, and no header of ours can
// be made of it.
#include <gtest/gtest.h>

#include "agents/tools/mail/html_text.h"
#include "agents/tools/mail/mail_message.h"
#include "agents/tools/mail/mail_toolset.h"
#include "base/utf8.h"

namespace outpost::agents {
namespace {

std::string message_of(const std::string& type, const std::string& body) {
  return "From: Rosa Feld <rosa@example.org>\r\nSubject: Hello\r\nMessage-ID: <a1@example.org>\r\n"
         "Date: Wed, 18 Nov 2026 09:30:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: " +
         type + "\r\n\r\n" + body;
}

TEST(MailMessage, ReadsHeaderTextAndAttachments) {
  const auto read = read_mail(message_of(
      "multipart/mixed; boundary=b",
      "--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: "
      "quoted-printable\r\n\r\nGr=FC=DFe\r\n--b\r\nContent-Type: image/png\r\n"
      "Content-Disposition: attachment; filename=\"plan.png\"\r\n\r\nxx\r\n--b--\r\n"));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->from, "rosa@example.org");
  EXPECT_EQ(read->from_name, "Rosa Feld");
  EXPECT_EQ(read->subject, "Hello");
  EXPECT_EQ(read->id, "a1@example.org");
  EXPECT_EQ(read->sent_s, 1'794'990'600);
  EXPECT_EQ(read->text, "Gr\xC3\xBC\xC3\x9F"
                        "e");
  EXPECT_EQ(read->attachments, std::vector<std::string>{"plan.png"});
}

TEST(MailMessage, ReadsHtmlWhereThereIsNothingPlain) {
  const auto read = read_mail(message_of(
      "text/html; charset=utf-8",
      "<html><style>p{color:red}</style><script>alert('x<y')</script><p>Pay &lt;now&gt;&#33;<br>"
      "&amp; smile &#x1F600; &bogus; <!-- no --></p>"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text, "Pay <now>!\n& smile \xF0\x9F\x98\x80 &bogus;");
  EXPECT_EQ(text_of_html("a < b <unclosed"), "a ");
  EXPECT_EQ(text_of_html("&#0;&#xD800;&#x110000;&"), "&#0;&#xD800;&#x110000;&");
}

TEST(MailMessage, NothingOfItReachesATerminal) {
  const auto read =
      read_mail("From: \"a\x1b[2J\" <a@example.org>\r\nSubject: =?utf-8?q?x=1B]0=0D=0Ay?=\r\n"
                "\r\nred \x1b[31m text \xE2\x80\xAE gnorw \xff\r\n");
  ASSERT_TRUE(read);
  for (const std::string* text : {&read->from_name, &read->subject, &read->text}) {
    EXPECT_EQ(text->find('\x1b'), std::string::npos) << *text;
    EXPECT_EQ(text->find('\r'), std::string::npos) << *text;
    EXPECT_TRUE(is_utf8(*text));
  }
  EXPECT_EQ(read->subject.find('\n'), std::string::npos);
  EXPECT_EQ(read->text.find("\xE2\x80\xAE"), std::string::npos);
}

TEST(MailMessage, HostileShapesAreRefusedOrRead) {
  EXPECT_EQ(read_mail(std::string(kMailBytesMax + 1, 'a')).error().code, ErrorCode::kLimitExceeded);
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n";
  EXPECT_EQ(read_mail(deep).error().code, ErrorCode::kLimitExceeded);
  std::string less_deep;
  for (int i = 0; i < 190; ++i) {
    less_deep += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\r\n\r\n--b" +
                 std::to_string(i) + "\r\n";
  }
  EXPECT_TRUE(read_mail(less_deep + "\r\nhidden"));
  std::string wide = "Content-Type: multipart/mixed; boundary=a\r\n\r\n";
  for (int i = 0; i < 40'000; ++i) wide += "--a\r\n";
  EXPECT_EQ(read_mail(wide).error().code, ErrorCode::kLimitExceeded);
  for (const char* broken :
       {"", "\r\n", "no header at all", "From: <<>>, @,;:\r\nDate: yesterday\r\n\r\n",
        "Content-Type: multipart/mixed\r\n\r\n--\r\n",
        "Content-Type: text/plain; charset=nonsense\r\n\r\nx",
        "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!"}) {
    const auto read = read_mail(broken);
    ASSERT_TRUE(read) << broken;
    EXPECT_TRUE(is_utf8(read->text)) << broken;
  }
  std::string many_fields;
  while (many_fields.size() < kMailBytesMax - 100) many_fields += "X: y\r\n";
  EXPECT_TRUE(read_mail(many_fields + "\r\nend"));
}

// Every prefix and every mutation of a message is read or refused; the sanitizers watch.
TEST(MailMessage, AnyBytesAreReadOrRefused) {
  const std::string whole = message_of(
      "multipart/alternative; boundary=\"q\"",
      "--q\r\nContent-Type: text/plain\r\n\r\none\r\n--q\r\nContent-Type: message/rfc822\r\n\r\n"
      "Subject: in\r\n\r\ninner\r\n--q--\r\n");
  for (std::size_t end = 0; end < whole.size(); ++end) {
    EXPECT_TRUE(read_mail(std::string_view(whole).substr(0, end)));
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ static_cast<char>(1U << (at % 8)));
    const auto read = read_mail(changed);
    EXPECT_TRUE(!read || is_utf8(read->text + read->subject + read->from_name)) << at;
  }
}

MailDraft draft_of(std::string to, std::string subject, std::string text) {
  return {.from = "office@example.com",
          .from_name = "The Office",
          .to = std::move(to),
          .subject = std::move(subject),
          .text = std::move(text),
          .id = "1@example.com",
          .sent_s = 1'790'000'000};
}

TEST(MailDraft, IsReadBackAsItWasWritten) {
  const auto bytes =
      write_mail(draft_of("bea@example.com", "Grüße", "Lieber Herr Müller,\n.\nbis morgen"));
  ASSERT_TRUE(bytes);
  for (const char c : *bytes) EXPECT_TRUE(c > 0 && c < 0x7f) << *bytes;
  const auto read = read_mail(*bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->subject, "Grüße");
  EXPECT_EQ(read->text, "Lieber Herr Müller,\n.\nbis morgen");
  EXPECT_EQ(read->from, "office@example.com");
  EXPECT_EQ(read->sent_s, 1'790'000'000);
  EXPECT_EQ(recipient_of(*bytes).value_or(""), "bea@example.com");
  EXPECT_EQ(draft_name(*bytes), draft_name(*bytes));
  EXPECT_NE(draft_name(*bytes), draft_name(*bytes + " "));
  EXPECT_EQ(draft_name(*bytes).size(), 14u);
}

TEST(MailDraft, NoHeaderCanBeAdded) {
  for (const char* to :
       {"a@example.com\r\nBcc: evil@example.net", "a@example.com,evil@example.net", "a", "",
        "<a@example.com>", "a b@example.com", "a@example.net@example.com", "list:a@example.com;"}) {
    EXPECT_EQ(write_mail(draft_of(to, "s", "t")).error().code, ErrorCode::kInvalidArgument) << to;
  }
  const auto bytes =
      write_mail(draft_of("a@example.com", "s\r\nBcc: evil@example.net\r\n\r\nbody", "t"));
  ASSERT_TRUE(bytes);
  EXPECT_EQ(bytes->find("\r\nBcc:"), std::string::npos) << *bytes;
  EXPECT_EQ(recipient_of(*bytes).value_or(""), "a@example.com");
}

TEST(MailDraft, IsForOneAddressAlone) {
  const std::string begin = "From: a@example.com\r\nTo: b@example.com\r\n";
  EXPECT_TRUE(recipient_of(begin + "\r\nx"));
  for (const char* more :
       {"Cc: c@example.com\r\n", "Bcc: c@example.com\r\n", "To: c@example.com\r\n"}) {
    EXPECT_FALSE(recipient_of(begin + more + "\r\nx")) << more;
  }
  EXPECT_FALSE(
      recipient_of("From: a@example.com\r\nTo: all: b@example.com, c@example.com;\r\n\r\nx"));
  EXPECT_FALSE(recipient_of("From: a@example.com\r\n\r\nx"));
}

TEST(CleanText, NothingUnseenComesThrough) {
  EXPECT_EQ(
      clean_text("a\u061Cb\u200Bc\u200Ed\u200Fe\u2060f\uFEFFg\u2028h\u2029i\U000E0041j", 100, true),
      "abcdefg h ij");
  EXPECT_EQ(clean_text("\U000E0000x\U000E007F", 100, false), "x");
  // What joins and parts letters of Persian, and the pictures of families, stays.
  EXPECT_EQ(clean_text("a\u200Cb\u200Dc", 100, false), "a\u200Cb\u200Dc");
}

} // namespace
} // namespace outpost::agents
