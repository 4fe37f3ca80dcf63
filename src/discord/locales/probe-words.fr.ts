import type { NotRunFacts } from "../../deployments/not-run.js";
import type { ProbeReason } from "../../deployments/probe-reason.js";
import { fullTime } from "./full-time.js";

/** Pourquoi un serveur est injoignable, selon le code de l'adaptateur SSH. */
const unreachableFr: ReadonlyMap<string, string> = new Map([
  ["refused", "connexion refusée"],
  ["timeout", "pas de réponse à temps"],
  ["dns", "nom inconnu"],
  ["auth", "clé refusée"],
  ["host-key", "il présente une clé absente de la configuration"],
  ["jump", "le serveur de rebond ne laisse pas passer"],
  ["protocol", "réponse SSH inattendue"],
  ["unfit", "il lui manque un programme dont Slipway a besoin"],
  ["busy", "une étape d’un autre déploiement y est encore en cours"],
  ["not-run", "il accepte la connexion mais n’exécute aucune commande"],
  ["lost", "la connexion a été perdue"],
  ["no-space", "il n’y a plus d’espace libre"],
  ["bad-fence", "son jeton de clôture n’est pas plausible"],
  ["nonsense", "son exécuteur ne donne aucune réponse valable"],
]);

/** Why a host that answers starts nothing, and what to do about it; follows a colon. */
export function notStartedFr({
  reason,
  detail = "?",
}: {
  reason: string;
  detail?: string | undefined;
}): string {
  switch (reason) {
    case "no-space":
      return `plus d’espace libre dans \`${detail}\`. Libérez des blocs ou des inodes, puis réessayez.`;
    case "bad-fence":
      return `le jeton de clôture dans \`${detail}\` n’est pas plausible. Vérifiez les horloges, supprimez ce fichier sur le serveur, puis réessayez.`;
    case "nonsense":
      return `l’exécuteur sur le serveur ne donne aucune réponse valable (\`${detail}\`).`;
    case "unfit":
      return `le serveur n’est pas prêt pour Slipway (\`${detail}\`).`;
    default:
      return `${unreachableFr.get(reason) ?? reason}.`;
  }
}

export function probeReasonFr(reason: ProbeReason): string {
  switch (reason.code) {
    case "status":
      return `statut ${reason.got} au lieu de ${reason.expected}`;
    case "text-missing":
      return `la réponse ne contient pas \`${reason.expected}\``;
    case "timed-out":
      return `pas de réponse en ${reason.seconds} s`;
    case "no-answer":
      return `pas de réponse (${reason.detail})`;
    case "not-json":
      return "la réponse n’est pas du JSON";
    case "json-mismatch":
      return reason.got === undefined
        ? `la réponse n’a pas de champ \`${reason.path}\``
        : `\`${reason.path}\` vaut \`${reason.got}\` au lieu de \`${JSON.stringify(reason.expected)}\``;
    case "too-slow":
      return `trop lent : ${reason.tookMs} ms au lieu de ${reason.limitMs} ms au plus`;
    case "certificate-expires":
      return `le certificat TLS expire le ${fullTime(reason.expiresAt)}`;
    case "certificate-invalid":
      return `le certificat TLS n’est pas valide (${CERTIFICATE.get(reason.detail) ?? `\`${reason.detail}\``})`;
    case "redirect-refused":
      return `redirection vers \`${reason.to}\`, absent de la configuration`;
    case "too-many-redirects":
      return `plus de ${reason.limit} redirections`;
    case "exited":
      return `la commande s’est terminée avec le code ${reason.exitCode}${saying(reason.said)}`;
    case "killed":
      return `la commande a été arrêtée par le signal ${reason.signal}${saying(reason.said)}`;
    case "containers":
      return containers(reason);
    case "disk-low":
      return `${amount(reason.free, reason.unit)} libres sur \`${reason.path}\` au lieu de ${amount(reason.minimum, reason.unit)}`;
    case "unreadable":
      return "la réponse du serveur est incompréhensible";
    case "host-unreachable":
      return `le serveur ${reason.host} est injoignable (${unreachableBecauseFr(reason)})`;
    case "not-run":
      return `le serveur ${reason.host} n’a pas exécuté la commande ${notRunFr(reason)}`;
  }
}

/** Pourquoi un serveur est injoignable, avec ses propres mots s’il a refusé la connexion. */
export function unreachableBecauseFr({ reason, said }: Unreachable): string {
  const why = unreachableFr.get(reason) ?? reason;
  return said === undefined ? why : `${why} ; le serveur a dit : \`${said}\``;
}

interface Unreachable {
  readonly reason: string;
  readonly said?: string | undefined;
}

/** Pourquoi un serveur qui a accepté la connexion n’a pas exécuté une commande, avec ses propres mots. */
export function notRunFr({ said, exitCode, seconds }: NotRunFacts): string {
  const how = [
    ...(exitCode === undefined ? [] : [`son shell de connexion s’est terminé avec le code ${exitCode}`]),
    ...(seconds === undefined ? [] : [`aucune réponse en ${seconds} s`]),
    said === undefined ? "le serveur n’a rien dit" : `le serveur a dit : \`${said}\``,
  ];
  return `(${how.join(" ; ")})`;
}

function saying(said: string | undefined): string {
  return said === undefined ? "" : ` : \`${said}\``;
}

const CERTIFICATE: ReadonlyMap<string, string> = new Map([
  ["CERT_HAS_EXPIRED", "il a expiré"],
  ["CERT_NOT_YET_VALID", "il n’est pas encore valable"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "il est établi pour un autre nom"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "il est autosigné"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "son autorité est inconnue"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "sa chaîne est incomplète, ou son autorité inconnue"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "son autorité est inconnue"],
]);

function containers({ faults, more }: Extract<ProbeReason, { code: "containers" }>): string {
  if (faults.length === 0) return "il n’y a aucun conteneur";
  const named = faults.map(({ name, state }) => `\`${name}\` (${CONTAINER.get(state) ?? state})`).join(", ");
  return `conteneurs : ${named}${more === 0 ? "" : ` et ${more} de plus`}`;
}

const CONTAINER: ReadonlyMap<string, string> = new Map([
  ["absent", "absent"],
  ["created", "pas démarré"],
  ["exited", "arrêté"],
  ["dead", "mort"],
  ["paused", "en pause"],
  ["restarting", "redémarre sans cesse"],
  ["unhealthy", "défaillant (unhealthy)"],
]);

function amount(value: number, unit: "percent" | "megabytes"): string {
  return unit === "percent" ? `${value} %` : `${value} Mo`;
}
