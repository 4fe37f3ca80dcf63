import { html, nothing, type TemplateResult } from "lit";
import { safeUrl } from "../../common/safe-url.js";
import type { CommitRequest, GuildSnapshot, PageApplication, SwitchRequest } from "../../common/wire.js";
import { pushCommit, readHead, switchApplication } from "../api.js";
import { botAvatar } from "../avatar.js";
import type { Page } from "../state/page.js";
import type { PushState } from "../state/page-state.js";

/** The right column: what happens outside Discord. */
export function toolsView(page: Page, guild: GuildSnapshot): TemplateResult {
  return html`<aside class="tools ${page.state.drawer === "tools" ? "open" : ""}" id="tools" aria-label="Tools">
    <section class="bot" aria-label="Bot">
      <span class="bot-avatar">
        <img src=${botAvatar} alt="" width="32" height="32" />
        <i class="dot ${guild.botOnline ? "online" : ""}"></i>
      </span>
      <span><b>${guild.botName}</b><span class="bot-state" data-testid="bot-state">${guild.botOnline ? "Online" : "Offline"}</span></span>
    </section>
    ${guild.repositories.length > 0 ? pushForm(page, guild) : nothing}
    ${guild.applications.length > 0 ? applicationsView(page, guild.applications) : nothing}
  </aside>`;
}

function pushForm(page: Page, guild: GuildSnapshot): TemplateResult {
  const { push } = page.state;
  const targets = guild.repositories.flatMap(({ fullName, branches }) =>
    branches.map((branch) => ({ value: `${fullName}#${branch}`, label: `${fullName} · ${branch}` })),
  );
  return html`<form
    class="card"
    @submit=${(event: SubmitEvent) => submitCommit(page, event)}
    @change=${(event: Event) => showHead(page, event.currentTarget)}
  >
    <h2>Push a commit</h2>
    <label>
      Branch
      <select name="target">
        ${targets.map(({ value, label }) => html`<option value=${value}>${label}</option>`)}
      </select>
    </label>
    ${push.head ? html`<p class="head">now at <code class="code">${push.head.sha.slice(0, 7)}</code></p>` : nothing}
    <label>
      Message
      <input name="message" type="text" required maxlength="10000" autocomplete="off" .defaultValue=${"Show the new greeting"} />
    </label>
    <fieldset>
      <legend>The application after it</legend>
      <label class="radio"><input type="radio" name="healthy" value="yes" checked /> works</label>
      <label class="radio"><input type="radio" name="healthy" value="no" /> is broken</label>
    </fieldset>
    <button class="button primary" data-testid="push-commit" ?disabled=${push.sending}>Push commit</button>
    ${resultView(push)}
  </form>`;
}

function resultView({ result }: PushState): TemplateResult {
  return html`<p class="push-result ${result?.kind ?? ""}" role="status" data-testid="push-result">${result?.text ?? ""}</p>`;
}

async function submitCommit(page: Page, event: SubmitEvent): Promise<void> {
  event.preventDefault();
  if (!(event.currentTarget instanceof HTMLFormElement)) return;
  const commit = readCommit(event.currentTarget);
  const show = (change: PushState): void => page.update((state) => ({ ...state, push: change }));
  show({ ...page.state.push, sending: true });
  const answer = await pushCommit(commit).catch(
    () => ({ kind: "refused", reason: "The sandbox could not be reached." }) as const,
  );
  if (answer.kind === "refused") {
    show({ sending: false, result: { kind: "refused", text: answer.reason } });
    return;
  }
  // What comes of the push shows in the channel, which a drawer would cover.
  page.update((state) => ({ ...state, sent: state.sent + 1, drawer: "none" }));
  const text = `Pushed ${answer.sha.slice(0, 7)} to ${commit.branch}`;
  show({
    sending: false,
    head: { of: `${commit.repository}#${commit.branch}`, sha: answer.sha },
    result: { kind: "pushed", text },
  });
}

function readCommit(form: HTMLFormElement): CommitRequest {
  const data = new FormData(form);
  const [repository = "", branch = ""] = splitTarget(String(data.get("target") ?? ""));
  const message = String(data.get("message") ?? "");
  return { repository, branch, message, healthy: data.get("healthy") === "yes" };
}

/** A branch may contain `#`, a repository's name may not. */
function splitTarget(target: string): readonly string[] {
  const at = target.indexOf("#");
  return [target.slice(0, at), target.slice(at + 1)];
}

function showHead(page: Page, form: EventTarget | null): void {
  if (!(form instanceof HTMLFormElement)) return;
  const { repository, branch } = readCommit(form);
  const of = `${repository}#${branch}`;
  if (page.state.push.head?.of === of) return;
  readHead(repository, branch).then(
    ({ sha }) => page.update((state) => ({ ...state, push: { ...state.push, head: { of, sha } } })),
    // It is only shown for orientation; the push itself says what is wrong.
    () => page.update(({ push: { head: _old, ...push }, ...state }) => ({ ...state, push })),
  );
}

function applicationsView(page: Page, applications: readonly PageApplication[]): TemplateResult {
  return html`<section class="card" aria-label="Applications">
    <h2>Applications</h2>
    <ul class="applications">${applications.map((application) => applicationView(page, application))}</ul>
    <p class="push-result refused" role="status">${page.state.switchProblem}</p>
  </section>`;
}

function applicationView(page: Page, { label, url, running }: PageApplication): TemplateResult {
  const safe = safeUrl(url);
  const name = safe ? html`<a href=${safe} target="_blank" rel="noopener noreferrer">${label}</a>` : label;
  return html`<li data-testid=${`application-${label}`}>
    <span>${name}<span class="state">${running ? "runs" : "stopped"}</span></span>
    <button class="button secondary" @click=${(event: Event) => turn(page, event, { label, running: !running })}>
      ${running ? "Stop" : "Start"}
    </button>
  </li>`;
}

/** The next snapshot shows what came of it; until then the button cannot be pressed twice. */
async function turn(page: Page, { currentTarget }: Event, wanted: SwitchRequest): Promise<void> {
  if (!(currentTarget instanceof HTMLButtonElement)) return;
  currentTarget.disabled = true;
  const answer = await switchApplication(wanted).catch(
    () => ({ kind: "refused", reason: "The sandbox could not be reached." }) as const,
  );
  const switchProblem = answer.kind === "refused" ? answer.reason : "";
  page.update((state) => ({ ...state, switchProblem }));
  currentTarget.disabled = false;
}
