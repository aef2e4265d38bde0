/** Whose devices a pattern fits beside the operator's own tags. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matcher } from '../../../devices/ble/match.ts';
import { breadthOf } from '../../../shared/enrolment/breadth.ts';
import type { Pattern } from '../../../shared/enrolment/pattern.ts';
import { hexBytes } from '../../../shared/hex.ts';

const id = { at: 2, length: 6 };
const uuid = 'f7826da64fa24e988024bc5b71e0893e';
const maker = (company: number, match: string): Pattern => ({ format: 'manufacturer', company, match, id });
const service = (uuid: string, match = ''): Pattern => ({ format: 'service', uuid, match, id });
const byAddress = (pattern: Pattern) => ({ ...pattern, address: 'resolvable' }) as Pattern;

test.each<[string, Pattern, RegExp]>([
  ['resolvable addresses alone', { format: 'resolvable-address' }, /every phone/],
  ['exposure notifications', service('fd6f'), /never a tag/],
  ['them by a longer UUID', service('0000fd6f00001000800000805f9b34fb', '0011223344556677'), /never a tag/],
  ['Find Hub', service('feaa', '40'), /Find Hub/],
  ['Find Hub, however many bytes', service('0000feaa', '41..1122334455'), /Find Hub/],
  ['Find My', maker(0x004c, '1219aabbccddeeff'), /Find My/],
  ['addresses of everything of Apple', byAddress(maker(0x004c, '1005')), /Apple/],
  ['addresses of everything of some company', byAddress(maker(0x8290, '')), /0x8290/],
  ['addresses of Fast Pair', byAddress(service('fe2c')), /Google/],
])('%s: no operator may have that', (_, pattern, strangers) => {
  expect(breadthOf(pattern)).toMatchObject({ isRefused: true, strangers: { en: expect.stringMatching(strangers) } });
});

test.each<[string, Pattern, RegExp]>([
  ['every EID', { format: 'eddystone-eid' }, /everybody/],
  ['all of Apple', maker(0x004c, ''), /Apple/],
  ['a type and length of Apple', maker(0x004c, '1005'), /Apple/],
  ['every iBeacon', maker(0x004c, `0215${'..'.repeat(16)}`), /Apple/],
  ['all of Microsoft', maker(0x0006, '01'), /Microsoft/],
  ['all of Eddystone', service('feaa'), /Eddystone/],
  ['every Eddystone-UID', service('feaa', '00..'), /Eddystone/],
  ['a service of phones', service('fe9f', '001122'), /fe9f \(Google\)/],
  ['heart rates', service('180d'), /180d/],
  ['all of a maker', maker(0x8290, '....'), /0x8290/],
])('%s: that has to be meant', (_, pattern, strangers) => {
  expect(breadthOf(pattern)).toMatchObject({ isRefused: false, strangers: { en: expect.stringMatching(strangers) } });
});

test.each<[string, Pattern]>([
  ['an iBeacon', { format: 'ibeacon', uuid }],
  ['an AltBeacon', { format: 'altbeacon', organisation: uuid }],
  ['an Eddystone-UID', { format: 'eddystone-uid', namespace: uuid.slice(0, 20) }],
  ['an iBeacon by its bytes', maker(0x004c, `0215${uuid}`)],
  ['a namespace by its bytes', service('feaa', `00..${uuid.slice(0, 20)}`)],
  ['a service of its own', service('fe6f')],
  ['a format of a company', maker(0x8290, 'a5')],
  ['addresses beside a format of a company', byAddress(maker(0x8290, 'a5'))],
  ['addresses beside a service of its own', byAddress(service(uuid))],
])('%s fits the fleet alone', (_, pattern) => {
  expect(breadthOf(pattern)).toBeUndefined();
});

test('what a phone sends fits no pattern that a hub takes without being told that it is meant', () => {
  // Frames as phones send them: Nearby Info, Handoff and AirPods of Apple, Fast Pair, an exposure notification, Microsoft's CDP.
  const phones = [
    '0aff4c001005011c2d3e4f',
    '11ff4c000c0e00a1b2c3d4e5f60718293a4b',
    '0cff4c000719010e202bf98f01',
    '06162cfe112233',
    `17166ffd${'5a'.repeat(20)}`,
    `1eff060001092002${'5a'.repeat(23)}`,
  ].map(hexBytes);
  const digits = fc.array(fc.constantFrom('..', '10', '05', '0c', '07', '01', '11'), { maxLength: 9 });
  const greedy = fc
    .record({ match: digits, of: fc.constantFrom(0x004c, 0x0006, 'fe2c'), isByAddress: fc.boolean() })
    .map(({ match, of, isByAddress }) => {
      const text = match.join('');
      const pattern = typeof of === 'number' ? maker(of, text) : service(of, text);
      return isByAddress ? byAddress(pattern) : pattern;
    })
    .filter((pattern) => breadthOf(pattern) === undefined);
  const own = [maker(0x8290, 'a5'), service('fe6f'), byAddress(maker(0x8290, 'a5'))];
  fc.assert(
    fc.property(fc.oneof(greedy, fc.constantFrom(...own)), fc.constantFrom(...phones), (pattern, payload) => {
      const matches = matcher([{ operator: 'alfa', pattern }])({ payload, address: 0x5abbccddee0f, addressType: 1 });
      expect(matches).toEqual([]);
    }),
  );
});
