/**
 * What a reading says of which entities, by the mapping's rules and the models.
 *
 * Pure. A value that the model cannot hold (below its minimum, in a unit that does not go with it) is left out, and so is a value in
 * doubt unless doubts are told. An entity is made only if a value of the reading is left for it, so that its time never moves without
 * a value, and only if nothing that its schema requires is missing. If no entity is left, `lacking` says why.
 */
import type { DeviceDescription } from '../../../shared/feed/birth.ts';
import type { Origin } from '../../../shared/feed/topics.ts';
import { isDoubtful, type Reading, UNITS_OF_KIND, type Value } from '../../../shared/reading.ts';
import type { Text } from '../../../shared/text.ts';
import { attributeName, entityId } from './characters.ts';
import type { Attribute, AttributeValue, Contribution, Point } from './entity.ts';
import { type Mapping, quantitiesOf, type Rule, restOf } from './mapping.ts';
import { type AttributeModel, controlledProperties, type FixedValue, type Model, modelOf } from './models.ts';
import { converted, FRACTION, unitCode } from './units.ts';
import { say } from './words.ts';

export interface Making {
  readonly origin: Origin;
  readonly description: DeviceDescription | undefined;
  readonly mapping: Mapping;
  /** Whether values in doubt go, each with its quality. */
  readonly tellsDoubts: boolean;
}

export interface Made {
  readonly contributions: readonly Contribution[];
  /** Why there are none although the reading has values that are not in doubt. */
  readonly lacking?: Text;
}

export function entitiesOf(reading: Reading, making: Making): Made {
  const rules = making.mapping.rulesFor(reading, making.description?.group);
  const contributions: Contribution[] = [];
  let lacking: Text | undefined;
  for (const rule of rules) {
    const attempts = rule.each === true ? restOf(reading, rules).map((quantity) => eachOf(rule, quantity)) : [rule];
    for (const attempt of attempts) {
      const made = new Maker(reading, attempt, making).make();
      if ('lacking' in made) lacking ??= made.lacking;
      else contributions.push(made);
    }
  }
  return contributions.length > 0 || lacking === undefined ? { contributions } : { contributions, lacking };
}

/** The rule for one quantity that has an entity of its own. */
interface Each extends Rule {
  readonly quantity?: string;
}

function eachOf(rule: Rule, quantity: string): Each {
  return { ...rule, quantity };
}

class Maker {
  readonly #reading: Reading;
  readonly #rule: Each;
  readonly #making: Making;
  readonly #model: Model;
  readonly #attributes: Record<string, Attribute> = {};
  #hasValue = false;
  #lacking: Text | undefined;

  constructor(reading: Reading, rule: Each, making: Making) {
    this.#reading = reading;
    this.#rule = rule;
    this.#making = making;
    this.#model = modelOf(rule.type);
  }

