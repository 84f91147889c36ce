import { expect, it } from 'vitest';
import { DumpStream } from '../../../../agent/tools/mysql-restore.ts';

/** mariadb-dump 10.11.19 --databases: its first lines, and what stands before its views. */
const DUMP = `/*M!999999\\- enable the sandbox mode */ 
-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)
--
-- Current Database: \`shop\`
--

CREATE DATABASE /*!32312 IF NOT EXISTS*/ \`shop\` /*!40100 DEFAULT CHARACTER SET latin1 COLLATE latin1_swedish_ci */;

USE \`shop\`;
INSERT INTO \`t\` VALUES (1,'USE \`shop\`;'),(2,'\\nUSE \`shop\`;\\n');

--
-- Current Database: \`shop\`
--

USE \`shop\`;
/*!50001 DROP VIEW IF EXISTS \`names\`*/;
`;

function through(dump: string, from: string, into: string | null, chunkBytes: number) {
  const stream = new DumpStream(from, into);
  const bytes = Buffer.from(dump);
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes)
    out.push(stream.push(bytes.subarray(at, at + chunkBytes)));
  out.push(stream.end());
  return { text: Buffer.concat(out).toString(), problem: stream.problem };
}

it.each([1, 7, 100_000])(
  'leads every USE to the other database, in chunks of %i bytes, and leaves values alone',
  (size) => {
    const { text, problem } = through(DUMP, 'shop', 'a`ü$&', size);
    expect(problem).toBeNull();
    expect(text).not.toContain('sandbox');
    expect(text).toContain(
      'CREATE DATABASE /*!32312 IF NOT EXISTS*/ `a``ü$&` /*!40100 DEFAULT CHARACTER SET latin1',
    );
    expect(text.match(/^USE `a``ü\$&`;$/gm)).toHaveLength(2);
    expect(text.match(/^USE `shop`;$/gm)).toBeNull();
    expect(text).toContain("VALUES (1,'USE `shop`;'),(2,'\\nUSE `shop`;\\n');");
  },
);

it('passes a dump on as it is where it goes to its own database, or is of none', () => {
  const plain = DUMP.slice(DUMP.indexOf('\n') + 1);
  expect(through(DUMP, 'shop', 'shop', 100).text).toBe(plain);
  expect(through(DUMP, 'globals', null, 100).text).toBe(plain);
  expect(through('', 'shop', null, 1).text).toBe('');
});

it('lets nothing into another database when the dump does not say which it is of', () => {
  const { text, problem } = through('DROP TABLE t;\n', 'shop', 'other', 3);
  expect(text).toBe('');
  expect(problem).toContain('goes into no other');
});
