/** Alarms as people count them: each from when it was raised to when it was cleared. */
import type { LookUpRow } from '../../destinations/archive/look-up.ts';

export interface Episode {
  readonly tenant: string;
  readonly gateway: string;
  readonly device: string;
  readonly alarm: string;
  readonly quantity: string;
  readonly limit: number | undefined;
  /** The value with which it was raised. */
  readonly value: number | undefined;
  /** Epoch ms; undefined: before what was looked at. */
  readonly raised: number | undefined;
  /** Undefined: it still stood at the end. */
  readonly cleared: number | undefined;
}

/** Alarms of a device that may stand at a time; further ones are taken as cleared by nobody. */
const maxStanding = 1_000;

interface Told {
  readonly alarm: string;
  readonly state: string;
  readonly quantity: string;
  readonly value: number | undefined;
  readonly limit: number | undefined;
}

/** `rows` are ordered by device and time. Episodes that ended before `from` are left out. */
export async function* episodesOf(rows: AsyncIterable<LookUpRow>, from: number): AsyncGenerator<Episode> {
  let of = '';
  let names = { tenant: '', gateway: '', device: '' };
  const standing = new Map<string, Episode>();
  for await (const { tenant, gateway, device, at, body } of rows) {
    const key = [tenant, gateway, device].join('\0');
    if (key !== of) {
      yield* standing.values();
      standing.clear();
      of = key;
      names = { tenant: String(tenant), gateway: String(gateway), device: String(device) };
    }
    const told = toldIn(String(body));
    if (told === undefined) continue;
    const { alarm, state, quantity, value, limit } = told;
    const open = standing.get(alarm);
    if (state === 'raised') {
      if (open !== undefined || standing.size >= maxStanding) continue; // told twice: the first time counts
      standing.set(alarm, { ...names, alarm, quantity, value, limit, raised: Number(at), cleared: undefined });
    } else {
      standing.delete(alarm);
      const episode = open ?? { ...names, alarm, quantity, value: undefined, limit, raised: undefined };
      if (Number(at) >= from) yield { ...episode, cleared: Number(at) };
    }
  }
  yield* standing.values();
}

/** A stranger's alarm may be anything; one without a name or a state is none. */
function toldIn(json: string): Told | undefined {
  const body: unknown = JSON.parse(json);
  if (typeof body !== 'object' || body === null) return undefined;
  const { alarm, state, quantity, value, limit } = body as Record<string, unknown>; // any object has this type
  if (typeof alarm !== 'string' || (state !== 'raised' && state !== 'cleared')) return undefined;
  const number = (each: unknown) => (typeof each === 'number' ? each : undefined);
  return {
    alarm,
    state,
    quantity: typeof quantity === 'string' ? quantity : '',
    value: number(value),
    limit: number(limit),
  };
}
