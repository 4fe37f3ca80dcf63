import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { ref } from "lit/directives/ref.js";
import type { ModalView } from "../../../discord/types.js";
import { botAvatar } from "../avatar.js";
import { closeModal, submit } from "../state/interact.js";
import type { Page } from "../state/page.js";
import type { OpenModal } from "../state/page-state.js";

type Input = ModalView["inputs"][number];

export function modalView(page: Page, botName: string): TemplateResult | typeof nothing {
  const { modal } = page.state;
  if (modal === undefined) return nothing;
  const cancel = (): void => page.update(closeModal);
  return html`${keyed(
    modal.interactionId,
    html`<dialog
      class="modal"
      data-testid="modal"
      aria-labelledby="modal-title"
      ${ref(showOnce)}
      @cancel=${(event: Event) => {
        event.preventDefault();
        cancel();
      }}
    >
      <form novalidate @submit=${(event: SubmitEvent) => trySubmit(page, modal, event)}>
        <header>
          <img src=${botAvatar} alt="" width="24" height="24" />
          <h2 id="modal-title">${modal.view.title}</h2>
          <button type="button" class="modal-close" aria-label="Close" @click=${cancel}>✕</button>
        </header>
        <p class="modal-note">
          This form will be submitted to <b>${botName}</b>. Do not share passwords or other sensitive information.
        </p>
        ${modal.view.inputs.map((input, index) => inputView(input, index, modal.problems[input.customId]))}
        ${
          modal.state === "failed"
            ? html`<p class="failed" role="alert">Something went wrong. Try again.</p>`
            : nothing
        }
        <footer>
          <button type="button" class="button secondary" @click=${cancel}>Cancel</button>
          <button class="button primary" data-testid="modal-submit" ?disabled=${modal.state === "sending"}>Submit</button>
        </footer>
      </form>
    </dialog>`,
  )}`;
}

function showOnce(element: Element | undefined): void {
  if (!(element instanceof HTMLDialogElement)) return;
  // The ref is called while the dialog is still being put together.
  queueMicrotask(() => {
    if (!element.isConnected || element.open) return;
    element.showModal();
    element.querySelector<HTMLElement>("input, textarea")?.focus();
  });
}

function inputView(input: Input, index: number, problem: string | undefined): TemplateResult {
  const id = `modal-input-${index}`;
  const noteId = `${id}-note`;
  const shared = {
    describedBy: problem ? noteId : nothing,
    invalid: problem ? "true" : "false",
    placeholder: input.placeholder ?? "",
    maxLength: input.maxLength ?? 4000,
  };
  const field =
    input.style === "short"
      ? html`<input
          id=${id}
          name=${input.customId}
          type="text"
          autocomplete="off"
          .defaultValue=${input.value ?? ""}
          placeholder=${shared.placeholder}
          maxlength=${shared.maxLength}
          aria-required=${input.required}
          aria-invalid=${shared.invalid}
          aria-describedby=${shared.describedBy}
        />`
      : html`<textarea
          id=${id}
          name=${input.customId}
          rows="4"
          .defaultValue=${input.value ?? ""}
          placeholder=${shared.placeholder}
          maxlength=${shared.maxLength}
          aria-required=${input.required}
          aria-invalid=${shared.invalid}
          aria-describedby=${shared.describedBy}
        ></textarea>`;
  return html`<div class="modal-field">
    <label for=${id}>${input.label}${input.required ? html`<span class="required" aria-hidden="true"> *</span>` : nothing}</label>
    ${field} ${problem ? html`<p class="field-problem" id=${noteId}>${problem}</p>` : nothing}
  </div>`;
}

function trySubmit(page: Page, modal: OpenModal, event: SubmitEvent): void {
  event.preventDefault();
  if (!(event.target instanceof HTMLFormElement)) return;
  const form = new FormData(event.target);
  const values = Object.fromEntries(
    modal.view.inputs.map(({ customId }) => [customId, String(form.get(customId) ?? "")]),
  );
  const problems = findProblems(modal.view.inputs, values);
  if (Object.keys(problems).length === 0) void submit(page, modal, values);
  else page.update((state) => ({ ...state, modal: { ...modal, state: "open", problems } }));
}

/** What Discord's client refuses before it sends a form. */
function findProblems(
  inputs: readonly Input[],
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const found = inputs.flatMap((input) => {
    const problem = problemOf(input, values[input.customId] ?? "");
    return problem === undefined ? [] : [[input.customId, problem] as const];
  });
  return Object.fromEntries(found);
}

function problemOf({ required, minLength = 0 }: Input, value: string): string | undefined {
  if (value === "") return required ? "This field is required." : undefined;
  return value.length < minLength ? `Must be at least ${minLength} characters long.` : undefined;
}
