/** The configuration that a rig writes for its gateway: of every kind of device and every type of wire, and what comes of it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readConfigFile } from '../../../gateway/config/config.ts';
import { readRig } from '../../../gateway/rig/file/rig-file.ts';
import { freePort } from '../../../gateway/rig/free-port.ts';
import { openRig, type Rig } from '../../../gateway/rig/open-rig.ts';
import { RIG_KINDS } from '../../../simulators/rig/catalogue.ts';
import { CitySettings, WIRE_SETTINGS } from '../../../simulators/rig/settings.ts';
import { planOf } from '../../simulators/rig/plans.ts';
import { folderInMemory } from '../temporary-folder.ts';
import { KIND_SAMPLES } from './kind-samples.ts';

async function opened(toml: string, folder = folderInMemory()): Promise<Rig> {
  const rig = await openRig(planOf(toml, folder));
  onTestFinished(() => rig.close());
  return rig;
}

/** What the gateway runs with, which has no fault and no note. */
function written(rig: Rig): string {
  const file = join(rig.gateway?.folder ?? '', 'gateway.toml');
  const read = readConfigFile(file);
  expect(read.ok ? read.notes : read.faults).toEqual([]);
  return readFileSync(file, 'utf8');
}

async function run(rig: Rig) {
  await rig.start();
  await rig.pass(rig.plan.rig.durationMs);
  await rig.settle();
  return rig.verdict();
}

const ENDS = '[gateway]\n[[city]]\nname = "city"\n[[expect]]\nthat = "stored-once"';

describe('of each kind alone, everything sent is stored once', () => {
  test('every kind has a sample', () => {
    expect(Object.keys(KIND_SAMPLES).sort()).toEqual(RIG_KINDS.map(({ name }) => name).sort());
  });

  const onLines = RIG_KINDS.filter(({ carries }) => carries === undefined).map(({ name }) => name);
  test.each(onLines)('%s', async (kind) => {
    const rig = await opened(
      `[rig]\nclock = "virtual"\nduration = "30s"\n${ENDS}\n[[device]]\nid = "one"\ntype = "${kind}"\nplace = { lat = 36.7, lon = 137.2, name = "橋" }\n${KIND_SAMPLES[kind]}`,
    );
    const verdict = await run(rig);
    expect(verdict.outcomes.map(({ measured, hint }) => [measured.en, hint?.en])).toEqual([
      [expect.stringMatching(/^([1-9]\d*) sent, \1 stored, 0 twice, 0 batches missing$/), undefined],
    ]);
    expect(verdict.ok).toBe(true);
    expect(written(rig)).toContain('id = "one"');
    expect(rig.observer.sentBy('one')).toBeGreaterThan(5);
  });
});

test('several of a kind on one line have addresses of their own', async () => {
  const buses = ['modbus-level', 'rylr', 'rak3172', 'lora-e5'].map(
    (kind) => `[[device]]\nid = "${kind}"\ntype = "${kind}"\ncount = 3\nwire = "bus-${kind}"\n${KIND_SAMPLES[kind]}`,
  );
  const rig = await opened(`[rig]\nclock = "virtual"\nduration = "30s"\n${ENDS}\n${buses.join('\n')}`);
  const { outcomes } = await run(rig);
  expect(outcomes[0]).toMatchObject({ ok: true });
  for (const id of rig.bench.devices.keys()) expect(rig.observer.sentBy(id), id).toBeGreaterThan(5);
  written(rig);
});

test('of each type of wire, everything sent is stored once', async () => {
  const [broker, dialIn] = [await freePort(), await freePort()];
  const wires = [
    '[[wire]]\nname = "terminal"\ntype = "pty"',
    '[[wire]]\nname = "server"\ntype = "tcp"',
    `[[wire]]\nname = "modem"\ntype = "dial-in"\naddress = "127.0.0.1:${dialIn}"\nregistration = "SITE-01"\nheartbeat = "alive"\nheartbeat-every = "1s"`,
    '[[wire]]\nname = "their-broker"\ntype = "broker"',
    `[[wire]]\nname = "our-broker"\ntype = "mqtt"\nurl = "mqtt://127.0.0.1:${broker}"`,
  ];
  const types = WIRE_SETTINGS.options.map(({ entries }) => entries.type.literal);
  // A serial port is at the far end of a cable, whose near end only the user's own configuration can know: cable.test.ts.
  expect(types.filter((type) => type !== 'serial')).toHaveLength(wires.length);
  const device = (wire: string, type: string) =>
    `[[device]]\nid = "on-${wire}"\ntype = "${type}"\nwire = "${wire}"\nperiod = "200ms"\n${KIND_SAMPLES[type]}`;
  const lines = ['terminal', 'server', 'modem'].map((wire) => device(wire, 'line'));
  const clients = ['their-broker', 'our-broker'].map((wire) => device(wire, 'mqtt'));
  const unit = `[[device]]\nid = "unit"\ntype = "modbus-level"\nwire = "unit"\nframing = "tcp"\nunit = 1\ninterval = "500ms"`;
  wires.push('[[wire]]\nname = "unit"\ntype = "tcp"\ncloses-idle-after = "10s"', unit);
  const rig = await opened(`[rig]\nduration = "5s"\n${ENDS}\n${[...wires, ...lines, ...clients].join('\n')}`);
  const verdict = await run(rig);
  expect(verdict.outcomes[0]).toMatchObject({ ok: true });
  for (const id of rig.bench.devices.keys()) expect(rig.observer.sentBy(id), id).toBeGreaterThan(5);
  written(rig);
}, 90_000);

