import { ButtonStyle, ComponentType, type RESTPostAPIChannelMessageJSONBody } from "discord-api-types/v10";

const commit = "https://github.com/acme/shop/commit/3f9c2ab17d5e4f60718293a4b5c6d7e8f9012345";

/** A deployment that runs, as Slipway would tell it. */
export const startedMessage = {
  content: "🚀 **UAT** - Deployment started",
  embeds: [
    {
      title: "shop → uat",
      url: "https://github.com/acme/shop",
      color: 0xf0b232,
      description: [
        "✅ Check the host `0.4 s`",
        "✅ Save the rollback point `0.1 s`",
        "✅ Fetch **3f9c2ab** `1.9 s`",
        "⏳ Run `npm ci --omit=dev` …",
        "▫️ Restart",
        "▫️ Health checks",
        "",
        "`████████████░░░░░░░░` 58 %",
      ].join("\n"),
      fields: [
        { name: "Commit", value: `[3f9c2ab](${commit})`, inline: true },
        { name: "Author", value: "Léa Martin", inline: true },
        { name: "Requested by", value: "Camille", inline: true },
        { name: "Message", value: "Show the delivery date in the basket" },
      ],
      footer: { text: "Step 4 of 6 · 12 s" },
    },
  ],
  components: [
    {
      type: ComponentType.ActionRow,
      components: [
        { type: ComponentType.Button, style: ButtonStyle.Danger, custom_id: "cancel", label: "Cancel" },
        {
          type: ComponentType.Button,
          style: ButtonStyle.Secondary,
          custom_id: "log",
          label: "Log",
          emoji: { name: "📄" },
        },
        {
          type: ComponentType.Button,
          style: ButtonStyle.Link,
          url: "https://github.com/acme/shop",
          label: "Repository",
        },
      ],
    },
  ],
} satisfies RESTPostAPIChannelMessageJSONBody;

/** The same deployment at its end, in French. */
export const succeededMessage = {
  content: "🎯 **UAT** - Déploiement réussi ✅",
  embeds: [
    {
      title: "shop → uat",
      url: "https://github.com/acme/shop",
      color: 0x23a55a,
      description: [
        "✅ Vérifier l’hôte `0,4 s`",
        "✅ Enregistrer le point de retour `0,1 s`",
        "✅ Récupérer **3f9c2ab** `1,9 s`",
        "✅ `npm ci --omit=dev` `9,2 s`",
        "✅ Redémarrer `1,1 s`",
        "✅ Contrôles de santé `2,3 s`",
        "",
        "`████████████████████` 100 %",
      ].join("\n"),
      fields: [
        { name: "Commit", value: `[3f9c2ab](${commit})`, inline: true },
        { name: "Auteur", value: "Léa Martin", inline: true },
        { name: "Demandé par", value: "Camille", inline: true },
        { name: "Message", value: "Afficher la date de livraison dans le panier" },
      ],
      footer: { text: "6 étapes · 15 s" },
    },
  ],
  components: [
    {
      type: ComponentType.ActionRow,
      components: [
        {
          type: ComponentType.Button,
          style: ButtonStyle.Link,
          url: "https://uat.shop.test/",
          label: "Ouvrir",
        },
        {
          type: ComponentType.Button,
          style: ButtonStyle.Secondary,
          custom_id: "rollback",
          label: "Revenir en arrière",
        },
      ],
    },
  ],
} satisfies RESTPostAPIChannelMessageJSONBody;
