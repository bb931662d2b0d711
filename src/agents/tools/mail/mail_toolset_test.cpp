// The tools over a mailbox, over a folder of files and over a server, and what a hostile server may
// do.
#include <deque>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "agents/call/pattern.h"
#include "agents/spec/agent_spec.h"
#include "agents/tools/mail/folder_mailbox.h"
#include "agents/tools/mail/imap_mailbox.h"
#include "agents/tools/mail/mail_toolset.h"
#include "base/random.h"
#include "net/imap_line.h"
#include "net/send_mail.h"
#include "support/mail_test_servers.h"

namespace outpost::agents {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string simple_mail(const std::string& from, const std::string& subject,
                        const std::string& text) {
  return "From: " + from + "\r\nTo: office@example.com\r\nSubject: " + subject +
         "\r\nDate: Wed, 18 Nov 2026 09:30:00 +0000\r\nMessage-ID: <m1@example.org>\r\n\r\n" +
         text + "\r\n";
}

EmailSection all_tools() {
  EmailSection use;
  use.address = "office@example.com";
  use.folders = {"INBOX", "Offers"};
  use.tools = {EmailTool::kList, EmailTool::kSearch, EmailTool::kRead,  EmailTool::kFlag,
               EmailTool::kFile, EmailTool::kReply,  EmailTool::kDraft, EmailTool::kSend};
  use.recipients = {"*@example.org", "bea@example.com"};
  return use;
}

// A mailbox behind its tools; which, is the test's.
class MailTools : public ::testing::Test {
protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("outpost-mail-" + std::to_string(random_seed()));
    fs::create_directories(folder_ / "INBOX");
    auto sent = SentBook::open(folder_ / "mail.sqlite");
    ASSERT_TRUE(sent) << sent.error().message;
    sent_ = *std::move(sent);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void
  open(OpenMailbox mailbox,
       std::function<Status(const std::string&, std::string_view, const CancelToken&)> send = {},
       EmailSection use = all_tools()) {
    tools_ =
        make_mail_toolset(std::move(use), {std::move(mailbox), std::move(send), *sent_, clock_});
  }
  void open_folder() {
    open([this](const CancelToken&) { return open_folder_mailbox(folder_.string()); });
  }
  void put_file(const std::string& path, const std::string& bytes) const {
    std::ofstream(folder_ / path, std::ios::binary) << bytes;
  }
  Result<ToolResult> call(const std::string& tool, json::object arguments,
                          const std::string& key = {}) {
    CallContext context;
    context.idempotency_key = key;
    context.request = request_;
    return tools_->call({"c1", tool, std::move(arguments)}, context);
  }
  std::string said(const std::string& tool, json::object arguments, const std::string& key = {}) {
    const auto result = call(tool, std::move(arguments), key);
    return result ? result->statement : "error: " + result.error().message;
  }
  std::string draft(const std::string& to) {
    const auto made = call("draft_mail", {{"to", to}, {"text", "The plan is ready."}});
    return made ? std::string(made->content.at("draft").as_string()) : made.error().message;
  }

