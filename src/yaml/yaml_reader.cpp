#include "yaml/yaml_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/edit_distance.h"

namespace outpost::yaml {
namespace {

std::string_view shape_of(const YamlNode& node) {
  switch (node.kind) {
  case YamlNode::Kind::kNull: return "nothing";
  case YamlNode::Kind::kScalar: return "a value";
  case YamlNode::Kind::kSequence: return "a list";
  case YamlNode::Kind::kMapping: return "a mapping (key: value)";
  }
  return "nothing";
}

tl::unexpected<Error> wrong_shape(const YamlNode& node, std::string_view origin,
                                  std::string_view expected) {
  return yaml_error(origin, node.place,
                    "expected " + std::string(expected) + ", here is " +
                        std::string(shape_of(node)));
}

std::string listed(const std::vector<std::string_view>& words) {
  std::string out;
  for (const std::string_view word : words) {
    if (!out.empty()) out += ", ";
    out += word;
  }
  return out;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
  const auto nearest = nearest_name(word, known);
  return nearest ? "; did you mean '" + std::string(*nearest) + "'?" : std::string();
}

} // namespace

Result<std::string> read_text(const YamlNode& node, std::string_view origin) {
  if (node.kind != YamlNode::Kind::kScalar) return wrong_shape(node, origin, "a text");
  return node.scalar;
}

Result<double> read_number(const YamlNode& node, std::string_view origin) {
  if (node.kind != YamlNode::Kind::kScalar) return wrong_shape(node, origin, "a number");
  double number = 0;
  const char* end = node.scalar.data() + node.scalar.size();
  const auto [stop, error] = std::from_chars(node.scalar.data(), end, number);
  if (error != std::errc{} || stop != end || !std::isfinite(number)) {
    return yaml_error(origin, node.place, "'" + node.scalar + "' is not a number");
  }
  return number;
}

Result<std::uint64_t> read_count(const YamlNode& node, std::string_view origin, std::uint64_t least,
                                 std::uint64_t most) {
  OUTPOST_TRY(const double number, read_number(node, origin));
  if (number < static_cast<double>(least) || number > static_cast<double>(most) ||
      number != std::floor(number)) {
    return yaml_error(origin, node.place,
                      "expected a whole number from " + std::to_string(least) + " to " +
                          std::to_string(most) + ", here is " + node.scalar);
  }
  return static_cast<std::uint64_t>(number);
}

Status read_each(const YamlNode& node, std::string_view origin, std::string_view what,
                 const std::function<Status(const YamlNode&)>& one) {
  if (node.kind != YamlNode::Kind::kSequence) {
    return wrong_shape(node, origin, "a list of " + std::string(what));
  }
  for (const YamlNode& item : node.items) OUTPOST_CHECK(one(item));
  return {};
}

Result<bool> read_flag(const YamlNode& node, std::string_view origin) {
  OUTPOST_TRY(const std::size_t word, read_word(node, origin, {"false", "true"}));
  return word == 1;
}

Result<std::vector<std::string>> read_texts(const YamlNode& node, std::string_view origin) {
  std::vector<std::string> texts;
  OUTPOST_CHECK(read_each(node, origin, "texts", [&](const YamlNode& item) -> Status {
    OUTPOST_TRY(std::string text, read_text(item, origin));
    texts.push_back(std::move(text));
    return {};
  }));
  return texts;
}

Result<std::string> read_name(const YamlNode& node, std::string_view origin) {
  OUTPOST_TRY(std::string name, read_text(node, origin));
  const auto may_be = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  if (name.empty() || name.size() > 64 || !std::all_of(name.begin(), name.end(), may_be)) {
    return yaml_error(origin, node.place,
                      "'" + name + "' is not a name: 1 to 64 letters, digits, '_' or '-'");
  }
  return name;
}

Result<std::size_t> read_word(const YamlNode& node, std::string_view origin,
                              const std::vector<std::string_view>& words) {
  OUTPOST_TRY(const std::string word, read_text(node, origin));
  const auto at = std::find(words.begin(), words.end(), word);
  if (at != words.end()) return static_cast<std::size_t>(at - words.begin());
  return yaml_error(origin, node.place,
                    "'" + word + "' is none of " + listed(words) + did_you_mean(word, words));
}

YamlFields::YamlFields(const YamlNode& node, std::string_view origin, std::string_view what)
    : node_(node), origin_(origin), what_(what) {
  if (node.kind != YamlNode::Kind::kMapping) {
    status_ = wrong_shape(node, origin, std::string(what) + " as a mapping");
  }
}

const YamlNode* YamlFields::find(std::string_view key) {
  known_.emplace_back(key);
  for (const auto& [name, value] : entries_of(node_)) {
    if (name.scalar == key) return &value;
  }
  return nullptr;
}

void YamlFields::read(std::string_view key, const YamlNode& node, const Reader& reader) {
  if (!status_) return;
  if (node.kind == YamlNode::Kind::kNull) {
    status_ = yaml_error(origin_, node.place, "'" + std::string(key) + "' has no value");
    return;
  }
  status_ = reader(node);
}

YamlFields& YamlFields::optional(std::string_view key, const Reader& reader) {
  if (const YamlNode* node = find(key)) read(key, *node, reader);
  return *this;
}

YamlFields& YamlFields::required(std::string_view key, const Reader& reader) {
  if (const YamlNode* node = find(key)) {
    read(key, *node, reader);
  } else if (status_) {
    // A misspelt key is the likelier mistake than a forgotten one: finish() names it.
    std::vector<std::string_view> present;
    for (const YamlNode& name : node_.keys) present.emplace_back(name.scalar);
    const auto nearest = nearest_name(key, present);
    const std::string instead =
        nearest ? "; is '" + std::string(*nearest) + "' meant to be it?" : std::string();
    status_ = yaml_error(origin_, node_.place,
                         std::string(what_) + " has no '" + std::string(key) + "'" + instead);
  }
  return *this;
}

YamlFields& YamlFields::optional(std::string_view key, std::string& into) {
  return optional(key, [&](const YamlNode& node) -> Status {
    OUTPOST_TRY(into, read_text(node, origin_));
    return {};
  });
}

YamlFields& YamlFields::required(std::string_view key, std::string& into) {
  return required(key, [&](const YamlNode& node) -> Status {
    OUTPOST_TRY(into, read_text(node, origin_));
    return {};
  });
}

YamlFields& YamlFields::optional(std::string_view key, std::vector<std::string>& into) {
  return optional(key, [&](const YamlNode& node) -> Status {
    OUTPOST_TRY(into, read_texts(node, origin_));
    return {};
  });
}

YamlFields& YamlFields::optional(std::string_view key, bool& into) {
  return optional(key, [&](const YamlNode& node) -> Status {
    OUTPOST_TRY(into, read_flag(node, origin_));
    return {};
  });
}

Status YamlFields::finish() {
  if (!status_) return status_;
  const std::vector<std::string_view> known(known_.begin(), known_.end());
  for (const YamlNode& key : node_.keys) {
    if (std::find(known.begin(), known.end(), key.scalar) != known.end()) continue;
    return yaml_error(origin_, key.place,
                      "unknown key '" + key.scalar + "' in " + std::string(what_) +
                          did_you_mean(key.scalar, known),
                      "known keys: " + listed(known));
  }
  return {};
}

} // namespace outpost::yaml
