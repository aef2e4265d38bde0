/**
 * Units as context brokers have them: the common codes of UN/CEFACT Recommendation 20, for the SenML units of readings (RFC 8428 §12.1,
 * RFC 8798 §2 and §3).
 */

/** A share of a whole, 0 to 1: what the Smart Data Models say instead of percent. It has no code. */
export const FRACTION = 'fraction';

const CODES: Readonly<Record<string, string>> = {
  ...{ m: 'MTR', km: 'KMT', cm: 'CMT', mm: 'MMT', m2: 'MTK', m3: 'MTQ', l: 'LTR' },
  ...{ kg: 'KGM', g: 'GRM', s: 'SEC', ms: 'C26', min: 'MIN', h: 'HUR', Hz: 'HTZ', '1/s': 'C97', '1/min': 'C94' },
  ...{ 'm/s': 'MTS', 'km/h': 'KMH', 'm/s2': 'MSK', 'm3/s': 'MQS', 'm3/h': 'MQH', 'l/s': 'G51', 'mm/h': 'H67' },
  ...{
    Cel: 'CEL',
    K: 'KEL',
    Pa: 'PAL',
    hPa: 'A97',
    kPa: 'KPA',
    N: 'NEW',
    'kg/m3': 'KMQ',
    'ug/m3': 'GQ',
    'g/m3': 'A93',
  },
  ...{ V: 'VLT', mV: '2Z', A: 'AMP', mA: '4K', W: 'WTT', kW: 'KWT', VA: 'D46', kVA: 'KVA', var: 'D44', Ohm: 'OHM' },
  ...{ J: 'JOU', Wh: 'WHR', kWh: 'KWH', 'W/m2': 'D54', F: 'FAR', S: 'SIE', 'S/m': 'D10', C: 'COU', H: '81', T: 'D33' },
  ...{ lm: 'LUM', lx: 'LUX', cd: 'CDL', Bq: 'BQL', Gy: 'A95', Sv: 'D13', mol: 'C34', rad: 'C81' },
  ...{
    deg: 'DD',
    lat: 'DD',
    lon: 'DD',
    dB: '2N',
    dBm: 'DBM',
    '%': 'P1',
    '%RH': 'P1',
    '%EL': 'P1',
    '/': 'C62',
    count: 'C62',
  },
  ...{ ppm: '59', ppb: '61', pH: 'Q30', B: 'AD', 'bit/s': 'B10' },
};

/** The code of a SenML unit; undefined if there is none. */
export function unitCode(unit: string | undefined): string | undefined {
  return unit !== undefined && Object.hasOwn(CODES, unit) ? CODES[unit] : undefined;
}

/** For a unit that a model asks for, how many of it one of each SenML unit is. */
const FACTORS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  MTR: { m: 1, km: 1_000, cm: 0.01, mm: 0.001 },
  KMH: { 'm/s': 3.6, 'km/h': 1 },
  KMT: { km: 1, m: 0.001 },
  MQS: { 'm3/s': 1, 'm3/h': 1 / 3_600, 'l/s': 0.001 },
  DD: { deg: 1, lat: 1, lon: 1, rad: 180 / Math.PI },
  VLT: { V: 1, mV: 0.001 },
  DBM: { dBm: 1 },
  '2N': { dB: 1 },
  SEC: { s: 1, ms: 0.001, min: 60, h: 3_600 },
  [FRACTION]: { '%': 0.01, '%RH': 0.01, '%EL': 0.01, '/': 1 },
};
/** Digits kept after a factor, so that 5.4 is not 5.400000000000001. */
const digits = 12;

/** The value in the code a model asks for; undefined if the unit does not go with it. Without a unit it is taken to be right. */
export function converted(value: number, unit: string | undefined, code: string): number | undefined {
  if (unit === undefined) return code === FRACTION ? undefined : value;
  const factor = FACTORS[code]?.[unit];
  return factor === undefined ? undefined : Number((value * factor).toPrecision(digits));
}
