/** What a person has to do where Discord refuses the token: in the log and in `/readyz`. */
export const REFUSED_TOKEN =
  "Discord refuses the token: put the bot's present token into DISCORD_TOKEN and restart";
