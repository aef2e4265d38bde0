/**
 * Looking into an archive without changing it, while the gateway writes or after it has ended.
 *
 * Promise: it makes no table, writes nothing, and needs no right but to read. Every query is a snapshot of its own, so that a long look
 * never keeps the gateway's log from being emptied. Rows come one by one, however many there are. The SQL may use what both engines
 * have (window functions, CTEs, `$1`), and the relations below, which have the same columns in both.
 */
import type { ArchiveSettings } from './settings.ts';

export type LookUpRow = Readonly<Record<string, string | number | null>>;

type Parameter = '$1' | '$3';

/**
 * SQL that stands after FROM. Times are epoch ms. Those with "between" have what is from `$1` to before `$2`, epoch ms.
 * `tenant`, `gateway` and `device` name a device; `key` are the columns by which the engine tells devices apart fastest.
 */
export interface Relations {
  readonly key: string;
  /** Between, by observation, without alarms: key, at, quality. */
  readonly readings: string;
  /** As `readings`, of the devices of `wanted` only: key, at, patience. */
  readonly wantedReadings: string;
  /** Between, by observation, without alarms and without times in doubt: tenant, gateway, lateness (ms from observation to arrival). */
  readonly arrivals: string;
  /** Between, by observation: tenant, gateway, device, at, body (JSON of the values). */
  readonly alarms: string;
  /** key, tenant, gateway, device, type, group_name, place_name. */
  readonly devices: string;
  /** key, kind: what each device has ever sent. */
  readonly kinds: string;
  /** Received from the time in this parameter to before `$2`: tenant, gateway, epoch, number, count, stored, refused (how many), received. */
  batches(from: Parameter): string;
  /** In the same way, numbers of batches that came in parts: tenant, gateway, epoch, number, received. */
  parts(from: Parameter): string;
  /** In the same way: tenant, gateway, epoch, first, last, count, reason, received. */
  gaps(from: Parameter): string;
  /** One row, or none: received, when the oldest batch that is still known came. */
  readonly oldest: string;
  /** Values that are not in doubt, between, of the device `$3`, `$4`, `$5` (tenant, gateway, device) and the quantity `$6`: value. */
  readonly values: string;
  /**
   * Numbers between, of the device `$3`, `$4`, `$5` and the quantities `$6` to `$13`: quantity, at, value, doubt (1 or 0; a time in doubt is none).
   * Neither sightings nor positions, nor alarms.
   */
  readonly points: string;
}

export interface LookUp {
  readonly relations: Relations;
  /** Whoever reads a row keeps this thread for as long as it takes to find it. */
  readonly worksInThread?: true;
  rows(sql: string, values: readonly (string | number)[]): AsyncGenerator<LookUpRow>;
  close(): Promise<void>;
}

export interface LookUpSurroundings {
  readonly dataDirectory: string;
  /** As pg_stat_activity shows it. */
  readonly applicationName: string;
}

export type LookUpSettings = Pick<
  ArchiveSettings,
  'url' | 'schema' | 'passwordFile' | 'caFile' | 'certFile' | 'keyFile' | 'answerTimeoutMs'
>;
