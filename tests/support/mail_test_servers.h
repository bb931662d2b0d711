// An IMAP and an SMTP server for tests, small and scripted, on loopback.
#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "support/line_test_server.h"

namespace outpost::test_support {

struct TestMail {
  std::uint32_t number = 0;
  std::string bytes;
  std::string flags;
};

// What FolderMailbox and ImapMailbox need, as a server that keeps to RFC 3501 answers it.
class ImapTestServer {
public:
  ImapTestServer();
  [[nodiscard]] std::string url() const {
    return "imap://127.0.0.1:" + std::to_string(server_.port());
  }
  void put(const std::string& folder, TestMail mail);
  [[nodiscard]] std::vector<TestMail> mails(const std::string& folder) const;
  [[nodiscard]] std::vector<std::string> logins() const;
  void set_moves(bool moves) { moves_ = moves; }

private:
  void serve(LineTestConnection& client);
  std::string answer(const std::string& command, std::string& folder);
  std::string fetch(const std::string& folder, bool by_number, const std::string& rest);
  std::string search(const std::string& folder, const std::string& rest);
  std::string append(const std::string& rest);
  std::string move(const std::string& folder, const std::string& rest);

  mutable std::mutex mutex_;
  std::map<std::string, std::vector<TestMail>> folders_;
  std::vector<std::string> logins_;
  bool moves_ = true;
  LineTestServer server_; // last: it runs while the rest lives
};

class SmtpTestServer {
public:
  // What becomes of a message.
  enum class Then { kTaken, kRefusedRecipient, kRefusedAfter, kCutAfter, kCutBefore };
  SmtpTestServer();
  [[nodiscard]] std::string url() const {
    return "smtp://127.0.0.1:" + std::to_string(server_.port());
  }
  void set_then(Then then) { then_ = then; }
  [[nodiscard]] std::vector<std::string> messages() const; // "FROM TO\n" and the text

private:
  void serve(LineTestConnection& client);

  mutable std::mutex mutex_;
  std::atomic<Then> then_{Then::kTaken};
  std::vector<std::string> messages_;
  LineTestServer server_;
};

} // namespace outpost::test_support
