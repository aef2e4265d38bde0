/**
 * What the model knows of orders: which were given at the hub, and what gateways were seen to do (the box counts its starts anew, the meter
 * what is written to it, the file says which configuration runs). It shares no code with either book of orders.
 *
 * Held at all times: what is done was ordered, by a key that may, of this gateway, in time, and not yet done on this disk. Held in the
 * end: each order that the hub has taken has its end there, and that is what was seen. A box that was put back to a backup, or stood beside a copy
 * of itself, knows only what its disk knew: of orders from before that nothing is held but this.
 */
import { readFileSync } from 'node:fs';
import type { LogLevel } from '../../../gateway/machine/log.ts';
import type { Box } from '../box.ts';
import type { Disk, Onlooker, Place } from '../onlooker.ts';
import { configFileIn } from '../run-of-box.ts';
import type { World } from '../world.ts';

/** What an order would do; a configuration by its whole text. */
export type Deed =
  | { readonly kind: 'write'; readonly value: number }
  | { readonly kind: 'configure'; readonly text: string }
  | { readonly kind: 'log-level'; readonly level: LogLevel }
  | { readonly kind: 'restart' };

export interface GivenOrder {
  readonly id: string;
  /** "tenant/gateway" */
  readonly to: string;
  /** Undefined: nothing may come of it. */
  readonly deed: Deed | undefined;
  /** It may be done, but must not last. */
  readonly isBad: boolean;
  /** Epoch ms, by the hub's clock. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Ms since the start of the simulation. */
  readonly at: number;
}

/** What the hub says of an order in the end. */
export interface ToldOrder {
  readonly isWaiting: boolean;
  readonly outcome: string | undefined;
  /** Why it was not done, for programs; undefined if it does not say so to people too. */
  readonly reason: string | undefined;
}

/** How far clocks may be apart (docs/orders.md). */
const toleranceMs = 5 * 60_000;
/** From the judgement to what can be seen: a write waits for its line, a start anew for the last one to end. */
const doingMs = 3 * 60_000;
const CONFIGURED = 'info';

export class OrderWatch {
  readonly #world: World;
  readonly #given = new Map<string, GivenOrder>();
  /** Those that the hub has said to be given. */
  readonly #taken = new Set<string>();
  /** Of each box, by "tenant/gateway": how often what cannot be told apart was seen. */
  readonly #seen = new Map<string, Map<string, number>>();
  /** What the hub said last. */
  readonly #told = new Map<string, ToldOrder>();
  readonly #outcomes = new Map<string, number>();
  /** Of orders, each once. */
  readonly #acted = new Set<string>();
  attacks = 0;

  constructor(world: World) {
    this.#world = world;
  }

