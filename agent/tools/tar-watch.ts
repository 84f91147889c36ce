/** Follows a tar stream (POSIX ustar, as pg_basebackup writes it) while it flows: what is in it, and is it whole? Pure. */
import type { DumpWatch } from './dump-watch.ts';

const BLOCK_BYTES = 512;
/** The archive ends with this many blocks of zeros. */
const END_BLOCKS = 2;

export interface TarMember {
  name: string;
  sizeBytes: number;
  isFile: boolean;
}

export class TarWatch implements DumpWatch {
  #header: Buffer = Buffer.alloc(0);
  #member: TarMember | null = null;
  /** Of the current member still to come, and of what fills its last block. */
  #contentBytes = 0;
  #paddingBytes = 0;
  #zeroBlocks = 0;
  #members = 0;
  #broken: string | null = null;

  add(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && this.#broken === null) at = this.#take(chunk, at);
  }

  problem(): string | null {
    if (this.#broken !== null) return this.#broken;
    if (this.#members === 0) return 'it is empty';
    if (this.#zeroBlocks < END_BLOCKS)
      return `it ends in the midst of the archive, after ${this.#members} files and folders`;
    return null;
  }

  /** A part of a member's content, in order. */
  protected onContent(_member: TarMember, _chunk: Buffer): void {}

  #take(chunk: Buffer, at: number): number {
    if (this.#contentBytes > 0) {
      const end = Math.min(chunk.length, at + this.#contentBytes);
      this.onContent(this.#member!, chunk.subarray(at, end));
      this.#contentBytes -= end - at;
      return end;
    }
    if (this.#paddingBytes > 0) {
      const end = Math.min(chunk.length, at + this.#paddingBytes);
      this.#paddingBytes -= end - at;
      return end;
    }
    const end = Math.min(chunk.length, at + BLOCK_BYTES - this.#header.length);
    this.#header = Buffer.concat([this.#header, chunk.subarray(at, end)]);
    if (this.#header.length === BLOCK_BYTES) this.#block(this.#header);
    return end;
  }

  #block(block: Buffer): void {
    this.#header = Buffer.alloc(0);
    if (block.every((byte) => byte === 0)) {
      this.#zeroBlocks += 1;
      return;
    }
    const member = this.#zeroBlocks === 0 ? memberOf(block) : null;
    if (member === null) {
      this.#broken = `something that is no tar stands after ${this.#members} files and folders`;
      return;
    }
    this.#members += 1;
    this.#member = member;
    this.#contentBytes = member.isFile ? member.sizeBytes : 0;
    this.#paddingBytes = (BLOCK_BYTES - (this.#contentBytes % BLOCK_BYTES)) % BLOCK_BYTES;
  }
}

const TYPE_AT = 156;
const CHECKSUM = { from: 148, to: 156 };

/** Null when it is no header. */
function memberOf(block: Buffer): TarMember | null {
  let sum = 0;
  for (let i = 0; i < BLOCK_BYTES; i += 1) sum += i >= CHECKSUM.from && i < CHECKSUM.to ? 0x20 : block[i]!;
  const sizeBytes = numberAt(block, 124, 12);
  if (numberAt(block, CHECKSUM.from, 8) !== sum || !Number.isSafeInteger(sizeBytes)) return null;
  const type = String.fromCharCode(block[TYPE_AT]!);
  // Links and folders have no content, whatever their size says.
  return { name: textAt(block, 0, 100), sizeBytes, isFile: type === '0' || type === '\0' };
}

/** Octal, or for more than 8 GiB a binary number behind a mark. */
function numberAt(block: Buffer, at: number, length: number): number {
  if (block[at]! & 0x80) return Number(BigInt(`0x${block.subarray(at + 1, at + length).toString('hex')}`));
  const text = textAt(block, at, length).trim();
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
}

function textAt(block: Buffer, at: number, length: number): string {
  return block.toString('latin1', at, at + length).split('\0')[0]!;
}
