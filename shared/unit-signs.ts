/** SenML names of units that people write otherwise, or not at all. */
const SIGNS: Readonly<Record<string, string | undefined>> = {
  Cel: '°C',
  '%RH': '%',
  '%EL': '%',
  deg: '°',
  lat: '°',
  lon: '°',
  count: '',
  '/': '',
  m2: 'm²',
  m3: 'm³',
  'm/s2': 'm/s²',
};

/** A SenML unit as people write it; "" if there is nothing to write. */
export function unitSign(unit: string): string {
  return (Object.hasOwn(SIGNS, unit) ? SIGNS[unit] : undefined) ?? unit;
}
