import { expect, it } from 'vitest';
import { parseServerFacts } from '../../../../agent/tools/mysql-facts.ts';
import { batch, recordedMysql } from '../../../support/mysql-answers.ts';

it('reads what MySQL 9.7 says of itself', () => {
  expect(parseServerFacts(recordedMysql('9.7-facts'))).toEqual({
    flavour: 'MySQL',
    version: '9.7.4',
    account: 'backproof@localhost',
    readOnly: false,
    databases: ['odd\tname/ü', 'shop'],
    untransactional: [{ database: 'shop', engine: 'MyISAM', tables: 1 }],
    versioned: [],
    grantsToPublic: false,
    grants: [
      {
        grants: true,
        rights: ['SELECT', 'REPLICATION CLIENT', 'SHOW VIEW', 'EVENT', 'TRIGGER'],
        database: '*',
        object: '*',
      },
    ],
  });
});

it('knows nothing of a server that did not answer to the end', () => {
  expect(parseServerFacts('')).toBeNull();
  expect(parseServerFacts(recordedMysql('9.7-facts').replace(/end\n$/, ''))).toBeNull();
  expect(parseServerFacts(batch(['database', 'shop'], ['end']))).toBeNull();
});
