/** Two boxes under one name are found out by their births, whatever their clocks say. */
import { expect, test } from 'vitest';
import { Births } from '../../../gateway/hub/births.ts';
import type { Birth } from '../../../shared/feed/birth.ts';
import { LogBook } from '../machine/log-book.ts';

const ORIGIN = { tenant: 'toyama', gateway: 'gateway-01' };
const AT = Date.UTC(2026, 3, 1);
const HOUR = 3_600_000;

function birth(epoch: string, at: number): Birth {
  return { ...ORIGIN, software: 'machimori 1.0.0', epoch, at, devices: [] };
}

function births(remembered = new Map<string, string>()): Births {
  return new Births(remembered, (key, value) => remembered.set(key, value), new LogBook());
}

test('a gateway that restarts again and again is one box', () => {
  const hub = births();
  for (const [i, epoch] of ['a', 'b', 'c', 'd'].entries()) hub.born(ORIGIN, birth(epoch, AT + i), AT + i);
  expect(hub.rivalAt(ORIGIN)).toBeUndefined();
});

test('an epoch that had ended and comes back is another box’s', () => {
  const hub = births();
  hub.born(ORIGIN, birth('a', AT), AT);
  hub.born(ORIGIN, birth('b', AT + 1), AT + 1);
  hub.born(ORIGIN, birth('a', AT + 2), AT + 2);
  expect(hub.rivalAt(ORIGIN)).toBe(AT + 2);
});

test('a box whose clock is behind the other’s is found out too', () => {
  const hub = births();
  hub.born(ORIGIN, birth('a', AT), AT);
  hub.born(ORIGIN, birth('b', 1_000), AT + 1);
  hub.born(ORIGIN, birth('a', AT + 2), AT + 2);
  expect(hub.rivalAt(ORIGIN)).toBe(AT + 2);
  const other = births();
  other.born(ORIGIN, birth('a', AT - HOUR), AT);
  other.born(ORIGIN, birth('b', AT + 1), AT + 1);
  other.born(ORIGIN, birth('a', AT - HOUR + 2), AT + 2);
  expect(other.rivalAt(ORIGIN)).toBe(AT + 2);
});

test('a birth that comes late or again by way of another hub is no second box', () => {
  const hub = births();
  hub.born(ORIGIN, birth('a', AT), AT);
  hub.born(ORIGIN, birth('b', AT + 1), AT + 1);
  hub.born(ORIGIN, birth('a', AT), AT + 2);
  hub.born(ORIGIN, birth('b', AT + 1), AT + 3);
  expect(hub.rivalAt(ORIGIN)).toBeUndefined();
  expect(hub.birthOf(ORIGIN)?.epoch).toBe('b');
});

test('a hub that was started again still knows whose birth was the last', () => {
  const kept = new Map<string, string>();
  births(kept).born(ORIGIN, birth('a', AT), AT);
  const hub = births(kept);
  hub.born(ORIGIN, birth('a', AT), AT + 1); // retained by the broker
  hub.born(ORIGIN, birth('b', AT + 2), AT + 2);
  hub.born(ORIGIN, birth('a', AT + 3), AT + 3);
  expect(hub.rivalAt(ORIGIN)).toBe(AT + 3);
});
