/**
 * The feed as docs/feed.md has it, small enough to be explored to its end: boxes that speak in the name of one gateway, a network
 * that loses, repeats and reorders everything, and a city OS.
 *
 * A batch holds one reading, which also stands for its digest. A message that was sent may arrive at any later time, any number
 * of times, or never: nothing is ever taken out of the network. Every step names the rule that it follows.
 */

/** The rules of docs/feed.md, by what the page calls them. */
export const RULES = {
  batch: '**Batch**',
  epoch: '**Epoch**',
  receipt: '**Receipt**',
  gap: '**Gap**',
  resend: 'is sent again: the same bytes',
  store: '**Store, then answer.**',
  repeat: '**Drop repeats, and tell them from conflicts.**',
  refuse: '**Refuse what you cannot take**',
  takeGap: '**Take gaps in.**',
  split: '**Part**',
  place: '**Store each place of a batch once.**',
  ignore: 'A gateway takes receipts for what it has sent and ignores all others',
} as const;
export type Rule = keyof typeof RULES;

export interface Message {
  readonly kind: 'batch' | 'gap';
  readonly epoch: number;
  readonly number: number;
  /** Of the gap of a batch that was split it is `nobodys`: nothing is lost. */
  readonly reading: number;
  /** The batch that it is a part of, by `idOf`. */
  readonly partOf?: string;
}

export const nobodys = 0;

export interface Receipt extends Omit<Message, 'reading' | 'partOf'> {
  readonly outcome: 'stored' | 'refused' | 'conflict';
  /** The reading that stands for it; undefined for a gap, and from a city OS that keeps none. */
  readonly digest: number | undefined;
}

/** A gateway: what is in its file, and what it remembers while it runs. */
export interface Box {
  readonly epoch: number;
  readonly next: number;
  readonly waiting: readonly Message[];
  readonly refused: readonly number[];
  readonly inFlight: readonly string[];
}

export interface City {
  readonly batches: readonly Message[];
  readonly gaps: readonly Message[];
  /** Every reading that was stored, as often as it was. */
  readonly stored: readonly number[];
  readonly refused: readonly number[];
}

export interface State {
  readonly boxes: readonly Box[];
  /** A copy of a file, or of a running machine. */
  readonly saved: Box | undefined;
  readonly sent: readonly Message[];
  readonly receipts: readonly Receipt[];
  readonly city: City;
  readonly readings: number;
  readonly epochs: number;
  /** Readings that whoever put an earlier file in place has destroyed: they were nowhere else. */
  readonly destroyed: readonly number[];
  /** What may still go wrong. */
  readonly left: Readonly<Record<Mishap, number>>;
}

/** "set-back" and "twin" are of a running machine with its memory; "roll-back" and "clone" are of its file. */
export type Mishap = 'restart' | 'drop' | 'split' | 'save' | 'roll-back' | 'clone' | 'set-back' | 'twin';

export interface Scenario {
  readonly left: Partial<Record<Mishap, number>>;
  readonly maxReadings: number;
  readonly keepsDigests: boolean;
  /** Whether it knows parts, as receivers of today need not. */
  readonly knowsParts?: boolean;
  /** Whether an opening of the file begins an epoch, as it must. */
  readonly beginsEpochs?: boolean;
  /** Readings that the city OS refuses. */
  readonly refuses: readonly number[];
}

/** What happens; `at` is the box. */
export type Event =
  | { readonly what: 'seal' | Exclude<Mishap, 'drop' | 'split'>; readonly at: number }
  | { readonly what: 'send' | 'drop' | 'split'; readonly at: number; readonly message: Message }
  | { readonly what: 'arrive'; readonly message: Message }
  | { readonly what: 'answer'; readonly at: number; readonly receipt: Receipt };

export interface Step {
  readonly event: Event;
  readonly rule: Rule;
  readonly next: State;
}

const NONE = { restart: 0, drop: 0, split: 0, save: 0, 'roll-back': 0, clone: 0, 'set-back': 0, twin: 0 };

export function initial({ left }: Scenario): State {
  return {
    boxes: [{ epoch: 1, next: 1, waiting: [], refused: [], inFlight: [] }],
    saved: undefined,
    sent: [],
    receipts: [],
    city: { batches: [], gaps: [], stored: [], refused: [] },
    readings: 0,
    epochs: 1,
    destroyed: [],
    left: { ...NONE, ...left },
  };
}

/** Everything that may happen next. */
export function* stepsOf(state: State, scenario: Scenario): Generator<Step> {
  for (const at of state.boxes.keys()) yield* stepsOfBox(state, at, scenario);
  for (const message of state.sent) yield { event: { what: 'arrive', message }, ...deliver(state, message, scenario) };
  yield* mishaps(state, scenario);
}

