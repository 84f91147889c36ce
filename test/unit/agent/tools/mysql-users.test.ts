import { expect, it } from 'vitest';
import { grantsScript, parseAccounts, usersDump } from '../../../../agent/tools/mysql-users.ts';
import { recordedMysql } from '../../../support/mysql-answers.ts';

const accounts = parseAccounts(recordedMysql('9.7-accounts'))!;

it('leaves the accounts out that every server makes by itself', () => {
  expect(accounts.map(({ user }) => user)).toEqual([
    'app_developer',
    'backproof',
    'dev1',
    "o'neill",
    'replica',
    'root',
  ]);
});

it('writes users before what is granted to them, and default roles last', () => {
  const lines = usersDump(recordedMysql('9.7-users'), accounts, '9.7.4')!.split('\n');
  const at = (start: string) => lines.findIndex((line) => line.startsWith(start));
  expect(lines.filter((line) => line.startsWith('CREATE USER IF NOT EXISTS '))).toHaveLength(6);
  expect(at('CREATE USER IF NOT EXISTS `dev1`')).toBeLessThan(at('GRANT `app_developer`'));
  expect(at('GRANT `app_developer`')).toBeLessThan(at('ALTER USER'));
  expect(lines).toContain('ALTER USER `dev1`@`localhost` DEFAULT ROLE `app_developer`@`%`;');
  expect(lines.filter((line) => /^CREATE.* DEFAULT ROLE /.test(line))).toEqual([]);
  // Escaped for the client's output, and as the server wrote it again.
  expect(lines.join('\n')).toContain(`ATTRIBUTE '{"comment": "it\\'s \\\\"his\\\\""}'`);
  expect(lines.at(-2)).toBe('-- Dump completed');
});

it('writes nothing where an account is missing from the answer, or its end', () => {
  const whole = recordedMysql('9.7-users');
  expect(usersDump(whole.replace(/^CREATE USER `dev1`.*\n/m, ''), accounts, '9.7.4')).toBeNull();
  expect(usersDump(whole.replace(/end\n$/, ''), accounts, '9.7.4')).toBeNull();
});

it('asks for hashes in a form that text can hold, where the server knows it', () => {
  expect(grantsScript([], '8.0.36')).toContain('print_identified_with_as_hex');
  expect(grantsScript([{ user: "o'neill", host: '%' }], '5.7.44')).toBe(
    "set session sql_mode = '';\nselect 'account';\nshow create user 'o''neill'@'%';\nshow grants for 'o''neill'@'%';\nselect 'end';\n",
  );
});