test('at each type of city, what was sent is there', async () => {
  const types = ['feed', 'hub', 'ngsi-v2', 'ngsi-ld'];
  expect(CitySettings.entries.type.wrapped.options.toSorted()).toEqual(types.toSorted());
  const [v2, ld] = [await freePort(), await freePort()];
  const cities = [
    ...['feed', 'hub'].map(
      (type) => `[[city]]\nname = "${type}"\ntype = "${type}"\n[[expect]]\nthat = "stored-once"\ncity = "${type}"`,
    ),
    `[[city]]\nname = "v2"\ntype = "ngsi-v2"\nport = ${v2}\n[[expect]]\nthat = "http"\nurl = "http://127.0.0.1:${v2}/v2/entities"\nheaders = { fiware-service = "city" }\nmatches = "DeviceMeasurement"`,
    `[[city]]\nname = "ld"\ntype = "ngsi-ld"\nport = ${ld}\n[[expect]]\nthat = "http"\nurl = "http://127.0.0.1:${ld}/ngsi-ld/v1/entities?id=urn:ngsi-ld:DeviceMeasurement:rig:gateway-under-test:air:air"\nmatches = "DeviceMeasurement"`,
  ];
  const rig = await opened(
    `[rig]\nduration = "5s"\n[gateway]\n${cities.join('\n')}\n[[device]]\nid = "air"\ntype = "line"\n${KIND_SAMPLES.line}`,
  );
  const { outcomes } = await run(rig);
  expect(outcomes.map(({ ok, measured }) => [ok, measured.en])).toEqual([
    ...['feed', 'hub'].map(() => [true, expect.stringMatching(/^([1-9]\d*) sent, \1 stored/)]),
    ...['v2', 'ld'].map(() => [true, expect.stringContaining('DeviceMeasurement')]),
  ]);
  written(rig);
}, 90_000);

test('of a context broker no expectation can ask for readings', () => {
  const read = readRig(
    '[gateway]\n[[city]]\nname = "v2"\ntype = "ngsi-v2"\n[[device]]\nid = "gauge"\ntype = "maxbotix"\n[[expect]]\nthat = "stored-once"',
    '/nowhere/rig.toml',
  );
  expect(read.ok ? [] : read.faults.map(({ line, what }) => [line, what.en])).toEqual([
    [9, expect.stringContaining('v2 is a context broker')],
  ]);
});

test("what a device's gateway table says is in its table, over what the rig would say", async () => {
  const rig = await opened(
    `[rig]\nclock = "virtual"\n${ENDS}\n[[device]]\nid = "gauge"\ntype = "maxbotix"\ngateway = { median-of = 5, mounting-height-m = 6.5 }`,
  );
  expect(written(rig)).toMatch(/^median-of = 5$/m);
  expect(written(rig)).toMatch(/^mounting-height-m = 6.5$/m);
});

describe("the user's own configuration", () => {
  const OWN = `[gateway]\nid = "own"\ntenant = "city"\n[clock]\nsynchronised = "always"\n[[port]]\nname = "line"\ntype = "serial"\npath = "%wire.gauge%"\n[[device]]\nid = "gauge"\ntype = "maxbotix"\nport = "line"\nmounting-height-m = 4.5\n[[destination]]\nname = "city"\ntype = "city-os"\nurl = "%city.city%"\n`;
  const rigWith = (own: string) => {
    const folder = folderInMemory();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'own.toml'), own);
    const toml = `[rig]\nclock = "virtual"\nduration = "10s"\n[gateway]\nconfig = "own.toml"\n[[city]]\nname = "city"\n[[device]]\nid = "gauge"\ntype = "maxbotix"\n[[expect]]\nthat = "stored-once"`;
    return opened(toml, folder);
  };

  test('has the places of the rig filled in', async () => {
    const rig = await rigWith(OWN);
    expect(await run(rig)).toMatchObject({ ok: true });
    expect(written(rig)).not.toContain('%');
  });

  test('that names a place that is not there is refused, with those that are', async () => {
    await expect(rigWith(OWN.replace('%wire.gauge%', '%wire.gague%'))).rejects.toMatchObject({
      code: 'rig-configuration',
      hint: { en: expect.stringContaining('%wire.gauge%') },
    });
  });
});
