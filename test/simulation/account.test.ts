import { expect, test } from 'vitest';
import type { BatchHeader } from '../../shared/feed/batch.ts';
import type { Reading } from '../../shared/reading.ts';
import { Random } from '../../simulators/random.ts';
import { VirtualClock } from '../../simulators/virtual-clock.ts';
import { Account } from './account.ts';
import type { SimulatedDevice } from './devices.ts';
import { History } from './history.ts';
import { Observations } from './observations.ts';
import { Traps } from './traps.ts';
import { Violations } from './violations.ts';
import { Moments, type World } from './world.ts';

const EPOCH = '0123456789abcdef';

/** A device that has observed 1, 2, 3 … and an account that has not been told of any of it. */
class Rig {
  readonly world: World;
  readonly observations: Observations;
  readonly account: Account;
  #n = 0;
  readonly #device: SimulatedDevice = {
    id: 'meter',
    kind: 'measurement',
    toml: '',
    periodMs: 1_000,
    pendingMs: 0,
    observing: () => this.#n,
    numberOf: ({ values }) => Number(values.serial),
  };

  constructor() {
    const clock = new VirtualClock();
    const history = new History(clock);
    const violations = new Violations(history);
    this.world = { clock, random: new Random(1), history, violations, moments: new Moments(), traps: new Traps() };
    this.observations = new Observations([this.#device], 1_000, this.world);
    this.account = new Account({
      name: 'city',
      world: this.world,
      observations: this.observations,
      accepts: () => true,
      faultOfTime: () => undefined,
    });
  }

  observe(count: number): void {
    for (let i = 0; i < count; i++) {
      this.#n++;
      this.observations.heard(this.#device, { boot: 0, synchronised: true });
    }
  }

  store(number: number, ...serials: number[]): void {
    const header: BatchHeader = {
      gateway: 'box-1',
      epoch: EPOCH,
      number,
      lane: 'routine',
      count: serials.length,
      encoding: 'columns',
      compression: 'none',
    };
    const readings = serials.map(
      (serial): Reading => ({ device: 'meter', kind: 'measurement', observedAt: 0, values: { serial } }),
    );
    this.account.batch(
      header,
      readings,
      readings.map(() => 'stored'),
    );
  }

  loses(number: number, last: number, count: number): void {
    this.account.gap({ gateway: 'box-1', epoch: EPOCH, number, last, count, reason: 'quota' });
  }

  broken(sealed: number): string[] {
    this.account.audit(EPOCH, sealed);
    return this.world.violations.found.map(({ promised }) => promised);
  }
}

test('what was stored whole and in order breaks no promise', () => {
  const rig = new Rig();
  rig.observe(4);
  rig.store(1, 1, 2);
  rig.store(2, 3, 4);
  expect(rig.broken(2)).toEqual([]);
});

test('a durable reading that is nowhere is lost, unless a gap says so', () => {
  const lost = new Rig();
  lost.observe(3);
  lost.store(1, 1, 2);
  expect(lost.broken(1)).toEqual(['lost']);
  const reported = new Rig();
  reported.observe(3);
  reported.store(1, 1, 2);
  reported.loses(2, 2, 1);
  expect(reported.broken(2)).toEqual([]);
});

test('a gap that says more than is missing is found', () => {
  const rig = new Rig();
  rig.observe(3);
  rig.store(1, 1, 2);
  rig.loses(2, 2, 5);
  expect(rig.broken(2)).toEqual(['numbers']);
});

test('what was heard just before a kill may be there or not', async () => {
  const rig = new Rig();
  rig.observe(1);
  await rig.world.clock.advance(1_500);
  rig.observe(1);
  rig.observations.killed();
  rig.store(1, 1);
  expect(rig.broken(1)).toEqual([]);
});

test('a reading twice, one that nobody sent, one out of order and a missing number are found', () => {
  const rig = new Rig();
  rig.observe(4);
  rig.store(1, 1, 3);
  rig.store(2, 2, 3, 9);
  rig.store(4, 4);
  expect(rig.broken(4).sort()).toEqual(['duplicated', 'invented', 'numbers', 'order']);
});
