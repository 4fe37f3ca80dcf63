import { quote } from "../quote.js";
import { RUNNER_CHECKSUM, RUNNER_SCRIPT } from "./runner-script.js";

/** A session may begin elsewhere than in the user's home. */
const BASE = `case $1 in /*) base=$1 ;; *) base=$HOME/$1 ;; esac`;

/** Checks the runner anew for each call: what was cut or changed never runs. Arguments: base, checksum, tag, verb… */
const CALL = String.raw`${BASE}; home=$PWD; sum=$2; tag=$3
if cd -- "$base" 2>/dev/null && [ "$(2>/dev/null sha256sum <"bin/$sum.sh")" = "$sum  -" ]
then shift 3; exec sh "bin/$sum.sh" "$home" "$tag" "$@"
else printf '%s missing\n' "$tag" >&2
fi`;

/** Names what the runner needs and the host has not. Arguments: base, checksum, tag, length. */
const CHECK = String.raw`${BASE}; sum=$2 tag=$3 length=$4
say() { printf '%s %s\n' "$tag" "$*" >&2; }
lacks=
for program in cat chmod date dd ln ls mkdir mv readlink rm sha256sum sleep sync tail touch wc
do command -v "$program" >/dev/null 2>&1 || lacks="$lacks $program"
done
for program in flock setsid
do
  found=$program
  IFS=:
  for folder in $PATH
  do [ -x "$folder/$program" ] && [ ! -d "$folder/$program" ] && found=$folder/$program && break
  done
  unset IFS
  case $("$found" --version 2>&1) in *util-linux*) ;; *) lacks="$lacks $program(util-linux)" ;; esac
done
if [ -n "$lacks" ]; then say lacks $lacks; exit; fi
`;

/** Under another name until all of it has arrived. */
const INSTALL = `${CHECK}
umask 077
refuse() {
  case $why in *"o space left"* | *uota*) say full "$base" ;; *) say refused cannot write to "$base" ;; esac
  exit
}
folders="bin runs new locks fences"
why=$(LC_ALL=C mkdir -p -- "$base" 2>&1) && cd -- "$base" 2>/dev/null &&
  why=$({ LC_ALL=C mkdir -p $folders && chmod 700 $folders; } 2>&1) || refuse
part=bin/$sum.$$.part
why=$({ LC_ALL=C cat >"$part"; } 2>&1) || { rm -f "$part"; refuse; }
if [ "$(($(wc -c <"$part")))" = "$length" ] && [ "$(sha256sum <"$part")" = "$sum  -" ]
then sync "$part"; mv "$part" "bin/$sum.sh" && say installed
else rm -f "$part"; say cut
fi`;

/** Arguments: base, checksum, tag, key. */
const SEEN = String.raw`${BASE}
if [ -s "$base/fences/$4" ]; then printf '%s raised\n' "$3" >&2; else printf '%s absent\n' "$3" >&2; fi`;

/** The calls to one runner, as shell text. */
export class RunnerCalls {
  readonly #base: string;

  /** @param directory relative to the user's home unless absolute; a `~/` at its beginning is left out */
  constructor(directory: string) {
    this.#base = directory.replace(/^~\//, "");
  }

  call(tag: string, verb: string, ...args: readonly (string | number)[]): string {
    return this.#shell(CALL, tag, verb, ...args.map(String));
  }

  install(tag: string): string {
    return this.#shell(INSTALL, tag, String(RUNNER_SCRIPT.length));
  }

  /** Whether the host has seen a token of this fence; needs no runner there. */
  seen(tag: string, key: string): string {
    return this.#shell(SEEN, tag, key);
  }

  check(tag: string): string {
    return this.#shell(`${CHECK}say fit`, tag, String(RUNNER_SCRIPT.length));
  }

  /** By `sh`, whatever shell the user has. */
  #shell(script: string, tag: string, ...args: readonly string[]): string {
    return `exec ${quote(["sh", "-c", script, "slipway", this.#base, RUNNER_CHECKSUM, tag, ...args])}`;
  }
}
