import type {
  AutocompleteAnswer,
  AutocompleteRequest,
  BranchHead,
  ButtonRequest,
  CommandRequest,
  CommitAnswer,
  CommitRequest,
  InteractionAnswer,
  ModalRequest,
  SwitchAnswer,
  SwitchRequest,
} from "../common/wire.js";

/** The sandbox did not do what it was asked, or could not be reached. */
export class RequestFailed extends Error {
  readonly status: number;

  constructor(path: string, status: number) {
    super(`${path} answered ${status}`);
    this.name = "RequestFailed";
    this.status = status;
  }
}

export function runCommand(request: CommandRequest): Promise<InteractionAnswer> {
  return post("/api/commands", request);
}

export function pressButton(request: ButtonRequest): Promise<InteractionAnswer> {
  return post("/api/buttons", request);
}

export function submitModal(request: ModalRequest): Promise<InteractionAnswer> {
  return post("/api/modals", request);
}

export function autocomplete(request: AutocompleteRequest): Promise<AutocompleteAnswer> {
  return post("/api/autocomplete", request);
}

export function pushCommit(request: CommitRequest): Promise<CommitAnswer> {
  return post("/api/commits", request);
}

export function switchApplication(request: SwitchRequest): Promise<SwitchAnswer> {
  return post("/api/applications", request);
}

export function readHead(repository: string, branch: string): Promise<BranchHead> {
  return request(`/api/head?${new URLSearchParams({ repository, branch })}`);
}

export async function readAttachmentText(id: string): Promise<string> {
  const response = await fetch(attachmentPath(id));
  if (!response.ok) throw new RequestFailed(attachmentPath(id), response.status);
  return response.text();
}

export function attachmentPath(id: string): string {
  return `/attachments/${encodeURIComponent(id)}`;
}

function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { "content-type": "application/json" };
  return request(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/** The server is part of this page and shares its types, so its answers are not checked again. */
async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(path, init);
  if (!response.ok) throw new RequestFailed(path, response.status);
  return response.json() as Promise<T>;
}
