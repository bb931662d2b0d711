#include "agents/tools/mail/html_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/utf8.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kReferenceBytesMax = 10;
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kReferences = {
    {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"nbsp", " "}}};
constexpr std::array<std::string_view, 8> kBreaks = {"br", "p",  "div", "tr",
                                                     "li", "h1", "h2",  "table"};

char lower_letter(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool begins_with(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(),
                    [](char a, char b) { return a == lower_letter(b); });
}

// Where `word` stands first, whatever the case; the end when it does not.
std::size_t find_word(std::string_view text, std::string_view word) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (begins_with(text.substr(at), word)) return at;
  }
  return text.size();
}

// What a tag at the beginning of `html` leaves out, with what it leaves out after it.
std::size_t length_of_tag(std::string_view html) {
  if (html.starts_with("<!--")) {
    const std::size_t end = html.find("-->", 4);
    return end == std::string_view::npos ? html.size() : end + 3;
  }
  for (const auto& [open, close] :
       {std::pair<std::string_view, std::string_view>{"<script", "</script"},
        {"<style", "</style"}}) {
    if (!begins_with(html, open)) continue;
    const std::size_t close_at = find_word(html, close);
    const std::size_t end = html.find('>', close_at);
    return end == std::string_view::npos ? html.size() : end + 1;
  }
  const std::size_t end = html.find('>');
  return end == std::string_view::npos ? html.size() : end + 1;
}

bool breaks_line(std::string_view tag) {
  tag.remove_prefix(tag.starts_with("</") ? 2 : 1);
  return std::any_of(kBreaks.begin(), kBreaks.end(), [&](std::string_view name) {
    if (!begins_with(tag, name)) return false;
    const char next = tag.size() > name.size() ? tag[name.size()] : '>';
    return next == '>' || next == ' ' || next == '/';
  });
}

// Appends what the reference at the beginning of `html` stands for; how long it is, or 0.
std::size_t read_reference(std::string_view html, std::string& out) {
  const std::size_t end = html.substr(0, kReferenceBytesMax).find(';');
  if (end == std::string_view::npos) return 0;
  std::string_view name = html.substr(1, end - 1);
  for (const auto& [known, text] : kReferences) {
    if (name != known) continue;
    out += text;
    return end + 1;
  }
  if (!name.starts_with('#')) return 0;
  name.remove_prefix(1);
  const bool is_hexadecimal = !name.empty() && lower_letter(name.front()) == 'x';
  if (is_hexadecimal) name.remove_prefix(1);
  std::uint32_t code = 0;
  const auto read =
      std::from_chars(name.data(), name.data() + name.size(), code, is_hexadecimal ? 16 : 10);
  const bool is_whole = read.ec == std::errc() && read.ptr == name.data() + name.size();
  const bool is_character = code > 0 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  if (!is_whole || !is_character) return 0;
  append_utf8(code, out);
  return end + 1;
}

} // namespace

std::string text_of_html(std::string_view html) {
  std::string out;
  for (std::size_t at = 0; at < html.size();) {
    const std::string_view rest = html.substr(at);
    if (rest.front() == '<') {
      const std::size_t length = length_of_tag(rest);
      if (!out.empty() && breaks_line(rest.substr(0, length))) out += '\n';
      at += length;
    } else if (rest.front() == '&') {
      const std::size_t length = read_reference(rest, out);
      if (length == 0) out += '&';
      at += std::max<std::size_t>(length, 1);
    } else {
      const bool is_space = rest.front() == '\n' || rest.front() == '\r' || rest.front() == '\t';
      out += is_space ? ' ' : rest.front();
      ++at;
    }
  }
  return out;
}

} // namespace outpost::agents