  fs::path folder_;
  std::string request_ = "please";
  FakeClock clock_;
  std::unique_ptr<SentBook> sent_;
  std::unique_ptr<Toolset> tools_;
};

TEST_F(MailTools, OverAFolderOfFiles) {
  put_file("INBOX/7.eml",
           simple_mail("Rosa <rosa@example.org>", "Fair", "4,200 euros for the stand"));
  put_file("INBOX/9.eml", simple_mail("Karl <karl@example.org>", "Lamp", "It does not work."));
  put_file("INBOX/notes.txt", "no message");
  open_folder();
  const std::string list = said("list_mail", {});
  EXPECT_EQ(list, "M-9 Karl <karl@example.org>: Lamp (2026-11-18 09:30)\n"
                  "M-7 Rosa <rosa@example.org>: Fair (2026-11-18 09:30)");
  EXPECT_NE(said("search_mail", {{"words", "stands"}}).find("M-7"), std::string::npos);
  EXPECT_EQ(said("search_mail", {{"words", "zebra"}}), "No message has the words 'zebra'.");
  const std::string whole = said("search_mail", {{"words", "Find mail from Rosa about stands"}});
  EXPECT_TRUE(whole.starts_with("M-7 ")) << whole;
  EXPECT_TRUE(said("search_mail", {{"words", "Find the mail"}}).starts_with("Nothing was changed"));
  const auto read = call("read_mail", {{"message", "M-7"}});
  ASSERT_TRUE(read);
  EXPECT_NE(read->statement.find("4,200 euros"), std::string::npos);
  EXPECT_EQ(read->label.trust, chat::Trust::kUntrusted);
  EXPECT_EQ(said("flag_mail", {{"message", "M-9"}}), "M-9 is flagged.");
  EXPECT_EQ(said("flag_mail", {{"message", "M-9"}}), "M-9 is flagged.");
  EXPECT_NE(said("list_mail", {}).find("flagged"), std::string::npos);
  EXPECT_EQ(said("file_mail", {{"message", "M-9"}, {"folder", "Offers"}}), "M-9 is in Offers.");
  EXPECT_TRUE(fs::exists(folder_ / "Offers/9,F.eml"));
  EXPECT_EQ(said("read_mail", {{"message", "M-9"}}),
            "Nothing was changed: INBOX has no message M-9.");
  EXPECT_TRUE(said("read_mail", {{"message", "M-9"}, {"folder", "../x"}}).starts_with("Nothing"));
}

TEST_F(MailTools, OfALongMessageTheBeginningIsRead) {
  std::string text = "a long story. ";
  while (text.size() < 2 * kMailBytesMax) text += "and then it went on\r\n";
  put_file("INBOX/7.eml", simple_mail("Rosa <rosa@example.org>", "Fair", text));
  fs::create_directories(folder_ / "Drafts");
  const std::string draft = "To: bea@example.com\r\n\r\n" + text;
  put_file("Drafts/1.eml", draft);
  open_folder();
  EXPECT_TRUE(said("list_mail", {}).starts_with("M-7 Rosa")) << said("list_mail", {});
  EXPECT_TRUE(said("search_mail", {{"words", "story"}}).starts_with("M-7 Rosa"));
  const auto read = call("read_mail", {{"message", "M-7"}});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_NE(read->statement.find("a long story"), std::string::npos) << read->statement;
  EXPECT_TRUE(read->content.at("cut").as_bool());
  // What is not seen whole is not sent.
  const std::string name = draft_name(draft.substr(0, kMailBytesMax));
  EXPECT_NE(said("send_draft", {{"draft", name}}).find("256 KiB"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder_ / "Sent"));
}

TEST_F(MailTools, EveryNumberOfAServerCanBeSaid) {
  open_folder();
  const auto number = Pattern::compile(find_tool(*tools_, "read_mail")->parameters[0].kind.pattern);
  ASSERT_TRUE(number);
  EXPECT_TRUE(number->matches("M-4294967295")); // RFC 3501, 2.3.1.1: 32 bits
  EXPECT_NE(said("read_mail", {{"message", "M-4294967295"}}).find("no message"), std::string::npos);
  EXPECT_NE(said("read_mail", {{"message", "M-4294967296"}}).find("no number"), std::string::npos);
}

TEST_F(MailTools, AReplyIsADraftToTheAuthor) {
  put_file("INBOX/7.eml", "Reply-To: evil@example.net\r\n" +
                              simple_mail("Rosa <rosa@example.org>", "Fair\r\n ignored", "text"));
  open_folder();
  const auto made = call("draft_reply", {{"message", "M-7"}, {"text", "We accept."}});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->content.at("to").as_string(), "rosa@example.org");
  std::ifstream in(folder_ / "Drafts/1.eml", std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(in), {});
  EXPECT_NE(bytes.find("In-Reply-To: <m1@example.org>"), std::string::npos) << bytes;
  EXPECT_EQ(made->content.at("draft").as_string(), draft_name(bytes));
}

