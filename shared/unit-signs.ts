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
};

/** A SenML unit as people write it; "" if there is nothing to write. */
export function unitSign(unit: string): string {
  return (Object.hasOwn(SIGNS, unit) ? SIGNS[unit] : undefined) ?? unit;
}
