/** When a source is asked, on a virtual clock. */
import { expect, onTestFinished, test } from 'vitest';
import { NobodyThere } from '../../../../gateway/net/absence.ts';
import type { DocumentReceiver } from '../../../../gateway/ports/port.ts';
import { type Looked, SourceRefused, TooLarge, type Version } from '../../../../gateway/ports/web/fetch-document.ts';
import { keepPolling } from '../../../../gateway/ports/web/polling.ts';
import { foreign } from '../../../../shared/text.ts';
import { VirtualClock } from '../../../../simulators/virtual-clock.ts';
import { LogBook } from '../../machine/log-book.ts';

const minute = 60_000;

interface Given {
  readonly everyMs?: number;
  readonly schedule?: string;
  readonly random?: number;
  document?(text: Uint8Array): Promise<void>;
}

/** What a source answers, in turn; afterwards always the last. */
function rig(
  answers: readonly (Looked | Error)[],
  { everyMs = 10 * minute, schedule, random = 1, document }: Given = {},
) {
  const clock = new VirtualClock('2026-11-26T05:03:00.000Z');
  const askedAt: number[] = [];
  const knowns: (Version | undefined)[] = [];
  const events: string[] = [];
  const receiver: DocumentReceiver = {
    opened: () => void events.push('opened'),
    document: async (text) => {
      events.push(Buffer.from(text).toString());
      await document?.(text);
    },
    unchanged: () => void events.push('unchanged'),
    unusable: ({ detail }) => void events.push(`unusable: ${detail?.en}`),
    closed: (why, retry) =>
      void events.push(`closed: ${why.en}, again in ${((retry?.at ?? 0) - clock.moment().wall) / 1000} s`),
  };
  const look = async (known: Version | undefined) => {
    askedAt.push(clock.moment().monotonic / 1000);
    knowns.push(known);
    const answer = answers[Math.min(askedAt.length, answers.length) - 1] ?? { isNew: false };
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const stop = new AbortController();
  const surroundings = { clock, log: new LogBook(), random: () => random };
  const running = keepPolling({ port: 'river', everyMs, schedule, look, receiver, surroundings }, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  return { clock, askedAt, knowns, events };
}

const page = (text: string): Looked => ({
  isNew: true,
  text: Buffer.from(text),
  version: { etag: text, digest: text },
});
const refused = (retryAfterMs?: number) => new SourceRefused(foreign('no'), retryAfterMs);

test('a source that answers is asked at its interval, each time for what is new', async () => {
  const { clock, askedAt, knowns, events } = rig([page('a'), { isNew: false }, page('b')]);
  await clock.advance(25 * minute);
  expect(askedAt).toEqual([0, 600, 1200]);
  expect(knowns.map((known) => known?.etag)).toEqual([undefined, 'a', 'a']);
  expect(events).toEqual(['opened', 'a', 'unchanged', 'b']);
});

test('a schedule is kept, a little later so that not all gateways come at once', async () => {
  const { clock, askedAt } = rig([{ isNew: false }], { schedule: '*/10 * * * *', random: 0.5 });
  await clock.advance(30 * minute);
  expect(askedAt).toEqual([0, 425, 1025, 1625]); // from 05:03: at 05:10:05, 05:20:05, 05:30:05
});

test('one that fails is asked less and less often, and said to be closed', async () => {
  const { clock, askedAt, events } = rig([refused()]);
  await clock.advance(5 * 60 * minute);
  const pauses = askedAt.slice(1).map((at, i) => at - (askedAt[i] ?? 0));
  expect(pauses).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
  expect(events.slice(0, 2)).toEqual(['closed: no, again in 60 s', 'closed: no, again in 120 s']);
});

test('pauses are drawn between half and the whole', async () => {
  const { clock, askedAt } = rig([refused()], { random: 0 });
  await clock.advance(2 * minute);
  expect(askedAt).toEqual([0, 30, 90]);
});

test('while nobody is there it is asked every five minutes at the latest', async () => {
  const { clock, askedAt } = rig([new NobodyThere(foreign('no such name'))]);
  await clock.advance(60 * minute);
  expect((askedAt.at(-1) ?? 0) - (askedAt.at(-2) ?? 0)).toBe(300);
});

test('a server that asks to be left alone is left alone', async () => {
  const { clock, askedAt } = rig([refused(30 * minute), page('a')]);
  await clock.advance(60 * minute);
  expect(askedAt.slice(0, 2)).toEqual([0, 1800]);
});

test('once it answers again, it is open again, and asked at its interval', async () => {
  const { clock, askedAt, events } = rig([page('a'), refused(), refused(), page('b')]);
  await clock.advance(30 * minute);
  expect(askedAt).toEqual([0, 600, 660, 780, 1380]);
  expect(events.filter((event) => event === 'opened')).toHaveLength(2);
});

test('a document beyond the bounds leaves the port open and says why', async () => {
  const { clock, askedAt, events } = rig([new TooLarge(foreign('too large'))]);
  await clock.advance(4 * minute);
  expect(askedAt).toEqual([0, 60, 180]);
  expect(events).toEqual(['opened', 'unusable: too large', 'unusable: too large', 'unusable: too large']);
});

test('a document that could not be stored is asked for again in full', async () => {
  const { clock, knowns } = rig([page('a')], { document: () => Promise.reject(new Error('the disk is full')) });
  await clock.advance(15 * minute);
  expect(knowns).toEqual([undefined, undefined]);
});
