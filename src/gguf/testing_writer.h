// Writes small GGUF files for tests, right ones and wrong ones: every claim in them (counts, types,
// offsets) can be made to lie. Not for production: nothing here is checked.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gguf/value.h"

namespace outpost::gguf::testing {

// Little-endian bytes, appended.
class Bytes {
public:
  template <class T>
  Bytes& number(T value) {
    const auto* first = reinterpret_cast<const std::byte*>(&value);
    data_.insert(data_.end(), first, first + sizeof(T));
    return *this;
  }
  Bytes& raw(std::string_view text) {
    const auto* first = reinterpret_cast<const std::byte*>(text.data());
    data_.insert(data_.end(), first, first + text.size());
    return *this;
  }
  Bytes& text(std::string_view value) { return number<std::uint64_t>(value.size()).raw(value); }
  Bytes& append(const Bytes& other) {
    data_.insert(data_.end(), other.data_.begin(), other.data_.end());
    return *this;
  }
  Bytes& zeros(std::size_t count) {
    data_.resize(data_.size() + count);
    return *this;
  }
  Bytes& pad_to(std::size_t unit) { return zeros((unit - data_.size() % unit) % unit); }
  [[nodiscard]] std::size_t size() const { return data_.size(); }
  [[nodiscard]] const std::vector<std::byte>& data() const { return data_; }

private:
  std::vector<std::byte> data_;
};

class Writer {
public:
  // What the header says; the counts follow the content unless set.
  std::string magic = "GGUF";
  std::uint32_t version = 3;
  std::optional<std::uint64_t> claimed_metadata_count;
  std::optional<std::uint64_t> claimed_tensor_count;
  std::size_t alignment = 32; // how data is laid out; say so with a key when it is not 32

  // An entry of any type with any payload.
  Writer& entry(std::string_view key, std::uint32_t type, const Bytes& payload) {
    metadata_.text(key).number(type).append(payload);
    ++metadata_count_;
    return *this;
  }
  template <class T>
  Writer& scalar(std::string_view key, ValueType type, T value) {
    return entry(key, static_cast<std::uint32_t>(type), Bytes().number(value));
  }
  Writer& uint32(std::string_view key, std::uint32_t value) {
    return scalar(key, ValueType::kUint32, value);
  }
  Writer& float32(std::string_view key, float value) {
    return scalar(key, ValueType::kFloat32, value);
  }
  Writer& boolean(std::string_view key, bool value) {
    return scalar(key, ValueType::kBool, static_cast<std::uint8_t>(value));
  }
  Writer& string(std::string_view key, std::string_view value) {
    return entry(key, static_cast<std::uint32_t>(ValueType::kString), Bytes().text(value));
  }
  Writer& array(std::string_view key, ValueType element, std::uint64_t count,
                const Bytes& elements) {
    return entry(
        key, static_cast<std::uint32_t>(ValueType::kArray),
        Bytes().number(static_cast<std::uint32_t>(element)).number(count).append(elements));
  }
  Writer& strings(std::string_view key, const std::vector<std::string>& values) {
    Bytes elements;
    for (const std::string& value : values) elements.text(value);
    return array(key, ValueType::kString, values.size(), elements);
  }
  template <class T>
  Writer& numbers(std::string_view key, ValueType element, const std::vector<T>& values) {
    Bytes elements;
    for (const T value : values) elements.number(value);
    return array(key, element, values.size(), elements);
  }

  // A directory entry with an offset of the caller's choice and no data.
  Writer& tensor_entry(std::string_view name, std::uint32_t type,
                       const std::vector<std::uint64_t>& dimensions, std::uint64_t offset) {
    tensors_.text(name).number(static_cast<std::uint32_t>(dimensions.size()));
    for (const std::uint64_t dimension : dimensions) tensors_.number(dimension);
    tensors_.number(type).number(offset);
    ++tensor_count_;
    return *this;
  }
  Writer& tensor(std::string_view name, std::uint32_t type,
                 const std::vector<std::uint64_t>& dimensions, const Bytes& data) {
    weights_.pad_to(alignment);
    tensor_entry(name, type, dimensions, weights_.size());
    weights_.append(data);
    return *this;
  }
  Writer& data_bytes(std::size_t count) {
    weights_.zeros(count);
    return *this;
  }

  [[nodiscard]] std::vector<std::byte> build() const {
    Bytes out;
    out.raw(magic).number(version);
    out.number(claimed_tensor_count.value_or(tensor_count_));
    out.number(claimed_metadata_count.value_or(metadata_count_));
    out.append(metadata_).append(tensors_);
    if (tensor_count_ > 0) out.pad_to(alignment);
    return out.append(weights_).data();
  }

private:
  Bytes metadata_;
  Bytes tensors_;
  Bytes weights_;
  std::uint64_t metadata_count_ = 0;
  std::uint64_t tensor_count_ = 0;
};

} // namespace outpost::gguf::testing
