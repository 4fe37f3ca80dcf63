import { command } from "./command-names.js";
import type { IncidentWords } from "./incident-words.js";

export const incidentWordsEn: IncidentWords = {
  headline: {
    down: (where) => `${where} - Down`,
    recovering: (where) => `${where} - Answers again, being watched`,
    recovered: (where) => `${where} - Up again`,
    unwatched: (where) => `${where} - Not watched any more`,
  },
  environments: (count) => `${count} environments`,
  onHost: (host) => `host ${host}`,
  recovered: (where, span) => `${where} - Up again after ${span}`,
  atMost: (span) => `at most ${span}`,
  unwatched: (span) => `for ${span} of it Slipway did not watch`,
  since: {
    down: (at) => `Down since ${at}.`,
    recovering: (at) => `Answers again since ${at}; it is believed once that lasts.`,
    recovered: (at) => `Up again since ${at}.`,
    unwatched: (at) => `Was down since ${at}; the configuration does not watch it any more.`,
  },
  lastGood: (at) => `Last good: ${at}.`,
  neverGood: "It was never seen good.",
  unknownReason: "failed",
  failedBake: {
    failed: "The new release failed its checks after the deployment.",
    offer:
      "The new release failed its checks after the deployment. **Roll back** restores the previous release.",
    rollback:
      "The new release failed its checks after the deployment. Slipway rolls it back, as configured, if that is still possible.",
  },
  acknowledged: (by, at) => `Acknowledged by ${by} ${at}`,
  snoozed: (by, until) => `Snoozed by ${by} until ${until}`,
  fields: {
    deployed: "What runs there",
    host: "Host",
    downtime: "Downtime",
    from: "First failure",
    until: "Up again",
    environments: "Environments",
    acknowledged: "Acknowledged by",
  },
  deployed: (release, at, by) => `${release}\ndeployed ${at} by ${by}`,
  call: {
    joined: (headline, since) => `${headline}, since ${since}. This concerns you, too, now.`,
    unacknowledged: (headline, since) => `${headline}, since ${since}, and nobody has acknowledged it.`,
  },
  button: { acknowledge: "Acknowledge", snooze: "Snooze 1 h", rollback: "Roll back", logs: "Show logs" },
  reply: {
    acknowledged: "Acknowledged: you are handling this incident, and it is not escalated further.",
    snoozed: (until) => `It makes no sound until ${until}. The message goes on changing.`,
    over: "This incident is over. Nothing was changed.",
    notResponsible: (roles) => `You may not decide here. These roles may: ${roles}. Nothing was changed.`,
    acknowledgedAlready: (by) => `${by} has acknowledged it already.`,
    severalEnvironments: `Several environments are down. Nothing was changed. Choose one with ${command("rollback", "en")}.`,
  },
  unit: { day: "d", hour: "h", minute: "min", second: "s" },
  more: (count) => `… and ${count} more`,
  blind: {
    headline: "Slipway cannot check health",
    headlineOver: (span) => `Slipway could not check health for ${span}`,
    unheard: (since) =>
      `Since ${since} nothing that it checks answers: either its own network is away, or everything is down at once.`,
    refused: (since) => `Since ${since} its own machine refuses to let it look.`,
    call: (since) =>
      `Slipway has heard nothing of what it checks since ${since}. Please look: is it its network, or is everything down?`,
    over: (since, until) => `From ${since} to ${until}. It checks again.`,
    unknown: (environments) =>
      `The health of ${environments === 1 ? "1 environment" : `${environments} environments`} is unknown for that time: no incident is opened, and no release is rolled back for it.`,
    code: (code) => `The system says \`${code}\`.`,
  },
  summary: {
    headline: { daily: "The health of the last day", weekly: "The health of the last week" },
    allWell: "Nothing was down.",
    uptime: (percent) => `up ${percent}`,
    unknownUptime: "not measured",
    incidents: (count, span) => `${count === 1 ? "1 incident" : `${count} incidents`}, ${span} down`,
    down: "**down now**",
    wasDown: "**down when last checked**",
  },
};
