/**
 * Passwords as scrypt hashes (RFC 7914): N = 2^15, r = 8, p = 3, which takes 32 MB for as long as it takes.
 *
 * One is hashed at a time, so that a flood of sign-ins takes neither the box's memory nor more than one thread of it. Bound: `maxWaiting`;
 * beyond it, whoever wants to sign in is asked to come again. An unknown user costs the same time as a known one.
 */
import { type BinaryLike, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Account } from '../config/console-accounts.ts';

/** As config/console-accounts.ts names them. */
const HASHING = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 } as const;
const saltBytes = 16;
const hashBytes = 32;
const maxWaiting = 8;

const hashed = promisify<BinaryLike, BinaryLike, number, ScryptOptions, Buffer>(scrypt);

/** Nobody's password. */
const NOBODY = { salt: randomBytes(saltBytes), hash: randomBytes(hashBytes) };

export async function hashPassword(password: string): Promise<Pick<Account, 'salt' | 'hash'>> {
  const salt = randomBytes(saltBytes);
  return { salt, hash: await hashOf(password, salt) };
}

/** One form of what different keyboards write for the same letters (RFC 8265 §4.2.1). */
function hashOf(password: string, salt: Buffer): Promise<Buffer> {
  return hashed(password.normalize('NFC'), salt, hashBytes, HASHING);
}

export class PasswordTurns {
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  get isFull(): boolean {
    return this.#waiting >= maxWaiting;
  }

  /** Whether it is the password of the account; of nobody's it never is. */
  async isRight(account: Account | undefined, password: string): Promise<boolean> {
    this.#waiting += 1;
    const { salt, hash } = account ?? NOBODY;
    const turn = this.#last.then(() => hashOf(password, salt));
    this.#last = turn.catch(() => {});
    try {
      return timingSafeEqual(await turn, hash) && account !== undefined;
    } finally {
      this.#waiting -= 1;
    }
  }
}
