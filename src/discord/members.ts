import type { REST } from "@discordjs/rest";
import { RESTJSONErrorCodes, Routes } from "discord-api-types/v10";
import { z } from "zod";
import type { Members } from "../app/ports.js";
import { hasErrorCode } from "./error-code.js";

const Member = z.object({ roles: z.array(z.string()) });

/** Asks Discord itself, each time: a role that was taken away a moment ago is gone. */
export function createMembers(rest: REST, guildId: string): Members {
  return {
    async rolesOf(userId) {
      try {
        const { roles } = Member.parse(await rest.get(Routes.guildMember(guildId, userId)));
        // Everybody has the role that is called like the guild, and Discord lists it nowhere.
        return [guildId, ...roles];
      } catch (error) {
        if (isNoMember(error)) return undefined;
        throw error;
      }
    },
  };
}

/** A guild that Discord does not know says nothing about its members. */
function isNoMember(error: unknown): boolean {
  return (
    hasErrorCode(error, RESTJSONErrorCodes.UnknownMember) ||
    hasErrorCode(error, RESTJSONErrorCodes.UnknownUser)
  );
}
