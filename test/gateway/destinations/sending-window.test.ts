import { expect, test } from 'vitest';
import { SendingWindow, type Sent } from '../../../gateway/destinations/sending-window.ts';

const bounds = { window: 4, windowBytes: 1_000 };
const ANYTHING = { bytes: Number.POSITIVE_INFINITY, urgentOnly: false };

/** Sends so many at `at`. */
function filled(count: number, at = 0) {
  const window = new SendingWindow(bounds);
  return { window, sent: Array.from({ length: count }, () => window.begin(100, at)) };
}

function answer(window: SendingWindow, sent: Sent | undefined, at: number): void {
  if (sent === undefined) throw new Error('nothing was sent');
  window.answered(sent, at);
  window.end(sent);
}

test('a full window opens with an answer', () => {
  const { window, sent } = filled(4);
  expect(window.room(10)).toBeUndefined();
  answer(window, sent[0], 10);
  expect(window.room(10)).toEqual({ bytes: 700, urgentOnly: false });
});

test('bytes are bounded, but for a single send', () => {
  const { window } = filled(0);
  expect(window.room(0)).toEqual(ANYTHING);
  window.begin(5_000, 0);
  expect(window.room(0)).toBeUndefined();
});

test('while nobody answers one more goes a second, up to a second window; alarms up to a third', () => {
  const { window } = filled(4);
  let urgent = 0;
  for (let at = 0; at < 60_000; at += 250) {
    const room = window.room(at);
    if (room?.urgentOnly) urgent++;
    if (room === undefined) expect(window.opensInMs(at) ?? 0).toBeLessThanOrEqual(1_000);
    else window.begin(100, at);
    expect(window.room(at)).toBeUndefined();
  }
  expect(urgent).toBe(4);
  expect(window.opensInMs(60_000)).toBeUndefined();
});

test('once a later one is answered, all that are overdue make room', () => {
  const { window } = filled(4);
  const probe = window.begin(100, 1_000);
  answer(window, probe, 1_100);
  for (let n = 0; n < 4; n++) {
    expect(window.room(1_100)).toMatchObject({ urgentOnly: false });
    window.begin(100, 1_100);
  }
  expect(window.room(1_100)).toBeUndefined();
});

test('a destination that answers slowly, and in order, is sent no more than the window', () => {
  const { window, sent } = filled(4);
  for (let at = 900; at < 50_000; at += 900) {
    const first = sent.shift();
    expect(first && window.isPassedOver(first)).toBe(false);
    answer(window, first, at);
    sent.push(window.begin(100, at));
    expect(window.room(at)).toBeUndefined();
    expect(window.room(at + 899)).toBeUndefined();
  }
});
