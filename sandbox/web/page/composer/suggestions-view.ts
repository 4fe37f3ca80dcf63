import { html, nothing, type TemplateResult } from "lit";
import type { SlashOption } from "../../common/slash-command.js";
import type { LineHelp, Suggestion } from "../../common/suggest.js";
import { botAvatar } from "../avatar.js";
import type { Composer } from "./composer.js";

/** The list above the input, headed by the options of the command. */
export function suggestionsView(composer: Composer): TemplateResult | typeof nothing {
  const { help, state, takes } = composer;
  const { line, suggestions } = help;
  if (suggestions.length === 0 && line.kind !== "command") return nothing;
  return html`<div class="suggestions">
    ${line.kind === "command" && state.caret > line.nameEnd ? signatureView(line, help.focus?.option) : listTitle(help)}
    ${
      suggestions.length > 0
        ? html`<ul id="suggestions" role="listbox" aria-label="Suggestions">
            ${suggestions.map((suggestion, index) => {
              const active = index === state.active && (takes || state.chosen);
              return itemView(suggestion, index, active, () => composer.accept(suggestion));
            })}
          </ul>`
        : nothing
    }
  </div>`;
}

type ParsedCommand = Extract<LineHelp["line"], { kind: "command" }>;

function listTitle({ suggestions }: LineHelp): TemplateResult | typeof nothing {
  return suggestions.length > 0 ? html`<p class="suggestions-title">Commands</p>` : nothing;
}

function signatureView(line: ParsedCommand, focused: SlashOption | undefined): TemplateResult {
  return html`<div class="signature">
    <p class="signature-line">
      <b>/${line.command.label}</b>
      ${line.command.options.map((option) => {
        const given = line.values.some((value) => value.option === option && value.text !== "");
        const state = option === focused ? "focused" : given ? "given" : "";
        return html`<span class="signature-option ${state}">${option.label}${option.required ? "" : html`<small> optional</small>`}</span>`;
      })}
    </p>
    <p class="signature-words">${focused?.description ?? line.command.description}</p>
  </div>`;
}

function itemView(suggestion: Suggestion, index: number, active: boolean, take: () => void): TemplateResult {
  // On mousedown, before the input loses the focus and closes the list.
  const onMouseDown = (event: MouseEvent): void => {
    event.preventDefault();
    take();
  };
  return html`<li
    id="suggestion-${index}"
    role="option"
    class="suggestion"
    aria-selected=${active}
    @mousedown=${onMouseDown}
  >
    ${wordsView(suggestion)}
  </li>`;
}

function wordsView(suggestion: Suggestion): TemplateResult {
  switch (suggestion.kind) {
    case "command": {
      const { label, description, options } = suggestion.command;
      return html`<img src=${botAvatar} alt="" width="28" height="28" />
        <span class="suggestion-words">
          <span class="suggestion-name"
            >/${label} ${options.map(({ label: option, required }) => html`<small class=${required ? "" : "optional"}>${option}</small> `)}</span
          >
          <span class="suggestion-about">${description}</span>
        </span>`;
    }
    case "option":
      return html`<span class="suggestion-words">
        <span class="suggestion-name">${suggestion.option.label}</span>
        <span class="suggestion-about">${suggestion.option.description}</span>
      </span>`;
    case "choice":
      return html`<span class="suggestion-name">${suggestion.choice.name}</span>`;
  }
}
