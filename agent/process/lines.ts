/** Cuts a stream of text into lines of bounded length. A longer line arrives once, cut, and its rest is dropped. */
export class LineSplitter {
  readonly #charsMax: number;
  readonly #onLine: (line: string) => void;
  #pending = '';
  #dropping = false;

  constructor(charsMax: number, onLine: (line: string) => void) {
    this.#charsMax = charsMax;
    this.#onLine = onLine;
  }

  add(text: string): void {
    let from = 0;
    for (;;) {
      const at = text.indexOf('\n', from);
      if (at < 0) break;
      this.#keep(text.slice(from, at));
      this.#flush();
      from = at + 1;
    }
    this.#keep(text.slice(from));
  }

  /** The last line may lack its newline. */
  end(): void {
    if (this.#pending !== '') this.#flush();
  }

  #keep(text: string): void {
    if (this.#dropping) return;
    const room = this.#charsMax - this.#pending.length;
    this.#pending += text.length > room ? text.slice(0, room) : text;
    if (text.length > room) this.#dropping = true;
  }

  #flush(): void {
    const line = this.#pending.endsWith('\r') ? this.#pending.slice(0, -1) : this.#pending;
    this.#pending = '';
    this.#dropping = false;
    this.#onLine(line);
  }
}
