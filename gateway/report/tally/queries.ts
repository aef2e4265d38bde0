/**
 * What the report asks an archive, as SQL of both engines. Everything is summed up by the database: a query of a day gives some rows a
 * device, not a row a reading.
 */
import type { Relations } from '../../destinations/archive/look-up.ts';
import { nearPart, reportMs } from './device-tally.ts';

/** A row a device: what it sent between `$1` and `$2`, and the pauses between its reports. */
export function dayOfDevices({ key, readings }: Relations): string {
  const each = `PARTITION BY ${key}`;
  return `WITH paused AS (SELECT ${key}, at, at - lag(at) OVER (${each} ORDER BY at) AS pause FROM ${readings}),
    sums AS (SELECT ${key}, count(*) AS readings, min(at) AS first, max(at) AS last FROM paused GROUP BY ${key}),
    ranked AS (SELECT ${key}, at, pause, row_number() OVER (${each} ORDER BY pause, at) AS nr, count(*) OVER (${each}) AS pauses
      FROM paused WHERE pause >= ${reportMs}),
    middle AS (SELECT ${key}, at, pause, nr, pauses, max(CASE WHEN nr = (pauses + 1) / 2 THEN pause END) OVER (${each}) AS median
      FROM ranked),
    rhythm AS (SELECT ${key}, max(pauses) AS pauses, max(median) AS median, max(pause) AS longest,
      max(CASE WHEN nr = pauses THEN at END) AS longest_end,
      sum(CASE WHEN pause BETWEEN ${1 - nearPart} * median AND ${1 + nearPart} * median THEN 1 ELSE 0 END) AS near
      FROM middle GROUP BY ${key})
    SELECT * FROM sums LEFT JOIN rhythm USING (${key})`;
}

/** A row a pause that is longer than its device may be quiet (`$3`): key, since, until. */
export function longPauses({ key, wantedReadings }: Relations): string {
  return `SELECT ${key}, at - pause AS since, at AS until
    FROM (SELECT ${key}, at, patience, at - lag(at) OVER (PARTITION BY ${key} ORDER BY at) AS pause FROM ${wantedReadings}) p
    WHERE pause > patience ORDER BY at`;
}

/** A row a device: its last reading between. */
export function lastReadings({ key, readings }: Relations): string {
  return `SELECT ${key}, max(at) AS last FROM ${readings} GROUP BY ${key}`;
}

export function qualities({ key, readings }: Relations): string {
  return `SELECT ${key}, quality, count(*) AS readings FROM ${readings} WHERE quality IS NOT NULL GROUP BY ${key}, quality`;
}

/**
 * Lateness in seconds, in steps of a second to ten minutes, a minute to a day, then an hour: some thousand rows a gateway at most.
 * A reading from a clock that is ahead was not late.
 */
export function lateness({ arrivals }: Relations): string {
  const step = `CASE WHEN lateness < 0 THEN 0 WHEN lateness < 600000 THEN lateness / 1000
    WHEN lateness < 86400000 THEN lateness / 60000 * 60 ELSE lateness / 3600000 * 3600 END`;
  return `SELECT tenant, gateway, ${step} AS seconds, count(*) AS readings FROM ${arrivals} GROUP BY tenant, gateway, ${step}`;
}

export function devices({ key, devices }: Relations): string {
  return `SELECT * FROM ${devices} ORDER BY tenant, gateway, device, ${key}`;
}

export function kinds({ kinds }: Relations): string {
  return `SELECT * FROM ${kinds} WHERE kind <> 'alarm' ORDER BY kind`;
}

export function alarms({ alarms }: Relations): string {
  return `SELECT * FROM ${alarms} ORDER BY tenant, gateway, device, at`;
}

export function batchesByGateway({ batches }: Relations): string {
  return `SELECT tenant, gateway, count(*) AS batches, sum(count) AS readings, sum(stored) AS stored, sum(refused) AS refused
    FROM ${batches('$1')} GROUP BY tenant, gateway`;
}

export function oldestBatch({ oldest }: Relations): string {
  return `SELECT received FROM ${oldest}`;
}

export function gaps({ gaps }: Relations): string {
  return `SELECT * FROM ${gaps('$1')} ORDER BY tenant, gateway, epoch, first`;
}

/**
 * Numbers that neither came, whole or in parts, nor were told lost, between others of their epoch that came from `$3` on; the next
 * higher one came between `$1` and `$2`: tenant, gateway, epoch, first, last, received (of that).
 */
export function missing({ batches, parts, gaps }: Relations): string {
  return `SELECT tenant, gateway, epoch, before + 1 AS first, number - 1 AS last, received
    FROM (SELECT tenant, gateway, epoch, number, received, max(until) OVER (PARTITION BY tenant, gateway, epoch ORDER BY number
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
      FROM (SELECT tenant, gateway, epoch, number, number AS until, received FROM ${batches('$3')}
        UNION ALL SELECT tenant, gateway, epoch, number, number, received FROM ${parts('$3')}
        UNION ALL SELECT tenant, gateway, epoch, first, last, received FROM ${gaps('$3')}) n) b
    WHERE number > before + 1 AND received >= $1 ORDER BY tenant, gateway, epoch, number`;
}

/** The least and the greatest value of a quantity (`Relations.values`). */
export function extremes({ values }: Relations): string {
  return `SELECT min(value) AS least, max(value) AS greatest FROM ${values}`;
}
