import { setMaxListeners } from "node:events";
import type { Redis } from "ioredis";
import { cancelDeployment, stopDeployment } from "./app/cancel-deployment.js";
import { approve, mayApprove, refuse } from "./app/decide-approval.js";
import { fenceKey } from "./app/deployment-run.js";
import { deployDropped, settleDropped, tendDropped } from "./app/dropped.js";
import { markDeploymentFailed, runDeploymentAgain } from "./app/judge-deployment.js";
import { queuedLockNotices } from "./app/lock-notice.js";
import { endFreeze, listLocks, releaseLock, startFreeze, takeLock } from "./app/locks.js";
import { lookUpHistory, lookUpStatus } from "./app/look-up.js";
import { HealthLookUp } from "./app/look-up-health.js";
import { lookUpStats } from "./app/look-up-stats.js";
import type { MemoryParts } from "./app/memory-lost.js";
import { incidentHistory } from "./app/monitoring/incident-history.js";
import {
  acknowledgeIncident,
  readIncidentLogs,
  rollBackIncident,
  snoozeIncident,
} from "./app/monitoring/press-incident.js";
import { readLogs } from "./app/read-logs.js";
import { idInsteadOfName, type ProjectSighting, reportSighting } from "./app/repositories.js";
import { deployAgain, promote, requestDeployment } from "./app/request-deployment.js";
import { retryDeployment, rollBack, rollBackDeployment, rollbackCandidates } from "./app/roll-back.js";
import { stopCurrentStep } from "./app/stop-step.js";
import { tendLocks } from "./app/tend-locks.js";
import { wakingLater } from "./app/waking-later.js";
import { AuditLog } from "./audit/audit-log.js";
import type { BotOptions } from "./bot-options.js";
import { Changes } from "./changes/changes.js";
import { ChartDrawer } from "./charts/chart-drawer.js";
import { composeMonitoring } from "./compose-monitoring.js";
import { probeOrigins } from "./config/health-checks.js";
import { resolveConfigPath } from "./config/referenced-secret.js";
import type { Config, HostConfig } from "./config/schema.js";
import { BadReleases } from "./deployments/bad-releases.js";
import { DroppedStore } from "./deployments/dropped-store.js";
import { FollowedBranches } from "./deployments/followed-branches.js";
import { LockStore } from "./deployments/lock-store.js";
import { LogStore } from "./deployments/log-store.js";
import type { Target } from "./deployments/record.js";
import { RunningStore } from "./deployments/running-store.js";
import { DeploymentStore } from "./deployments/store.js";
import { ActionStore } from "./discord/action-store.js";
import { AnnouncementStore } from "./discord/announcement-store.js";
import { announceDeployment, drawDeployment } from "./discord/announcer.js";
import type { App } from "./discord/command.js";
import { CommandMentions } from "./discord/command-mentions.js";
import { DiscordRest } from "./discord/discord-rest.js";
import { announceDropped } from "./discord/dropped-announcer.js";
import { createLockNotices } from "./discord/lock-notices.js";
import { createMembers } from "./discord/members.js";
import { postMemoryLost } from "./discord/memory-notice.js";
import { postRepositoryNotice } from "./discord/repository-notice.js";
import { createCheckoutReader } from "./execution/checkout-reader.js";
import { createDurableRunner } from "./execution/durable/durable-runner.js";
import { createHostLogReader } from "./execution/host-log-reader.js";
import { filterOutput, filterText } from "./execution/output-filter.js";
import { createSshRunner } from "./execution/ssh/create-ssh-runner.js";
import type { PinnedHostKey, SshHost } from "./execution/ssh/ssh-host.js";
import { readBranchHead, readBranchRelease, relateCommits } from "./github/branches.js";
import { readCiState } from "./github/ci-state.js";
import { createGitHubClient } from "./github/client.js";
import { compareReleases } from "./github/comparison.js";
import { RefSuggestions } from "./github/ref-suggestions.js";
import { resolveRef } from "./github/refs.js";
import { readRepositoryId } from "./github/repository-id.js";
import { createProbers } from "./health/create-prober.js";
import type { Queues } from "./queue.js";
import type { Heartbeat } from "./redis/heartbeat.js";
import { RepositoryStore } from "./repositories/repository-store.js";
import type { Secret } from "./secret.js";
import type { JobParts } from "./worker.js";

export type Parts = ReturnType<typeof composeParts>;

