import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { decodeReceipt, encodeReceipt, type Receipt } from '../../../shared/feed/receipt.ts';
import type { Reading } from '../../../shared/reading.ts';
import { openCityOs } from '../../../simulators/city-os/city-os.ts';
import { CITY_OS_FAULTS, misbehaviourOn, receiptsFor } from '../../../simulators/city-os/city-os-faults.ts';
import { FaultBoard } from '../../../simulators/fault-board.ts';
import { isOpensslMissing } from '../../gateway/net/certificates.ts';
import { temporaryFolder } from '../../gateway/temporary-folder.ts';
import { boardWith } from '../boards.ts';

const RECEIPT: Receipt = {
  ...{ gateway: 'gw-1', epoch: '00112233445566ff', number: 7 },
  ...{ outcome: 'stored' as const, refused: [], digest: '0011223344556677' },
};
const bytes = encodeReceipt(RECEIPT);
const patience = { timeout: 10_000, interval: 5 };

const board = (standing: Parameters<typeof boardWith>[1] = {}) => boardWith(CITY_OS_FAULTS, standing);
const receipts = (name: string) => receiptsFor(bytes, board({ [name]: {} }));

test('a board without faults is good behaviour', () => {
  expect(misbehaviourOn(board())).toEqual({});
  expect(receiptsFor(bytes, board())).toEqual([bytes]);
});

test('a receipt may come twice, with one that nobody waits for, under another number or epoch, or as garbage', () => {
  expect(receipts('repeat-receipt')).toEqual([bytes, bytes]);
  expect(receipts('stray-receipt').map((each) => decodeReceipt(each).number)).toEqual([1_000_007, 7]);
  expect(receipts('wrong-number').map(decodeReceipt)).toEqual([{ ...RECEIPT, number: 8 }]);
  expect(receipts('wrong-epoch').map(decodeReceipt)).toEqual([{ ...RECEIPT, epoch: 'ffffffffffffffff' }]);
  const [garbage = bytes] = receipts('garbage-receipt');
  expect(() => decodeReceipt(garbage)).toThrow();
});

test('a receipt of a gap under another number is one of a gap', () => {
  const gap = encodeReceipt({ ...RECEIPT, last: 9 });
  const [wrong = gap] = receiptsFor(gap, board({ 'wrong-number': {} }));
  expect(decodeReceipt(wrong)).toMatchObject({ number: 8, last: 10 });
});

test('so large a share of readings is refused, and the same ones each time', () => {
  const { refuse } = misbehaviourOn(board({ refuse: { share: 0.3 } }));
  const refused = Array.from({ length: 1_000 }, (_, n): Reading => {
    return { device: 'gauge-1', kind: 'water-level', observedAt: n, values: { level: 1 } };
  }).filter((reading) => refuse?.(reading) !== undefined);
  expect(refused.length).toBeGreaterThan(250);
  expect(refused.length).toBeLessThan(350);
  for (const reading of refused) expect(refuse?.(reading)).toBeDefined();
});

test('it crashes so many times, and is well again', () => {
  const faults = board({ crash: { times: 2 } });
  const crashes = () => misbehaviourOn(faults).crashAfterCommit?.() ?? false;
  expect([crashes(), crashes(), crashes()]).toEqual([true, true, false]);
  expect(faults.standing).toEqual([]);
});

test('its port is closed while it is away, and the same one is open again', async () => {
  const faults = new FaultBoard(CITY_OS_FAULTS);
  const cityOs = await openCityOs({ file: ':memory:', faults });
  onTestFinished(() => cityOs.close());
  const before = connect(cityOs.port, '127.0.0.1');
  await once(before, 'connect');
  const cut = once(before, 'close');
  faults.strike('away');
  await cut;
  const [refused] = await once(connect(cityOs.port, '127.0.0.1'), 'error');
  expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
  faults.clear('away');
  await vi.waitFor(async () => {
    const after = connect(cityOs.port, '127.0.0.1');
    await once(after, 'connect');
    after.destroy();
  }, patience);
});

describe.skipIf(isOpensslMissing)('with TLS', () => {
  test('it presents a good certificate, and one that has expired while the fault stands', async () => {
    const faults = new FaultBoard(CITY_OS_FAULTS);
    const folder = temporaryFolder();
    const cityOs = await openCityOs({ file: ':memory:', faults, certificateFolder: folder });
    onTestFinished(() => cityOs.close());
    expect(cityOs.url).toBe(`mqtts://127.0.0.1:${cityOs.port}`);
    const ca = readFileSync(cityOs.caFile ?? '');
    const shake = async () => {
      const socket = connectTls({ host: '127.0.0.1', port: cityOs.port, ca });
      try {
        await once(socket, 'secureConnect');
        return 'trusted';
      } catch (fault) {
        return (fault as NodeJS.ErrnoException).code; // node:tls gives it
      } finally {
        socket.destroy();
      }
    };
    expect(await shake()).toBe('trusted');
    faults.strike('expired-certificate');
    expect(await shake()).toBe('CERT_HAS_EXPIRED');
    faults.clear();
    expect(await shake()).toBe('trusted');
    const again = await openCityOs({ file: ':memory:', certificateFolder: folder });
    onTestFinished(() => again.close());
    expect(readFileSync(again.caFile ?? '')).toEqual(ca);
  });
});
