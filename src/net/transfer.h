// One request and its one answer over a libcurl handle, without redirects: what HttpClient::fetch
// is made of. Internal to net/.
#pragma once
#include <curl/curl.h>

#include "net/http_client.h"

namespace outpost::net {

struct CurlEasyDelete {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct CurlMultiDelete {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct CurlListDelete {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

class Transfer {
public:
  // All references must outlive the transfer.
  Transfer(const HttpRequest& request, const HttpOptions& options, BodySink& sink, Clock& clock);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Blocks until the answer has ended.
  Result<HttpResponse> run(CURLM* multi, const CancelToken& cancel);

private:
  Status configure();
  Status add_header_fields();
  Result<CURLcode> perform(CURLM* multi, const CancelToken& cancel);
  Status finish(CURLcode code);
  // The whole request went out.
  [[nodiscard]] bool was_sent() const;

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t sent);
  Status take_header(std::string_view line);
  Status take_body(std::span<const std::byte> bytes);
  // The header fields are complete: checks them against the request and opens the sink.
  Status begin_body();

  const HttpRequest& request_;
  const HttpOptions& options_;
  BodySink& sink_;
  Clock& clock_;
  std::unique_ptr<CURL, CurlEasyDelete> easy_;
  std::unique_ptr<curl_slist, CurlListDelete> fields_;
  std::string error_buffer_;
  HttpResponse response_;
  Status failure_; // what a callback refused
  bool began_ = false;
  bool error_text_full_ = false;
  std::size_t header_bytes_ = 0;
  std::uint64_t body_bytes_ = 0;
  curl_off_t sent_bytes_ = 0;
  std::chrono::nanoseconds last_activity_{0};
};

} // namespace outpost::net