/** Everything that use cases and jobs work with. Nothing connects to a host or to Discord yet. */
export function composeParts(options: BotOptions, redis: Redis, queues: Queues, processes: Heartbeat) {
  const { config, settings, logger, redactor } = options;
  const now = Date.now;
  const changes = new Changes(redis);
  const store = new DeploymentStore(redis, changes);
  const logs = new LogStore(redis);
  const locks = new LockStore(redis, changes);
  const dropped = new DroppedStore(redis, changes);
  const audit = new AuditLog(redis);
  changes.onEntry(() => audit.sealSoon());
  const actions = new ActionStore(redis);
  const announcements = new AnnouncementStore(redis);
  const mentions = new CommandMentions(redis, now);
  const badReleases = new BadReleases(redis);
  const running = new RunningStore(redis);

  const repositories = new RepositoryStore(redis, changes);
  const api = { apiUrl: settings.githubApiUrl, token: settings.githubToken, logger };
  const github = createGitHubClient({
    ...api,
    idInsteadOfName: (fullName) => idInsteadOfName({ config, repositories }, fullName),
  });
  const byName = createGitHubClient(api);
  const readRepository: JobParts["readRepository"] = (fullName) =>
    readRepositoryId({ github: byName, logger }, fullName);
  const refs: JobParts["refs"] = {
    resolve: (repository, ref) => resolveRef({ github, logger }, repository, ref),
  };
  const facts: JobParts["facts"] = {
    compare: (repository, commits) => compareReleases({ github, logger }, repository, commits),
    ciState: (repository, sha) => readCiState({ github, logger }, repository, sha),
  };
  const branches: JobParts["branches"] = {
    head: (repository, branch) => readBranchHead({ github, logger }, repository, branch),
    relation: (repository, base, head) => relateCommits({ github, logger }, repository, base, head),
    release: (repository, branch, sha) => readBranchRelease({ github, logger }, repository, branch, sha),
  };
  const rest = new DiscordRest({ api: settings.discordApiUrl, logger });
  if (settings.discordToken !== undefined) rest.setToken(settings.discordToken.reveal());
  const members = createMembers(rest, config.discord.guild);
  const ssh = createSshRunner({ hosts: sshHosts(options), logger, redact: (text) => redactor.redact(text) });
  const runner = createDurableRunner({ ssh, logger, ...durability(config) });
  const redaction = () => redactor.stream();
  const secrets = options.healthSecrets;
  const probers = createProbers({ runner, redaction, secrets, origins: probeOrigins(config), now });
  const closing = new AbortController();
  // Every step and every look under way listens; Node warns of a leak from the eleventh on.
  setMaxListeners(0, closing.signal);
  const readHead = createCheckoutReader({ runner: ssh, logger });
  const readCheckout: JobParts["readCheckout"] = ({ config: { strategy } }, host, deadlineMs) =>
    readHead({ host, strategy }, deadlineMs);
  const follow: JobParts["tools"]["follow"] = (host, run, onOutput, signal) =>
    runner.attach(host, run, onOutput, signal);
  const commands = { runner, follow, secrets: options.commandSecrets };
  const output = () => filterOutput(redactor);
  const probes = { probe: probers.look, probeStep: probers.step };
  const tools = { ...commands, ...probes, redaction: output, closing: closing.signal };

  const notices = queuedLockNotices(queues);
  // Logs of earlier versions were stored with their escape codes.
  const shown = (log: string) => filterText(redactor, log);
  const announcer = {
    config,
    store,
    logs,
    shown,
    now,
    rest,
    announcements,
    mentions,
    actions,
    locks,
    badReleases,
    running,
    facts,
  };
  const memory: MemoryParts = {
    ...{ config, logger },
    hasDeployed: (host, target) => runner.hasSeen(host, fenceKey(target)),
    report: (instance) => postMemoryLost({ config, rest, mentions }, instance),
  };
  const monitoring = composeMonitoring({
    ...{
      config,
      redis,
      changes,
      queues,
      store,
      running,
      badReleases,
      actions,
      rest,
      announcements,
      mentions,
      now,
    },
  });
  const appParts = {
    ...{ config, store, locks, audit, badReleases, running, readCheckout, queues, refs, facts, branches },
    followed: new FollowedBranches(redis, changes),
    ...{ dropped, repositories, readRepository, members, now },
  };
  const lockParts = { config, store, locks, audit, now, notices, logger };
  return {
    ...{
      logs,
      actions,
      announcements,
      mentions,
      github,
      rest,
    },
    ...appParts,
    ...monitoring,
    ...{ processes, members, tools, now, logger, lockParts, memory },
    readHost: createHostLogReader({ runner: ssh, redactor }),
    announce: (id: string) => announceDeployment(announcer, id),
    draw: (id: string) => drawDeployment(announcer, id),
    lockNotices: createLockNotices({ config, rest, actions, mentions }),
    tendLocks: () => tendLocks(lockParts),
    tendDropped: () => tendDropped(appParts),
    announceDropped: async (target: Target) => {
      await settleDropped(appParts, target);
      return announceDropped({ ...announcer, dropped }, target);
    },
    reportRepository: (about: ProjectSighting) =>
      reportSighting(
        { config, repositories, report: (each) => postRepositoryNotice({ config, rest }, each) },
        about,
      ),
    sealAudit: () =>
      audit
        .seal()
        .catch((error: unknown) => logger.warn({ err: error }, "the audit log could not take what waits")),
    stopStep: (id: string) =>
      stopCurrentStep({ store, cancelRun: (host, run) => runner.cancel(host, run) }, id),
    /** Begins nothing any more, and leaves what runs on the hosts to the next process. */
    async detach(): Promise<void> {
      closing.abort();
      await runner.close();
    },
    closeLinks(): Promise<void> {
      closing.abort();
      return ssh.close();
    },
  };
}

