/** What POSIX lets a shell set: letters, digits and underscores, not beginning with a digit. */
export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
