// Which handler answers a request. Patterns are segments; "{name}" takes one, "{name...}" at the
// end takes the rest with its slashes. Made at start, read-only afterwards.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/exchange.h"
#include "http/guard.h"

namespace outpost::http {

using Handler = std::function<void(std::unique_ptr<Exchange>)>;

// An error as a client of this part of the server expects it.
using ErrorShape = std::function<std::string(int status, std::string_view message)>;

// Asked on the I/O thread as soon as a request's head is known: an answer refuses it, before its
// body is kept or a thread is asked. Must not wait.
using Admission = std::function<std::optional<Response>(const Request&)>;

struct Route {
  std::string method;
  std::string pattern;
  Handler handler;
  bool is_open = false;  // needs no key
  bool is_quick = false; // answered on the I/O thread: must not wait for anything
  Right right = Right::kUse;
  Admission admit; // none: whoever has the right
};

struct Match {
  const Route* route = nullptr; // none: see `allowed`
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string allowed; // methods of this path, when only the method does not fit: "GET, HEAD"
};

class Router {
public:
  void add(Route route);
  // Errors below `prefix` (a path; the longest wins) look like this.
  void set_error_shape(std::string prefix, ErrorShape shape);

  // HEAD is answered by GET's handler.
  [[nodiscard]] Match match(std::string_view method,
                            const std::vector<std::string>& segments) const;
  [[nodiscard]] Response error(const std::vector<std::string>& segments, int status,
                               std::string_view message) const;
  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

private:
  struct Shaped {
    std::vector<std::string> prefix;
    ErrorShape shape;
  };
  std::vector<Route> routes_;
  std::vector<std::vector<std::string>> patterns_; // [routes_]
  std::vector<Shaped> shapes_;
};

} // namespace outpost::http
