#include "yaml/yaml_node.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

namespace outpost::yaml {
namespace {

YamlPlace place_of(const YAML::Mark& mark) {
  return {static_cast<std::size_t>(std::max(mark.line, 0)) + 1,
          static_cast<std::size_t>(std::max(mark.column, 0)) + 1};
}

struct Refusal {
  YamlPlace place;
  std::string message;
};

// Builds the tree from yaml-cpp's events. After the first refusal it takes no more; the parser runs
// on to the end of a text whose size is bounded.
class TreeBuilder final : public YAML::EventHandler {
public:
  explicit TreeBuilder(const YamlLimits& limits) : limits_(limits) {}

  [[nodiscard]] const std::optional<Refusal>& refusal() const { return refusal_; }
  YamlNode take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (check_anchor(mark, anchor)) add(node(YamlNode::Kind::kNull, mark));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(mark, "aliases (*name) are not allowed here");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (!check_anchor(mark, anchor) || !check_tag(mark, tag)) return;
    YamlNode scalar = node(YamlNode::Kind::kScalar, mark);
    scalar.scalar = value;
    scalar.quoted = tag == "!";
    add(std::move(scalar));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::kSequence, mark, tag, anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::kMapping, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

private:
  static YamlNode node(YamlNode::Kind kind, const YAML::Mark& mark) {
    YamlNode made;
    made.kind = kind;
    made.place = place_of(mark);
    return made;
  }

  void refuse(const YAML::Mark& mark, std::string message) {
    if (!refusal_) refusal_ = Refusal{place_of(mark), std::move(message)};
  }

  bool check_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) refuse(mark, "anchors (&name) are not allowed here");
    return !refusal_;
  }

  bool check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!")
      refuse(mark, "tag '" + tag + "' is not allowed here");
    return !refusal_;
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    if (!check_anchor(mark, anchor) || !check_tag(mark, tag)) return;
    if (open_.size() >= limits_.depth) {
      return refuse(mark, "nested deeper than " + std::to_string(limits_.depth) + " levels");
    }
    open_.push_back({node(kind, mark), {}, false});
  }

  void close() {
    if (refusal_ || open_.empty()) return;
    YamlNode done = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(done));
  }

  void add(YamlNode child) {
    if (++count_ > limits_.nodes && !refusal_) {
      refusal_ = Refusal{child.place, "more than " + std::to_string(limits_.nodes) + " values"};
    }
    if (refusal_) return;
    if (open_.empty()) {
      root_ = std::move(child);
    } else if (open_.back().node.kind == YamlNode::Kind::kSequence) {
      open_.back().node.items.push_back(std::move(child));
    } else {
      add_to_mapping(open_.back(), std::move(child));
    }
  }

  struct Level {
    YamlNode node;
    YamlNode key;
    bool has_key;
  };

  void add_to_mapping(Level& level, YamlNode child) {
    if (level.has_key) {
      level.node.keys.push_back(std::move(level.key));
      level.node.items.push_back(std::move(child));
      level.has_key = false;
      return;
    }
    if (child.kind != YamlNode::Kind::kScalar) {
      refusal_ = Refusal{child.place, "a key must be a word"};
      return;
    }
    const auto same = [&child](const YamlNode& key) { return key.scalar == child.scalar; };
    if (std::any_of(level.node.keys.begin(), level.node.keys.end(), same)) {
      refusal_ = Refusal{child.place, "key '" + child.scalar + "' is there twice"};
      return;
    }
    level.key = std::move(child);
    level.has_key = true;
  }

  YamlLimits limits_;
  std::size_t count_ = 0;
  YamlNode root_;
  std::vector<Level> open_;
  std::optional<Refusal> refusal_;
};

tl::unexpected<Error> too_long(std::string_view origin, const YamlLimits& limits) {
  return fail(ErrorCode::kLimitExceeded, std::string(origin) + " is longer than " +
                                             std::to_string(limits.bytes) +
                                             " bytes, which is the limit");
}

} // namespace

std::vector<YamlEntry> entries_of(const YamlNode& mapping) {
  std::vector<YamlEntry> entries;
  for (std::size_t i = 0; i < mapping.keys.size(); ++i) {
    entries.push_back({mapping.keys[i], mapping.items[i]});
  }
  return entries;
}

tl::unexpected<Error> yaml_error(std::string_view origin, YamlPlace place,
                                 const std::string& message, std::string hint) {
  std::ostringstream text;
  text << origin << ':' << place.line << ':' << place.column << ": " << message;
  return fail(ErrorCode::kInvalidArgument, text.str(), std::move(hint));
}

Result<std::string> read_yaml_file(const std::filesystem::path& path, const YamlLimits& limits) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::kNotFound, "cannot read the file '" + path.string() + "'");
  std::string text(limits.bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad()) return fail(ErrorCode::kIo, "reading '" + path.string() + "' failed");
  if (text.size() > limits.bytes) return too_long(path.string(), limits);
  return text;
}

Result<YamlNode> parse_yaml(const std::string& text, std::string_view origin,
                            const YamlLimits& limits) {
  if (text.size() > limits.bytes) return too_long(origin, limits);
  TreeBuilder builder(limits);
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      return fail(ErrorCode::kInvalidArgument, std::string(origin) + " is empty");
    }
  } catch (const YAML::Exception& error) {
    return yaml_error(origin, place_of(error.mark), error.msg);
  }
  if (builder.refusal()) {
    return yaml_error(origin, builder.refusal()->place, builder.refusal()->message);
  }
  return builder.take_root();
}

} // namespace outpost::yaml
