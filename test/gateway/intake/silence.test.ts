import { expect, test } from 'vitest';
import type { DeviceEntry } from '../../../gateway/intake/device-table.ts';
import { type DeviceState, Silence, sweepEveryMs } from '../../../gateway/intake/silence.ts';
import type { Reading } from '../../../shared/reading.ts';
import { AT, level, readingsOf, takeAll } from '../buffer/buffer-rig.ts';
import { entry, IntakeRig } from './intake-rig.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** An intake with somebody who watches for silence, on the virtual clock. */
class SilenceRig extends IntakeRig {
  silence: Silence;
  all: readonly DeviceEntry[];
  #stop = new AbortController();

  constructor(all: readonly DeviceEntry[]) {
    super({
      heard: (device, at) => this.silence.heard(device, at),
      policies: { get: (id) => this.all.find((device) => device.id === id)?.policy },
    });
    this.all = all;
    this.silence = this.#watch();
  }

  override restart(): void {
    this.#stop.abort();
    super.restart();
    this.silence = this.#watch();
  }

  async hear(device = 'gauge-01'): Promise<void> {
    const port = this.activity.ports.get('river') ?? this.activity.addPort('river', '/dev/null');
    const origin = { port, at: this.clock.moment(), ownTime: false, awaited: true };
    await Promise.all([this.intake.take({ readings: [{ ...level(1), device }] }, origin), this.clock.advance(0)]);
  }

  async hearEvery(ms: number, times: number): Promise<void> {
    for (let n = 0; n < times; n++) {
      await this.clock.advance(ms);
      await this.hear();
    }
  }

  state(device = 'gauge-01'): DeviceState | undefined {
    return this.silence.of(device)?.state;
  }

  /** What the alarms say that came since the last call. */
  alarms(): string[] {
    return takeAll(this.buffer)
      .flatMap(readingsOf)
      .filter(({ kind }) => kind === 'alarm')
      .map(({ device, values }) => `${device} ${values.alarm} ${values.state}`);
  }

  #watch(): Silence {
    const rig = this;
    const devices = {
      get all() {
        return rig.all;
      },
    };
    this.#stop = new AbortController();
    const silence = new Silence({ devices, intake: this.intake, clock: this.clock });
    void silence.watch(this.#stop.signal);
    return silence;
  }
}

test('of a device that proves itself by other signs, readings do not tell that it works', async () => {
  const rig = new SilenceRig([entry('gauge-01', { expectEveryMs: MINUTE, provesItself: true })]);
  await rig.hearEvery(10_000, 7);
  expect(rig.state()).toBe('silent');
  rig.silence.heard('gauge-01', rig.clock.moment().monotonic, 'sign');
  await rig.clock.advance(sweepEveryMs);
  expect(rig.state()).toBe('reporting');
  expect(rig.alarms()).toEqual(['gauge-01 silent raised', 'gauge-01 silent cleared']);
});

test('a device that does not report within what it may is silent at the next sweep, and back once it has reported', async () => {
  const rig = new SilenceRig([entry('gauge-01', { expectEveryMs: 10 * MINUTE })]);
  await rig.hear();
  await rig.clock.advance(10 * MINUTE);
  expect(rig.state()).toBe('reporting');
  await rig.clock.advance(sweepEveryMs);
  expect(rig.state()).toBe('silent');
  const [alarm] = takeAll(rig.buffer)
    .flatMap(readingsOf)
    .filter(({ kind }) => kind === 'alarm') as Reading[];
  expect(alarm).toMatchObject({
    device: 'gauge-01',
    observedAt: AT + 10 * MINUTE + sweepEveryMs,
    values: { alarm: 'silent', state: 'raised', quantity: 'silence', value: 605, limit: 600 },
  });
  await rig.clock.advance(HOUR);
  expect(rig.alarms()).toEqual([]);
  await rig.hear();
  expect(rig.state()).toBe('reporting');
  await rig.clock.advance(sweepEveryMs);
  expect(rig.alarms()).toEqual(['gauge-01 silent cleared']);
});

test('a device that never reports is silent too, and one that may be quiet for ever never is', async () => {
  const rig = new SilenceRig([
    entry('gauge-01'),
    entry('gauge-02', { expectEveryMs: 0 }),
    entry('soil-01', { firstWithinMs: 25 * HOUR }),
  ]);
  await rig.clock.advance(15 * MINUTE);
  expect(rig.state()).toBe('waiting');
  await rig.clock.advance(sweepEveryMs);
  expect(rig.silence.of('gauge-01')).toMatchObject({ state: 'silent', hasReported: false });
  expect(rig.state('soil-01')).toBe('waiting');
  await rig.clock.advance(26 * HOUR);
  expect([rig.state('gauge-02'), rig.state('soil-01')]).toEqual(['waiting', 'silent']);
  expect(rig.alarms()).toEqual(['gauge-01 silent raised', 'soil-01 silent raised']);
});

test('the rhythm of a device is learned, and remembered across a restart', async () => {
  const rig = new SilenceRig([entry('gauge-01')]);
  await rig.hearEvery(2 * MINUTE, 9);
  expect(rig.silence.of('gauge-01')?.expectedMs).toBe(6 * MINUTE);
  await rig.clock.advance(sweepEveryMs + 1_000); // it is written with the next commit
  rig.restart();
  expect(rig.silence.of('gauge-01')).toMatchObject({ state: 'waiting', expectedMs: 6 * MINUTE });
  await rig.clock.advance(6 * MINUTE + sweepEveryMs);
  expect(rig.alarms().at(-1)).toBe('gauge-01 silent raised');
});

