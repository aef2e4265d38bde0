/**
 * Who may ask where a tag was: a file of names, each with the SHA-256 of a token that was drawn for it, changed by `machimori operator
 * account` and read again when it changes.
 *
 * A token has 256 random bits and is shown once, so neither the file nor any number of guesses gives it away. A file that cannot be read
 * lets nobody in. Bound: `maxAccounts`.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { MachimoriError, messageOf } from '../../../shared/errors.ts';
import { changing } from '../../machine/folder-lock.ts';
import { replaceFile } from '../../machine/whole-file.ts';
import { versionOf } from './enrolled-file.ts';
import { say } from './words.ts';

export const maxAccounts = 1_000;
const tokenBytes = 32;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const NOBODY = Buffer.alloc(32);

/** By name. Throws a MachimoriError "accounts-unreadable". */
export function readAccounts(file: string): ReadonlyMap<string, Buffer> {
  const told = (what: ReturnType<typeof say.badAccount>, cause?: unknown) =>
    new MachimoriError('accounts-unreadable', { what, on: file, hint: say.makeAccount(), cause });
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw told(say.fileUnreadable({ why: messageOf(cause) }), cause);
  }
  const accounts = new Map<string, Buffer>();
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, name = '', hash = ''] = /^(\S+) ([0-9a-f]{64})\r?$/.exec(line) ?? [];
    if (!NAME.test(name) || accounts.has(name)) throw told(say.badAccount({ line: i + 1 }));
    accounts.set(name, Buffer.from(hash, 'hex'));
  }
  if (accounts.size > maxAccounts) throw told(say.tooManyAccounts({ max: maxAccounts }));
  return accounts;
}

/** Adds an account, or gives it a new token; returns the token. Throws as `readAccounts` does, "file-busy" and "file-unwritable". */
export function giveToken(file: string, name: string): string {
  if (!NAME.test(name))
    throw new MachimoriError('bad-account', { what: say.badName(), on: name, hint: say.goodName() });
  const token = randomBytes(tokenBytes).toString('base64url');
  changing(dirname(file), () => {
    write(file, new Map(existsSync(file) ? readAccounts(file) : []).set(name, digestOf(token)));
  });
  return token;
}

/** False if there is none. Throws as `readAccounts` does, "file-busy" and "file-unwritable". */
export function removeAccount(file: string, name: string): boolean {
  return changing(dirname(file), () => {
    const accounts = new Map(readAccounts(file));
    if (!accounts.delete(name)) return false;
    write(file, accounts);
    return true;
  });
}

function write(file: string, accounts: ReadonlyMap<string, Buffer>): void {
  const lines = [...accounts].map(([name, hash]) => `${name} ${hash.toString('hex')}\n`);
  replaceFile(file, Buffer.from(lines.join('')));
}

export class Accounts {
  readonly #file: string;
  #version = '';
  #known: ReadonlyMap<string, Buffer> = new Map();

  constructor(file: string) {
    this.#file = file;
  }

  /** Whether the token is this account's, found in a time that says nothing of either. Throws as `readAccounts` does. */
  areTogether(name: string, token: string): boolean {
    const version = versionOf(this.#file);
    if (version !== this.#version || version === '') {
      this.#known = new Map();
      this.#known = readAccounts(this.#file);
      this.#version = version;
    }
    const hash = this.#known.get(name);
    return timingSafeEqual(hash ?? NOBODY, digestOf(token)) && hash !== undefined;
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
