/**
 * A gateway, a worker at Mosquitto, PostgreSQL, a relay hub, and a stand-in for Orion: what the gateway sends comes through, though the relay
 * is killed (-9) again and again, Orion is away, and PostgreSQL is restarted.
 */
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { readArchive } from '../../gateway/destinations/archive/sqlite/read-all.ts';
import { NgsiV2Broker } from '../../simulators/orion/ngsi-v2-broker.ts';
import { openOrion } from '../../simulators/orion/orion.ts';
import { levels } from '../gateway/buffer/buffer-rig.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { isMosquittoMissing, startMosquitto } from '../mosquitto/mosquitto.ts';
import { isPostgresMissing, startPostgres } from '../postgres/postgres.ts';
import { hubToml } from './hub-rig.ts';
import { gatewayProcess, start } from './started.ts';
import { sendingToml, workerToml } from './worker-rig.ts';

const until = (condition: () => unknown) => vi.waitFor(condition, { timeout: 60_000, interval: 20 });

describe.skipIf(isMosquittoMissing || isPostgresMissing)('a relay between workers and Orion', () => {
  test('killed at any moment, it passes on each reading once, and Orion has the newest with its place', async () => {
    const [mosquitto, postgres] = await Promise.all([startMosquitto(), startPostgres({ isDurable: true })]);
    onTestFinished(() => mosquitto.remove());
    onTestFinished(() => postgres.remove());
    const broker = new NgsiV2Broker();
    const written: number[] = [];
    broker.wrote = ({ type, attributes }) => {
      if (type === 'WaterObserved') written.push(Number(attributes.get('waterLevel')?.value));
    };
    const orion = await openOrion({ broker });
    onTestFinished(() => orion.cutOff());

    const folder = temporaryFolder();
    const mqtt = `mqtt://127.0.0.1:${mosquitto.port}`;
    const shared = `url = "${mqtt}"\nprotocol = "5"`;
    const worker = start(join(folder, 'worker'), workerToml('worker-1', shared, postgres, 'relayed = true'));
    await until(() => expect(worker.sources.activity.ports.get('gateways')?.state).toBe('open'));
    await until(() => expect(worker.sources.forwarders[0]?.stats.state).toBe('connected'));
    const relay = gatewayProcess(
      hubToml(
        `[[port]]
        name = "archive"
        type = "archive"
        url = "${postgres.url}"
        from = "beginning"
        every = "100ms"
        [[destination]]
        name = "history"
        type = "archive"
        url = "sqlite:passed.sqlite"
        tenants = ["*"]
        [[destination]]
        name = "orion"
        type = "ngsi-v2"
        url = "${orion.url}"
        tenants = ["*"]
        reconnect-within = "200ms"`,
        'relay-01',
      ),
    );
    await relay.start();

    const gateway = start(join(folder, 'g1'), sendingToml('g1', mqtt));
    let appended = 0;
    const append = async () => {
      const from = appended + 1;
      appended += 300;
      await gateway.buffer.append(levels(from, appended));
    };
    for (let kill = 1; kill <= 3; kill++) {
      const before = timesPassed(relay.folder).all;
      await append();
      await until(() => expect(timesPassed(relay.folder).all).toBeGreaterThan(before));
      await relay.end('SIGKILL');
      await append();
      await relay.start();
    }
    await orion.cutOff();
    await append();
    await postgres.stop();
    await postgres.start();
    await orion.comeBack();
    await append();

    await until(() => expect(timesPassed(relay.folder).all).toBe(appended));
    expect(timesPassed(relay.folder)).toEqual({ all: appended, different: appended });
    const newest = (attribute: string) =>
      broker
        .entities()
        .find(({ type }) => type === 'WaterObserved')
        ?.attributes.get(attribute)?.value;
    await until(() => expect(newest('waterLevel')).toBe(appended));
    expect(newest('location')).toMatchObject({ coordinates: [137.2, 36.7] });
    expect(written).toEqual(written.toSorted((a, b) => a - b)); // nothing older overwrote anything newer
  }, 180_000);
});

/** How many readings came to the relay's other destination, which keeps all, and how many of them are different ones. */
function timesPassed(directory: string): { readonly all: number; readonly different: number } {
  try {
    const values = [...readArchive(join(directory, 'data', 'passed.sqlite'))].map((reading) =>
      JSON.stringify(reading.values),
    );
    return { all: values.length, different: new Set(values).size };
  } catch {
    return { all: 0, different: 0 }; // the tables are not there yet
  }
}
