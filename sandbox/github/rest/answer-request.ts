import type { IncomingHttpHeaders } from "node:http";
import { ApiProblem, notFound } from "../errors.js";
import type { OpenApiChecker } from "../openapi/openapi-checker.js";
import type { Answer, Call } from "./call.js";
import { failureAnswer, problemAnswer } from "./error-answers.js";
import { decodedOrRaw, type Match, type Router } from "./router.js";
import type { GitHubState } from "./state.js";

export interface ApiRequest {
  readonly method: string;
  /** Still percent-encoded. */
  readonly rawPath: string;
  /** Without the `?`. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Api {
  readonly state: GitHubState;
  readonly token: string;
  readonly router: Router;
  readonly checker: OpenApiChecker | undefined;
}

/** Everything between the parsed request and the answer to send; never throws. */
export async function answerRequest(api: Api, request: ApiRequest): Promise<Answer> {
  try {
    checkCaller(api, request);
    const moved = movedAnswer(api.state, request);
    if (moved) return moved;
    const match = findRoute(api, request);
    checkQuery(match, request);
    if (match.route.path !== "/rate_limit" && !api.state.rateLimit.spend()) {
      throw new ApiProblem(403, "API rate limit exceeded for user ID 1.");
    }
    const call = toCall(api, match, request);
    const answer = await match.route.handle(call).catch(failureAnswer);
    return checked(api.checker, match, call, answer);
  } catch (error) {
    return failureAnswer(error);
  }
}

function checkCaller(api: Api, { headers }: ApiRequest): void {
  if (!headers["user-agent"]) {
    throw new ApiProblem(
      403,
      "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.",
    );
  }
  if (headers.authorization === undefined) throw new ApiProblem(401, "Requires authentication");
  const [, token] = /^(?:bearer|token) +(\S+)$/i.exec(headers.authorization) ?? [];
  if (token !== api.token) throw new ApiProblem(401, "Bad credentials");
}

/** GitHub sends on whoever uses the name that a repository had before: to its id, with the rest of the URL. */
function movedAnswer({ apiUrl, repositories }: GitHubState, request: ApiRequest): Answer | undefined {
  const { method, rawPath, query } = request;
  const [, name = "", rest = ""] = /^\/repos\/([^/]+\/[^/]+)(\/.*)?$/.exec(rawPath) ?? [];
  const fullName = decodedOrRaw(name);
  const repository = repositories.find(fullName) ? undefined : repositories.findMoved(fullName);
  if (!repository) return undefined;
  const url = `${apiUrl}/repositories/${repository.id}${rest}${query === "" ? "" : `?${query}`}`;
  const isRead = method === "GET" || method === "HEAD";
  return {
    status: isRead ? 301 : 307,
    body: {
      message: isRead ? "Moved Permanently" : "Temporary Redirect",
      url,
      documentation_url:
        "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects",
    },
    headers: { location: url },
  };
}

/** The same URL by the repository's name, where it names the id: `/repositories/1/branches`. */
function byName({ repositories }: GitHubState, rawPath: string): string {
  const [, id, rest = ""] = /^\/repositories\/(\d{1,15})(\/.*)?$/.exec(rawPath) ?? [];
  const repository = id === undefined ? undefined : repositories.findById(Number(id));
  return repository ? `/repos/${repository.fullName}${rest}` : rawPath;
}

function findRoute(api: Api, { method, rawPath }: ApiRequest): Match {
  try {
    const match = api.router(method === "HEAD" ? "GET" : method, byName(api.state, rawPath));
    if (match) return match;
  } catch (error) {
    if (error instanceof URIError) throw new ApiProblem(400, "Bad Request");
    throw error;
  }
  throw notFound();
}

/** A parameter that the stand-in ignored would make a test pass for the wrong reason. */
function checkQuery({ route }: Match, { query }: ApiRequest): void {
  const unknown = [...new URLSearchParams(query).keys()].filter((name) => !route.query.includes(name));
  if (unknown.length > 0) {
    throw new ApiProblem(
      501,
      `The stand-in does not know these parameters of ${route.path}: ${unknown.join(", ")}`,
    );
  }
}

function toCall(api: Api, match: Match, request: ApiRequest): Call {
  return {
    params: match.params,
    query: new URLSearchParams(request.query),
    body: parseJson(request.body),
    accept: request.headers.accept ?? "",
    url: `${api.state.apiUrl}${request.rawPath}`,
    state: api.state,
  };
}

function parseJson(text: string): unknown {
  if (text === "") return undefined;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new ApiProblem(400, "Problems parsing JSON");
  }
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body;
  throw new ApiProblem(400, "Body should be a JSON object");
}

function checked(checker: OpenApiChecker | undefined, { route }: Match, call: Call, answer: Answer): Answer {
  if (!checker || answer.headers?.["content-type"] !== undefined) return answer;
  const accepted = answer.status < 300;
  const problems = [
    ...(accepted ? checker.request(route.method, route.path, call) : []),
    ...checker.response(route.method, route.path, answer.status, answer.body),
  ];
  if (problems.length === 0) return answer;
  const message = `${route.method} ${route.path} differs from GitHub's description: ${problems.join("; ")}`;
  return problemAnswer(new ApiProblem(500, message));
}
