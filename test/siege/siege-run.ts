/** One siege: each attack alone, then all of them at once, and what became of the gateway and its honest clients meanwhile. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../../simulators/random.ts';
import { repositoryRoot } from '../repository-root.ts';
import type { Attack, Tally } from './attack.ts';
import { ATTACKS } from './attacks.ts';
import { SiegeSite } from './siege-site.ts';

/** As deploy/machimori.service bounds it; 200 MB leaves room for the pages of its files. */
const maxRssMb = 200;
const maxP99Ms = 1_000;
/** Of the uplinks: UDP loses datagrams when its socket's buffer is full, whoever filled it. */
const minStoredShare = 0.95;
const calmMs = 5_000;
const maxEndMs = 5_000;
const ATTACKER = join(repositoryRoot, 'build/test/siege/attacker.js');

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface Phase extends Tally, Latency {
  readonly attack: string;
  readonly tried: string;
  readonly seconds: number;
  /** The largest until now. */
  readonly maxRssMb: number;
  readonly restarts: number;
}

export interface SiegeOutcome extends Latency {
  readonly held: boolean;
  readonly verdict: string;
  readonly seed: number;
  readonly seconds: number;
  /** Of the machine at the beginning, over a minute: what else runs makes everybody wait. */
  readonly loadBefore: number;
  readonly acknowledged: number;
  readonly reconnections: number;
  readonly uplinksSent: number;
  readonly uplinksStored: number;
  readonly maxRssMb: number;
  readonly restarts: number;
  readonly attacks: readonly Phase[];
}

export interface SiegeOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly attacks?: readonly Attack[];
  onPhase?(phase: Phase): void;
}

export async function siege({ minutes, seed, attacks = ATTACKS, onPhase }: SiegeOptions): Promise<SiegeOutcome> {
  process.setMaxListeners(0); // each child is killed at the exit
  const loadBefore = Math.round((loadavg()[0] ?? 0) * 10) / 10;
  const random = new Random(seed);
  const site = await SiegeSite.open(seed);
  const killAtExit = () => site.destroy();
  process.once('exit', killAtExit);
  const all: number[] = [];
  const phases: Phase[] = [];
  const startedAt = performance.now();
  const phase = async (together: readonly Attack[], name: string, tried: string, ms: number) => {
    const attackers = together.map((attack) => new Attacker(attack, random.int(0, 2 ** 31), site));
    const restartsBefore = site.restarts;
    await delay(ms);
    const tally = sumOf(await Promise.all(attackers.map((attacker) => attacker.end())));
    const latencies = site.device.latencies();
    for (const latency of latencies) all.push(latency);
    const { maxRssMb, restarts } = site;
    const figures = { attack: name, tried, seconds: Math.round(ms / 1000), ...tally, ...latencyOf(latencies) };
    const done = { ...figures, maxRssMb, restarts: restarts - restartsBefore };
    phases.push(done);
    onPhase?.(done);
  };
  try {
    const half = (minutes * 60_000) / 2;
    await phase([], 'none', 'nothing: how it is in peace', calmMs);
    for (const attack of attacks) await phase([attack], attack.name, attack.tried, half / attacks.length);
    await phase(attacks, 'all', 'all of them at once', half);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    const { device, maxRssMb, restarts } = site;
    const { acknowledged, reconnections } = device;
    const { sent, stored } = await site.close();
    const measured = { ...latencyOf(all), maxRssMb, restarts, uplinksSent: sent, uplinksStored: stored };
    const faults = faultsOf(measured);
    return {
      held: faults.length === 0,
      verdict: faults.length === 0 ? 'The gateway held.' : `The gateway did not hold: ${faults.join('; ')}.`,
      seed,
      seconds,
      loadBefore,
      acknowledged,
      reconnections,
      ...measured,
      attacks: phases,
    };
  } finally {
    site.destroy();
    process.off('exit', killAtExit);
  }
}

export type Measured = Latency & Pick<SiegeOutcome, 'maxRssMb' | 'restarts' | 'uplinksSent' | 'uplinksStored'>;

/** What is wrong with a siege, in words; empty if the gateway held. */
export function faultsOf({ p99Ms, maxRssMb: rss, restarts, uplinksSent, uplinksStored }: Measured): string[] {
  return [
    ...(restarts === 0 ? [] : [`it was started again ${restarts} times`]),
    ...(rss < maxRssMb ? [] : [`it took ${rss} MB of memory, ${maxRssMb} at most`]),
    ...(p99Ms < maxP99Ms ? [] : [`the honest device waited ${p99Ms} ms (p99), ${maxP99Ms} at most`]),
    ...(uplinksStored >= uplinksSent * minStoredShare
      ? []
      : [`of ${uplinksSent} uplinks only ${uplinksStored} were stored`]),
  ];
}

/** The process of an attack. */
class Attacker {
  readonly #child: ChildProcess;
  #tally: Tally = { connections: 0, bytes: 0, turnedAway: 0 };
  readonly #killAtExit = () => void this.#child.kill('SIGKILL');

  constructor({ name }: Attack, seed: number, { target }: SiegeSite) {
    this.#child = fork(ATTACKER, [name, String(seed), JSON.stringify(target)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child.on('message', (tally: Tally) => {
      this.#tally = tally;
    });
    process.once('exit', this.#killAtExit);
  }

  async end(): Promise<Tally> {
    const ended = once(this.#child, 'exit');
    if (this.#child.exitCode === null) {
      this.#child.kill('SIGTERM');
      const late = setTimeout(this.#killAtExit, maxEndMs);
      await ended;
      clearTimeout(late);
    }
    process.off('exit', this.#killAtExit);
    return this.#tally;
  }
}

function sumOf(tallies: readonly Tally[]): Tally {
  const sum = (count: keyof Tally) => tallies.reduce((total, tally) => total + tally[count], 0);
  return { connections: sum('connections'), bytes: sum('bytes'), turnedAway: sum('turnedAway') };
}

/** The median, the 99th percentile and the longest. */
export function latencyOf(latencies: readonly number[]): Latency {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 10) / 10;
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}
