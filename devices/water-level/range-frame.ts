/**
 * What the digits of a MaxBotix frame say: a distance, that nothing sends an echo, or a fault of the sensor.
 *
 * By the datasheets (HRXL-MaxSonar-WR PD11500, XL-MaxSonar-WR, LV-MaxSonar-EZ, "Serial output"): a target closer than the nearest
 * distance gives the nearest one, so anything below is none. Without a target a sensor gives its reach, in millimetres or one
 * less: 5000 or 9999. Models that count centimetres send three digits and reach 765 cm, or four and reach 1068 cm.
 */
export type RangeUnit = 'mm' | 'cm' | 'in';

/** Digits of a frame, millimetres per count, and counts: the nearest, and what means "no echo" by the number of digits. */
const UNITS: Readonly<
  Record<
    RangeUnit,
    { digits: string; mm: number; nearest: number; noTarget: Readonly<Record<number, readonly number[]>> }
  >
> = {
  mm: { digits: '4', mm: 1, nearest: 300, noTarget: { 4: [4999, 5000, 9998, 9999] } },
  cm: { digits: '3,4', mm: 10, nearest: 20, noTarget: { 3: [765], 4: [1068] } },
  in: { digits: '3', mm: 25.4, nearest: 6, noTarget: { 3: [254] } },
};
/** What only a model that reaches 10 m can give as a distance. */
const SHORT_REACH_MM = 5_000;

export type Range = { readonly mm: number } | 'no-target' | 'device-fault';

export class RangeReader {
  readonly #unit: (typeof UNITS)[RangeUnit];
  readonly #noTargetMm: readonly number[] | undefined;
  /** Frames in a row from beyond 5 m: two show that the sensor reaches 10 m, and that 5.000 m is a distance. */
  #beyond = 0;
  #reachesFar = false;
  /** The digits at the end of a line. */
  readonly frame: RegExp;

  /** `noTargetMm` takes the place of what the datasheets say. */
  constructor(unit: RangeUnit, noTargetMm?: readonly number[]) {
    this.#unit = UNITS[unit];
    this.#noTargetMm = noTargetMm;
    this.frame = new RegExp(`R(\\d{${this.#unit.digits}})$`);
  }

  read(digits: string): Range {
    const count = Number(digits);
    const mm = count * this.#unit.mm;
    this.#beyond = mm > SHORT_REACH_MM ? this.#beyond + 1 : 0;
    this.#reachesFar ||= this.#beyond >= 2;
    if (this.#isNoTarget(count, mm, digits.length)) return 'no-target';
    return count < this.#unit.nearest ? 'device-fault' : { mm };
  }

  #isNoTarget(count: number, mm: number, digits: number): boolean {
    if (this.#noTargetMm) return this.#noTargetMm.some((each) => Math.abs(each - mm) < 0.05);
    if (this.#unit === UNITS.mm && this.#reachesFar && mm <= SHORT_REACH_MM) return false;
    return this.#unit.noTarget[digits]?.includes(count) === true;
  }
}
