/** A rig on the virtual clock: what happens on its timeline, and the verdict on it. */
import { expect, onTestFinished, test } from 'vitest';
import { openRig, type Rig } from '../../../gateway/rig/open-rig.ts';
import { planOf } from '../../simulators/rig/plans.ts';
import { folderInMemory } from '../temporary-folder.ts';

const HEAD = '[rig]\nclock = "virtual"\n';
const ENDS = '[gateway]\n[[city]]\nname = "city"\n';

async function ran(toml: string): Promise<Rig> {
  const told: string[] = [];
  const rig = await openRig(planOf(toml, folderInMemory()), { report: ({ en }) => void told.push(en) });
  onTestFinished(() => rig.close());
  await rig.start();
  await rig.pass(rig.plan.rig.durationMs);
  await rig.settle();
  expect(told).toEqual([]);
  return rig;
}

async function outcomesOf(rig: Rig) {
  const { outcomes } = await rig.verdict();
  return outcomes.map(({ ok, measured }) => [ok, measured.en]);
}

const GAUGE = `[[device]]
id = "gauge"
type = "maxbotix"
period = "500ms"
level = { is = "ramp", from = 1, to = 3, after = "60s", takes = "60s" }
gateway = { expect-every = "5s", range = [{ quantity = "level", max = 2.9 }], threshold = [{ alarm = "flood", quantity = "level", raise = 2.0, clear = 1.9 }] }
`;

test('alarms, silence, doubt and values come true on a good gateway, and not where they should not', async () => {
  const rig = await ran(
    `${HEAD}duration = "200s"\n${ENDS}${GAUGE}
[[timeline]]
at = "150s"
on = "gauge"
fault = "silence"
${[
  'that = "stored-once"',
  'that = "alarm"\ndevice = "gauge"\nalarm = "flood"\nwhen = "gauge.level > 2"\nwithin = "5s"',
  'that = "silent"\ndevice = "gauge"\nwithin = "40s"',
  'that = "quality"\ndevice = "gauge"\nquality = "out-of-range"\nfrom = "125s"\nto = "149s"',
  'that = "value"\ndevice = "gauge"\nquantity = "level"\ntolerance = 0.02',
  'that = "latency"\nwithin = "10s"',
  'that = "alarm"\ndevice = "gauge"\nalarm = "flood"\nwhen = "gauge.level > 1.2"\nwithin = "5s"',
  'that = "alarm"\ndevice = "gauge"\nalarm = "other"\nwhen = "gauge.level > 2"\nwithin = "5s"',
  'that = "quality"\ndevice = "gauge"\nquality = "out-of-range"\nfrom = "10s"\nto = "20s"',
  'that = "latency"\nwithin = "1ms"',
]
  .map((each) => `[[expect]]\n${each}\n`)
  .join('')}`,
  );
  const outcomes = await outcomesOf(rig);
  expect(
    outcomes.map(([ok]) => ok),
    JSON.stringify(outcomes),
  ).toEqual([...[true, true, true, true, true, true], ...[false, false, false, false]]);
  expect(rig.sensed('gauge', 'stored')).toBe(rig.sensed('gauge', 'sent'));
}, 60_000);

test('across an outage of the city everything is stored once, but late; the window before it is in time', async () => {
  const rig = await ran(
    `${HEAD}duration = "5m"\n${ENDS}[[device]]\nid = "gauge"\ntype = "maxbotix"\nperiod = "1s"
[[timeline]]
at = "60s"
for = "90s"
on = "city"
fault = "away"
[[timeline]]
when = "city.stored > 30 and gauge.sent > 30"
set = { "gauge.level" = 1.25 }
[[expect]]
that = "stored-once"
[[expect]]
that = "stored-once"
from = "60s"
to = "150s"
[[expect]]
that = "latency"
within = "5s"
to = "55s"
[[expect]]
that = "latency"
percentile = 100
within = "30s"
from = "60s"
to = "150s"
`,
  );
  const outcomes = await outcomesOf(rig);
  expect(
    outcomes.map(([ok]) => ok),
    JSON.stringify(outcomes),
  ).toEqual([true, true, true, false]);
  expect(rig.events.map(({ phase }) => phase)).toEqual(['begins', 'begins', 'ends']);
  expect(rig.events[1]?.atS).toBe(60);
  expect(rig.sensed('gauge', 'level')).toBe(1.25);
}, 60_000);

test('a gateway is stopped and started again by the timeline; what was sent meanwhile nobody heard', async () => {
  const rig = await ran(
    `${HEAD}duration = "60s"\n${ENDS}[[device]]\nid = "gauge"\ntype = "maxbotix"\nperiod = "1s"
[[timeline]]
at = "20s"
for = "10s"
gateway = "stop"
[[expect]]
that = "stored-once"
`,
  );
  expect((await outcomesOf(rig))[0]?.[0]).toBe(true);
  const sent = rig.observer.sentBy('gauge');
  expect(sent).toBeGreaterThan(40);
  expect(sent).toBeLessThan(55);
  expect(rig.bench.said().get('gauge')?.bytes).toBe(60 * 6); // each second, whoever listens
}, 60_000);

test('what cannot be done while it runs is refused, and is told by its name', async () => {
  const rig = await ran(`${HEAD}duration = "5s"\n${ENDS}[[device]]\nid = "gauge"\ntype = "maxbotix"`);
  expect(() => rig.strike('gague', 'noise')).toThrow(expect.objectContaining({ code: 'no-target' }));
  expect(() => rig.strike('gauge', 'nose')).toThrow(expect.objectContaining({ code: 'no-fault' }));
  expect(() => rig.bench.set('gauge', 'depth', 1)).toThrow(expect.objectContaining({ code: 'no-quantity' }));
  rig.strike('gauge', 'noise');
  rig.strike('city', 'away');
  rig.clear();
  expect([...rig.boards().values()].flatMap(({ standing }) => standing)).toEqual([]);
  expect(rig.sensed('nobody', 'level')).toBeUndefined();
  await expect(rig.until(() => false, 'never', 2_000)).rejects.toMatchObject({ code: 'rig-not-so' });
});

test('what comes to hold once the devices have sent was never said: nothing begins then, and no alarm is expected of it', async () => {
  const rig = await ran(
    `${HEAD}duration = "30s"\nsettle = "300s"\n${ENDS}${GAUGE}
[[timeline]]
when = "gauge.level > 1.1"
on = "city"
fault = "away"
[[expect]]
that = "alarm"
device = "gauge"
alarm = "flood"
when = "gauge.level > 2"
within = "5s"`,
  );
  await rig.pass(120_000);
  expect(rig.events).toEqual([]);
  expect(await outcomesOf(rig)).toEqual([[false, '"gauge.level > 2" never held']]);
});
