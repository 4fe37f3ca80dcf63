import { command } from "./command-names.js";
import type { NextWords, Offered } from "./next-words.js";

export const nextWordsFr: NextWords = {
  succeeded: (url) => `Accéder à l’application : ${url}`,
  lockedAfterRollback: (environment, until) =>
    `🔒 Ce retour arrière a verrouillé **${environment}** pour 24 heures, jusqu’au ${until}. Les autres peuvent déployer ensuite, ou dès que le verrou est levé avec ${command("unlock", "fr")}.`,
  failed: (offered, typed) => ["Corrigez la cause.", ...buttons(offered), again(offered, typed)].join(" "),
  cancelled: (offered) => ["Vérifiez les serveurs ci-dessus.", ...buttons(offered)].join(" "),
  askAgain: (offered, typed) =>
    ["Toujours nécessaire ? Vérifiez l’état actuel.", ...buttons(offered), again(offered, typed)].join(" "),
  refMoved: (typed) =>
    `Toujours nécessaire ? Relisez les nouveaux commits, puis refaites la demande : ${typed}.`,
  unknownHostKey:
    "Si le serveur a été réinstallé, comparez cette empreinte sur le serveur même, puis ajoutez-la à `hostKeys`. Sinon, arrêtez-vous : la connexion est peut-être interceptée.",
  indeterminate: (rollback) =>
    `Vérifiez d’abord les serveurs. Slipway ne poursuit pas seul. **Déclarer échoué** clôt le déploiement, **Relancer l’étape** reprend à l’étape interrompue${rollback ? ", **Revenir en arrière** rétablit la version précédente" : ""}.`,
  superseded: (number) => `Remplacé par un push plus récent : déploiement n° ${number}.`,
  command: {
    deploy: command("deploy", "fr"),
    promote: command("promote", "fr"),
    rollback: command("rollback", "fr"),
  },
  option: {
    environment: "environnement",
    project: "projet",
    ref: "ref",
    "break-glass": "bris-de-glace",
    from: "de",
    to: "vers",
  },
};

function buttons({ retry, rollback }: Offered): readonly string[] {
  return [
    ...(retry ? ["**Relancer** refait la même demande pour le même commit."] : []),
    ...(rollback ? ["**Revenir en arrière** rétablit la version précédente."] : []),
  ];
}

function again({ retry }: Offered, typed: string): string {
  return retry ? `Pour un autre commit : ${typed}.` : `Puis refaites la demande : ${typed}.`;
}
