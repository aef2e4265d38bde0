import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameAtHub, toldByHub, toldOf } from '../../../gateway/policy/told-of.ts';
import type { Alarm } from '../../../shared/reading.ts';
import { wellFormed } from '../../../shared/text.ts';

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const about = fc.record({
  tenant: name,
  gateway: name,
  device: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
});
const alarm: Alarm = {
  device: '',
  kind: 'alarm',
  observedAt: 0,
  values: { alarm: 'flood', state: 'raised', quantity: 'level', value: 3, limit: 3 },
};

test('names of gateways and devices are names of devices, the plain ones readable', () => {
  expect(nameAtHub({ tenant: 'toyama', gateway: 'box-1' })).toBe('toyama.box-1');
  expect(nameAtHub({ tenant: 'toyama', gateway: 'box-1' }, 'gauge-01')).toBe('toyama.box-1.gauge-01');
  fc.assert(
    fc.property(about, ({ device, ...origin }) => {
      expect(nameAtHub(origin, device)).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
    }),
  );
});

test('two names differ where the gateways or devices do, also where a dot could part them in two ways', () => {
  const [one, other] = [
    { tenant: 'a.b', gateway: 'c' },
    { tenant: 'a', gateway: 'b.c' },
  ];
  expect(nameAtHub(one)).not.toBe(nameAtHub(other));
  expect(nameAtHub({ tenant: 'a', gateway: 'b' }, 'c')).not.toBe(nameAtHub(one));
});

test('whom an alarm is about can be read from it, and not from one that only looks so', () => {
  fc.assert(
    fc.property(about, ({ device, ...origin }) => {
      const told = toldByHub(alarm, origin, device);
      if (device === undefined || wellFormed(device) === device)
        expect(toldOf(told)).toEqual({ ...origin, ...(device !== undefined && { device }) });
      expect(toldOf({ ...told, device: 'gauge-01' })).toBeUndefined();
    }),
  );
});
