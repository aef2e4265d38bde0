/** What a spot is and tells, in words. */
import { unitOf, type Value } from '../../../../shared/reading.ts';
import { foreign, type Language, printable, type Text } from '../../../../shared/text.ts';
import { valueText } from '../format.ts';
import { quantityName } from '../names.ts';
import { quantitiesOf } from '../values.tsx';
import { say as sayPage } from '../words.ts';
import type { Spot, SpotKind, SpotState } from './spots.ts';
import { say } from './words.ts';

const STATES: Readonly<Record<SpotState, () => Text>> = {
  alarm: say.alarm,
  silent: sayPage.silent,
  doubtful: say.doubtful,
  maintenance: sayPage.maintenance,
  reporting: sayPage.reporting,
  waiting: say.waiting,
};
const KINDS: Readonly<Record<SpotKind, readonly [name: () => Text, sign: () => Text]>> = {
  water: [say.water, say.waterSign],
  moving: [say.moving, say.movingSign],
  people: [say.people, say.peopleSign],
  shelter: [say.shelter, say.shelterSign],
  detector: [say.detector, say.detectorSign],
  station: [say.station, say.stationSign],
  other: [say.other, say.otherSign],
};
const SHELTER: Readonly<Record<string, () => Text>> = {
  open: say.shelterOpen,
  full: say.shelterFull,
  closed: say.shelterClosed,
};

export const spotStateName = (state: SpotState): Text => STATES[state]();
export const spotKindName = (kind: SpotKind): Text => KINDS[kind][0]();
export const spotKindSign = (kind: SpotKind): Text => KINDS[kind][1]();

export function valueName(quantity: string): Text {
  return quantity === 'shelter' ? say.shelterState() : quantityName(quantity);
}

export function valueWords(quantity: string, value: Value | undefined, unit: string, language: Language): string {
  if (value === undefined || value === null) return '–'; // what is not a number is null in JSON
  const known = quantity === 'shelter' && typeof value === 'string' && Object.hasOwn(SHELTER, value);
  if (known) return (SHELTER[String(value)]?.() ?? foreign(String(value)))[language];
  return printable(valueText(value, unit, language)); // the unit may be a stranger's
}

/** The quantity that says most; undefined if it has told nothing yet. */
export function mainValue({ readings, units }: Spot, language: Language): readonly [Text, string] | undefined {
  const [reading] = readings;
  if (reading === undefined) return undefined;
  const names = reading.kind === 'position' ? ['speed'] : quantitiesOf(reading); // its place is seen
  const isTold = (name: string) => name === 'shelter' || typeof reading.values[name] === 'number';
  const main = names.find(isTold);
  if (main === undefined) return undefined;
  return [valueName(main), valueWords(main, reading.values[main], unitOf(units, main) ?? '', language)];
}
