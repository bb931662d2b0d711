// Renderings that Jinja2, set up as the transformers package does it, gave
// (tests/prompt/check_templates.py made them): templates with conversations, and one construct
// each.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "prompt/template_renderer.h"

namespace outpost::prompt {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

const fs::path kFolder = fs::path(OUTPOST_SOURCE_DIR) / "tests/data/templates";

std::string read_all(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

class TemplateGolden : public ::testing::Test {
protected:
  // What the renderer says must be what is expected under `name`: null stands for a refusal.
  void expect(std::string_view name, std::string_view source, const json::value& variables) {
    const json::value& text = expected_.at("texts").at(name);
    const auto compiled = compile_template(source);
    const auto rendered = compiled ? (*compiled)->render(std::string(variables.as_string()),
                                                         expected_.at("now_ms").as_int64())
                                   : tl::unexpected(compiled.error());
    if (text.is_null()) {
      EXPECT_FALSE(rendered) << name << " gave " << *rendered;
    } else if (!rendered) {
      ADD_FAILURE() << name << ": " << rendered.error().message;
    } else {
      EXPECT_EQ(*rendered, text.as_string()) << name;
    }
  }

  json::value expected_ = json::parse(read_all(kFolder / "expected.json"));
};

TEST_F(TemplateGolden, TemplatesWithConversations) {
  const json::value conversations = json::parse(read_all(kFolder / "conversations.json"));
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".jinja") continue;
    const std::string source = read_all(entry.path());
    for (const json::value& conversation : conversations.as_array()) {
      const std::string name =
          entry.path().stem().string() + " / " + std::string(conversation.at("name").as_string());
      expect(name, source, conversation.at("variables"));
      ++count;
    }
  }
  EXPECT_GT(count, 150u);
}

TEST_F(TemplateGolden, SingleConstructs) {
  const json::value features = json::parse(read_all(kFolder / "features.json"));
  for (const json::value& feature : features.as_array()) {
    const std::string source(feature.at("template").as_string());
    expect(source, source, feature.at("variables"));
  }
}

} // namespace
} // namespace outpost::prompt
