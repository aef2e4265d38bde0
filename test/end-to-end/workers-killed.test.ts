/**
 * Three nats-servers, three workers, one PostgreSQL, six gateways under load: a server and a worker are killed (-9), PostgreSQL is
 * restarted, and a worker is killed for good. Nothing is lost and nothing doubled.
 */
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { GatewayHere } from '../../gateway/rig/gateway-here.ts';
import { levels } from '../gateway/buffer/buffer-rig.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { isNatsMissing, startNats } from '../nats/nats.ts';
import { isPostgresMissing, startPostgres } from '../postgres/postgres.ts';
import { gatewayProcess, start } from './started.ts';
import { sendingToml, timesStored, workerToml } from './worker-rig.ts';

const until = (condition: () => unknown, timeout = 60_000) => vi.waitFor(condition, { timeout, interval: 50 });
/** Of each gateway; a fifth as many batches. */
const perRound = 1_000;

describe.skipIf(isNatsMissing || isPostgresMissing)('a city of workers', () => {
  test('kill -9 of a server and of workers, and a restart of PostgreSQL, lose nothing and double nothing', async () => {
    const [nats, postgres] = await Promise.all([startNats(3), startPostgres({ isDurable: true })]);
    onTestFinished(() => nats.remove());
    onTestFinished(() => postgres.remove());
    const [first] = nats.servers;
    const workers = [1, 2, 3].map((n, i) => {
      const births = `births-url = "mqtt://127.0.0.1:${nats.servers[i]?.mqttPort}"`;
      return gatewayProcess(workerToml(`worker-${n}`, `url = "${nats.url}"\n${births}`, postgres));
    });
    for (const worker of workers) await worker.start();
    const folder = temporaryFolder();
    const gateways = [1, 2, 3, 4, 5, 6].map((n, i) => {
      const url = `mqtt://127.0.0.1:${nats.servers[i % 3]?.mqttPort}`;
      return start(join(folder, `g${n}`), sendingToml(`g${n}`, url));
    });
    let appended = 0;
    const append = async () => {
      const from = appended + 1;
      appended += perRound;
      await Promise.all(gateways.map(({ buffer }) => buffer.append(levels(from, appended))));
    };
    const receipted = () => gateways.reduce((sum, gateway) => sum + readingsStored(gateway), 0);
    const waiting = () =>
      gateways.reduce((sum, { buffer }) => sum + (buffer.stats().outboxes.city?.waiting.routine ?? 0), 0);
    /** While they are at it. */
    const underLoad = async () => {
      const before = receipted();
      await append();
      await vi.waitFor(() => expect(receipted()).toBeGreaterThan(before), { timeout: 60_000, interval: 5 });
      expect(waiting()).toBeGreaterThan(0);
    };

    await underLoad();
    await first?.kill();
    await underLoad(); // the gateways of the other two servers go on
    await first?.start();
    await workers[0]?.end('SIGKILL');
    await underLoad(); // two workers do the work of three
    await workers[0]?.start();
    await postgres.stop();
    await append();
    await postgres.start();
    await underLoad();
    await workers[1]?.end('SIGKILL'); // and never comes back

    await until(() => expect(waiting()).toBe(0), 90_000);
    const times = await timesStored(postgres);
    expect(times.size).toBe(6 * appended);
    expect([...times.values()].filter((each) => each !== 1)).toEqual([]);
    const [batches] = await postgres.query('SELECT sum(stored)::int AS readings FROM machimori.batch');
    expect(batches?.readings).toBe(6 * appended);
  }, 180_000);
});

function readingsStored({ sources }: GatewayHere): number {
  return sources.forwarders[0]?.stats.readingsStored ?? 0;
}
