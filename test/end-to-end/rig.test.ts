/** A rig as a whole: the same bytes on every clock and wire, its verdict on gateways good and bad, and its recordings. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { recordingTap } from '../../gateway/cli/rig/record.ts';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { nothingPlayed, play } from '../../gateway/recording/player.ts';
import { openRecording, recordsOf } from '../../gateway/recording/recording.ts';
import type { City } from '../../gateway/rig/city.ts';
import { openRig, type Rig, type RigOptions } from '../../gateway/rig/open-rig.ts';
import { openPty } from '../../simulators/wires/pty-wire.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { planOf } from '../simulators/rig/plans.ts';
import { machimori } from './machimori.ts';
import { feedCity, start, until } from './started.ts';

const DEVICES = `
[[device]]
id = "gauge"
type = "maxbotix"
level = { is = "ramp", from = 1, to = 3, takes = "4s", noise = 0.01 }
[[device]]
id = "plow"
type = "nmea"
hz = 5
[[device]]
id = "gate"
type = "people-counter"
period = "200ms"
entered = { is = "crowd", per-minute = 600 }
[[device]]
id = "air"
type = "line"
period = "300ms"
field = [{ quantity = "t", value = { is = "wave", around = 20, height = 5, period = "3s", noise = 0.1 } }]
`;

const COURSE = `
[[timeline]]
at = "777ms"
for = "1.1s"
on = "plow"
fault = "noise"
with = { share = 0.3 }
[[timeline]]
at = "1.234s"
for = "1s"
set = { "air.t" = 42 }
[[timeline]]
when = "gauge.level > 2"
for = "500ms"
on = "gate"
fault = "corrupt"
with = { share = 0.5 }
[[timeline]]
at = "2.5s"
for = "600ms"
on = "air"
fault = "delay"
with = { ms = 100 }
`;

const ENDS = '[gateway]\n[[city]]\nname = "city"\n[[expect]]\nthat = "stored-once"\n';

function rigText(settings: string, more = ''): string {
  return `[rig]\nduration = "5s"\n${settings}\n${ENDS}${DEVICES}${COURSE}${more}`;
}

async function ran(toml: string, options: RigOptions = {}): Promise<Rig> {
  const rig = await openRig(planOf(toml, temporaryFolder()), options);
  onTestFinished(() => rig.close());
  await rig.start();
  await rig.pass(rig.plan.rig.durationMs);
  await rig.settle();
  return rig;
}

const BEGIN = 'begin = "2026-06-01T00:00:00Z"';

test('the same file says the same bytes on pseudo-terminals, on TCP and on the virtual clock, timeline and gateway and all', async () => {
  const virtual = await ran(rigText(`clock = "virtual"\n${BEGIN}`));
  const again = await ran(rigText(`clock = "virtual"\n${BEGIN}`));
  const onTerminals = await ran(rigText(BEGIN));
  const onTcp = await ran(rigText(`wires = "tcp"\n${BEGIN}`));
  const said = virtual.bench.said();
  for (const { bytes } of said.values()) expect(bytes).toBeGreaterThan(100);
  const phases = ({ events }: Rig) => events.map(({ atS, phase }) => `${atS.toFixed(3)} ${phase}`);
  for (const other of [again, onTerminals, onTcp]) {
    expect(other.bench.said()).toEqual(said);
    expect(phases(other)).toEqual(phases(virtual));
  }
  const otherSeed = await ran(rigText(`clock = "virtual"\nseed = 2\n${BEGIN}`));
  for (const [wire, { digest }] of otherSeed.bench.said()) expect(digest, wire).not.toBe(said.get(wire)?.digest);
}, 120_000);

describe('from the command line', () => {
  test('a good gateway comes through; table, JSON and JUnit say so', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'rig.toml'), rigText('clock = "virtual"'));
    const { code, out, err } = await machimori(folder, 'rig', 'run', 'rig.toml', '--json', '--junit', 'rig.xml');
    expect([code, err]).toEqual([0, '']);
    const outcome = JSON.parse(out);
    expect(Object.keys(outcome)).toEqual([
      'rig',
      'seed',
      'ok',
      'seconds',
      'expectations',
      'devices',
      'stored',
      'said',
      'events',
    ]);
    expect(outcome).toMatchObject({ rig: 'rig', seed: 1, ok: true, seconds: 5 });
    expect(Object.keys(outcome.expectations[0])).toEqual(['ok', 'expected', 'measured']);
    expect(outcome.devices[0]).toEqual({ id: 'gauge', type: 'maxbotix', sent: { 'water-level': expect.any(Number) } });
    expect(outcome.said.gauge).toEqual({ bytes: expect.any(Number), digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(outcome.stored.city).toBeGreaterThan(50);
    expect(outcome.events[0]).toEqual({ atS: 0.777, what: expect.any(String), phase: 'begins' });
    expect(readFileSync(join(folder, 'rig.xml'), 'utf8')).toContain('failures="0"');
    expect(existsSync(join(folder, 'rig-data/rig-control.json'))).toBe(false);
  }, 60_000);

  test('what does no gateway’s work fails, and JUnit says where', async () => {
    const folder = temporaryFolder();
    const idle = '[gateway]\nrun = "command"\ncommand = ["sleep", "600"]\n[[city]]\nname = "city"\n';
    const expectations =
      '[[expect]]\nthat = "stored-once"\n[[expect]]\nthat = "latency"\nwithin = "2s"\n[[expect]]\nthat = "command"\ncommand = ["echo", "3"]\nequals = 3\n';
    writeFileSync(
      join(folder, 'rig.toml'),
      `[rig]\nduration = "1s"\nsettle = "1s"\nawait-reader = "200ms"\n${idle}${expectations}${DEVICES}`,
    );
    const { code, out, err } = await machimori(folder, 'rig', 'run', 'rig.toml', '--junit', 'rig.xml');
    expect(code).toBe(1);
    expect(err).toContain('nobody has opened gauge, plow, gate');
    expect(out).toContain('Nothing was sent whole');
    expect(readFileSync(join(folder, 'rig.xml'), 'utf8')).toMatch(/tests="3" failures="2"/);
  }, 60_000);
});

describe('a recording of a rig', () => {
  /** By device, in the order of their time: what was stored. */
  function valuesIn(city: Pick<City, 'readings'>): Record<string, unknown[]> {
    const values: Record<string, [number, unknown][]> = {};
    for (const reading of city.readings()) {
      values[reading.device] ??= [];
      values[reading.device]?.push([reading.observedAt, reading.values]);
    }
    return Object.fromEntries(
      Object.entries(values).map(([device, list]) => [device, list.sort(([a], [b]) => a - b).map(([, each]) => each)]),
    );
  }

  /** On a line of its own, four times as fast. */
  async function replayed(file: string, link: string): Promise<void> {
    const wire = await openPty({ link });
    onTestFinished(() => wire.close());
    const { signal } = new AbortController();
    const clock = new SystemClock('always');
    const records = recordsOf(await openRecording(file));
    await play(records, wire, { clock, speed: 4, answers: 'timed', signal, played: nothingPlayed() });
  }

  test('decodes, and played to a gateway gives the readings that the rig gave', async () => {
    const folder = temporaryFolder();
    const recordings = join(folder, 'recordings');
    const plan = planOf(`[rig]\nduration = "4s"\n${ENDS}${DEVICES}`, folder);
    const recording = await recordingTap(recordings, plan);
    const rig = await openRig(plan, { tap: recording.tap });
    onTestFinished(() => rig.close());
    await rig.start();
    await rig.pass(4_000);
    await rig.settle();
    await recording.close();
    const first = valuesIn({ readings: () => rig.ends.readings() });
    expect(Object.keys(first).sort()).toEqual(['air', 'gate', 'gauge', 'plow']);

    const decoded = await machimori(
      recordings,
      'decode',
      'maxbotix',
      'gauge.pcapng',
      '--option',
      'mounting-height-m=4.5',
    );
    expect(decoded.code, decoded.err).toBe(0);

    const config = readFileSync(join(rig.gateway?.folder ?? '', 'gateway.toml'), 'utf8');
    const firstUrl = rig.ends.cities.get('city')?.url ?? '';
    await rig.close();
    const city = await feedCity();
    const gateway = start(join(folder, 'other'), config.replace(firstUrl, city.url));
    await Promise.all(
      plan.wires.map(({ name }) => replayed(join(recordings, `${name}.pcapng`), rig.plan.path(`rig-data/${name}`))),
    );
    await until(() => expect(Object.values(valuesIn(city)).flat()).toHaveLength(Object.values(first).flat().length));
    await gateway.flush();
    expect(valuesIn(city)).toEqual(first);
  }, 120_000);
});
