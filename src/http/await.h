// How coroutines of this folder wait: an error is a value, never an exception.
#pragma once
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace outpost::http {
inline constexpr auto kAwait = boost::asio::as_tuple(boost::asio::use_awaitable);
}
