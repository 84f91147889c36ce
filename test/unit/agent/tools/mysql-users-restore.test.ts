import { expect, it } from 'vitest';
import { UsersStream } from '../../../../agent/tools/mysql-users-restore.ts';

function through(dump: string, chunkBytes: number): string {
  const stream = new UsersStream();
  const bytes = Buffer.from(dump);
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes)
    out.push(stream.push(bytes.subarray(at, at + chunkBytes)));
  return Buffer.concat([...out, stream.end()]).toString();
}

/** mariadb-dump 10.11.19 --insert-ignore --system=users. */
const USERS = `/*M!999999\\- enable the sandbox mode */ 
-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)
CREATE USER IF NOT EXISTS \`shop\`@\`localhost\` IDENTIFIED BY PASSWORD '*14E65567ABDB5135D0CFD9A70B3032C179A49EE7';
GRANT USAGE ON *.* TO \`shop\`@\`localhost\` IDENTIFIED BY PASSWORD '*14E65567ABDB5135D0CFD9A70B3032C179A49EE7';
GRANT SELECT ON \`shop\`.* TO \`Mü\`\`ller\`@\`%\` IDENTIFIED BY PASSWORD '*14E65567ABDB5135D0CFD9A70B3032C179A49EE7' WITH GRANT OPTION;
GRANT USAGE ON *.* TO \`one\`@\`localhost\` IDENTIFIED VIA unix_socket;
GRANT USAGE ON *.* TO \`two\`@\`localhost\` IDENTIFIED VIA ed25519 USING 'it''s' OR unix_socket REQUIRE SSL;
-- Dump completed on 2026-11-23  8:16:15`;

it.each([1, 7, 100_000])('leaves passwords that are there alone, in chunks of %i bytes', (size) => {
  const lines = through(USERS, size).split('\n');
  expect(lines.slice(2)).toEqual([
    "CREATE USER IF NOT EXISTS `shop`@`localhost` IDENTIFIED BY PASSWORD '*14E65567ABDB5135D0CFD9A70B3032C179A49EE7';",
    'GRANT USAGE ON *.* TO `shop`@`localhost`;',
    'GRANT SELECT ON `shop`.* TO `Mü``ller`@`%` WITH GRANT OPTION;',
    'GRANT USAGE ON *.* TO `one`@`localhost`;',
    'GRANT USAGE ON *.* TO `two`@`localhost` REQUIRE SSL;',
    '-- Dump completed on 2026-11-23  8:16:15',
  ]);
  expect(lines[0]).toBe('');
});

it('leaves values alone that only look like it', () => {
  const comment = "CREATE USER `a`@`b` COMMENT 'GRANT USAGE ON *.* TO `x`@`y` IDENTIFIED VIA unix_socket';\n";
  expect(through(comment, 5)).toBe(comment);
});
