// Templates of ours, for families whose published one is known to be broken with tools. Whatever
// has no tools, calls or results is rendered by the file's own.
#pragma once
#include <string_view>

namespace outpost::prompt {

// Phi-4-mini. The published template looks for the tools inside the system message, writes no calls
// and gives results the mark that begins a list of tools (huggingface.co/microsoft/
// Phi-4-mini-instruct; vllm-project/vllm#14682, ollama/ollama#9437). Tools are told of as the model
// card does; results stand behind <|tool_response|>, which the vocabulary has for them.
inline constexpr std::string_view kPhi4MiniTools =
    R"({%- macro told() -%}
<|tool|>[{% for tool in tools %}{{ tool.function | tojson }}{{ ', ' if not loop.last }}{% endfor %}]<|/tool|>
{%- endmacro -%}
{%- if tools and messages[0].role != 'system' -%}
  {{- '<|system|>You are a helpful assistant with some tools.' ~ told() ~ '<|end|>' -}}
{%- endif -%}
{%- for message in messages -%}
  {%- if message.role == 'tool' -%}
    {{- '<|tool_response|>' ~ message.content ~ '<|end|>' -}}
  {%- else -%}
    {{- '<|' ~ message.role ~ '|>' ~ message.content -}}
    {%- if loop.first and message.role == 'system' and tools -%}
      {{- told() -}}
    {%- endif -%}
    {%- if message.tool_calls -%}
      {{- 'functools[' -}}
      {%- for call in message.tool_calls -%}
        {{- '{"name": ' ~ (call.function.name | tojson) ~ ', "arguments": ' -}}
        {{- (call.function.arguments | tojson) ~ '}' ~ (', ' if not loop.last else '') -}}
      {%- endfor -%}
      {{- ']' -}}
    {%- endif -%}
    {{- '<|end|>' -}}
  {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
  {{- '<|assistant|>' -}}
{%- endif -%})";

// DeepSeek-R1 and its distills. The published template never lists the tools, joins arguments as if
// they were text, and leaves the list of calls open when there is one (huggingface.co/deepseek-ai/
// DeepSeek-R1-Distill-Qwen-1.5B). Turns and marks are the published ones; as there, an answer to
// results goes on without a turn of its own.
inline constexpr std::string_view kDeepSeekTools =
    R"({{- bos_token -}}
{%- set ns = namespace(system='') -%}
{%- for message in messages if message.role == 'system' -%}
  {%- set ns.system = ns.system ~ ('\n\n' if ns.system else '') ~ message.content -%}
{%- endfor -%}
{{- ns.system -}}
{%- if tools -%}
  {{- '\n\n' if ns.system else '' -}}
  {{- 'You can call these functions:\n' -}}
  {%- for tool in tools -%}
    {{- (tool.function | tojson) ~ '\n' -}}
  {%- endfor -%}
  {{- '\nTo call one or more of them, write\n<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function' -}}
  {{- '<｜tool▁sep｜>NAME\n```json\nARGUMENTS\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>\n' -}}
  {{- 'with a JSON object of arguments, one such call on each line, and no other text.' -}}
{%- endif -%}
{%- for message in messages -%}
  {%- set follows_results = loop.previtem is defined and loop.previtem.role == 'tool' -%}
  {%- if message.role == 'user' -%}
    {{- '<｜User｜>' ~ message.content -}}
  {%- elif message.role == 'tool' -%}
    {{- '<｜tool▁outputs▁begin｜>' if not follows_results else '\n' -}}
    {{- '<｜tool▁output▁begin｜>' ~ message.content ~ '<｜tool▁output▁end｜>' -}}
    {{- '<｜tool▁outputs▁end｜>' if loop.last or loop.nextitem.role != 'tool' else '' -}}
  {%- elif message.role == 'assistant' -%}
    {{- '' if follows_results else '<｜Assistant｜>' -}}
    {{- message.content.split('</think>')[-1] -}}
    {%- for call in message.tool_calls or [] -%}
      {{- '<｜tool▁calls▁begin｜>' if loop.first else '\n' -}}
      {{- '<｜tool▁call▁begin｜>function<｜tool▁sep｜>' ~ call.function.name ~ '\n```json\n' -}}
      {{- (call.function.arguments | tojson) ~ '\n```<｜tool▁call▁end｜>' -}}
      {{- '<｜tool▁calls▁end｜>' if loop.last else '' -}}
    {%- endfor -%}
    {{- '<｜end▁of▁sentence｜>' -}}
  {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt and messages[-1].role != 'tool' -%}
  {{- '<｜Assistant｜><think>\n' -}}
{%- endif -%})";

} // namespace outpost::prompt
