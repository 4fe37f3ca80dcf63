import type { ProbeReason } from "../../deployments/probe-reason.js";
import { inCode, plain } from "./text.js";

const LONGEST = 200;
/** What is kept of it is at most as long. */
const LONGEST_SAID = 300;
/** Of a container's name: there are several. */
const LONGEST_NAME = 60;

/** What comes from hosts and from what they answered, made safe to show. */
export function cleanReason(reason: ProbeReason): ProbeReason {
  switch (reason.code) {
    case "text-missing":
      return { ...reason, expected: inCode(reason.expected, LONGEST) };
    case "no-answer":
      return { ...reason, detail: plain(reason.detail, LONGEST) };
    case "certificate-invalid":
      return { ...reason, detail: inCode(reason.detail, LONGEST) };
    case "json-mismatch":
      return cleanMismatch(reason);
    case "redirect-refused":
      return { ...reason, to: inCode(reason.to, LONGEST) };
    case "exited":
      return { ...reason, ...cleanSaid(reason) };
    case "killed":
      return { ...reason, signal: plain(reason.signal, LONGEST), ...cleanSaid(reason) };
    case "containers": {
      const clean = (text: string) => inCode(text, LONGEST_NAME);
      const faults = reason.faults.map(({ name, state }) => ({
        name: clean(name),
        state: plain(state, LONGEST_NAME),
      }));
      return { ...reason, faults };
    }
    case "disk-low":
      return { ...reason, path: inCode(reason.path, LONGEST) };
    case "host-unreachable":
      return {
        ...reason,
        host: plain(reason.host, LONGEST),
        reason: plain(reason.reason, LONGEST),
        ...cleanSaid(reason),
      };
    case "not-run":
      return { ...reason, host: plain(reason.host, LONGEST), ...cleanSaid(reason) };
    default:
      return reason;
  }
}

/** The words of a host or of a command, for use in `code`. */
export function cleanSaid({ said }: { readonly said?: string | undefined }): { readonly said?: string } {
  return said === undefined ? {} : { said: inCode(said, LONGEST_SAID) };
}

function cleanMismatch(reason: Extract<ProbeReason, { code: "json-mismatch" }>): ProbeReason {
  const { path, expected, got } = reason;
  return {
    ...reason,
    path: inCode(path, LONGEST),
    expected: typeof expected === "string" ? inCode(expected, LONGEST) : expected,
    ...(got !== undefined && { got: inCode(got, LONGEST) }),
  };
}
