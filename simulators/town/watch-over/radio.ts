/**
 * Who hears an advertisement: nobody beyond `rangeM`, and the farther away the fewer. Log-distance path loss with log-normal shadowing
 * (Rappaport, "Wireless Communications" §4.9), and packets lost to others on the air.
 *
 * A detector stands high and free, and listens all the time. A phone is carried low among people: its path loss grows faster, its shadowing is
 * deeper and lasts as long as two people pass each other, two bodies stand between, and it scans for a part of the time only. How much a
 * body takes is our assumption.
 */
import { Random } from '../../random.ts';

export const rangeM = 50;
const powerAt1mDbm = -59;
const DETECTOR = { exponent: 2.2, fadingDb: 3, sensitivityDbm: -97 } as const;
const PHONE = { exponent: 2.4, fadingDb: 3, sensitivityDbm: -100 } as const;
/** Collisions, and channels that were not listened to. */
const lossShare = 0.2;
/** Of one link to a phone, for as long as it takes two walkers to move on by some metres. */
const shadowingDb = 6;
const shadowS = 8;
/** Of each of the two who carry tag and phone: from none, in front, to this, behind. */
const maxBodyDb = 10;
/** Android's "balanced": so long in every so long (AOSP ScanManager). The app's shell asks for no other. */
const SCAN = { windowS: 0.183, intervalS: 0.73 } as const;

/** dBm at a detector; undefined: it is not heard. */
export function received(distanceM: number, random: Random): number | undefined {
  return at(distanceM, DETECTOR, 0, random);
}

export interface PhoneLink {
  readonly distanceM: number;
  /** Numbers of sender and receiver, and of the town. */
  readonly between: readonly [sender: number, receiver: number, seed: number];
  /** Seconds since the start, with fractions. */
  readonly atS: number;
  /** When the phone's first scan began, s. */
  readonly phaseS: number;
}

/** dBm at a phone; undefined: it is not heard, or the phone does not scan just then. */
export function receivedByPhone({ distanceM, between, atS, phaseS }: PhoneLink, random: Random): number | undefined {
  if ((atS + phaseS) % SCAN.intervalS >= SCAN.windowS) return undefined;
  const link = new Random(mixed([...between, Math.floor(atS / shadowS)]));
  const lostDb = link.normal(0, shadowingDb) + maxBodyDb * (link.next() + link.next());
  return at(distanceM, PHONE, lostDb, random);
}

function at(
  distanceM: number,
  { exponent, fadingDb, sensitivityDbm }: typeof DETECTOR | typeof PHONE,
  lostDb: number,
  random: Random,
): number | undefined {
  if (distanceM > rangeM || random.chance(lossShare)) return undefined;
  const mean = powerAt1mDbm - 10 * exponent * Math.log10(Math.max(1, distanceM)) - lostDb;
  const rssi = Math.round(random.normal(mean, fadingDb));
  return rssi < sensitivityDbm ? undefined : Math.min(rssi, -20);
}

/** 32 bits of several numbers (FNV-1a, by word). */
function mixed(numbers: readonly number[]): number {
  return numbers.reduce((hash, number) => Math.imul(hash ^ number, 0x0100_0193) >>> 0, 0x811c_9dc5);
}
