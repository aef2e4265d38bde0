/**
 * Who may sign in at the console: a file of lines in the data directory, its owner's alone.
 *
 *   suzuki technician scrypt-32768-8-3 <salt> <hash>
 *
 * It is only read here; `machimori console` and the console change and use it. Bound: `maxAccounts`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, MachimoriError, messageOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { isOpenToOthers } from '../machine/open-file.ts';
import { say } from './console-words.ts';

export const ROLES = ['viewer', 'technician'] as const;
export type Role = (typeof ROLES)[number];

export const maxAccounts = 100;
export const ACCOUNT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** How passwords are hashed: N, r and p of scrypt (RFC 7914 §2). */
export const HASHED_BY = 'scrypt-32768-8-3';

export interface Account {
  readonly role: Role;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

export function accountsFileOf(dataDirectory: string): string {
  return join(dataDirectory, 'console-accounts');
}

/** By name; none if there is no file. Throws a MachimoriError "accounts-unreadable" or "accounts-denied". */
export function readAccounts(file: string): ReadonlyMap<string, Account> {
  const text = textOf(file);
  const accounts = new Map<string, Account>();
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [name = '', role, by, salt = '', hash = '', ...more] = line.trim().split(' ');
    const account = { role: ROLES.find((each) => each === role), salt: bytesOf(salt), hash: bytesOf(hash) };
    const isGood =
      ACCOUNT_NAME.test(name) && !accounts.has(name) && by === HASHED_BY && more.length === 0 && isWhole(account);
    if (!isGood) throw unreadable(file, say.badAccountLine({ line: i + 1 }));
    accounts.set(name, account);
  }
  if (accounts.size > maxAccounts) throw unreadable(file, say.tooManyAccounts({ max: maxAccounts }));
  return accounts;
}

type Unchecked = Omit<Account, 'role'> & { readonly role: Role | undefined };

function isWhole(account: Unchecked): account is Account {
  return account.role !== undefined && account.salt.length === 16 && account.hash.length === 32;
}

function bytesOf(written: string): Buffer {
  return Buffer.from(written, 'base64url');
}

/** "" if there is no file. */
function textOf(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    if (isOpenToOthers(file)) throw unreadable(file, say.accountsOpen(), say.closeAccounts({ file }));
    return text;
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return '';
    if (cause instanceof MachimoriError) throw cause;
    const what = say.accountsUnreadable({ why: messageOf(cause) });
    if (!/^(EACCES|EPERM)$/.test(codeOf(cause))) throw unreadable(file, what);
    throw new MachimoriError('accounts-denied', { what, on: file, hint: say.asGateway(), cause });
  }
}

function unreadable(on: string, what: Text, hint = say.makeAccountsAnew()): MachimoriError {
  return new MachimoriError('accounts-unreadable', { what, on, hint });
}
