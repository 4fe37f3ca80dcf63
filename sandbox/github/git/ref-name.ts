const illegalCharacter = /[\p{Cc} ~^:?*[\\]/u;
const illegalSequence = /\.\.|@\{|\/\/|^\/|\/$|\.$/;

/**
 * The rules of `git check-ref-format` for what comes after `refs/heads/` or `refs/tags/`. A legal name has no
 * line break and no glob character, so it can be put into git's input and patterns; it may still look like an
 * option or like shell text.
 */
export function isLegalRefName(name: string): boolean {
  if (name === "" || name === "@" || illegalCharacter.test(name) || illegalSequence.test(name)) return false;
  return name.split("/").every((part) => !part.startsWith(".") && !part.endsWith(".lock"));
}
