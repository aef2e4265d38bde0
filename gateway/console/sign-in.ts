/**
 * Whether somebody may try to sign in, and whether the password is right.
 *
 * Wrong ones cost pauses: of the address up to a quarter of an hour, of the account up to five minutes. The account's pause is not for an address from
 * which it has signed in before, or whoever guesses at it could keep its owner out. An unknown user is treated like a known one. Bound:
 * `maxFamiliar` addresses; tables as lockout.ts has them.
 */
import type { Account } from '../config/console-accounts.ts';
import type { Accounts } from './accounts.ts';
import { Lockout, networkOf } from './lockout.ts';
import { PasswordTurns } from './passwords.ts';

const minuteMs = 60_000;
const maxFamiliar = 1_000;
/** For whoever comes while too many others wait. */
const crowdedMs = 2_000;

export class SignIn {
  readonly #accounts: Pick<Accounts, 'find'>;
  readonly #turns: Pick<PasswordTurns, 'isFull' | 'isRight'>;
  readonly #addresses = new Lockout({ free: 5, maxMs: 15 * minuteMs });
  readonly #users = new Lockout({ free: 10, maxMs: 5 * minuteMs });
  /** Account and address, the oldest first. */
  readonly #familiar = new Set<string>();

  constructor(
    accounts: Pick<Accounts, 'find'>,
    turns: Pick<PasswordTurns, 'isFull' | 'isRight'> = new PasswordTurns(),
  ) {
    this.#accounts = accounts;
    this.#turns = turns;
  }

  /** How long they must wait first; 0 if they need not. `now`: monotonic ms. */
  waitMs(user: string, address: string, now: number): number {
    const network = networkOf(address);
    const ofUser = this.#familiar.has(`${user} ${network}`) ? 0 : this.#users.waitMs(user, now);
    const wait = Math.max(this.#addresses.waitMs(network, now), ofUser);
    return wait === 0 && this.#turns.isFull ? crowdedMs : wait;
  }

  /** The account as it was when its password was found right. Ask `waitMs` first. */
  async accountOf(user: string, password: string, address: string, now: number): Promise<Account | undefined> {
    const network = networkOf(address);
    this.#addresses.count(network, now);
    this.#users.count(user, now);
    const account = this.#accounts.find(user);
    if (!(await this.#turns.isRight(account, password))) return undefined;
    this.#addresses.clear(network);
    this.#users.clear(user);
    this.#remember(`${user} ${network}`);
    return account;
  }

  #remember(familiar: string): void {
    const [oldest] = this.#familiar;
    this.#familiar.delete(familiar);
    if (this.#familiar.size >= maxFamiliar && oldest !== undefined) this.#familiar.delete(oldest);
    this.#familiar.add(familiar);
  }
}
