/** The console's accounts as they are now: the file is read again when it changes, and changed as a whole. */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { MachimoriError } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import {
  ACCOUNT_NAME,
  type Account,
  HASHED_BY,
  maxAccounts,
  type Role,
  readAccounts,
} from '../config/console-accounts.ts';
import { changing, giveToOwnerOf } from '../machine/folder-lock.ts';
import { replaceFile } from '../machine/whole-file.ts';
import { hashPassword } from './passwords.ts';
import { say } from './words.ts';

const minCharacters = 10;
export const maxCharacters = 200;

/** A file that cannot be read lets nobody in. */
export class Accounts {
  readonly #file: string;
  #version: string | undefined;
  #known: ReadonlyMap<string, Account> = new Map();
  #fault: MachimoriError | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  get isEmpty(): boolean {
    this.#look();
    return this.#known.size === 0;
  }

  /** Why nobody is let in; undefined if the file is good. */
  get fault(): MachimoriError | undefined {
    this.#look();
    return this.#fault;
  }

  find(name: string): Account | undefined {
    this.#look();
    return this.#known.get(name);
  }

  #look(): void {
    const status = statSync(this.#file, { throwIfNoEntry: false });
    const version = status === undefined ? '' : `${status.ino} ${status.ctimeMs} ${status.size} ${status.mode}`;
    if (version === this.#version) return;
    this.#version = version;
    this.#known = new Map();
    this.#fault = undefined;
    try {
      this.#known = readAccounts(this.#file);
    } catch (fault) {
      if (!(fault instanceof MachimoriError)) throw fault;
      this.#fault = fault;
    }
  }
}

/** Throws a MachimoriError "bad-account" if it cannot be a user's name. */
export function checkName(name: string): void {
  if (ACCOUNT_NAME.test(name)) return;
  throw new MachimoriError('bad-account', { what: say.badName(), on: name, hint: say.goodName() });
}

/** Throws a MachimoriError "bad-password" if it is too easily guessed. */
export function checkPassword(name: string, password: string): void {
  const characters = [...password.normalize('NFC')].length;
  const bad = (what: Text) => new MachimoriError('bad-password', { what, on: name, hint: say.goodPassword() });
  if (password.toLowerCase() === name.toLowerCase()) throw bad(say.passwordIsName());
  if (characters < minCharacters) throw bad(say.passwordShort({ min: minCharacters }));
  if (characters > maxCharacters) throw bad(say.passwordLong({ max: maxCharacters }));
  if (new Set(password).size < 3) throw bad(say.passwordEven());
}

/**
 * Gives an account this password, and makes it if it is new. Without a role it keeps its own; a new one may only look. Returns the role. Throws as
 * these and `readAccounts` do, "too-many-accounts", "file-busy" and "file-unwritable".
 */
export async function setPassword(
  file: string,
  { name, password, role }: { readonly name: string; readonly password: string; readonly role?: Role | undefined },
): Promise<Role> {
  checkName(name);
  checkPassword(name, password);
  const secret = await hashPassword(password);
  return changing(dirname(file), () => {
    const accounts = new Map(readAccounts(file));
    if (!accounts.has(name) && accounts.size >= maxAccounts) {
      const what = say.tooMany({ max: maxAccounts });
      throw new MachimoriError('too-many-accounts', { what, on: file, hint: say.removeSome() });
    }
    const given = role ?? accounts.get(name)?.role ?? 'viewer';
    write(file, accounts.set(name, { ...secret, role: given }));
    return given;
  });
}

/** False if there is none of this name. Throws as `readAccounts` does, "file-busy" and "file-unwritable". */
export function removeAccount(file: string, name: string): boolean {
  return changing(dirname(file), () => {
    const accounts = new Map(readAccounts(file));
    if (!accounts.delete(name)) return false;
    write(file, accounts);
    return true;
  });
}

function write(file: string, accounts: ReadonlyMap<string, Account>): void {
  const lines = [...accounts].map(([name, { role, salt, hash }]) =>
    [name, role, HASHED_BY, salt.toString('base64url'), hash.toString('base64url')].join(' '),
  );
  replaceFile(file, Buffer.from(lines.map((line) => `${line}\n`).join('')));
  giveToOwnerOf(dirname(file), file);
}
