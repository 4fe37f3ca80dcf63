import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { ref } from "lit/directives/ref.js";
import type { GuildSnapshot } from "../../common/wire.js";
import type { Page } from "../state/page.js";
import { type AskForChoices, type Composer, createComposer } from "./composer.js";
import { linePills } from "./line-pills.js";
import { suggestionsView } from "./suggestions-view.js";

export function composerView(
  page: Page,
  guild: GuildSnapshot,
  channelName: string,
  ask: AskForChoices,
): TemplateResult {
  const composer = createComposer(page, guild, ask);
  const { state, help, takes } = composer;
  const shown = state.open && help.line.kind !== "text";
  const listed = shown && help.suggestions.length > 0;
  return html`<div class="composer-area">
    ${shown ? suggestionsView(composer) : nothing}
    ${state.problem ? html`<p class="composer-problem" role="alert" id="composer-problem">${state.problem}</p>` : nothing}
    <div class="composer-box">
      <div class="composer-line">
        <div class="composer-mirror" aria-hidden="true">${linePills(state.text, help)}</div>
        <input
          class="composer-input"
          data-testid="composer"
          type="text"
          role="combobox"
          aria-label="Message #${channelName}"
          aria-autocomplete="list"
          aria-expanded=${listed}
          aria-controls="suggestions"
          aria-activedescendant=${listed && (takes || state.chosen) ? `suggestion-${state.active}` : nothing}
          aria-describedby=${state.problem ? "composer-problem" : nothing}
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          enterkeyhint="send"
          maxlength="4000"
          placeholder="Message #${channelName}: type / for commands"
          .value=${live(state.text)}
          ${ref((element) => placeCaret(element, state.caret))}
          @input=${(event: InputEvent) => withInput(event, (input) => composer.type(input.value, caretOf(input)))}
          @keyup=${(event: KeyboardEvent) => withInput(event, (input) => composer.moveCaret(caretOf(input)))}
          @click=${(event: MouseEvent) => withInput(event, (input) => composer.moveCaret(caretOf(input)))}
          @scroll=${(event: Event) => withInput(event, followScroll)}
          @blur=${composer.close}
          @keydown=${(event: KeyboardEvent) => onKey(event, composer)}
        />
      </div>
      <button class="send" aria-label="Send" ?disabled=${state.text === ""} @click=${composer.submit}>➤</button>
    </div>
  </div>`;
}

function onKey(event: KeyboardEvent, composer: Composer): void {
  // Enter ends a word in an input method; it is not meant for the page.
  if (event.isComposing || event.shiftKey) return;
  const action = keyAction(event.key, composer);
  if (action === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}

/** What a key does here; every other key, and these without suggestions, keep the browser's meaning. */
function keyAction(key: string, composer: Composer): (() => void) | undefined {
  const { state, help, takes } = composer;
  const highlighted = state.open ? help.suggestions[state.active] : undefined;
  const take = highlighted && (() => composer.accept(highlighted));
  switch (key) {
    case "Enter":
      return takes ? take : composer.submit;
    case "Tab":
      return take;
    case "ArrowDown":
      return take && (() => composer.moveHighlight(1));
    case "ArrowUp":
      return take && (() => composer.moveHighlight(-1));
    case "Escape":
      return state.open ? composer.close : undefined;
    default:
      return undefined;
  }
}

function withInput(event: Event, action: (input: HTMLInputElement) => void): void {
  if (event.currentTarget instanceof HTMLInputElement) action(event.currentTarget);
}

function caretOf(input: HTMLInputElement): number {
  return input.selectionStart ?? input.value.length;
}

/** After a suggestion was taken the value is new and the browser has moved the caret to its end. */
function placeCaret(element: Element | undefined, caret: number): void {
  if (!(element instanceof HTMLInputElement) || document.activeElement !== element) return;
  queueMicrotask(() => {
    const moved = element.selectionStart !== caret && element.selectionStart === element.selectionEnd;
    if (moved) element.setSelectionRange(caret, caret);
    followScroll(element);
  });
}

/** The pills lie under the input's own text and must move with it. */
function followScroll(input: HTMLInputElement): void {
  const mirror = input.parentElement?.querySelector<HTMLElement>(".composer-mirror");
  if (mirror) mirror.style.transform = `translateX(${-input.scrollLeft}px)`;
}
