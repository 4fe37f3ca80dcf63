/** A command that starts or restarts a Compose project. */
export interface ComposeCommand {
  /** The program with its options, such as `docker compose --file compose.yaml`. */
  readonly compose: readonly string[];
  readonly asked: "restart" | "up";
  /** The services that it names; empty for all. */
  readonly services: readonly string[];
}

/** Options of Compose that take the next word. */
const VALUED = new Set(
  "-f --file -p --project-name --project-directory --profile --env-file --ansi --progress --parallel --log-level".split(
    " ",
  ),
);
const FLAGS = new Set("--compatibility --verbose --no-ansi --all-resources".split(" "));
/** Options of its verbs that take the next word. */
const VALUED_OF_VERB = new Set(
  "-t --timeout --scale --pull --wait-timeout --attach --no-attach --exit-code-from".split(" "),
);

/** @returns undefined for a command that is not Compose's `up` or `restart`, or is not understood */
export function readComposeCommand(argv: readonly string[]): ComposeCommand | undefined {
  const program = argv[0] === "docker" && argv[1] === "compose" ? 2 : argv[0] === "docker-compose" ? 1 : 0;
  const verbAt = program === 0 ? undefined : endOfOptions(argv, program);
  const verb = verbAt === undefined ? undefined : argv[verbAt];
  if (verbAt === undefined || (verb !== "up" && verb !== "restart")) return undefined;
  const words = argv.slice(verbAt + 1);
  const services = words.filter(
    (word, index) => !word.startsWith("-") && !VALUED_OF_VERB.has(words[index - 1] ?? ""),
  );
  return { compose: argv.slice(0, verbAt), asked: verb, services };
}

function endOfOptions(argv: readonly string[], start: number): number | undefined {
  let at = start;
  for (let word = argv[at]; word?.startsWith("-"); word = argv[at]) {
    if (VALUED.has(word)) at += 2;
    else if (FLAGS.has(word) || VALUED.has(word.split("=")[0] ?? "")) at += 1;
    else return undefined;
  }
  return at < argv.length ? at : undefined;
}
