/**
 * A fleet before one broker: the boxes' connections in processes of their own, Mosquitto, workers with a shared subscription, PostgreSQL with fsync.
 * First a quiet time, then power cuts: a third of the boxes, and all of them, come back within a second.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { GatewayProcess } from '../../gateway/rig/gateway-process.ts';
import { cpuSeconds, postgresPids, residentMb } from '../bench/processes.ts';
import { workerToml } from '../end-to-end/worker-rig.ts';
import { type Mosquitto, startMosquitto } from '../mosquitto/mosquitto.ts';
import { type Postgres, startPostgres } from '../postgres/postgres.ts';
import type { Asked } from './boxes.ts';
import { KINDS, type Standing, sumOfStandings } from './tally.ts';

export interface FleetOptions {
  readonly boxes: number;
  /** The quiet time. */
  readonly seconds: number;
  /** Processes that the boxes are in. */
  readonly processes: number;
  /** Further lines of Mosquitto's configuration. */
  readonly mosquitto: readonly string[];
  report(line: string): void;
}

/** Of one core, MB; the archive is all of PostgreSQL's processes. */
export interface Load {
  readonly seconds: number;
  readonly cpuPercent: { readonly broker: number; readonly workers: readonly number[]; readonly archive: number };
  readonly mb: { readonly broker: number; readonly workers: readonly number[] };
}

export interface Quiet extends Load {
  /** To and from the boxes, as MQTT counts them. */
  readonly packetsPerSecond: number;
  readonly batchesPerSecond: number;
  readonly receiptP50Ms: number;
  readonly receiptP99Ms: number;
  /** Bytes of MQTT that a box sends and is sent a day, with the packets. */
  readonly aDay: Readonly<Record<(typeof KINDS)[number], { readonly bytes: number; readonly packets: number }>>;
}

/** From the power's return, s. */
export interface Storm extends Load {
  readonly boxes: number;
  readonly connectedS: number;
  readonly bornS: number;
  readonly storedS: number;
  /** Connections that ended before they were of use, and batches that were sent again. */
  readonly closed: number;
  readonly sentAgain: number;
  /** What the workers have warned of so far, with how often: a broker that they lost, a database that took nothing. */
  readonly warnings: Readonly<Record<string, number>>;
}

export interface FleetOutcome {
  readonly first: Storm;
  readonly quiet: Quiet;
  readonly third: Storm;
  readonly all: Storm;
  readonly sealed: number;
  readonly archived: number;
  readonly doubled: number;
  /** Bytes of MQTT for connecting, from CONNECT to the birth's PUBACK, of one box. */
  readonly connectionBytes: number;
}

const WORKERS = 3;
const lookEveryMs = 200;
const maxStormMs = 240_000;
const maxSettleMs = 120_000;
const offMs = 5_000;

export async function runFleet(options: FleetOptions): Promise<FleetOutcome> {
  const mosquitto = await startMosquitto({ lines: ['allow_anonymous true', ...options.mosquitto] });
  const postgres = await startPostgres({ isDurable: true, settings: 'shared_buffers = 256MB' });
  const broker = `url = "mqtt://127.0.0.1:${mosquitto.port}"\nprotocol = "5"`;
  const workers = Array.from(
    { length: WORKERS },
    (_, i) => new GatewayProcess({ config: workerToml(`worker-${i + 1}`, broker, postgres) }),
  );
  const children: ChildProcess[] = [];
  try {
    for (const worker of workers) await worker.start();
    const isReady = ({ log }: GatewayProcess) =>
      log.text.includes('gateways is open') && log.text.includes('Connected to the destination');
    await until(() => workers.every(isReady), maxSettleMs);
    const each = Math.ceil(options.boxes / options.processes);
    for (let from = 0; from < options.boxes; from += each) {
      const words = [from, Math.min(each, options.boxes - from), mosquitto.port].map(String);
      children.push(fork(new URL('./boxes.js', import.meta.url), words, { execArgv: [] }));
    }
    return await new Fleet(options, { mosquitto, postgres, workers, children }).run();
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(workers.map((worker) => worker.close()));
    await Promise.all([mosquitto.remove(), postgres.remove()]);
  }
}

interface Parts {
  readonly mosquitto: Mosquitto;
  readonly postgres: Postgres;
  readonly workers: readonly GatewayProcess[];
  readonly children: readonly ChildProcess[];
}

class Fleet {
  readonly #options: FleetOptions;
  readonly #parts: Parts;

  constructor(options: FleetOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
  }