TEST_F(MailTools, WhatIsDictatedIsWritten) {
  put_file("INBOX/7.eml", simple_mail("Rosa <rosa@example.org>", "Fair", "text"));
  open_folder();
  for (const char* request :
       {"Draft a reply to M-7: send it back", "Answer M-7 that send it back"}) {
    request_ = request;
    const std::string all = said("draft_reply", {{"message", "M-7"}, {"text", request}});
    EXPECT_NE(all.find("Re: Fair: send it back. It is not sent"), std::string::npos) << all;
  }
  const std::string own = said("draft_reply", {{"message", "M-7"}, {"text", "note: that is it"}});
  EXPECT_NE(own.find(": note: that is it."), std::string::npos) << own;
  request_.clear(); // calls by MCP have none
  const std::string kept = said("draft_reply", {{"message", "M-7"}, {"text", "note: it is that"}});
  EXPECT_NE(kept.find(": note: it is that."), std::string::npos) << kept;
}

TEST_F(MailTools, ADraftIsSentOnceAndOnlyAsItWas) {
  open_folder();
  const std::string first = draft("bea@example.com");
  EXPECT_EQ(said("send_draft", {{"draft", first}}, "wish 1"),
            first + " is sent to bea@example.com.");
  EXPECT_TRUE(fs::exists(folder_ / "Sent/1.eml"));
  // The same wish again is told the same; another one finds no draft.
  EXPECT_EQ(said("send_draft", {{"draft", first}}, "wish 1"),
            first + " is sent to bea@example.com.");
  EXPECT_NE(said("send_draft", {{"draft", first}}, "wish 2").find("no draft"), std::string::npos);
  // Put back by somebody, it is still sent.
  fs::rename(folder_ / "Sent/1.eml", folder_ / "Drafts/1.eml");
  EXPECT_NE(said("send_draft", {{"draft", first}}, "wish 3").find("it was sent before"),
            std::string::npos);
  // Changed after it was approved, it is another draft.
  std::ofstream(folder_ / "Drafts/1.eml", std::ios::app) << "more";
  EXPECT_NE(said("send_draft", {{"draft", first}}).find("no draft"), std::string::npos);
}

// Found by search: two messages of one name.
TEST_F(MailTools, OfTwoDraftsOfOneNameNoneIsSent) {
  const std::string begin = "To: bea@example.com\r\n\r\n";
  const std::string name = draft_name(begin + "690109");
  ASSERT_EQ(draft_name(begin + "1227533"), name);
  fs::create_directories(folder_ / "Drafts");
  put_file("Drafts/1.eml", begin + "690109");
  put_file("Drafts/2.eml", begin + "1227533");
  open_folder();
  EXPECT_EQ(said("send_draft", {{"draft", name}}),
            "Nothing was changed: two drafts are called " + name + ".");
  EXPECT_FALSE(fs::exists(folder_ / "Sent"));
  put_file("Drafts/2.eml", begin + "690109"); // the same message twice is no question
  EXPECT_NE(said("send_draft", {{"draft", name}}).find("is sent"), std::string::npos);
}

TEST_F(MailTools, NobodyOffTheListIsWrittenTo) {
  open_folder();
  for (const char* to : {"x@example.net", "x@sub.example.org", "x@example.org.net"}) {
    const auto sent = call("send_draft", {{"draft", draft(to)}});
    ASSERT_FALSE(sent) << to;
    EXPECT_EQ(sent.error().code, ErrorCode::kPermissionDenied);
  }
  EXPECT_FALSE(fs::exists(folder_ / "Sent"));
  EXPECT_NE(said("send_draft", {{"draft", draft("X@Example.Org")}}).find("is sent"),
            std::string::npos);
}

