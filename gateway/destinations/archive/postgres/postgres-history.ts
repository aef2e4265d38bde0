/**
 * The archive in PostgreSQL: one transaction for each group.
 *
 *   lock the gateways ─▶ which batches and parts are known? ─▶ judge ─▶ INSERT batch ─▶ COPY reading ─▶ newest, devices, gaps ─▶ COMMIT
 *
 * Whoever writes for the same gateway waits (advisory locks, taken in order), so that several workers neither double anything nor
 * deadlock. A reading that PostgreSQL refuses all the same, for a reason that storable.ts does not know (a constraint or trigger of
 * somebody's), is found and refused with PostgreSQL's words. Bounds: `maxRows` readings a transaction; `maxTries` when another
 * transaction is in the way; a transaction that takes longer than `answerTimeoutMs` ends the session, and so does a server that stops or
 * becomes a standby. One thing at a time on the one connection.
 */
import { maxReasonLength } from '../../../../shared/feed/receipt.ts';
import type { Text } from '../../../../shared/text.ts';
import type { PostgresClient } from '../../../postgres/connect.ts';
import { endsSession, isAboutData, isTransient, saidBy } from '../../../postgres/faults.ts';
import { quoted } from '../../../postgres/schema.ts';
import { Turns } from '../../../postgres/turns.ts';
import type { DestinationSurroundings } from '../../destination.ts';
import { DeviceCache } from '../device-cache.ts';
import type { History, Incoming, IncomingBatch, Written } from '../history.ts';
import { judge, keysToKnow } from '../judge.ts';
import type { ArchiveSettings } from '../settings.ts';
import { knownNow } from '../when.ts';
import { copyRows, type NumberedBatch } from './copy-rows.ts';
import { Partitions } from './partitions.ts';
import { findRefused } from './refused-rows.ts';
import { Tables } from './tables.ts';

const maxRows = 20_000;
const maxTries = 3;

export class PostgresHistory implements History {
  readonly maxRows = maxRows;
  readonly overlaps = true;
  readonly ended: Promise<Text>;
  readonly #connection: PostgresClient;
  readonly #settings: ArchiveSettings;
  readonly #surroundings: DestinationSurroundings;
  readonly #schema: string;
  readonly #tables: Tables;
  readonly #partitions: Partitions;
  readonly #devices = new DeviceCache<true>();
  readonly #turns: Turns;
  #isBusy: (() => void) | undefined;

  constructor(connection: PostgresClient, settings: ArchiveSettings, surroundings: DestinationSurroundings) {
    this.#connection = connection;
    this.#settings = settings;
    this.#surroundings = surroundings;
    this.#schema = quoted(settings.schema);
    this.#tables = new Tables(connection.client, this.#schema);
    const { clock, log } = surroundings;
    this.#partitions = new Partitions(connection.client, settings.schema, clock, log);
    this.#turns = new Turns(connection.client, settings, clock);
    this.ended = this.#turns.ended;
  }

  /** What is due before the first batch. */
  async begin(): Promise<void> {
    await this.#partitions.load();
    await this.#partitions.makeAhead();
  }

  write(group: readonly Incoming[], isBusy?: () => void): Promise<readonly Written[]> {
    this.#isBusy = isBusy;
    return this.#turns.do(() => this.#writeOrIsolate(group));
  }

  /** A day at a time, so that batches go in between and each has its own time. */
  async tidy(): Promise<void> {
    await this.#turns.do(() => this.#partitions.makeAhead());
    const { retentionMs, personal } = this.#settings;
    const now = knownNow(this.#surroundings.clock);
    if (retentionMs === undefined || now === undefined) return;
    const before = now - retentionMs;
    const past = await this.#turns.do(() => this.#partitions.past(before));
    for (const day of past) await this.#turns.do(() => this.#partitions.drop(day));
    if (personal) await this.#turns.do(() => this.#partitions.forgetSightings(before));
    await this.#turns.do(() => this.#partitions.forget(before));
  }

  close(why: Text): void {
    this.#turns.close(why);
  }

  /** What the database refuses by its content never blocks the rest. */
  async #writeOrIsolate(group: readonly Incoming[]): Promise<readonly Written[]> {
    try {
      return await this.#writeOrTryAgain(group);
    } catch (fault) {
      if (!isAboutData(fault)) throw fault;
      const [first, ...others] = group;
      if (first === undefined) return [];
      if (others.length > 0) {
        const written: Written[] = [];
        for (const each of group) written.push(...(await this.#writeOrIsolate([each])));
        return written;
      }
      if (first.kind === 'gap') throw fault;
      return this.#writeWithoutRefused(first, fault);
    }
  }

  async #writeWithoutRefused(batch: IncomingBatch, fault: unknown): Promise<readonly Written[]> {
    const found = await findRefused(batch.rows, (rows) => this.#tables.tryRows(this.#connection, { ...batch, rows }));
    if (found.size === 0) return [{ outcome: 'unreadable', reason: reasonOf(fault) }]; // it is not a reading's fault
    const rows = batch.rows.filter(({ index }) => !found.has(index));
    const refused = [...batch.refused, ...[...found].map(([index, why]) => ({ index, reason: reasonOf(why) }))];
    const without = { ...batch, rows, refused: refused.sort((a, b) => a.index - b.index) };
    try {
      return await this.#writeOrTryAgain([without]);
    } catch (again) {
      if (!isAboutData(again)) throw again;
      return [{ outcome: 'unreadable', reason: reasonOf(again) }];
    }
  }

  async #writeOrTryAgain(group: readonly Incoming[]): Promise<readonly Written[]> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#writeOnce(group);
      } catch (fault) {
        if (!isTransient(fault) || tries === maxTries) throw fault;
      }
    }
  }

  async #writeOnce(group: readonly Incoming[]): Promise<readonly Written[]> {
    const { clock } = this.#surroundings;
    await this.#partitions.make(timesOf(group));
    const [receivedAt, now] = [clock.moment().wall, knownNow(clock)];
    try {
      await this.#tables.begin(group);
      const judgement = judge(group, await this.#tables.known(keysToKnow(group)));
      const batches = await this.#tables.insertBatches(judgement.batches, { receivedAt, now });
      if (batches.some(({ rows }) => rows.length > 0)) {
        await copyRows(this.#connection, this.#schema, batches, this.#isBusy);
      }
      await this.#tables.keepNewest(batches, now);
      const devices = this.#changedDevices(batches);
      await this.#tables.describe(devices, receivedAt);
      await this.#tables.insertGaps(judgement.gaps, receivedAt);
      await this.#tables.commit();
      for (const { key, described } of devices) this.#devices.put(key, described, true);
      return judgement.written;
    } catch (fault) {
      if (!this.#turns.isOver && !endsSession(fault)) await this.#tables.rollBack();
      throw fault;
    }
  }

  #changedDevices(batches: readonly NumberedBatch[]) {
    const changed = new Map<string, Parameters<Tables['describe']>[0][number]>();
    for (const { batch } of batches) {
      const { tenant, gateway } = batch;
      for (const [device, described] of batch.devices) {
        const key = `${tenant}\n${gateway}\n${device}`;
        if (this.#devices.get(key, described) === undefined)
          changed.set(key, { key, tenant, gateway, device, described });
      }
    }
    return [...changed.values()];
  }
}

function* timesOf(group: readonly Incoming[]): Generator<number> {
  for (const each of group) {
    if (each.kind === 'batch') for (const { observedAt } of each.rows) yield observedAt;
  }
}

function reasonOf(fault: unknown): string {
  return saidBy(fault).en.slice(0, maxReasonLength);
}
