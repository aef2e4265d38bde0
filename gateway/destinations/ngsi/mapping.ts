/**
 * Which readings become which entities, as data.
 *
 * A rule is for one kind of reading, of one group of devices if it names one, and makes one entity of each device (of each alarm or tag,
 * by `part`; of each quantity that no other rule of its kind uses, by `each`). Every rule of a kind that applies makes its own. Rules
 * from the configuration stand instead of those that ship for their kind; those for a device's group instead of those for none; those
 * that name the alarm's quantity instead of those that name none.
 */
import * as v from 'valibot';
import { READING_KINDS, type Reading, type ReadingKind } from '../../../shared/reading.ts';
import { flag, id, listOf, must, number, oneOf, setting, textUpTo } from '../../../shared/setting.ts';
import type { FixedValue } from './models.ts';
import { say } from './words.ts';

export interface Rule {
  readonly kind: ReadingKind;
  readonly group?: string | undefined;
  /** Of alarms: only those of these quantities. */
  readonly quantities?: readonly string[] | undefined;
  readonly type: string;
  /** By attribute, the quantity that it holds, or several with " + " between. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly fixed: Readonly<Record<string, FixedValue>>;
  /** The value by which several entities of one device and type are told apart. */
  readonly part?: string | undefined;
  readonly each?: boolean | undefined;
}

const maxRules = 100;
const maxTextLength = 1_024;
const maxListed = 100;

/** A name that Orion, the three NGSI-LD brokers and JSON-LD take alike. */
const name = v.pipe(v.string(must(say.mustBeName())), v.regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, must(say.mustBeName())));
/** What the brokers or this destination put there themselves. */
const OWN_NAMES: ReadonlySet<string> = new Set([
  ...[
    'id',
    'type',
    'location',
    'dateCreated',
    'dateModified',
    'dateExpires',
    'alterationType',
    'createdAt',
    'modifiedAt',
  ],
  ...['observedAt', 'value', 'unitCode', 'datasetId', 'scope'],
]);
const attribute = v.pipe(
  name,
  v.check((written) => !OWN_NAMES.has(written), must(say.mustNotBeOwn())),
);
const quantities = v.pipe(
  v.string(must(say.mustBeSource())),
  v.regex(/^\p{L}[\p{L}\p{M}\p{N}]*( \+ \p{L}[\p{L}\p{M}\p{N}]*)*$/u, must(say.mustBeSource())),
);
const fixedText = textUpTo(maxTextLength);
const fixed = v.union([fixedText, number, flag, listOf(fixedText, maxListed)], must(say.mustBeFixed()));

const rule = v.strictObject({
  kind: setting(oneOf(READING_KINDS), say.ruleKind()),
  group: v.optional(setting(id, say.ruleGroup())),
  quantities: v.optional(setting(listOf(textUpTo(64), maxListed), say.ruleQuantities())),
  type: setting(name, say.ruleType()),
  attributes: v.optional(setting(v.record(attribute, quantities), say.ruleAttributes()), {}),
  fixed: v.optional(setting(v.record(attribute, fixed), say.ruleFixed()), {}),
  part: v.optional(setting(textUpTo(64), say.rulePart())),
  each: v.optional(setting(flag, say.ruleEach())),
});

export const mappingSetting = v.optional(setting(listOf(rule, maxRules), say.mapping()), []);

/** What a device tells of itself beside what it measures. */
const HOUSEKEEPING = {
  type: 'Device',
  attributes: { batteryLevel: 'batteryLevel', batteryVoltage: 'battery', rssi: 'rssi', snr: 'snr' },
  fixed: {},
} as const;
/** Whatever has no place elsewhere. */
const REST = { type: 'DeviceMeasurement', attributes: {}, fixed: {}, each: true } as const;
const ALERT = {
  name: 'alarm',
  alertState: 'state',
  quantity: 'quantity',
  observedValue: 'value',
  limit: 'limit',
} as const;

