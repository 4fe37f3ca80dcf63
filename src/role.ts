/** What a process does: everything, or one of the three parts that can run apart. */
export const ROLES = ["all", "gateway", "web", "worker"] as const;
export type Role = (typeof ROLES)[number];

/** Whether a process of this role does that part of the work. */
export function plays(role: Role, part: Exclude<Role, "all">): boolean {
  return role === "all" || role === part;
}