function* stepsOfBox(state: State, at: number, scenario: Scenario): Generator<Step> {
  const box = boxOf(state, at);
  if (state.readings < scenario.maxReadings)
    yield { event: { what: 'seal', at }, rule: 'batch', next: seal(state, at) };
  for (const message of box.waiting) {
    if (state.left.split > 0 && message.kind === 'batch') {
      yield { event: { what: 'split', at, message }, rule: 'split', next: split(state, at, message) };
    }
    if (box.inFlight.includes(idOf(message))) continue;
    yield { event: { what: 'send', at, message }, rule: 'resend', next: send(state, at, message) };
    if (state.left.drop > 0 && message.kind === 'batch') {
      yield { event: { what: 'drop', at, message }, rule: 'gap', next: drop(state, at, message) };
    }
  }
  for (const receipt of state.receipts) yield { event: { what: 'answer', at, receipt }, ...settle(state, at, receipt) };
}

function* mishaps(state: State, { beginsEpochs = true }: Scenario): Generator<Step> {
  const { left, boxes, saved } = state;
  const open = beginsEpochs ? openInNewEpoch : openInOldEpoch;
  const step = (what: Exclude<Mishap, 'drop' | 'split'>, at: number, next: State): Step[] =>
    left[what] > 0 ? [{ event: { what, at }, rule: 'epoch', next: spend(next, what) }] : [];
  for (const [at, box] of boxes.entries()) {
    yield* step('restart', at, open(state, at, box));
    yield* step('save', at, { ...state, saved: box });
    if (saved === undefined) continue;
    yield* step('roll-back', at, open(destroy(state, at, saved), at, saved));
    yield* step('set-back', at, put(destroy(state, at, saved), at, saved));
  }
  if (saved === undefined || boxes.length > 1) return;
  yield* step('clone', 1, open(state, 1, saved));
  yield* step('twin', 1, put(state, 1, saved));
}

function seal(state: State, at: number): State {
  const reading = state.readings + 1;
  return sealReading({ ...state, readings: reading }, at, { reading });
}

function sealReading(state: State, at: number, { reading, partOf }: Pick<Message, 'reading' | 'partOf'>): State {
  const box = boxOf(state, at);
  const about = { reading, ...(partOf !== undefined && { partOf }) };
  const batch: Message = { kind: 'batch', epoch: box.epoch, number: box.next, ...about };
  return put(state, at, { ...box, next: box.next + 1, waiting: [...box.waiting, batch] });
}

function send(state: State, at: number, message: Message): State {
  const box = boxOf(state, at);
  const sent = state.sent.some((each) => show(each) === show(message)) ? state.sent : [...state.sent, message];
  return put({ ...state, sent }, at, { ...box, inFlight: [...box.inFlight, idOf(message)] });
}

function drop(state: State, at: number, batch: Message): State {
  const box = boxOf(state, at);
  const gap: Message = { ...batch, kind: 'gap' };
  return put(spend(state, 'drop'), at, { ...box, waiting: box.waiting.map((each) => (each === batch ? gap : each)) });
}

/** The batch, sent or not, is larger than the broker takes. A part with its one reading stands for all parts: they do not depend on each other. */
function split(state: State, at: number, batch: Message): State {
  const { kind: _, partOf = idOf(batch), ...rest } = batch;
  const box = boxOf(state, at);
  const gap: Message = { epoch: rest.epoch, number: rest.number, kind: 'gap', reading: nobodys };
  const waiting = box.waiting.map((each) => (each === batch ? gap : each));
  const inFlight = box.inFlight.filter((id) => id !== idOf(batch));
  return sealReading(put(spend(state, 'split'), at, { ...box, waiting, inFlight }), at, {
    reading: rest.reading,
    partOf,
  });
}

/** The file is opened: what waits keeps its number, everything else is in an epoch of its own. */
function openInNewEpoch(state: State, at: number, file: Box): State {
  const epoch = state.epochs + 1;
  return put({ ...state, epochs: epoch }, at, { ...file, epoch, next: 1, inFlight: [] });
}

function openInOldEpoch(state: State, at: number, file: Box): State {
  return put(state, at, { ...file, inFlight: [] });
}

