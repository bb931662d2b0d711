// https://...: a file at an address. Its digest is unknown until it was loaded once, unless an
// alias pins it; plain http is therefore accepted only with a pinned digest, or from this very
// machine.
#include "catalog/download.h"
#include "catalog/source_kinds.h"

namespace outpost::catalog {
namespace {

class WebSource final : public Source {
public:
  explicit WebSource(net::Url url) : url_(std::move(url)) {}

  std::string text() const override { return url_.text(); }
  std::string name() const override { return url_.text().substr(0, url_.text().find('?')); }

  Result<RemoteFile> describe(FetchContext&) override { return RemoteFile{}; }

  Status fetch(FetchContext& context, const RemoteFile& expected, PartialFile& file) override {
    const bool here =
        url_.host() == "127.0.0.1" || url_.host() == "[::1]" || url_.host() == "localhost";
    if (url_.scheme() == "http" && !expected.digest && !here) {
      return fail(ErrorCode::kPermissionDenied,
                  "anybody on the way could change what " + url_.shown() + " sends",
                  "use https, or an alias that pins the sha256");
    }
    return download(context, {url_, {}, text()}, expected, file);
  }

private:
  net::Url url_;
};

} // namespace

Result<std::unique_ptr<Source>> read_web_source(std::string_view url) {
  OUTPOST_TRY(net::Url parsed, net::Url::parse(url));
  return std::unique_ptr<Source>(std::make_unique<WebSource>(std::move(parsed)));
}

} // namespace outpost::catalog
