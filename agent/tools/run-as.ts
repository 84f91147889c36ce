/** Becoming another user for one program. Pure. */

/** pgBackRest and the server it backs up belong to this user. */
export const POSTGRES_USER = 'postgres';

/** Whom the unit of the agent runs as. */
export const AGENT_USER = 'backproof';

/**
 * In front of a program that must not run as root. An agent that is not root runs it as itself: it may
 * read what its capability or its groups let it; base backups it has made by a unit (tools/base-backup.ts).
 */
export function asUser(user: string, isRoot: boolean): string[] {
  return isRoot ? ['runuser', '-u', user, '--'] : [];
}
