#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "cli/debug/npy.h"
#include "cli/exit_code.h"
#include "cli/files.h"
#include "cli/json.h"
#include "cli/program.h"

namespace outpost::cli {
namespace {

struct Outcome {
  int code;
  std::string out, err;
};

Outcome run(const std::vector<std::string>& arguments) {
  std::ostringstream out, err;
  std::istringstream in;
  app::Environment environment;
  environment.data_folder = environment.state_folder =
      std::filesystem::path(testing::TempDir()) / "outpost_cli_test";
  const int code = run_program(arguments, environment, {out, err, in}, CancelSource());
  return {code, out.str(), err.str()};
}

std::filesystem::path write_file(const std::string& name, const std::string& text) {
  const auto path = std::filesystem::path(testing::TempDir()) / name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

TEST(Program, HelpNamesEveryCommandAndGoesToStandardOutput) {
  const Outcome help = run({"help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_EQ(help.err, "");
  for (const char* command : {"bench", "debug", "completion", "version"}) {
    EXPECT_NE(help.out.find(command), std::string::npos) << command;
  }
  EXPECT_EQ(run({}).out, help.out);
  EXPECT_NE(run({"help", "debug", "logits"}).out.find("--precise"), std::string::npos);
  EXPECT_NE(run({"bench", "--help"}).out.find("Examples:"), std::string::npos);
  EXPECT_NE(help.out.find("Usage: outpost [OPTIONS]"), std::string::npos);
  EXPECT_EQ(run({"help", "debug", "logits"}).out, run({"debug", "logits", "--help"}).out);
  EXPECT_NE(run({"help", "exit-codes"}).out.find("130"), std::string::npos);
}

TEST(Program, WrongUseIsCodeTwoAndOnStandardError) {
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"brew"},
                                                {"bench"},
                                                {"bench", "m", "--pp", "0"},
                                                {"bench", "m", "--pp", "x"},
                                                {"help", "brew"},
                                                {"completion", "tcsh"}}) {
    const Outcome outcome = run(wrong);
    EXPECT_EQ(outcome.code, kExitUsage) << wrong.front();
    EXPECT_EQ(outcome.out, "");
    EXPECT_NE(outcome.err, "");
  }
}

TEST(Program, AMissingModelIsNotFoundWithAHint) {
  const Outcome outcome = run({"bench", "no-such-model"});
  EXPECT_EQ(outcome.code, exit_code(ErrorCode::kNotFound));
  EXPECT_NE(outcome.err.find("no-such-model"), std::string::npos);
}

TEST(Program, VersionIsJsonWhenAsked) {
  const Outcome outcome = run({"version", "--json"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out.rfind("{\"version\": ", 0), 0u);
}

TEST(Completion, ListsSubcommandsAndFlagsForEveryShell) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Outcome outcome = run({"completion", shell});
    EXPECT_EQ(outcome.code, 0);
    for (const char* word : {"bench", "logits", "precise", "tokens"}) {
      EXPECT_NE(outcome.out.find(word), std::string::npos) << shell << " " << word;
    }
  }
}

TEST(Json, EscapesAndRepairs) {
  EXPECT_EQ(json_string("a\"b\\\n\x01"), "\"a\\\"b\\\\\\n\\u0001\"");
  EXPECT_EQ(json_string("snö ❄"), "\"snö ❄\"");
  EXPECT_EQ(json_string("\xff\xc3"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(json_string("\xed\xa0\x80").find('\xed'), std::string::npos); // a lone surrogate
  JsonObject object;
  object.add("text", "x");
  object.add("rate", 0.5);
  object.add("count", 3u);
  object.add("done", true);
  object.add("bad", std::numeric_limits<double>::infinity());
  EXPECT_EQ(object.text(), R"({"text": "x", "rate": 0.5, "count": 3, "done": true, "bad": null})");
}

TEST(Files, JsonErrorsNameThePlace) {
  EXPECT_TRUE(read_json(write_file("good.json", "[\"a\"]\n")));
  const auto bad = read_json(write_file("bad.json", "[\"a\", }"));
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().message.find("byte"), std::string::npos);
  EXPECT_FALSE(read_json(write_file("tail.json", "[] []")));
  EXPECT_FALSE(read_json(write_file("deep.json", std::string(100000, '['))));
  EXPECT_EQ(read_text("/no/such/file").error().code, ErrorCode::kNotFound);
}

TEST(Npy, HeaderIsAlignedAndNamesTheShape) {
  const auto path = std::filesystem::path(testing::TempDir()) / "matrix.npy";
  std::filesystem::remove(path); // of an earlier run
  auto writer = NpyWriter::create(path, 1, 2);
  ASSERT_TRUE(writer);
  const std::array<float, 2> row = {1.0f, 2.0f};
  ASSERT_TRUE(writer->write(row));
  EXPECT_FALSE(std::filesystem::exists(path)); // not under its name before it is whole
  ASSERT_TRUE(writer->finish());
  std::ifstream file(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ((bytes.size() - 8) % 64, 0u);
  EXPECT_NE(bytes.find("'shape': (1, 2)"), std::string::npos);
}

TEST(Streams, ForeignControlCharactersAreMadeVisible) {
  EXPECT_EQ(printable("a\x1b[2Jb\n"), "a\\x1b[2Jb\n");
}

} // namespace
} // namespace outpost::cli
