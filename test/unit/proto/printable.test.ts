import { describe, expect, it } from 'vitest';
import { printable, printableLine } from '../../../proto/printable.ts';

describe('printable', () => {
  it('leaves what people write alone', () => {
    expect(printable('Grüße, 日本 🙂\n\tpath/to')).toBe('Grüße, 日本 🙂\n\tpath/to');
  });

  it('shows terminal escapes instead of obeying them', () => {
    expect(printable('\u001b[31mred\u009b2J\u0007')).toBe('␛[31mred\\u{9b}2J␇');
  });

  it('shows what reorders or hides text', () => {
    expect(printable('a\u202egpj.exe\u2066\u200b\ufeff')).toBe(
      'a\\u{202e}gpj.exe\\u{2066}\\u{200b}\\u{feff}',
    );
  });

  it('shows lone surrogates', () => {
    expect(printable('x\ud800y')).toBe('x\\u{d800}y');
  });

  it('makes one bounded line of a megabyte', () => {
    const line = printableLine(`a\nb${'\u001b'.repeat(1_000_000)}`, 40);
    expect(line.length).toBe(40);
    expect(line.startsWith('a␊b␛')).toBe(true);
    expect(line.endsWith('…')).toBe(true);
  });
});
