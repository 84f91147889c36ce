import { describe, expect, it } from 'vitest';
import { table } from '../../../../collector/control/table.ts';

describe('table', () => {
  it('keeps to the width of the terminal: the widest column gives way', () => {
    const text = table(['HOST', 'REASON'], [['web1', 'x'.repeat(300)]], 60);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
    expect(text).toContain('web1  xxx');
    expect(text).toContain('…');
  });

  it('shows hostile text instead of obeying it', () => {
    const text = table(['HOST'], [['\u001b[2Jweb1\nweb2\u202e']], 80);
    expect(text.split('\n')).toHaveLength(2);
    expect(text).toContain('␛[2Jweb1␊web2\\u{202e}');
  });

  it('shows nothing for what is not there', () => {
    expect(table(['A', 'B'], [[null, 7]], 80)).toBe('A  B\n   7');
  });
});