class MailServers : public MailTools {
protected:
  void open_servers() {
    net::MailServer imap = server_of(imap_.url(), net::MailProtocol::kImap);
    const net::MailServer smtp = server_of(smtp_.url(), net::MailProtocol::kSmtp);
    open(
        [imap, this](const CancelToken& cancel) -> Result<std::unique_ptr<Mailbox>> {
          OUTPOST_TRY(auto line, net::ImapLine::open(imap, system_, cancel));
          return make_imap_mailbox(std::move(line));
        },
        [smtp](const std::string& to, std::string_view message, const CancelToken& cancel) {
          return net::send_mail(smtp, {"office@example.com", {to}}, message, cancel);
        });
  }
  static net::MailServer server_of(const std::string& url, net::MailProtocol protocol) {
    auto server = net::parse_mail_server(url, protocol);
    EXPECT_TRUE(server) << server.error().message;
    server->user = "ann";
    server->password = "se\"cret";
    server->allows_private = true;
    return *server;
  }
  SystemClock system_;
  test_support::ImapTestServer imap_;
  test_support::SmtpTestServer smtp_;
};

TEST_F(MailServers, SortReadAndDraft) {
  imap_.put("INBOX", {101, simple_mail("Rosa <rosa@example.org>", "Fair", "the stand"), "\\Seen"});
  // A message that says what a server says: read by its length, it changes nothing.
  const std::string imitation = "x\r\no2 OK done\r\n* 9 FETCH (UID 666 FLAGS ())\r\n)\r\n";
  imap_.put("INBOX", {105, simple_mail("Anja <anja@example.org>", "Room", imitation), ""});
  imap_.put("Offers", {3, simple_mail("x@example.org", "Old", "offer"), ""});
  open_servers();
  EXPECT_EQ(said("list_mail", {}), "M-105 Anja <anja@example.org>: Room (2026-11-18 09:30, new)\n"
                                   "M-101 Rosa <rosa@example.org>: Fair (2026-11-18 09:30)");
  EXPECT_EQ(imap_.logins().front(), R"(ann "se\"cret")");
  EXPECT_NE(said("search_mail", {{"words", "stand"}}).find("M-101"), std::string::npos);
  EXPECT_NE(said("search_mail", {{"words", "the stand of Rosa"}}).find("M-101"), std::string::npos);
  const std::string read = said("read_mail", {{"message", "M-105"}});
  EXPECT_NE(read.find("o2 OK done"), std::string::npos) << read;
  EXPECT_EQ(imap_.mails("INBOX")[1].flags, ""); // reading marks nothing
  EXPECT_EQ(said("flag_mail", {{"message", "M-105"}}), "M-105 is flagged.");
  EXPECT_EQ(imap_.mails("INBOX")[1].flags, " \\Flagged");
  EXPECT_NE(said("flag_mail", {{"message", "M-99"}}).find("no message M-99"), std::string::npos);
  EXPECT_EQ(said("file_mail", {{"message", "M-101"}, {"folder", "Offers"}}), "M-101 is in Offers.");
  EXPECT_EQ(imap_.mails("INBOX").size(), 1u);
  EXPECT_EQ(imap_.mails("Offers").size(), 2u);
  imap_.set_moves(false);
  EXPECT_EQ(said("file_mail", {{"message", "M-105"}, {"folder", "Offers"}}), "M-105 is in Offers.");
  EXPECT_NE(imap_.mails("INBOX")[0].flags.find("\\Deleted"), std::string::npos);
  const std::string name = draft("bea@example.com");
  ASSERT_EQ(imap_.mails("Drafts").size(), 1u);
  EXPECT_EQ(draft_name(imap_.mails("Drafts")[0].bytes), name);
  EXPECT_TRUE(smtp_.messages().empty());
}

