/** Sockets of units that do for the agent what it may not do itself (docs/adr/0006). */
import { accessSync, constants } from 'node:fs';

/** Whether the socket is there, and this user may connect to it. */
export function mayConnect(socket: string): boolean {
  try {
    accessSync(socket, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