export function deliver(
  state: State,
  message: Message,
  { keepsDigests, knowsParts = true, refuses }: Scenario,
): { readonly next: State; readonly rule: Rule } {
  const { city } = state;
  const { kind, epoch, number, reading } = message;
  if (kind === 'gap') {
    const gaps = city.gaps.some((gap) => idOf(gap) === idOf(message)) ? city.gaps : [...city.gaps, message];
    const receipt: Receipt = { kind, epoch, number, outcome: 'stored', digest: undefined };
    return { rule: 'takeGap', next: answer({ ...state, city: { ...city, gaps } }, receipt) };
  }
  const digest = keepsDigests ? reading : undefined;
  const known = city.batches.find((batch) => idOf(batch) === idOf(message));
  if (known !== undefined && keepsDigests && known.reading !== reading) {
    return { rule: 'repeat', next: answer(state, { kind, epoch, number, outcome: 'conflict', digest }) };
  }
  const whole = wholeOf(message);
  const isThere =
    knowsParts &&
    city.batches.some((batch) => wholeOf(batch) === whole && (!keepsDigests || batch.reading === reading));
  const isRefused = refuses.includes(known?.reading ?? reading);
  const receipt: Receipt = { kind, epoch, number, outcome: isRefused ? 'refused' : 'stored', digest };
  if (known !== undefined) return { rule: 'repeat', next: answer(state, receipt) };
  if (isThere) {
    const batches = [...city.batches, message];
    return { rule: 'place', next: answer({ ...state, city: { ...city, batches } }, receipt) };
  }
  const taken = isRefused
    ? { ...city, refused: [...city.refused, reading] }
    : { ...city, stored: [...city.stored, reading].sort() };
  const next = answer({ ...state, city: { ...taken, batches: [...city.batches, message] } }, receipt);
  return { rule: isRefused ? 'refuse' : 'store', next };
}

export function settle(state: State, at: number, receipt: Receipt): { readonly next: State; readonly rule: Rule } {
  const box = boxOf(state, at);
  const message = box.waiting.find((each) => idOf(each) === idOf(receipt) && box.inFlight.includes(idOf(each)));
  const isOwn = message !== undefined && (receipt.digest === undefined || receipt.digest === message.reading);
  if (message === undefined || !isOwn) return { rule: 'ignore', next: state };
  const settled = {
    ...box,
    waiting: box.waiting.filter((each) => each !== message),
    inFlight: box.inFlight.filter((id) => id !== idOf(message)),
  };
  if (receipt.outcome === 'refused') {
    return { rule: 'refuse', next: put(state, at, { ...settled, refused: [...box.refused, message.reading] }) };
  }
  if (receipt.outcome === 'stored') return { rule: 'receipt', next: put(state, at, settled) };
  const isCurrent = message.epoch === box.epoch;
  const begun = isCurrent ? { ...settled, epoch: state.epochs + 1, next: 1 } : settled;
  const next = put({ ...state, epochs: state.epochs + (isCurrent ? 1 : 0) }, at, begun);
  return { rule: 'repeat', next: sealReading(next, at, message) };
}

function answer(state: State, receipt: Receipt): State {
  const text = showReceipt(receipt);
  return state.receipts.some((each) => showReceipt(each) === text)
    ? state
    : { ...state, receipts: [...state.receipts, receipt] };
}

/** Another file takes the place of a box's own: what was only in that is gone. */
function destroy(state: State, at: number, by: Box): State {
  const others = state.boxes.filter((_, index) => index !== at);
  const kept = new Set(
    [by, ...others].flatMap(({ waiting, refused }) => [...waiting.map(({ reading }) => reading), ...refused]),
  );
  const { waiting, refused } = boxOf(state, at);
  const gone = [...waiting.map(({ reading }) => reading), ...refused].filter((reading) => !kept.has(reading));
  return { ...state, destroyed: [...new Set([...state.destroyed, ...gone])].sort() };
}

function spend(state: State, mishap: Mishap): State {
  return { ...state, left: { ...state.left, [mishap]: state.left[mishap] - 1 } };
}

function put(state: State, at: number, box: Box): State {
  const boxes = [...state.boxes];
  boxes[at] = box;
  return { ...state, boxes };
}

function boxOf(state: State, at: number): Box {
  const box = state.boxes[at];
  if (box === undefined) throw new RangeError(`there is no box ${at}`);
  return box;
}

function wholeOf(batch: Message): string {
  return batch.partOf ?? idOf(batch);
}

export function idOf({ kind, epoch, number }: Omit<Message, 'reading' | 'partOf'>): string {
  return `${kind} ${epoch}.${number}`;
}

export function show(message: Message): string {
  return `${idOf(message)}=${message.reading}${message.partOf === undefined ? '' : ` of ${message.partOf}`}`;
}

export function showEvent(event: Event): string {
  if (event.what === 'arrive') return `arrive ${show(event.message)}`;
  if (event.what === 'answer') return `answer ${showReceipt(event.receipt)} at ${event.at}`;
  return `${event.what} ${'message' in event ? show(event.message) : ''} at ${event.at}`;
}

export function showReceipt(receipt: Receipt): string {
  return `${idOf(receipt)}=${receipt.digest} ${receipt.outcome}`;
}
