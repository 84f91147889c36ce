/** Becoming another user for one program. Pure. */

/** pgBackRest and the server it backs up belong to this user. */
export const POSTGRES_USER = 'postgres';

/**
 * In front of a program that must not run as root. An agent that is not root runs it as itself, and the program
 * says what that user may not do.
 */
export function asUser(user: string, isRoot: boolean): string[] {
  return isRoot ? ['runuser', '-u', user, '--'] : [];
}
