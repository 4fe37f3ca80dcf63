import { type ElementPart, noChange } from "lit";
import { AsyncDirective, directive } from "lit/async-directive.js";

/** A reader this close to the end is at the end. In CSS pixels. */
const tolerance = 40;

class KeepAtBottom extends AsyncDirective {
  #key: string | undefined;
  #atBottom = true;
  #element: Element | undefined;
  readonly #onScroll = (): void => {
    const element = this.#element;
    if (element) {
      this.#atBottom = element.scrollHeight - element.scrollTop - element.clientHeight < tolerance;
    }
  };
  // The components draw themselves after the page has, so only their size tells when the end has moved.
  readonly #observer = new ResizeObserver(() => this.#follow());

  override render(_key: string): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [key]: [string]): typeof noChange {
    if (this.#element !== part.element) this.#attach(part.element);
    if (this.#key !== key) {
      this.#key = key;
      this.#atBottom = true;
      this.#follow();
    }
    return noChange;
  }

  override disconnected(): void {
    this.#observer.disconnect();
    this.#element?.removeEventListener("scroll", this.#onScroll);
    this.#element = undefined;
  }

  #attach(element: Element): void {
    this.#element = element;
    element.addEventListener("scroll", this.#onScroll, { passive: true });
    queueMicrotask(() => {
      this.#observer.observe(element);
      if (element.firstElementChild) this.#observer.observe(element.firstElementChild);
    });
  }

  #follow(): void {
    if (this.#atBottom && this.#element) this.#element.scrollTop = this.#element.scrollHeight;
  }
}

/**
 * Keeps the end of a scrolled element in view as it grows, unless the reader has scrolled away from it.
 * A new key goes to the end in any case.
 */
export const keepAtBottom = directive(KeepAtBottom);
