#include <gtest/gtest.h>

#include "catalog/source.h"

namespace outpost::catalog {
namespace {

std::string text_of(const std::string& text) {
  const auto source = parse_source(text);
  return source ? (*source)->text() : "refused: " + source.error().message;
}

std::string name_of(const std::string& text) {
  const auto source = parse_source(text);
  return source ? (*source)->name() : "refused: " + source.error().message;
}

TEST(Source, RegistryNamesAsOllamaUsersWriteThem) {
  EXPECT_EQ(text_of("llama3.2:1b"), "ollama://llama3.2:1b");
  EXPECT_EQ(text_of("ollama://llama3.2"), "ollama://llama3.2:latest");
  EXPECT_EQ(name_of("ollama://library/qwen3:0.6b"), "qwen3:0.6b");
  EXPECT_EQ(name_of("someone/their-model:v1"), "someone/their-model:v1");
  EXPECT_EQ(name_of("hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M"),
            "hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M");
  EXPECT_EQ(name_of("localhost:5000/a/b:c"), "localhost:5000/a/b:c");
}

TEST(Source, HubFiles) {
  EXPECT_EQ(text_of("hf://Qwen/Qwen3-0.6B-GGUF/Qwen3-0.6B-Q8_0.gguf"),
            "hf://Qwen/Qwen3-0.6B-GGUF/Qwen3-0.6B-Q8_0.gguf");
  EXPECT_EQ(text_of("hf://a/b/sub/folder/c d.gguf@refs/pr/1"),
            "hf://a/b/sub/folder/c d.gguf@refs/pr/1");
  EXPECT_TRUE((*parse_source("hf://a/b/c.gguf"))->may_change());
  EXPECT_FALSE((*parse_source("hf://a/b/c.gguf@" + std::string(40, 'a')))->may_change());
}

TEST(Source, OtherKinds) {
  EXPECT_EQ(text_of("https://Example.org/a.gguf?sig=1"), "https://example.org/a.gguf?sig=1");
  EXPECT_EQ(name_of("https://example.org/a.gguf?sig=1"), "https://example.org/a.gguf");
  EXPECT_EQ(text_of("file:///a/../b.gguf"), "file:///b.gguf");
  EXPECT_EQ(text_of("pypi://a-b==1.0/m/x.bin+c==2.0rc1/m/y.bin"),
            "pypi://a-b==1.0/m/x.bin+c==2.0rc1/m/y.bin");
}

TEST(Source, RefusesWhatCouldClimbInjectOrConfuse) {
  for (const char* text : {"",
                           ":",
                           "a:b:c d",
                           "../x:y",
                           "a/../b:c",
                           "a/b/c/d:e",
                           "-x:y",
                           "x:-y",
                           "x:",
                           "ftp://a/b",
                           "hf://",
                           "hf://a",
                           "hf://a/b",
                           "hf://a/b/",
                           "hf://a/b/../c",
                           "hf://../b/c.gguf",
                           "hf://a/b/c.gguf@",
                           "hf://a/b/c.gguf@../main",
                           "hf://a/b//c.gguf",
                           "file://a",
                           "file://",
                           "https://user:pw@host/x",
                           "https://",
                           "pypi://",
                           "pypi://a==1",
                           "pypi://a/b",
                           "pypi://--index-url==1/x",
                           "pypi://a==1 b/x",
                           "pypi://a==1/x+",
                           "pypi://a===1/x",
                           "pypi://a==1/x+-r==2/y",
                           "ollama://a b",
                           "x:y\nz",
                           "evil\\host/a:b"}) {
    const auto source = parse_source(text);
    ASSERT_FALSE(source) << text << " became " << (*source)->text();
    EXPECT_EQ(source.error().code, ErrorCode::kInvalidArgument) << text;
  }
  EXPECT_FALSE(parse_source("hf://a/b/" + std::string(10'000, 'x')));
  std::string many = "pypi://a==1/x";
  for (int i = 0; i < 100; ++i) many += "+a==1/x";
  EXPECT_FALSE(parse_source(many));
}

} // namespace
} // namespace outpost::catalog
