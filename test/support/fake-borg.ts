/** borg's answers, in the form that 1.2.4 was recorded with, from a repository that exists only here. */
const ENTRY_BYTES = 4_096;

export class FakeBorg {
  readonly #archives = new Map<string, { id: string; file: string }>();

  /** Standard output of a borg that succeeds. */
  stdoutOf(argv: readonly string[]): string {
    const archive = argv.find((word) => word.includes('::'))?.split('::')[1];
    if (argv[1] === 'create') return this.#create(archive!, argv);
    if (argv.includes('{type}{NL}')) return this.#archives.has(archive!) ? '-\n' : '';
    return archive === undefined ? this.#list() : this.#entries(archive);
  }

  #create(name: string, argv: readonly string[]): string {
    const id = name.replace(/\W/g, '').padEnd(64, '0').slice(0, 64);
    const at = argv.indexOf('--stdin-name');
    this.#archives.set(name, { id, file: at === -1 ? 'etc/hosts' : argv[at + 1]! });
    const stats = {
      original_size: ENTRY_BYTES,
      compressed_size: ENTRY_BYTES / 2,
      deduplicated_size: ENTRY_BYTES / 4,
      nfiles: 1,
    };
    return JSON.stringify({ archive: { name, id, start: '2026-11-20T02:00:00.000000', stats } });
  }

  #list(): string {
    const archives = [...this.#archives].map(([name, { id }]) => ({
      name,
      id,
      start: '2026-11-20T02:00:00.000000',
    }));
    return JSON.stringify({ archives, encryption: { mode: 'repokey' } });
  }

  #entries(archive: string): string {
    const found = this.#archives.get(archive);
    return found ? `${JSON.stringify({ type: '-', path: found.file, size: ENTRY_BYTES })}\n` : '';
  }
}