function durability({ execution }: Config) {
  const { directory, grace, patience, log, keepRuns, keepFor } = execution;
  const keepDays = keepFor / SECONDS_A_DAY;
  return { directory, graceSeconds: grace, patienceSeconds: patience, logBytes: log, keepRuns, keepDays };
}

const SECONDS_A_DAY = 24 * 3600;

/** The use cases, bound to their parts. */
export function composeApp(composed: Parts, available: () => boolean): App {
  const parts = { ...composed, queues: wakingLater(composed.queues, composed.logger) };
  const suggestions = new RefSuggestions(parts);
  const charts = new ChartDrawer(parts.logger);
  const health = new HealthLookUp(parts);
  const { config, lockParts } = parts;
  const stats = { ...parts, incidents: incidentHistory(parts.incidents, parts.now) };
  return {
    config,
    available,
    requestDeployment: (request) => requestDeployment(parts, request),
    againButton: (again) => parts.actions.idFor({ again }, "deploy-again"),
    deployAgain: (again, person) => deployAgain(parts, again, person),
    promote: (request) => promote(parts, request),
    rollBack: (request) => rollBack(parts, request),
    rollbackCandidates: (target) => rollbackCandidates(parts, target),
    status: (filter) => lookUpStatus(parts, filter),
    history: (request) => lookUpHistory(parts, request),
    stats: (request) => lookUpStats(stats, request),
    health: (request) => health.lookUp(request),
    draw: (chart) => charts.draw(chart),
    suggestRefs: (repository, branch, typed) => suggestions.suggest(repository, branch, typed),
    mayApprove: (id, person) => mayApprove(parts, id, person),
    approve: (id, person, word) => approve(parts, id, person, word),
    refuse: (id, person) => refuse(parts, id, person),
    cancel: (id, person) => cancelDeployment(parts, id, person),
    stop: (id, person) => stopDeployment(parts, id, person),
    markFailed: (id, person) => markDeploymentFailed(parts, id, person),
    runAgain: (id, person) => runDeploymentAgain(parts, id, person),
    rollBackDeployment: (id, person, requestId) => rollBackDeployment(parts, id, person, requestId),
    retry: (id, person, requestId) => retryDeployment(parts, id, person, requestId),
    deployDropped: (dropped, person, requestId) => deployDropped(parts, dropped, person, requestId),
    acknowledgeIncident: (id, person) => acknowledgeIncident(parts, id, person),
    snoozeIncident: (id, person) => snoozeIncident(parts, id, person),
    readIncidentLogs: (id, person) => readIncidentLogs(parts, id, person),
    rollBackIncident: (id, person, requestId) => rollBackIncident(parts, id, person, requestId),
    lock: (request) => takeLock(lockParts, request),
    unlock: (request) => releaseLock(lockParts, request),
    locks: () => listLocks(lockParts),
    freeze: (request) => startFreeze(lockParts, request),
    unfreeze: (request) => endFreeze(lockParts, request),
    readLogs: (request) => readLogs(parts, request),
    audit: (query) => parts.audit.page(query),
    exportAudit: (maxBytes) => parts.audit.export({ maxBytes }),
  };
}

function sshHosts({ config, privateKeys, settings }: BotOptions): Readonly<Record<string, SshHost>> {
  return Object.fromEntries(
    Object.entries(config.hosts).flatMap(([name, host]) => {
      const privateKey = privateKeys[name];
      return privateKey === undefined ? [] : [[name, sshHost(host, privateKey, settings.configFile)]];
    }),
  );
}

function sshHost(host: HostConfig, privateKey: Secret, configFile: string): SshHost {
  const hostKeys: PinnedHostKey[] = (host.hostKeys ?? []).map((sha256) => ({ kind: "fingerprint", sha256 }));
  if (host.knownHosts !== undefined) {
    hostKeys.push({ kind: "known-hosts", file: resolveConfigPath(host.knownHosts, configFile) });
  }
  const { address, port, user, jump } = host;
  return { address, port, user, privateKey, hostKeys, ...(jump !== undefined && { jump }) };
}