export const DEFAULT_RULES: readonly Rule[] = [
  {
    kind: 'water-level',
    type: 'FloodMonitoring',
    attributes: { currentLevel: 'level', measuredDistance: 'distance' },
    fixed: {},
  },
  { kind: 'water-level', type: 'WaterObserved', attributes: { waterLevel: 'level' }, fixed: {} },
  {
    kind: 'people-count',
    type: 'CrowdFlowObserved',
    attributes: { peopleCount: 'entered + left', peopleCountTowards: 'entered', peopleCountAway: 'left' },
    fixed: {},
  },
  { kind: 'people-count', type: 'ItemFlowObserved', attributes: { intensity: 'entered + left' }, fixed: {} },
  { kind: 'position', type: 'Vehicle', attributes: { speed: 'speed', heading: 'course' }, fixed: {} },
  { kind: 'position', type: 'FleetVehicleStatus', attributes: { speed: 'speed', bearing: 'course' }, fixed: {} },
  ...(['water-level', 'people-count', 'position', 'measurement'] as const).flatMap((kind) => [
    { kind, ...HOUSEKEEPING },
    { kind, ...REST },
  ]),
  { kind: 'status', ...HOUSEKEEPING, attributes: { ...HOUSEKEEPING.attributes, deviceState: 'online' } },
  { kind: 'status', ...REST },
  {
    kind: 'alarm',
    quantities: ['level', 'distance'],
    type: 'WeatherAlert',
    attributes: ALERT,
    fixed: { category: 'naturalDisaster', subCategory: 'flood' },
    part: 'alarm',
  },
  {
    kind: 'alarm',
    quantities: ['silence', 'battery', 'batteryLevel'],
    type: 'DeviceAlert',
    attributes: ALERT,
    fixed: { category: 'device' },
    part: 'alarm',
  },
  { kind: 'alarm', type: 'Alert', attributes: ALERT, fixed: { category: 'environment' }, part: 'alarm' },
  {
    kind: 'sighting',
    type: 'TagSighting',
    attributes: { tag: 'tag', rssi: 'rssi', rssiMean: 'rssiMean', count: 'count', battery: 'battery' },
    fixed: {},
    part: 'tag',
  },
];

/** Quantities that are a position or tell how it was found; no measurement of their own. */
const OF_POSITION: ReadonlySet<string> = new Set(['lat', 'lon', 'fix', 'hdop', 'satellites']);

export class Mapping {
  readonly #rules: readonly Rule[];
  readonly #found = new Map<string, readonly Rule[]>();

  constructor(configured: readonly Rule[]) {
    const own = new Set(configured.map(({ kind }) => kind));
    this.#rules = [...configured, ...DEFAULT_RULES.filter(({ kind }) => !own.has(kind))];
  }

  /** The types of entity that it can make. */
  get types(): readonly string[] {
    return [...new Set(this.#rules.map(({ type }) => type))];
  }

  /** The rules for a reading of a device of this group. */
  rulesFor({ kind, values }: Reading, group: string | undefined): readonly Rule[] {
    const quantity = kind === 'alarm' ? String(values.quantity) : '';
    const key = `${kind} ${group ?? ''} ${quantity}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const ofKind = this.#rules.filter((rule) => rule.kind === kind);
    const ofGroup = ofKind.filter((rule) => rule.group !== undefined && rule.group === group);
    const rules = ofGroup.length > 0 ? ofGroup : ofKind.filter((rule) => rule.group === undefined);
    const ofQuantity = rules.filter((rule) => rule.quantities?.includes(quantity) === true);
    const found = ofQuantity.length > 0 ? ofQuantity : rules.filter((rule) => rule.quantities === undefined);
    if (this.#found.size >= maxFound) this.#found.clear();
    this.#found.set(key, found);
    return found;
  }
}

/** Answers of `rulesFor` that are kept; then they are looked for again. */
const maxFound = 10_000;

export function quantitiesOf(source: string): readonly string[] {
  return source.split(' + ');
}

const used = new WeakMap<readonly Rule[], ReadonlySet<string>>();

/** The quantities of a reading that no attribute of the rules holds. */
export function restOf({ kind, values }: Reading, rules: readonly Rule[]): readonly string[] {
  let ofRules = used.get(rules);
  if (ofRules === undefined) {
    ofRules = new Set(rules.flatMap(({ attributes }) => Object.values(attributes).flatMap(quantitiesOf)));
    used.set(rules, ofRules);
  }
  const known = ofRules;
  return Object.keys(values).filter(
    (quantity) => !known.has(quantity) && !(kind === 'position' && OF_POSITION.has(quantity)),
  );
}
