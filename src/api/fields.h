// Reading the JSON of a request into its typed form, strictly: every field is read, ignored on
// purpose or refused by name, and what is left over is a mistake. The first mistake is kept with
// the place it was made at, so readers need not stop at each.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "api/problem.h"
#include "base/result.h"

namespace outpost::api {

inline constexpr std::size_t kJsonDepthMax = 64;

// The body as an object. Problems: not JSON (with the place), too deep, not an object, not UTF-8.
tl::expected<boost::json::object, Problem> parse_body(std::string_view body);

class Mistakes {
public:
  // Keeps the first.
  void add(std::string parameter, std::string message);
  [[nodiscard]] const std::optional<Problem>& first() const { return first_; }

private:
  std::optional<Problem> first_;
};

class Fields {
public:
  // `path` is what the object is called in messages: "messages[2]"; empty for the body itself.
  Fields(const boost::json::object& object, std::string path, Mistakes& mistakes)
      : object_(object), path_(std::move(path)), mistakes_(mistakes) {}
  // Whatever nobody has asked for is a mistake.
  ~Fields();
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;

  // Each returns nothing when the field is absent or null, or wrong (a mistake then).
  std::optional<std::string> text(std::string_view key);
  std::optional<double> number(std::string_view key, double lowest, double highest);
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t lowest,
                                      std::int64_t highest);
  std::optional<bool> flag(std::string_view key);
  const boost::json::object* object(std::string_view key);
  const boost::json::array* array(std::string_view key);
  const boost::json::value* any(std::string_view key);

  // Absent or wrong is a mistake, and gives an empty text.
  std::string required_text(std::string_view key);

  // Documented fields that cannot change the answer.
  void ignore(std::initializer_list<std::string_view> keys);
  // Fields that would change it in a way this server does not know: a mistake when they are there.
  void refuse(std::initializer_list<std::string_view> keys, std::string_view why);

  void mistake(std::string_view key, std::string message);
  [[nodiscard]] std::string path_of(std::string_view key) const;
  [[nodiscard]] Mistakes& mistakes() { return mistakes_; }

private:
  void wrong_type(std::string_view key, std::string_view wanted);

  const boost::json::object& object_;
  std::string path_;
  Mistakes& mistakes_;
  std::set<std::string_view> known_;
};

// The body as a Request: read(fields, request) fills it in. The first mistake, that of a field
// which `read` did not ask for among them, is the problem.
template <class Request, class Read>
tl::expected<Request, Problem> read_body(std::string_view body, Read&& read) {
  const auto object = parse_body(body);
  if (!object) return tl::unexpected(object.error());
  Mistakes mistakes;
  Request request;
  {
    Fields fields(*object, "", mistakes);
    read(fields, request);
  }
  if (mistakes.first()) return tl::unexpected(*mistakes.first());
  return request;
}

} // namespace outpost::api
