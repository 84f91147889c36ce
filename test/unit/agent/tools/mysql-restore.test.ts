import { expect, it } from 'vitest';
import { isWholeHead, renamedHead } from '../../../../agent/tools/mysql-restore.ts';

/** mariadb-dump 10.11.19 --databases, its first lines. */
const HEAD = `/*M!999999\\- enable the sandbox mode */ 
-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)
--
-- Current Database: \`shop\`
--

CREATE DATABASE /*!32312 IF NOT EXISTS*/ \`shop\` /*!40100 DEFAULT CHARACTER SET latin1 COLLATE latin1_swedish_ci */;

USE \`shop\`;
`;

it('takes the sandbox line away, and gives the database another name', () => {
  expect(isWholeHead(HEAD)).toBe(true);
  expect(isWholeHead(HEAD.slice(0, -8))).toBe(false);
  const renamed = renamedHead(HEAD, 'a`b$&');
  expect(renamed).not.toContain('sandbox');
  expect(renamed).toContain(
    'CREATE DATABASE /*!32312 IF NOT EXISTS*/ `a``b$&` /*!40100 DEFAULT CHARACTER SET latin1',
  );
  expect(renamed).toContain('\nUSE `a``b$&`;\n');
  expect(renamedHead(HEAD, null)).toContain('USE `shop`;');
});