  async run(): Promise<FleetOutcome> {
    const { boxes } = this.#options;
    const first = await this.#storm(boxes, 'first');
    const { spent } = await this.#ask({ do: 'look' });
    const connectionBytes = Math.round((spent.connection.outBytes + spent.connection.inBytes) / boxes);
    const quiet = await this.#quiet();
    await this.#ask({ do: 'off', share: 1 / 3 });
    await delay(offMs);
    const third = await this.#storm(Math.round(boxes / 3), 'third');
    await this.#ask({ do: 'off', share: 1 });
    await delay(offMs);
    const all = await this.#storm(boxes, 'all');
    const { sealed } = await this.#settled();
    const [row] = await this.#parts.postgres.query(`SELECT count(*)::int AS n,
      (count(*) - count(DISTINCT (tenant, gateway, observed_at)))::int AS same FROM machimori.reading`);
    return { first, quiet, third, all, sealed, archived: Number(row?.n), doubled: Number(row?.same), connectionBytes };
  }

  async #quiet(): Promise<Quiet> {
    const before = await this.#ask({ do: 'look' });
    const load = this.#measure();
    await delay(this.#options.seconds * 1_000);
    const after = await this.#ask({ do: 'look' });
    const spentOf = (kind: (typeof KINDS)[number]) => {
      const [from, to] = [before.spent[kind], after.spent[kind]];
      return {
        bytes: to.outBytes + to.inBytes - from.outBytes - from.inBytes,
        packets: to.outPackets + to.inPackets - from.outPackets - from.inPackets,
      };
    };
    const loaded = load();
    const factor = 86_400 / loaded.seconds / this.#options.boxes;
    const aDay = KINDS.map((kind) => {
      const { bytes, packets } = spentOf(kind);
      return [kind, { bytes: Math.round(bytes * factor), packets: Math.round(packets * factor) }] as const;
    });
    const sorted = after.receiptMs.toSorted((a, b) => a - b);
    const quiet: Quiet = {
      ...loaded,
      packetsPerSecond: Math.round(KINDS.reduce((sum, kind) => sum + spentOf(kind).packets, 0) / loaded.seconds),
      batchesPerSecond: Math.round((after.receipts - before.receipts) / loaded.seconds),
      receiptP50Ms: sorted[Math.floor(sorted.length * 0.5)] ?? Number.NaN,
      receiptP99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
      aDay: Object.fromEntries(aDay) as Quiet['aDay'], // of all kinds
    };
    this.#options.report(`quiet: ${JSON.stringify(quiet)}`);
    return quiet;
  }

  async #storm(boxes: number, name: string): Promise<Storm> {
    const { seconds: _, ...options } = this.#options;
    const before = await this.#ask({ do: 'look' });
    const load = this.#measure();
    const at = performance.now();
    await this.#ask({ do: 'on', withinMs: 1_000 });
    const done: Record<string, number> = {};
    const note = (what: string, isSo: boolean) => {
      if (isSo) done[what] ??= Math.round((performance.now() - at) / 100) / 10;
    };
    let bornAt: number | undefined;
    let now = before;
    while (Object.keys(done).length < 3) {
      if (performance.now() - at > maxStormMs) {
        options.report(`${name}: ${JSON.stringify({ ...done, ...now, receiptMs: undefined })}`);
        throw new Error(`the fleet is not back after ${maxStormMs / 1_000} s`);
      }
      await delay(lookEveryMs);
      now = await this.#ask({ do: 'look', sealedBefore: bornAt ?? Number.POSITIVE_INFINITY });
      note('storedS', bornAt !== undefined && now.waiting === 0);
      note('connectedS', now.connected === options.boxes);
      note('bornS', now.born === options.boxes);
      if (now.born === options.boxes) bornAt ??= Date.now();
    }
    const storm: Storm = {
      ...load(),
      boxes,
      connectedS: done.connectedS ?? Number.NaN,
      bornS: done.bornS ?? Number.NaN,
      storedS: done.storedS ?? Number.NaN,
      closed: now.closed - before.closed,
      sentAgain: now.sentAgain - before.sentAgain,
      warnings: this.#warnings(),
    };
    options.report(`${name}: ${JSON.stringify(storm)}`);
    return storm;
  }

  #warnings(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { log } of this.#parts.workers) {
      for (const { message, fields } of [...log.at('warn'), ...log.at('error')]) {
        const words = fields.why === undefined ? message : `${message} (${fields.why})`;
        counts[words] = (counts[words] ?? 0) + 1;
      }
    }
    return counts;
  }

  /** The power goes for good once nothing waits. */
  async #settled(): Promise<Standing> {
    let last = await this.#ask({ do: 'look' });
    const wanted = last.sealed;
    await until(async () => {
      last = await this.#ask({ do: 'look' });
      return last.receipts >= wanted;
    }, maxSettleMs);
    const end = await this.#ask({ do: 'off', share: 1 });
    await delay(offMs); // what the broker has reaches the archive
    return end;
  }

  #measure(): () => Load {
    const { mosquitto, workers, postgres } = this.#parts;
    const cpu = () => ({
      broker: cpuSeconds(mosquitto.pid),
      workers: workers.map(({ pid }) => cpuSeconds(pid)),
      archive: postgresPids(postgres).reduce((sum, pid) => sum + cpuSeconds(pid), 0),
    });
    const [before, at] = [cpu(), performance.now()];
    return () => {
      const seconds = (performance.now() - at) / 1_000;
      const after = cpu();
      const percent = (from: number, to: number) => Math.round(((to - from) / seconds) * 1_000) / 10;
      return {
        seconds: Math.round(seconds * 10) / 10,
        cpuPercent: {
          broker: percent(before.broker, after.broker),
          workers: after.workers.map((to, i) => percent(before.workers[i] ?? 0, to)),
          archive: percent(before.archive, after.archive),
        },
        mb: { broker: residentMb(mosquitto.pid), workers: workers.map(({ pid }) => residentMb(pid)) },
      };
    };
  }

  async #ask(asked: Asked): Promise<Standing> {
    const answers = this.#parts.children.map(async (child) => {
      const answer = once(child, 'message');
      child.send(asked);
      const [standing] = (await answer) as [Standing]; // as boxes.ts answers
      return standing;
    });
    return sumOfStandings(await Promise.all(answers));
  }
}

async function until(isSo: () => boolean | Promise<boolean>, withinMs: number): Promise<void> {
  for (const endAt = performance.now() + withinMs; !(await isSo()); await delay(lookEveryMs)) {
    if (performance.now() > endAt) throw new Error('it does not come about');
  }
}
