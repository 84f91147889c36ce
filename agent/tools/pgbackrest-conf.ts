/** pgBackRest's configuration file, https://pgbackrest.org/configuration.html: reading options, and setting them. Pure. */

const SECTION = /^\s*\[([^\]]+)\]\s*$/;
const OPTION = /^\s*([a-z0-9][a-z0-9-]*)\s*=\s*(.*?)\s*$/;

/** What a stanza's commands get for an option: its own section is stronger than [global]; null when neither says. */
export function optionOf(conf: string, stanza: string, key: string): string | null {
  const all = optionsIn(conf);
  const last = (section: string) => all.filter((one) => one.section === section && one.key === key).at(-1);
  return (last(stanza) ?? last('global'))?.value ?? null;
}

function optionsIn(conf: string): { section: string; key: string; value: string }[] {
  let section = '';
  return conf.split('\n').flatMap((line) => {
    section = SECTION.exec(line)?.[1] ?? section;
    const option = OPTION.exec(line);
    return option ? [{ section, key: option[1]!, value: option[2]! }] : [];
  });
}

/** The file with these options in the stanza's section, which is added where it is missing; the rest as it was. */
export function withOptions(conf: string, stanza: string, options: Record<string, string>): string {
  return Object.entries(options).reduce((text, [key, value]) => withOption(text, stanza, key, value), conf);
}

function withOption(conf: string, stanza: string, key: string, value: string): string {
  const lines = conf.split('\n');
  const start = lines.findIndex((line) => SECTION.exec(line)?.[1] === stanza);
  if (start < 0) {
    const before = conf.trimEnd();
    return `${before === '' ? '' : `${before}\n\n`}[${stanza}]\n${key}=${value}\n`;
  }
  const next = lines.findIndex((line, index) => index > start && SECTION.test(line));
  const end = next < 0 ? lines.length : next;
  const at = lines.findIndex((line, index) => index > start && index < end && OPTION.exec(line)?.[1] === key);
  if (at >= 0) return lines.with(at, `${key}=${value}`).join('\n');
  // Behind the section's last option, before the blank lines that set off the next one.
  const last = lines.findLastIndex((line, index) => index >= start && index < end && line.trim() !== '');
  const added = lines.toSpliced(last + 1, 0, `${key}=${value}`);
  return last + 1 === lines.length ? `${added.join('\n')}\n` : added.join('\n');
}
