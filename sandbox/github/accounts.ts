import type { NewCommit } from "./types.js";

export interface Author {
  readonly name: string;
  readonly email: string;
  readonly login?: string;
}

/** Who commits where a commit names nobody. */
export const sandboxPerson: Required<Author> = {
  name: "Camille Moreau",
  email: "camille@example.com",
  login: "camille",
};

/** The account that the token of the REST API belongs to. */
export const tokenOwner = "slipway-bot";

/** Like GitHub, the stand-in knows people by the addresses of their commits. */
export interface Accounts {
  /** The person of a commit, whose login is remembered. */
  authorOf(commit: NewCommit): Author;
  loginOf(email: string): string | undefined;
}

export function createAccounts(): Accounts {
  const logins = new Map([[sandboxPerson.email, sandboxPerson.login]]);
  return {
    authorOf(commit) {
      const author = commit.author ?? sandboxPerson;
      if (author.login !== undefined) logins.set(author.email, author.login);
      return author;
    },
    loginOf: (email) => logins.get(email),
  };
}
