/** How soon a gateway is back after an outage, and how many come back at once. */
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { connect } from 'mqtt';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { keepOpen } from '../../gateway/net/keep-open.ts';
import { connectMqtt } from '../../gateway/net/mqtt-connection.ts';
import { type CityOs, openCityOs } from '../../simulators/city-os/city-os.ts';
import { DEVICES } from './sample-readings.ts';
import { connected, maxWaitMs, Site } from './site.ts';
import { until } from './stopwatch.ts';

/** What reads on through the outage. */
const readEveryMs = 20;
const BUFFER = 'batch-age = "50ms"';
/** Of a client that knows no better. */
const plainReconnectMs = 1_000;
const RAW_TOPIC = 'machimori/v1/bench/raw/result';
const GATEWAYS = 1_500;
/** As a destination has them by default. */
const BACK_OFF = { firstMs: 500, maxMs: 60_000, spreadMs: 10_000 };

export interface Outage {
  /** From the broker's return to the arrival of a reading observed after it. */
  readonly freshAfterMs: number;
  /** From the broker's return to the acknowledged publish of a plain client of mqtt.js. */
  readonly plainAfterMs: number;
}

/** The city OS is away for so long, its address with nobody behind it, while a sensor reads on. */
export function outage(seconds: number): Promise<Outage> {
  return Site.with(async (site) => {
    const cityOs = await openCityOs({ file: site.cityOsFile });
    site.useCityOs({ url: cityOs.url, end: () => cityOs.close() });
    const gateway = site.openGateway(BUFFER);
    const plain = connect(cityOs.url, { clientId: 'plain', reconnectPeriod: plainReconnectMs });
    plain.on('error', () => {}); // it tries again
    const isConnected = () => new Promise<void>((resolve) => plain.once('connect', () => resolve()));
    const stop = new AbortController();
    try {
      await Promise.all([connected(gateway), isConnected()]);
      const reading = (async () => {
        while (!stop.signal.aborted) {
          const [device = ''] = DEVICES;
          await gateway.buffer.append([{ device, kind: 'status', observedAt: Date.now(), values: { online: true } }]);
          await delay(readEveryMs);
        }
      })();
      await cityOs.cutOff();
      await delay(seconds * 1_000);
      const plainAgain = isConnected().then(() => plain.publishAsync(RAW_TOPIC, 'here', { qos: 1 }));
      const back = Date.now();
      await cityOs.comeBack();
      const plainAfterMs = await plainAgain.then(() => Date.now() - back);
      const arrival = () => firstSince(site.cityOsFile, back);
      await until(() => arrival() !== undefined, maxWaitMs, 'a fresh reading');
      stop.abort();
      await reading;
      return { freshAfterMs: (arrival() ?? Number.NaN) - back, plainAfterMs };
    } finally {
      stop.abort();
      plain.end(true);
      await gateway.stop();
    }
  });
}

/** When the first reading arrived that was observed since. */
function firstSince(file: string, since: number): number | undefined {
  const db = new Database(file, { readonly: true });
  try {
    const sql = 'SELECT MIN(received_at) FROM stored_reading WHERE observed_at >= ?';
    return (db.prepare(sql).pluck().get(since) as number | null) ?? undefined;
  } finally {
    db.close();
  }
}

export interface Storm {
  /** Sessions begun in the busiest second. */
  readonly mostPerSecond: number;
  /** Until the last gateway was back. */
  readonly allBackMs: number;
}

/**
 * 1,500 gateways lose their broker and find it again after so long, each with the gateway's own connection code and pauses. It lets
 * so many in a second and refuses the others; undefined: it takes them as they come.
 */
export async function storm(seconds: number, maxConnectsPerSecond: number | undefined): Promise<Storm> {
  const cityOs = await openCityOs({ file: ':memory:' });
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const returns: number[] = [];
  let open = 0;
  const running = Array.from({ length: GATEWAYS }, (_, n) =>
    keepConnected(cityOs, n, stop.signal, (isOpen) => {
      open += isOpen ? 1 : -1;
      if (isOpen) returns.push(performance.now());
    }),
  );
  try {
    await until(() => open === GATEWAYS, maxWaitMs, 'all gateways');
    await cityOs.cutOff();
    await until(() => open === 0, maxWaitMs, 'all gateways to notice');
    await delay(seconds * 1_000);
    if (maxConnectsPerSecond !== undefined) cityOs.misbehaviour = { maxConnectsPerSecond };
    returns.length = 0;
    const back = performance.now();
    await cityOs.comeBack();
    await until(() => open === GATEWAYS, maxWaitMs, 'all gateways again');
    return { mostPerSecond: mostWithin(returns, 1_000), allBackMs: Math.round(performance.now() - back) };
  } finally {
    stop.abort();
    await Promise.all(running);
    await cityOs.close();
  }
}

function keepConnected(cityOs: CityOs, n: number, signal: AbortSignal, told: (isOpen: boolean) => void): Promise<void> {
  const silent = () => {};
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const session = async () => {
    const broker = { url: cityOs.url, protocol: '3.1.1', keepaliveMs: 30_000 } as const;
    const options = { clientId: `gateway-${n}`, filters: [`machimori/v1/bench/gateway-${n}/receipt`], onMessage() {} };
    const connection = await connectMqtt(broker, options, signal);
    told(true);
    const close = () => void connection.close();
    signal.addEventListener('abort', close, { once: true });
    return connection.ended.finally(() => {
      signal.removeEventListener('abort', close);
      told(false);
    });
  };
  const surroundings = { clock: new SystemClock('always'), log, random: Math.random, ended: silent };
  return keepOpen({ destination: 'city' }, session, BACK_OFF, surroundings, signal);
}

/** The most of them within so many milliseconds, wherever those begin. */
function mostWithin(moments: readonly number[], ms: number): number {
  const sorted = moments.toSorted((a, b) => a - b);
  let first = 0;
  return sorted.reduce((most, at, last) => {
    while ((sorted[first] ?? at) <= at - ms) first++;
    return Math.max(most, last - first + 1);
  }, 0);
}
