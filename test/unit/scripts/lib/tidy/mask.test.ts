import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineAt, mask } from '../../../../../scripts/lib/tidy/mask.ts';

describe('mask', () => {
  it('blanks comments and the insides of strings, and keeps every position', () => {
    const text = "const a = 'Date.now'; // Date.now\nf(a);";
    const { code, strings, comments } = mask(text);
    expect(code).toBe("const a = '        ';            \nf(a);");
    expect(strings).toEqual([{ at: 10, text: 'Date.now' }]);
    expect(comments[0]?.text).toBe(' Date.now');
  });

  it('takes what the placeholders of a template hold for code', () => {
    const { code } = mask(`const a = \`x \${Math.random() + \`\${y}\`} Date.now\`; z();`);
    expect(code).toContain('Math.random()');
    expect(code).toContain('z();');
    expect(code).not.toContain('Date.now');
  });

  it('tells a regular expression from a division', () => {
    expect(mask('const r = /[\'"`]/; after();').code).toContain('after();');
    expect(mask("const q = a / b; const s = 'x / y'; after();").code).toContain('after();');
    expect(mask("return /it's/.test(x); after();").code).toContain('after();');
  });

  it('is not led astray by an apostrophe in the text of a page', () => {
    const { code } = mask("<p>the host isn't there</p>;\nprocess.env;");
    expect(code).toContain('process.env');
  });

  it('keeps length and line breaks of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'\'"`$/{}*\\\n ax'), maxLength: 80 }), (text) => {
        const { code } = mask(text);
        expect(code.length).toBe(text.length);
        expect(code.split('\n').length).toBe(text.split('\n').length);
      }),
    );
  });

  it('counts lines from one', () => {
    expect([lineAt('a\nb\nc', 0), lineAt('a\nb\nc', 2), lineAt('a\nb\nc', 4)]).toEqual([1, 2, 3]);
  });
});
