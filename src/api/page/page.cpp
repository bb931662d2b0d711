#include "api/page/page.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace outpost::api {

// Of page_files.cpp, which CMake makes of the files beside this one.
extern const std::string_view kPageHtml, kPageCss, kPageJs;

namespace {

// The page runs its own script, talks to its own server, and cannot be framed.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

void add(http::Router& router, const char* path, const char* type, std::string_view body) {
  const auto handler = [type, body](std::unique_ptr<http::Exchange> exchange) {
    http::Response response;
    response.content_type = type;
    response.headers.add("Content-Security-Policy", kPolicy);
    response.headers.add("X-Content-Type-Options", "nosniff");
    response.headers.add("Referrer-Policy", "no-referrer");
    response.headers.add("Cache-Control", "no-cache");
    response.body = body;
    exchange->respond(std::move(response));
  };
  router.add(
      {.method = "GET", .pattern = path, .handler = handler, .is_open = true, .is_quick = true});
}

} // namespace

void add_page_routes(http::Router& router) {
  add(router, "/", "text/html; charset=utf-8", kPageHtml);
  add(router, "/page.css", "text/css; charset=utf-8", kPageCss);
  add(router, "/page.js", "text/javascript; charset=utf-8", kPageJs);
}

} // namespace outpost::api
