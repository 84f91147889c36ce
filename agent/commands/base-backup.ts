/**
 * `backproof-agent base-backup`: asks the unit backproof-base-backup, which is `postgres`, for the base backup of a job,
 * passes on what pgBackRest says, and ends as it ended. The backup lasts no longer than the connection.
 */
import { connect } from 'node:net';
import { messageOf, UserError } from '../../proto/errors.ts';
import { LineSplitter } from '../process/lines.ts';
import { LINE_CHARS_MAX } from '../process.ts';
import {
  BASE_BACKUP_SOCKET,
  type BaseBackupSaid,
  isType,
  parseSaid,
  requestLine,
} from '../tools/base-backup.ts';

/** @returns the exit code of pgBackRest. Throws a UserError when it was not run, or did not end by itself. */
export function askForBaseBackup(
  { job, type }: { job: string; type: string },
  print: (text: string) => void,
  socket = BASE_BACKUP_SOCKET,
): Promise<number> {
  if (!isType(type))
    throw new UserError(`"${type}" is no type of a backup`, {
      next: 'choose full, diff or incr',
      exitCode: 2,
    });
  return new Promise((resolve, reject) => {
    let end: BaseBackupSaid | null = null;
    const connection = connect(socket);
    const lines = new LineSplitter(LINE_CHARS_MAX, (text) => {
      const said = parseSaid(text);
      if (said !== null && 'line' in said) print(said.line);
      else end ??= said;
    });
    connection.setEncoding('utf8');
    connection.on('data', (text: string) => lines.add(text));
    connection.once('error', (error) =>
      reject(new UserError(`no base backup can be asked for: ${messageOf(error)}`)),
    );
    connection.once('end', () => {
      lines.end();
      if (end !== null && 'exitCode' in end) resolve(end.exitCode);
      else reject(new UserError(endedEarly(end)));
    });
    // Not ended: the unit takes the end of our side for ours.
    connection.write(requestLine({ job, type }));
  });
}

function endedEarly(end: BaseBackupSaid | null): string {
  if (end !== null && 'refused' in end) return `the base backup was refused: ${end.refused}`;
  if (end !== null && 'signal' in end) return `pgBackRest was ended by ${end.signal} from outside`;
  return 'the unit that makes base backups was ended before it had said how the backup ended';
}