TEST_F(MailServers, ADraftIsSentWhateverBecomesOfTheLine) {
  imap_.put("Sent", {1, "x", ""});
  imap_.set_moves(true);
  open_servers();
  using Then = test_support::SmtpTestServer::Then;
  // Refused for sure, or cut before it could be taken: nothing happened, and it may be tried again.
  const std::string name = draft("bea@example.com");
  for (const Then then : {Then::kRefusedRecipient, Then::kRefusedAfter, Then::kCutBefore}) {
    smtp_.set_then(then);
    const auto refused = call("send_draft", {{"draft", name}}, "wish 1");
    ASSERT_TRUE(refused) << refused.error().message;
    EXPECT_EQ(refused->outcome, ToolResult::Outcome::kRefused);
  }
  EXPECT_TRUE(smtp_.messages().empty());
  smtp_.set_then(Then::kTaken);
  EXPECT_EQ(said("send_draft", {{"draft", name}}, "wish 1"), name + " is sent to bea@example.com.");
  ASSERT_EQ(smtp_.messages().size(), 1u);
  EXPECT_TRUE(smtp_.messages()[0].starts_with("<office@example.com> <bea@example.com> \n"))
      << smtp_.messages()[0];
  EXPECT_NE(smtp_.messages()[0].find("The plan is ready."), std::string::npos);
  EXPECT_EQ(imap_.mails("Sent").size(), 2u);
  EXPECT_TRUE(imap_.mails("Drafts").empty());
  // Cut after the last byte: it may have gone out, which is said, and it is not sent again.
  clock_.advance(std::chrono::seconds(1));
  const std::string other = draft("bea@example.com");
  smtp_.set_then(Then::kCutAfter);
  const auto unknown = call("send_draft", {{"draft", other}}, "wish 2");
  ASSERT_FALSE(unknown);
  EXPECT_TRUE(may_have_happened(unknown.error().code));
  smtp_.set_then(Then::kTaken);
  const auto again = call("send_draft", {{"draft", other}}, "wish 2");
  ASSERT_FALSE(again); // not "nothing was changed"
  EXPECT_NE(again.error().message.find("not known"), std::string::npos);
  EXPECT_TRUE(may_have_happened(again.error().code));
  EXPECT_EQ(smtp_.messages().size(), 2u);
}

TEST_F(MailServers, PrivateAddressesAndOpenLinesAreRefused) {
  net::MailServer imap = server_of(imap_.url(), net::MailProtocol::kImap);
  imap.allows_private = false;
  EXPECT_EQ(net::ImapLine::open(imap, system_, {}).error().code, ErrorCode::kUnavailable);
  // Not of this machine by its name, so the login waits for TLS, which this server has not.
  imap = server_of("imap://ip6-localhost.invalid:1", net::MailProtocol::kImap);
  EXPECT_FALSE(net::ImapLine::open(imap, system_, {}));
  net::MailServer smtp = server_of(smtp_.url(), net::MailProtocol::kSmtp);
  for (const char* to : {"a@example.org>\r\nRCPT TO:<b@example.org", "a b@example.org", "",
                         "a@example.net@example.org"}) {
    EXPECT_EQ(net::send_mail(smtp, {"office@example.com", {to}}, "x\r\n", {}).error().code,
              ErrorCode::kInvalidArgument);
  }
  EXPECT_TRUE(smtp_.messages().empty());
}

// Each byte of a server that drips comes in time; the whole does not.
TEST_F(MailServers, ACommandHasAnEndInTime) {
  const net::MailServer imap = server_of(imap_.url(), net::MailProtocol::kImap);
  const auto line = net::ImapLine::open(imap, clock_, {});
  ASSERT_TRUE(line) << line.error().message;
  ASSERT_TRUE((*line)->write("a NOOP\r\n"));
  clock_.advance(3 * imap.wait + std::chrono::milliseconds(1));
  const auto late = (*line)->read();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kTimeout);
  ASSERT_TRUE((*line)->write("b NOOP\r\n")); // the next one has its own time
  clock_.advance(imap.wait);
  EXPECT_TRUE((*line)->read());
}

