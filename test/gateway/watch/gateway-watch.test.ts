/** Whole gateways that fall silent, seen from their hub, on the virtual clock. */
import { expect, test } from 'vitest';
import type { WatchConfig } from '../../../gateway/config/watch-settings.ts';
import { EnrolledGateways } from '../../../gateway/hub/enrolled-gateways.ts';
import { sweepEveryMs } from '../../../gateway/intake/silence.ts';
import { GatewayWatch, leastMs } from '../../../gateway/watch/gateway-watch.ts';
import type { Status } from '../../../shared/feed/birth.ts';
import type { Origin } from '../../../shared/feed/topics.ts';
import { AT, level, readingsOf, takeAll } from '../buffer/buffer-rig.ts';
import { IntakeRig } from '../intake/intake-rig.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { newOf, watching } from './watching.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const A = { tenant: 'toyama', gateway: 'box-1' };
const B = { tenant: 'takamatsu', gateway: 'box-1' };
const C = { tenant: 'toyama', gateway: 'box-2' };

class HubRig extends IntakeRig {
  readonly enrolled = EnrolledGateways.open(temporaryFolder());
  readonly watches: WatchConfig[] = [];
  isDeaf = false;
  watch: GatewayWatch;
  #known: Origin[] = [];
  readonly #seen = new Set<string>();
  #stop = new AbortController();

  constructor(...origins: Origin[]) {
    super();
    for (const origin of origins) this.enrolled.enrol(origin, AT);
    this.watch = this.#begin();
  }

  /** The hub is killed and starts at once. */
  override restart(): void {
    this.#stop.abort();
    super.restart();
    this.watch = this.#begin();
  }

  status(origin: Origin, more: Partial<Status> = {}): void {
    const at = this.clock.moment().wall;
    this.#known.push(origin);
    this.watch.reported(origin, { gateway: origin.gateway, epoch: 'aa', state: 'online', at, ...more });
  }

  lastWill(origin: Origin): void {
    this.watch.reported(origin, { gateway: origin.gateway, epoch: 'aa', state: 'offline' });
  }

  /** These gateways say every 30 s that they are there. */
  async live(ms: number, ...origins: Origin[]): Promise<void> {
    for (let passed = 0; passed < ms; passed += 30 * SECOND) {
      for (const origin of origins) this.status(origin);
      await this.clock.advance(Math.min(30 * SECOND, ms - passed));
    }
  }

  /** The alarms that came since the last call. */
  alarms(): string[] {
    return newOf(takeAll(this.buffer).flatMap(readingsOf), this.#seen).map(
      ({ device, values }) => `${device} ${values.alarm} ${values.state} ${values.tenant}/${values.gateway}`,
    );
  }

