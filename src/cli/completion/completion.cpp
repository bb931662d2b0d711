#include "cli/completion/completion.h"

#include <fmt/format.h>

namespace outpost::cli {
namespace {

// One place in the command tree: "debug tokens", its sub-commands and flags.
struct Node {
  std::string path;
  std::vector<std::pair<std::string, std::string>> words; // word, purpose
};

std::vector<Node> nodes_of(const CLI::App& root) {
  std::vector<Node> nodes;
  struct Pending {
    const CLI::App* app;
    std::string path;
  };
  std::vector<Pending> pending = {{&root, ""}};
  while (!pending.empty()) {
    const Pending at = pending.back();
    pending.pop_back();
    Node node{at.path, {}};
    for (const CLI::App* sub : at.app->get_subcommands(nullptr)) {
      if (sub->get_name().empty()) continue;
      node.words.emplace_back(sub->get_name(), sub->get_description());
      pending.push_back({sub, at.path.empty() ? sub->get_name() : at.path + " " + sub->get_name()});
    }
    for (const CLI::Option* option : at.app->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        node.words.emplace_back("--" + name, option->get_description());
      }
    }
    nodes.push_back(std::move(node));
  }
  return nodes;
}

std::string joined_words(const Node& node) {
  std::string words;
  for (const auto& [word, purpose] : node.words) words += (words.empty() ? "" : " ") + word;
  return words;
}

// Single-quoted for a shell; descriptions are ours, but an apostrophe in one must not end the
// quote.
std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// The shared shell function that finds the longest command path on the line.
std::string bash_script(const std::vector<Node>& nodes) {
  std::string script = "_outpost() {\n"
                       "  local current=${COMP_WORDS[COMP_CWORD]} path='' words='' i\n"
                       "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
                       "    case \"${path:+$path }${COMP_WORDS[i]}\" in\n";
  for (const Node& node : nodes) {
    if (!node.path.empty())
      script +=
          fmt::format("      {}) path={} ;;\n", shell_quoted(node.path), shell_quoted(node.path));
  }
  script += "    esac\n  done\n  case \"$path\" in\n";
  for (const Node& node : nodes) {
    script += fmt::format("    {}) words={} ;;\n", shell_quoted(node.path),
                          shell_quoted(joined_words(node)));
  }
  return script +
         "  esac\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
         "  [[ ${#COMPREPLY[@]} -gt 0 ]] || mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n"
         "}\ncomplete -o filenames -F _outpost outpost\n";
}

std::string zsh_script(const std::vector<Node>& nodes) {
  return "#compdef outpost\nautoload -U +X bashcompinit && bashcompinit\n" + bash_script(nodes);
}

std::string fish_script(const std::vector<Node>& nodes) {
  std::string script;
  for (const Node& node : nodes) {
    const std::string condition =
        node.path.empty()
            ? "__fish_use_subcommand"
            : fmt::format(
                  "string match -q -r -- '^outpost {}( |$)' (commandline -cp | string collect)",
                  node.path);
    for (const auto& [word, purpose] : node.words) {
      const bool flag = word.rfind("--", 0) == 0;
      script +=
          fmt::format("complete -c outpost -n {} {} {} -d {}\n", shell_quoted(condition),
                      flag ? "-l" : "-a", flag ? word.substr(2) : word, shell_quoted(purpose));
    }
  }
  return script;
}

} // namespace

void add_completion(CLI::App& root, Invocation& invocation) {
  auto shell = std::make_shared<std::string>();
  CLI::App& command =
      add_command(root, "completion", "Print a completion script for a shell",
                  "outpost completion bash > /etc/bash_completion.d/outpost\n"
                  "outpost completion fish > ~/.config/fish/completions/outpost.fish");
  command.add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command.callback([shell, &root, &invocation] {
    invocation.action = [shell, &root, &invocation]() -> Status {
      const auto nodes = nodes_of(root);
      invocation.streams.out << (*shell == "bash"  ? bash_script(nodes)
                                 : *shell == "zsh" ? zsh_script(nodes)
                                                   : fish_script(nodes));
      return {};
    };
  });
}

} // namespace outpost::cli