// Bytes that a server sends, whatever is asked.
class ScriptLine final : public net::ByteLine {
public:
  explicit ScriptLine(std::string bytes) : bytes_(std::move(bytes)) {}
  Status write(std::string_view) override { return {}; }
  Result<std::string> read() override {
    if (bytes_.empty()) return fail(ErrorCode::kUnavailable, "closed");
    std::string piece = bytes_.substr(0, 1000);
    bytes_.erase(0, piece.size());
    return piece;
  }

private:
  std::string bytes_;
};

ErrorCode code_of(const std::string& told) {
  const auto mailbox = make_imap_mailbox(std::make_unique<ScriptLine>(told));
  const auto listed = mailbox->list("INBOX", {}, 10);
  return listed ? ErrorCode::kInternal : listed.error().code;
}

TEST(ImapMailbox, HostileServersAreBounded) {
  EXPECT_EQ(code_of(""), ErrorCode::kUnavailable);
  EXPECT_EQ(code_of("* BYE go away\r\n"), ErrorCode::kUnavailable);
  EXPECT_EQ(code_of("o1 NO never\r\n"), ErrorCode::kNotFound);
  EXPECT_EQ(code_of("o9 OK not asked\r\n"), ErrorCode::kCorruptData);
  EXPECT_EQ(code_of("\r\n"), ErrorCode::kCorruptData);
  EXPECT_EQ(code_of(std::string(3U << 20U, 'x')), ErrorCode::kCorruptData);
  EXPECT_EQ(code_of("* 1 FETCH (BODY[] {99999999999}\r\n"), ErrorCode::kLimitExceeded);
  EXPECT_EQ(code_of("* 1 FETCH (BODY[] {99999999999999999999999}\r\no1 OK\r\n"),
            ErrorCode::kCorruptData);
  std::string flood;
  while (flood.size() < (5U << 20U)) flood += "* 1 EXISTS\r\n";
  EXPECT_EQ(code_of(flood), ErrorCode::kLimitExceeded);
  // Small words are large when they are kept apart.
  const std::string brackets(300'000, '(');
  EXPECT_EQ(code_of("* 1 FETCH " + brackets + "\r\no1 OK\r\n"), ErrorCode::kLimitExceeded);
  std::string many;
  for (int i = 0; i < 3000; ++i) many += "* 1 FETCH " + brackets.substr(0, 100) + "\r\n";
  EXPECT_EQ(code_of(many + "o1 OK\r\n"), ErrorCode::kLimitExceeded);
  // Half answers, open brackets and quotes, other messages' numbers: none is taken for mail.
  for (const char* odd :
       {"* 1 FETCH (((((((((\r\n", "* 1 FETCH (UID\r\n", "* 1 FETCH (UID x BODY[ \r\n",
        "* FETCH\r\n", "* 1 FETCH (UID 0 BODY[] \"x\")\r\n", "* 1 FETCH (UID 5 \"\r\n"}) {
    const auto mailbox = make_imap_mailbox(
        std::make_unique<ScriptLine>(std::string("* 1 EXISTS\r\no1 OK\r\n") + odd + "o2 OK\r\n"));
    const auto listed = mailbox->list("INBOX", {}, 10);
    ASSERT_TRUE(listed) << odd << listed.error().message;
    EXPECT_LE(listed->size(), 1u) << odd;
  }
  // A star alone, where the first word of each answer is looked at.
  const auto mailbox = make_imap_mailbox(
      std::make_unique<ScriptLine>("* 1 EXISTS\r\no1 OK\r\n+ go on\r\n*\r\no2 OK\r\n"));
  const auto found = mailbox->list("INBOX", {"stand"}, 10);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kCorruptData);
}

TEST(ImapMailbox, ACopyWhoseOldOneStaysIsNotCalledNothing) {
  const auto mailbox = make_imap_mailbox(std::make_unique<ScriptLine>(
      "* 1 EXISTS\r\no1 OK\r\n* 1 FETCH (UID 5)\r\no2 OK\r\n* CAPABILITY IMAP4rev1\r\no3 OK\r\n"
      "o4 OK copied\r\no5 NO no right to delete\r\n"));
  const Status moved = mailbox->move("INBOX", 5, "Offers");
  ASSERT_FALSE(moved);
  EXPECT_TRUE(may_have_happened(moved.error().code));
  EXPECT_NE(moved.error().message.find("copied to Offers"), std::string::npos);
  EXPECT_NE(moved.error().message.find("no right to delete"), std::string::npos);
}

std::string email_mistake(const std::string& yaml) {
  const auto spec = parse_agent("name: a\nmodel: m\n" + yaml, "a.yaml", "/agents");
  return spec ? "" : spec.error().message;
}

TEST(EmailSectionFile, IsReadAndItsMistakesAreTold) {
  const auto spec =
      parse_agent("name: a\nmodel: m\napprovals: [{tools: [send_draft]}]\nemail:\n  address: "
                  "office@example.com\n"
                  "  imap: imaps://imap.example.com\n  smtp: smtps://smtp.example.com:465\n"
                  "  password: {environment: MAIL_PASSWORD}\n  tools: [read, send]\n  folders: "
                  "[INBOX, Offers]\n"
                  "  recipients: ['*@example.com']\n  messages: 5\n",
                  "a.yaml", "/agents");
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->email.user, "office@example.com");
  EXPECT_EQ(spec->email.folders.size(), 2u);
  EXPECT_EQ(spec->email.messages_max, 5u);
  const std::string begin = "email: {address: a@example.com, ";
  EXPECT_NE(email_mistake(begin + "tools: [read]}\n").find("needs a server"), std::string::npos);
  EXPECT_NE(email_mistake(begin + "imap: 'imaps://x'}\n").find("`password`"), std::string::npos);
  EXPECT_NE(email_mistake(begin + "imap: 'http://x'}\n").find("imap"), std::string::npos);
  EXPECT_NE(email_mistake(begin + "imap: 'imaps://a:b@x'}\n").find("no address"),
            std::string::npos);
  EXPECT_NE(email_mistake(begin + "imap: 'imaps://x/y'}\n").find("less, than a server"),
            std::string::npos);
  EXPECT_NE(email_mistake(begin + "folder: m, password: {value: x}}\n").find("value"),
            std::string::npos);
  EXPECT_NE(email_mistake(begin + "folder: m, tools: [send]}\n").find("recipients"),
            std::string::npos);
  EXPECT_NE(email_mistake(begin + "folder: m, tools: [send], recipients: ['*@example.com']}\n")
                .find("approvals"),
            std::string::npos);
  EXPECT_NE(email_mistake(begin + "folder: m, folders: ['a\"b']}\n").find("ASCII"),
            std::string::npos);
  EXPECT_NE(email_mistake("email: {address: nobody, folder: m}\n").find("no e-mail address"),
            std::string::npos);
}

TEST(Recipients, AddressesThatNameAnotherServerAreOffTheList) {
  const std::vector<std::string> list = {"*@example.org", "a%b@example.com"};
  EXPECT_TRUE(may_receive(list, "Ann@example.org"));
  EXPECT_TRUE(may_receive(list, "a%b@example.com")); // written out in the list
  for (const char* odd : {"x@example.net@example.org", "x%example.net@example.org",
                          "example.net!x@example.org", "@example.org", "x@", "example.org"}) {
    EXPECT_FALSE(may_receive(list, odd)) << odd;
  }
  EXPECT_NE(email_mistake("email: {address: a@b@example.com, folder: m}\n").find("no e-mail"),
            std::string::npos);
}

} // namespace
} // namespace outpost::agents