  #begin(): GatewayWatch {
    this.#stop = new AbortController();
    const { enrolled, watches, intake, clock } = this;
    const watch = new GatewayWatch({ watches, enrolled, known: this.#known, intake, clock, isDeaf: () => this.isDeaf });
    void watch.silence.watch(this.#stop.signal);
    return watch;
  }
}

test('of three gateways one is unplugged, one restarts and one is maintained: only the first is silent, and it comes back', async () => {
  const rig = new HubRig(A, B, C);
  await rig.live(10 * MINUTE, A, B, C);
  expect(rig.alarms()).toEqual([]);
  // A is unplugged, B is stopped and started again four minutes later, C is maintained for two hours and switched off.
  rig.lastWill(A);
  rig.status(B, { state: 'offline' });
  rig.status(C, { maintenanceUntil: rig.clock.moment().wall + 2 * HOUR });
  rig.lastWill(C);
  await rig.clock.advance(4 * MINUTE);
  await rig.live(2 * MINUTE, B);
  expect(rig.alarms()).toEqual(['toyama.box-1 silent raised toyama/box-1']);
  expect(rig.watch.of(A)).toMatchObject({ state: 'silent', hasLeft: false });
  expect(rig.watch.of(B)).toMatchObject({ state: 'reporting' });
  expect(rig.watch.of(C)).toMatchObject({ state: 'maintenance', hasLeft: false });
  await rig.live(HOUR, B);
  await rig.live(MINUTE, A, B);
  expect(rig.alarms()).toEqual(['toyama.box-1 silent cleared toyama/box-1']);
  await rig.live(40 * MINUTE, A, B);
  expect(rig.alarms()).toEqual([]);
  // The maintenance of C is over, and it has not come back.
  await rig.live(30 * MINUTE, A, B);
  expect(rig.alarms()).toEqual(['toyama.box-2 silent raised toyama/box-2']);
});

test('the alarm says for how long, and is of this hub’s time', async () => {
  const rig = new HubRig(A);
  await rig.live(MINUTE, A);
  await rig.clock.advance(leastMs + sweepEveryMs - 30 * SECOND);
  const [alarm] = takeAll(rig.buffer).flatMap(readingsOf);
  expect(alarm).toMatchObject({
    device: 'toyama.box-1',
    kind: 'alarm',
    observedAt: rig.clock.moment().wall,
    values: { quantity: 'silence', value: 305, limit: 300, tenant: 'toyama', gateway: 'box-1' },
  });
});

test('one that said goodbye is missed by nobody, also after the hub was started again', async () => {
  const rig = new HubRig(A);
  await rig.live(MINUTE, A);
  rig.status(A, { state: 'offline' });
  await rig.clock.advance(HOUR);
  rig.restart();
  await rig.clock.advance(24 * HOUR);
  expect(rig.alarms()).toEqual([]);
  expect(rig.watch.of(A)).toMatchObject({ state: 'maintenance', hasLeft: true, awayUntil: undefined });
  await rig.live(MINUTE, A);
  expect(rig.watch.of(A)).toMatchObject({ state: 'reporting', hasLeft: false });
  await rig.clock.advance(10 * MINUTE);
  expect(rig.alarms()).toEqual(['toyama.box-1 silent raised toyama/box-1']);
});

test('a hub that was away says of nobody that he was silent meanwhile, and keeps what it had raised', async () => {
  const rig = new HubRig(A, B);
  await rig.live(MINUTE, A, B);
  await rig.live(10 * MINUTE, B);
  expect(rig.alarms()).toEqual(['toyama.box-1 silent raised toyama/box-1']);
  rig.restart();
  await rig.clock.advance(4 * MINUTE);
  await rig.live(10 * MINUTE, B);
  expect(rig.alarms()).toEqual([]); // B had its whole time, and A is silent still
  await rig.live(MINUTE, A, B);
  expect(rig.alarms()).toEqual(['toyama.box-1 silent cleared toyama/box-1']);
});

test('while the door is closed nobody is silent, and afterwards all have their whole time', async () => {
  const rig = new HubRig(A);
  await rig.live(MINUTE, A);
  rig.isDeaf = true;
  await rig.clock.advance(HOUR);
  rig.isDeaf = false;
  await rig.clock.advance(4 * MINUTE);
  expect(rig.alarms()).toEqual([]);
  await rig.clock.advance(2 * MINUTE);
  expect(rig.alarms()).toHaveLength(1);
});

test('neither a status that the broker has kept, nor a last will, nor an old batch is a sign of life', async () => {
  const rig = new HubRig(A);
  const at = rig.clock.moment().wall;
  rig.status(A);
  await rig.clock.advance(10 * MINUTE);
  expect(rig.alarms()).toHaveLength(1);
  rig.status(A, { at });
  rig.lastWill(A);
  rig.watch.sent(A, [{ ...level(1), observedAt: at }]);
  await rig.clock.advance(MINUTE);
  expect(rig.alarms()).toEqual([]);
  rig.watch.sent(A, [{ ...level(2), observedAt: rig.clock.moment().wall }]);
  await rig.clock.advance(sweepEveryMs);
  expect(rig.alarms()).toEqual(['toyama.box-1 silent cleared toyama/box-1']);
});

test('the end of a maintenance is a time from now, whatever the gateway’s clock shows', async () => {
  const rig = new HubRig(A);
  await rig.live(MINUTE, A);
  rig.status(A, { at: 1_000, maintenanceUntil: 1_000 + HOUR });
  expect(rig.watch.of(A)?.awayUntil).toBe(rig.clock.moment().wall + HOUR);
  await rig.clock.advance(58 * MINUTE);
  expect(rig.alarms()).toEqual([]);
  await rig.clock.advance(8 * MINUTE);
  expect(rig.alarms()).toHaveLength(1);
});

test('the operator of the hub can maintain a gateway, and its own word does not end that', async () => {
  const rig = new HubRig(A);
  await rig.live(MINUTE, A);
  const until = rig.clock.moment().wall + HOUR;
  await Promise.all([rig.watch.maintain(A, until), rig.clock.advance(SECOND)]);
  rig.status(A);
  await rig.clock.advance(50 * MINUTE);
  expect(rig.alarms()).toEqual([]);
  expect(await rig.watch.maintain(B, until)).toBe(false);
});

test('a table says how long, the first that fits; 0 is for ever', async () => {
  const rig = new HubRig(A, B, C);
  rig.watches.push(
    watching({ gateways: ['box-2'], expectEveryMs: 0 }),
    watching({ tenants: ['toyama'], expectEveryMs: MINUTE }),
  );
  rig.restart();
  await rig.live(MINUTE, A, B, C);
  await rig.clock.advance(2 * MINUTE);
  expect(rig.alarms()).toEqual(['toyama.box-1 silent raised toyama/box-1']);
});

test('one that is never heard raises nothing; one that is revoked is silent no more, and forgotten', async () => {
  const rig = new HubRig(A, B);
  await rig.live(MINUTE, A);
  await rig.clock.advance(HOUR);
  expect(rig.alarms()).toEqual(['toyama.box-1 silent raised toyama/box-1']);
  expect(rig.watch.of(B)).toBeUndefined();
  rig.enrolled.revoke(A, rig.clock.moment().wall);
  rig.watch.revoked(A);
  await rig.clock.advance(MINUTE);
  expect(rig.alarms()).toEqual(['toyama.box-1 silent cleared toyama/box-1']);
  expect(rig.watch.of(A)).toBeUndefined();
  rig.status(A);
  await rig.clock.advance(HOUR);
  expect(rig.alarms()).toEqual([]);
  expect([...rig.buffer.remembered()]).toEqual([]);
});

test('one that was revoked while the hub was off is cleared at the start', async () => {
  const rig = new HubRig(A);
  await rig.live(MINUTE, A);
  await rig.clock.advance(HOUR);
  expect(rig.alarms()).toHaveLength(1);
  rig.enrolled.revoke(A, rig.clock.moment().wall);
  rig.restart();
  await rig.clock.advance(MINUTE);
  expect(rig.alarms()).toEqual(['toyama.box-1 silent cleared toyama/box-1']);
});

test('a gateway that is often away for long is given longer, once that is its habit', async () => {
  const rig = new HubRig(A);
  for (let day = 0; day < 8; day++) {
    await rig.live(10 * HOUR, A);
    await rig.clock.advance(14 * HOUR);
  }
  rig.alarms();
  await rig.live(10 * HOUR, A);
  await rig.clock.advance(14 * HOUR);
  expect(rig.alarms().filter((each) => each.includes('raised'))).toEqual([]);
});
