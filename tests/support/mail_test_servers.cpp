#include "support/mail_test_servers.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace outpost::test_support {
namespace {

std::string first_word(std::string& rest) {
  const std::size_t end = std::min(rest.find(' '), rest.size());
  std::string word = rest.substr(0, end);
  rest.erase(0, std::min(end + 1, rest.size()));
  return word;
}

// The number that `text` begins with; 0 when there is none.
std::uint32_t leading_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() ? number : 0;
}

std::string lower_letters(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

std::string unquoted(const std::string& text) {
  const std::size_t open = text.find('"');
  return open == std::string::npos ? text : text.substr(open + 1, text.rfind('"') - open - 1);
}

std::string header_of(const std::string& bytes) {
  return bytes.substr(0, std::min(bytes.find("\r\n\r\n"), bytes.size())) + "\r\n\r\n";
}

} // namespace

ImapTestServer::ImapTestServer() : server_([this](auto& client) { serve(client); }) {}

void ImapTestServer::put(const std::string& folder, TestMail mail) {
  const std::lock_guard lock(mutex_);
  folders_[folder].push_back(std::move(mail));
}

std::vector<TestMail> ImapTestServer::mails(const std::string& folder) const {
  const std::lock_guard lock(mutex_);
  const auto found = folders_.find(folder);
  return found == folders_.end() ? std::vector<TestMail>() : found->second;
}

std::vector<std::string> ImapTestServer::logins() const {
  const std::lock_guard lock(mutex_);
  return logins_;
}

void ImapTestServer::serve(LineTestConnection& client) {
  client.send("* OK [CAPABILITY IMAP4rev1] ready\r\n");
  std::string folder;
  while (auto line = client.line()) {
    while (line->ends_with('}')) { // literals stand in the command as they are
      const std::size_t open = line->rfind('{');
      const std::size_t count = leading_number(std::string_view(*line).substr(open + 1));
      client.send("+ go on\r\n");
      const auto literal = client.bytes(count);
      const auto after = client.line();
      if (!literal || !after) return;
      line = line->substr(0, open) + "\x01" + *literal + "\x01" + *after;
    }
    std::string rest = *line;
    const std::string tag = first_word(rest);
    const std::lock_guard lock(mutex_);
    const std::string told = answer(rest, folder);
    if (told.starts_with("NO")) {
      client.send(tag + " " + told + "\r\n");
    } else {
      client.send(told + tag + " OK done\r\n");
    }
    if (rest == "LOGOUT") return;
  }
}

std::string ImapTestServer::answer(const std::string& command, std::string& folder) {
  std::string rest = command;
  std::string verb = first_word(rest);
  const bool by_number = verb == "UID";
  if (by_number) verb = first_word(rest);
  if (verb == "CAPABILITY")
    return std::string("* CAPABILITY IMAP4rev1") + (moves_ ? " MOVE\r\n" : "\r\n");
  if (verb == "LOGIN") logins_.push_back(rest);
  if (verb == "SELECT" || verb == "EXAMINE") {
    folder = unquoted(rest);
    if (!folders_.contains(folder)) return "NO [NONEXISTENT] it's not there";
    return "* FLAGS (\\Seen)\r\n* " + std::to_string(folders_[folder].size()) +
           " EXISTS\r\n* OK [UIDVALIDITY 1] \"odd\r\n";
  }
  if (verb == "FETCH") return fetch(folder, by_number, rest);
  if (verb == "SEARCH") return search(folder, rest);
  if (verb == "APPEND") return append(rest);
  if (verb == "MOVE" || verb == "COPY") return move(folder, verb + " " + rest);
  if (verb == "STORE") {
    const std::uint32_t number = leading_number(rest);
    for (TestMail& mail : folders_[folder]) {
      if (mail.number == number)
        mail.flags += " " + rest.substr(rest.find('(') + 1, rest.rfind(')') - rest.find('(') - 1);
    }
  }
  return {};
}

