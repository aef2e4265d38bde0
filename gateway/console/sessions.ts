/**
 * Who is signed in. A session is known by 256 random bits that the browser alone holds; here is their hash. In memory only: a restart signs everybody out.
 *
 * It ends after `idleMs` without a request, `wholeMs` in all, at sign-out, and when the account's password, role or existence changes. Bounds:
 * `maxSessions`, `maxOfUser`; beyond them, the one that was used longest ago ends. Times are monotonic ms.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Account, Role } from '../config/console-accounts.ts';
import type { Accounts } from './accounts.ts';

const idleMs = 30 * 60_000;
const wholeMs = 12 * 3_600_000;
const maxSessions = 100;
const maxOfUser = 10;

export interface Session {
  readonly user: string;
  readonly role: Role;
  /** What a page must say with each request that asks for something, so that no other page can. */
  readonly csrf: string;
}

interface Kept extends Session {
  /** Of the password that it was opened with. */
  readonly hash: Buffer;
  readonly openedAt: number;
  usedAt: number;
}

export class Sessions {
  readonly #accounts: Accounts;
  /** By the hash of their token, the one that was used longest ago first. */
  readonly #sessions = new Map<string, Kept>();

  constructor(accounts: Accounts) {
    this.#accounts = accounts;
  }

  /** Returns its token. `account`: as it was when its password was found right; if it is another by now, the session is over at once. */
  open(user: string, { role, hash }: Account, now: number): string {
    const own = [...this.#sessions].filter(([, session]) => session.user === user);
    if (own.length >= maxOfUser) this.#sessions.delete(own[0]?.[0] ?? '');
    if (this.#sessions.size >= maxSessions) this.#sessions.delete([...this.#sessions.keys()][0] ?? '');
    const token = random();
    this.#sessions.set(digestOf(token), { user, role, hash, csrf: random(), openedAt: now, usedAt: now });
    return token;
  }

  /** The session of a token, which is used now. */
  use(token: string | undefined, now: number): Session | undefined {
    if (token === undefined) return undefined;
    const digest = digestOf(token);
    const session = this.#sessions.get(digest);
    if (session === undefined || !this.isOpen(session, now)) return undefined;
    session.usedAt = now;
    this.#sessions.delete(digest);
    this.#sessions.set(digest, session);
    return session;
  }

  /** Whether a session has not ended, without using it. */
  isOpen(session: Session, now: number): boolean {
    for (const [digest, each] of this.#sessions) {
      if (each !== session) continue;
      const isOver = now - each.usedAt >= idleMs || now - each.openedAt >= wholeMs;
      const account = this.#accounts.find(each.user);
      if (!isOver && account?.role === each.role && account.hash.equals(each.hash)) return true;
      this.#sessions.delete(digest);
    }
    return false;
  }

  end(token: string | undefined): void {
    if (token !== undefined) this.#sessions.delete(digestOf(token));
  }
}

/** In constant time. */
export function isCsrfOf({ csrf }: Session, given: unknown): boolean {
  return typeof given === 'string' && timingSafeEqual(Buffer.from(digestOf(csrf)), Buffer.from(digestOf(given)));
}

function random(): string {
  return randomBytes(32).toString('base64url');
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
