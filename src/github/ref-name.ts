/** git's own limit is the file system's; GitHub refuses longer names. */
const MAX_LENGTH = 255;

// Half a character (a lone surrogate) has no UTF-8: no name can hold one, and no URL.
// biome-ignore lint/suspicious/noControlCharactersInRegex: git refuses exactly these characters in ref names
const FORBIDDEN = /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|^\.|\/\.|\.$|\.lock(?:\/|$)|\p{Surrogate}/u;

/** Whether git allows the name (`git check-ref-format`); a name may still look like a shell command or an option. */
export function isRefName(name: string): boolean {
  return name.length > 0 && name.length <= MAX_LENGTH && name !== "@" && !FORBIDDEN.test(name);
}
