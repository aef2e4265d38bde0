/**
 * Who may ask where a tag was, and who may enrol tags as well: a file of names, each with the SHA-256 of a token that was drawn for it, changed
 * by `machimori operator account` and read again when it changes.
 *
 * A token has 256 random bits and is shown once, so neither the file nor any number of guesses gives it away. A file that cannot be read, or
 * that others than its owner can read, lets nobody in. Bound: `maxAccounts`.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { MachimoriError, messageOf, textOf } from '../../../shared/errors.ts';
import type { Text } from '../../../shared/text.ts';
import { changing } from '../../machine/folder-lock.ts';
import { replaceFile } from '../../machine/whole-file.ts';
import { demandClosed } from './closed-file.ts';
import { versionOf } from './enrolled-file.ts';
import { say } from './words.ts';

export const maxAccounts = 1_000;
const tokenBytes = 32;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const NOBODY = Buffer.alloc(32);
const MAY_ENROL = 'may-enrol';

export interface Account {
  /** SHA-256 of the token. */
  readonly hash: Buffer;
  readonly mayEnrol: boolean;
}

/** By name. Throws a MachimoriError "accounts-unreadable". */
export function readAccounts(file: string): ReadonlyMap<string, Account> {
  const told = (what: ReturnType<typeof say.badAccount>, cause?: unknown) =>
    new MachimoriError('accounts-unreadable', { what, on: file, hint: say.makeAccount(), cause });
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw told(say.fileUnreadable({ why: messageOf(cause) }), cause);
  }
  const accounts = new Map<string, Account>();
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, name = '', hash = '', right] = /^(\S+) ([0-9a-f]{64})(?: (\S+))?\r?$/.exec(line) ?? [];
    const isGood = NAME.test(name) && !accounts.has(name) && (right === undefined || right === MAY_ENROL);
    if (!isGood) throw told(say.badAccount({ line: i + 1 }));
    accounts.set(name, { hash: Buffer.from(hash, 'hex'), mayEnrol: right === MAY_ENROL });
  }
  if (accounts.size > maxAccounts) throw told(say.tooManyAccounts({ max: maxAccounts }));
  return accounts;
}

/**
 * Adds an account, or gives it a new token and this right in place of the former ones; returns the token. Throws as `readAccounts` does,
 * "file-busy" and "file-unwritable".
 */
export function giveToken(file: string, name: string, { mayEnrol = false } = {}): string {
  if (!NAME.test(name))
    throw new MachimoriError('bad-account', { what: say.badName(), on: name, hint: say.goodName() });
  const token = randomBytes(tokenBytes).toString('base64url');
  const account = { hash: digestOf(token), mayEnrol };
  changing(dirname(file), () => {
    write(file, new Map(existsSync(file) ? readAccounts(file) : []).set(name, account));
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

function write(file: string, accounts: ReadonlyMap<string, Account>): void {
  const lines = [...accounts].map(
    ([name, { hash, mayEnrol }]) => `${name} ${hash.toString('hex')}${mayEnrol ? ` ${MAY_ENROL}` : ''}\n`,
  );
  replaceFile(file, Buffer.from(lines.join('')));
}

export class Accounts {
  readonly #file: string;
  #version = '';
  #known: ReadonlyMap<string, Account> = new Map();

  constructor(file: string) {
    this.#file = file;
  }

  /** The account whose token it is, found in a time that says nothing of either. Throws as `readAccounts` and `demandClosed` do. */
  find(name: string, token: string): Account | undefined {
    this.#look();
    const account = this.#known.get(name);
    return timingSafeEqual(account?.hash ?? NOBODY, digestOf(token)) ? account : undefined;
  }

  /** Why nobody is let in; undefined if the file is good. */
  get fault(): Text | undefined {
    try {
      this.#look();
      return undefined;
    } catch (fault) {
      return textOf(fault);
    }
  }

  #look(): void {
    const version = versionOf(this.#file);
    if (version === this.#version && version !== '') return;
    this.#known = new Map();
    this.#version = '';
    demandClosed(this.#file);
    this.#known = readAccounts(this.#file);
    this.#version = version;
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
