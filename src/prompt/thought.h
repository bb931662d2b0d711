// What a model thinks before it answers, split from what it says, as it streams.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace outpost::prompt {

struct ThoughtMarks {
  std::string_view open;
  std::string_view close;
};
inline constexpr ThoughtMarks kThinkTags = {"<think>", "</think>"};
inline constexpr ThoughtMarks kThinkBrackets = {"[THINK]", "[/THINK]"}; // Mistral

// Whether a prompt ends in an opening mark: the answer then begins inside a thought.
bool ends_in_thought(std::string_view prompt, const ThoughtMarks& marks);

// Only the beginning of an answer is a thought: what opens like one later is text. White space
// around the thought and behind its closing mark belongs to nobody.
class ThoughtSplitter {
public:
  struct Piece {
    std::string thought;
    std::string text;
  };

  // `begins_inside`: the prompt opened the thought. `ends`: marks that end a thought as its own
  // does and stay part of the text, those of tool calls; they must outlive this.
  ThoughtSplitter(const ThoughtMarks& marks, bool begins_inside,
                  std::vector<std::string_view> ends = {});

  // What became certain with `text`.
  Piece push(std::string_view text);
  Piece finish();
  // So far the text is inside a thought.
  [[nodiscard]] bool is_in_thought() const { return state_ == State::kThought; }
  // No thought can follow any more.
  [[nodiscard]] bool is_past_thought() const {
    return state_ == State::kAfter || state_ == State::kText;
  }

private:
  enum class State { kStart, kThought, kAfter, kText };
  bool advance(Piece& piece);
  bool advance_start();
  bool advance_thought(Piece& piece);
  void add_thought(std::string_view text, Piece& piece);

  ThoughtMarks marks_;
  std::vector<std::string_view> ends_;
  State state_;
  bool thought_began_ = false;
  std::string space_; // of the thought, shown only when more of it comes
  std::string pending_;
};

} // namespace outpost::prompt
