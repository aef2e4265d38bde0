/**
 * A gateway, a worker at Mosquitto, PostgreSQL, a relay hub, and a stand-in for Orion: what the gateway sends comes through, though the relay
 * is killed (-9) again and again, Orion is away, and PostgreSQL is restarted.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { NgsiV2Broker } from '../../simulators/orion/ngsi-v2-broker.ts';
import { openOrion } from '../../simulators/orion/orion.ts';
import { levels } from '../gateway/buffer/buffer-rig.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { isMosquittoMissing, startMosquitto } from '../mosquitto/mosquitto.ts';
import { isPostgresMissing, startPostgres } from '../postgres/postgres.ts';
import { GatewayProcess } from './gateway-process.ts';
import { hubToml, start } from './hub-rig.ts';
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
    const relay = new GatewayProcess(
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
    onTestFinished(() => relay.destroy());
    relay.start();

    const gateway = start(join(folder, 'g1'), sendingToml('g1', mqtt));
    let appended = 0;
    const append = async () => {
      const from = appended + 1;
      appended += 300;
      await gateway.buffer.append(levels(from, appended));
    };
    for (let kill = 1; kill <= 3; kill++) {
      const before = timesPassed(relay.directory).all;
      await append();
      await until(() => expect(timesPassed(relay.directory).all).toBeGreaterThan(before));
      await relay.end('SIGKILL');
      await append();
      relay.start();
    }
    await orion.cutOff();
    await append();
    await postgres.stop();
    await postgres.start();
    await orion.comeBack();
    await append();

    await until(() => expect(timesPassed(relay.directory).all).toBe(appended));
    expect(timesPassed(relay.directory)).toEqual({ all: appended, different: appended });
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
  const file = join(directory, 'data', 'passed.sqlite');
  if (!existsSync(file)) return { all: 0, different: 0 };
  const database = new Database(file, { readonly: true });
  try {
    const count = `SELECT count(*) AS "all", count(DISTINCT "values") AS different FROM reading`;
    return database.prepare(count).get() as ReturnType<typeof timesPassed>; // its columns
  } catch {
    return { all: 0, different: 0 }; // the tables are not there yet
  } finally {
    database.close();
  }
}
