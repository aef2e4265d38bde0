/** Every state that a scenario can reach, each held against the promises of the feed. */
import {
  type Box,
  deliver,
  type Event,
  idOf,
  initial,
  type Rule,
  type Scenario,
  type State,
  type Step,
  settle,
  show,
  showEvent,
  showReceipt,
  stepsOf,
} from './model.ts';

export interface Explored {
  readonly states: number;
  readonly steps: number;
  readonly rules: ReadonlySet<Rule>;
}

/** A promise that a state breaks, and how it came to that. */
export class Broken extends Error {}

interface Reached {
  readonly state: State;
  readonly from: Reached | undefined;
  readonly event: Event | undefined;
}

/** Throws `Broken` with the shortest way to a state that breaks a promise. */
export function explore(scenario: Scenario): Explored {
  const seen = new Set<string>();
  const rules = new Set<Rule>();
  let steps = 0;
  let front: Reached[] = [{ state: initial(scenario), from: undefined, event: undefined }];
  while (front.length > 0) {
    const next: Reached[] = [];
    for (const reached of front) {
      for (const step of stepsOf(reached.state, scenario)) {
        steps++;
        rules.add(step.rule);
        const way = { state: step.next, from: reached, event: step.event };
        demand(way, faultOfStep(reached.state, step));
        if (step.next === reached.state) continue;
        const key = keyOf(step.next);
        if (seen.has(key)) continue;
        seen.add(key);
        demand(way, faultOfState(step.next, scenario));
        next.push(way);
      }
    }
    front = next;
  }
  return { states: seen.size, steps, rules };
}

function demand(reached: Reached, fault: string | undefined): void {
  if (fault === undefined) return;
  const way: string[] = [];
  for (let at: Reached | undefined = reached; at !== undefined; at = at.from) {
    if (at.event !== undefined) way.unshift(showEvent(at.event));
  }
  throw new Broken(`${fault}\n  ${way.join('\n  ')}`);
}

/** Promise 3: what leaves a file has been stored, or refused, or goes on under another number; or it is said that it is lost. */
function faultOfStep(before: State, { next }: Step): string | undefined {
  if (next.destroyed !== before.destroyed) return undefined; // by hand
  for (const [at, box] of before.boxes.entries()) {
    const now = next.boxes[at];
    if (now === undefined || now === box) continue;
    for (const { reading, kind } of box.waiting) {
      if (heldBy(now).has(reading) || next.city.stored.includes(reading) || next.city.refused.includes(reading))
        continue;
      if (kind === 'gap' && next.city.gaps.some((gap) => gap.reading === reading)) continue;
      return `promise 3: reading ${reading} has left box ${at} and is nowhere`;
    }
  }
  return undefined;
}

function faultOfState(state: State, scenario: Scenario): string | undefined {
  const { city } = state;
  const isLive = (scenario.left['set-back'] ?? 0) + (scenario.left.twin ?? 0) > 0;
  const contents = new Map<string, number>();
  for (const message of isLive ? city.batches : state.sent) {
    const known = contents.get(idOf(message));
    if (known !== undefined && known !== message.reading) return `promise 10: ${show(message)} and =${known}`;
    contents.set(idOf(message), message.reading);
  }
  if (new Set(city.stored).size < city.stored.length) return `promise 4: ${city.stored} are stored`;
  return faultOfEnd(healed(state, scenario));
}

/** With everything sent, taken and answered nothing waits, and no reading is missing without a word. */
function faultOfEnd({ boxes, city, readings, destroyed }: State): string | undefined {
  if (boxes.some(({ waiting }) => waiting.length > 0)) return 'promise 3: something waits for ever';
  if (new Set(city.stored).size < city.stored.length) return `promise 4: in the end ${city.stored} are stored`;
  const said = new Set([...city.stored, ...city.refused, ...destroyed, ...city.gaps.map(({ reading }) => reading)]);
  for (let reading = 1; reading <= readings; reading++) {
    if (!said.has(reading)) return `promise 3: in the end reading ${reading} is missing, and nobody was told`;
  }
  return undefined;
}

/** More than a box's batches ever need: each may be in conflict once. */
const maxRounds = 10;

function healed(state: State, scenario: Scenario): State {
  let now = state;
  for (let round = 0; round < maxRounds; round++) {
    if (now.boxes.every(({ waiting }) => waiting.length === 0)) break;
    for (const at of now.boxes.keys()) {
      for (const message of now.boxes[at]?.waiting ?? []) {
        const before = now.boxes.map((box, index): Box => (index === at ? { ...box, inFlight: [idOf(message)] } : box));
        const arrived = deliver({ ...now, boxes: before, receipts: [] }, message, scenario).next;
        const [receipt] = arrived.receipts;
        now = receipt === undefined ? arrived : settle(arrived, at, receipt).next;
      }
    }
  }
  return now;
}

function heldBy({ waiting, refused }: Box): ReadonlySet<number> {
  return new Set([...waiting.map(({ reading }) => reading), ...refused]);
}

/** Two states with the same key go on alike. */
function keyOf({ boxes, saved, sent, receipts, city, readings, epochs, destroyed, left }: State): string {
  const box = (of: Box | undefined) =>
    of && [of.epoch, of.next, of.waiting.map(show).sort(), [...of.refused].sort(), [...of.inFlight].sort()];
  return JSON.stringify([
    boxes.map(box),
    box(saved),
    sent.map(show).sort(),
    receipts.map(showReceipt).sort(),
    city.batches.map(show).sort(),
    city.gaps.map(show).sort(),
    city.stored,
    [...city.refused].sort(),
    readings,
    epochs,
    destroyed,
    Object.values(left),
  ]);
}
