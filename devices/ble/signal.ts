/** What a receiver may say of a signal's strength: Core Spec Vol 4 Part E §7.7.65.2. */
const MIN_DBM = -127;
const MAX_DBM = 20;

/** dBm; undefined for what the specification does not allow, such as 127 for "not known". */
export function plausibleRssi(rssi: number): number | undefined {
  return rssi >= MIN_DBM && rssi <= MAX_DBM ? rssi : undefined;
}
