/** Workers that take turns at one broker: a queue group of NATS, a shared subscription of Mosquitto, and brokers that only say they share. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { levels } from '../gateway/buffer/buffer-rig.ts';
import { Broker } from '../gateway/net/broker.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { isMosquittoMissing, type Mosquitto, startMosquitto } from '../mosquitto/mosquitto.ts';
import { isNatsMissing, type NatsServers, startNats } from '../nats/nats.ts';
import { isPostgresMissing, type Postgres, startPostgres } from '../postgres/postgres.ts';
import { repositoryRoot } from '../repository-root.ts';
import { machimori } from './machimori.ts';
import { start, until } from './started.ts';
import { sendingToml, timesStored, workerToml } from './worker-rig.ts';

const idle = { routine: 0, urgent: 0 };

describe.skipIf(isPostgresMissing)('workers', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  beforeEach(() => postgres.query('DROP SCHEMA IF EXISTS machimori CASCADE'));
  afterAll(() => postgres?.remove());

  /** Two workers, and two gateways that each send 200 readings in batches of 5. */
  async function city(broker: (worker: number) => string, mqttUrl: string) {
    const folder = temporaryFolder();
    const workers = [1, 2].map((n) =>
      start(join(folder, `worker-${n}`), workerToml(`worker-${n}`, broker(n), postgres)),
    );
    await until(() => {
      for (const { sources } of workers) {
        expect(sources.activity.ports.get('gateways')?.state).toBe('open');
        expect(sources.forwarders[0]?.stats.state).toBe('connected');
      }
    });
    const gateways = ['g1', 'g2'].map((id) => start(join(folder, id), sendingToml(id, mqttUrl)));
    await Promise.all(gateways.map(({ buffer }) => buffer.append(levels(1, 200))));
    await until(() => {
      for (const { buffer } of gateways) expect(buffer.stats().outboxes.city?.waiting).toEqual(idle);
    });
    const times = await timesStored(postgres);
    expect(times.size).toBe(400);
    expect(Math.max(...times.values())).toBe(1);
    const shares = workers.map(({ sources }) => sources.activity.ports.get('gateways')?.readings ?? 0);
    expect(Math.min(...shares)).toBeGreaterThan(0);
    return { workers, gateways };
  }

  const placed = () => postgres.query('SELECT DISTINCT lat, lon FROM machimori.reading');

  describe.skipIf(isNatsMissing)('at NATS', () => {
    let nats: NatsServers;
    beforeAll(async () => {
      nats = await startNats();
    });
    afterAll(() => nats?.remove());

    test('take turns, store each reading once and answer each batch, with the places of devices', async () => {
      const mqtt = `mqtt://127.0.0.1:${nats.servers[0]?.mqttPort}`;
      await city(() => `url = "${nats.url}"\nbirths-url = "${mqtt}"`, mqtt);
      expect(await placed()).toEqual([{ lat: 36.7, lon: 137.2 }]);
    }, 60_000);

    test('a gateway with a dot in its id sends to nobody, and its status says that the broker closes', async () => {
      const gateway = start(
        join(temporaryFolder(), 'dotted'),
        sendingToml('g.1', `mqtt://127.0.0.1:${nats.servers[0]?.mqttPort}`),
      );
      await until(() => expect(gateway.sources.forwarders[0]?.stats.why?.en).toMatch(/closed|lost/));
    }, 60_000);

    test('asked for a shared subscription by MQTT, a worker refuses and says what to write instead', async () => {
      const url = `url = "mqtt://127.0.0.1:${nats.servers[0]?.mqttPort}"`;
      const worker = start(temporaryFolder(), workerToml('worker-1', url, postgres));
      await until(() => expect(worker.sources.activity.ports.get('gateways')?.why?.en).toMatch(/delivers nothing/));
    }, 60_000);
  });

  describe.skipIf(isMosquittoMissing)('at Mosquitto', () => {
    const startWithTest = async (acl?: string): Promise<Mosquitto> => {
      const broker = await startMosquitto({ acl });
      onTestFinished(() => broker.remove());
      return broker;
    };

    test.each(['3.1.1', '5'])(
      'MQTT %s: take turns, and each knows every device',
      async (protocol) => {
        const url = `mqtt://127.0.0.1:${(await startWithTest()).port}`;
        await city(() => `url = "${url}"\nprotocol = "${protocol}"`, url);
        expect(await placed()).toEqual([{ lat: 36.7, lon: 137.2 }]);
      },
      60_000,
    );

    test('the rights of the city OS in deploy/mosquitto/acl are enough for a worker', async () => {
      const acl = readFileSync(join(repositoryRoot, 'deploy/mosquitto/acl'), 'utf8');
      const [, rights = ''] = /^user city-os\n([\s\S]*?)^user /m.exec(acl) ?? [];
      const { port } = await startWithTest(rights);
      const worker = start(temporaryFolder(), workerToml('worker-1', `url = "mqtt://127.0.0.1:${port}"`, postgres));
      await until(() => expect(worker.sources.activity.ports.get('gateways')?.state).toBe('open'));
    }, 60_000);

    test('a worker that may not use the topics of canaries says so, and not that the broker does not share', async () => {
      const { port } = await startWithTest('topic readwrite machimori/v1/+/+/+');
      const worker = start(temporaryFolder(), workerToml('worker-1', `url = "mqtt://127.0.0.1:${port}"`, postgres));
      await until(() => expect(worker.sources.activity.ports.get('gateways')?.why?.en).toMatch(/did not come back/));
    }, 60_000);
  });

  test('nobody is enrolled at a worker, and it says who lets gateways in', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'gateway.toml'), workerToml('worker-1', 'url = "mqtt://127.0.0.1:1883"', postgres));
    const enrolled = await machimori(folder, 'gateway', 'enrol', 'gateway.toml', 'toyama/g.1');
    expect(enrolled.code).toBe(1);
    expect(enrolled.err).toMatch(/broker alone says who may send[\s\S]*must have no dot/);
  });

  test('a broker that takes $share for the name of a topic is refused', async () => {
    const { url } = await Broker.open();
    const worker = start(temporaryFolder(), workerToml('worker-1', `url = "${url}"`, postgres));
    await until(() => expect(worker.sources.activity.ports.get('gateways')?.why?.en).toMatch(/delivers nothing/));
  }, 60_000);
});
