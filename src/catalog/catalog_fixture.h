// For the catalogue's tests: a store in a temporary folder, a client, model-like content, wheels
// and a pip that serves them from a folder.
#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "catalog/catalog.h"
#include "support/http_test_server.h"

namespace outpost::catalog {

// "GGUF" and pseudo-random bytes; the same for the same seed.
std::string model_content(std::size_t bytes, std::uint64_t seed = 1);
std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, std::string_view text);
void write_wheel(const std::filesystem::path& path,
                 const std::vector<std::pair<std::string, std::string>>& members);
// A temporary folder that is removed with the object.
class TemporaryFolder {
public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

class CatalogTest : public testing::Test {
protected:
  CatalogTest();

  Catalog catalog() { return Catalog(home, endpoints, http, clock, limits); }
  // Adds an alias to the user's file.
  void add_alias(const std::string& name, const std::string& content,
                 const std::vector<std::string>& sources);
  // Makes `python3 -m pip` a script that copies FOLDER/<requirement>.whl, and counts its calls.
  void use_fake_pip();
  [[nodiscard]] std::size_t pip_calls() const;
  [[nodiscard]] std::filesystem::path blob_path(const std::string& content) const;
  // Nothing but whole, verified files may be visible, and nothing of a pull may be left.
  void expect_only(const std::vector<std::string>& contents) const;

  TemporaryFolder folder;
  std::filesystem::path home = folder.path() / "home";
  std::filesystem::path wheels = folder.path() / "wheels";
  SystemClock clock;
  net::HttpClient http{clock};
  Endpoints endpoints;
  PullLimits limits;

private:
  std::string aliases_;
};

} // namespace outpost::catalog