  make(): Contribution | { readonly lacking: Text | undefined } {
    const { type, attributes, quantity, part } = this.#rule;
    const { device, values } = this.#reading;
    for (const [name, source] of Object.entries(attributes)) this.#addMeasured(name, quantitiesOf(source));
    if (quantity !== undefined) this.#addEach(quantity);
    const place = this.#place();
    const isOfPosition = this.#reading.kind === 'position' && quantity === undefined && type !== 'Device';
    if (isOfPosition && place !== undefined) this.#hasValue = true; // the place is what it measures
    if (!this.#hasValue) return { lacking: this.#lacking };
    if (this.#model.needsPlace && place === undefined) return { lacking: say.noPlace({ type }) };
    if (place !== undefined) for (const name of this.#model.places) this.#put(name, { is: 'place', value: place });
    for (const name of this.#model.times) this.#put(name, { is: 'time', value: this.#reading.observedAt });
    this.#addTold();
    for (const [name, value] of Object.entries({ ...this.#model.fixed, ...this.#rule.fixed })) {
      this.#put(name, fixedValue(value));
    }
    this.#addOfModel();
    const told = quantity ?? (part === undefined ? undefined : String(values[part] ?? ''));
    return { id: entityId(type, this.#making.origin, device, told), type, attributes: this.#attributes };
  }

  #put(name: string, value: AttributeValue, quality?: string): void {
    const told = this.#making.tellsDoubts ? { quality: quality ?? 'good' } : {};
    this.#attributes[name] = { ...value, ...told };
  }

  /** The sum of the quantities, if the reading has them all and none is in doubt. */
  #addMeasured(name: string, quantities: readonly string[]): void {
    const { values } = this.#reading;
    const present = quantities.map((quantity) => (Object.hasOwn(values, quantity) ? values[quantity] : undefined));
    const [first] = present;
    if (first === undefined || present.some((value) => value === undefined)) return;
    const doubtful = quantities.some((quantity) => isDoubtful(this.#reading, quantity));
    if (doubtful && !this.#making.tellsDoubts) return;
    const numbers = present.filter((value) => typeof value === 'number');
    if (quantities.length > 1 && numbers.length < quantities.length) return;
    const value = quantities.length === 1 ? first : numbers.reduce((sum, each) => sum + each, 0);
    const model = Object.hasOwn(this.#model.attributes, name) ? this.#model.attributes[name] : undefined;
    const fitted = asModel(value, this.#unitOf(quantities[0] ?? ''), model);
    if (fitted === undefined) {
      this.#lacking ??= say.doesNotFit({ name, type: this.#rule.type, value: String(value) });
      return;
    }
    this.#put(name, fitted, doubtful ? this.#reading.quality : undefined);
    this.#hasValue = true;
  }

  #addEach(quantity: string): void {
    const value = Object.hasOwn(this.#reading.values, quantity) ? this.#reading.values[quantity] : undefined;
    if (this.#rule.type !== 'DeviceMeasurement') {
      this.#addMeasured(attributeName(quantity), [quantity]);
      return;
    }
    this.#addMeasured(typeof value === 'number' ? 'numValue' : 'textValue', [quantity]);
    this.#put('controlledProperty', { is: 'text', value: quantity });
    const code = unitCode(this.#unitOf(quantity)) ?? this.#unitOf(quantity);
    if (code !== undefined) this.#put('unit', { is: 'text', value: code });
  }

  #unitOf(quantity: string): string | undefined {
    const { description } = this.#making;
    const [described, usual] = [description?.units ?? {}, UNITS_OF_KIND[this.#reading.kind]];
    if (Object.hasOwn(described, quantity)) return described[quantity];
    return Object.hasOwn(usual, quantity) ? usual[quantity] : undefined;
  }

  /** A position's own, else the device's. */
  #place(): Point | undefined {
    const { kind, values } = this.#reading;
    const { lat, lon } = kind === 'position' ? values : (this.#making.description?.place ?? {});
    if (
      kind === 'position' &&
      !this.#making.tellsDoubts &&
      ['lat', 'lon'].some((each) => isDoubtful(this.#reading, each))
    ) {
      return undefined;
    }
    if (typeof lat !== 'number' || typeof lon !== 'number') return undefined;
    if (!(Math.abs(lat) <= 90 && Math.abs(lon) <= 180)) {
      if (kind === 'position') this.#lacking ??= say.noSuchPlace();
      return undefined;
    }
    return { type: 'Point', coordinates: [lon, lat] };
  }

  #addTold(): void {
    const { origin, description } = this.#making;
    const { device } = this.#reading;
    for (const [name, told] of Object.entries(this.#model.told)) {
      if (told === 'device') this.#put(name, { is: 'reference', value: entityId('Device', origin, device) });
      if (told === 'vehicle') this.#put(name, { is: 'reference', value: entityId('Vehicle', origin, device) });
      if (told === 'device-id') this.#put(name, { is: 'text', value: device });
      if (told === 'controlled-properties') {
        const quantities = Object.keys(description?.units ?? this.#reading.values);
        this.#put(name, { is: 'list', value: controlledProperties(description?.kinds ?? [], quantities) });
      }
    }
  }

  /** What a model says in words alone. */
  #addOfModel(): void {
    const { type } = this.#rule;
    const { values, observedAt } = this.#reading;
    if (type === 'Vehicle' && values.speed === 0 && this.#attributes.speed !== undefined) {
      this.#put('heading', { is: 'number', value: -1 }); // "must be -1 when speed is 0"
    }
    if (type === 'FloodMonitoring') this.#addThresholds();
    if (this.#attributes.alertState !== undefined && this.#reading.kind === 'alarm') {
      const isRaised = values.state === 'raised';
      this.#put(isRaised ? 'validFrom' : 'validTo', { is: 'time', value: observedAt });
      const { severity = isRaised ? 'high' : 'informational' } = this.#rule.fixed;
      this.#put('severity', fixedValue(isRaised ? severity : 'informational'));
    }
  }

  /** The alarms of high levels: the lowest is the alert level, the highest of several the danger level. */
  #addThresholds(): void {
    const raised = (this.#making.description?.thresholds ?? [])
      .filter(({ quantity, raise, clear }) => quantity === 'level' && clear <= raise && Number.isFinite(raise))
      .map(({ raise }) => raise)
      .sort((a, b) => a - b);
    const [alert] = raised;
    const danger = raised.at(-1);
    if (alert !== undefined) this.#put('alertLevel', { is: 'number', value: alert, unitCode: 'MTR' });
    if (raised.length > 1 && danger !== undefined) {
      this.#put('dangerLevel', { is: 'number', value: danger, unitCode: 'MTR' });
    }
  }
}

function fixedValue(value: FixedValue): AttributeValue {
  if (typeof value === 'number') return { is: 'number', value };
  if (typeof value === 'boolean') return { is: 'flag', value };
  return typeof value === 'string' ? { is: 'text', value } : { is: 'list', value };
}

/** The value as the model wants it; undefined if it cannot be so. */
function asModel(
  value: Value,
  unit: string | undefined,
  model: AttributeModel | undefined,
): AttributeValue | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined; // no JSON
  if (model === undefined) return asItIs(value, unit);
  switch (model.is) {
    case 'number':
    case 'integer':
      return typeof value === 'number' ? fitNumber(value, unit, model) : undefined;
    case 'flag':
      return typeof value === 'boolean' ? { is: 'flag', value } : undefined;
    case 'list':
      return fitText(String(value), model) === undefined ? undefined : { is: 'list', value: [String(value)] };
    case 'text':
      return fitText(
        typeof value === 'boolean' ? (model.flags?.[value ? 1 : 0] ?? String(value)) : String(value),
        model,
      );
  }
}

function asItIs(value: Value, unit: string | undefined): AttributeValue {
  if (typeof value === 'number') return { is: 'number', value, unitCode: unitCode(unit) };
  return typeof value === 'string' ? { is: 'text', value } : { is: 'flag', value };
}

function fitText(value: string, { oneOf }: AttributeModel): AttributeValue | undefined {
  return oneOf?.includes(value) === false ? undefined : { is: 'text', value };
}

function fitNumber(given: number, unit: string | undefined, model: AttributeModel): AttributeValue | undefined {
  const inUnit = model.unit === undefined ? given : converted(given, unit, model.unit);
  if (inUnit === undefined || !Number.isFinite(inUnit)) return undefined;
  const value = model.is === 'integer' ? Math.round(inUnit) : inUnit === 360 && model.below === 360 ? 0 : inUnit;
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, below = Number.POSITIVE_INFINITY } = model;
  if (value < min || value > max || value >= below) return undefined;
  const code = model.unit === FRACTION ? undefined : (model.unit ?? unitCode(unit));
  return { is: 'number', value, unitCode: model.is === 'integer' ? undefined : code };
}
