// Header fields in order, found without regard to case (RFC 9110, 5.1).
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace outpost::http {

// ASCII only, as HTTP means it.
bool equal_ignoring_case(std::string_view a, std::string_view b);

class Headers {
public:
  using Field = std::pair<std::string, std::string>;

  void add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
  }
  // The first of that name.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }

private:
  std::vector<Field> fields_;
};

} // namespace outpost::http
