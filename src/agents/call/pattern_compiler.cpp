// From a pattern's text to states: a recursive-descent parser (depth counted) whose tree is then
// laid out from its end to its beginning, so that every state knows what follows it.
#include <algorithm>
#include <memory>
#include <utility>

#include "agents/call/pattern.h"

namespace outpost::agents {
namespace {

using Bytes = std::bitset<256>;
constexpr std::size_t kTextMax = 512;
constexpr std::size_t kStatesMax = 4096;
constexpr std::uint32_t kRepeatMax = 1000;
constexpr int kDepthMax = 16;

// One node of the pattern's tree.
struct Node {
  enum class Kind { kBytes, kSequence, kChoice, kRepeat };
  Kind kind = Kind::kSequence;
  Bytes bytes;
  std::vector<Node> parts;
  std::uint32_t least = 0; // kRepeat
  std::optional<std::uint32_t> most;
};

Bytes range(unsigned char from, unsigned char to) {
  Bytes bytes;
  for (unsigned c = from; c <= to; ++c) bytes.set(c);
  return bytes;
}

std::optional<Bytes> escaped_class(char c) {
  switch (c) {
  case 'd': return range('0', '9');
  case 'w': return range('0', '9') | range('A', 'Z') | range('a', 'z') | range('_', '_');
  case 's': return range('\t', '\r') | range(' ', ' ');
  default: return std::nullopt;
  }
}

class Parser {
public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Node> parse() {
    OUTPOST_TRY(Node node, choice(0));
    if (at_ < text_.size()) return wrong("unexpected ')'");
    return node;
  }

private:
  [[nodiscard]] tl::unexpected<Error> wrong(const std::string& what) const {
    return fail(ErrorCode::kInvalidArgument, "pattern '" + std::string(text_) + "', character " +
                                                 std::to_string(at_ + 1) + ": " + what);
  }
  [[nodiscard]] bool more() const { return at_ < text_.size(); }
  bool take(char c) {
    if (!more() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  Result<Node> choice(int depth) {
    if (depth > kDepthMax) return wrong("groups are nested too deep");
    Node node;
    node.kind = Node::Kind::kChoice;
    do {
      OUTPOST_TRY(Node part, sequence(depth));
      node.parts.push_back(std::move(part));
    } while (take('|'));
    return node.parts.size() == 1 ? std::move(node.parts.front()) : std::move(node);
  }

  Result<Node> sequence(int depth) {
    Node node;
    while (more() && text_[at_] != '|' && text_[at_] != ')') {
      OUTPOST_TRY(Node part, repeated(depth));
      node.parts.push_back(std::move(part));
    }
    return node;
  }

  Result<Node> repeated(int depth) {
    OUTPOST_TRY(Node part, atom(depth));
    Node node;
    node.kind = Node::Kind::kRepeat;
    if (take('?')) {
      node.most = 1;
    } else if (take('+')) {
      node.least = 1;
    } else if (take('{')) {
      OUTPOST_CHECK(counts(node));
    } else if (!take('*')) {
      return part;
    }
    node.parts.push_back(std::move(part));
    return node;
  }

  Status counts(Node& node) {
    OUTPOST_TRY(node.least, number());
    node.most = node.least;
    if (take(',')) {
      node.most = std::nullopt;
      if (more() && text_[at_] != '}') {
        OUTPOST_TRY(node.most, number());
      }
    }
    if (!take('}')) return wrong("expected '}'");
    if (node.most && *node.most < node.least) return wrong("counts in the wrong order");
    return {};
  }

  Result<std::uint32_t> number() {
    std::uint32_t value = 0;
    const std::size_t start = at_;
    while (more() && text_[at_] >= '0' && text_[at_] <= '9') {
      value = value * 10 + static_cast<std::uint32_t>(text_[at_++] - '0');
      if (value > kRepeatMax) return wrong("more than " + std::to_string(kRepeatMax) + " repeats");
    }
    if (at_ == start) return wrong("expected a count");
    return value;
  }

  Result<Node> atom(int depth) {
    if (take('(')) {
      if (take('?') && !take(':')) return wrong("only plain groups are known");
      OUTPOST_TRY(Node inner, choice(depth + 1));
      if (!take(')')) return wrong("a group is not closed");
      return inner;
    }
    Node node;
    node.kind = Node::Kind::kBytes;
    if (take('[')) {
      OUTPOST_TRY(node.bytes, bracket());
    } else if (take('.')) {
      node.bytes.set();
    } else if (take('\\')) {
      OUTPOST_TRY(node.bytes, escape());
    } else if (std::string_view("*+?{}^$").find(text_[at_]) != std::string_view::npos) {
      return wrong(std::string("'") + text_[at_] + "' has nothing to act on here");
    } else {
      node.bytes.set(static_cast<unsigned char>(text_[at_++]));
    }
    return node;
  }

  Result<Bytes> escape() {
    if (!more()) return wrong("nothing after '\\'");
    const char c = text_[at_++];
    if (const auto known = escaped_class(c)) return *known;
    const auto byte = static_cast<unsigned char>(c);
    if (range('0', '9').test(byte) || range('a', 'z').test(byte) || range('A', 'Z').test(byte)) {
      return wrong(std::string("'\\") + c + "' is not known");
    }
    return range(byte, byte);
  }

  Result<Bytes> bracket() {
    const bool negated = take('^');
    Bytes bytes;
    while (more() && text_[at_] != ']') {
      if (take('\\')) {
        OUTPOST_TRY(const Bytes inner, escape());
        bytes |= inner;
        continue;
      }
      const auto from = static_cast<unsigned char>(text_[at_++]);
      auto to = from;
      if (at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']') {
        to = static_cast<unsigned char>(text_[at_ + 1]);
        at_ += 2;
      }
      if (to < from) return wrong("a range goes backwards");
      bytes |= range(from, to);
    }
    if (!take(']')) return wrong("'[' is not closed");
    return negated ? ~bytes : bytes;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

} // namespace

class PatternCompiler {
public:
  explicit PatternCompiler(Pattern& pattern) : pattern_(pattern) {}

  // Lays `node` out in front of state `next` and gives the state it begins at.
  Result<std::uint32_t> lay_out(const Node& node, std::uint32_t next) {
    switch (node.kind) {
    case Node::Kind::kBytes: return add({Pattern::State::Kind::kBytes, node.bytes, next, 0});
    case Node::Kind::kSequence:
      for (auto part = node.parts.rbegin(); part != node.parts.rend(); ++part) {
        OUTPOST_TRY(next, lay_out(*part, next));
      }
      return next;
    case Node::Kind::kChoice: return lay_out_choice(node, next);
    case Node::Kind::kRepeat: return lay_out_repeat(node, next);
    }
    return next;
  }

  Result<std::uint32_t> add(Pattern::State state) {
    if (pattern_.states_.size() >= kStatesMax) {
      return fail(ErrorCode::kLimitExceeded,
                  "the pattern unfolds to more than " + std::to_string(kStatesMax) + " states");
    }
    pattern_.states_.push_back(state);
    return static_cast<std::uint32_t>(pattern_.states_.size() - 1);
  }

private:
  Result<std::uint32_t> split(std::uint32_t a, std::uint32_t b) {
    return add({Pattern::State::Kind::kSplit, {}, a, b});
  }

  Result<std::uint32_t> lay_out_choice(const Node& node, std::uint32_t next) {
    OUTPOST_TRY(std::uint32_t start, lay_out(node.parts.back(), next));
    for (std::size_t i = node.parts.size() - 1; i-- > 0;) {
      OUTPOST_TRY(const std::uint32_t branch, lay_out(node.parts[i], next));
      OUTPOST_TRY(start, split(branch, start));
    }
    return start;
  }

  Result<std::uint32_t> lay_out_repeat(const Node& node, std::uint32_t next) {
    const Node& part = node.parts.front();
    std::uint32_t start = next;
    if (!node.most) { // a loop: the split is made first, so that the part can lead back to it
      OUTPOST_TRY(const std::uint32_t loop, split(0, next));
      OUTPOST_TRY(pattern_.states_[loop].next, lay_out(part, loop));
      start = loop;
    } else {
      for (std::uint32_t i = node.least; i < *node.most; ++i) {
        OUTPOST_TRY(const std::uint32_t inner, lay_out(part, start));
        OUTPOST_TRY(start, split(inner, next));
      }
    }
    for (std::uint32_t i = 0; i < node.least; ++i) {
      OUTPOST_TRY(start, lay_out(part, start));
    }
    return start;
  }

  Pattern& pattern_;
};

Result<Pattern> Pattern::compile(std::string_view text) {
  if (text.size() > kTextMax) {
    return fail(ErrorCode::kLimitExceeded, "a pattern of " + std::to_string(text.size()) +
                                               " bytes; the limit is " + std::to_string(kTextMax));
  }
  OUTPOST_TRY(const Node tree, Parser(text).parse());
  Pattern pattern;
  PatternCompiler compiler(pattern);
  OUTPOST_TRY(const std::uint32_t match, compiler.add({}));
  OUTPOST_TRY(pattern.start_, compiler.lay_out(tree, match));
  return pattern;
}

} // namespace outpost::agents