std::string ImapTestServer::fetch(const std::string& folder, bool by_number,
                                  const std::string& rest) {
  const std::vector<TestMail>& mails = folders_[folder];
  std::string told;
  for (std::size_t i = 0; i < mails.size(); ++i) {
    const TestMail& mail = mails[i];
    const std::string wanted = "," + rest.substr(0, rest.find(' ')) + ",";
    if (by_number && wanted.find("," + std::to_string(mail.number) + ",") == std::string::npos)
      continue;
    if (!by_number && i + 1 < leading_number(rest)) continue; // "3:5" begins with the first
    told += "* " + std::to_string(i + 1) + " FETCH (UID " + std::to_string(mail.number) +
            " FLAGS (" + mail.flags + ")";
    const bool all = rest.find("BODY.PEEK[]") != std::string::npos;
    if (all || rest.find("HEADER") != std::string::npos) {
      const std::string bytes = all ? mail.bytes.substr(0, 262'144) : header_of(mail.bytes);
      told += (all ? " BODY[]<0> {" : " BODY[HEADER.FIELDS (FROM SUBJECT DATE)]<0> {") +
              std::to_string(bytes.size()) + "}\r\n" + bytes;
    }
    told += ")\r\n";
  }
  return told;
}

std::string ImapTestServer::search(const std::string& folder, const std::string& rest) {
  std::vector<std::string> words; // every second piece is a literal
  for (std::size_t at = 0; (at = rest.find('\x01', at)) != std::string::npos;) {
    const std::size_t end = rest.find('\x01', at + 1);
    words.push_back(lower_letters(rest.substr(at + 1, end - at - 1)));
    at = end + 1;
  }
  std::string found = "* SEARCH";
  for (const TestMail& mail : folders_[folder]) {
    const std::string bytes = lower_letters(mail.bytes);
    const bool has_all = std::all_of(words.begin(), words.end(), [&](const std::string& word) {
      return bytes.find(word) != std::string::npos;
    });
    if (has_all) found += " " + std::to_string(mail.number);
  }
  return found + "\r\n";
}

std::string ImapTestServer::append(const std::string& rest) {
  const std::string folder = unquoted(rest.substr(0, rest.find('(')));
  std::vector<TestMail>& mails = folders_[folder];
  const std::uint32_t number = mails.empty() ? 1 : mails.back().number + 1;
  mails.push_back({number,
                   rest.substr(rest.find('\x01') + 1, rest.rfind('\x01') - rest.find('\x01') - 1),
                   "\\Draft"});
  return {};
}

std::string ImapTestServer::move(const std::string& folder, const std::string& rest) {
  const bool moves = rest.starts_with("MOVE");
  const std::uint32_t number = leading_number(std::string_view(rest).substr(5));
  const std::string to = unquoted(rest);
  if (!folders_.contains(to)) return "NO [TRYCREATE] no such folder";
  std::vector<TestMail>& from = folders_[folder];
  const auto at = std::find_if(from.begin(), from.end(),
                               [&](const TestMail& mail) { return mail.number == number; });
  if (at == from.end()) return {};
  TestMail mail = *at;
  if (moves) from.erase(at);
  std::vector<TestMail>& target = folders_[to];
  mail.number = target.empty() ? 1 : target.back().number + 1;
  target.push_back(std::move(mail));
  return {};
}

SmtpTestServer::SmtpTestServer() : server_([this](auto& client) { serve(client); }) {}

std::vector<std::string> SmtpTestServer::messages() const {
  const std::lock_guard lock(mutex_);
  return messages_;
}

void SmtpTestServer::serve(LineTestConnection& client) {
  client.send("220 test ESMTP\r\n");
  std::string envelope;
  while (const auto line = client.line()) {
    const Then then = then_;
    if (line->starts_with("EHLO")) {
      client.send("250-test\r\n250 AUTH PLAIN\r\n");
    } else if (line->starts_with("AUTH")) {
      client.send("334 \r\n");
      if (!client.line()) return;
      client.send("235 welcome\r\n");
    } else if (line->starts_with("MAIL") || line->starts_with("RCPT")) {
      envelope += line->substr(line->find('<')) + " ";
      const bool refuses = then == Then::kRefusedRecipient && line->starts_with("RCPT");
      client.send(refuses ? "550 nobody of that name\r\n" : "250 fine\r\n");
    } else if (line->starts_with("DATA")) {
      if (then == Then::kCutBefore) return;
      client.send("354 go on\r\n");
      std::string text;
      for (auto more = client.line(); more && *more != "."; more = client.line()) {
        text += (more->starts_with('.') ? more->substr(1) : *more) + "\r\n";
      }
      if (then == Then::kRefusedAfter) {
        client.send("554 looks like spam\r\n");
        continue;
      }
      {
        const std::lock_guard lock(mutex_);
        messages_.push_back(envelope + "\n" + text);
      }
      if (then == Then::kCutAfter) return;
      client.send("250 taken\r\n");
    } else {
      client.send("221 bye\r\n");
      return;
    }
  }
}

} // namespace outpost::test_support
