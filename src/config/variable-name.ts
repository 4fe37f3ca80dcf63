/** What POSIX lets a shell set: letters, digits and underscores, not beginning with a digit. */
export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** They steer the shell or the loader, or belong to the shell, so that the command would not run as it is written. */
const TAKEN = /^(?:PATH|HOME|SHELL|IFS|ENV|CDPATH|PWD|OLDPWD|PPID|UID|EUID|SHELLOPTS|_|BASH.*|LD_.*)$/;

export function steersTheShell(variable: string): boolean {
  return TAKEN.test(variable);
}