  get counts() {
    const refused = (this.#outcomes.get('refused') ?? 0) + (this.#outcomes.get('expired') ?? 0);
    return { given: this.#taken.size, acted: this.#acted.size, refused, attacks: this.attacks };
  }

  /** Somebody gives it. It counts whether the hub has taken it or was cut off meanwhile. */
  asked(order: GivenOrder): void {
    this.#given.set(order.id, order);
  }

  taken(id: string): void {
    this.#taken.add(id);
  }

  /** Sees what a box does. */
  onlooker(name: string, box: () => Box): Onlooker {
    const did = (deed: Deed, disk: Disk) => this.#did(name, deed, disk, box());
    const text = ({ folder }: Place) => readFileSync(configFileIn(folder), 'utf8');
    const taken = (at: Place) => {
      const { disk } = at;
      const [before, now] = [disk.running, text(at)];
      disk.running = now;
      if (before !== undefined && before !== now) did({ kind: 'configure', text: now }, disk);
      return before !== now;
    };
    return {
      started(at, isAnew) {
        const isOther = taken(at);
        if (isAnew && !isOther) did({ kind: 'restart' }, at.disk);
      },
      logged(at, message) {
        if (message === 'Another configuration was taken up') taken(at); // what is taken back is not in the file yet
        if (message === 'The configuration was taken back') at.disk.running = text(at);
      },
      levelSet({ disk }, level) {
        if (level !== CONFIGURED) did({ kind: 'log-level', level }, disk);
      },
    };
  }

  /** Its meter was written. */
  wrote(name: string, value: number, disk: Disk, box: Box): void {
    this.#did(name, { kind: 'write', value }, disk, box);
  }

  /** What the hub says of its orders now: an end stays what it was. Only the result of one that counted as unanswered may still come. */
  look(all: Iterable<readonly [id: string, told: ToldOrder]>): void {
    for (const [id, told] of all) {
      const before = this.#told.get(id);
      this.#told.set(id, told);
      const order = this.#given.get(id);
      if (order === undefined) this.#world.violations.add('ordered', `the hub has an order ${id} that nobody gave`);
      else if (
        before?.outcome !== undefined &&
        !before.isWaiting &&
        (told.isWaiting || told.outcome !== before.outcome)
      ) {
        this.#broken(order, `its end was ${before.outcome}, and is ${told.isWaiting ? 'none' : told.outcome}`);
      }
    }
  }

  /** Everything is over. `mayForget`: the hub's book is small. */
  audit(boxes: ReadonlyMap<string, Box>, isKnown: (id: string) => boolean, mayForget: boolean): void {
    const toldOf = (id: string) => this.#told.get(id);
    for (const order of this.#given.values()) {
      const told = toldOf(order.id);
      const box = boxes.get(order.to);
      if (told === undefined || !isKnown(order.id)) {
        if (!mayForget && (this.#taken.has(order.id) || (isTold(order) && this.#acted.has(order.id))))
          this.#broken(order, 'the hub does not know it any more');
      }
      if (told === undefined || (mayForget && !isKnown(order.id))) continue; // it may have ended and gone since the last look
      const { outcome = 'unanswered' } = told;
      this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
      if (told.isWaiting) this.#broken(order, 'it has no end');
      if (!['done', 'unanswered'].includes(outcome) && told.reason === undefined)
        this.#broken(order, `${outcome}, and no reason`);
      if (outcome === 'done' && (order.deed === undefined || order.isBad)) this.#broken(order, 'it must not be done');
      if (box === undefined || box.hasForkedSince(order.at)) continue;
      if (!isTold(order)) continue; // what looks alike is counted
      const isSeen = box.disk.done.has(order.id);
      if (!isSeen && outcome === 'done') this.#broken(order, 'done, and nothing was seen of it');
      if (isSeen && ['refused', 'expired'].includes(outcome))
        this.#broken(order, `${outcome} (${told.reason}), and it was done`);
    }
    for (const [name, box] of boxes) if (!box.hasForkedSince(0)) this.#auditCounts(name, toldOf);
  }

  /** What cannot be told apart is counted: as often as it was done it was seen, or once more for each that nobody knows of. */
  #auditCounts(name: string, toldOf: (id: string) => ToldOrder | undefined): void {
    for (const [key, seen] of this.#seen.get(name) ?? []) {
      const orders = [...this.#given.values()].filter(({ to, deed }) => to === name && deed && keyOf(deed) === key);
      const most = orders.filter(({ id }) => !['refused', 'expired'].includes(toldOf(id)?.outcome ?? '')).length;
      if (seen > most) {
        const ends = orders.map(({ id }) => `${toldOf(id)?.outcome} (${toldOf(id)?.reason})`);
        this.#world.violations.add(
          'ordered',
          `${name}: ${key} was seen ${seen} times, and ${most} may have been done: ${ends}`,
        );
      }
    }
  }

  #did(name: string, deed: Deed, disk: Disk, box: Box): void {
    const key = keyOf(deed);
    this.#world.history.note(`${name}: did ${deed.kind === 'configure' ? 'configure' : key}`);
    const seen = this.#seen.get(name) ?? new Map<string, number>();
    this.#seen.set(name, seen.set(key, (seen.get(key) ?? 0) + 1));
    const alike = [...this.#given.values()].filter((each) => each.deed !== undefined && keyOf(each.deed) === key);
    const here = alike.filter(({ to }) => to === name);
    const left = here.filter(({ id }) => !disk.done.has(id));
    const walls = box.walls(doingMs);
    const [due] = left.filter((each) => isTimely(each, walls)).toSorted((a, b) => a.expiresAt - b.expiresAt);
    if (due !== undefined) {
      disk.done.add(due.id);
      this.#acted.add(due.id);
      return;
    }
    const why =
      alike.length === 0
        ? 'nobody has ordered it'
        : here.length === 0
          ? 'another gateway was to do it'
          : left.length === 0
            ? 'it was done already'
            : 'its time is over, or has not come';
    this.#world.violations.add('ordered', `${name} did ${key.slice(0, 60)}: ${why}`);
  }

  #broken({ id, to, deed }: GivenOrder, what: string): void {
    this.#world.violations.add('ordered', `${deed?.kind ?? 'nothing'} ${id} to ${to}: ${what}`);
  }
}

function isTimely({ issuedAt, expiresAt }: GivenOrder, walls: readonly number[]): boolean {
  return walls.some((wall) => issuedAt <= wall + toleranceMs && wall <= expiresAt + toleranceMs + doingMs);
}

/** Whether what it does tells it from all others. */
function isTold({ deed }: GivenOrder): boolean {
  return deed?.kind === 'write' || deed?.kind === 'configure';
}

/** The same of deeds that look alike. */
function keyOf(deed: Deed): string {
  switch (deed.kind) {
    case 'write':
      return `write ${deed.value}`;
    case 'configure':
      return `configure ${deed.text}`;
    case 'log-level':
      return `log-level ${deed.level}`;
    case 'restart':
      return 'restart';
  }
}
