/**
 * Who hears an advertisement: nobody beyond `rangeM`, and the farther away the fewer. Log-distance path loss with shadowing (Rappaport,
 * "Wireless Communications" §4.9), and packets lost to others on the air.
 */
import type { Random } from '../../random.ts';

export const rangeM = 50;
const powerAt1mDbm = -59;
const exponent = 2.2;
const shadowingDb = 3;
const sensitivityDbm = -97;
/** Collisions, and channels that were not listened to. */
const lossShare = 0.2;

/** dBm; undefined: it is not heard. */
export function received(distanceM: number, random: Random): number | undefined {
  if (distanceM > rangeM || random.chance(lossShare)) return undefined;
  const mean = powerAt1mDbm - 10 * exponent * Math.log10(Math.max(1, distanceM));
  const rssi = Math.round(random.normal(mean, shadowingDb));
  return rssi < sensitivityDbm ? undefined : Math.min(rssi, -20);
}