test('a gateway that was off raises nothing for that time, and knows what it has raised before', async () => {
  const rig = new SilenceRig([entry('gauge-01', { expectEveryMs: HOUR })]);
  await rig.hear();
  rig.restart();
  await rig.clock.advance(HOUR);
  expect(rig.alarms()).toEqual([]);
  await rig.clock.advance(sweepEveryMs);
  expect(rig.alarms()).toEqual(['gauge-01 silent raised']);
  rig.restart();
  await rig.clock.advance(3 * HOUR);
  expect(rig.state()).toBe('silent');
  expect(rig.alarms()).toEqual(['gauge-01 silent raised']); // sent again: the restart had no receipt for it
  await rig.hear();
  await rig.clock.advance(sweepEveryMs);
  expect(rig.alarms()).toEqual(['gauge-01 silent cleared']);
});

test('planned maintenance raises nothing, survives a restart, and leaves a device its whole time afterwards', async () => {
  const rig = new SilenceRig([entry('gauge-01', { expectEveryMs: HOUR }), entry('gauge-02', { expectEveryMs: HOUR })]);
  const end = AT + 5 * HOUR;
  await Promise.all([rig.silence.maintain(['gauge-01'], end), rig.clock.advance(1_000)]);
  await rig.clock.advance(2 * HOUR);
  expect([rig.state(), rig.state('gauge-02')]).toEqual(['maintenance', 'silent']);
  rig.restart();
  expect(rig.alarms()).toEqual(['gauge-02 silent raised']);
  await rig.clock.advance(end - rig.clock.moment().wall + HOUR - 2 * sweepEveryMs);
  expect(rig.state()).toBe('waiting');
  await rig.clock.advance(3 * sweepEveryMs);
  expect(rig.alarms()).toEqual(['gauge-01 silent raised']);
  await Promise.all([rig.silence.maintain(['gauge-01'], rig.clock.moment().wall + HOUR), rig.clock.advance(1_000)]);
  await Promise.all([rig.silence.maintain(['gauge-01'], undefined), rig.clock.advance(1_000)]);
  expect(rig.state()).toBe('silent');
});

test('a wall clock that is set, forward or back, makes nobody silent', async () => {
  const rig = new SilenceRig([entry('gauge-01', { expectEveryMs: HOUR })]);
  await rig.hear();
  rig.clock.setTo(AT + 1_000 * HOUR);
  await rig.clock.advance(HOUR / 2);
  expect(rig.state()).toBe('reporting');
  rig.clock.setTo(AT - 1_000 * HOUR);
  await rig.clock.advance(HOUR / 2 + sweepEveryMs);
  expect(rig.state()).toBe('silent');
});

test('what could not be written is not raised, and is tried again', async () => {
  const rig = new SilenceRig([entry('gauge-01', { expectEveryMs: MINUTE })]);
  const { append } = rig.buffer;
  let tries = 0;
  rig.buffer.append = () => {
    tries++;
    return Promise.reject(new Error('the disk is full'));
  };
  await rig.clock.advance(MINUTE + 3 * sweepEveryMs);
  expect(tries).toBe(3);
  expect(rig.state()).toBe('waiting');
  rig.buffer.append = append;
  await rig.clock.advance(sweepEveryMs);
  expect(rig.alarms()).toEqual(['gauge-01 silent raised']);
});

test('a device that is registered while the gateway runs has its whole time, and one that is removed is forgotten', async () => {
  const rig = new SilenceRig([entry('gauge-01', { expectEveryMs: 0 })]);
  await rig.clock.advance(HOUR);
  rig.all = [entry('soil-01', { expectEveryMs: HOUR })];
  await rig.clock.advance(sweepEveryMs);
  expect(rig.silence.of('gauge-01')).toBeUndefined();
  await rig.clock.advance(HOUR);
  expect(rig.state('soil-01')).toBe('waiting');
  await rig.clock.advance(sweepEveryMs);
  expect(rig.state('soil-01')).toBe('silent');
});

test('when a whole city falls silent its alarms come in turns, and every device is named once', async () => {
  const count = 2_500;
  const rig = new SilenceRig(Array.from({ length: count }, (_, n) => entry(`soil-${n}`, { expectEveryMs: MINUTE })));
  await rig.clock.advance(MINUTE + sweepEveryMs);
  expect(rig.alarms()).toHaveLength(1_000);
  await rig.clock.advance(10 * sweepEveryMs);
  const rest = rig.alarms();
  expect(rest).toHaveLength(1_500);
  expect([...rig.silence.silent()]).toHaveLength(count);
});

test('threshold alarms and the alarm "silent" stand beside each other', async () => {
  const thresholds = [{ alarm: 'flood', quantity: 'level', raise: 0.5, clear: 0.4 }];
  const rig = new SilenceRig([entry('gauge-01', { expectEveryMs: MINUTE, policy: { ranges: [], thresholds } })]);
  const standing = () => rig.intake.memoryOf('gauge-01')?.policy.raised;
  await rig.hear();
  await rig.clock.advance(2 * MINUTE);
  expect(standing()).toEqual(['flood', 'silent']);
  await rig.hear();
  await rig.clock.advance(sweepEveryMs);
  expect(standing()).toEqual(['flood']);
  rig.restart();
  expect(standing()).toEqual(['flood']);
});

test('a device that was met just now has reported, though nobody has looked since', async () => {
  const rig = new SilenceRig([]);
  await rig.clock.advance(1_000);
  rig.all = [entry('gauge-01', { expectEveryMs: 10 * MINUTE })];
  await rig.hear();
  expect(rig.state()).toBe('reporting');
  await rig.clock.advance(11 * MINUTE);
  expect(rig.silence.of('gauge-01')).toMatchObject({ state: 'silent', hasReported: true });
});
