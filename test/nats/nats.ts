/**
 * NATS servers of a test's own: one or a cluster, in temporary folders on free ports of the loopback interface, ended by their process ids.
 *
 * They take MQTT too, which needs JetStream. Without nats-server on the machine its tests are skipped (`isNatsMissing`), except in CI,
 * where they fail.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../gateway/net/free-port.ts';

const BINARY = ['/usr/sbin/nats-server', '/usr/bin/nats-server', '/usr/local/bin/nats-server'].find(existsSync);

/** For `describe.skipIf`. Says how it is installed. */
export const isNatsMissing = BINARY === undefined && process.env.CI !== 'true';
if (isNatsMissing) console.warn('Skipped: no nats-server here. Install it with: apt-get install nats-server');

const maxLooks = 1_200;
const lookEveryMs = 25;

export interface NatsServer {
  readonly port: number;
  readonly mqttPort: number;
  readonly pid: number;
  /** Resolves when it serves, as far as it says so itself. */
  start(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
}

export interface NatsServers {
  readonly servers: readonly NatsServer[];
  /** Of all of them, for `url`. */
  readonly url: string;
  /** For good. */
  remove(): Promise<void>;
}

/** Starts `count` servers; resolves when the cluster has formed. `more` is added to each configuration. */
export async function startNats(count = 1, more = ''): Promise<NatsServers> {
  const folder = mkdtempSync(join(tmpdir(), 'machimori-nats-'));
  const ports = await Promise.all(
    Array.from({ length: count }, async () => ({
      client: await freePort(),
      mqtt: await freePort(),
      route: await freePort(),
      monitor: await freePort(),
    })),
  );
  const routes = ports.map(({ route }) => `nats://127.0.0.1:${route}`);
  const servers = ports.map((own, i) => {
    const store = join(folder, `${i + 1}`);
    mkdirSync(store);
    const file = join(folder, `${i + 1}.conf`);
    const cluster = `cluster { name: city, listen: "127.0.0.1:${own.route}", routes: [${routes.join(', ')}] }`;
    writeFileSync(
      file,
      `
      server_name: n${i + 1}
      listen: "127.0.0.1:${own.client}"
      http: "127.0.0.1:${own.monitor}"
      mqtt { listen: "127.0.0.1:${own.mqtt}" }
      jetstream { store_dir: "${store}", max_memory_store: 256MB, max_file_store: 2GB }
      ${count > 1 ? cluster : ''}
      ${more}`,
    );
    return server(file, own);
  });
  const nats: NatsServers = {
    servers,
    url: ports.map(({ client }) => `nats://127.0.0.1:${client}`).join(','),
    async remove() {
      await Promise.all(servers.map((each) => each.kill()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await Promise.all(servers.map((each) => each.start()));
  } catch (fault) {
    await nats.remove();
    throw fault;
  }
  return nats;
}

function server(file: string, ports: { client: number; mqtt: number; monitor: number }): NatsServer {
  let child: ChildProcess | undefined;
  const killAtExit = () => void child?.kill('SIGKILL');
  process.once('exit', killAtExit);
  return {
    port: ports.client,
    mqttPort: ports.mqtt,
    get pid() {
      return child?.pid ?? 0;
    },
    async start() {
      child = spawn(BINARY ?? 'nats-server', ['-c', file], { stdio: 'ignore' });
      child.on('error', () => {}); // it is not there; the looks below are in vain
      for (let looks = 1; !(await isHealthy(ports.monitor)); looks++) {
        if (looks === maxLooks) throw new Error('nats-server does not become healthy');
        await delay(lookEveryMs);
      }
    },
    async kill() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** Of a cluster also that JetStream has a leader and is current: before that MQTT sessions may be lost. */
async function isHealthy(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
  return answer?.ok === true;
}
