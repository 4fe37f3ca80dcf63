import { describeProblem, readOptions } from "../../common/read-options.js";
import { type SlashCommand, slashCommands } from "../../common/slash-command.js";
import { accept, type LineHelp, type Suggestion, suggest } from "../../common/suggest.js";
import type { GuildSnapshot } from "../../common/wire.js";
import { autocomplete } from "../api.js";
import { withEntry } from "../state/collections.js";
import { sendCommand } from "../state/interact.js";
import type { Page } from "../state/page.js";
import { type ComposerState, emptyComposer } from "../state/page-state.js";

/** How long the typing must rest before the bot is asked for choices, about as Discord's client waits. In ms. */
const askAfter = 200;

/** The input's behaviour for the present state: made anew for each drawing. */
export interface Composer {
  readonly state: ComposerState;
  readonly help: LineHelp;
  /** The highlighted suggestion is what Enter would take. */
  readonly takes: boolean;
  type(text: string, caret: number): void;
  moveCaret(caret: number): void;
  moveHighlight(by: 1 | -1): void;
  accept(suggestion: Suggestion): void;
  close(): void;
  submit(): void;
}

export type AskForChoices = (commands: readonly SlashCommand[]) => void;

export function createComposer(page: Page, guild: GuildSnapshot, ask: AskForChoices): Composer {
  const state = page.state.composer;
  const commands = commandsOf(page, guild);
  const help = suggest(state, commands);
  return {
    state,
    help,
    takes: enterTakes(state, help),
    type: (text, caret) => {
      change(page, { text, caret, open: true, active: 0, chosen: false }, true);
      ask(commands);
    },
    moveCaret: (caret) => {
      if (caret === page.state.composer.caret) return;
      change(page, { caret, active: 0, chosen: false });
      ask(commands);
    },
    moveHighlight: (by) => {
      const count = help.suggestions.length;
      if (count === 0) return;
      const from =
        state.chosen || state.active > 0 || enterTakes(state, help) ? state.active : by > 0 ? -1 : 0;
      change(page, { active: (from + by + count) % count, chosen: true, open: true });
    },
    accept: (suggestion) => {
      const { text, caret, picked } = accept(state, help, suggestion);
      const kept = picked ? withEntry(state.picked, ...picked) : state.picked;
      change(page, { text, caret, picked: kept, open: true, active: 0, chosen: false }, true);
      ask(commands);
    },
    close: () => change(page, { open: false, chosen: false }),
    submit: () => submit(page, help),
  };
}

function commandsOf(page: Page, guild: GuildSnapshot): readonly SlashCommand[] {
  const viewer = guild.people.find(({ id }) => id === page.state.viewerId);
  return slashCommands(guild.commands, viewer?.locale ?? "en-US", guild);
}

function change(page: Page, part: Partial<ComposerState>, settled = false): void {
  page.update((state) => {
    const { problem, ...composer } = { ...state.composer, ...part };
    return { ...state, composer: settled || problem === undefined ? composer : { ...composer, problem } };
  });
}

/**
 * A whole line typed by hand is sent as it stands; Enter takes a suggestion only where the line would be refused
 * without it, or where the person has moved to one.
 */
function enterTakes(state: ComposerState, { line, focus, suggestions }: LineHelp): boolean {
  if (!state.open || suggestions.length === 0) return false;
  if (state.chosen || line.kind === "name") return true;
  if (focus === undefined) return false;
  if (focus.typed === "") return focus.option.required || focus.to > focus.from;
  const { choices } = focus.option;
  return (
    choices.length > 0 && !choices.some(({ name, value }) => [name, String(value)].includes(focus.typed))
  );
}

/** Asks the bot for choices once the typing rests. */
export function createChoiceAsker(page: Page): AskForChoices {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  return (commands) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => void offerChoices(page, commands), askAfter);
  };
}

async function offerChoices(page: Page, commands: readonly SlashCommand[]): Promise<void> {
  const { composer, viewerId: personId, channelId } = page.state;
  const { line, focus, askKey } = suggest(composer, commands);
  if (line.kind !== "command" || focus === undefined || askKey === undefined) return;
  if (composer.offered?.key === askKey) return;
  const { options } = readOptions(line.command, line.values, composer.picked);
  const { choices } = await autocomplete({
    personId,
    channelId,
    name: line.command.name,
    options: { ...options, [focus.option.name]: focus.typed },
    focused: focus.option.name,
  }).catch(() => ({ choices: [] }));
  const stillWanted = suggest(page.state.composer, commands).askKey === askKey;
  if (stillWanted) change(page, { offered: { key: askKey, choices }, active: 0, chosen: false });
}

function submit(page: Page, { line }: LineHelp): void {
  if (page.state.composer.text.trim() === "") return;
  if (line.kind === "text") {
    change(page, { problem: "In the sandbox, people only use commands. Type / to see them." });
    return;
  }
  if (line.kind === "name") {
    change(page, { problem: `There is no command /${line.typed.trim()}.`, open: false });
    return;
  }
  const { options, problems } = readOptions(line.command, line.values, page.state.composer.picked);
  const first = problems[0];
  if (first !== undefined) {
    change(page, { problem: describeProblem(first), open: false });
    return;
  }
  page.update((state) => ({ ...state, composer: emptyComposer }));
  void sendCommand(page, line.command, options);
}
