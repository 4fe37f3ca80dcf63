import type { Config } from "../config/schema.js";
import { allTargets } from "../deployments/targets.js";

/** What somebody wants of the audit log. */
export type AuditPurpose = "read" | "export";

/** Ids of the roles that may: those who deploy or approve anywhere read it, those who approve anywhere export it. */
export function auditRoles(config: Config, purpose: AuditPurpose): readonly string[] {
  const roles = allTargets(config).flatMap(({ config: { roles } }) => [
    ...(roles.approve ?? []),
    ...(purpose === "read" ? roles.deploy : []),
  ]);
  return [...new Set(roles)];
}
